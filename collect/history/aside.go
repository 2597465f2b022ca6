package history

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/table"
)

// asidePrefix begins the names of the folders, in the history's own, that keep damaged histories.
const asidePrefix = "damaged-"

// openingFolder keeps the files that Badger changes or removes when it opens a database, until it is known that nothing
// is missing from what it opened.
const openingFolder = "opening"

// Damaged lists the folders in which damaged histories are kept. They are somebody's to look at and to remove.
func (s *Store) Damaged() ([]string, error) {
	items, err := os.ReadDir(s.dir)
	var found []string
	for _, item := range items {
		if item.IsDir() && strings.HasPrefix(item.Name(), asidePrefix) {
			found = append(found, filepath.Join(s.dir, item.Name()))
		}
	}
	return found, err
}

// manifestRewrite is MANIFEST before it is put in place.
const manifestRewrite = "MANIFEST-REWRITE"

// databaseFile reports whether a file is one of the database's.
func databaseFile(name string) bool {
	return slices.Contains([]string{badger.ManifestFilename, manifestRewrite, badger.KeyRegistryFileName, badger.KeyRegistryRewriteFileName, "DISCARD"}, name) ||
		slices.Contains([]string{".sst", ".vlog", ".mem"}, filepath.Ext(name))
}

// setAside moves a damaged history into a folder of its own, within the history's: that works in the root of a volume
// too. What a crash leaves halfway is found damaged again, since MANIFEST goes first and the ledger last.
func setAside(dir string, now time.Time) (string, error) {
	items, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, asidePrefix+now.UTC().Format("20060102T150405Z"))
	for n, first := 2, path; ; n++ {
		if err = os.Mkdir(path, 0o700); !errors.Is(err, fs.ErrExist) {
			break
		}
		path = fmt.Sprintf("%s-%d", first, n)
	}
	if err != nil {
		return "", err
	}
	names := []string{badger.ManifestFilename}
	for _, item := range items {
		if name := item.Name(); (databaseFile(name) && name != badger.ManifestFilename) || name == openingFolder {
			names = append(names, name)
		}
	}
	for _, name := range append(names, ledgerFile) {
		if err := os.Rename(filepath.Join(dir, name), filepath.Join(path, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return path, nil
}

// setBy keeps what Badger is about to change: it removes tables that MANIFEST doesn't name, cuts MANIFEST and logs where
// they stop to make sense, and turns logs into tables. After an orderly end there is nothing to keep. What was kept
// before is from an opening that was broken off, and stays.
func setBy(dir string, m manifest, logger *slog.Logger) error {
	items, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("can't open the history: %w", err)
	}
	var tables, logs []string
	lastLog := ""
	for _, item := range items {
		name := item.Name()
		switch filepath.Ext(name) {
		case ".sst":
			if id, ok := table.ParseFileID(name); ok && !m.names(id) {
				tables = append(tables, name)
			}
		case ".mem":
			logs = append(logs, name)
		case ".vlog":
			lastLog = max(lastLog, name) // numbers of a fixed width
		}
	}
	if len(tables)+len(logs) == 0 && !m.torn {
		return nil
	}
	if err := os.MkdirAll(filepath.Join(dir, openingFolder), 0o700); err != nil {
		return fmt.Errorf("can't open the history: %w", err)
	}
	for _, name := range tables {
		if err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, openingFolder, name)); err != nil {
			return fmt.Errorf("can't open the history: %w", err)
		}
	}
	for _, name := range append(logs, badger.ManifestFilename, lastLog) {
		// A full disk must not keep anybody from reading what is there.
		if err := copyOnce(dir, name); err != nil && logger != nil {
			logger.Warn("history: can't keep a copy of a file while it is opened", "file", name, "error", err)
		}
	}
	return nil
}

// copyOnce copies a file into the opening folder, without the zeros that logs are filled up with.
func copyOnce(dir, name string) error {
	to := filepath.Join(dir, openingFolder, name)
	if _, err := os.Stat(to); name == "" || err == nil {
		return nil
	}
	data, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return err
	}
	if name != badger.ManifestFilename {
		data = bytes.TrimRight(data, "\x00")
	}
	if err := os.WriteFile(to, data, 0o600); err != nil {
		return errors.Join(err, os.Remove(to))
	}
	return nil
}
