package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// placeWords rewrites accounts and regions wherever they stand in a text.
type placeWords struct {
	accounts, regions map[string]string // as the target has it → as the baseline has it
	names             []string          // of the regions
	hosts             *strings.Replacer // regions that AWS's hosts don't spell like the others
}

func newPlaceWords(m Maps) (*placeWords, error) {
	accounts, err := bijection("account", m.Accounts)
	if err != nil {
		return nil, err
	}
	regions, err := bijection("region", m.Regions)
	if err != nil {
		return nil, err
	}
	w := &placeWords{accounts: accounts, regions: regions, names: slices.Sorted(maps.Keys(regions))}
	// us-east-1 was the first region, and hosts there don't name it.
	// https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html
	const first = "us-east-1"
	var hosts []string
	for _, from := range w.names {
		switch to := regions[from]; {
		case from == first:
			hosts = append(hosts, "ec2.internal", to+".compute.internal", "compute-1.amazonaws.com", to+".compute.amazonaws.com")
		case to == first:
			hosts = append(hosts, from+".compute.internal", "ec2.internal", from+".compute.amazonaws.com", "compute-1.amazonaws.com")
		}
	}
	w.hosts = strings.NewReplacer(hosts...)
	return w, nil
}

// bijection turns baseline's → target's round, and lets what both sides have change places.
func bijection(what string, pairs map[string]string) (map[string]string, error) {
	out := make(map[string]string, len(pairs))
	for _, from := range slices.Sorted(maps.Keys(pairs)) {
		to := pairs[from]
		if other, twice := out[to]; twice {
			return nil, fmt.Errorf("%s %s %w to two of the target's at once: %s=%s and %s=%s", what, to, ErrMaps, other, to, from, to)
		}
		out[to] = from
	}
	for from := range pairs {
		if _, ok := out[from]; ok {
			continue
		}
		end := pairs[from]
		for next, ok := pairs[end]; ok; next, ok = pairs[end] {
			end = next
		}
		out[from] = end
	}
	for from, to := range out {
		if from == to {
			delete(out, from)
		}
	}
	return out, nil
}

// text rewrites a text in one pass: what was written is not looked at again. Masks of secrets stay as they are.
func (w *placeWords) text(s string) string {
	if len(s) < 8 || strings.HasPrefix(s, snapshot.MaskPrefix) {
		if to, ok := w.regions[s]; ok {
			return to
		}
		return s
	}
	if len(w.names) > 0 && strings.Contains(s, "compute") || strings.Contains(s, "ec2.internal") {
		if host := w.hosts.Replace(s); host != s {
			return w.plain(host, true)
		}
	}
	return w.plain(s, false)
}

// plain rewrites accounts, and regions unless a host of them was rewritten already.
func (w *placeWords) plain(s string, onlyAccounts bool) string {
	var out strings.Builder
	last := 0
	for i := 0; i < len(s); {
		if i > 0 && isAlphanumeric(s[i-1]) && (isDigit(s[i-1]) || !isDigit(s[i])) {
			i++
			continue
		}
		if isDigit(s[i]) {
			end := i
			for end < len(s) && isDigit(s[end]) {
				end++
			}
			if to, ok := w.accounts[s[i:end]]; ok {
				out.WriteString(s[last:i])
				out.WriteString(to)
				last = end
			}
			i = end
			continue
		}
		if name := w.regionAt(s[i:]); name != "" && !onlyAccounts {
			out.WriteString(s[last:i])
			out.WriteString(w.regions[name])
			i += len(name)
			last = i
			continue
		}
		i++
	}
	if last == 0 {
		return s
	}
	out.WriteString(s[last:])
	return out.String()
}

