package restore

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// scenario is one account, what happens to it between plan and apply and during it, and what must come of it.
type scenario struct {
	name    string
	old     []*thing
	added   []*thing
	filter  Filter
	between func(w *world)            // plan and apply
	during  func(w *world, looks int) // before each look after the first calls
	held    map[string]string         // id → part of the reason in the plan
	want    map[string]string         // id → "state reason", the reason in part, or wholly after "="
	left    string                    // ids that are there in the end, sorted
}

func plain(id string, named ...string) *thing { return &thing{kind: "t:plain", id: id, typed: named} }

func TestApply(t *testing.T) {
	a, b, c := keyOf("t:plain", "a"), keyOf("t:plain", "b"), keyOf("t:plain", "c")
	stack := keyOf("t:owner", "stack")
	inUse := apiError("DependencyViolation")
	for _, s := range []scenario{
		{
			name: "in order", added: []*thing{plain("a"), plain("b", a), plain("c", b)},
			want: map[string]string{"a": "gone", "b": "gone", "c": "gone"},
		},
		{
			name:  "what is in the way of what it named, and no longer will be",
			added: []*thing{{kind: "t:plain", id: "a", refusals: []error{inUse, inUse, apiError("ThrottlingException"), apiError("PartNotFound")}}},
			want:  map[string]string{"a": "gone"},
		},
		{
			name: "a refusal for ever says why, and holds what the refused names", added: []*thing{{kind: "t:plain", id: "a", refused: inUse, typed: []string{b}, scanned: []string{c}}, plain("b"), plain("d")},
			want: map[string]string{"a": "failed =DependencyViolation", "b": "skipped named by", "d": "gone"}, left: "a b",
		},
		{
			name: "denied, and what waits", added: []*thing{{kind: "t:plain", id: "a", refused: apiError("AccessDenied"), typed: []string{b}}, plain("b", c), plain("c"), plain("d")},
			want: map[string]string{"a": "failed AccessDenied", "b": "skipped named by", "c": "skipped named by", "d": "gone"}, left: "a b c",
		},
		{
			name: "what is named in passing by what failed before", added: []*thing{
				{kind: "t:plain", id: "a", refused: apiError("AccessDenied"), scanned: []string{b}}, plain("b"), {kind: "t:plain", id: "c", typed: []string{b}, linger: 3},
			},
			want: map[string]string{"a": "failed AccessDenied", "b": "skipped named by", "c": "gone"}, left: "a b",
		},
		{
			name: "what was begun before holds nothing", added: []*thing{{kind: "t:plain", id: "a", refused: apiError("AccessDenied"), scanned: []string{b}}, plain("b", c), plain("c")},
			want: map[string]string{"a": "failed AccessDenied", "b": "gone", "c": "gone"}, left: "a",
		},
		{
			name: "the time to go counts from when AWS accepts", added: []*thing{{kind: "t:plain", id: "a", refusals: slices.Repeat([]error{inUse}, 90), linger: 100}, {kind: "t:plain", id: "b", linger: 92}},
			want: map[string]string{"a": "gone", "b": "gone"},
		},
		{
			name: "what is left behind by what named it goes later", added: []*thing{plain("a", b), {kind: "t:plain", id: "b", refusals: slices.Repeat([]error{inUse}, 60)}},
			want: map[string]string{"a": "gone", "b": "gone"},
		},
		{
			name: "refused as long as the run may wait", added: []*thing{{kind: "t:plain", id: "a", refused: inUse}, {kind: "t:plain", id: "b", linger: 110}, {kind: "t:plain", id: "c", refusals: slices.Repeat([]error{inUse}, 20), linger: 108}},
			want: map[string]string{"a": "failed still refused after 30m0s: DependencyViolation", "b": "gone", "c": "gone"}, left: "a",
		},
		{
			name: "accepted and never gone", added: []*thing{{kind: "t:plain", id: "a", forever: true, typed: []string{b}}, plain("b")},
			want: map[string]string{"a": "failed still there after 30m0s", "b": "skipped named by"}, left: "a b",
		},
		{
			name: "not found, and still there", added: []*thing{{kind: "t:plain", id: "a", refused: apiError("PartNotFound"), typed: []string{b}}, plain("b")},
			want: map[string]string{"a": "failed PartNotFound", "b": "skipped named by"}, left: "a b",
		},
		{
			name: "an early one that waits for a late one", added: []*thing{{kind: "t:late", id: "key", typed: []string{a}}, plain("a", b), plain("b"), plain("c")},
			want: map[string]string{"key": "gone", "a": "gone", "b": "gone", "c": "gone"},
		},
		{
			name: "a late one in a circle", added: []*thing{
				{kind: "t:late", id: "key", typed: []string{keyOf("t:linked", "l")}}, {kind: "t:linked", id: "l", typed: []string{keyOf("t:late", "key")}}, plain("a"),
			},
			want: map[string]string{"key": "gone", "l": "gone", "a": "gone"},
		},
		{
			name: "a stack with something of the baseline in it", old: []*thing{plain("old")}, added: []*thing{{kind: "t:owner", id: "stack"}, {kind: "t:plain", id: "a", owner: stack}},
			between: func(*world) {}, held: map[string]string{}, want: map[string]string{"a": "gone", "stack": "gone"}, left: "old",
		},
		{
			name: "the baseline's came into a stack since the plan", old: []*thing{plain("old")}, added: []*thing{{kind: "t:owner", id: "stack"}, {kind: "t:plain", id: "a", owner: stack}},
			between: func(w *world) { w.things[keyOf("t:plain", "old")].owner = stack },
			want:    map[string]string{"stack": "skipped not an addition", "a": "skipped made by"}, left: "a old stack",
		},
		{
			name: "an excluded child holds its owner", added: []*thing{{kind: "t:owner", id: "stack"}, {kind: "t:plain", id: "a", owner: stack}, {kind: "t:plain", id: "b", owner: stack}},
			filter: Filter{Exclude: []string{"a"}}, held: map[string]string{"a": "--exclude", "stack": "a belongs to it and stays: excluded", "b": "made by"}, left: "a b stack",
		},
		{
			name: "a guarded child holds its owner", added: []*thing{{kind: "t:owner", id: "stack"}, {kind: "t:plain", id: "a", owner: stack, protection: "it is dear"}},
			held: map[string]string{"stack": "stays: protected: it is dear"}, left: "a stack",
		},
		{
			name: "a child whose type was not chosen goes along", added: []*thing{{kind: "t:owner", id: "stack"}, {kind: "t:plain", id: "a", owner: stack}},
			filter: Filter{Kinds: []string{"t:owner"}}, held: map[string]string{"a": "not among"}, want: map[string]string{"stack": "gone"},
		},
		{
			name: "not so if it would take something of the baseline along", old: []*thing{{kind: "t:plain", id: "old", owner: a}},
			added: []*thing{{kind: "t:owner", id: "stack"}, {kind: "t:plain", id: "a", owner: stack}}, filter: Filter{Kinds: []string{"t:owner"}},
			held: map[string]string{"stack": "old belongs to it"}, left: "a old stack",
		},
		{
			name: "what goes along and can't be read", added: []*thing{{kind: "t:owner", id: "stack", unread: []snapshot.Path{"Resources"}}},
			held: map[string]string{"stack": "could not be read"}, left: "stack",
		},
		{
			name: "what changed stays, and so does what it names in passing", added: []*thing{{kind: "t:plain", id: "a", scanned: []string{b}}, plain("b"), plain("c")},
			between: func(w *world) { w.things[a].value++ },
			want:    map[string]string{"a": "skipped configuration changed", "b": "skipped named by", "c": "gone"}, left: "a b",
		},
		{
			name: "what changed to name another", added: []*thing{plain("a"), plain("b"), plain("c")},
			between: func(w *world) { w.things[a].scanned = []string{b} },
			want:    map[string]string{"a": "skipped configuration changed", "b": "skipped named by", "c": "gone"}, left: "a b",
		},
		{
			name: "made anew, where AWS gives no unique id", added: []*thing{plain("a")},
			between: func(w *world) { w.things[a].created = after(time.Hour) },
			want:    map[string]string{"a": "skipped made anew"}, left: "a",
		},
		{
			name: "changed while the run waits", added: []*thing{{kind: "t:plain", id: "a", linger: 5}, plain("b", keyOf("t:plain", "wait")), {kind: "t:plain", id: "wait"}, plain("c", a)},
			during: func(w *world, looks int) {
				if t := w.things[a]; t != nil && !t.dying {
					t.scanned, t.tags = []string{keyOf("t:plain", "wait")}, map[string]string{"keep": "me"}
				}
			},
			want: map[string]string{"c": "gone", "a": "skipped its tags changed", "wait": "skipped named by", "b": "gone"}, left: "a wait",
		},
		{
			name: "guarded while the run waits", added: []*thing{{kind: "t:guarded", id: "g"}, plain("b", keyOf("t:guarded", "g"))},
			during: func(w *world, looks int) { w.things[keyOf("t:guarded", "g")].guard = "since now" },
			want:   map[string]string{"b": "gone", "g": "skipped protected: since now"}, left: "g",
		},
		{
			name: "a child's volume is detached when its owner takes the child along", added: []*thing{
				{kind: "t:owner", id: "stack", linger: 1}, {kind: "t:plain", id: "a", owner: stack, typed: []string{b}}, {kind: "t:plain", id: "b", attached: true},
			},
			want: map[string]string{"stack": "gone", "a": "gone already gone", "b": "gone"},
		},
		{
			name: "a scope goes dark", added: []*thing{{kind: "t:plain", id: "a", linger: 2, typed: []string{keyOf("t:used", "u")}}, {kind: "t:used", id: "u"}, {kind: "t:owner", id: "o"}},
			during: func(w *world, looks int) {
				w.coverage[snapshot.ScopeKey(accountID, worldRegions[0], "t:plain")] = snapshot.Denied
			},
			want: map[string]string{"a": "failed can't be told whether it is gone", "u": "skipped", "o": "gone"}, left: "u",
		},
		{
			name: "nothing more is begun in a scope that went dark", added: []*thing{plain("a"), plain("c", a), {kind: "t:owner", id: "o", linger: 3}},
			during: func(w *world, looks int) {
				if looks == 1 && w.things[c] == nil {
					return
				}
				w.coverage[snapshot.ScopeKey(accountID, worldRegions[0], "t:plain")] = snapshot.Partial
			},
			want: map[string]string{"o": "gone"}, left: "a",
		},
		{
			name: "a region was disabled", added: []*thing{{kind: "t:plain", id: "a", region: worldRegions[1]}, plain("b")},
			between: func(w *world) { w.disabled[worldRegions[1]] = true },
			want:    map[string]string{"a": "skipped not seen wholly", "b": "gone"}, left: "a",
		},
		{
			name: "used by what stays", old: []*thing{plain("old")}, added: []*thing{{kind: "t:used", id: "u", usedBy: []string{keyOf("t:plain", "old")}}, {kind: "t:used", id: "free"}},
			held: map[string]string{"u": "used by t:plain old"}, want: map[string]string{"free": "gone"}, left: "old u",
		},
	} {
		t.Run(s.name, func(t *testing.T) { synctest.Test(t, s.run) })
	}
}

