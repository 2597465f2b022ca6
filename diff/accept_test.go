package diff

import (
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// TestAcceptedGaps: a gap of the baseline can be accepted, one that came since never.
func TestAcceptedGaps(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	gap := func(state snapshot.State) *snapshot.Snapshot {
		s := sideOf(`{}`, nil)
		s.Coverage[0].State, s.Coverage[0].Code = state, "AccessDenied"
		if state == snapshot.Denied {
			s.Resources = nil
		}
		return s
	}
	part := func(unread bool) *snapshot.Snapshot {
		s := sideOf(`{}`, nil)
		if unread {
			s.Resources[0].Unknown = []snapshot.Unknown{{Path: "Policy", Code: "AccessDenied"}}
		}
		return s
	}
	unsure := func(s *snapshot.Snapshot) *snapshot.Snapshot {
		s.Resources[0].Mark(snapshot.MarkUnsure)
		return s
	}
	none := func() *snapshot.Snapshot {
		s := sideOf(`{}`, nil)
		s.Resources = nil
		return s
	}
	queues := AcceptedGap{Kinds: []string{"sqs:queue"}, Regions: []string{"eu-west-1"}, Reason: "nobody may read them"}
	with := func(change func(*AcceptedGap)) Options {
		accepted := queues
		change(&accepted)
		return Options{AcceptGaps: []AcceptedGap{accepted}, Now: now}
	}
	accepted := with(func(*AcceptedGap) {})
	for name, test := range map[string]struct {
		old, found *snapshot.Snapshot
		options    Options
		trouble    bool
	}{
		"not accepted":                       {gap(snapshot.Denied), gap(snapshot.Denied), Options{}, true},
		"on both sides":                      {gap(snapshot.Denied), gap(snapshot.Denied), accepted, false},
		"all accepted":                       {gap(snapshot.Denied), gap(snapshot.Denied), Options{AcceptAllGaps: true}, false},
		"in the baseline alone":              {gap(snapshot.Denied), gap(snapshot.Complete), accepted, false},
		"since the baseline":                 {gap(snapshot.Complete), gap(snapshot.Denied), accepted, true},
		"since the baseline, all accepted":   {gap(snapshot.Complete), gap(snapshot.Denied), Options{AcceptAllGaps: true}, true},
		"half seen":                          {gap(snapshot.Partial), gap(snapshot.Partial), accepted, false},
		"another region":                     {gap(snapshot.Denied), gap(snapshot.Denied), with(func(a *AcceptedGap) { a.Regions = []string{"us-east-1"} }), true},
		"another kind":                       {gap(snapshot.Denied), gap(snapshot.Denied), with(func(a *AcceptedGap) { a.Kinds = []string{"sns:topic"} }), true},
		"another account":                    {gap(snapshot.Denied), gap(snapshot.Denied), with(func(a *AcceptedGap) { a.Accounts = []string{"2"} }), true},
		"until now":                          {gap(snapshot.Denied), gap(snapshot.Denied), with(func(a *AcceptedGap) { a.Until = now }), true},
		"a part on both sides":               {part(true), part(true), accepted, false},
		"a part of the baseline":             {part(true), part(false), accepted, false},
		"a part that was read once":          {part(false), part(true), accepted, true},
		"a part on both sides, not accepted": {part(true), part(true), Options{}, true},
		"gone, perhaps before":               {unsure(part(true)), none(), accepted, false},
		"new, perhaps dying":                 {none(), unsure(part(true)), accepted, true},
	} {
		report, err := Compare(t.Context(), test.old, test.found, test.options)
		if err != nil {
			t.Fatal(err)
		}
		if report.Incomplete() != test.trouble {
			t.Errorf("%s: trouble %v; %+v", name, report.Incomplete(), report.Summary)
		}
		if said := strings.Contains(strings.Join(report.Notes, "\n"), "accepted: "); said == test.trouble {
			t.Errorf("%s: notes %q", name, report.Notes)
		}
		if report.Differences() {
			t.Errorf("%s: differences: %+v", name, report.Summary)
		}
	}
}
