package restore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// breaker ends a run at its nth step: a write of the journal, a capture, or a call, before or after it took effect.
type breaker struct {
	steps  atomic.Int64
	at     int
	cancel context.CancelFunc
	torn   bool // a write that is broken off leaves half a line
}

var errKilled = errors.New("killed")

func (b *breaker) step() bool {
	return int(b.steps.Add(1)) == b.at
}

// killedFile is a journal's file that the breaker can cut off.
type killedFile struct {
	unsynced
	breaker *breaker
}

func (f killedFile) Write(line []byte) (int, error) {
	if f.breaker.step() {
		if f.breaker.torn {
			_, _ = f.unsynced.Write(line[:len(line)/2])
		}
		f.breaker.cancel()
		return 0, errKilled
	}
	return f.unsynced.Write(line)
}

// applyUntil applies a plan and ends the run at a step; it reports the steps made.
func applyUntil(t *testing.T, w *world, baseline *snapshot.Snapshot, plan *Plan, journal string, at int, torn bool, record func(Action, Record)) (int, error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	b := &breaker{at: at, cancel: cancel, torn: torn}
	w.capture = func(int) {
		if b.step() {
			cancel()
		}
	}
	w.err = func(call) error { // before and after each call
		if b.step() {
			cancel()
			return errKilled
		}
		return nil
	}
	_, err := Apply(ctx, w.account(), baseline, plan, ApplyOptions{Journal: journal, Pause: nap, OnRecord: record, createJournal: func(path string) (journalFile, error) {
		file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		return killedFile{unsynced{file}, b}, err
	}})
	w.capture, w.err = nil, nil
	return int(b.steps.Load()), err
}

// However often a run is broken off, and wherever, running it again comes to the same end.
func TestInterrupted(t *testing.T) {
	interruptions, unlinks := 0, 0
	for seed := uint64(0); interruptions < 800; seed++ {
		synctest.Test(t, func(t *testing.T) {
			build := func() (*world, *snapshot.Snapshot, *Plan) {
				d, w := newDice(seed), newWorld()
				baseline := d.fill(w, false, func() *snapshot.Snapshot { return w.baseline(t) })
				clear(w.coverage)
				plan, err := Build(t.Context(), w.account(), baseline, Filter{})
				if err != nil {
					t.Fatal(err)
				}
				return w, baseline, plan
			}
			w, baseline, plan := build()
			steps, err := applyUntil(t, w, baseline, plan, filepath.Join(t.TempDir(), "journal"), 0, false, nil)
			if err != nil {
				t.Fatal(err)
			}
			want := slices.Sorted(maps.Keys(w.things))
			for at := 1; at <= steps; at += 1 + steps/20 {
				w, baseline, plan := build()
				c := newClaims(w, baseline, plan, func(*thing) bool { return false })
				for _, action := range plan.Actions {
					if action.Do == Unlink {
						unlinks++
					}
				}
				journal := filepath.Join(t.TempDir(), "journal")
				if _, err := applyUntil(t, w, baseline, plan, journal, at, seed%2 == 0, c.record); err == nil && at < steps {
					t.Errorf("world %d, step %d: the run did not notice its interruption", seed, at)
				}
				clear(c.ended)
				_, _ = applyUntil(t, w, baseline, plan, journal, 1+at/2, true, c.record) // which may be done before that
				clear(c.ended)
				if _, err := applyUntil(t, w, baseline, plan, journal, 0, false, c.record); err != nil {
					t.Fatal(err)
				}
				if got := slices.Sorted(maps.Keys(w.things)); !slices.Equal(got, want) {
					t.Errorf("world %d, interrupted at step %d of %d, holds %d things, want %d", seed, at, steps, len(got), len(want))
				}
				for _, why := range c.broken {
					t.Errorf("world %d, interrupted at step %d: %s", seed, at, why)
				}
				interruptions++
			}
		})
		if t.Failed() {
			return
		}
	}
	if unlinks == 0 {
		t.Error("no world had a cycle to break")
	}
}

