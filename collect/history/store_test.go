package history

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func TestRoundTrip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	edited := estate(random, "111111111111", start, 5)
	edited.Edited = true
	none := &snapshot.Snapshot{Document: snapshot.Document, SchemaVersion: 1, Cutoff: start, Accounts: []snapshot.Account{{AccountID: "111111111111"}}}
	large := estate(random, "111111111111", start, 3)
	large.Resources[1].Configuration = snapshot.Canonical(map[string]any{"Template": strings.Repeat("x", 3<<20)})
	for name, capture := range map[string]*snapshot.Snapshot{
		"many":                         estate(random, "111111111111", start, 700),
		"edited":                       edited,
		"nothing, all nil":             none,
		"nothing, all made":            estate(random, "111111111111", start, 0),
		"larger than a table's values": large,
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := mustOpen(t, dir, Options{})
			before := digest(t, capture)
			put(t, s, capture)
			if digest(t, capture) != before {
				t.Fatal("Put changed its argument")
			}
			for range 2 { // the second time after a restart
				got, at, err := s.Latest("111111111111")
				if err != nil {
					t.Fatal(err)
				}
				same(t, got, capture, true)
				if !at.Equal(start) || got.Edited != capture.Edited {
					t.Fatalf("at %v, edited %v", at, got.Edited)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				s = mustOpen(t, dir, Options{})
			}
			s.Close()
		})
	}
}

func TestAnEqualCaptureCostsLittle(t *testing.T) {
	const resources = 5000
	dir := t.TempDir()
	s := mustOpen(t, dir, Options{})
	capture := estate(rand.New(rand.NewPCG(2, 2)), "111111111111", start, resources)
	first := put(t, s, capture)
	s.Close()
	before := sizeOf(t, dir)

	s = mustOpen(t, dir, Options{})
	again := estate(rand.New(rand.NewPCG(2, 2)), "111111111111", start, resources)
	again.Metadata.CreatedAt, again.Cutoff = start.Add(6*time.Hour), start.Add(6*time.Hour)
	if second := put(t, s, again); second.Pieces != 0 {
		t.Errorf("an equal capture stored %d pieces anew", second.Pieces)
	}
	s.Close()
	grown := sizeOf(t, dir) - before
	t.Logf("the first capture: %d bytes before compression, %d on disk; the second: %d on disk", first.Bytes, before, grown)
	if grown > 4096 || grown*100 > before {
		t.Errorf("an equal capture of %d resources grew the store by %d bytes", resources, grown)
	}

	// A change costs its resource and its page, not the whole.
	s = mustOpen(t, dir, Options{})
	defer s.Close()
	again.Metadata.CreatedAt = start.Add(12 * time.Hour)
	again.Resources[77].Configuration = snapshot.Canonical(map[string]any{"CidrBlock": "192.168.0.0/16"})
	changed := put(t, s, again)
	if changed.Pieces > 4 || changed.Bytes > 64<<10 {
		t.Errorf("one changed configuration stored %d pieces of %d bytes", changed.Pieces, changed.Bytes)
	}
}

