package diff

import (
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// stackKind is the one owner that makes its members and doesn't remake them: a member that went is drift.
const stackKind = "cloudformation:stack"

// mostOwners bounds a chain of owners: a stack, its group, its instance, its volume, and some.
const mostOwners = 8

// ownership knows the owners that belong to the baseline.
type ownership struct {
	baseline map[string]bool             // keys, of what the baseline's selectors left out too
	called   map[ownerName][]calledOwner // what the baseline has under a name; of the kinds of owners that no capture found
	scopes   map[string]snapshot.Coverage
}

// ownerName is how a resource names its owner.
type ownerName struct{ accountID, kind, id string }

// calledOwner is an owner and where it is.
type calledOwner struct{ region, key string }

// find is the owner that a resource names and that its capture did not find.
func (o ownership) find(r *snapshot.Resource) (key string, ok bool) {
	list := o.called[ownerName{r.AccountID, r.Owner.Kind, r.Owner.ID}]
	at := slices.IndexFunc(list, func(owner calledOwner) bool {
		return owner.region == r.Region || owner.region == snapshot.Global || r.Region == snapshot.Global
	})
	if at < 0 {
		return "", false
	}
	return list[at].key, true
}

// baselineOwners indexes the owners that resources of either side name. A baseline that was narrowed is looked at as it was
// before: what was left out of the comparison owns all the same.
func baselineOwners(whole, baseline, target *snapshot.Snapshot) ownership {
	out := ownership{baseline: make(map[string]bool), called: make(map[ownerName][]calledOwner), scopes: whole.CoverageByScope()}
	keys, kinds := make(map[string]bool), make(map[string]bool)
	for _, s := range []*snapshot.Snapshot{baseline, target} {
		for i := range s.Resources {
			switch owner := s.Resources[i].Owner; {
			case owner == nil:
			case owner.Key != "":
				keys[owner.Key] = true
			default:
				kinds[owner.Kind] = true
			}
		}
	}
	for i := range whole.Resources {
		r := &whole.Resources[i]
		if keys[r.Key] {
			out.baseline[r.Key] = true
		}
		if !kinds[r.Kind] {
			continue
		}
		for _, name := range slices.Compact([]string{r.ID, r.Name, r.ARN}) {
			if name != "" {
				at := ownerName{r.AccountID, r.Kind, name}
				out.called[at] = append(out.called[at], calledOwner{r.Region, r.Key})
			}
		}
	}
	for _, stub := range whole.Stubs {
		if keys[stub.Key] {
			out.baseline[stub.Key] = true
		}
		if account, region, kind := snapshot.SplitScope(stub.Scope); kinds[kind] {
			at := ownerName{account, kind, strings.TrimPrefix(stub.Key, snapshot.ResourceKey(account, region, kind, ""))}
			out.called[at] = append(out.called[at], calledOwner{region, stub.Key})
		}
	}
	return out
}

// remade tells whether a resource that came or went is the child of an owner that belongs to the baseline, or of a child of
// one: a group's instance, and the instance's volume. That can't be told where nobody could look for an owner, nor where the
// baseline could not see one that is there: nothing is hidden then.
func (c *comparison) remade(class Class, r *snapshot.Resource) answer {
	for range mostOwners {
		switch {
		case r.Owner == nil || (class != Added && class != Missed && r.Owner.Kind == stackKind):
			return no
		case r.Owner.Key == "":
			if _, ok := c.owners.find(r); ok {
				return yes
			}
			return maybe // it may be a child itself
		case c.owners.baseline[r.Owner.Key]:
			return yes
		}
		owner := c.inTarget[r.Owner.Key]
		if owner == nil {
			return no
		}
		if owner.Owner == nil && c.owners.scopes[owner.Scope].State != snapshot.Complete && !c.baseline.EmptyThen(owner.Scope) {
			return maybe
		}
		r = owner
	}
	return no
}

// rootOwner is the last of a chain of owners, as far as a side has them.
func (o ownership) rootOwner(side map[string]*snapshot.Resource, r *snapshot.Resource) string {
	for range mostOwners {
		switch {
		case r.Owner == nil:
			return r.Key
		case r.Owner.Key == "":
			key, _ := o.find(r)
			return key
		case side[r.Owner.Key] == nil:
			return r.Owner.Key
		}
		r = side[r.Owner.Key]
	}
	return r.Key
}

// unlikeSiblings makes a judge of what an owner made: whether it opens or weakens something, medium or worse, that none of
// the baseline's children of that owner did. Tags say who owns a thing, and anybody can set most of them; but what a group
// makes as it always did is no news.
func (c *comparison) unlikeSiblings() func(change *Change) bool {
	rules := findingRules()
	type family struct{ root, kind string }
	var children map[family][]*snapshot.Resource
	known := make(map[family]map[[2]string]bool) // rule and severity
	usual := func(at family) map[[2]string]bool {
		if children == nil {
			children = make(map[family][]*snapshot.Resource)
			for i := range c.baseline.Resources {
				if r := &c.baseline.Resources[i]; r.Owner != nil {
					at := family{c.owners.rootOwner(c.inBaseline, r), r.Kind}
					children[at] = append(children[at], r)
				}
			}
		}
		if known[at] == nil {
			known[at] = make(map[[2]string]bool)
			for _, sibling := range children[at] {
				gone := changeOf(Removed, sibling, nil)
				for _, f := range c.findingsOf(&gone, rules) {
					if f.Better { // that it went is better: it was so
						known[at][[2]string{f.Rule, string(f.Severity)}] = true
					}
				}
			}
		}
		return known[at]
	}
	return func(change *Change) bool {
		if !change.Worst().AtLeast(Medium) {
			return false
		}
		r, side := change.Target, c.inTarget
		if r == nil {
			r, side = change.Baseline, c.inBaseline
		}
		had := usual(family{c.owners.rootOwner(side, r), r.Kind})
		return slices.ContainsFunc(change.Findings, func(f Finding) bool {
			return !f.Better && f.Severity.AtLeast(Medium) && !had[[2]string{f.Rule, string(f.Severity)}]
		})
	}
}
