// Package diff compares a snapshot or the live account with a baseline, property by property, and never concludes
// anything from what could not be seen.
package diff

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Document is what the document field of a report says.
const Document = "diff"

// Class is what happened to a resource.
type Class string

// The classes of changes. Added, removed, modified, replaced and missed are differences; unknown is a gap; outside is
// neither.
const (
	Added    Class = "added"    // not in the baseline, and made after it as far as AWS says
	Removed  Class = "removed"  // in the baseline, and seen to be gone
	Modified Class = "modified" // tags or configuration differ
	Replaced Class = "replaced" // the same key, another thing: its unique id or its exact creation date says so
	Unknown  Class = "unknown"  // can't be told: one side, or a part, could not be read
	Outside  Class = "outside"  // the baseline's selectors left it out
	Missed   Class = "missed"   // older than the baseline, and not in it
)

// Classes are all classes in the order of a report.
func Classes() []Class {
	return []Class{Added, Removed, Replaced, Modified, Missed, Unknown, Outside}
}

// Report is the result of a comparison, and the document that -o json prints. Changes are sorted by kind, region, class
// and key.
type Report struct {
	Document      string   `json:"document"`
	SchemaVersion int      `json:"schemaVersion"`
	Baseline      Side     `json:"baseline"`
	Target        Side     `json:"target"`
	Coverage      []Gap    `json:"coverage"`
	Summary       Summary  `json:"summary"`
	Changes       []Change `json:"changes"`
	Notes         []string `json:"notes,omitempty"` // what was not compared, and why, in sentences
	// NoiseVersion is the version of the rules that hide differences which mean nothing, and Ignored what they hid, where
	// that was asked for.
	NoiseVersion int       `json:"noiseVersion"`
	Ignored      []Ignored `json:"ignored,omitempty"`
}

// Side names one of the two sides.
type Side struct {
	Name       string    `json:"name,omitempty"` // of the snapshot; empty for the live account
	Live       bool      `json:"live"`
	Digest     string    `json:"digest,omitempty"`
	Edited     bool      `json:"edited,omitempty"` // the file is not what its digest says
	Cutoff     time.Time `json:"cutoff"`
	AccountIDs []string  `json:"accountIds"`
	Resources  int       `json:"resources"`
}

// Gap is a scope that was not seen wholly on both sides. Nothing is said of it but unknown.
type Gap struct {
	Scope     string         `json:"scope"`
	AccountID string         `json:"accountId"`
	Region    string         `json:"region"`
	Kind      string         `json:"kind"`
	Baseline  snapshot.State `json:"baseline"`
	Target    snapshot.State `json:"target"`
	Reason    string         `json:"reason"`
}

// Summary counts. Owned and provider resources that come and go are counted here and are not among the changes.
type Summary struct {
	Added    int `json:"added"`
	Removed  int `json:"removed"`
	Modified int `json:"modified"`
	Replaced int `json:"replaced"`
	Unknown  int `json:"unknown"`
	Outside  int `json:"outside"`
	Missed   int `json:"missed"`

	Unchanged            int `json:"unchanged"`
	Owned                int `json:"owned"`
	Provider             int `json:"provider"`
	TagChanges           int `json:"tagChanges"`           // properties
	ConfigurationChanges int `json:"configurationChanges"` // properties

	// What was not compared and is no gap, since somebody chose so or the two sides can't know. The notes say why.
	NotCompared          int `json:"notCompared"`          // properties that one side could not know, secrets under other keys
	ScopesNotCompared    int `json:"scopesNotCompared"`    // only one of two snapshots looked there
	ResourcesNotCompared int `json:"resourcesNotCompared"` // left out by one side's choice; or nobody can tell whether made anew

	Severities SeverityCounts `json:"severities"` // changes, by the worst finding of each

	Gaps int `json:"gaps"` // scopes

	// What the baseline could not see either, and somebody accepted: scopes, and resources that can't be compared.
	AcceptedGaps    int `json:"acceptedGaps"`
	AcceptedUnknown int `json:"acceptedUnknown"`
	// Differences that somebody's own rules hid, and those that mean nothing by the tool's.
	Ignored    int `json:"ignored"`
	Suppressed int `json:"suppressed"`
	// What is opened or weakened by what somebody's rules hid: resources, by the worst.
	IgnoredSeverities SeverityCounts `json:"ignoredSeverities"`

	// What [Report.Narrow] took out by class or tag.
	FilteredOut        int `json:"filteredOut"`        // changes
	UnknownFilteredOut int `json:"unknownFilteredOut"` // of these, unknown ones that could be what was asked for
}

