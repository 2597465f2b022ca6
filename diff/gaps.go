package diff

import (
	"fmt"
	"maps"
	"slices"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// notCaptured is the state of a scope that a side has no word of.
const notCaptured snapshot.State = "not captured"

// gaps lists the scopes that were not seen wholly on both sides. A service that is unavailable on both is none.
func (c *comparison) gaps() []Gap {
	gaps := []Gap{}
	for scope, b := range c.baselineScopes {
		t, seen := c.targetScopes[scope]
		if !seen {
			if !c.options.Live {
				c.skipped["the target did not look at what the baseline has"]++
				continue
			}
			t = snapshot.Coverage{State: notCaptured, Message: c.whyNotSeen(scope)}
		}
		if b.State == snapshot.Unavailable && t.State == snapshot.Unavailable && (b.Code == notAWS || t.Code == notAWS) {
			c.skipped["the endpoint lacks the operations of what neither side could look at"]++
			continue
		}
		if (b.State == snapshot.Complete && t.State == snapshot.Complete) || (b.State == snapshot.Unavailable && t.State == snapshot.Unavailable) {
			continue
		}
		gap := Gap{Scope: scope, AccountID: b.AccountID, Region: b.Region, Kind: b.Kind, Baseline: b.State, Target: t.State, Reason: "now " + t.Why()}
		if t.State == snapshot.Complete {
			gap.Reason = "in the baseline " + b.Why()
		}
		gaps = append(gaps, gap)
	}
	for scope, t := range c.targetScopes {
		if _, seen := c.baselineScopes[scope]; seen {
			continue
		}
		switch {
		case !c.baseline.EmptyThen(scope):
			c.skipped["the baseline did not look at what the target has"]++
		case t.State != snapshot.Complete && t.State != snapshot.Unavailable:
			gaps = append(gaps, Gap{
				Scope: scope, AccountID: t.AccountID, Region: t.Region, Kind: t.Kind, Baseline: snapshot.Complete, Target: t.State,
				Reason: "the region was enabled since; now " + t.Why(),
			})
		}
	}
	slices.SortFunc(gaps, func(a, b Gap) int {
		if a.Scope < b.Scope {
			return -1
		}
		return 1
	})
	return gaps
}

// notAWS is the code of a web page where an emulator, or something else that an endpoint URL names, has no answer: that
// is no word of AWS's that there is nothing.
const notAWS = "NotAnAWSAnswer"

// whyNotSeen says why a live capture lacks a scope of the baseline.
func (c *comparison) whyNotSeen(scope string) string {
	accountID, region, _ := snapshot.SplitScope(scope)
	for _, account := range c.target.Accounts {
		if account.AccountID != accountID {
			continue
		}
		for _, r := range account.Regions {
			if r.Name == region && r.OptIn == "not-opted-in" {
				return "the region is no longer enabled"
			}
		}
	}
	return "this version of the tool does not collect it, or it was left out"
}

// notes says in sentences what was not compared.
func (c *comparison) notes() []string {
	var notes []string
	for _, why := range slices.Sorted(maps.Keys(c.skipped)) {
		notes = append(notes, fmt.Sprintf("%s: %s not compared", why, count(c.skipped[why], "scope is", "scopes are")))
		c.summary.ScopesNotCompared += c.skipped[why]
	}
	for _, why := range slices.Sorted(maps.Keys(c.leftOut)) {
		notes = append(notes, fmt.Sprintf("%s: %s not compared", why, count(c.leftOut[why], "resource is", "resources are")))
		c.summary.ResourcesNotCompared += c.leftOut[why]
	}
	for _, kind := range slices.Sorted(maps.Keys(c.dated)) {
		notes = append(notes, fmt.Sprintf("%s: the creation date of %s moved and nothing else did: that AWS moves it with some changes, or that it was made anew, can't be told apart",
			kind, count(c.dated[kind], "resource", "resources")))
		c.summary.ResourcesNotCompared += c.dated[kind]
	}
	if c.otherKey > 0 {
		notes = append(notes, fmt.Sprintf("secrets are masked under different keys (%s and %s): %s not compared",
			c.baseline.MaskKeyID, c.target.MaskKeyID, count(c.otherKey, "value is", "values are")))
	}
	for _, kind := range slices.Sorted(maps.Keys(c.notCompared)) {
		notes = append(notes, fmt.Sprintf("%s: %s not compared, since the version of the tool that made one side did not know them", kind,
			count(c.notCompared[kind], "property is", "properties are")))
		c.summary.NotCompared += c.notCompared[kind]
	}
	c.summary.NotCompared += c.otherKey
	notes = append(notes, c.acceptedNotes()...)
	notes = append(notes, c.ignoring.expiredNotes()...)
	notes = append(notes, c.ignoring.idleNotes(c.baseline.KnownPaths, c.target.KnownPaths)...)
	for _, i := range c.ignored {
		notes = append(notes, "ignored: "+i.sentence())
	}
	for _, s := range []*snapshot.Snapshot{c.baseline, c.target} {
		notes = append(notes, lapsedNotes(s)...)
		if s.Edited {
			notes = append(notes, fmt.Sprintf("the snapshot %s was edited after it was written: its digest does not fit", s.Name))
		}
	}
	return notes
}

// count is a number with its words.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
