package history

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"
)

// ledgerFile says beside the database what must be in it. Badger opens a database whose MANIFEST or log was cut as a
// smaller one, or an empty one, and says nothing.
const ledgerFile = "LEDGER"

// ledger is what the file holds. It is on the disk before a change is, and again after it: whenever the program ends,
// the database is as one of the two says.
type ledger struct {
	Now  tally  `json:"now"`
	Next *tally `json:"next,omitempty"` // of a change that was under way
}

// tally stands for the captures' heads, the notes and the version. What heads name is checked when it is read.
type tally struct {
	Captures int       `json:"captures"`
	Newest   time.Time `json:"newest,omitzero"`
	Digest   sum       `json:"digest"`
}

// entries are what a tally is made of: keys, and the sums of the values of notes and of the version.
type entries map[string]sum

func (e entries) tally() tally {
	var t tally
	hash := sha256.New()
	for _, key := range slices.Sorted(maps.Keys(e)) {
		if _, at, ok := splitHeadKey([]byte(key)); ok {
			t.Captures++
			if at.After(t.Newest) {
				t.Newest = at
			}
		}
		value := e[key]
		hash.Write(binary.BigEndian.AppendUint32(nil, uint32(len(key)))) //nolint:gosec // keys are short
		hash.Write([]byte(key))
		hash.Write(value[:])
	}
	hash.Sum(t.Digest[:0])
	return t
}

func (t tally) String() string {
	if t.Captures == 0 {
		return "no capture"
	}
	return fmt.Sprintf("captures: %d, the newest of %s", t.Captures, t.Newest.UTC().Format(time.RFC3339))
}

// loadEntries reads what is in the database.
func loadEntries(txn *badger.Txn) (entries, error) {
	found := make(entries)
	for _, prefix := range []string{headPrefix, notePrefix, string(versionKey)} {
		options := badger.DefaultIteratorOptions
		options.Prefix, options.PrefetchValues = []byte(prefix), false
		items := txn.NewIterator(options)
		for items.Rewind(); items.Valid(); items.Next() {
			var content sum
			if prefix != headPrefix {
				data, err := items.Item().ValueCopy(nil)
				if err != nil {
					items.Close()
					return nil, err
				}
				content = sha256.Sum256(data)
			}
			found[string(items.Item().Key())] = content
		}
		items.Close()
	}
	return found, nil
}

// change commits a change of entries, with the ledger around it. The caller holds writing.
func (s *Store) change(plan func(entries), commit func(*badger.Txn) error) error {
	next := maps.Clone(s.entries)
	plan(next)
	after := next.tally()
	if err := writeLedger(s.dir, ledger{Now: s.entries.tally(), Next: &after}); err != nil {
		return err
	}
	if err := s.db.Update(commit); err != nil {
		return err
	}
	s.entries = next
	// Where this fails the file allows the state before as well; the next change tells that the disk is full.
	_ = writeLedger(s.dir, ledger{Now: after})
	return nil
}

// checkLedger compares what Badger opened with what was there when it was last changed. A folder of a version that kept
// no ledger gets one.
func (s *Store) checkLedger(kept *ledger, files bool) error {
	err := s.db.View(func(txn *badger.Txn) (err error) {
		s.entries, err = loadEntries(txn)
		return err
	})
	if err != nil {
		return damaged(s.dir, firstLine(err.Error()))
	}
	found := s.entries.tally()
	_, versioned := s.entries[string(versionKey)]
	switch {
	case kept == nil && files && !versioned:
		return damaged(s.dir, "there are files of a database, and nothing is in them")
	case kept == nil || found.Digest == kept.Now.Digest:
	case kept.Next != nil && found.Digest == kept.Next.Digest:
	case found.String() == kept.Now.String():
		return damaged(s.dir, "a note or the version is not what was written")
	default:
		return damaged(s.dir, fmt.Sprintf("what it had (%s) is not what is left (%s)", kept.Now, found))
	}
	if kept != nil && kept.Next == nil {
		return nil
	}
	return writeLedger(s.dir, ledger{Now: found})
}

// readLedger reads the file; nil where there is none.
func readLedger(dir string) (*ledger, error) {
	data, err := os.ReadFile(filepath.Join(dir, ledgerFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("can't open the history: %w", err)
	}
	kept := new(ledger)
	if err := json.Unmarshal(data, kept); err != nil {
		return nil, damaged(dir, ledgerFile+" is not what was written")
	}
	return kept, nil
}

// writeLedger puts the file in place, whole, and returns when it is on the disk.
func writeLedger(dir string, l ledger) error {
	data, err := json.Marshal(l)
	if err != nil {
		return err
	}
	temporary := filepath.Join(dir, ledgerFile+".tmp")
	file, err := os.OpenFile(temporary, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = file.Write(append(data, '\n'))
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.Rename(temporary, filepath.Join(dir, ledgerFile)); err != nil {
		return err
	}
	if folder, err := os.Open(dir); err == nil {
		_ = folder.Sync() // not every system can
		folder.Close()
	}
	return nil
}
