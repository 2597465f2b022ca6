package diff

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// NoiseVersion is the version of the rules that hide differences: it grows with every change of what they hide. The kinds'
// own data (what changes by itself, which lists have no order, which values are defaults) belongs to the version of the tool.
const NoiseVersion = 2

// Rule names what hid a difference.
type Rule string

// The rules. What the kinds say is data in their blocks; the forms that mean the same are in this file.
const (
	RuleVolatile Rule = "volatile"    // it changes by itself
	RuleOrder    Rule = "order"       // the order of this list means nothing
	RuleDefault  Rule = "default"     // the value is what AWS takes where there is none
	RuleEmpty    Rule = "empty-list"  // an empty list, and none: AWS's APIs answer now so, now so
	RuleDocument Rule = "document"    // the same JSON, written otherwise
	RulePolicy   Rule = "policy"      // the same IAM policy, written otherwise
	RuleDNS      Rule = "dns-name"    // a DNS name with and without the dot at its end, or one of AWS's own in another case
	RuleIP       Rule = "ip-address"  // the same address or block, written otherwise
	RuleNumber   Rule = "number"      // a number, and the same number as a string
	RuleProtocol Rule = "ip-protocol" // a protocol's name, and its number
	RuleTag      Rule = "ignored-tag" // --ignore-tags
	RuleUser     Rule = "user"        // an ignore rule of the configuration
)

// Ignored is a difference that a rule hid.
type Ignored struct {
	Key       string          `json:"key"`
	Kind      string          `json:"kind"`
	AccountID string          `json:"accountId"`
	Region    string          `json:"region"`
	Change    Class           `json:"change"`         // modified, where properties differ
	Path      string          `json:"path,omitempty"` // empty where the whole resource is meant
	Old       json.RawMessage `json:"old,omitempty"`
	New       json.RawMessage `json:"new,omitempty"`
	Rule      Rule            `json:"rule"`
	Reason    string          `json:"reason,omitempty"` // of a user's rule
}

// sameForm reports whether two scalars mean the same where they stand, and by which rule. A name or an address is one only where
// the field says so: a program's argument or a description that looks like one is a text.
func (w *walk) sameForm(at place, old, found any) (Rule, bool) {
	a, aText := old.(string)
	b, bText := found.(string)
	switch {
	case aText && bText && w.holdsNames(at) && sameDNSName(a, b):
		return RuleDNS, true
	case aText && bText && holdsAddresses(at) && sameAddress(a, b):
		return RuleIP, true
	case aText && bText && w.holdsProtocols(at) && protocolForm(a) == protocolForm(b):
		return RuleProtocol, true
	case aText != bText && sameNumber(old, found):
		return RuleNumber, true
	}
	return "", false
}

// sentence says what was hidden, and by which rule.
func (i Ignored) sentence() string {
	text := i.Key
	if i.Path == "" {
		text += " " + string(i.Change)
	} else {
		text += fmt.Sprintf(" %s: %s → %s", i.Path, cmp.Or(string(i.Old), "(none)"), cmp.Or(string(i.New), "(none)"))
	}
	text += " [" + string(i.Rule) + "]"
	if i.Reason != "" {
		text += " " + i.Reason
	}
	return text
}

// field is the name of the last field of a place, in small letters.
func (p place) field() string {
	steps := p.pattern.Steps()
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i] != snapshot.Each && steps[i] != snapshot.Any {
			return strings.ToLower(steps[i])
		}
	}
	return ""
}

func hasAny(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(text, word) })
}

// holdsNames reports whether a field is of DNS names.
func (w *walk) holdsNames(at place) bool {
	return strings.HasPrefix(w.kind, "route53:") || hasAny(at.field(), "dns", "domain", "hostname", "hostedzone")
}

// holdsAddresses reports whether a field is of addresses or blocks of them.
func holdsAddresses(at place) bool {
	field := at.field()
	return hasAny(field, "cidr", "ipaddress", "ipv6", "privateip", "publicip") || field == "ip" || field == "addresses"
}