// Change is what happened to one resource.
type Change struct {
	Change     Class           `json:"change"`
	Key        string          `json:"key"`
	ARN        string          `json:"arn,omitempty"`
	Kind       string          `json:"kind"`
	ID         string          `json:"id"`
	Name       string          `json:"name,omitempty"`
	AccountID  string          `json:"accountId"`
	Region     string          `json:"region"`
	CreatedAt  *time.Time      `json:"createdAt,omitempty"`
	Marks      []string        `json:"marks,omitempty"`
	Owner      *snapshot.Owner `json:"owner,omitempty"`
	Reason     string          `json:"reason,omitempty"`
	Properties []Property      `json:"properties,omitempty"`
	Findings   []Finding       `json:"findings,omitempty"` // the worst first
	Actors     []Actor         `json:"actors,omitempty"`   // the latest first
	// Unattributed says that CloudTrail was asked for the whole time, and that no event fits. Without it and without
	// actors, nobody knows.
	Unattributed bool `json:"unattributed,omitempty"`

	// Baseline and Target are the resource on either side, where it was seen.
	Baseline *snapshot.Resource `json:"-"`
	Target   *snapshot.Resource `json:"-"`

	remade  bool    // a child of a baseline owner that came or went
	earlier []Actor // those who don't fit into Actors
	others  []Actor // whose events name the resource, and are less sure to have changed it
	more    bool    // of all these there are more
}

// Label is what people call the resource: its ARN, or its key where AWS gives it none.
func (c *Change) Label() string {
	if c.ARN != "" {
		return c.ARN
	}
	return c.Key
}

// Part says whether a property is a tag.
type Part string

// The parts of a resource, counted apart.
const (
	PartTags          Part = "tags"
	PartConfiguration Part = "configuration"
)

// Property is one place that differs. Old or New is null where the side has no value. An element of a list whose order
// means nothing is named by its key field ("IpRanges[CidrIp=10.0.0.0/8]"), or by "[]" where it has none. In an unknown
// change, null on a side that could not read the place says nothing, and OldUnknown or NewUnknown is set.
type Property struct {
	Path string          `json:"path"`
	Part Part            `json:"part"`
	Old  json.RawMessage `json:"old"`
	New  json.RawMessage `json:"new"`

	OldUnknown bool `json:"oldUnknown,omitempty"`
	NewUnknown bool `json:"newUnknown,omitempty"`

	// StandsFor says which names in New stand for others in the target, where it was mapped: an account or region of the
	// target's own for one of the baseline's, which the target names.
	StandsFor map[string]string `json:"standsFor,omitempty"`
}

// Differences reports whether anything differs: added, removed, modified, replaced or missed.
func (r *Report) Differences() bool {
	s := r.Summary
	return s.Added+s.Removed+s.Modified+s.Replaced+s.Missed > 0
}

// Incomplete reports whether something could not be compared for want of sight.
func (r *Report) Incomplete() bool {
	return r.Summary.Gaps > 0 || r.Summary.Unknown > 0 || r.Summary.UnknownFilteredOut > 0
}

// NotCompared reports whether something was not compared for another reason than want of sight.
func (r *Report) NotCompared() bool {
	return r.Summary.NotCompared+r.Summary.ScopesNotCompared+r.Summary.ResourcesNotCompared > 0
}

// HideOwned takes out what [Options.ShowOwned] let in, and counts it instead.
func (r *Report) HideOwned() { r.hideOwned(func(*Change) bool { return false }) }

// hideOwned is HideOwned but for what keep says.
func (r *Report) hideOwned(keep func(*Change) bool) {
	before := len(r.Changes)
	r.Changes = slices.DeleteFunc(r.Changes, func(c Change) bool { return c.remade && !keep(&c) })
	r.Summary.Owned += before - len(r.Changes)
	r.count()
}

// count makes the summary's counts of changes anew.
func (r *Report) count() {
	s := &r.Summary
	s.Added, s.Removed, s.Modified, s.Replaced, s.Unknown, s.Outside, s.Missed = 0, 0, 0, 0, 0, 0, 0
	s.TagChanges, s.ConfigurationChanges = 0, 0
	s.Severities = countSeverities(r.Changes)
	counts := map[Class]*int{
		Added: &s.Added, Removed: &s.Removed, Modified: &s.Modified, Replaced: &s.Replaced, Unknown: &s.Unknown,
		Outside: &s.Outside, Missed: &s.Missed,
	}
	for _, change := range r.Changes {
		*counts[change.Change]++
		if change.Change == Unknown {
			continue
		}
		for _, property := range change.Properties {
			if property.Part == PartTags {
				s.TagChanges++
			} else {
				s.ConfigurationChanges++
			}
		}
	}
	s.Gaps = len(r.Coverage)
}
