package restore

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// approve takes what was added and is chosen into a new baseline. It leaves out what can't be approved.
func approve(t *testing.T, w *world, baseline *snapshot.Snapshot, until *time.Time, chosen func(key string) bool) (s *snapshot.Snapshot, approved map[string]bool) {
	t.Helper()
	live := w.look(nil)
	report, err := diff.Compare(t.Context(), baseline, live, diff.Options{Rules: collect.Rules(w.kinds), Live: true})
	if err != nil {
		t.Fatal(err)
	}
	var proposals []snapshot.Proposal
	for _, c := range report.Changes {
		if c.Change == diff.Added && chosen(c.Key) {
			proposals = append(proposals, snapshot.Proposal{Change: string(c.Change), Key: c.Key, Now: c.Target})
		}
	}
	s, refused, err := baseline.Approve(live, snapshot.Approval{At: live.Cutoff, Reason: "meant", Until: until}, proposals)
	if err != nil {
		t.Fatal(err)
	}
	approved = make(map[string]bool)
	for _, p := range proposals {
		approved[p.Key] = !slices.ContainsFunc(refused, func(r snapshot.Refusal) bool { return r.Proposal.Key == p.Key })
	}
	s.Name = "approved"
	var file bytes.Buffer
	if err := snapshot.Write(&file, s, snapshot.JSON); err != nil {
		t.Fatal(err)
	}
	if s, err = snapshot.Read(file.Bytes()); err != nil || s.Edited {
		t.Fatalf("read back: %v", err)
	}
	return s, approved
}

// at is an account whose captures begin at a time.
func (w *world) at(now time.Time) Account {
	account := w.account()
	capture := account.Capture
	account.Capture = func(ctx context.Context, scopes map[string]bool) (*snapshot.Snapshot, error) {
		s, err := capture(ctx, scopes)
		if err == nil {
			s.Cutoff = now
		}
		return s, err
	}
	return account
}

// deletions are what a plan deletes, with the reasons.
func deletions(p *Plan) map[string]string {
	reasons := make(map[string]string)
	for _, action := range p.Actions {
		if action.Do == Delete {
			reasons[action.Key] = action.Reason
		}
	}
	return reasons
}

// What is approved is not planned as long as the approval is in force; when it has expired it is, and the reason says so.
// What was not approved is planned all the time.
func TestApproved(t *testing.T) {
	w := newWorld()
	a, b := keyOf("t:plain", "a"), keyOf("t:plain", "b")
	before, base := planOf(t, w, Filter{}, plain("a"), plain("b"))
	if got := deletions(before); len(got) != 2 {
		t.Fatalf("without an approval: %v", got)
	}
	until := cutoff.Add(time.Hour)
	baseline, _ := approve(t, w, base, &until, func(key string) bool { return key == a })
	plan := func(now time.Time) map[string]string {
		p, err := Build(t.Context(), w.at(now), baseline, Filter{})
		if err != nil {
			t.Fatal(err)
		}
		return deletions(p)
	}
	if got := plan(until.Add(-time.Second)); len(got) != 1 || got[b] == "" {
		t.Errorf("while it is approved: %v", got)
	}
	got := plan(until)
	if len(got) != 2 || !strings.Contains(got[a], "its approval expired at 2026-03-01T13:00:00Z (meant)") || strings.Contains(got[b], "approval") {
		t.Errorf("when it has expired: %v", got)
	}
	// A plan that was made while it was approved does not grow.
	p, err := Build(t.Context(), w.at(cutoff), baseline, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	now, err := Rejudge(t.Context(), w.at(until), baseline, p)
	if err != nil {
		t.Fatal(err)
	}
	if got := deletions(now); len(got) != 1 || got[b] == "" {
		t.Errorf("an older plan deletes %v", got)
	}
}

// An owner that is not approved stays while it would take along what is.
func TestApprovedChild(t *testing.T) {
	w := newWorld()
	stack := keyOf("t:owner", "stack")
	_, base := planOf(t, w, Filter{}, &thing{kind: "t:owner", id: "stack"}, &thing{kind: "t:plain", id: "child", owner: stack})
	baseline, _ := approve(t, w, base, nil, func(key string) bool { return key != stack })
	p, err := Build(t.Context(), w.account(), baseline, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Actions) > 0 || len(p.Held) != 1 || p.Held[0].Key != stack {
		t.Errorf("planned %v, held %+v", deletions(p), p.Held)
	}
}

// In whatever account, whatever is approved: no plan deletes any of it, while it is approved.
func TestApprovedIsNeverPlanned(t *testing.T) {
	approvals, planned := 0, 0
	for seed := range uint64(300) {
		d, w := newDice(seed), newWorld()
		base := d.fill(w, false, func() *snapshot.Snapshot { return w.baseline(t) })
		until := cutoff.Add(time.Hour)
		baseline, approved := approve(t, w, base, &until, func(string) bool { return d.once(3) })
		p, err := Build(t.Context(), w.at(until.Add(-time.Second)), baseline, Filter{})
		if err != nil {
			t.Fatal(err)
		}
		for key := range deletions(p) {
			planned++
			if approved[key] {
				t.Errorf("seed %d: %s is approved and planned", seed, key)
			}
		}
		for _, yes := range approved {
			if yes {
				approvals++
			}
		}
	}
	if approvals < 200 || planned < 200 {
		t.Errorf("only %d were approved and %d planned", approvals, planned)
	}
}
