package history

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"
)

// sum addresses a piece of content: its SHA-256.
type sum [sha256.Size]byte

func (s sum) key() []byte { return append([]byte{'b'}, s[:]...) }

// MarshalText writes a sum in hexadecimal.
func (s sum) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(s[:])), nil }

// UnmarshalText reads what MarshalText wrote.
func (s *sum) UnmarshalText(text []byte) error {
	raw, err := hex.DecodeString(string(text))
	if err != nil || len(raw) != len(s) {
		return fmt.Errorf("%q is no sum", text)
	}
	copy(s[:], raw)
	return nil
}

// writer stores content that isn't there yet.
type writer struct {
	txn     *badger.Txn // to look up what is there
	batch   *badger.WriteBatch
	seen    map[sum]bool
	written Written
}

// Written says what a capture added to the history.
type Written struct {
	Pieces int   // of content that was new
	Bytes  int64 // of them, before compression
}

// content stores a piece and returns its address.
func (w *writer) content(data []byte) (sum, error) {
	address := sum(sha256.Sum256(data))
	if w.seen[address] {
		return address, nil
	}
	w.seen[address] = true
	_, err := w.txn.Get(address.key())
	if err == nil || !errors.Is(err, badger.ErrKeyNotFound) {
		return address, err
	}
	w.written.Pieces++
	w.written.Bytes += int64(len(data))
	return address, w.batch.Set(address.key(), bytes.Clone(data))
}

// json stores a value as JSON.
func (w *writer) json(v any) (sum, error) {
	var data bytes.Buffer
	encoder := json.NewEncoder(&data)
	encoder.SetEscapeHTML(false) // statuses keep the bytes that they have
	if err := encoder.Encode(v); err != nil {
		return sum{}, err
	}
	return w.content(bytes.TrimSuffix(data.Bytes(), []byte("\n")))
}

// reader reads content as it was when its transaction began.
type reader struct {
	dir string
	txn *badger.Txn
}

// content reads a piece and checks it.
func (r reader) content(address sum) ([]byte, error) {
	data, err := value(r.txn, address.key())
	switch {
	case errors.Is(err, badger.ErrKeyNotFound):
		return nil, damaged(r.dir, fmt.Sprintf("the content %x is missing", address[:6]))
	case err != nil:
		return nil, damaged(r.dir, firstLine(err.Error()))
	case sum(sha256.Sum256(data)) != address:
		return nil, damaged(r.dir, fmt.Sprintf("the content %x is not what was written", address[:6]))
	}
	return data, nil
}

// json reads a value.
func (r reader) json(address sum, v any) error {
	data, err := r.content(address)
	if err != nil {
		return err
	}
	return r.decode(data, v)
}

func (r reader) decode(data []byte, v any) error {
	if err := json.Unmarshal(data, v); err != nil {
		return damaged(r.dir, err.Error())
	}
	return nil
}
