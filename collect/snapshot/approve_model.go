package snapshot

import (
	"fmt"
	"slices"
	"time"
)

// The words for what an approval takes into a baseline. They are those of a comparison.
const (
	TookAdded    = "added"    // a member now
	TookRemoved  = "removed"  // no member any more
	TookModified = "modified" // configuration and tags as they are
	TookReplaced = "replaced" // the thing that has the key now
	TookMissed   = "missed"   // a member now, though older than the cut-off
)

// Approvable are the classes of changes that can be approved. What is unknown can't: nobody has seen it.
func Approvable() []string {
	return []string{TookAdded, TookRemoved, TookReplaced, TookModified, TookMissed}
}

// Approval says who took which drift into a baseline, why, and until when. A baseline keeps those of the baselines that it
// was made from, the oldest first.
type Approval struct {
	At     time.Time `json:"at"`
	By     Person    `json:"by"`
	Reason string    `json:"reason"`
	// Until is when the approval ends; nil is never. From then on a comparison goes by what was before the approval: one
	// that has expired no longer applies.
	Until          *time.Time `json:"until,omitempty"`
	Baseline       string     `json:"baseline"`         // the baseline that it changed, by its name then
	BaselineDigest string     `json:"baselineDigest"`   // and by its digest
	Target         string     `json:"target,omitempty"` // the snapshot that showed the drift; empty for the live account
	Tool           string     `json:"toolVersion"`
	// KnownPaths are the paths that the collector of the approved resources knew, of kinds of which it knew others than the
	// baseline's. (A field that a newer version of the tool brought is compared for these resources, and for the others not.)
	KnownPaths map[string][]Path `json:"knownPaths,omitempty"`
	// Changes are sorted by key.
	Changes []ApprovedChange `json:"changes"`
}

// Person is who did something: as AWS knows them, where AWS was asked, and by the name that their computer has for them.
type Person struct {
	CallerARN string `json:"callerArn,omitempty"`
	User      string `json:"user,omitempty"`
}

// String is a person in a word or two.
func (p Person) String() string {
	switch {
	case p.CallerARN != "" && p.User != "":
		return fmt.Sprintf("%s (%s)", p.CallerARN, p.User)
	case p.CallerARN != "":
		return p.CallerARN
	case p.User != "":
		return p.User
	}
	return "somebody"
}

// ApprovedChange is one resource of an approval.
type ApprovedChange struct {
	Change string `json:"change"`
	Key    string `json:"key"`
	Scope  string `json:"scope"`
	ARN    string `json:"arn,omitempty"`
	ID     string `json:"id"`
	Name   string `json:"name,omitempty"`
	// ConfigurationHash is that of what was approved; empty for what was removed.
	ConfigurationHash string `json:"configurationHash,omitempty"`
	// Before and BeforeStub are what the baseline had, where the approval ends some day: nothing, for what was added.
	Before     *Resource `json:"before,omitempty"`
	BeforeStub *Stub     `json:"beforeStub,omitempty"`
	// Undone says that the baseline is without this change again: it had expired when the baseline was made from another.
	Undone bool `json:"undone,omitempty"`
}

// Kind is the kind of the resource.
func (c *ApprovedChange) Kind() string { return KindOfKey(c.Key) }

// Region is the resource's own region.
func (c *ApprovedChange) Region() string {
	_, region, _ := SplitScope(c.Key)
	return region
}

// AccountID is the resource's account.
func (c *ApprovedChange) AccountID() string {
	account, _, _ := SplitScope(c.Key)
	return account
}

// Label is what people call the resource: its ARN, or its key where AWS gives it none.
func (c *ApprovedChange) Label() string {
	if c.ARN != "" {
		return c.ARN
	}
	return c.Key
}

// Expired reports whether an approval has ended.
func (a *Approval) Expired(now time.Time) bool { return a.Until != nil && !now.Before(*a.Until) }

// checkApprovals refuses approvals that could not be undone rightly.
func checkApprovals(approvals []Approval) error {
	for i := range approvals {
		for j := range approvals[i].Changes {
			c := &approvals[i].Changes[j]
			at := fmt.Sprintf("metadata.approvals[%d].changes[%d]", i, j)
			switch {
			case c.Key == "" || c.Scope == "":
				return fmt.Errorf("%w: %s has no key or scope", ErrDamaged, at)
			case !slices.Contains(Approvable(), c.Change):
				return fmt.Errorf("%w: %s: %q is nothing that can be approved", ErrDamaged, at, c.Change)
			case c.BeforeStub != nil && c.BeforeStub.Key != c.Key:
				return fmt.Errorf("%w: %s: what was before is %s, and not %s", ErrDamaged, at, c.BeforeStub.Key, c.Key)
			case c.Before == nil:
				if before := c.Change != TookAdded && c.Change != TookMissed; before && approvals[i].Until != nil {
					return fmt.Errorf("%w: %s does not say what was before it", ErrDamaged, at)
				}
				continue
			case c.Before.Key != c.Key || c.Before.Kind == "" || c.Before.Scope == "":
				return fmt.Errorf("%w: %s: what was before is not a state of %s", ErrDamaged, at, c.Key)
			}
			if err := checkConfiguration(c.Before); err != nil {
				return fmt.Errorf("%w: %s.before: %v", ErrDamaged, at, err)
			}
		}
	}
	return nil
}
