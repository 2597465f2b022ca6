package history

import (
	"bytes"
	"errors"
	"io/fs"
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

// lived makes a history of several captures, tables and notes, and returns its newest capture.
func lived(t *testing.T, dir string) *snapshot.Snapshot {
	t.Helper()
	var last *snapshot.Snapshot
	for i := range 4 {
		s := mustOpen(t, dir, Options{})
		last = estate(rand.New(rand.NewPCG(uint64(i), 5)), "111111111111", start.Add(time.Duration(i)*time.Hour), 40)
		put(t, s, last)
		if err := s.Remember("cost", []byte{byte(i)}); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return last
}

// A MANIFEST that was cut, wherever, is said to be damaged; Badger opens it as a smaller database and removes the tables
// that it names no more. What was there is kept, every byte of it, and a new history is begun.
func TestCutManifest(t *testing.T) {
	whole := t.TempDir()
	last := lived(t, whole)
	manifest, err := os.ReadFile(filepath.Join(whole, badger.ManifestFilename))
	if err != nil {
		t.Fatal(err)
	}
	for length := range len(manifest) {
		dir := copyFolder(t, whole)
		cut := filepath.Join(dir, badger.ManifestFilename)
		if err := os.Truncate(cut, int64(length)); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(dir, 0o700); err != nil { // or there is a second line, about that
			t.Fatal(err)
		}
		before := files(t, dir)
		if s, err := Open(dir, Options{Retention: day}); err == nil {
			s.Close()
			t.Fatalf("cut to %d of %d bytes: nobody noticed", length, len(manifest))
		} else if !errors.Is(err, ErrDamaged) || strings.Contains(err.Error(), "\n") {
			t.Fatalf("cut to %d of %d bytes: %v", length, len(manifest), err)
		}

		if length%8 > 1 && length < len(manifest)-1 {
			continue // a sample of them is moved aside
		}
		var log bytes.Buffer
		s := mustOpen(t, dir, Options{SetAside: true, Now: func() time.Time { return start }, Logger: slog.New(slog.NewTextHandler(&log, nil))})
		if _, _, err := s.Latest(""); !errors.Is(err, ErrNoCapture) {
			t.Fatalf("cut to %d of %d bytes: it is not a new one: %v", length, len(manifest), err)
		}
		if text := log.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, "the history is damaged") || !strings.Contains(text, "kept="+dir+"/damaged-20260401T060000Z") {
			t.Fatalf("cut to %d of %d bytes:\n%s", length, len(manifest), text)
		}
		aside, err := s.Damaged()
		if err != nil || len(aside) != 1 {
			t.Fatalf("%v, %v", aside, err)
		}
		kept := files(t, aside[0])
		for name, content := range before {
			if filepath.Ext(name) == ".sst" && kept[name] != content && kept[filepath.Join(openingFolder, name)] != content {
				t.Fatalf("cut to %d of %d bytes: %s is not kept", length, len(manifest), name)
			}
		}
		put(t, s, last)
		s.Close()
		s = mustOpen(t, dir, Options{})
		got, _, err := s.Latest("111111111111")
		if err != nil {
			t.Fatal(err)
		}
		same(t, got, last, true)
		s.Close()
	}
}

// files are the contents of a folder's files, by path.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := make(map[string]string)
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(dir, path))
		found[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// What goes missing in other ways is noticed as well.
func TestWhatGoesMissing(t *testing.T) {
	remove := func(names ...string) func(t *testing.T, dir string) {
		return func(t *testing.T, dir string) {
			for _, name := range names {
				if err := os.Remove(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for name, c := range map[string]struct {
		damage func(t *testing.T, dir string)
		want   string
	}{
		"MANIFEST":   {remove(badger.ManifestFilename), "MANIFEST is missing"},
		"the ledger": {remove(ledgerFile), ""}, // of a version that had none
		"a ledger cut": {func(t *testing.T, dir string) {
			if err := os.Truncate(filepath.Join(dir, ledgerFile), 20); err != nil {
				t.Fatal(err)
			}
		}, "LEDGER is not what was written"},
		"all but the ledger": {func(t *testing.T, dir string) {
			for name := range files(t, dir) {
				if name != ledgerFile {
					remove(name)(t, dir)
				}
			}
		}, "what it had (captures: 4, the newest of 2026-04-01T09:00:00Z) is not what is left (no capture)"},
		"MANIFEST's content and the ledger": {func(t *testing.T, dir string) {
			remove(ledgerFile)(t, dir)
			if err := os.Truncate(filepath.Join(dir, badger.ManifestFilename), 8); err != nil {
				t.Fatal(err)
			}
		}, "there are files of a database, and nothing is in them"},
		"a note": {func(t *testing.T, dir string) {
			s := mustOpen(t, dir, Options{})
			if err := s.db.Update(func(txn *badger.Txn) error { return txn.Delete(noteKey("cost")) }); err != nil {
				t.Fatal(err)
			}
			s.Close()
		}, "a note or the version is not what was written"},
		"the end of the log": {func(t *testing.T, dir string) {
			s := mustOpen(t, dir, Options{})
			for i := range 3 {
				put(t, s, estate(rand.New(rand.NewPCG(7, 7)), "111111111111", start.Add(time.Duration(9+i)*time.Hour), 10))
			}
			crashed := copyFolder(t, dir)
			s.Close()
			logs, err := filepath.Glob(filepath.Join(crashed, "*.mem"))
			if err != nil || len(logs) != 1 {
				t.Fatal(logs, err)
			}
			data, err := os.ReadFile(logs[0])
			if err != nil {
				t.Fatal(err)
			}
			used := len(bytes.TrimRight(data, "\x00"))
			clear(data[used/2:])
			if err := errors.Join(os.RemoveAll(dir), os.CopyFS(dir, os.DirFS(crashed)), os.WriteFile(filepath.Join(dir, filepath.Base(logs[0])), data, 0o600)); err != nil {
				t.Fatal(err)
			}
		}, "what it had (captures: 7, the newest of 2026-04-01T17:00:00Z) is not what is left"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			lived(t, dir)
			c.damage(t, dir)
			s, err := Open(dir, Options{Retention: day})
			switch {
			case err == nil:
				s.Close()
				if c.want != "" {
					t.Error("nobody noticed")
				}
			case c.want == "" || !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), c.want):
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// The end of a program at any point of a change is no damage.
func TestLedgerAroundAChange(t *testing.T) {
	capture := estate(rand.New(rand.NewPCG(3, 1)), "111111111111", start.Add(9*time.Hour), 10)
	for _, committed := range []bool{false, true} {
		dir := t.TempDir()
		lived(t, dir)
		s := mustOpen(t, dir, Options{})
		before := s.entries.tally()
		if committed {
			put(t, s, capture)
		}
		after := s.entries.tally()
		if !committed {
			after = tally{Captures: 5, Digest: sum{1}}
		}
		s.Close()
		if err := writeLedger(dir, ledger{Now: before, Next: &after}); err != nil {
			t.Fatal(err)
		}
		s = mustOpen(t, dir, Options{})
		entries, err := s.List("")
		if want := map[bool]int{false: 4, true: 5}[committed]; err != nil || len(entries) != want {
			t.Errorf("committed %v: %v, %v", committed, entries, err)
		}
		s.Close()
		// From here on only what is there is right.
		if kept, err := readLedger(dir); err != nil || kept.Next != nil {
			t.Errorf("%v, %v", kept, err)
		}
	}
}

// Moving aside twice in a second, and again after it was broken off halfway, keeps everything.
func TestSetAsideAgain(t *testing.T) {
	dir := t.TempDir()
	now := func() time.Time { return start }
	for want := 1; want <= 2; want++ {
		lived(t, dir)
		if err := os.Remove(filepath.Join(dir, badger.ManifestFilename)); err != nil {
			t.Fatal(err)
		}
		// Files that are nobody's business stay where they are.
		if err := os.WriteFile(filepath.Join(dir, "README"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		s := mustOpen(t, dir, Options{SetAside: true, Now: now})
		aside, err := s.Damaged()
		if err != nil || len(aside) != want || len(files(t, aside[want-1])) < 5 {
			t.Errorf("%v, %v", aside, err)
		}
		s.Close()
		if _, err := os.Stat(filepath.Join(dir, "README")); err != nil {
			t.Error(err)
		}
		if err := os.RemoveAll(filepath.Join(dir, openingFolder)); err != nil {
			t.Fatal(err)
		}
	}
	first := filepath.Join(dir, "damaged-20260401T060000Z")
	if entries, err := os.ReadDir(first); err != nil || len(entries) < 5 {
		t.Errorf("%v, %v", entries, err)
	}
}
