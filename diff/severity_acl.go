package diff

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

const ruleACLDeny = "network-acl-deny-removed"

// aclEntry is an entry of a network ACL that is of what comes in.
type aclEntry struct {
	ports
	number int64
	cidr   string
	allow  bool
	part   bool // of a protocol without ports: some of it only
}

// networkACLPoints judges what a network ACL lets in: the ports on which the world comes through its entries, in the order of
// their numbers (VPC User Guide, "Network ACL rules"), and the entries that deny.
func networkACLPoints(v *view, w *snapshot.Weakness) ([]point, bool) {
	entries, ok := aclEntries(v, w)
	if !ok {
		return nil, false
	}
	if w.Rule == ruleACLDeny {
		return aclDenials(entries, w), true
	}
	var points []point
	for _, family := range []string{"IPv4", "IPv6"} {
		if p := openToWorld(entries, family); len(p.open) > 0 {
			p.severity, p.path = capped(p.open.severity(), w), string(w.Path)
			points = append(points, p)
		}
	}
	return points, true
}

func aclEntries(v *view, w *snapshot.Weakness) ([]aclEntry, bool) {
	var entries []aclEntry
	for _, f := range walkTo(v.tree, w.Path.Join(snapshot.Each), "") {
		object, ok := f.value.(map[string]any)
		if !ok {
			return nil, false
		}
		if object["Egress"] == true {
			continue
		}
		e := aclEntry{allow: object["RuleAction"] == "allow"}
		e.number, _ = number(object["RuleNumber"])
		protocol, _ := text(object["Protocol"])
		protocol = cmp.Or(map[string]string{"tcp": "6", "udp": "17", "icmp": "1", "icmpv6": "58", "all": "-1"}[protocol], protocol)
		var from, to any
		snapshot.Path("PortRange.From").Find(object, func(value any) { from = value })
		snapshot.Path("PortRange.To").Find(object, func(value any) { to = value })
		e.ports = portsOf(protocol, from, to)
		snapshot.Path("IcmpTypeCode.Type").Find(object, func(value any) {
			kind, ok := number(value)
			e.part = ok && kind != -1
		})
		for _, field := range []string{"CidrBlock", "Ipv6CidrBlock"} {
			if cidr, ok := text(object[field]); ok {
				e.cidr = cidr
			}
		}
		entries = append(entries, e)
	}
	slices.SortStableFunc(entries, func(a, b aclEntry) int { return cmp.Compare(a.number, b.number) })
	return entries, true
}

// aclDenials are the points of the entries that deny, but for those that never come to it, since an earlier one lets all of
// it in.
func aclDenials(entries []aclEntry, w *snapshot.Weakness) []point {
	var points []point
	for i, e := range entries {
		tooLate := slices.ContainsFunc(entries[:i], func(earlier aclEntry) bool {
			return earlier.allow && !earlier.part && earlier.covers(e.ports) && blockTakesIn(earlier.cidr, e.cidr)
		})
		if e.allow || tooLate || e.number >= 32767 { // the last one is always there
			continue
		}
		points = append(points, point{
			path: string(w.Path), subject: e.ports.String() + " from " + e.cidr, guard: true, whole: true,
			weak: e.ports.String() + " from " + e.cidr + " is not denied any more", strong: e.ports.String() + " from " + e.cidr + " is denied",
		})
	}
	return points
}

// openToWorld is the point of what the world comes in on: what entries for the world allow, without what earlier ones deny to
// all that they are for.
func openToWorld(entries []aclEntry, family string) point {
	open := make(openPorts)
	var from []string
	for i, e := range entries {
		if !e.allow || !isWorld(e.cidr) || familyOf(e.cidr) != family {
			continue
		}
		lets := false
		for _, protocol := range protocolsOf(entries, family) {
			left := e.rangesOf(protocol)
			for _, earlier := range entries[:i] {
				if !earlier.allow && !earlier.part && blockTakesIn(earlier.cidr, e.cidr) {
					left = without(left, earlier.rangesOf(protocol))
				}
			}
			if len(left) > 0 {
				lets = true
				open[protocol] = joined(append(open[protocol], left...))
			} else if open[protocol] == nil {
				open[protocol] = []portRange{}
			}
		}
		if lets && !slices.Contains(from, e.cidr) {
			from = append(from, e.cidr)
		}
	}
	if len(from) == 0 {
		return point{}
	}
	world := "the world (" + someOf(from) + ")"
	return point{
		subject: family, whole: true, family: family, open: open, who: world,
		weak: letsIn(world, open), strong: letsInNoMore(world, open),
	}
}

func letsIn(world string, open openPorts) string {
	return "the network ACL lets " + world + " in on " + open.String()
}

