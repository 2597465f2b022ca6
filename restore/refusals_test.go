package restore

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func TestRefusals(t *testing.T) {
	w := newWorld()
	plan, baseline := planOf(t, w, Filter{}, plain("a"))
	apply := func(account Account, baseline *snapshot.Snapshot) error {
		_, err := Apply(t.Context(), account, baseline, plan, ApplyOptions{Journal: filepath.Join(t.TempDir(), "journal"), Pause: nap})
		return err
	}
	other := w.account()
	other.Session = &collect.Session{AccountID: "999999999999"}
	if err := apply(other, baseline); !errors.Is(err, ErrOtherAccount) {
		t.Errorf("another account: %v", err)
	}
	if _, err := Build(t.Context(), other, baseline, Filter{}); !errors.Is(err, ErrOtherAccount) {
		t.Errorf("another account: %v", err)
	}
	edited := *baseline
	edited.Edited = true
	if err := apply(w.account(), &edited); !errors.Is(err, ErrEdited) {
		t.Errorf("an edited baseline: %v", err)
	}
	edited = *baseline
	edited.Digest = "sha256:another"
	if err := apply(w.account(), &edited); err == nil || !strings.Contains(err.Error(), "make a new plan") {
		t.Errorf("another baseline: %v", err)
	}
	blind := w.account()
	blind.Capture = func(context.Context, map[string]bool) (*snapshot.Snapshot, error) {
		return nil, errors.New("no regions")
	}
	if err := apply(blind, baseline); err == nil || err.Error() != "no regions" {
		t.Errorf("no capture: %v", err)
	}
	if len(w.calls) > 0 {
		t.Errorf("calls were made: %v", w.calls)
	}
}

// A dry run of a plan judges it and changes nothing.
func TestRejudge(t *testing.T) {
	w := newWorld()
	plan, baseline := planOf(t, w, Filter{}, plain("a"), plain("b"), plain("c"))
	w.things[keyOf("t:plain", "b")].tags = map[string]string{"keep": "me"}
	w.add(&thing{kind: "t:plain", id: "since", created: after(time.Hour), scanned: []string{keyOf("t:plain", "c")}})
	now, err := Rejudge(t.Context(), w.account(), baseline, plan)
	if err != nil {
		t.Fatal(err)
	}
	held := make(map[string]string)
	for _, h := range now.Held {
		held[h.ID] = h.Reason
	}
	want := map[string]string{"b": "its tags changed since the plan", "since": "not in the plan", "c": "named by " + keyOf("t:plain", "since") + " (Scanned[]), which stays"}
	if got := lines(now); !slices.Equal(got, []string{"1 delete a"}) || !maps.Equal(held, want) {
		t.Errorf("actions %q, held %q", got, held)
	}
	if len(w.calls) > 0 {
		t.Errorf("calls were made: %v", w.calls)
	}
}

// Two runs of one plan would both find a deletion unbegun.
func TestTwoRunsOfOnePlan(t *testing.T) {
	w := newWorld()
	plan, baseline := planOf(t, w, Filter{}, plain("a"))
	options := ApplyOptions{Journal: filepath.Join(t.TempDir(), "journal"), Pause: nap}
	var second error
	options.OnRecord = func(Action, Record) {
		if second == nil {
			_, second = Apply(t.Context(), w.account(), baseline, plan, ApplyOptions{Journal: options.Journal, Pause: nap})
		}
	}
	outcome, err := Apply(t.Context(), w.account(), baseline, plan, options)
	if err != nil || outcome.Count(Gone) != 1 {
		t.Fatalf("the first run: %v %+v", err, outcome)
	}
	if !errors.Is(second, ErrBusy) {
		t.Errorf("the second run, meanwhile: %v", second)
	}
	if len(w.calls) != 1 {
		t.Errorf("calls: %v", w.calls)
	}
	if _, err := Apply(t.Context(), w.account(), baseline, plan, options); err != nil {
		t.Errorf("a run after it: %v", err)
	}
}

// What was mistyped would be deleted although somebody excluded it.
func TestExcludeNothing(t *testing.T) {
	w := newWorld()
	w.add(&thing{kind: "t:plain", id: "member", created: after(-time.Hour)})
	baseline := w.baseline(t)
	w.add(plain("a"), plain("b"))
	for _, test := range []struct {
		exclude []string
		want    string
	}{
		{[]string{"a"}, ""},
		{[]string{"a", "member"}, ""},
		{[]string{keyOf("t:plain", "b")}, ""},
		{[]string{"A"}, `"A" is no ARN, key or id`},
		{[]string{"a,b"}, "give --exclude once for each"},
		{[]string{""}, "names nothing"},
	} {
		_, err := Build(t.Context(), w.account(), baseline, Filter{Exclude: test.exclude})
		switch {
		case test.want == "" && err != nil, test.want != "" && !errors.Is(err, ErrNothingExcluded):
			t.Errorf("excluding %q: %v", test.exclude, err)
		case test.want != "" && !strings.Contains(err.Error(), test.want):
			t.Errorf("excluding %q: %v, want %q", test.exclude, err, test.want)
		}
	}
}
