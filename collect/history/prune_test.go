package history

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func TestRetention(t *testing.T) {
	now := start
	s := mustOpen(t, t.TempDir(), Options{Retention: 2 * day, Now: func() time.Time { return now }})
	defer s.Close()
	random := rand.New(rand.NewPCG(5, 5))
	put(t, s, estate(random, "222222222222", start.Add(-30*day), 20)) // the only one of its account: it stays
	var captures []*snapshot.Snapshot
	for i := range 5 {
		captures = append(captures, estate(random, "111111111111", start.Add(time.Duration(i)*day), 40))
		put(t, s, captures[i])
	}
	now = start.Add(4*day + time.Hour)
	pruned, err := s.Prune()
	if err != nil || pruned.Captures != 3 || pruned.Pieces == 0 {
		t.Fatalf("%+v, %v", pruned, err)
	}
	entries, _ := s.List("")
	if len(entries) != 3 || !entries[0].At.Equal(start.Add(3*day)) || entries[2].Accounts != "222222222222" {
		t.Fatalf("%v", entries)
	}
	for i, at := range []time.Time{start.Add(3 * day), start.Add(4 * day)} {
		got, _, err := s.At("111111111111", at)
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, captures[3+i], i == 1)
	}
	if pruned, err = s.Prune(); err != nil || pruned != (Pruned{}) {
		t.Errorf("the second time: %+v, %v", pruned, err)
	}
}

// What a crash leaves between the content and the head is not seen, and goes.
func TestPruneRemovesWhatACrashLeft(t *testing.T) {
	s := mustOpen(t, t.TempDir(), Options{})
	defer s.Close()
	random := rand.New(rand.NewPCG(6, 6))
	kept := estate(random, "111111111111", start, 30)
	put(t, s, kept)
	if _, written, err := s.write(estate(random, "111111111111", start.Add(time.Hour), 50)); err != nil || written.Pieces < 50 {
		t.Fatalf("%+v, %v", written, err)
	}
	if entries, _ := s.List(""); len(entries) != 1 {
		t.Fatalf("a capture without a head is listed: %v", entries)
	}
	pruned, err := s.Prune()
	if err != nil || pruned.Captures != 0 || pruned.Pieces < 50 {
		t.Fatalf("%+v, %v", pruned, err)
	}
	got, _, err := s.Latest("111111111111")
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, kept, true)
}

// A reader that began before a Prune sees what was there then.
func TestPruneBesideAReader(t *testing.T) {
	now := start
	s := mustOpen(t, t.TempDir(), Options{Retention: day, Now: func() time.Time { return now }})
	defer s.Close()
	random := rand.New(rand.NewPCG(7, 7))
	old := estate(random, "111111111111", start, 30)
	put(t, s, old)
	put(t, s, estate(random, "111111111111", start.Add(9*day), 30))

	txn := s.db.NewTransaction(false)
	defer txn.Discard()
	r := reader{s.dir, txn}
	h, found, err := r.newestHead("111111111111", &start)
	if err != nil || !found {
		t.Fatal(err)
	}
	now = start.Add(9 * day)
	if pruned, err := s.Prune(); err != nil || pruned.Captures != 1 {
		t.Fatalf("%+v, %v", pruned, err)
	}
	got, err := r.capture(h.head)
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, old, false)
}
