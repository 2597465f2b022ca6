package history

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/dgraph-io/badger/v4"
)

const events111 = "111111111111"

// during are events of hours after the start; the data says which.
func during(about string, from, until, count int) Events {
	at := func(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }
	return Events{About: about, From: at(from), Until: at(until), Count: count, Data: json.RawMessage(fmt.Sprintf(`["%s %d-%d"]`, about, from, until))}
}

// told is what events of a region are there.
func told(t *testing.T, s *Store, region string, about ...string) string {
	t.Helper()
	list, err := s.Events(events111, region, about...)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	for _, e := range list {
		if want := during(e.About, int(e.From.Sub(start).Hours()), int(e.Until.Sub(start).Hours()), e.Count); string(e.Data) != string(want.Data) {
			t.Errorf("the data of %+v are %s", e, e.Data)
		}
		words = append(words, strings.TrimSpace(fmt.Sprintf("%s %.0f-%.0f:%d", e.About, e.From.Sub(start).Hours(), e.Until.Sub(start).Hours(), e.Count)))
	}
	return strings.Join(words, ", ")
}

func putEvents(t *testing.T, s *Store, region string, events Events, instead ...Events) {
	t.Helper()
	if err := s.PutEvents(events111, region, events, instead); err != nil {
		t.Fatal(err)
	}
}

func TestEvents(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir, Options{})
	if got := told(t, s, "eu-west-1"); got != "" {
		t.Errorf("a new history has %s", got)
	}
	first, second := during("", 0, 6, 3), during("", 6, 12, 4)
	putEvents(t, s, "eu-west-1", first)
	putEvents(t, s, "eu-west-1", second)
	putEvents(t, s, "eu-west-1", during("arn:aws:sqs:eu-west-1:111111111111:orders/x", 0, 9, 1))
	putEvents(t, s, "eu-west-1", during("", 20, 20, 1))
	putEvents(t, s, "eu-west-2", during("", 0, 1, 9))
	s.Close()
	s = mustOpen(t, dir, Options{})
	defer s.Close()
	if got, want := told(t, s, "eu-west-1"), "20-20:1, 6-12:4, arn:aws:sqs:eu-west-1:111111111111:orders/x 0-9:1, 0-6:3"; got != want {
		t.Errorf("it has %s, want %s", got, want)
	}
	if got := told(t, s, "eu-west-1", ""); got != "20-20:1, 6-12:4, 0-6:3" {
		t.Errorf("of the region it has %s", got)
	}
	if got := told(t, s, "eu-west-1", "arn:aws:sqs:eu-west-1:111111111111:orders/x", "nothing"); got != "arn:aws:sqs:eu-west-1:111111111111:orders/x 0-9:1" {
		t.Errorf("of the queue it has %s", got)
	}
	putEvents(t, s, "eu-west-1", during("", 0, 12, 7), first, second)
	if got := told(t, s, "eu-west-1", ""); got != "20-20:1, 0-12:7" {
		t.Errorf("after two became one it has %s", got)
	}
	if got := told(t, s, "eu-west-2"); got != "0-1:9" {
		t.Errorf("another region has %s", got)
	}
	local, err := OpenReader(t.Context(), dir)
	if !errors.Is(err, ErrInUse) {
		t.Errorf("opened twice: %v, %v", local, err)
	}
}

