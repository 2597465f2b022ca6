package diff

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// What changed before a time goes, what changed after it stays, and what nobody can place stays with a mark.
func TestSince(t *testing.T) {
	cutoff := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	at := cutoff.Add(48 * time.Hour)
	before, after := at.Add(-time.Hour), at.Add(time.Hour)
	resource := func(value string, created *time.Time) *snapshot.Resource {
		raw := json.RawMessage(`{"Value":"` + value + `"}`)
		return &snapshot.Resource{Key: "1/eu/sqs:queue/q", Scope: "1/eu/sqs:queue", Kind: "sqs:queue", AccountID: "1", Region: "eu", ID: "q",
			CreatedAt: created, Configuration: raw, ConfigurationHash: snapshot.Hash(raw)}
	}
	capture := func(state snapshot.State, resources ...*snapshot.Resource) *snapshot.Snapshot {
		s := &snapshot.Snapshot{Cutoff: before, Accounts: []snapshot.Account{{AccountID: "1", AllRegions: true}},
			Coverage: []snapshot.Coverage{{Scope: "1/eu/sqs:queue", AccountID: "1", Region: "eu", Kind: "sqs:queue", State: state}}}
		for _, r := range resources {
			s.Resources = append(s.Resources, *r)
		}
		return s
	}
	by := func(confidence Confidence, times ...time.Time) (actors []Actor) {
		for _, at := range times {
			actors = append(actors, Actor{Event: "sqs:SetQueueAttributes", Time: at, Confidence: confidence})
		}
		return actors
	}
	approximate := resource("b", &after)
	approximate.Mark(snapshot.MarkApproximateDate)
	unread := resource("b", nil)
	unread.Unknown = []snapshot.Unknown{{Path: "Value"}}
	early := capture(snapshot.Complete, resource("b", nil))
	early.Cutoff = cutoff.Add(-time.Hour)
	old := resource("a", nil)
	for _, test := range []struct {
		name     string
		class    Class
		old, now *snapshot.Resource
		actors   []Actor
		then     *snapshot.Snapshot
		baseline time.Time
		want     string // "" is gone, "mark" is shown with the mark, "plain" without
	}{
		{name: "added after", class: Added, now: resource("b", &after), want: "plain"},
		{name: "added before", class: Added, now: resource("b", &before), want: ""},
		{name: "added in that second", class: Added, now: resource("b", &at), want: ""},
		{name: "added, no date", class: Added, now: resource("b", nil), want: "mark"},
		{name: "added, a date that can move", class: Added, now: approximate, want: "mark"},
		{name: "missed", class: Missed, now: resource("b", &before), want: ""},
		{name: "outside", class: Outside, now: resource("b", &before), want: ""},
		{name: "replaced after", class: Replaced, old: old, now: resource("b", &after), want: "plain"},
		{name: "modified, nobody knows when", class: Modified, old: old, now: resource("b", nil), want: "mark"},
		{name: "modified after, by an event", class: Modified, old: old, now: resource("b", nil), actors: by(ByResource, after, before), want: "plain"},
		{name: "modified before, by events", class: Modified, old: old, now: resource("b", nil), actors: by(ByResourceAndAction, before), want: ""},
		{name: "modified before, by an event that need not be it", class: Modified, old: old, now: resource("b", nil), actors: by(ByWindow, before), want: "mark"},
		{name: "made before and changed after", class: Added, now: resource("b", &before), actors: by(ByResource, after), want: "plain"},
		{name: "removed after", class: Removed, old: old, actors: by(ByResource, after), want: "plain"},
		{name: "removed, the capture still had it", class: Removed, old: old, then: capture(snapshot.Complete, old), want: "plain"},
		{name: "removed, it was gone in the capture", class: Removed, old: old, then: capture(snapshot.Complete), want: ""},
		{name: "removed, the capture could not see", class: Removed, old: old, then: capture(snapshot.Denied), want: "mark"},
		{name: "removed, the capture saw a part", class: Removed, old: old, then: capture(snapshot.Partial), want: "mark"},
		{name: "modified, the capture showed it", class: Modified, old: old, now: resource("b", nil), then: capture(snapshot.Complete, resource("b", nil)), want: ""},
		{name: "modified, the capture did not show it", class: Modified, old: old, now: resource("b", nil), then: capture(snapshot.Complete, old), want: "plain"},
		{name: "modified, the capture could not read it", class: Modified, old: old, now: resource("b", nil), then: capture(snapshot.Complete, unread), want: "mark"},
		{name: "modified, the capture is older than the baseline", class: Modified, old: old, now: resource("b", nil), then: early, want: "mark"},
		{name: "modified, the baseline is newer than the time", class: Modified, old: old, now: resource("b", nil), baseline: after, want: "plain"},
		{name: "missed, the baseline is newer than the time", class: Missed, now: resource("b", &before), baseline: after, want: ""},
		{name: "unknown", class: Unknown, old: old, want: "plain"},
	} {
		t.Run(test.name, func(t *testing.T) {
			change := changeOf(test.class, test.old, test.now)
			change.Actors = test.actors
			r := &Report{Baseline: Side{Cutoff: cutoff}, Changes: []Change{change}}
			if !test.baseline.IsZero() {
				r.Baseline.Cutoff = test.baseline
			}
			r.Since(at, test.then)
			got := ""
			if len(r.Changes) == 1 {
				got = "plain"
				if slices.Contains(r.Changes[0].Marks, MarkTimeUnknown) {
					got = "mark"
				}
			}
			if got != test.want {
				t.Errorf("it is %q, want %q", got, test.want)
			}
			notes := strings.Join(r.Notes, "\n")
			if gone := got == ""; gone != (r.Summary.FilteredOut == 1) || gone != strings.Contains(notes, "1 change came before and is not shown") {
				t.Errorf("%d filtered out; %s", r.Summary.FilteredOut, notes)
			}
			if (got == "mark") != strings.Contains(notes, `1 change at an unknown time is shown, marked "time unknown"`) {
				t.Error(notes)
			}
			if shown := got != "" && test.class != Unknown; shown != r.Differences() {
				t.Errorf("differences: %v", r.Differences())
			}
		})
	}
}
