package collect

import (
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Select makes a capture a snapshot: what AWS says was created after the cut-off leaves it, and what the selectors
// leave out is kept as a stub. With a before-date the cut-off is that date. Dates that can move, and missing ones, are
// no ground to leave anything out by the cut-off; a date selector doesn't choose them.
func Select(s *snapshot.Snapshot, selectors snapshot.Selectors) {
	s.Selectors = selectors
	members := s.Resources[:0]
	counts, blind := make(map[string]int), make(map[string]bool)
	for _, r := range s.Resources {
		if r.CreatedAt != nil && !r.Marked(snapshot.MarkApproximateDate) && r.CreatedAt.Truncate(time.Second).After(s.CutoffOf(r.AccountID)) {
			continue
		}
		if len(selectors.Tags) > 0 && r.Unread(snapshot.TagsPath) {
			blind[r.Scope] = true // whether it is a member can't be told
		}
		if !selected(&r, selectors) {
			s.Stubs = append(s.Stubs, snapshot.Stub{Key: r.Key, Scope: r.Scope, UniqueID: r.UniqueID, CreatedAt: r.CreatedAt})
			continue
		}
		members = append(members, r)
		counts[r.Scope]++
	}
	if before := selectors.Before; before != nil {
		earlier := func(cutoff *time.Time) {
			if cutoff != nil && before.Before(*cutoff) {
				*cutoff = before.UTC()
			}
		}
		earlier(&s.Cutoff)
		for i := range s.Accounts {
			earlier(s.Accounts[i].Cutoff)
		}
	}
	s.Resources = members
	for i := range s.Coverage {
		c := &s.Coverage[i]
		c.Resources = counts[c.Scope]
		if blind[c.Scope] && c.State == snapshot.Complete {
			c.State, c.Code, c.Message = snapshot.Partial, "TagsUnknown", "tags could not be read, so what the tag filter selects is not known"
		}
	}
	s.Sort()
}

func selected(r *Resource, selectors snapshot.Selectors) bool {
	if selectors.After != nil && (r.CreatedAt == nil || r.CreatedAt.Before(*selectors.After)) {
		return false
	}
	if selectors.Before != nil && (r.CreatedAt == nil || !r.CreatedAt.Before(*selectors.Before)) {
		return false
	}
	for key, want := range selectors.Tags {
		have, ok := r.Tags[key]
		if !ok || (want != "*" && have != want) {
			return false
		}
	}
	return true
}
