package diff

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// What is open to the world is what a packet meets that goes through the entries one by one.
func TestOpenToWorld(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	protocols := []string{"-1", "6", "17", "1", "50"}
	edges := []int64{0, 21, 22, 23, 80, 443, 1024, 65535}
	for range 2000 {
		var entries []aclEntry
		for number := range random.IntN(6) {
			from, to := edges[random.IntN(len(edges))], edges[random.IntN(len(edges))]
			protocol := protocols[random.IntN(len(protocols))]
			entries = append(entries, aclEntry{
				ports: portsOf(protocol, fmt.Sprint(min(from, to)), fmt.Sprint(max(from, to))), number: int64(number), cidr: "0.0.0.0/0", allow: random.IntN(2) == 0,
			})
		}
		p := openToWorld(entries, "IPv4")
		for _, protocol := range []string{"6", "17", "1", "50", "99"} {
			for _, edge := range edges {
				for port := max(edge-1, 2); port <= min(edge+1, 65535); port++ { // portsOf takes 1-65535 for all
					lets := false
					if first := slices.IndexFunc(entries, func(e aclEntry) bool {
						return slices.ContainsFunc(e.rangesOf(protocol), func(r portRange) bool { return r.from <= port && port <= r.to })
					}); first >= 0 {
						lets = entries[first].allow
					}
					if got := slices.ContainsFunc(p.open.of(protocol), func(r portRange) bool { return r.from <= port && port <= r.to }); got != lets {
						t.Fatalf("%+v: port %d of protocol %s: open %v, want %v (%s)", entries, port, protocol, got, lets, p.open)
					}
				}
			}
		}
	}
}

func TestOpenPortsInWords(t *testing.T) {
	all := []portRange{allPorts}
	for _, test := range []struct {
		open     openPorts
		want     string
		severity Severity
	}{
		{openPorts{"": all}, "every port", Medium},
		{openPorts{"6": {{443, 443}}, "": nil}, "port 443", Low},
		{openPorts{"6": {{22, 22}, {80, 80}}}, "port 22 (SSH), port 80", Medium},
		{openPorts{"6": {{0, 21}, {23, 65535}}, "": all}, "every port but port 22 (SSH)", Medium},
		{openPorts{"6": nil, "": all}, "every port but all TCP ports", Medium},
		{openPorts{"6": all, "17": all}, "all TCP ports, all UDP ports", Medium},
		{openPorts{"1": all, "50": all}, "ICMP, protocol 50", Medium},
		{openPorts{"58": all}, "ICMPv6", Low},
		{openPorts{"6": {{0, 9}, {20, 29}, {40, 49}, {60, 65535}}, "17": nil, "": all}, "every port but ports 10-19, ports 30-39, ports 50-59, all UDP ports", Medium},
	} {
		if got := test.open.String(); got != test.want || test.open.severity() != test.severity {
			t.Errorf("got %q, %s, want %q, %s", got, test.open.severity(), test.want, test.severity)
		}
	}
}