func (s scenario) run(t *testing.T) {
	w := newWorld()
	for _, old := range s.old {
		old.created = after(-time.Hour)
	}
	w.add(s.old...)
	plan, baseline := planOf(t, w, s.filter, s.added...)
	plan = reread(t, plan)
	told := make(map[string]string)
	for _, held := range plan.Held {
		told[held.ID] = held.Reason
	}
	for id, reason := range s.held {
		if !strings.Contains(told[id], reason) {
			t.Errorf("%s is held because %q, want %q", id, told[id], reason)
		}
	}
	if s.between != nil {
		s.between(w)
	}
	looks := 0
	w.capture = func(n int) {
		if s.during != nil && len(w.calls) > 0 {
			looks++
			s.during(w, looks)
		}
		if n > 500 {
			panic("the run does not end")
		}
	}
	outcome, err := Apply(t.Context(), w.account(), baseline, plan, ApplyOptions{Journal: filepath.Join(t.TempDir(), "journal")}) // with its own pauses
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, result := range outcome.Results {
		if result.Action.Do == Delete {
			got[result.Action.ID] = fmt.Sprintf("%s %s", result.State, result.Reason)
		}
	}
	for id, want := range s.want {
		state, reason, _ := strings.Cut(want, " ")
		exactly, exact := strings.CutPrefix(reason, "=")
		if !strings.HasPrefix(got[id], state+" ") || !exact && !strings.Contains(got[id], reason) || exact && got[id] != state+" "+exactly {
			t.Errorf("%s: %q, want %q", id, got[id], want)
		}
	}
	var left []string
	for key := range w.things {
		left = append(left, w.things[key].id)
	}
	slices.Sort(left)
	if strings.Join(left, " ") != s.left {
		t.Errorf("%q are left, want %q", left, s.left)
	}
}
