package diff

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// The bounds of a log file, so that no file can fill the memory. CloudTrail's records are at most 256 KiB ("CloudTrail
// record contents", fields cut off above that), and its files some 50 MiB unpacked.
const (
	maxRecordBytes = 4 << 20
	maxFileBytes   = 512 << 20
)

var (
	errLongRecord = fmt.Errorf("it has a record of more than %d MiB", maxRecordBytes>>20)
	errLongFile   = fmt.Errorf("it unpacks to more than %d MiB", maxFileBytes>>20)
	errNoRecords  = errors.New("it is no log file of CloudTrail: it has no list of Records")
)

// readTrailFile reads a log file, packed or not, and tells what may have changed something, with the account that it
// happened in. It reads record by record and holds one at a time. tell returns false to stop. The error says how a file is
// damaged; what came before the damage was told.
func readTrailFile(file io.Reader, tell func(e Event, accountID string) bool) error {
	packed := bufio.NewReader(file)
	var text io.Reader = packed
	if magic, _ := packed.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		unpacked, err := gzip.NewReader(packed)
		if err != nil {
			return err
		}
		defer unpacked.Close()
		text = unpacked
	}
	meter := &meter{from: text, left: maxRecordBytes, total: maxFileBytes}
	decoder := json.NewDecoder(meter)
	if err := findRecords(decoder); err != nil {
		return err
	}
	bad := 0
	var first error
	for decoder.More() {
		meter.left = maxRecordBytes
		var text json.RawMessage
		if err := decoder.Decode(&text); err != nil {
			return unexpected(err)
		}
		e, accountID, ok, err := readEvent(text)
		if err != nil {
			if bad++; bad == 1 {
				first = err
			}
			continue
		}
		if ok && !tell(e, accountID) {
			return nil
		}
	}
	if _, err := decoder.Token(); err != nil { // the end of the list
		return unexpected(err)
	}
	if bad > 0 {
		return fmt.Errorf("%s: %w", count(bad, "record can't be read", "records can't be read"), first)
	}
	return nil
}

// findRecords goes to the first record of {"Records":[…]}.
func findRecords(decoder *json.Decoder) error {
	if token, err := decoder.Token(); err != nil {
		return unexpected(err)
	} else if token != json.Delim('{') {
		return errNoRecords
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return unexpected(err)
		}
		if name == "Records" {
			if token, err := decoder.Token(); err != nil {
				return unexpected(err)
			} else if token != json.Delim('[') {
				return errNoRecords
			}
			return nil
		}
		var other json.RawMessage
		if err := decoder.Decode(&other); err != nil {
			return unexpected(err)
		}
	}
	return errNoRecords
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// meter bounds what is read for one record, and of a file. The decoder reads no further ahead than its buffer.
type meter struct {
	from        io.Reader
	left, total int
}

func (m *meter) Read(p []byte) (int, error) {
	switch {
	case m.left <= 0:
		return 0, errLongRecord
	case m.total <= 0:
		return 0, errLongFile
	}
	n, err := m.from.Read(p[:min(len(p), m.left)])
	m.left, m.total = m.left-n, m.total-n
	return n, err
}