func TestAtAndList(t *testing.T) {
	s := mustOpen(t, t.TempDir(), Options{})
	defer s.Close()
	random := rand.New(rand.NewPCG(3, 3))
	var captures []*snapshot.Snapshot
	for i := range 4 {
		captures = append(captures, estate(random, "111111111111", start.Add(time.Duration(i)*6*time.Hour), 10+i))
		put(t, s, captures[i])
	}
	put(t, s, estate(random, "222222222222", start.Add(time.Hour), 1))

	for _, c := range []struct {
		at   time.Time
		want int
	}{{start, 0}, {start.Add(5 * time.Hour), 0}, {start.Add(6 * time.Hour), 1}, {start.Add(13 * time.Hour), 2}, {start.Add(999 * time.Hour), 3}} {
		got, at, err := s.At("111111111111", c.at)
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, captures[c.want], c.want == 3)
		if !at.Equal(captures[c.want].Metadata.CreatedAt) {
			t.Errorf("at %v the newest is of %v", c.at, at)
		}
	}
	for _, account := range []string{"333333333333", "11111111111", "1"} {
		if _, _, err := s.Latest(account); !errors.Is(err, ErrNoCapture) {
			t.Errorf("Latest(%s): %v", account, err)
		}
	}
	if _, _, err := s.At("111111111111", start.Add(-time.Second)); !errors.Is(err, ErrNoCapture) {
		t.Errorf("before the first: %v", err)
	}
	if got, _, err := s.Latest(""); err != nil || got.AccountSet() != "111111111111" {
		t.Errorf("the newest of all: %v, %v", got.AccountSet(), err)
	}
	entries, err := s.List("")
	if err != nil || len(entries) != 5 || entries[3].Resources != 13 || entries[4].Accounts != "222222222222" {
		t.Errorf("List: %v, %v", entries, err)
	}
	if entries, _ := s.List("222222222222"); len(entries) != 1 {
		t.Errorf("List of one account: %v", entries)
	}

	// An older capture that comes late doesn't become the latest, and takes nobody's statuses.
	put(t, s, estate(random, "111111111111", start.Add(time.Hour), 2))
	got, _, err := s.Latest("111111111111")
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, captures[3], true)
}

func TestPut(t *testing.T) {
	s := mustOpen(t, t.TempDir(), Options{})
	defer s.Close()
	random := rand.New(rand.NewPCG(4, 4))
	undated := estate(random, "111111111111", time.Time{}, 1)
	undated.Cutoff = time.Time{}
	nobody := estate(random, "111111111111", start, 1)
	nobody.Accounts = nil
	for name, capture := range map[string]*snapshot.Snapshot{"no time": undated, "no account": nobody} {
		if _, err := s.Put(capture); err == nil {
			t.Errorf("%s: stored", name)
		}
	}
	if entries, _ := s.List(""); len(entries) != 0 {
		t.Errorf("stored %v", entries)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "retention") {
		t.Errorf("without a retention: %v", err)
	}
	_, err := open(dir, Options{Retention: day}, func(string) (string, error) { return "NFS", nil })
	if !errors.Is(err, ErrNetwork) || !strings.Contains(err.Error(), "NFS") {
		t.Errorf("on NFS: %v", err)
	}
	s := mustOpen(t, dir, Options{})
	_, err = Open(dir, Options{Retention: day})
	want := fmt.Sprintf("can't open the history in %s: another process has it open (process %d)", dir, os.Getpid())
	if !errors.Is(err, ErrInUse) || err.Error() != want {
		t.Errorf("open twice:\n%v\nwant\n%s", err, want)
	}
	err = s.db.Update(func(txn *badger.Txn) error { return txn.Set(versionKey, []byte("99")) })
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	if _, err = Open(dir, Options{Retention: day}); !errors.Is(err, ErrNewer) {
		t.Errorf("a newer layout: %v", err)
	}
	file := filepath.Join(dir, "file")
	os.WriteFile(file, nil, 0o600)
	if _, err = Open(file, Options{Retention: day}); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("a file for a folder: %v", err)
	}
}

func TestFolderIsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "history")
	var log bytes.Buffer
	options := Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}
	mustOpen(t, dir, options).Close()
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm()&0o077 != 0 || log.Len() > 0 {
		t.Errorf("%v, %v, %s", info.Mode(), err, &log)
	}
	// Somebody else made the folder: it's theirs to change.
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, dir, options).Close()
	if !strings.Contains(log.String(), "others may read the history") {
		t.Errorf("%s", &log)
	}
}

func TestNotes(t *testing.T) {
	dir := t.TempDir()
	s := mustOpen(t, dir, Options{})
	if note, err := s.Recall("cost"); note != nil || err != nil {
		t.Fatalf("%q, %v", note, err)
	}
	for _, note := range []string{"one", "two"} {
		if err := s.Remember("cost", []byte(note)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Prune(); err != nil {
		t.Fatal(err)
	}
	s.Close()
	s = mustOpen(t, dir, Options{})
	defer s.Close()
	if note, err := s.Recall("cost"); string(note) != "two" || err != nil {
		t.Fatalf("%q, %v", note, err)
	}
}
