package snapshot

import (
	"slices"
	"strings"
	"time"
)

// Lapsed is an approved change that no longer applies.
type Lapsed struct {
	Approval Approval // without its changes
	Change   ApprovedChange
}

// Standing is what became of an approved change.
type Standing string

// The standings of an approved change.
const (
	InForce    Standing = "in force"
	Superseded Standing = "superseded" // a later approval of the same resource counts
	Expired    Standing = "expired"    // the comparison goes by what was before it
)

// Standings are those of a snapshot's approvals at a time, change by change as the metadata lists them.
//
// The approvals of one resource lie on each other. The latest counts; once it has expired, what was before it counts, which
// is what the one below approved, unless that has expired too.
func (s *Snapshot) Standings(now time.Time) [][]Standing {
	approvals := s.Metadata.Approvals
	out := make([][]Standing, len(approvals))
	covered := make(map[string]bool) // by a later approval that is in force
	for i := len(approvals) - 1; i >= 0; i-- {
		out[i] = make([]Standing, len(approvals[i].Changes))
		for j := range approvals[i].Changes {
			c := &approvals[i].Changes[j]
			switch {
			case c.Undone:
				out[i][j] = Expired
			case covered[c.Key]:
				out[i][j] = Superseded
			case approvals[i].Expired(now):
				out[i][j] = Expired
			default:
				out[i][j], covered[c.Key] = InForce, true
			}
		}
	}
	return out
}

// InForce is a snapshot as its approvals have it at a time: changes whose approval has expired are undone. Without any it
// is the snapshot itself; otherwise a copy, whose Lapsed lists them and whose digest is still that of the file. To ask a
// copy again, at the same time, changes nothing.
//
// Whoever judges by a baseline asks for this first. Time should be AWS's, of the capture that is compared with it: a
// computer's clock that is ahead would let approvals end early.
func (s *Snapshot) InForce(now time.Time) *Snapshot {
	standings := s.Standings(now)
	undo := make(map[string]*ApprovedChange) // the lowest that expired says what was before
	current := *s
	current.Metadata.Approvals = slices.Clone(s.Metadata.Approvals)
	for i := len(standings) - 1; i >= 0; i-- {
		a := &current.Metadata.Approvals[i]
		for j, standing := range standings[i] {
			if standing != Expired || a.Changes[j].Undone {
				continue
			}
			undo[a.Changes[j].Key] = &s.Metadata.Approvals[i].Changes[j]
			about := *a
			about.Changes = nil
			current.Lapsed = append(slices.Clip(current.Lapsed), Lapsed{about, a.Changes[j]})
			a.Changes = slices.Clone(a.Changes)
			a.Changes[j].Undone = true
		}
	}
	if len(undo) == 0 {
		return s
	}
	slices.SortStableFunc(current.Lapsed, func(a, b Lapsed) int { return strings.Compare(a.Change.Key, b.Change.Key) })
	current.Resources = slices.DeleteFunc(slices.Clone(s.Resources), func(r Resource) bool { return undo[r.Key] != nil })
	current.Stubs = slices.DeleteFunc(slices.Clone(s.Stubs), func(stub Stub) bool { return undo[stub.Key] != nil })
	for _, c := range undo {
		if c.Before != nil {
			current.Resources = append(current.Resources, *c.Before)
		}
		if c.BeforeStub != nil {
			current.Stubs = append(current.Stubs, *c.BeforeStub)
		}
	}
	current.sortMembers()
	current.Coverage = slices.Clone(s.Coverage)
	current.count()
	return &current
}

// narrowApprovals keeps the approved changes that fit: a filter must not bring back what it left out.
func (s *Snapshot) narrowApprovals(fits func(c *ApprovedChange) bool) {
	s.Metadata.Approvals = approvalsOf(s.Metadata.Approvals, fits)
	s.Lapsed = slices.DeleteFunc(slices.Clone(s.Lapsed), func(l Lapsed) bool { return !fits(&l.Change) })
}

// approvalsOf are the approvals of the changes that fit; those without any are left out. The list given is not changed.
func approvalsOf(approvals []Approval, fits func(c *ApprovedChange) bool) []Approval {
	var kept []Approval
	for _, a := range approvals {
		a.Changes = slices.DeleteFunc(slices.Clone(a.Changes), func(c ApprovedChange) bool { return !fits(&c) })
		if len(a.Changes) > 0 {
			kept = append(kept, a)
		}
	}
	return kept
}

// addApprovals takes over a part's approvals, as far as the part's word counts, and its seals.
func (s *Snapshot) addApprovals(part Metadata, keeps func(c *ApprovedChange) bool) {
	s.Metadata.Approvals = append(s.Metadata.Approvals, approvalsOf(part.Approvals, keeps)...)
	s.Metadata.Seals = append(s.Metadata.Seals, part.Seals...)
}

// ApprovedPaths are, by resource, the paths that the collector of an approved state knew, where these are others than those
// of the snapshot's own. Lists are shared by the resources of an approval.
func (s *Snapshot) ApprovedPaths() map[string][]Path {
	var known map[string][]Path
	covered := make(map[string]bool)
	for i := len(s.Metadata.Approvals) - 1; i >= 0; i-- {
		a := &s.Metadata.Approvals[i]
		for j := range a.Changes {
			c := &a.Changes[j]
			if c.Undone || covered[c.Key] {
				continue
			}
			covered[c.Key] = true
			if paths, ok := a.KnownPaths[c.Kind()]; ok {
				if known == nil {
					known = make(map[string][]Path)
				}
				known[c.Key] = paths
			}
		}
	}
	return known
}
