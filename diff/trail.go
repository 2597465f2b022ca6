package diff

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// The bounds of what is read of a trail's log files.
const (
	filesAtOnce  = 4
	maxFiles     = 5000 // in a region of an account: about two weeks of a file every four minutes
	namedDamaged = 3    // damaged files that are named in the notes
)

// trail reads the log files of one region of an account, as far as they are of the time that matters. complete says that
// nothing of that time is missing.
//
// The layout is CloudTrail's ("CloudTrail log file examples", "Finding your CloudTrail log files", User Guide):
// AWSLogs/[o-ORGANISATION/]ACCOUNT/CloudTrail/REGION/YYYY/MM/DD/ACCOUNT_CloudTrail_REGION_YYYYMMDDTHHmmZ_UNIQUE.json.gz,
// where the time is that of delivery.
func (a *attribution) trail(ctx context.Context, at site, s *suspects) (complete bool) {
	folder, err := a.folderOf(at)
	if err != nil {
		a.note("who changed it is not known in account %s, %s: the trail %s %v", at.accountID, at.region, a.options.TrailName, err)
		return false
	}
	files, whole := a.filesOf(folder, s)
	if len(files) == 0 {
		a.note("the trail %s has no log file of account %s, %s of the time between the two sides", a.options.TrailName, at.accountID, at.region)
		return false
	}
	var group errgroup.Group
	group.SetLimit(filesAtOnce)
	events := make(chan Event, 64)
	damaged := make([]error, len(files))
	go func() {
		defer close(events)
		for i, name := range files {
			group.Go(func() error {
				if damaged[i] = ctx.Err(); damaged[i] == nil {
					damaged[i] = a.file(ctx, name, at, events)
				}
				return nil
			})
		}
		_ = group.Wait() // damages are notes
	}()
	for e := range events {
		s.read(e)
	}
	count := 0
	for i, err := range damaged {
		if err == nil {
			continue
		}
		if count++; count <= namedDamaged {
			a.note("the trail's log file %s is damaged, and events may be missing: %v", files[i], err)
		}
	}
	if count > namedDamaged {
		a.note("%d log files of the trail in account %s, %s are damaged", count, at.accountID, at.region)
	}
	complete = whole && count == 0
	for _, one := range s.all {
		one.known = complete
	}
	return complete
}

// folderOf is where a region's files are: below AWSLogs or the root itself, of the account's own trail or of one of the
// organisation.
func (a *attribution) folderOf(at site) (string, error) {
	var last error = fs.ErrNotExist
	for _, root := range []string{"AWSLogs", "."} {
		parents := []string{root}
		entries, err := fs.ReadDir(a.options.Trail, root)
		if err != nil {
			last = err
			continue
		}
		for _, entry := range entries {
			if entry.IsDir() && strings.HasPrefix(entry.Name(), "o-") {
				parents = append(parents, path.Join(root, entry.Name()))
			}
		}
		for _, parent := range parents {
			folder := path.Join(parent, at.accountID, "CloudTrail", at.region)
			if found, err := fs.ReadDir(a.options.Trail, folder); err == nil && len(found) > 0 {
				return folder, nil
			} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
				last = err
			}
		}
	}
	if errors.Is(last, fs.ErrNotExist) {
		return "", fmt.Errorf("has no log files there")
	}
	return "", fmt.Errorf("can't be read: %s", inOneLine(last))
}

// logFile is how a log file is called; its time is that of delivery.
var logFile = regexp.MustCompile(`^[0-9]{12}_CloudTrail_[a-z0-9-]+_([0-9]{8}T[0-9]{4})Z_[A-Za-z0-9]+\.json(\.gz)?$`)

// late is how long after an event its log file is looked for. CloudTrail delivers within 20 minutes or so, and says that a
// file "can contain records written at any point before".
const late = 2 * time.Hour

// filesOf lists the files of the times that matter, the latest first. whole is false where some had to be left out.
func (a *attribution) filesOf(folder string, s *suspects) (files []string, whole bool) {
	whole = true
	days := make(map[string]bool)
	for _, one := range s.all {
		to := one.to
		if to.IsZero() {
			to = a.now
		}
		for day := one.from.UTC().Truncate(24 * time.Hour); !day.After(to.Add(late)); day = day.AddDate(0, 0, 1) {
			days[day.Format("2006/01/02")] = true
		}
	}
	for _, day := range slices.Backward(sortedKeys(days)) {
		entries, err := fs.ReadDir(a.options.Trail, path.Join(folder, day))
		if errors.Is(err, fs.ErrNotExist) {
			continue // a quiet day
		}
		if err != nil {
			a.note("the trail's log files of %s can't be listed: %s", path.Join(folder, day), inOneLine(err))
			whole = false
			continue
		}
		for _, entry := range slices.Backward(entries) {
			delivered, ok := deliveredAt(entry.Name())
			if !ok || entry.IsDir() || !s.want(delivered) {
				continue
			}
			if len(files) == maxFiles {
				a.note("%s: more than %d log files are of the time between the two sides: who made changes before %s is not known", folder, maxFiles, delivered.Format(time.RFC3339))
				return files, false
			}
			files = append(files, path.Join(folder, day, entry.Name()))
		}
	}
	return files, whole
}

func deliveredAt(name string) (time.Time, bool) {
	parts := logFile.FindStringSubmatch(name)
	if parts == nil {
		return time.Time{}, false
	}
	at, err := time.Parse("20060102T1504", parts[1])
	return at, err == nil
}

// want reports whether a file that was delivered at a time can have events of some change. The name has whole minutes.
func (s *suspects) want(delivered time.Time) bool {
	return slices.ContainsFunc(s.all, func(one *suspect) bool {
		return delivered.Add(time.Minute).After(one.from) && (one.to.IsZero() || delivered.Before(one.to.Add(late)))
	})
}

// file reads one log file. The events go to whoever holds the changes.
func (a *attribution) file(ctx context.Context, name string, at site, events chan<- Event) error {
	file, err := a.options.Trail.Open(name)
	if err != nil {
		return errors.New(inOneLine(err))
	}
	defer file.Close()
	return readTrailFile(file, func(e Event, accountID string) bool {
		if accountID != "" && accountID != at.accountID {
			return true
		}
		select {
		case events <- e:
			return true
		case <-ctx.Done():
			return false
		}
	})
}

func sortedKeys(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for key := range set {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
