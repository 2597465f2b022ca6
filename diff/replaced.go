package diff

import (
	"fmt"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// madeAnew says why two resources of one key are two things, or "" where nothing says so: the unique id differs, or
// else, where AWS gives none, the creation date does. AWS's word that the unique id is the same goes before any date.
//
// A date that its kind declares as able to move (collect.Kind.Approximate, which marks the resource) is no evidence.
// Dates count in whole seconds, since some APIs round them. They count in both directions: of two snapshots the older
// one may be the target.
func madeAnew(old, found *snapshot.Resource) string {
	switch {
	case old.UniqueID != "" && found.UniqueID != "":
		if old.UniqueID != found.UniqueID {
			return fmt.Sprintf("the unique id was %s and is %s", old.UniqueID, found.UniqueID)
		}
	case dateMoved(old, found) && !approximate(old, found):
		return fmt.Sprintf("the creation date moved from %s to %s", old.CreatedAt.UTC().Format(time.RFC3339), found.CreatedAt.UTC().Format(time.RFC3339))
	}
	return ""
}

// perhapsAnew reports whether a date moved that tells nothing, since it can move by itself, and nothing else tells
// either.
func perhapsAnew(old, found *snapshot.Resource) bool {
	return (old.UniqueID == "" || found.UniqueID == "") && dateMoved(old, found) && approximate(old, found)
}

func approximate(old, found *snapshot.Resource) bool {
	return old.Marked(snapshot.MarkApproximateDate) || found.Marked(snapshot.MarkApproximateDate)
}

func dateMoved(old, found *snapshot.Resource) bool {
	return old.CreatedAt != nil && found.CreatedAt != nil && found.CreatedAt.Sub(*old.CreatedAt).Abs() >= time.Second
}

// replaced files a resource that was made anew. What AWS or a controller of the baseline remakes is nobody's drift as
// long as it was made the same: it is counted like what came or went.
func (c *comparison) replaced(old, found *snapshot.Resource, why string, properties []Property) {
	change := changeOf(Replaced, old, found)
	change.Reason, change.Properties = why, properties
	provider := old.Marked(snapshot.MarkProvider) && found.Marked(snapshot.MarkProvider)
	remade := c.remade(change.Change, old) == yes && c.remade(change.Change, found) == yes
	switch {
	case !provider && !remade:
	case len(properties) > 0:
		change.Change, change.Reason = Modified, "made anew by what owns it: "+why
	case provider:
		c.summary.Provider++
		return
	case !c.options.ShowOwned:
		c.summary.Owned++
		return
	default:
		change.remade = true
	}
	c.changes = append(c.changes, change)
}