func TestEventsThatCanNotBe(t *testing.T) {
	s := mustOpen(t, t.TempDir(), Options{})
	defer s.Close()
	for name, err := range map[string]error{
		"an account with a slash": s.PutEvents("1/2", "eu-west-1", during("", 0, 1, 0), nil),
		"no region":               s.PutEvents(events111, "", during("", 0, 1, 0), nil),
		"an end before the start": s.PutEvents(events111, "eu-west-1", during("", 2, 1, 0), nil),
		"no time":                 s.PutEvents(events111, "eu-west-1", Events{Data: json.RawMessage("[]")}, nil),
		"a number below zero":     s.PutEvents(events111, "eu-west-1", during("", 0, 1, -1), nil),
		"no JSON":                 s.PutEvents(events111, "eu-west-1", Events{From: start, Until: start, Data: json.RawMessage("[")}, nil),
	} {
		if err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// Events go when no capture reaches back to them, and the oldest where there are too many.
func TestPruneEvents(t *testing.T) {
	now := start
	s := mustOpen(t, t.TempDir(), Options{Retention: 2 * day, Now: func() time.Time { return now }})
	defer s.Close()
	random := rand.New(rand.NewPCG(11, 11))
	for _, days := range []int{0, 1, 2, 3} {
		put(t, s, estate(random, events111, start.Add(time.Duration(days)*day), 3))
	}
	putEvents(t, s, "eu-west-1", during("", 0, 20, 1))
	putEvents(t, s, "eu-west-1", during("", 20, 40, 1))
	putEvents(t, s, "eu-west-1", during("orders", 10, 23, 1))
	putEvents(t, s, "us-east-1", during("", 23, 24, mostEvents-1))
	putEvents(t, s, "us-east-1", during("", 30, 31, 1))
	putEvents(t, s, "us-east-1", during("", 40, 41, 1))
	putEvents(t, s, "us-east-1", during("", 39, 50, 1))
	putEvents(t, s, "us-east-1", during("a", 40, 42, mostNamed))
	putEvents(t, s, "us-east-1", during("b", 40, 41, 1))
	if err := s.PutEvents("222222222222", "eu-west-1", during("", 40, 41, 1), nil); err != nil {
		t.Fatal(err)
	}
	now = start.Add(3*day + time.Hour)
	pruned, err := s.Prune()
	if err != nil || pruned.Captures != 2 {
		t.Fatalf("%+v, %v", pruned, err)
	}
	if got := told(t, s, "eu-west-1"); got != "" {
		t.Errorf("older than the captures, and there is %s", got)
	}
	if got := told(t, s, "us-east-1"); got != "39-50:1" {
		t.Errorf("there is %s", got)
	}
	putEvents(t, s, "us-east-1", during("", 49, 60, mostEvents-1))
	putEvents(t, s, "us-east-1", during("", 60, 61, 1))
	putEvents(t, s, "us-east-1", during("a", 50, 52, mostNamed))
	putEvents(t, s, "us-east-1", during("b", 50, 51, 1))
	if pruned, err = s.Prune(); err != nil || pruned.Events != 2 {
		t.Fatalf("%+v, %v", pruned, err)
	}
	if got, want := told(t, s, "us-east-1"), fmt.Sprintf("60-61:1, 49-60:%d, a 50-52:%d", mostEvents-1, mostNamed); got != want {
		t.Errorf("too many, and there is %s, want %s", got, want)
	}
	if events, err := s.Events("222222222222", "eu-west-1"); err != nil || len(events) > 0 {
		t.Errorf("an account without captures has %v, %v", events, err)
	}
	if pruned, err = s.Prune(); err != nil || pruned != (Pruned{}) {
		t.Errorf("the second time: %+v, %v", pruned, err)
	}
}

// A busy region's events of one time are larger than what Badger takes at once beside others.
func TestManyEventsAtOnce(t *testing.T) {
	s := mustOpen(t, t.TempDir(), Options{})
	defer s.Close()
	large := during("", 0, 6, 3_000)
	large.Data = json.RawMessage(`["` + strings.Repeat("x", 6<<20) + `"]`)
	putEvents(t, s, "eu-west-1", large)
	got, err := s.Events(events111, "eu-west-1")
	if err != nil || len(got) != 1 || string(got[0].Data) != string(large.Data) {
		t.Errorf("%d pieces, %v", len(got), err)
	}
}

// Damage is told in one line; events of other regions, and captures, are read all the same.
func TestDamagedEvents(t *testing.T) {
	for name, damage := range map[string]func(txn *badger.Txn, key []byte) error{
		"changed": func(txn *badger.Txn, key []byte) error {
			return txn.Set(key, []byte(strings.Repeat("x", 32)+`{"data":[]}`))
		},
		"short":     func(txn *badger.Txn, key []byte) error { return txn.Set(key, []byte("x")) },
		"no events": func(txn *badger.Txn, key []byte) error { return txn.Set(append(key, 'x', '/'), []byte("x")) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := mustOpen(t, dir, Options{})
			defer s.Close()
			put(t, s, estate(rand.New(rand.NewPCG(12, 12)), events111, start, 3))
			piece := during("", 0, 6, 3)
			putEvents(t, s, "eu-west-1", piece)
			putEvents(t, s, "eu-west-2", piece)
			if err := s.db.Update(func(txn *badger.Txn) error { return damage(txn, piece.key(events111, "eu-west-1")) }); err != nil {
				t.Fatal(err)
			}
			_, err := s.Events(events111, "eu-west-1")
			if !errors.Is(err, ErrDamaged) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), dir) {
				t.Errorf("%v", err)
			}
			if got := told(t, s, "eu-west-2"); got != "0-6:3" {
				t.Errorf("the other region has %s", got)
			}
			if _, _, err := s.Latest(events111); err != nil {
				t.Error(err)
			}
		})
	}
}

// A crash right after events were put leaves them.
func TestEventsAfterACrash(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir, Options{})
	defer s.Close()
	putEvents(t, s, "eu-west-1", during("", 0, 6, 3))
	after := mustOpen(t, copyFolder(t, dir), Options{})
	defer after.Close()
	if got := told(t, after, "eu-west-1"); got != "0-6:3" {
		t.Errorf("there is %q", got)
	}
}
