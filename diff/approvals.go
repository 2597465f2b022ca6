package diff

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// inForce is what of two sides' approvals counts at the time of the comparison: AWS's, of a live capture, or the computer's.
// It goes for both sides, so that a comparison turned round says the same.
func inForce(baseline, target *snapshot.Snapshot, options Options) (*snapshot.Snapshot, *snapshot.Snapshot) {
	now := options.now()
	if options.Now.IsZero() && options.Live {
		now = target.Cutoff
	}
	return baseline.InForce(now), target.InForce(now)
}

// approvedShapes are, by resource, what the collectors of approved states knew.
func approvedShapes(s *snapshot.Snapshot) map[string]*shape {
	approved := s.ApprovedPaths()
	if len(approved) == 0 {
		return nil
	}
	made := make(map[*snapshot.Path]*shape) // resources of one approval share a list
	out := make(map[string]*shape, len(approved))
	for key, paths := range approved {
		var first *snapshot.Path
		if len(paths) > 0 {
			first = &paths[0]
		}
		if made[first] == nil {
			made[first] = shapes(map[string][]snapshot.Path{"": paths})[""]
		}
		out[key] = made[first]
	}
	return out
}

// everything is the shape of a side that does not say what it knew.
func everything() *shape { return &shape{all: true} }

// shapeOf is what the collector of a side's resource knew.
func (c *comparison) shapeOf(side int, r *snapshot.Resource) *shape {
	if approved, ok := c.approved[side][r.Key]; ok {
		return approved
	}
	if known, ok := c.known[side][r.Kind]; ok {
		return known
	}
	return everything()
}

// tellLapsed says of changes that they had been approved for a time that is over.
func (c *comparison) tellLapsed() {
	lapsed := make(map[string]*snapshot.Lapsed)
	for _, s := range []*snapshot.Snapshot{c.target, c.baseline} {
		for i := range s.Lapsed {
			lapsed[s.Lapsed[i].Change.Key] = &s.Lapsed[i]
		}
	}
	for i := range c.changes {
		change := &c.changes[i]
		l := lapsed[change.Key]
		if l == nil || change.Change == Unknown || change.Change == Outside {
			continue
		}
		change.Reason = andReason(change.Reason, fmt.Sprintf("its approval expired at %s (%s)", l.Approval.Until.UTC().Format(time.RFC3339), l.Approval.Reason))
	}
}

// lapsedNotes has a sentence for every approval that is over.
func lapsedNotes(s *snapshot.Snapshot) []string {
	type approval struct{ at, until, by, reason string }
	var order []approval
	resources := make(map[approval]int)
	for _, l := range s.Lapsed {
		a := approval{l.Approval.At.UTC().Format(time.RFC3339), l.Approval.Until.UTC().Format(time.RFC3339), l.Approval.By.String(), l.Approval.Reason}
		if resources[a] == 0 {
			order = append(order, a)
		}
		resources[a]++
	}
	notes := make([]string, 0, len(order))
	for _, a := range order {
		notes = append(notes, fmt.Sprintf("an approval in %s expired at %s and no longer applies: %s compared with what was before it (approved at %s by %s: %s)",
			s.Name, a.until, count(resources[a], "resource is", "resources are"), a.at, a.by, a.reason))
	}
	return notes
}

// OnlyBy reports whether a change was made by those whom globs over principals' ARNs and sessions' names fit, and by nobody
// else, as far as CloudTrail tells: nobody else's event names the resource, whatever it did. An actor of whom only the time
// speaks does not count: that is enough to show somebody, and too little to take over what they did.
func (c *Change) OnlyBy(globs []string) bool {
	theirs := func(a Actor) bool {
		return slices.ContainsFunc(globs, func(glob string) bool { return calledBy(glob)(a) })
	}
	others := slices.Concat(c.Actors, c.earlier, c.others)
	return len(c.Actors) > 0 && !c.more && !slices.ContainsFunc(others, func(a Actor) bool { return !theirs(a) || a.Confidence == ByWindow })
}
