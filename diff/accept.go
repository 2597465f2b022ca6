package diff

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// AcceptedGap says that somebody knows of a gap of the baseline and lives with it. Every field that is not empty must fit.
type AcceptedGap struct {
	Name     string
	Kinds    []string
	Regions  []string // "global" among them
	Accounts []string
	Reason   string
	Until    time.Time
}

func (a AcceptedGap) fits(accountID, region, kind string, now time.Time) bool {
	return (a.Until.IsZero() || now.Before(a.Until)) && fitsIn(a.Kinds, kind) && fitsIn(a.Regions, region) && fitsIn(a.Accounts, accountID)
}

// accepts reports whether a gap of a place is accepted.
func (o Options) accepts(accountID, region, kind string) bool {
	now := o.now()
	return o.AcceptAllGaps || slices.ContainsFunc(o.AcceptGaps, func(a AcceptedGap) bool { return a.fits(accountID, region, kind, now) })
}

func (o Options) now() time.Time {
	if o.Now.IsZero() {
		return time.Now()
	}
	return o.Now
}

// acceptGaps takes out the gaps that the baseline shares and somebody accepted, and what is unknown because of them. A gap
// that the baseline does not have is never accepted: something that was seen is not any more.
func (c *comparison) acceptGaps(gaps []Gap) []Gap {
	accepted := make(map[string]bool)
	gaps = slices.DeleteFunc(gaps, func(g Gap) bool {
		if g.Baseline == snapshot.Complete || g.Baseline == snapshot.Unavailable || !c.options.accepts(g.AccountID, g.Region, g.Kind) {
			return false
		}
		accepted[g.Scope] = true
		return true
	})
	c.summary.AcceptedGaps = len(accepted)
	c.changes = slices.DeleteFunc(c.changes, func(change Change) bool {
		r := resourceOf(change)
		ours := len(change.Properties) > 0 // parts that the baseline could not read either
		for _, p := range change.Properties {
			ours = ours && p.OldUnknown
		}
		ours = ours || change.Target == nil && change.Baseline.Marked(snapshot.MarkUnsure)
		if change.Change != Unknown || !accepted[r.Scope] && !(ours && c.options.accepts(r.AccountID, r.Region, r.Kind)) {
			return false
		}
		c.summary.AcceptedUnknown++
		return true
	})
	return gaps
}

// acceptedNotes is the one line on what was accepted, and on what no longer is.
func (c *comparison) acceptedNotes() []string {
	var notes []string
	s := c.summary
	if s.AcceptedGaps+s.AcceptedUnknown > 0 {
		notes = append(notes, fmt.Sprintf("accepted: %s that the baseline could not see wholly, and with them %s", count(s.AcceptedGaps, "scope", "scopes"),
			count(s.AcceptedUnknown, "resource that can't be compared", "resources that can't be compared")))
	}
	for _, gap := range c.options.AcceptGaps {
		if now := c.options.now(); !gap.Until.IsZero() && !now.Before(gap.Until) {
			notes = append(notes, fmt.Sprintf("%s expired on %s and no longer applies: %s", gap.Name, gap.Until.UTC().Format(time.DateOnly), gap.Reason))
		}
	}
	return notes
}
