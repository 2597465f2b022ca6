package restore

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Thousands of accounts, random but reproducible, and not one call that breaks a promise.
func TestNothingElseIsTouched(t *testing.T) {
	const worlds = 1500
	told := make(map[string]int)
	for seed := range uint64(worlds) {
		synctest.Test(t, func(t *testing.T) {
			d, w := newDice(seed), newWorld()
			baseline := d.fill(w, d.once(2), func() *snapshot.Snapshot { return w.baseline(t) })
			broken := restoreRandomly(t, d, w, baseline, told)
			for _, why := range broken {
				t.Errorf("world %d: %s", seed, why)
			}
		})
		if t.Failed() {
			return
		}
	}
	for _, reason := range []string{
		"named by", "used by", "made by", "belongs to it", "protected: somebody", "protected: termination", "can't be told",
		"excluded by --exclude", "excluded by --exclude-tag", "its tags could not be read", "not among the chosen types", "go along with it",
		"credentials in use", "your own access", "circle", "created before the baseline", "the baseline could not see", "can't be deleted",
		"its configuration changed", "its tags changed", "made anew", "scope was not seen wholly", "region may no longer be enabled",
		"names nothing", "already gone", "still there after", "still refused", "AccessDenied", "gone", "undone",
	} {
		n := 0
		for said, times := range told {
			if strings.Contains(said, reason) {
				n += times
			}
		}
		if n == 0 {
			t.Errorf("no world came to %q: the test proves nothing of it", reason)
		}
	}
}

// visible is what a capture shows of an id.
func visible(t *testing.T, w *world, id string) *snapshot.Resource {
	s, err := w.account().Capture(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(s.Resources, func(r snapshot.Resource) bool { return r.ID == id })
	if at < 0 {
		return nil
	}
	return &s.Resources[at]
}

// restoreRandomly plans, disturbs, applies, and returns the promises that were broken.
func restoreRandomly(t *testing.T, d dice, w *world, baseline *snapshot.Snapshot, told map[string]int) []string {
	filter := d.filter(w)
	excluded := func(t *thing) bool {
		if slices.Contains(filter.Exclude, t.id) {
			return true
		}
		want := filter.ExcludeTags["keep"]
		return want != "" && (t.tags["keep"] != "" && (want == "*" || t.tags["keep"] == want) || slices.Contains(t.unread, snapshot.TagsPath))
	}
	plan, err := Build(t.Context(), w.account(), baseline, filter)
	if errors.Is(err, ErrNothingExcluded) {
		told[err.Error()]++
		if r := visible(t, w, filter.Exclude[0]); r != nil {
			return []string{"the plan does not see " + r.Key + ", which is there: " + err.Error()}
		}
		filter.Exclude = nil
		plan, err = Build(t.Context(), w.account(), baseline, filter)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(w.calls) > 0 {
		return []string{"a plan made calls"}
	}
	plan = reread(t, plan)
	c := newClaims(w, baseline, plan, excluded)
	before := make(map[string]bool) // the baseline's that are there
	for i := range d.IntN(4) {
		d.disturb(w, c.members, nil, i, anything)
	}
	disturbances := d.IntN(3)
	w.capture = func(n int) {
		defer c.captured()
		if len(w.calls) > 0 && disturbances > 0 && d.once(3) {
			disturbances--
			d.disturb(w, c.members, slices.Sorted(maps.Keys(c.actions)), n, sudden)
		}
		if n > 5000 {
			panic("the run does not end")
		}
		for key := range w.things {
			before[key] = c.members[key]
		}
	}
	for _, held := range plan.Held {
		told[held.Reason]++
		if held.Reason == "" {
			c.broken = append(c.broken, held.Key+" is held for no reason")
		}
	}
	outcome, err := Apply(t.Context(), w.account(), baseline, plan, ApplyOptions{
		Journal: filepath.Join(t.TempDir(), "journal"), Wait: 20 * time.Minute, Pause: nap, OnRecord: c.record, createJournal: createUnsynced,
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, member := range before {
		if member && w.things[key] == nil && !c.unseen[key] {
			c.broken = append(c.broken, "the baseline's "+key+" is gone")
		}
	}
	return append(c.broken, c.results(outcome, told)...)
}

// results judges what an apply says of its actions.
func (c *claims) results(outcome *Outcome, told map[string]int) []string {
	var wrong []string
	if len(outcome.Results) != len(c.plan.Actions) {
		wrong = append(wrong, fmt.Sprintf("%d results of %d actions", len(outcome.Results), len(c.plan.Actions)))
	}
	for _, result := range outcome.Results {
		told[result.Reason]++
		told[string(result.State)]++
		key := result.Action.Key
		there := c.w.things[key] != nil
		switch {
		case result.State == Gone && there && c.w.things[key].unique == result.Action.UniqueID:
			wrong = append(wrong, key+" is said to be gone and is there")
		case !slices.Contains([]State{Gone, Undone, Failed, Skipped}, result.State):
			wrong = append(wrong, fmt.Sprintf("%s ended as %q", key, result.State))
		case (result.State == Failed || result.State == Skipped) && result.Reason == "":
			wrong = append(wrong, key+" did not go for no reason")
		}
	}
	return wrong
}

// reread is a plan that went through its file.
func reread(t testing.TB, plan *Plan) *Plan {
	t.Helper()
	data, err := plan.Encode()
	if err != nil {
		t.Fatal(err)
	}
	read, err := ReadPlan(data)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// Where AWS does what it is asked, if late, everything planned goes.
func TestEverythingPlannedGoes(t *testing.T) {
	gone := 0
	for seed := range uint64(400) {
		synctest.Test(t, func(t *testing.T) {
			d, w := newDice(seed), newWorld()
			baseline := d.fill(w, false, func() *snapshot.Snapshot { return w.baseline(t) })
			clear(w.coverage) // what can't be seen may name what goes
			plan, err := Build(t.Context(), w.account(), baseline, Filter{})
			if err != nil {
				t.Fatal(err)
			}
			outcome, err := Apply(t.Context(), w.account(), baseline, plan, ApplyOptions{
				Journal: filepath.Join(t.TempDir(), "journal"), Pause: nap, createJournal: createUnsynced,
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, result := range outcome.Results {
				if result.State != Gone && result.State != Undone {
					t.Errorf("world %d: %s %s: %s %s", seed, result.Action.Do, result.Action.Key, result.State, result.Reason)
				}
			}
			gone += outcome.Count(Gone)
		})
		if t.Failed() {
			return
		}
	}
	if gone < 500 {
		t.Errorf("only %d things were deleted", gone)
	}
}
