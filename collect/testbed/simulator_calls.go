package testbed

import (
	"strconv"
	"strings"
)

// simulatedList is a list call of one kind.
type simulatedList struct {
	kind       string
	size       string // the parameter that bounds a page
	most       int    // what AWS gives at most, and without the parameter
	token      string // the request's parameter
	nextIsName bool   // the token is the last name of the page (DynamoDB)

	open, item, comma string
	more              string // after the items where there is more; %s is the token
	last              string // and where there is not
}

// simulatedCalls are the operations that a simulator knows.
func simulatedCalls() map[string]simulatedCall {
	calls := make(map[string]simulatedCall)
	kinds := simulatedKinds()
	for name, list := range simulatedLists() {
		calls[name] = list.call(kinds[list.kind])
	}
	for name, d := range simulatedDescriptions() {
		calls[name] = d.call(kinds[d.kind])
	}
	addAccountCalls(calls)
	addIAMCalls(calls, kinds)
	addBucketCalls(calls, kinds["s3:bucket"])
	addTaggingCalls(calls, kinds)
	addAlarmCalls(calls, kinds["cloudwatch:alarm"])
	addParameterCalls(calls, kinds["ssm:parameter"])
	return calls
}

// count is how many resources of a kind a call is about.
func (s *Simulator) count(k *simulatedKind, c *Call) int {
	account, region := s.accountNumber(c.Account), s.regionNumber(c.Region)
	if account < 0 || region < 0 && !k.Global {
		return 0
	}
	return s.estate.count(s.kinds, k.Name, account, region)
}

func (s *Simulator) regionNumber(name string) int {
	for i, region := range s.estate.Regions {
		if region == name {
			return i
		}
	}
	return -1
}

// page is the part of a list that a call asks for.
func page(c *Call, size, token string, most, count int) (from, to int) {
	if n, err := strconv.Atoi(c.Param(size)); err == nil && n > 0 && n < most {
		most = n
	}
	from, _ = strconv.Atoi(c.Param(token)) // the first page has no token
	from = min(from, count)
	return from, min(from+most, count)
}

func (l simulatedList) call(k *simulatedKind) simulatedCall {
	item := newShape(l.item)
	return func(s *Simulator, c *Call) *Answer {
		count := s.count(k, c)
		from, to := page(c, l.size, l.token, l.most, count)
		if last := c.Param(l.token); l.nextIsName && last != "" {
			if r, ok := k.named(c.Account, c.Region, last); ok {
				size := to - from
				from = min(r.number+1, count)
				to = min(from+size, count)
			}
		}
		out := append(make([]byte, 0, 256+(to-from)*(len(l.item)+200)), l.open...)
		var r simulatedResource
		for i := from; i < to; i++ {
			if i > from {
				out = append(out, l.comma...)
			}
			r = k.resource(c.Account, c.Region, i)
			out = item.append(out, &r)
		}
		if to >= count {
			return text(c, append(out, l.last...))
		}
		token := strconv.Itoa(to)
		if l.nextIsName {
			token = r.id
		}
		return text(c, append(out, strings.Replace(l.more, "%s", token, 1)...))
	}
}

// simulatedDescription is a call that describes one resource.
type simulatedDescription struct {
	kind  string
	named string // the parameter that names it; "" where the path does
	body  string
	// absent, if any, is the error code for resources with odd numbers, which have no such thing.
	absent string
}

func (d simulatedDescription) call(k *simulatedKind) simulatedCall {
	body := newShape(d.body)
	return func(s *Simulator, c *Call) *Answer {
		name := c.Param(d.named)
		if d.named == "" {
			name = functionInPath(c.Path)
		}
		r, ok := k.named(c.Account, c.Region, name)
		if !ok || r.number >= s.count(k, c) {
			return nil
		}
		if d.absent != "" && r.number%2 == 1 {
			return errorAnswer(c, 404, d.absent, "there is none")
		}
		return text(c, body.append(make([]byte, 0, len(d.body)+300), &r))
	}
}

// functionInPath is the name in Lambda's paths: /2015-03-31/functions/NAME/policy.
func functionInPath(path string) string {
	_, rest, _ := strings.Cut(path, "/functions/")
	name, _, _ := strings.Cut(rest, "/")
	return name
}