func letsInNoMore(world string, open openPorts) string {
	return "the network ACL does not let " + world + " in on " + open.String() + " any more"
}

// reopened tells what is open of what was not, and what is not open of what was.
func reopened(old, now weighed) []toldPoint {
	var told []toldPoint
	if more := now.open.without(old.open); len(more) > 0 {
		told = append(told, toldPoint{weighed: now, severity: capped(more.severity(), now.w), text: letsIn(now.who, more)})
	}
	if less := old.open.without(now.open); len(less) > 0 {
		told = append(told, toldPoint{weighed: old, severity: capped(less.severity(), old.w), better: true, text: letsInNoMore(old.who, less)})
	}
	return told
}

// portRange is a range of ports, of which both ends are in it.
type portRange struct{ from, to int64 }

// allPorts stands for the whole of a protocol without ports, too.
var allPorts = portRange{0, 65535}

// rangesOf are the ports of a protocol that an entry is of; "" are the protocols of which none speaks.
func (e aclEntry) rangesOf(protocol string) []portRange {
	switch {
	case e.protocol == "-1":
		return []portRange{allPorts}
	case e.protocol != protocol:
		return nil
	case protocol == "6" || protocol == "17":
		return []portRange{{e.from, e.to}}
	}
	return []portRange{allPorts}
}

// protocolsOf are the protocols, by their numbers, of which entries speak, those with ports, and "" for all others.
func protocolsOf(entries []aclEntry, family string) []string {
	protocols := []string{"6", "17", icmpOf(family)}
	for _, e := range entries {
		if e.protocol != "-1" && !slices.Contains(protocols, e.protocol) {
			protocols = append(protocols, e.protocol)
		}
	}
	return append(protocols, "")
}

func icmpOf(family string) string {
	if family == "IPv6" {
		return "58"
	}
	return "1"
}

// without takes ranges away from others.
func without(ranges, away []portRange) []portRange {
	for _, a := range away {
		var left []portRange
		for _, r := range ranges {
			if a.to < r.from || r.to < a.from {
				left = append(left, r)
				continue
			}
			if r.from < a.from {
				left = append(left, portRange{r.from, a.from - 1})
			}
			if a.to < r.to {
				left = append(left, portRange{a.to + 1, r.to})
			}
		}
		ranges = left
	}
	return ranges
}

// joined are ranges in order, those that touch made one.
func joined(ranges []portRange) []portRange {
	slices.SortFunc(ranges, func(a, b portRange) int { return cmp.Compare(a.from, b.from) })
	var out []portRange
	for _, r := range ranges {
		if last := len(out) - 1; last >= 0 && r.from <= out[last].to+1 {
			out[last].to = max(out[last].to, r.to)
			continue
		}
		out = append(out, r)
	}
	return out
}

// openPorts are ranges by the numbers of protocols. Under "" stands what goes for those that are not there.
type openPorts map[string][]portRange

func (o openPorts) of(protocol string) []portRange {
	if ranges, there := o[protocol]; there {
		return ranges
	}
	return o[""]
}

// without is what is open here and not there; nil where nothing is.
func (o openPorts) without(other openPorts) openPorts {
	out, some := make(openPorts), false
	for _, protocol := range slices.Concat(keysOf(o), keysOf(other)) {
		out[protocol] = without(o.of(protocol), other.of(protocol))
		some = some || len(out[protocol]) > 0
	}
	if !some {
		return nil
	}
	return out
}

// severity is that of the worst, and medium at most: security groups come after a network ACL.
func (o openPorts) severity() Severity {
	severity := Low
	for protocol, ranges := range o {
		for _, r := range ranges {
			severity = worse(severity, ports{protocol: protocol, from: r.from, to: r.to}.severity())
		}
	}
	if severity.AtLeast(Medium) {
		return Medium
	}
	return severity
}

// String names what is open: what, or all, or all but some.
func (o openPorts) String() string {
	if len(o[""]) == 0 {
		return strings.Join(o.words(), ", ")
	}
	closed := openPorts{"": {allPorts}}.without(o)
	if len(closed) == 0 {
		return "every port"
	}
	return "every port but " + strings.Join(closed.words(), ", ")
}

// words name what is open of the protocols that are named.
func (o openPorts) words() []string {
	var out []string
	for _, protocol := range []string{"6", "17"} {
		for _, r := range o[protocol] {
			if r == allPorts {
				out = append(out, map[string]string{"6": "all TCP ports", "17": "all UDP ports"}[protocol])
				continue
			}
			out = append(out, ports{protocol: protocol, from: r.from, to: r.to}.String())
		}
	}
	for _, protocol := range keysOf(o) {
		if len(o[protocol]) > 0 && protocol != "6" && protocol != "17" {
			out = append(out, ports{protocol: protocol}.String())
		}
	}
	return out
}
