package diff

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// MarkTimeUnknown marks a change of which nobody can tell whether it came before or after the time of [Report.Since].
const MarkTimeUnknown = "time unknown"

// Since takes out the changes that came at or before a time, and counts them as filtered out. What can't be placed in
// time stays, with [MarkTimeUnknown]; so does what is unknown altogether. Notes say how many of each there are.
//
// What tells the time, the surest first: an event of CloudTrail after it; the creation date of what came or was made anew
// (a date that can move tells only where it is not after the time); the baseline's cut-off, since what differs from a
// baseline changed after it; the events of CloudTrail that name the resource, if all are before; and then, a capture that
// ended at or before the time, if there is one (nil is none): what it showed already is older, what it did not show yet
// is newer. It says nothing where it is older than the baseline, or did not see the scope wholly.
//
// Call it after [Change.Actors] is filled and before [Report.Narrow].
func (r *Report) Since(at time.Time, then *snapshot.Snapshot) {
	p := placing{at: at, baseline: r.Baseline.Cutoff}
	if then != nil && then.Cutoff.After(r.Baseline.Cutoff) {
		p.then, p.inThen, p.scopes = then, byKey(then), then.CoverageByScope()
	}
	older, unplaced := 0, 0
	r.Changes = slices.DeleteFunc(r.Changes, func(c Change) bool {
		is := p.after(&c) == no
		if is {
			older++
		}
		return is
	})
	for i := range r.Changes {
		if c := &r.Changes[i]; c.Change != Unknown && p.after(c) == maybe {
			unplaced++
			c.Marks = append(slices.Clone(c.Marks), MarkTimeUnknown)
			slices.Sort(c.Marks)
		}
	}
	r.Summary.FilteredOut += older
	since := at.UTC().Format(time.RFC3339)
	if p.then != nil {
		r.Notes = append(r.Notes, fmt.Sprintf("since %s: the capture of %s tells what there was", since, captured(p.then)))
	}
	if older > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("since %s: %s not shown", since, count(older, "change came before and is", "changes came before and are")))
	}
	if unplaced > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("since %s: %s shown, marked %q", since, count(unplaced, "change at an unknown time is", "changes at an unknown time are"), MarkTimeUnknown))
	}
	r.count()
}

// captured is when a capture ended.
func captured(s *snapshot.Snapshot) string {
	at := s.Metadata.CreatedAt
	if at.IsZero() {
		at = s.Cutoff
	}
	return at.UTC().Format(time.RFC3339)
}

// placing places changes before or after a time.
type placing struct {
	at, baseline time.Time
	then         *snapshot.Snapshot
	inThen       map[string]*snapshot.Resource
	scopes       map[string]snapshot.Coverage
}

// after tells whether a change came after the time.
func (p *placing) after(c *Change) answer {
	if c.Change == Unknown {
		return maybe
	}
	named := false // by an event
	for _, actor := range c.Actors {
		if actor.Time.After(p.at) {
			return yes
		}
		named = named || actor.Confidence != ByWindow
	}
	switch c.Change {
	case Added, Missed, Outside, Replaced:
		if made := p.made(c); made != maybe {
			return made
		}
	}
	switch {
	case c.Change != Missed && c.Change != Outside && !p.baseline.Before(p.at):
		return yes
	case named:
		return no
	case p.then != nil:
		return p.shown(c)
	}
	return maybe
}

// made goes by the creation date. Whole seconds; equal counts as before.
func (p *placing) made(c *Change) answer {
	switch {
	case c.Target == nil || c.Target.CreatedAt == nil:
		return maybe
	case !c.Target.CreatedAt.Truncate(time.Second).After(p.at):
		return no
	case c.Target.Marked(snapshot.MarkApproximateDate):
		return maybe
	}
	return yes
}

// shown goes by what the capture showed.
func (p *placing) shown(c *Change) answer {
	r := resourceOf(*c)
	if r == nil || p.scopes[r.Scope].State != snapshot.Complete || !p.then.Covers(r.AccountID, r.Region) {
		return maybe
	}
	had := p.inThen[r.Key]
	switch {
	case slices.ContainsFunc(p.then.Stubs, func(stub snapshot.Stub) bool { return stub.Key == r.Key }):
		return maybe
	case c.Target == nil && had == nil:
		return no // it was gone already
	case c.Target == nil, had == nil:
		return yes
	case len(had.Unknown)+len(c.Target.Unknown) > 0:
		return maybe
	case had.UniqueID == c.Target.UniqueID && had.ConfigurationHash == c.Target.ConfigurationHash && maps.Equal(had.Tags, c.Target.Tags):
		return no
	}
	return yes
}
