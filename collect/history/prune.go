package history

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dgraph-io/badger/v4"
)

// Pruned says what went.
type Pruned struct {
	Captures int // past their retention
	Pieces   int // of content that no capture names
	Events   int // pieces of them that no capture reaches back to, or that are too many
}

// Prune removes captures past their retention, the content that no capture names any more, the events that are older than
// every capture or too many (20,000 in a region), and then gives the space
// back to the system. The newest capture of every account set stays, however old. It may run beside readers; call it
// after every capture, or at least once a day.
func (s *Store) Prune() (Pruned, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	var pruned Pruned
	if err := s.prune(&pruned); err != nil {
		return pruned, s.writeError(err)
	}
	if pruned.Pieces+pruned.Events > 0 {
		if err := s.db.Flatten(2); err != nil {
			return pruned, s.writeError(err)
		}
	}
	for {
		err := s.db.RunValueLogGC(0.5)
		if errors.Is(err, badger.ErrNoRewrite) {
			return pruned, nil
		}
		if err != nil {
			return pruned, s.writeError(err)
		}
	}
}

func (s *Store) prune(pruned *Pruned) error {
	if err := s.expire(pruned); err != nil {
		return err
	}
	txn := s.db.NewTransaction(false)
	defer txn.Discard()
	live, err := reader{s.dir, txn}.live()
	if err != nil {
		return err
	}
	if err := s.sweep(txn, live, pruned); err != nil {
		return err
	}
	past, err := reader{s.dir, txn}.pastEvents()
	if err != nil {
		return err
	}
	pruned.Events = len(past)
	return s.remove(past)
}

// expire deletes the heads of captures past their retention.
func (s *Store) expire(pruned *Pruned) error {
	txn := s.db.NewTransaction(false)
	defer txn.Discard()
	limit := s.now().Add(-s.retention)
	var old [][]byte
	var last found
	err := reader{s.dir, txn}.heads("", func(h found) error {
		// In order of time: the one before is not the newest of its accounts.
		if last.head != nil && last.accounts == h.accounts && last.at.Before(limit) {
			old = append(old, headKey(last.accounts, last.at))
		}
		last = h
		return nil
	})
	if err != nil {
		return err
	}
	// By the transaction, so that the ledger can be right at any time.
	const most = 1000
	for part := range slices.Chunk(old, most) {
		err := s.change(func(planned entries) {
			for _, key := range part {
				delete(planned, string(key))
			}
		}, func(txn *badger.Txn) error {
			for _, key := range part {
				if err := txn.Delete(key); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		pruned.Captures += len(part)
	}
	return nil
}

// live collects the addresses of everything that a capture names. Configurations are named by pages, so neither they
// nor the resources need to be read.
func (r reader) live() (map[sum]bool, error) {
	live := make(map[sum]bool)
	first := func(address sum) bool {
		seen := live[address]
		live[address] = true
		return !seen
	}
	err := r.heads("", func(h found) error {
		if h.head.Statuses != nil && first(*h.head.Statuses) {
			var statusPages []sum
			if err := r.json(*h.head.Statuses, &statusPages); err != nil {
				return err
			}
			for _, address := range statusPages {
				first(address)
			}
		}
		if !first(h.head.Index) {
			return nil
		}
		var parts index
		if err := r.json(h.head.Index, &parts); err != nil {
			return err
		}
		for _, address := range []sum{parts.Accounts, parts.KnownPaths, parts.Coverage, parts.Stubs} {
			first(address)
		}
		for _, page := range parts.Pages {
			if !first(page) {
				continue
			}
			entries, err := r.content(page)
			if err != nil {
				return err
			}
			for ; len(entries) >= len(sum{}); entries = entries[len(sum{}):] {
				first(sum(entries[:len(sum{})]))
			}
		}
		return nil
	})
	return live, err
}

// sweep deletes the content that is not live.
func (s *Store) sweep(txn *badger.Txn, live map[sum]bool, pruned *Pruned) error {
	options := badger.DefaultIteratorOptions
	options.PrefetchValues = false
	options.Prefix = []byte{'b'}
	pieces := txn.NewIterator(options)
	defer pieces.Close()
	var dead [][]byte
	for pieces.Rewind(); pieces.Valid(); pieces.Next() {
		key := pieces.Item().KeyCopy(nil)
		if len(key) != 1+len(sum{}) {
			return damaged(s.dir, fmt.Sprintf("%q is the key of no content", key))
		}
		if !live[sum(key[1:])] {
			dead = append(dead, key)
		}
	}
	pruned.Pieces = len(dead)
	return s.remove(dead)
}

func (s *Store) remove(keys [][]byte) error {
	batch := s.db.NewWriteBatch()
	defer batch.Cancel()
	for _, key := range keys {
		if err := batch.Delete(key); err != nil {
			return err
		}
	}
	return batch.Flush()
}
