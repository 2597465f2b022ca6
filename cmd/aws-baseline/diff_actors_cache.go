package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/aws-baseline/aws-baseline/diff"
)

// eventCache keeps CloudTrail's events in files, one for a region of an account: FOLDER/ACCOUNT/REGION.json. It is a
// [diff.Memory]: what can't be read or written is as if it were not there. Files are replaced whole and belong to the user
// alone.
type eventCache struct{ folder string }

// The bounds of a file.
const (
	cachedDays   = 90
	cachedEvents = 20_000 // of all writes; about 10 MB
	cachedNames  = 200    // resources that were asked for by name
	cachedByName = 500    // events of each
)

// cacheVersion changes with what the file means; others are left unread.
const cacheVersion = 2

type cachedRegion struct {
	Version int                          `json:"version"`
	About   map[string][]diff.Remembered `json:"about"` // "" for all writes
}

// partOfPath is what accounts and regions look like; nothing else becomes a path.
var partOfPath = regexp.MustCompile(`^[a-z0-9-]{1,40}$`)

func (c eventCache) path(accountID, region string) string {
	if !partOfPath.MatchString(accountID) || !partOfPath.MatchString(region) {
		return ""
	}
	return filepath.Join(c.folder, accountID, region+".json")
}

func (c eventCache) load(accountID, region string) cachedRegion {
	empty := cachedRegion{Version: cacheVersion, About: make(map[string][]diff.Remembered)}
	path := c.path(accountID, region)
	if path == "" {
		return empty
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return empty
	}
	var kept cachedRegion
	if json.Unmarshal(data, &kept) != nil || kept.Version != cacheVersion || kept.About == nil {
		return empty
	}
	return kept
}

// Recall implements [diff.Memory].
func (c eventCache) Recall(accountID, region, about string) []diff.Remembered {
	return c.load(accountID, region).About[about]
}

// Remember implements [diff.Memory].
func (c eventCache) Remember(accountID, region, about string, events diff.Remembered) {
	path := c.path(accountID, region)
	if path == "" {
		return
	}
	kept := c.load(accountID, region)
	kept.About[about] = append(kept.About[about], events)
	since := time.Now().AddDate(0, 0, -cachedDays)
	for name, remembered := range kept.About {
		most := cachedByName
		if name == "" {
			most = cachedEvents
		}
		if kept.About[name] = diff.Keep(remembered, since, most); len(kept.About[name]) == 0 {
			delete(kept.About, name)
		}
	}
	for len(kept.About) > cachedNames {
		oldest := ""
		for name, remembered := range kept.About {
			if name != "" && (oldest == "" || remembered[0].Until.Before(kept.About[oldest][0].Until)) { // the latest first
				oldest = name
			}
		}
		delete(kept.About, oldest)
	}
	if data, err := json.Marshal(kept); err == nil {
		_ = replaceFile(path, data) // the next run asks again
	}
}

// replaceFile writes a file of the user's own whole or not at all.
func replaceFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".events-*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name()) // gone already, unless something failed
	if _, err := temporary.Write(data); err != nil {
		temporary.Close()
		return err
	}
	if err := temporary.Sync(); err != nil {
		temporary.Close()
		return err
	}
	if err := temporary.Close(); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}
