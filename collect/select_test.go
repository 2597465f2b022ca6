package collect

import (
	"slices"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func TestSelect(t *testing.T) {
	cutoff := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	at := func(d time.Duration) *time.Time { t := cutoff.Add(d); return &t }
	const scope = "1/eu-west-1/ec2:thing"
	day := 24 * time.Hour
	resources := []snapshot.Resource{
		{Key: scope + "/old", Scope: scope, CreatedAt: at(-10 * day), Tags: Tags{"team": "a", "env": "prod"}},
		{Key: scope + "/recent", Scope: scope, CreatedAt: at(-day), Tags: Tags{"team": "b"}},
		{Key: scope + "/same-second", Scope: scope, CreatedAt: at(900 * time.Millisecond)},
		{Key: scope + "/after", Scope: scope, CreatedAt: at(2 * time.Second)},
		{Key: scope + "/moved", Scope: scope, CreatedAt: at(day), Marks: []string{snapshot.MarkApproximateDate}},
		{Key: scope + "/undated", Scope: scope, Marks: []string{snapshot.MarkUndated}, Tags: Tags{"team": "a"}},
	}
	for _, test := range []struct {
		name           string
		selectors      snapshot.Selectors
		members, stubs []string
		cutoff         time.Time
	}{
		{"everything", snapshot.Selectors{}, []string{"moved", "old", "recent", "same-second", "undated"}, nil, cutoff},
		{"before", snapshot.Selectors{Before: at(-2 * day)}, []string{"old"}, []string{"moved", "recent", "same-second", "undated"}, cutoff.Add(-2 * day)},
		{"after", snapshot.Selectors{After: at(-2 * day)}, []string{"moved", "recent", "same-second"}, []string{"old", "undated"}, cutoff},
		{"between", snapshot.Selectors{After: at(-2 * day), Before: at(-time.Hour)}, []string{"recent"}, []string{"moved", "old", "same-second", "undated"}, cutoff.Add(-time.Hour)},
		{"before a date to come", snapshot.Selectors{Before: at(9 * day)}, []string{"moved", "old", "recent", "same-second"}, []string{"undated"}, cutoff},
		{"tag", snapshot.Selectors{Tags: Tags{"team": "a"}}, []string{"old", "undated"}, []string{"moved", "recent", "same-second"}, cutoff},
		{"tags", snapshot.Selectors{Tags: Tags{"team": "a", "env": "prod"}}, []string{"old"}, []string{"moved", "recent", "same-second", "undated"}, cutoff},
		{"any value", snapshot.Selectors{Tags: Tags{"team": "*"}}, []string{"old", "recent", "undated"}, []string{"moved", "same-second"}, cutoff},
	} {
		s := &snapshot.Snapshot{Cutoff: cutoff, Resources: slices.Clone(resources), Coverage: []snapshot.Coverage{{Scope: scope, State: snapshot.Complete}}}
		Select(s, test.selectors)
		var members, stubs []string
		for _, r := range s.Resources {
			members = append(members, r.Key[len(scope)+1:])
		}
		for _, stub := range s.Stubs {
			stubs = append(stubs, stub.Key[len(scope)+1:])
		}
		if !slices.Equal(members, test.members) || !slices.Equal(stubs, test.stubs) || !s.Cutoff.Equal(test.cutoff) {
			t.Errorf("%s: members %q stubs %q cut-off %s\nwant %q %q %s", test.name, members, stubs, s.Cutoff, test.members, test.stubs, test.cutoff)
		}
		if s.Coverage[0].Resources != len(members) {
			t.Errorf("%s: the coverage counts %d of %d", test.name, s.Coverage[0].Resources, len(members))
		}
	}
}

// Whether something is a member can't be told where its tags could not be read.
func TestSelectByUnreadTags(t *testing.T) {
	const scope = "1/eu-west-1/ec2:thing"
	s := &snapshot.Snapshot{
		Resources: []snapshot.Resource{{Key: scope + "/a", Scope: scope, Unknown: []snapshot.Unknown{{Path: snapshot.TagsPath, Code: "AccessDenied"}}}},
		Coverage:  []snapshot.Coverage{{Scope: scope, State: snapshot.Complete}},
	}
	Select(s, snapshot.Selectors{Tags: Tags{"team": "a"}})
	if s.Whole() {
		t.Error("the snapshot counts as whole")
	}
}