// holdsProtocols reports whether a field is of the protocol of a rule for traffic.
func (w *walk) holdsProtocols(at place) bool {
	return strings.HasPrefix(w.kind, "ec2:") && (at.field() == "ipprotocol" || at.field() == "protocol")
}

// protocolForm is a protocol's number. EC2 answers with the names of four of them, and takes both (API reference,
// "IpPermission").
func protocolForm(protocol string) string {
	switch strings.ToLower(protocol) {
	case "tcp":
		return "6"
	case "udp":
		return "17"
	case "icmp":
		return "1"
	case "icmpv6":
		return "58"
	}
	return protocol
}

// sameDNSName compares names that have a dot within. Case means nothing in AWS's own names; elsewhere what looks like a name
// may be a file's.
func sameDNSName(a, b string) bool { return dnsForm(a) == dnsForm(b) && isDNSName(dnsForm(a)) }

// dnsForm is the form in which names that are the same are equal.
func dnsForm(name string) string {
	name = strings.TrimSuffix(name, ".")
	lower := strings.ToLower(name)
	for _, suffix := range []string{".amazonaws.com", ".amazonaws.com.cn", ".cloudfront.net", ".on.aws"} {
		if strings.HasSuffix(lower, suffix) {
			return lower
		}
	}
	return name
}

// plainForm is a text in the form in which texts that mean the same are equal.
func (w *walk) plainForm(at place, text string) string {
	if name := dnsForm(text); name != text && w.holdsNames(at) && isDNSName(name) {
		return name
	}
	if form := protocolForm(text); form != text && w.holdsProtocols(at) {
		return form
	}
	if !strings.ContainsAny(text, ".:") || !holdsAddresses(at) {
		return text
	}
	if address, err := netip.ParseAddr(text); err == nil {
		return address.String()
	}
	if block, err := netip.ParsePrefix(text); err == nil {
		return block.Masked().String()
	}
	return text
}

func isDNSName(text string) bool {
	labels := strings.Split(text, ".")
	if len(text) > 253 || len(labels) < 2 {
		return false
	}
	letters := false
	for _, label := range labels {
		if label == "" || len(label) > 63 {
			return false
		}
		for i := 0; i < len(label); i++ {
			switch c := label[i] | 0x20; {
			case c >= 'a' && c <= 'z':
				letters = true
			case label[i] >= '0' && label[i] <= '9', label[i] == '-', label[i] == '_', label[i] == '*':
			default:
				return false
			}
		}
	}
	return letters
}

// sameAddress compares addresses and blocks: IPv6 has several forms, and bits beyond a block's length mean nothing.
func sameAddress(a, b string) bool {
	if x, err := netip.ParseAddr(a); err == nil {
		y, err := netip.ParseAddr(b)
		return err == nil && x == y
	}
	x, err := netip.ParsePrefix(a)
	if err != nil {
		return false
	}
	y, err := netip.ParsePrefix(b)
	return err == nil && x.Masked() == y.Masked()
}

// sameNumber compares a number with a string of the same digits.
func sameNumber(a, b any) bool {
	number, ok := a.(json.Number)
	text, isText := b.(string)
	if !ok {
		number, ok = b.(json.Number)
		text, isText = a.(string)
	}
	return ok && isText && number.String() == text
}

// hide notes a difference that is none by a rule. Who wants to see it asks for [Options.ShowIgnored].
func (w *walk) hide(rule Rule, at place, old, found any) {
	w.c.summary.Suppressed++
	if w.c.options.ShowIgnored {
		w.c.ignored = append(w.c.ignored, w.ignoredOf(rule, at.label, raw(old), raw(found)))
	}
}

func (w *walk) ignoredOf(rule Rule, path string, old, found json.RawMessage) Ignored {
	r := w.resource
	return Ignored{Key: r.Key, Kind: r.Kind, AccountID: r.AccountID, Region: r.Region, Change: Modified, Path: path, Old: old, New: found, Rule: rule}
}

// within runs a comparison whose result is known to be that nothing differs, for the sake of what it hides and does not
// compare.
func (w *walk) within(at place, old, found any) {
	if equalJSON(old, found) {
		return
	}
	inner := *w
	inner.compare(at, old, found)
}
