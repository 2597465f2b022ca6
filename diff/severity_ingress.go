package diff

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

const (
	ruleIngress     = "ingress-from-anywhere"
	ruleUnknownList = "ingress-from-unknown-list"
)

// ports is a range of ports of a protocol, as EC2 writes it: -1 is every protocol.
type ports struct {
	protocol string
	from, to int64
	all      bool
}

// sensitive are ports whose services are not for the world: administration, files, databases, caches, clusters.
func sensitive() map[int64]string {
	return map[int64]string{
		20: "FTP", 21: "FTP", 22: "SSH", 23: "Telnet", 111: "RPC", 135: "RPC", 137: "NetBIOS", 138: "NetBIOS", 139: "SMB", 389: "LDAP", 445: "SMB",
		1433: "SQL Server", 1434: "SQL Server", 1521: "Oracle", 2049: "NFS", 2375: "Docker", 2376: "Docker", 2379: "etcd", 2380: "etcd",
		3306: "MySQL", 3389: "RDP", 4333: "mSQL", 5432: "PostgreSQL", 5439: "Redshift", 5500: "VNC", 5601: "Kibana", 5900: "VNC",
		5985: "WinRM", 5986: "WinRM", 6379: "Redis", 6443: "Kubernetes", 7000: "Cassandra", 7001: "Cassandra", 8020: "HDFS", 8182: "Neptune",
		9042: "Cassandra", 9092: "Kafka", 9094: "Kafka", 9098: "Kafka", 9160: "Cassandra", 9200: "Elasticsearch", 9300: "Elasticsearch",
		10250: "kubelet", 11211: "memcached", 27017: "MongoDB", 27018: "MongoDB", 50070: "HDFS",
	}
}

// severity judges ports that are open to the world.
func (p ports) severity() Severity {
	if p.all {
		return Critical
	}
	switch p.protocol {
	case "icmp", "icmpv6", "1", "58":
		return Low
	case "tcp", "udp", "6", "17":
	default:
		return Medium
	}
	for port := range sensitive() {
		if p.from <= port && port <= p.to {
			return High
		}
	}
	if p.from == p.to && (p.from == 80 || p.from == 443) {
		return Low
	}
	return Medium
}

// String names ports for people: "port 22 (SSH)", "ports 8000-8100 (udp)", "every port".
func (p ports) String() string {
	switch {
	case p.all && p.protocol != "-1" && p.protocol != "all":
		return "every TCP port"
	case p.all:
		return "every port"
	}
	var word string
	switch p.protocol {
	case "icmp", "1":
		return "ICMP"
	case "icmpv6", "58":
		return "ICMPv6"
	case "tcp", "6":
		word = ""
	case "udp", "17":
		word = "udp"
	default:
		return "protocol " + p.protocol
	}
	var out string
	if p.from == p.to {
		out = fmt.Sprintf("port %d", p.from)
		if service := sensitive()[p.from]; service != "" && word == "" {
			return out + " (" + service + ")"
		}
	} else {
		out = fmt.Sprintf("ports %d-%d", p.from, p.to)
	}
	if word != "" {
		out += " (" + word + ")"
	}
	return out
}

// verb agrees with how ports are named.
func (p ports) verb() string {
	if strings.HasPrefix(p.String(), "ports ") {
		return " are"
	}
	return " is"
}

// portsOf reads a range; ports are absent where the protocol has none.
func portsOf(protocol string, from, to any) ports {
	p := ports{protocol: protocol, from: 0, to: 65535}
	if protocol == "-1" || protocol == "all" {
		p.all = true
		return p
	}
	if n, ok := number(from); ok {
		p.from = n
	}
	if n, ok := number(to); ok {
		p.to = n
	}
	if tcpOrUDP := slices.Contains([]string{"tcp", "udp", "6", "17"}, protocol); tcpOrUDP && (p.from == -1 || (p.from <= 1 && p.to == 65535)) {
		p.from, p.to = 0, 65535
		p.all = protocol == "tcp" || protocol == "6"
	}
	return p
}

func number(value any) (int64, bool) {
	word, ok := text(value)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(word, 10, 64)
	return n, err == nil
}

// isWorld reports whether a range of addresses is all of them, or so much that it makes no difference: a sixteenth of IPv4, or
// 2000::/3, which is all of IPv6 that is routed (RFC 4291). Private blocks are smaller.
func isWorld(cidr string) bool {
	prefix, err := netip.ParsePrefix(strings.TrimSpace(cidr))
	return err == nil && (prefix.Addr().Is4() && prefix.Bits() <= 4 || prefix.Addr().Is6() && prefix.Bits() <= 3)
}

