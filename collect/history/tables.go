package history

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/pb"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/badger/v4/y"
	"google.golang.org/protobuf/proto"
)

// manifest is what Badger's MANIFEST says.
type manifest struct {
	tables map[uint64]badger.TableManifest
	torn   bool // its end makes no sense: it was cut, or a crash came between
}

func (m manifest) names(id uint64) bool {
	_, ok := m.tables[id]
	return ok
}

// readManifest reads the file; files says that there is a database at all.
func readManifest(dir string, options badger.Options) (m manifest, files bool, err error) {
	file, err := os.Open(filepath.Join(dir, badger.ManifestFilename))
	if errors.Is(err, fs.ErrNotExist) {
		return m, false, noRemains(dir)
	}
	if err != nil {
		return m, false, fmt.Errorf("can't open the history: %w", err)
	}
	defer file.Close()
	listed, end, err := badger.ReplayManifestFile(file, 0, options)
	if err != nil {
		return m, true, damaged(dir, badger.ManifestFilename+": "+firstLine(err.Error()))
	}
	info, err := file.Stat()
	if err != nil {
		return m, true, fmt.Errorf("can't open the history: %w", err)
	}
	return manifest{listed.Tables, end < info.Size()}, true, nil
}

// noRemains refuses files of a database without a MANIFEST, which Badger would remove as leftovers. In a new database
// MANIFEST is the first file.
func noRemains(dir string) error {
	items, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("can't open the history: %w", err)
	}
	for _, item := range items {
		if name := item.Name(); databaseFile(name) && name != manifestRewrite {
			return damaged(dir, badger.ManifestFilename+" is missing")
		}
	}
	return nil
}

// checkTables looks at the end of every table before Badger does, who trusts it: where it doesn't fit, a goroutine of
// Badger's panics or ends the process. Blocks it checks itself, and says so.
//
// A table ends with its index, the index's length, the index's checksum and the checksum's length, both lengths in four
// bytes. Tables that the manifest doesn't name were left by a crash, or the manifest was cut; see setBy.
func checkTables(dir string, m manifest) error {
	for id := range m.tables {
		name := table.IDToFilename(id)
		data, err := os.ReadFile(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			return damaged(dir, name+" is missing")
		}
		if err != nil {
			return fmt.Errorf("can't open the history: %w", err)
		}
		if !endsWell(data) {
			return damaged(dir, name+" is not what was written")
		}
	}
	return nil
}

func endsWell(data []byte) bool {
	rest, checksum, ok := cutLast(data)
	if !ok {
		return false
	}
	_, index, ok := cutLast(rest)
	expected := new(pb.Checksum)
	if !ok || len(index) == 0 || proto.Unmarshal(checksum, expected) != nil {
		return false
	}
	if _, known := pb.Checksum_Algorithm_name[int32(expected.Algo)]; !known {
		return false // the library panics on those
	}
	return y.VerifyChecksum(index, expected) == nil
}

// cutLast cuts off a length of four bytes and what it measures.
func cutLast(data []byte) (before, last []byte, ok bool) {
	at := len(data) - 4
	if at < 0 {
		return nil, nil, false
	}
	length := int64(binary.BigEndian.Uint32(data[at:]))
	if length > int64(at) {
		return nil, nil, false
	}
	return data[:at-int(length)], data[at-int(length) : at], true
}
