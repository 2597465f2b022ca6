package diff

import (
	"slices"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Filter narrows a report to what its reader asked for. Every field that is not empty must fit.
type Filter struct {
	Kinds   []string
	Regions []string // "global" included where it is to be shown
	Changes []Class
	// Severity lets changes in that open or weaken something this badly, or worse.
	Severity Severity
	Tags     map[string]string // all of them, on either side; "*" is any value
	// Actors are globs of principals' ARNs and sessions' names; one must fit. "unattributed" is what nobody is known for.
	Actors []string
}

// Narrow keeps the changes and gaps that fit, and counts anew. What it takes out by class, tag or actor is counted as filtered
// out: who asks for what was replaced is not told that nothing differs. What is unknown and could be of a class that
// was asked for leaves the report incomplete.
func (r *Report) Narrow(f Filter) {
	r.Changes = slices.DeleteFunc(r.Changes, func(c Change) bool {
		switch {
		case !fitsIn(f.Kinds, c.Kind) || !(c.Region == snapshot.Global || fitsIn(f.Regions, c.Region)):
			return true
		case len(f.Tags) > 0 && !tagged(c.Baseline, f.Tags) && !tagged(c.Target, f.Tags):
			r.Summary.FilteredOut++
			return true
		case !c.by(f.Actors):
			r.Summary.FilteredOut++
			if c.Change == Unknown || c.actorsUnknown() { // it could be theirs
				r.Summary.UnknownFilteredOut++
			}
			return true
		case f.Severity != "" && (c.Worst() == "" || !c.Worst().AtLeast(f.Severity)):
			r.Summary.FilteredOut++
			if c.Change == Unknown { // it could be that bad
				r.Summary.UnknownFilteredOut++
			}
			return true
		case !fitsIn(f.Changes, c.Change):
			r.Summary.FilteredOut++
			if c.Change == Unknown && slices.ContainsFunc(f.Changes, c.couldBe) {
				r.Summary.UnknownFilteredOut++
			}
			return true
		}
		return false
	})
	r.Coverage = slices.DeleteFunc(r.Coverage, func(g Gap) bool {
		return !fitsIn(f.Kinds, g.Kind) || !(g.Region == snapshot.Global || fitsIn(f.Regions, g.Region))
	})
	r.count()
}

// couldBe reports whether an unknown change could turn out to be of a class.
func (c *Change) couldBe(class Class) bool {
	switch class {
	case Added, Missed:
		return c.Baseline == nil
	case Removed:
		return c.Target == nil
	case Modified, Replaced:
		return c.Baseline != nil
	}
	return false
}

func fitsIn[T comparable](list []T, value T) bool {
	return len(list) == 0 || slices.Contains(list, value)
}

// tagged reports whether a resource has all of some tags. One whose tags could not be read may have them.
func tagged(r *snapshot.Resource, want map[string]string) bool {
	if r == nil {
		return false
	}
	if r.Unread(snapshot.TagsPath) {
		return true
	}
	for key, value := range want {
		if have, ok := r.Tags[key]; !ok || (value != "*" && have != value) {
			return false
		}
	}
	return true
}
