package history

import (
	"fmt"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Entry is a capture in the history.
type Entry struct {
	Accounts  string // as [snapshot.Snapshot.AccountSet] names them
	At        time.Time
	Resources int
}

// Latest reads the newest capture of an account set; of any, where it is empty. The time is when the capture ended. The
// error wraps [ErrNoCapture] where there is none, or [ErrDamaged].
func (s *Store) Latest(accounts string) (*snapshot.Snapshot, time.Time, error) {
	return s.newest(accounts, nil)
}

// At reads the newest capture that had ended at a time, without statuses unless it is the latest.
func (s *Store) At(accounts string, at time.Time) (*snapshot.Snapshot, time.Time, error) {
	return s.newest(accounts, &at)
}

func (s *Store) newest(accounts string, before *time.Time) (capture *snapshot.Snapshot, at time.Time, err error) {
	err = s.db.View(func(txn *badger.Txn) error {
		r := reader{s.dir, txn}
		newest, found, err := r.newestHead(accounts, before)
		if err != nil {
			return err
		}
		if !found {
			return fmt.Errorf("%w in the history in %s%s", ErrNoCapture, s.dir, which(accounts, before))
		}
		capture, err = r.capture(newest.head)
		at = newest.at
		return err
	})
	return capture, at, err
}

func which(accounts string, before *time.Time) string {
	text := ""
	if accounts != "" {
		text = " of account " + accounts
	}
	if before != nil {
		text += " at or before " + before.UTC().Format(time.RFC3339)
	}
	return text
}

// List lists the captures of an account set, or of all where it is empty, by accounts and then time.
func (s *Store) List(accounts string) ([]Entry, error) {
	var entries []Entry
	err := s.db.View(func(txn *badger.Txn) error {
		return reader{s.dir, txn}.heads(accounts, func(h found) error {
			entries = append(entries, Entry{Accounts: h.accounts, At: h.at, Resources: h.head.Resources})
			return nil
		})
	})
	return entries, err
}

// found is a head and where it is stored.
type found struct {
	accounts string
	at       time.Time
	head     *head
}

// heads visits heads in order of accounts and time.
func (r reader) heads(accounts string, visit func(found) error) error {
	options := badger.DefaultIteratorOptions
	options.Prefix = headsOf(accounts)
	heads := r.txn.NewIterator(options)
	defer heads.Close()
	for heads.Rewind(); heads.Valid(); heads.Next() {
		h, err := r.head(heads.Item())
		if err != nil {
			return err
		}
		if err := visit(h); err != nil {
			return err
		}
	}
	return nil
}

func (r reader) head(item *badger.Item) (found, error) {
	accounts, at, ok := splitHeadKey(item.Key())
	if !ok {
		return found{}, damaged(r.dir, fmt.Sprintf("%q is the key of no capture", item.Key()))
	}
	data, err := item.ValueCopy(nil)
	if err != nil {
		return found{}, damaged(r.dir, firstLine(err.Error()))
	}
	h := new(head)
	return found{accounts, at, h}, r.decode(data, h)
}

// newestHead finds the newest head of an account set, or of any; where before is given, the newest that is not after it.
func (r reader) newestHead(accounts string, before *time.Time) (newest found, ok bool, err error) {
	options := badger.DefaultIteratorOptions
	options.PrefetchValues = false
	options.Prefix = headsOf(accounts)
	heads := r.txn.NewIterator(options)
	defer heads.Close()
	var best []byte
	var bestAt time.Time
	for heads.Rewind(); heads.Valid(); heads.Next() {
		_, at, valid := splitHeadKey(heads.Item().Key())
		if !valid || (before != nil && at.After(*before)) || at.Before(bestAt) {
			continue
		}
		best, bestAt = heads.Item().KeyCopy(best), at
	}
	if best == nil {
		return found{}, false, nil
	}
	item, err := r.txn.Get(best)
	if err != nil {
		return found{}, false, damaged(r.dir, firstLine(err.Error()))
	}
	newest, err = r.head(item)
	return newest, err == nil, err
}

// capture puts a capture together.
func (r reader) capture(h *head) (*snapshot.Snapshot, error) {
	s := h.Snapshot
	s.Edited = h.Edited
	var parts index
	if err := r.json(h.Index, &parts); err != nil {
		return nil, err
	}
	for _, part := range []struct {
		address sum
		value   any
	}{
		{parts.Accounts, &s.Accounts}, {parts.KnownPaths, &s.KnownPaths}, {parts.Coverage, &s.Coverage}, {parts.Stubs, &s.Stubs},
	} {
		if err := r.json(part.address, part.value); err != nil {
			return nil, err
		}
	}
	for _, address := range parts.Pages {
		if err := r.page(address, &s); err != nil {
			return nil, err
		}
	}
	if len(s.Resources) != h.Resources {
		return nil, damaged(r.dir, fmt.Sprintf("a capture of %d resources has %d", h.Resources, len(s.Resources)))
	}
	if h.Statuses == nil {
		return &s, nil
	}
	return &s, r.statuses(*h.Statuses, s.Resources)
}

func (r reader) page(address sum, s *snapshot.Snapshot) error {
	entries, err := r.content(address)
	if err != nil {
		return err
	}
	for ; len(entries) >= entrySize; entries = entries[entrySize:] {
		var resource snapshot.Resource
		if err := r.json(sum(entries[:len(sum{})]), &resource); err != nil {
			return err
		}
		configuration, err := r.content(sum(entries[len(sum{}):entrySize]))
		if err != nil {
			return err
		}
		if len(configuration) > 0 {
			resource.Configuration = configuration
		} else {
			resource.Configuration = nil
		}
		s.Resources = append(s.Resources, resource)
	}
	return nil
}

// statuses fills in the statuses of resources, which are in the order of the pages.
func (r reader) statuses(address sum, resources []snapshot.Resource) error {
	var statusPages []sum
	if err := r.json(address, &statusPages); err != nil {
		return err
	}
	at := 0
	for _, address := range statusPages {
		var page []rawOrNil
		if err := r.json(address, &page); err != nil {
			return err
		}
		if at+len(page) > len(resources) {
			return damaged(r.dir, "there are more statuses than resources")
		}
		for _, status := range page {
			resources[at].Status = []byte(status)
			at++
		}
	}
	return nil
}

// rawOrNil is JSON as it is written; null is nil.
type rawOrNil []byte

// UnmarshalJSON keeps the bytes.
func (r *rawOrNil) UnmarshalJSON(data []byte) error {
	*r = nil
	if string(data) != "null" {
		*r = append(*r, data...)
	}
	return nil
}
