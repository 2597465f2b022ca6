package history

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/dgraph-io/badger/v4"
	badgeroptions "github.com/dgraph-io/badger/v4/options"
)

// Options say how to keep a history.
type Options struct {
	// Retention is how long captures are kept. It must be given: a history without an end fills its disk.
	Retention time.Duration
	// SetAside moves a damaged history into a folder of its own, "damaged-TIME" in the history's, and begins anew, which
	// the logger is told in one line. Without it, damage is an error. See [Store.Damaged].
	SetAside bool
	// Logger is told of the database's warnings and errors; nil drops them.
	Logger *slog.Logger
	// Now is the clock against which the retention is measured; nil is time.Now.
	Now func() time.Time
}

// Store is an open history. One process at a time can have it open. Safe for concurrent use: readers see what was there
// when they began, writers wait for each other.
type Store struct {
	dir       string
	db        *badger.DB
	retention time.Duration
	now       func() time.Time
	unlock    func() error
	writing   sync.Mutex
	entries   entries // what is in it; guarded by writing
}

// version is that of the layout, see the package's documentation.
const version = "1"

var versionKey = []byte("version")

// Badger's defaults are made for large databases on machines of their own: 256 MiB of block cache, five memtables of
// 64 MiB, value logs of 1 GiB. Values up to 1 MiB, which is nearly all, live compressed in the tables; the value log
// has only what is larger.
const (
	memtableSize  = 16 << 20
	memtables     = 2
	blockCache    = 8 << 20
	blockSize     = 16 << 10
	valueLogSize  = 32 << 20
	valueInTables = 1 << 20
)

// Open opens the history in a folder, and makes it where there is none. The error is [ErrInUse], [ErrDamaged],
// [ErrNetwork], [ErrNewer], or what the system said. A history that lacks captures that it had is damaged.
func Open(dir string, options Options) (*Store, error) {
	return open(dir, options, fileSystem)
}

// open is Open with the question for the file system handed in.
func open(dir string, options Options, fileSystem func(dir string) (string, error)) (*Store, error) {
	if options.Retention <= 0 {
		return nil, errors.New("a history needs a retention: how long captures are kept")
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("can't make the history's folder: %w", err)
	}
	// Badger locks and maps its files; over a network neither holds what it promises.
	if network, err := fileSystem(dir); err != nil {
		return nil, fmt.Errorf("can't tell what file system %s is on: %w", dir, err)
	} else if network != "" {
		return nil, fmt.Errorf("the history in %s is %w (%s), where it can be lost: give it a local disk", dir, ErrNetwork, network)
	}
	if info, err := os.Stat(dir); err == nil && info.Mode().Perm()&0o077 != 0 && options.Logger != nil && runtime.GOOS != "windows" {
		options.Logger.Warn("others may read the history: its folder should have mode 0700", "folder", dir, "mode", info.Mode().Perm().String())
	}
	unlock, err := lock(dir)
	if err != nil {
		return nil, err
	}
	s, err := openLocked(dir, options)
	var found *damage
	if options.SetAside && errors.As(err, &found) && !found.stray {
		kept, moveError := setAside(dir, options.Now())
		if moveError != nil {
			return nil, also(fmt.Errorf("%w; it could not be moved aside: %w", err, moveError), unlock())
		}
		if options.Logger != nil {
			options.Logger.Warn("the history is damaged: a new one is begun, and the damaged one is kept",
				"history", dir, "damage", found.what, "kept", kept)
		}
		s, err = openLocked(dir, options)
	}
	if err != nil {
		return nil, also(err, unlock())
	}
	s.unlock = unlock
	return s, nil
}

// openLocked opens the history in a folder that is locked already, and closes it again where it is not as it should be.
func openLocked(dir string, options Options) (*Store, error) {
	kept, err := readLedger(dir)
	if err != nil {
		return nil, err
	}
	s := &Store{dir: dir, retention: options.Retention, now: options.Now}
	files := false
	if s.db, files, err = openBadger(dir, options.Logger, kept == nil); err != nil {
		return nil, err
	}
	if err := s.checkVersion(); err != nil {
		return nil, also(err, s.db.Close())
	}
	if err := s.checkLedger(kept, files); err != nil {
		return nil, also(err, s.db.Close())
	}
	if err := s.putVersion(); err != nil {
		return nil, also(err, s.db.Close())
	}
	if options.SetAside {
		// What can't be read is found before anything new is written beside it.
		if _, _, err := s.Latest(""); err != nil && !errors.Is(err, ErrNoCapture) {
			return nil, also(err, s.db.Close())
		}
	}
	if err := os.RemoveAll(filepath.Join(dir, openingFolder)); err != nil {
		return nil, also(fmt.Errorf("can't open the history: %w", err), s.db.Close())
	}
	return s, nil
}