// familyOf tells IPv4 and IPv6 apart; a prefix list is a family of its own.
func familyOf(source string) string {
	prefix, err := netip.ParsePrefix(strings.TrimSpace(source))
	switch {
	case err != nil:
		return source
	case prefix.Addr().Is4():
		return "IPv4"
	}
	return "IPv6"
}

// covers reports whether ports hold all of others.
func (p ports) covers(other ports) bool {
	if p.protocol == "-1" || p.protocol == "all" {
		return true
	}
	number := strings.NewReplacer("tcp", "6", "udp", "17")
	return number.Replace(p.protocol) == number.Replace(other.protocol) && p.from <= other.from && p.to >= other.to
}

// coversPoint reports whether what one point says is open holds what another says.
func (p point) coversPoint(other point) bool {
	return p.family == other.family && p.ports.covers(other.ports)
}

// coveredByPorts reports whether others open all of the ports of a point together.
func (p point) coveredByPorts(others []point) bool {
	left := []portRange{{p.ports.from, p.ports.to}}
	for _, other := range others {
		whole := other.ports
		whole.from, whole.to = p.ports.from, p.ports.to
		if other.family != "" && other.family == p.family && whole.covers(p.ports) { // of its protocol
			left = without(left, []portRange{{other.ports.from, other.ports.to}})
		}
	}
	return len(left) == 0
}

// ingressPoints judges the rules of a security group that let in.
func ingressPoints(v *view, w *snapshot.Weakness) ([]point, bool) {
	var points []point
	for _, rule := range walkTo(v.tree, w.Path.Join(snapshot.Each), "") {
		object, ok := rule.value.(map[string]any)
		if !ok {
			return nil, false
		}
		protocol, _ := text(object["IpProtocol"])
		p := portsOf(protocol, object["FromPort"], object["ToPort"])
		add := func(severity Severity, kind, source, words string) {
			rule := ruleIngress
			if kind != "" {
				rule = ruleUnknownList
			}
			found := point{
				rule: rule, severity: capped(severity, w), path: string(w.Path), subject: kind + p.String() + " " + source, whole: true,
				weak: p.String() + p.verb() + " open to " + words, strong: p.String() + p.verb() + " not open to " + words + " any more",
				ports: p, family: kind + familyOf(source),
			}
			found.covers, found.coveredBy = found.coversPoint, found.coveredByPorts
			points = append(points, found)
		}
		for _, ranges := range []struct{ list, field string }{{"IpRanges", "CidrIp"}, {"Ipv6Ranges", "CidrIpv6"}} {
			snapshot.Path(ranges.list+"[]."+ranges.field).Find(object, func(value any) {
				if cidr, ok := text(value); ok && isWorld(cidr) {
					add(p.severity(), "", cidr, "the world ("+cidr+")")
				}
			})
		}
		snapshot.Path("PrefixListIds[].PrefixListId").Find(object, func(value any) {
			id, ok := text(value)
			if !ok {
				return
			}
			list := v.other("ec2:prefix-list", v.r.Region, id)
			switch open, known := openList(list); {
			case !known:
				add(Low, "list ", id, "the prefix list "+id+", whose entries are not known")
			case open != "":
				add(p.severity(), "", id, "the world, by the prefix list "+id+" ("+open+")")
			}
		})
	}
	return points, true
}

// openList is the entry of a prefix list that is the world, or "". A list that was not captured, or not wholly, is not
// known: AWS's own lists are never captured, and other accounts share theirs.
func openList(list *snapshot.Resource) (open string, known bool) {
	if list == nil || list.Unread("Entries") {
		return "", false
	}
	tree, err := snapshot.Tree(list.Configuration)
	if err != nil {
		return "", false
	}
	snapshot.Path("Entries[].Cidr").Find(tree, func(value any) {
		if cidr, ok := text(value); ok && isWorld(cidr) {
			open = cidr
		}
	})
	return open, true
}

// other finds another resource of the same side and account by its kind, region and id; nil where it was not seen.
func (v *view) other(kind, region, id string) *snapshot.Resource {
	return v.c.byID(v.side)[snapshot.ResourceKey(v.r.AccountID, region, kind, id)]
}

// worldPoints judges places that hold address ranges.
func worldPoints(v *view, w *snapshot.Weakness) ([]point, bool) {
	if holds, known := v.holds(w, found{element: v.tree}); !known || !holds {
		return nil, known
	}
	var points []point
	for _, f := range walkTo(v.tree, w.Path, "") {
		if cidr, ok := text(f.value); ok && isWorld(cidr) {
			points = append(points, point{
				path: f.label, subject: cidr, whole: true,
				weak: "it is open to the world (" + cidr + ")", strong: "it is not open to the world any more (" + cidr + ")",
			})
		}
	}
	return points, true
}

func severityIndex(s Severity) int { return slices.Index(Severities(), s) }
