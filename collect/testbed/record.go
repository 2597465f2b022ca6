package testbed

import (
	"path"
)

// Record is a call that the proxy answered, or whose connection it spoiled.
type Record struct {
	*Call
	Status int    // 0 if the client got no answer
	Code   string // the error's; "" for a success; "(reset)", "(truncated)" or "(hung)"
}

func (p *FaultProxy) record(c *Call, a *Answer) {
	r := Record{c, a.Status, a.code(c)}
	if a.cut == reset || a.cut == hung {
		r.Status = 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.records = append(p.records, r)
}

// Calls returns what was called so far, in the order of the answers.
func (p *FaultProxy) Calls() []Record {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Record(nil), p.records...)
}

// Total returns how many calls were made, attempts counted one by one.
func (p *FaultProxy) Total() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.records)
}

// Count returns how many calls to matching operations were made, attempts counted one by one.
func (p *FaultProxy) Count(service, operation string) int {
	service, n := canonicalService(service), 0
	for name, k := range p.counts() {
		if s, _ := path.Match(service, name[0]); !s {
			continue
		}
		if o, _ := path.Match(operation, name[1]); o || operation == "*" {
			n += k
		}
	}
	return n
}

// Counts returns the number of calls by operation, "ec2:DescribeVpcs".
func (p *FaultProxy) Counts() map[string]int {
	all := map[string]int{}
	for name, k := range p.counts() {
		all[name[0]+":"+name[1]] += k
	}
	return all
}

func (p *FaultProxy) counts() map[[2]string]int {
	all := map[[2]string]int{}
	for _, r := range p.Calls() {
		all[[2]string{r.Service, r.Operation}]++
	}
	return all
}

// Forget empties the record.
func (p *FaultProxy) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.records = nil
}