// openBadger opens the database; existed says that there were files of one. Where there were none the ledger is begun
// first, if it is to be begun.
func openBadger(dir string, logger *slog.Logger, begin bool) (db *badger.DB, existed bool, err error) {
	defer func() {
		// Badger panics on some files that don't fit together.
		if p := recover(); p != nil {
			db, err = nil, &damage{dir: dir, what: firstLine(fmt.Sprint(p)), stray: true}
		}
	}()
	options := badger.DefaultOptions(dir).
		WithSyncWrites(true).
		WithMetricsEnabled(false). // they are global
		WithBypassLockGuard(true). // the store has a lock of its own, held before the tables are looked at
		WithLogger(badgerLog{logger}).
		WithMemTableSize(memtableSize).WithNumMemtables(memtables).WithNumCompactors(2).
		WithBlockCacheSize(blockCache).WithBlockSize(blockSize).WithCompression(badgeroptions.ZSTD).
		WithValueLogFileSize(valueLogSize).WithValueThreshold(valueInTables).
		WithVerifyValueChecksum(true).WithChecksumVerificationMode(badgeroptions.OnBlockRead)
	listed, existed, err := readManifest(dir, options)
	if err != nil {
		return nil, existed, err
	}
	if err := checkTables(dir, listed); err != nil {
		return nil, existed, err
	}
	if existed {
		err = setBy(dir, listed, logger)
	} else if begin {
		err = writeLedger(dir, ledger{Now: entries{}.tally()})
	}
	if err != nil {
		return nil, existed, err
	}
	db, err = badger.Open(options)
	var path *os.PathError
	switch {
	case err == nil:
		return db, existed, nil
	case errors.As(err, &path):
		return nil, existed, fmt.Errorf("can't open the history: %w", path)
	}
	return nil, existed, damaged(dir, firstLine(err.Error()))
}

// lockFile is in the way of other processes.
const lockFile = "LOCK"

func inUse(dir, pid string) error {
	if pid != "" {
		pid = " (process " + pid + ")"
	}
	return fmt.Errorf("can't open the history in %s: %w%s", dir, ErrInUse, pid)
}

// also adds a second error, if there is one, on the same line.
func also(err, second error) error {
	if second == nil {
		return err
	}
	return fmt.Errorf("%w; %w", err, second)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line
}

func (s *Store) checkVersion() error {
	var found []byte
	err := s.db.View(func(txn *badger.Txn) (err error) {
		found, err = value(txn, versionKey)
		return err
	})
	switch {
	case errors.Is(err, badger.ErrKeyNotFound):
		return nil // a new one
	case err != nil:
		return damaged(s.dir, firstLine(err.Error()))
	case !bytes.Equal(found, []byte(version)):
		return fmt.Errorf("the history in %s was %w (layout %q, this one reads %s)", s.dir, ErrNewer, found, version)
	}
	return nil
}

// putVersion writes the version into a new database.
func (s *Store) putVersion() error {
	if _, ok := s.entries[string(versionKey)]; ok {
		return nil
	}
	return s.set(versionKey, []byte(version))
}

// Close ends the use of a store. Nothing else may be called after it.
func (s *Store) Close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return errors.Join(s.db.Close(), s.unlock())
}

func value(txn *badger.Txn, key []byte) ([]byte, error) {
	item, err := txn.Get(key)
	if err != nil {
		return nil, err
	}
	return item.ValueCopy(nil)
}

// badgerLog passes on what Badger logs. What it calls information is of interest to its authors.
type badgerLog struct{ logger *slog.Logger }

func (l badgerLog) log(level func(*slog.Logger, string, ...any), format string, args []any) {
	if l.logger != nil {
		level(l.logger, "history: "+strings.TrimSpace(fmt.Sprintf(format, args...)))
	}
}

func (l badgerLog) Errorf(format string, args ...any)   { l.log((*slog.Logger).Error, format, args) }
func (l badgerLog) Warningf(format string, args ...any) { l.log((*slog.Logger).Warn, format, args) }
func (l badgerLog) Infof(format string, args ...any)    { l.log((*slog.Logger).Debug, format, args) }
func (l badgerLog) Debugf(string, ...any)               {}