// regionAt is the region that a text begins with, alone or with the letter of a zone.
func (w *placeWords) regionAt(s string) string {
	for _, name := range w.names {
		rest, ok := strings.CutPrefix(s, name)
		if !ok {
			continue
		}
		if rest == "" || !isAlphanumeric(rest[0]) || (isLower(rest[0]) && (len(rest) == 1 || !isAlphanumeric(rest[1]))) {
			return name
		}
	}
	return ""
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isAlphanumeric(c byte) bool {
	return isDigit(c) || isLower(c) || c >= 'A' && c <= 'Z'
}

// account, region and scope rewrite a whole word.
func (w *placeWords) account(id string) string  { return otherwise(w.accounts, id) }
func (w *placeWords) region(name string) string { return otherwise(w.regions, name) }
func (w *placeWords) scope(scope string) string {
	account, region, kind := snapshot.SplitScope(scope)
	if kind == "" {
		return scope
	}
	return snapshot.ScopeKey(w.account(account), w.region(region), kind)
}

func otherwise(m map[string]string, word string) string {
	if to, ok := m[word]; ok {
		return to
	}
	return word
}

// snapshot is a snapshot in the other accounts and regions. Nothing of the given one is changed.
func (w *placeWords) snapshot(s *snapshot.Snapshot) *snapshot.Snapshot {
	out := *s
	out.Accounts = slices.Clone(s.Accounts)
	for i := range out.Accounts {
		a := &out.Accounts[i]
		a.AccountID, a.Regions = w.account(a.AccountID), slices.Clone(a.Regions)
		for j := range a.Regions {
			a.Regions[j].Name = w.region(a.Regions[j].Name)
		}
	}
	out.Coverage = slices.Clone(s.Coverage)
	for i := range out.Coverage {
		c := &out.Coverage[i]
		c.Scope, c.AccountID, c.Region = w.scope(c.Scope), w.account(c.AccountID), w.region(c.Region)
	}
	out.Stubs = slices.Clone(s.Stubs)
	for i := range out.Stubs {
		stub := &out.Stubs[i]
		stub.Key, stub.Scope = w.text(stub.Key), w.scope(stub.Scope)
	}
	out.Resources = make([]snapshot.Resource, len(s.Resources))
	for i := range s.Resources {
		out.Resources[i] = rewritten(&s.Resources[i], w.text)
	}
	out.Sort()
	return &out
}

// rewritten is a resource with a function applied to every text in it. Its hash is that of the new configuration.
func rewritten(r *snapshot.Resource, text func(string) string) snapshot.Resource {
	out := *r
	for _, field := range []*string{&out.Key, &out.Scope, &out.ARN, &out.UniqueID, &out.ID, &out.Name, &out.AccountID, &out.Region} {
		*field = text(*field)
	}
	if r.Tags != nil {
		out.Tags = make(map[string]string, len(r.Tags))
		for key, value := range r.Tags {
			out.Tags[text(key)] = text(value)
		}
	}
	out.References = slices.Clone(r.References)
	for i := range out.References {
		ref := &out.References[i]
		ref.ID, ref.Key = text(ref.ID), text(ref.Key)
	}
	if r.Owner != nil {
		out.Owner = &snapshot.Owner{Kind: r.Owner.Kind, ID: text(r.Owner.ID), Key: text(r.Owner.Key)}
	}
	out.BillIDs = slices.Clone(r.BillIDs)
	for i := range out.BillIDs {
		out.BillIDs[i] = text(out.BillIDs[i])
	}
	if tree, err := snapshot.Tree(r.Configuration); err == nil {
		out.Configuration = snapshot.Canonical(rewriteTree(tree, text))
		out.ConfigurationHash = snapshot.Hash(out.Configuration)
	}
	return out
}

// rewriteTree applies a function to every text of a tree, keys of objects included, and makes a new tree.
func rewriteTree(value any, text func(string) string) any {
	switch node := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(node))
		for key, child := range node {
			out[text(key)] = rewriteTree(child, text)
		}
		return out
	case []any:
		out := make([]any, len(node))
		for i, child := range node {
			out[i] = rewriteTree(child, text)
		}
		return out
	case string:
		return text(node)
	}
	return value
}
