package history

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dgraph-io/badger/v4"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// A store that lost content says so in one line; it never gives back something else.
func TestDamagedContent(t *testing.T) {
	capture := estate(rand.New(rand.NewPCG(8, 8)), "111111111111", start, 200)
	for name, damage := range map[string]func(txn *badger.Txn, key []byte) error{
		"missing": func(txn *badger.Txn, key []byte) error { return txn.Delete(key) },
		"changed": func(txn *badger.Txn, key []byte) error { return txn.Set(key, []byte(`{"a":1}`)) },
		"no head": func(txn *badger.Txn, _ []byte) error { return txn.Set(headKey("111111111111", start), []byte("{")) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := mustOpen(t, dir, Options{})
			defer s.Close()
			put(t, s, capture)
			err := s.db.Update(func(txn *badger.Txn) error {
				options := badger.DefaultIteratorOptions
				options.Prefix = []byte("b")
				pieces := txn.NewIterator(options)
				pieces.Rewind()
				key := pieces.Item().KeyCopy(nil)
				pieces.Close()
				return damage(txn, key)
			})
			if err != nil {
				t.Fatal(err)
			}
			_, _, err = s.Latest("111111111111")
			if !errors.Is(err, ErrDamaged) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), dir) {
				t.Errorf("%v", err)
			}
		})
	}
}

// Bytes that changed on the disk are found, or didn't matter.
func TestDamagedFiles(t *testing.T) {
	whole := t.TempDir()
	capture := estate(rand.New(rand.NewPCG(9, 9)), "111111111111", start, 300)
	capture.Resources[0].Configuration = snapshot.Canonical(map[string]any{"Large": strings.Repeat("y", 2<<20)})
	s := mustOpen(t, whole, Options{})
	put(t, s, capture)
	s.Close()
	files, err := os.ReadDir(whole)
	if err != nil {
		t.Fatal(err)
	}
	damages := map[string]func(data []byte) []byte{
		"empty": func([]byte) []byte { return nil },
		"half":  func(data []byte) []byte { return data[:len(data)/2] },
		"end":   func(data []byte) []byte { return data[:max(0, len(data)-7)] },
		"bytes": func(data []byte) []byte {
			random := rand.New(rand.NewPCG(10, uint64(len(data))))
			for range 20 {
				data[random.IntN(len(data))] ^= 0x55
			}
			return data
		},
	}
	found := 0
	for _, file := range files {
		for name, damage := range damages {
			t.Run(file.Name()+"/"+name, func(t *testing.T) {
				dir := copyFolder(t, whole)
				path := filepath.Join(dir, file.Name())
				data, err := os.ReadFile(path)
				if err != nil || len(data) == 0 {
					t.Skip("nothing to damage")
				}
				if err := os.WriteFile(path, damage(data), 0o600); err != nil {
					t.Fatal(err)
				}
				s, err := Open(dir, Options{Retention: day})
				if err == nil {
					defer s.Close()
					var got *snapshot.Snapshot
					if got, _, err = s.Latest("111111111111"); err == nil {
						same(t, got, capture, true)
						return
					}
				}
				t.Log(err)
				if strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), dir) {
					t.Errorf("not one line that names the folder: %v", err)
				}
				if !errors.Is(err, ErrDamaged) {
					t.Errorf("captures are gone without a word of damage: %v", err)
				}
				found++
			})
		}
	}
	if found < 4 {
		t.Errorf("damage was found %d times only", found)
	}
}
