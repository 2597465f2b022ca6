package cost

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// verdict is whether a live resource belongs to the baseline.
type verdict int

const (
	unsure  verdict = iota // can't be told
	member                 // of the baseline, or made by an owner that is
	foreign                // not of the baseline
	apart                  // AWS made it, and the baseline does not have it: it says nothing
)

// thing is what is known of something live: a resource, or a stub that the capture's selectors left of one.
type thing struct {
	key, scope, uniqueID string
	createdAt            *time.Time // nil where AWS does not say, or its date can move
	resource             *snapshot.Resource
}

// members tells members of a baseline from the rest.
type members struct {
	baseline *snapshot.Snapshot
	unique   map[string]string // by key: the unique ids of the baseline's resources
	left     map[string]bool   // keys of what the baseline's selectors left out
	scopes   map[string]snapshot.Coverage
	live     map[string]thing // by key
}

func newMembers(baseline, live *snapshot.Snapshot) *members {
	m := &members{
		baseline: baseline, unique: make(map[string]string, len(baseline.Resources)), left: make(map[string]bool, len(baseline.Stubs)),
		scopes: baseline.CoverageByScope(), live: make(map[string]thing, len(live.Resources)+len(live.Stubs)),
	}
	for i := range baseline.Resources {
		m.unique[baseline.Resources[i].Key] = baseline.Resources[i].UniqueID
	}
	for _, stub := range baseline.Stubs {
		m.left[stub.Key] = true
	}
	for _, stub := range live.Stubs {
		// A stub does not say whether its date can move, so the date is not used.
		m.live[stub.Key] = thing{key: stub.Key, scope: stub.Scope, uniqueID: stub.UniqueID}
	}
	for i := range live.Resources {
		r := &live.Resources[i]
		t := thing{key: r.Key, scope: r.Scope, uniqueID: r.UniqueID, resource: r}
		if !r.Marked(snapshot.MarkApproximateDate) {
			t.createdAt = r.CreatedAt
		}
		m.live[r.Key] = t
	}
	return m
}

// maxOwners bounds a chain of owners: a stack, its group, its instance, its interface, and some.
const maxOwners = 8

// of judges a live thing, and says why where it can't.
func (m *members) of(t thing) (verdict, string) { return m.judge(t, maxOwners) }

func (m *members) judge(t thing, owners int) (verdict, string) {
	if unique, ok := m.unique[t.key]; ok && (unique == "" || t.uniqueID == "" || unique == t.uniqueID) {
		return member, ""
	}
	if r := t.resource; r != nil {
		switch {
		case r.Owner != nil && r.Owner.Key != "" && owners > 0:
			if v, why := m.judge(m.ownerOf(r), owners-1); v != foreign {
				return v, why
			}
		case r.Owner == nil && r.Marked(snapshot.MarkProvider):
			return apart, ""
		case r.Owner != nil: // the interface of somebody's NAT gateway is AWS's work too
			return unsure, fmt.Sprintf("%s belongs to the %s %s, which could not be looked up", r.ID, r.Owner.Kind, r.Owner.ID)
		}
	}
	if m.left[t.key] {
		return foreign, "" // the baseline saw it, and its selectors left it out
	}
	accountID, region, kind := splitKey(t.key)
	if t.createdAt != nil && t.createdAt.Truncate(time.Second).After(m.baseline.CutoffOf(accountID)) {
		return foreign, ""
	}
	// What the baseline could not see may have been there.
	scope, seen := m.scopes[t.scope]
	_, found, _ := snapshot.SplitScope(t.scope)
	switch {
	case found == snapshot.Global && !lookedAt(m.baseline, accountID, region):
		return unsure, fmt.Sprintf("the baseline did not look at %s in %s", kind, region)
	case !seen && !m.baseline.EmptyThen(t.scope):
		return unsure, fmt.Sprintf("the baseline did not look at %s in %s", kind, region)
	case seen && scope.State != snapshot.Complete && scope.State != snapshot.Unavailable:
		return unsure, fmt.Sprintf("the baseline could not see %s in %s: %s", kind, region, scope.Why())
	}
	return foreign, ""
}

// ownerOf is the owner of a resource, as far as the capture saw it.
func (m *members) ownerOf(r *snapshot.Resource) thing {
	if owner, ok := m.live[r.Owner.Key]; ok {
		return owner
	}
	return thing{key: r.Owner.Key, scope: snapshot.ScopeKey(splitKey(r.Owner.Key))}
}

// lookedAt reports whether a capture was to look at a region: a list that is global (buckets) finds things of all
// regions, and a capture of some regions drops the rest.
func lookedAt(s *snapshot.Snapshot, accountID, region string) bool {
	return region == snapshot.Global || slices.ContainsFunc(s.Accounts, func(a snapshot.Account) bool {
		return a.AccountID == accountID && (a.AllRegions || slices.ContainsFunc(a.Regions, func(r snapshot.Region) bool {
			return r.Name == region && r.Captured
		}))
	})
}

func allRegions(s *snapshot.Snapshot, accountID string) bool {
	return slices.ContainsFunc(s.Accounts, func(a snapshot.Account) bool { return a.AccountID == accountID && a.AllRegions })
}

// splitKey takes the place and kind out of a resource's key.
func splitKey(key string) (accountID, region, kind string) {
	accountID, region, _ = snapshot.SplitScope(key)
	return accountID, region, snapshot.KindOfKey(key)
}
