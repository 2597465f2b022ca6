package diff

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// approved is the baseline with some changes approved, as it is read back from its file.
func approved(t *testing.T, baseline, target *snapshot.Snapshot, until *time.Time, changes ...Change) *snapshot.Snapshot {
	t.Helper()
	var proposals []snapshot.Proposal
	for i := range changes {
		c := &changes[i]
		proposals = append(proposals, snapshot.Proposal{Change: string(c.Change), Key: c.Key, Label: c.Label(), Now: c.Target})
	}
	s, refused, err := baseline.Approve(target, snapshot.Approval{At: cutoff.Add(24 * time.Hour), Reason: "meant", Until: until, By: snapshot.Person{User: "ann"}}, proposals)
	if err != nil || len(refused) > 0 {
		t.Fatalf("%v, refused %+v", err, refused)
	}
	return readBack(t, s)
}

func readBack(t *testing.T, s *snapshot.Snapshot) *snapshot.Snapshot {
	t.Helper()
	var file bytes.Buffer
	if err := snapshot.Write(&file, s, snapshot.JSON); err != nil {
		t.Fatal(err)
	}
	back, err := snapshot.Read(file.Bytes())
	if err != nil || back.Edited {
		t.Fatalf("read back: %v", err)
	}
	return back
}

// compareAt compares two snapshots at a time.
func compareAt(t *testing.T, baseline, target *snapshot.Snapshot, now time.Time) *Report {
	t.Helper()
	report, err := Compare(t.Context(), baseline, target, Options{Rules: rules, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// inFull is every change in full.
func inFull(t *testing.T, changes []Change) []string {
	t.Helper()
	out := make([]string, len(changes))
	for i := range changes {
		text, err := json.Marshal(&changes[i])
		if err != nil {
			t.Fatal(err)
		}
		out[i] = string(text)
	}
	slices.Sort(out)
	return out
}

// Whatever differs: with everything approved nothing differs, with some of it the rest does and nothing else, and once the
// approval has expired all of it does again.
func TestApprovedIsNoDrift(t *testing.T) {
	r := random{rand.New(rand.NewPCG(17, 4))}
	expiry := cutoff.Add(240 * time.Hour)
	differed := 0
	for range 300 {
		baseline, target := readBack(t, r.estate().Snapshot), readBack(t, r.estate().Snapshot)
		all := compareAt(t, baseline, target, cutoff).Changes
		differed += len(all)
		if left := compareAt(t, approved(t, baseline, target, nil, all...), target, cutoff).Changes; len(left) > 0 {
			t.Fatalf("everything is approved, and still:\n%s", strings.Join(inFull(t, left), "\n"))
		}
		var some, rest []Change
		for _, c := range all {
			if r.IntN(2) == 0 {
				some = append(some, c)
			} else {
				rest = append(rest, c)
			}
		}
		partly := approved(t, baseline, target, &expiry, some...)
		if got, want := inFull(t, compareAt(t, partly, target, expiry.Add(-time.Second)).Changes), inFull(t, rest); !slices.Equal(got, want) {
			t.Fatalf("the rest is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		after := compareAt(t, partly, target, expiry)
		if len(some) > 0 && (len(after.Notes) == 0 || !strings.Contains(after.Notes[0], "expired at 2026-11-11T12:00:00Z and no longer applies: ")) {
			t.Fatalf("notes: %q", after.Notes)
		}
		for i := range after.Changes {
			c := &after.Changes[i]
			was := slices.ContainsFunc(some, func(s Change) bool { return s.Key == c.Key })
			if was != strings.Contains(c.Reason, "its approval expired at 2026-11-11T12:00:00Z (meant)") {
				t.Fatalf("%s was approved: %v, and its reason is %q", c.Key, was, c.Reason)
			}
			c.Reason = all[slices.IndexFunc(all, func(a Change) bool { return a.Key == c.Key && a.Change == c.Change })].Reason
		}
		if got, want := inFull(t, after.Changes), inFull(t, all); !slices.Equal(got, want) {
			t.Fatalf("after the expiry it is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	if differed < 1000 {
		t.Errorf("the estates differ in %d places only", differed)
	}
}

// The cut-off stays: what was made after it and was not approved is added, and what was approved is compared like a member.
func TestApprovedYoungerThanTheCutoff(t *testing.T) {
	baseline := readBack(t, newEstate().Snapshot)
	now := newEstate().add("a", `{"X":1}`, created(time.Hour), unique("1")).add("b", `{}`, created(2*time.Hour)).add("old", `{}`, created(-time.Hour))
	target := readBack(t, now.Snapshot)
	all := compareAt(t, baseline, target, cutoff).Changes
	s := approved(t, baseline, target, nil, all[0])
	for _, test := range []struct {
		name string
		live estate
		want string
	}{
		{"as it was approved", now, "added b, missed old"},
		{"changed", newEstate().add("a", `{"X":2}`, created(time.Hour), unique("1")), "modified a"},
		{"made anew", newEstate().add("a", `{"X":1}`, created(3*time.Hour), unique("2")), "replaced a"},
		{"gone", newEstate(), "removed a"},
		{"not seen", newEstate().scope(snapshot.Denied), "unknown a"},
	} {
		if got := told(compareAt(t, s, readBack(t, test.live.Snapshot), cutoff)); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

// A removal that is approved leaves the scope complete: what comes back is new, or was missed, and no gap.
func TestApprovedRemoval(t *testing.T) {
	baseline := readBack(t, newEstate().add("a", `{}`, created(-time.Hour)).Snapshot)
	target := readBack(t, newEstate().Snapshot)
	s := approved(t, baseline, target, nil, compareAt(t, baseline, target, cutoff).Changes...)
	if r := compareAt(t, s, target, cutoff); len(r.Changes)+len(r.Coverage) > 0 {
		t.Errorf("after the approval: %s, %v", told(r), r.Coverage)
	}
	if got := told(compareAt(t, s, readBack(t, newEstate().add("a", `{}`, created(-time.Hour)).Snapshot), cutoff)); got != "missed a" {
		t.Errorf("the same came back: %s", got)
	}
	if got := told(compareAt(t, s, readBack(t, newEstate().add("a", `{}`, created(time.Hour)).Snapshot), cutoff)); got != "added a" {
		t.Errorf("another came: %s", got)
	}
}

// A region that was enabled since counts as empty in the baseline; what is approved there is a member like any.
func TestApprovedInANewRegion(t *testing.T) {
	baseline := readBack(t, newEstate().Snapshot)
	now := func(edits ...func(*snapshot.Resource)) *snapshot.Snapshot {
		e := newEstate().in("ec2:thing", "af-south-1").scope(snapshot.Complete)
		e.Accounts[0].Regions[1].OptIn, e.Accounts[0].Regions[1].Captured = "opted-in", true
		return readBack(t, e.add("a", `{}`, append(edits, created(time.Hour))...).add("b", `{}`, created(time.Hour)).Snapshot)
	}
	s := approved(t, baseline, now(), nil, compareAt(t, baseline, now(), cutoff).Changes[0])
	if got := told(compareAt(t, s, now(), cutoff)); got != "added b" {
		t.Errorf("after the approval: %s", got)
	}
	if got := told(compareAt(t, s, now(tags("team", "x")), cutoff)); got != "added b, modified a" {
		t.Errorf("tagged: %s", got)
	}
}

// What a baseline's collector knew goes on to count for its own resources, and what the approving one knew for those that
// were approved: no false drift when the tool is newer or older, and no drift hidden.
func TestApprovedByAnotherVersion(t *testing.T) {
	older, newer := []snapshot.Path{"Names[]", "Rules[].Port", "X"}, []snapshot.Path{"Names[]", "New", "Rules[].Kind", "Rules[].Port", "X"}
	known := func(e estate, paths []snapshot.Path) *snapshot.Snapshot {
		e.KnownPaths = map[string][]snapshot.Path{"ec2:thing": paths}
		return readBack(t, e.Snapshot)
	}
	const plain, full = `{"Rules":[{"Port":1},{"Port":2},{"Port":3}],"X":1}`, `{"New":true,"Rules":[{"Kind":"a","Port":1},{"Kind":"b","Port":2},{"Kind":"c","Port":3}],"X":1}`
	baseline := known(newEstate().add("kept", plain), older)
	now := newEstate().add("kept", full).add("fresh", full)
	target := known(now, newer)
	all := compareAt(t, baseline, target, cutoff).Changes
	if len(all) != 1 || all[0].ID != "fresh" {
		t.Fatalf("at first: %+v", all)
	}
	s := approved(t, baseline, target, nil, all...)
	if r := compareAt(t, s, target, cutoff); len(r.Changes) > 0 || r.Summary.NotCompared == 0 {
		t.Errorf("by the newer version: %s, not compared %d", told(r), r.Summary.NotCompared)
	}
	if got := told(compareAt(t, s, known(newEstate().add("kept", plain).add("fresh", plain), older), cutoff)); got != "" {
		t.Errorf("by the older version: %s", got)
	}
	changed := known(newEstate().add("kept", full).add("fresh", strings.ReplaceAll(strings.Replace(full, "true", "false", 1), `"b"`, `"B"`)), newer)
	r := compareAt(t, s, changed, cutoff)
	var paths []string
	for _, c := range r.Changes {
		for _, p := range c.Properties {
			paths = append(paths, c.ID+" "+p.Path)
		}
	}
	if want := []string{"fresh New", "fresh Rules[].Kind"}; !slices.Equal(paths, want) {
		t.Errorf("changed where only the newer version looks: %q, want %q", paths, want)
	}
	// The other way round: an older version approves.
	back := approved(t, known(newEstate().add("kept", full), newer), known(newEstate().add("kept", plain).add("fresh", plain), older), nil,
		compareAt(t, known(newEstate().add("kept", full), newer), known(newEstate().add("kept", plain).add("fresh", plain), older), cutoff).Changes...)
	if got := told(compareAt(t, back, target, cutoff)); got != "" {
		t.Errorf("approved by an older version, compared by the newer: %s", got)
	}
	// A kind that the baseline had nothing of, so that nothing was known of it.
	empty := known(newEstate(), nil)
	delete(empty.KnownPaths, "ec2:thing")
	first := known(newEstate().add("fresh", plain), older)
	s = approved(t, readBack(t, empty), first, nil, compareAt(t, empty, first, cutoff).Changes...)
	if got := told(compareAt(t, s, known(newEstate().add("fresh", full), newer), cutoff)); got != "" {
		t.Errorf("approved into an empty kind, compared by a newer version: %s", got)
	}
}

// An approved owner makes its children its own business; an approved child stays a member.
func TestApprovedOwner(t *testing.T) {
	ownerKey := snapshot.ResourceKey(account, region, "ec2:thing", "owner")
	now := newEstate().add("owner", `{}`, created(time.Hour)).add("child", `{}`, created(time.Hour), owned("x:group", "owner", ownerKey))
	baseline, target := readBack(t, newEstate().Snapshot), readBack(t, now.Snapshot)
	all := compareAt(t, baseline, target, cutoff).Changes
	of := func(id string) Change { return all[slices.IndexFunc(all, func(c Change) bool { return c.ID == id })] }
	r := compareAt(t, approved(t, baseline, target, nil, of("owner")), target, cutoff)
	if told(r) != "" || r.Summary.Owned != 1 {
		t.Errorf("the owner is approved: %s, %+v", told(r), r.Summary)
	}
	if got := told(compareAt(t, approved(t, baseline, target, nil, of("child")), target, cutoff)); got != "added owner" {
		t.Errorf("the child is approved: %s", got)
	}
}

// A live comparison goes by AWS's clock, of the capture.
func TestApprovalExpiresByTheCapturesClock(t *testing.T) {
	until := cutoff.Add(48 * time.Hour)
	baseline := readBack(t, newEstate().Snapshot)
	now := newEstate().add("a", `{}`, created(time.Hour))
	target := readBack(t, now.Snapshot)
	s := approved(t, baseline, target, &until, compareAt(t, baseline, target, cutoff).Changes...)
	for at, want := range map[time.Time]string{until.Add(-time.Second): "", until: "added a"} {
		target.Cutoff = at
		r, err := Compare(t.Context(), s, target, Options{Rules: rules, Live: true})
		if err != nil || told(r) != want {
			t.Errorf("captured at %s: %s, want %q (%v)", at, told(r), want, err)
		}
	}
	// Turned round it says the same.
	r := compareAt(t, target, s, until)
	if got := told(r); got != "removed a" || len(r.Notes) != 1 {
		t.Errorf("turned round: %s, %q", got, r.Notes)
	}
}

// Who is to have made a change must have made all of it, surely.
func TestOnlyBy(t *testing.T) {
	ann := Actor{Principal: "arn:aws:iam::111122223333:user/ann", Confidence: ByResource}
	deploy := Actor{Principal: "arn:aws:iam::111122223333:role/ci", Session: "deploy-7", Confidence: ByResourceAndAction}
	perhaps := Actor{Principal: ann.Principal, Confidence: ByWindow}
	for _, test := range []struct {
		name            string
		actors, earlier []Actor
		globs           []string
		want            bool
	}{
		{"hers", []Actor{ann}, nil, []string{"*:user/ann"}, true},
		{"by session", []Actor{deploy}, nil, []string{"deploy-*"}, true},
		{"somebody else's", []Actor{deploy}, nil, []string{"*:user/ann"}, false},
		{"two people's", []Actor{ann, deploy}, nil, []string{"*:user/ann"}, false},
		{"two people's, both meant", []Actor{ann, deploy}, nil, []string{"*:user/ann", "deploy-?"}, true},
		{"somebody else's before", []Actor{ann}, []Actor{deploy}, []string{"*:user/ann"}, false},
		{"by the time only", []Actor{perhaps}, nil, []string{"*:user/ann"}, false},
		{"nobody's", nil, nil, []string{"*"}, false},
	} {
		if got := (&Change{Actors: test.actors, earlier: test.earlier}).OnlyBy(test.globs); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
