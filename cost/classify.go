package cost

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Options say what a report shows.
type Options struct {
	// GroupBy is how the report's groups are made; empty is [ByService].
	GroupBy GroupBy
}

// Classify places every line of a bill and returns the report. The bill is not changed.
//
// Without resources a class can only be inferred. For each account, region and service it looks at what is live now of
// the kinds that the service bills for:
//
//   - all of it belongs to the baseline: baseline;
//   - none of it does: non_baseline;
//   - tax, support and fees: shared, by rule;
//   - everything else is unmatched: some of it does, nothing is live, a list was not complete, an owner or the baseline
//     could not be seen, or the service has no kinds that are known.
//
// A live resource belongs to the baseline if the baseline has its key, and its unique id where both know it, or if its
// owner does. What AWS itself made and the baseline does not have counts for neither side.
//
// live is a capture of now. Where it is nil nothing can be inferred. It is safe to call Classify from several goroutines.
func Classify(bill *Bill, baseline, live *snapshot.Snapshot, options Options) *Report {
	if live == nil {
		live = &snapshot.Snapshot{}
	}
	baseline = baseline.InForce(live.Cutoff) // by AWS's clock
	c := &classifier{
		live: live, members: newMembers(baseline, live), coverage: make(map[place][]snapshot.Coverage),
		things: make(map[place][]thing), decisions: make(map[decisionKey]decision),
	}
	for _, coverage := range live.Coverage {
		at := place{coverage.AccountID, coverage.Kind}
		c.coverage[at] = append(c.coverage[at], coverage)
	}
	for key, t := range c.members.live {
		accountID, _, kind := splitKey(key)
		at := place{accountID, kind}
		c.things[at] = append(c.things[at], t)
	}
	for _, things := range c.things {
		slices.SortFunc(things, func(a, b thing) int { return strings.Compare(a.key, b.key) }) // reasons name the first
	}
	lines := slices.Clone(bill.Lines)
	for i := range lines {
		d := c.decide(lines[i])
		lines[i].Class, lines[i].How, lines[i].Reason = d.class, d.how, d.reason
	}
	return newReport(bill, lines, baseline, options)
}

type place struct{ accountID, kind string }

type decisionKey struct{ accountID, service, region string }

type decision struct {
	class  Class
	how    Way
	reason string
}

func unmatched(format string, values ...any) decision {
	return decision{Unmatched, NotAtAll, fmt.Sprintf(format, values...)}
}

type classifier struct {
	live      *snapshot.Snapshot
	members   *members
	coverage  map[place][]snapshot.Coverage
	things    map[place][]thing // sorted by key
	decisions map[decisionKey]decision
}

// decide places a line; lines of the same service and region are placed once.
func (c *classifier) decide(line Line) decision {
	key := decisionKey{line.AccountID, line.Service, line.Region}
	d, ok := c.decisions[key]
	if !ok {
		d = c.infer(key)
		c.decisions[key] = d
	}
	return d
}

func (c *classifier) infer(key decisionKey) decision {
	if why := sharedBy(key.service); why != "" {
		return decision{Shared, ByRule, why}
	}
	svc, known := services[key.service]
	if !known {
		return unmatched("no kind of resource is known that this service bills for")
	}
	if len(c.live.Coverage) == 0 {
		return unmatched("nothing was captured to infer from")
	}
	region := key.region
	if svc.global || placeless(region) {
		region = ""
	}
	kinds, blind, gap := c.seen(key.accountID, region, svc)
	if gap != "" {
		return unmatched("%s", gap)
	}
	t := c.tally(key.accountID, region, svc, kinds)
	what := svc.words(kinds)
	if !svc.global {
		what += in(region)
	}
	besides := t.asides() + alsoBills(svc, blind)
	switch {
	case t.unsure > 0:
		return unmatched("whether %s of %d live %s belong to the baseline can't be told: %s", number(t.unsure), t.all(), what, t.why)
	case t.member+t.foreign == 0:
		return unmatched("nothing that it bills for is live: no %s%s", what, t.asides())
	case t.foreign == 0:
		return decision{Baseline, Inferred, all(t.member, what) + " to the baseline" + besides}
	case t.member == 0:
		if gone := c.gone(key.accountID, region, svc, kinds); gone > 0 {
			besides += fmt.Sprintf("; %d of the baseline are gone and may have been billed before", gone)
		}
		return decision{NonBaseline, Inferred, none(t.foreign, what) + " to the baseline" + besides}
	}
	return unmatched("%d of %d live %s belong to the baseline%s", t.member, t.member+t.foreign, what, t.asides())
}

