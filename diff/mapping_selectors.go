package diff

import (
	"fmt"
	"slices"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// selectors keeps apart what one side's selectors left out, of which there are stubs. Stubs have no names, so which of
// the other side's resources they stand for is not known: nothing is said of these but that.
func (m *matching) selectors() {
	s := m.out.Snapshot
	stubs := func(list []snapshot.Stub) map[string]bool {
		scopes := make(map[string]bool)
		for _, stub := range list {
			scopes[stub.Scope] = true
		}
		return scopes
	}
	left := stubs(m.baseline.Stubs)
	matched := make(map[string]bool)
	for _, b := range m.sides[theirs].match {
		if b >= 0 {
			matched[m.baseline.Resources[b].Key] = true
		}
	}
	n := 0
	s.Resources = slices.DeleteFunc(s.Resources, func(r snapshot.Resource) bool {
		if matched[r.Key] || !left[r.Scope] || selected(m.baseline.Selectors, &r) {
			return false
		}
		n++
		s.Stubs = append(s.Stubs, snapshot.Stub{Key: r.Key, Scope: r.Scope})
		return true
	})
	if n > 0 {
		m.out.Notes = append(m.out.Notes, fmt.Sprintf("%s of the target may be what the baseline's selectors left out: not compared", count(n, "resource", "resources")))
	}
	left, n = stubs(m.target.Stubs), 0
	for b, t := range m.sides[ours].match {
		r := &m.baseline.Resources[b]
		if t < 0 && left[r.Scope] && !selected(m.target.Selectors, r) {
			s.Stubs = append(s.Stubs, snapshot.Stub{Key: r.Key, Scope: r.Scope})
			n++
		}
	}
	if n > 0 {
		m.out.Notes = append(m.out.Notes, fmt.Sprintf("%s of the baseline may be among what the target's selectors left out: unknown", count(n, "resource", "resources")))
	}
}

// selected reports whether selectors would surely have kept a resource. Dates say nothing between two accounts.
func selected(by snapshot.Selectors, r *snapshot.Resource) bool {
	return by.After == nil && by.Before == nil && len(by.Tags) > 0 && !r.Unread(snapshot.TagsPath) && tagged(r, by.Tags)
}
