package history

import (
	"crypto/sha256"
	"errors"

	"github.com/dgraph-io/badger/v4"
)

const notePrefix = "n/"

func noteKey(name string) []byte { return []byte(notePrefix + name) }

// Remember keeps a note under a name, in place of the one before. Notes are small and don't expire.
func (s *Store) Remember(name string, note []byte) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.writeError(s.set(noteKey(name), note))
}

// set sets an entry. The caller holds writing.
func (s *Store) set(key, value []byte) error {
	return s.change(
		func(planned entries) { planned[string(key)] = sha256.Sum256(value) },
		func(txn *badger.Txn) error { return txn.Set(key, value) },
	)
}

// Recall reads a note; nil where there is none.
func (s *Store) Recall(name string) (note []byte, err error) {
	err = s.db.View(func(txn *badger.Txn) error {
		note, err = value(txn, noteKey(name))
		switch {
		case errors.Is(err, badger.ErrKeyNotFound):
			return nil
		case err != nil:
			return damaged(s.dir, firstLine(err.Error()))
		}
		return nil
	})
	return note, err
}