// seen lists the kinds of a service that were looked at, and those that this capture does not know, or says why nothing
// can be inferred. An empty region means all.
func (c *classifier) seen(accountID, region string, svc service) (kinds, blind []string, gap string) {
	for _, kind := range svc.kinds {
		if gap := c.gap(accountID, region, kind, svc.global); gap != "" {
			return nil, nil, gap
		}
		kinds = append(kinds, kind)
	}
	for _, kind := range svc.also {
		if len(c.coverage[place{accountID, kind}]) == 0 {
			blind = append(blind, kind)
			continue
		}
		if gap := c.gap(accountID, region, kind, svc.global); gap != "" {
			return nil, nil, gap
		}
		kinds = append(kinds, kind)
	}
	return kinds, blind, ""
}

// alsoBills is the part of a reason that names what a service bills for and nobody looked at.
func alsoBills(svc service, blind []string) string {
	if svc.besides != "" {
		blind = append(blind, svc.besides)
	}
	if len(blind) == 0 {
		return ""
	}
	return "; not looked at, and billed with them: " + strings.Join(blind, ", ")
}

// gap says why a kind can't be judged in a region: it was not looked at, or not wholly. A service that does not exist
// there has nothing to see.
func (c *classifier) gap(accountID, region, kind string, global bool) string {
	seen := false
	for _, coverage := range c.coverage[place{accountID, kind}] {
		if region != "" && coverage.Region != region && coverage.Region != snapshot.Global {
			continue
		}
		if coverage.State != snapshot.Complete && coverage.State != snapshot.Unavailable {
			return fmt.Sprintf("%s in %s could not be seen: %s", kind, coverage.Region, coverage.Why())
		}
		seen = seen || coverage.Region != snapshot.Global || region == "" || lookedAt(c.live, accountID, region)
	}
	switch {
	case !seen:
		return kind + in(region) + " was not looked at"
	case region == "" && !global && !allRegions(c.live, accountID):
		return "the bill names no region, and not all regions were looked at"
	}
	return ""
}

// tally counts live things by verdict.
type tally struct {
	member, foreign, unsure, apart int
	why                            string // of the first that can't be told
}

func (t tally) all() int { return t.member + t.foreign + t.unsure }

// asides is the part of a reason that speaks of what counts for neither side.
func (t tally) asides() string {
	if t.apart == 0 {
		return ""
	}
	return fmt.Sprintf(", and %d that AWS made count for neither side", t.apart)
}

func (c *classifier) tally(accountID, region string, svc service, kinds []string) tally {
	var t tally
	for _, kind := range kinds {
		for _, live := range c.things[place{accountID, kind}] {
			if _, at, _ := splitKey(live.key); (region != "" && at != region) || !svc.bills(live) {
				continue
			}
			switch v, why := c.members.of(live); v {
			case member:
				t.member++
			case foreign:
				t.foreign++
			case apart:
				t.apart++
			default:
				t.unsure++
				if t.why == "" {
					t.why = why
				}
			}
		}
	}
	return t
}

// gone counts the baseline's resources of some kinds that are live no more.
func (c *classifier) gone(accountID, region string, svc service, kinds []string) int {
	n := 0
	for i := range c.members.baseline.Resources {
		r := &c.members.baseline.Resources[i]
		account, at, _ := splitKey(r.Key)
		if account != accountID || (region != "" && at != region) || !slices.Contains(kinds, r.Kind) || !svc.bills(thing{resource: r}) {
			continue
		}
		if live, ok := c.members.live[r.Key]; ok {
			if v, _ := c.members.of(live); v == member {
				continue
			}
		}
		n++
	}
	return n
}

func in(region string) string {
	if region == "" {
		return " in any region"
	}
	return " in " + region
}

func all(n int, what string) string {
	if n == 1 {
		return "the only live " + what + " belongs"
	}
	return fmt.Sprintf("all %d live %s belong", n, what)
}

func none(n int, what string) string {
	if n == 1 {
		return "the only live " + what + " does not belong"
	}
	return fmt.Sprintf("none of %d live %s belong", n, what)
}

func number(n int) string {
	if n == 1 {
		return "one"
	}
	return fmt.Sprint(n)
}
