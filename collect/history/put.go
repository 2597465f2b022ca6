package history

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dgraph-io/badger/v4"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Put keeps a capture under its accounts and its time; one of the same accounts and time is replaced. Statuses are
// kept of the newest capture only. When Put returns without an error the capture is on the disk; after an error, or a
// crash, it is not there at all. The capture is not changed.
func (s *Store) Put(capture *snapshot.Snapshot) (Written, error) {
	accounts := capture.AccountSet()
	if accounts == "" || strings.Contains(accounts, "/") {
		return Written{}, fmt.Errorf("can't keep a capture of the accounts %q", accounts)
	}
	at, err := timeOf(capture)
	if err != nil {
		return Written{}, err
	}
	s.writing.Lock()
	defer s.writing.Unlock()
	h, written, err := s.write(capture)
	if err != nil {
		return written, s.writeError(err)
	}
	// Everything that the head names is on the disk; now it becomes visible.
	plan := func(planned entries) { planned[string(headKey(accounts, at))] = sum{} }
	return written, s.writeError(s.change(plan, func(txn *badger.Txn) error {
		newest, found, err := reader{s.dir, txn}.newestHead(accounts, nil)
		if err != nil {
			return err
		}
		if found && newest.at.After(at) {
			h.Statuses = nil
		} else if found && newest.head.Statuses != nil {
			newest.head.Statuses = nil
			if err := setHead(txn, headKey(accounts, newest.at), newest.head); err != nil {
				return err
			}
		}
		return setHead(txn, headKey(accounts, at), h)
	}))
}

func (s *Store) writeError(err error) error {
	if err == nil || errors.Is(err, ErrDamaged) {
		return err
	}
	return fmt.Errorf("can't write to the history in %s: %w", s.dir, err)
}

func setHead(txn *badger.Txn, key []byte, h *head) error {
	data, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return txn.Set(key, data)
}

// write stores the content of a capture and returns its head, which is not stored yet.
func (s *Store) write(capture *snapshot.Snapshot) (*head, Written, error) {
	sorted := *capture
	sorted.Resources, sorted.Stubs = slices.Clone(capture.Resources), slices.Clone(capture.Stubs)
	sorted.Coverage, sorted.Accounts = slices.Clone(capture.Coverage), slices.Clone(capture.Accounts)
	for i := range sorted.Accounts {
		sorted.Accounts[i].Regions = slices.Clone(sorted.Accounts[i].Regions)
	}
	sorted.Sort()

	txn := s.db.NewTransaction(false)
	defer txn.Discard()
	batch := s.db.NewWriteBatch()
	defer batch.Cancel()
	w := &writer{txn: txn, batch: batch, seen: make(map[sum]bool)}
	h, err := w.capture(&sorted)
	if err == nil {
		err = batch.Flush()
	}
	return h, w.written, err
}

func (w *writer) capture(s *snapshot.Snapshot) (*head, error) {
	h := &head{Snapshot: *s, Edited: s.Edited, Resources: len(s.Resources)}
	h.Snapshot.Accounts, h.Snapshot.KnownPaths = nil, nil
	h.Snapshot.Coverage, h.Snapshot.Stubs = nil, nil
	h.Snapshot.Resources = emptied(s.Resources)

	parts := index{Pages: []sum{}}
	statusPages := []sum{}
	for _, page := range pages(s.Resources) {
		address, err := w.page(page)
		if err != nil {
			return nil, err
		}
		parts.Pages = append(parts.Pages, address)
		if address, err = w.json(statuses(page)); err != nil {
			return nil, err
		}
		statusPages = append(statusPages, address)
	}
	for _, part := range []struct {
		address *sum
		value   any
	}{
		{&parts.Accounts, s.Accounts}, {&parts.KnownPaths, s.KnownPaths}, {&parts.Coverage, s.Coverage}, {&parts.Stubs, s.Stubs},
	} {
		address, err := w.json(part.value)
		if err != nil {
			return nil, err
		}
		*part.address = address
	}
	address, err := w.json(statusPages)
	if err != nil {
		return nil, err
	}
	h.Statuses = &address
	h.Index, err = w.json(parts)
	return h, err
}

func (w *writer) page(page []snapshot.Resource) (sum, error) {
	entries := make([]byte, 0, len(page)*entrySize)
	for _, r := range page {
		record, err := w.json(bare(r))
		if err != nil {
			return sum{}, err
		}
		configuration, err := w.content(r.Configuration)
		if err != nil {
			return sum{}, err
		}
		entries = append(append(entries, record[:]...), configuration[:]...)
	}
	return w.content(entries)
}
