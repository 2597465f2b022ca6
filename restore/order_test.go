package restore

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// planOf plans what was added to an empty account.
func planOf(t *testing.T, w *world, filter Filter, added ...*thing) (*Plan, *snapshot.Snapshot) {
	t.Helper()
	baseline := w.baseline(t)
	for _, a := range added {
		if a.created == nil {
			a.created = after(time.Minute)
		}
	}
	w.add(added...)
	plan, err := Build(t.Context(), w.account(), baseline, filter)
	if err != nil {
		t.Fatal(err)
	}
	return plan, baseline
}

// lines are a plan's actions as "step do id".
func lines(plan *Plan) []string {
	var out []string
	for _, a := range plan.Actions {
		out = append(out, strings.Join([]string{string(rune('0' + a.Step)), string(a.Do), a.ID}, " "))
	}
	return out
}

func keyOf(kind, id string) string { return snapshot.ResourceKey(accountID, worldRegions[0], kind, id) }

func TestSteps(t *testing.T) {
	for _, test := range []struct {
		name  string
		added []*thing
		want  []string
	}{
		{"what names goes first", []*thing{
			{kind: "t:plain", id: "vpc"}, {kind: "t:plain", id: "subnet", typed: []string{keyOf("t:plain", "vpc")}},
			{kind: "t:plain", id: "instance", typed: []string{keyOf("t:plain", "vpc"), keyOf("t:plain", "subnet")}},
		}, []string{"1 delete instance", "2 delete subnet", "3 delete vpc"}},
		{"owners go first, even if their children name them", []*thing{
			{kind: "t:owner", id: "group"}, {kind: "t:plain", id: "child", owner: keyOf("t:owner", "group"), typed: []string{keyOf("t:owner", "group")}},
		}, []string{"1 delete group", "2 delete child"}},
		{"what is named in passing orders nothing", []*thing{
			{kind: "t:plain", id: "a", scanned: []string{keyOf("t:plain", "b")}}, {kind: "t:plain", id: "b", scanned: []string{keyOf("t:plain", "a")}},
		}, []string{"1 delete a", "1 delete b"}},
		{"late ones go last, and what waits for them later", []*thing{
			{kind: "t:late", id: "key", typed: []string{keyOf("t:plain", "named")}}, {kind: "t:plain", id: "named"},
			{kind: "t:plain", id: "a"}, {kind: "t:plain", id: "b", typed: []string{keyOf("t:plain", "a")}},
		}, []string{"1 delete b", "2 delete a", "3 delete key", "4 delete named"}},
		{"late ones wait for each other", []*thing{
			{kind: "t:late", id: "primary"}, {kind: "t:late", id: "replica", typed: []string{keyOf("t:late", "primary")}}, {kind: "t:plain", id: "a"},
		}, []string{"1 delete a", "2 delete replica", "3 delete primary"}},
		{"circles are undone first", []*thing{
			{kind: "t:linked", id: "a", typed: []string{keyOf("t:linked", "b")}}, {kind: "t:linked", id: "b", typed: []string{keyOf("t:linked", "a")}},
			{kind: "t:plain", id: "user", typed: []string{keyOf("t:linked", "a")}},
		}, []string{"1 unlink a", "1 unlink b", "1 delete b", "1 delete user", "2 delete a"}},
		{"a circle is undone where it can be", []*thing{
			{kind: "t:linked", id: "a", typed: []string{keyOf("t:plain", "b")}}, {kind: "t:plain", id: "b", typed: []string{keyOf("t:linked", "a")}},
		}, []string{"1 unlink a", "1 delete b", "2 delete a"}},
		{"an owner in a circle still goes before what it made", []*thing{
			{kind: "t:linked", id: "owner", typed: []string{keyOf("t:linked", "child")}},
			{kind: "t:linked", id: "child", owner: keyOf("t:linked", "owner"), typed: []string{keyOf("t:linked", "third")}},
			{kind: "t:linked", id: "third", typed: []string{keyOf("t:linked", "owner")}},
		}, []string{"1 unlink child", "1 unlink owner", "1 unlink third", "1 delete owner", "1 delete third", "2 delete child"}},
		{"what can't be undone stays, and what it names", []*thing{
			{kind: "t:plain", id: "a", typed: []string{keyOf("t:plain", "b"), keyOf("t:plain", "named")}},
			{kind: "t:plain", id: "b", typed: []string{keyOf("t:plain", "a")}}, {kind: "t:plain", id: "named"}, {kind: "t:plain", id: "free"},
		}, []string{"1 delete free"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld()
			plan, _ := planOf(t, w, Filter{}, test.added...)
			if got := lines(plan); !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// A plan of ten thousand actions is made and ordered without a step for every pair of them.
func TestManyActions(t *testing.T) {
	w := newWorld()
	var added []*thing
	vpc := &thing{kind: "t:plain", id: "vpc"}
	for n := range 10000 {
		added = append(added, &thing{kind: "t:plain", id: "n" + string(rune('a'+n%26)) + strings.Repeat("x", n%7) + time.Duration(n).String(), typed: []string{keyOf("t:plain", "vpc")}})
	}
	plan, baseline := planOf(t, w, Filter{}, append(added, vpc)...)
	if len(plan.Actions) != 10001 || len(plan.Actions[10000].After) != 10000 {
		t.Fatalf("%d actions", len(plan.Actions))
	}
	now, err := Rejudge(t.Context(), w.account(), baseline, plan)
	if err != nil {
		t.Fatal(err)
	}
	r := newRunner(w.account(), plan, now, new(journal), ApplyOptions{})
	if ready := r.ready(); len(ready) != startsARound || slices.Contains(ready, 10000) {
		t.Errorf("%d are ready", len(ready))
	}
	for i := range 10000 {
		r.state[i] = &Record{State: Gone}
	}
	if ready := r.ready(); !slices.Equal(ready, []int{10000}) {
		t.Errorf("%v are ready", ready)
	}
}