// What an earlier run began, and AWS is still at, is waited for: it is no failure that AWS does not take it twice.
func TestStillAtIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		plan, baseline := planOf(t, w, Filter{}, &thing{kind: "t:plain", id: "a", linger: 30})
		journal := filepath.Join(t.TempDir(), "journal")
		if _, err := applyUntil(t, w, baseline, plan, journal, 9, false, nil); err == nil {
			t.Fatal("the first run was not interrupted")
		}
		a := w.things[keyOf("t:plain", "a")]
		if !a.dying {
			t.Fatal("the first run began nothing")
		}
		a.refused = apiError("InvalidThingState.InUse")
		outcome, err := Apply(t.Context(), w.account(), baseline, plan, ApplyOptions{Journal: journal, Pause: nap})
		if err != nil || outcome.Count(Gone) != 1 {
			t.Errorf("err = %v, %+v", err, outcome)
		}
	})
}

// Of a call that was broken off nobody knows what became: the journal says that it was begun, and nothing else.
func TestBrokenOffCall(t *testing.T) {
	w := newWorld()
	plan, baseline := planOf(t, w, Filter{}, plain("a"))
	ctx, cancel := context.WithCancel(t.Context())
	w.err = func(call) error { cancel(); return context.Canceled }
	journal := filepath.Join(t.TempDir(), "journal")
	if _, err := Apply(ctx, w.account(), baseline, plan, ApplyOptions{Journal: journal, Pause: nap}); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
	text, err := os.ReadFile(journal)
	if err != nil || !strings.Contains(string(text), `"state":"started"`) || strings.Count(string(text), `"state"`) != 1 {
		t.Errorf("%v, the journal says\n%s", err, text)
	}
}

// What can't be written down is not done.
func TestUnwritableJournal(t *testing.T) {
	for _, test := range []struct {
		name   string
		writes int // that succeed
		calls  int
	}{{"not even created", -1, 0}, {"no first line", 0, 0}, {"nothing after the first line", 1, 0}} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld()
			baseline := w.baseline(t)
			for n := range 5 {
				w.add(&thing{kind: "t:plain", id: fmt.Sprint("p", n), created: after(1)})
			}
			for _, thing := range w.things {
				thing.created = after(60e9)
			}
			plan, err := Build(t.Context(), w.account(), baseline, Filter{})
			if err != nil || len(plan.Actions) != 5 {
				t.Fatal(err, len(plan.Actions))
			}
			path := filepath.Join(t.TempDir(), "journal")
			_, err = Apply(t.Context(), w.account(), baseline, plan, ApplyOptions{Journal: path, Pause: nap, createJournal: func(path string) (journalFile, error) {
				if test.writes < 0 {
					return nil, os.ErrPermission
				}
				file, err := createUnsynced(path)
				return &fullDisk{file, test.writes}, err
			}})
			if err == nil || !strings.Contains(err.Error(), "can't write the journal") {
				t.Errorf("err = %v", err)
			}
			if len(w.calls) != test.calls {
				t.Errorf("%d calls were made", len(w.calls))
			}
		})
	}
}

// fullDisk takes some writes and no more.
type fullDisk struct {
	journalFile
	left int
}

func (f *fullDisk) Write(line []byte) (int, error) {
	if f.left--; f.left < 0 {
		return 0, errors.New("no space left on device")
	}
	return f.journalFile.Write(line)
}

func TestRealJournalThatCantBeWritten(t *testing.T) {
	w := newWorld()
	baseline := w.baseline(t)
	w.add(&thing{kind: "t:plain", id: "p", created: after(60e9)})
	plan, err := Build(t.Context(), w.account(), baseline, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	_, err = Apply(t.Context(), w.account(), baseline, plan, ApplyOptions{Journal: filepath.Join(folder, "missing", "journal"), Pause: nap})
	if err == nil || !strings.Contains(err.Error(), "so nothing was done") || len(w.calls) != 0 {
		t.Errorf("err = %v, %d calls", err, len(w.calls))
	}
	if _, err = Apply(t.Context(), w.account(), baseline, plan, ApplyOptions{Journal: folder, Pause: nap}); err == nil || len(w.calls) != 0 {
		t.Errorf("a folder for a journal: err = %v, %d calls", err, len(w.calls))
	}
}
