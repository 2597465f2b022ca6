package diff

import (
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// stackKind is the one owner that makes its members and doesn't remake them: a member that went is drift.
const stackKind = "cloudformation:stack"

// remade tells whether a resource that came or went is the child of an owner that belongs to the baseline. Of an owner that
// a capture could not look for (its kind was left out, or denied) the baseline may tell. Where it does not either, nothing
// is hidden.
func (c *comparison) remade(class Class, r *snapshot.Resource) answer {
	if r.Owner == nil || (class != Added && class != Missed && r.Owner.Kind == stackKind) {
		return no
	}
	if key := r.Owner.Key; key != "" {
		owner := c.inTarget[key]
		switch _, stubbed := c.baselineStubs[key]; {
		case stubbed || c.inBaseline[key] != nil:
			return yes
		case owner != nil && c.baselineScopes[owner.Scope].State != snapshot.Complete && !c.baseline.EmptyThen(owner.Scope):
			return maybe
		}
		return no
	}
	kept := c.kept[ownerName{r.AccountID, r.Owner.Kind, r.Owner.ID}]
	if slices.ContainsFunc(kept, func(at string) bool { return at == r.Region || at == snapshot.Global || r.Region == snapshot.Global }) {
		return yes
	}
	looked := false // the baseline would have it
	for scope, state := range c.ownerScopes[ownerName{accountID: r.AccountID, kind: r.Owner.Kind}] {
		if scope != r.Region && scope != snapshot.Global && r.Region != snapshot.Global {
			continue
		}
		if state != snapshot.Complete {
			return maybe
		}
		looked = true
	}
	if looked || c.baseline.EmptyThen(snapshot.ScopeKey(r.AccountID, r.Region, r.Owner.Kind)) {
		return no
	}
	return maybe
}

// ownerName is how a resource names its owner.
type ownerName struct{ accountID, kind, id string }

// indexOwners finds the owners that resources name and no capture found: where the baseline has them, and how well it
// looked for their kinds, by region.
func (c *comparison) indexOwners() {
	c.kept, c.ownerScopes = make(map[ownerName][]string), make(map[ownerName]map[string]snapshot.State)
	kinds := make(map[string]bool)
	for _, s := range []*snapshot.Snapshot{c.baseline, c.target} {
		for i := range s.Resources {
			if owner := s.Resources[i].Owner; owner != nil && owner.Key == "" {
				kinds[owner.Kind] = true
			}
		}
	}
	if len(kinds) == 0 {
		return
	}
	for i := range c.baseline.Resources {
		r := &c.baseline.Resources[i]
		if !kinds[r.Kind] {
			continue
		}
		for _, name := range slices.Compact([]string{r.ID, r.Name, r.ARN}) {
			if name != "" {
				at := ownerName{r.AccountID, r.Kind, name}
				c.kept[at] = append(c.kept[at], r.Region)
			}
		}
	}
	for _, stub := range c.baseline.Stubs {
		account, region, kind := snapshot.SplitScope(stub.Scope)
		if kinds[kind] {
			at := ownerName{account, kind, strings.TrimPrefix(stub.Key, snapshot.ResourceKey(account, region, kind, ""))}
			c.kept[at] = append(c.kept[at], region)
		}
	}
	for _, scope := range c.baseline.Coverage {
		if kinds[scope.Kind] {
			at := ownerName{accountID: scope.AccountID, kind: scope.Kind}
			if c.ownerScopes[at] == nil {
				c.ownerScopes[at] = make(map[string]snapshot.State)
			}
			c.ownerScopes[at][scope.Region] = scope.State
		}
	}
}
