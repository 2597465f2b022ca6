package diff

import (
	"fmt"
	"maps"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// present compares a resource that both sides have.
func (c *comparison) present(old, found *snapshot.Resource) {
	if c.tagsLag(old, found) {
		c.doubtful = append(c.doubtful, changeOf(Modified, old, found))
		return
	}
	properties, unread := c.properties(old, found)
	why := madeAnew(old, found)
	switch {
	case why != "":
		c.replaced(old, found, why, properties)
	case len(properties) > 0:
		change := changeOf(Modified, old, found)
		change.Properties = properties
		c.changes = append(c.changes, change)
	case perhapsAnew(old, found):
		c.dated[old.Kind]++
	}
	if len(unread) > 0 {
		change := changeOf(Unknown, old, found)
		change.Properties = unread
		change.Reason = unreadReason(old, found)
		c.changes = append(c.changes, change)
	}
	if why == "" && len(properties)+len(unread) == 0 {
		c.summary.Unchanged++
	}
}

// tagsLag reports whether the tags of what both sides have seem changed, and were read where changes show late: they are
// read once more, from the service itself.
func (c *comparison) tagsLag(old, found *snapshot.Resource) bool {
	return c.options.Live && c.options.Reread != nil && !c.second && c.options.Rules[found.Kind].TagsLag && !maps.Equal(old.Tags, found.Tags)
}

// absent judges a baseline resource that the target does not show.
func (c *comparison) absent(old *snapshot.Resource) {
	scope, seen := c.targetScopes[old.Scope]
	stub, stubbed := c.targetStubs[old.Key]
	switch {
	case stubbed && madeAnew(old, resourceOfStub(stub)) == "":
		c.unknown(old, nil, "the target's selectors left it out: it exists, its configuration is not known")
	case !c.target.Covers(old.AccountID, old.Region) && seen:
		c.leftOut["the target left out the region of what the baseline has of a global service"]++
	case !seen && !c.options.Live:
		// The target did not look there, by choice; gaps() says so once.
	case !seen:
		c.unknown(old, nil, "not captured now: "+c.whyNotSeen(old.Scope))
	case scope.State != snapshot.Complete:
		c.unknown(old, nil, "can't be seen now: "+scope.Why())
	default:
		c.comeOrGo(changeOf(Removed, old, nil))
	}
}

// fresh judges a resource that the baseline does not have.
func (c *comparison) fresh(found *snapshot.Resource) {
	scope, seen := c.baselineScopes[found.Scope]
	if !seen && !c.baseline.EmptyThen(found.Scope) {
		return // outside of what the baseline looked at; gaps() says so once
	}
	if seen && !c.baseline.Covers(found.AccountID, found.Region) {
		c.leftOut["the baseline left out the region of what the target has of a global service"]++
		return
	}
	after := c.madeAfter(found)
	stub, stubbed := c.baselineStubs[found.Key]
	if stubbed && madeAnew(resourceOfStub(stub), found) != "" {
		stubbed = false // another thing of that name
	}
	switch {
	case stubbed && after != yes:
		change := changeOf(Outside, nil, found)
		change.Reason = "the baseline's selectors left it out"
		c.changes = append(c.changes, change)
	case seen && scope.State != snapshot.Complete:
		c.unknown(nil, found, "the baseline could not see: "+scope.Why())
	case after == no:
		change := changeOf(Missed, nil, found)
		change.Reason = "created before the baseline's cut-off, and the baseline does not have it"
		c.comeOrGo(change)
	case after == maybe:
		change := changeOf(Added, nil, found)
		if found.CreatedAt != nil { // without one the mark undated says it
			change.Reason = "AWS's date is after the cut-off but can move"
		}
		c.comeOrGo(change)
	default:
		c.comeOrGo(changeOf(Added, nil, found))
	}
}

// freshStub counts what the target saw and did not select, and the baseline has no word of: whether it is new was not
// looked at.
func (c *comparison) freshStub(stub *snapshot.Stub) {
	_, seen := c.baselineScopes[stub.Scope]
	_, stubbed := c.baselineStubs[stub.Key]
	if (seen || c.baseline.EmptyThen(stub.Scope)) && !stubbed && c.inBaseline[stub.Key] == nil {
		c.leftOut["the target's selectors left out what the baseline does not have"]++
	}
}

// resourceOfStub is what a stub says of a resource.
func resourceOfStub(stub snapshot.Stub) *snapshot.Resource {
	return &snapshot.Resource{Key: stub.Key, Scope: stub.Scope, UniqueID: stub.UniqueID, CreatedAt: stub.CreatedAt}
}

// cutoff is the baseline's cut-off in an account; of one that joined later it is the snapshot's.
func (c *comparison) cutoff(accountID string) time.Time {
	at, ok := c.cutoffs[accountID]
	if !ok {
		at = c.baseline.CutoffOf(accountID)
		c.cutoffs[accountID] = at
	}
	return at
}

type answer int

const (
	maybe answer = iota
	yes
	no
)

// madeAfter tells whether a resource was created after the baseline's cut-off. Whole seconds; equal counts as before. A
// date that can move, and is after the cut-off, tells nothing.
func (c *comparison) madeAfter(r *snapshot.Resource) answer {
	switch {
	case r.CreatedAt == nil:
		return maybe
	case !r.CreatedAt.Truncate(time.Second).After(c.cutoff(r.AccountID)):
		return no
	case r.Marked(snapshot.MarkApproximateDate):
		return maybe
	}
	return yes
}

// comeOrGo files a resource that came or went: hidden and counted where AWS or a controller makes and remakes it, and
// unknown where the side that has it could not tell whether it is dead.
func (c *comparison) comeOrGo(change Change) {
	r := resourceOf(change)
	if r.Marked(snapshot.MarkUnsure) {
		c.unknown(change.Baseline, change.Target, r.UnsureReason())
		return
	}
	if r.Marked(snapshot.MarkProvider) {
		c.summary.Provider++
		return
	}
	switch c.remade(change.Change, r) {
	case yes: // hidden later, unless it weakens something
		change.remade = true
	case maybe:
		change.Reason = andReason(change.Reason, fmt.Sprintf("made by the %s %s, and whether that is the baseline's is not known", r.Owner.Kind, r.Owner.ID))
	}
	c.doubtful = append(c.doubtful, change)
}

// andReason adds to what is said already.
func andReason(reason, more string) string {
	if reason == "" {
		return more
	}
	return reason + "; " + more
}

func (c *comparison) unknown(old, found *snapshot.Resource, reason string) {
	change := changeOf(Unknown, old, found)
	change.Reason = reason
	c.changes = append(c.changes, change)
}
