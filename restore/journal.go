package restore

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// State is what became of an action.
type State string

// The states of an action. Started is written before a call, the others after it.
const (
	Started  State = "started"
	Accepted State = "accepted" // AWS took the deletion; it may still be listed
	Refused  State = "refused"  // for now: something is in the way, and it is tried again
	Gone     State = "gone"
	Undone   State = "undone" // of an unlink
	Failed   State = "failed"
	Skipped  State = "skipped"
)

// Record is one line of a journal.
type Record struct {
	Time   time.Time `json:"time"`
	Plan   string    `json:"plan,omitempty"` // the plan's digest, in the first line
	Do     Do        `json:"do,omitempty"`
	Key    string    `json:"key,omitempty"`
	State  State     `json:"state,omitempty"`
	Reason string    `json:"reason,omitempty"`
}

// journal is a file of JSON lines, synced line by line, so that a run that is killed knows what it had begun. Safe for
// concurrent use.
type journal struct {
	mutex   sync.Mutex
	file    journalFile
	started map[string]bool // keys that an earlier run or this one began to delete or unlink
	taken   map[string]bool // keys whose deletion AWS accepted
}

// journalFile is what a journal needs of a file.
type journalFile interface {
	io.WriteCloser
	Sync() error
}

// ErrBusy refuses a second run of a plan while one is under way.
var ErrBusy = errors.New("another run is applying this plan")

// lockEnding is what a journal's lock is called by. It is a file of its own, since Windows lets nobody read what is
// locked, and stays, since removing it would let two runs in; the system frees the lock of a run that was killed.
const lockEnding = ".lock"

// lockJournal keeps other runs of the same plan on this machine away until it is unlocked.
func lockJournal(path string) (*flock.Flock, error) {
	lock := flock.New(path+lockEnding, flock.SetPermissions(0o600))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("can't lock the journal, so nothing was done: %w", err)
	}
	if !locked {
		return nil, fmt.Errorf("%w (%s is locked): wait for it, or end it, and then run this again", ErrBusy, path)
	}
	return lock, nil
}

// readJournal reads what earlier runs of a plan began; there may be none. One of another plan is refused.
func readJournal(path, planDigest string) (*journal, error) {
	j := &journal{started: make(map[string]bool), taken: make(map[string]bool)}
	previous, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return j, nil
	}
	if err != nil {
		return nil, err
	}
	defer previous.Close()
	lines := bufio.NewScanner(previous)
	lines.Buffer(nil, 1<<20)
	ours := false
	for lines.Scan() {
		var record Record
		if err := json.Unmarshal(lines.Bytes(), &record); err != nil {
			continue // the line that a kill cut off
		}
		ours = ours || record.Plan == planDigest
		if record.Plan != "" && record.Plan != planDigest || record.Key != "" && !ours {
			return nil, fmt.Errorf("the journal %s belongs to another plan; move it away", path)
		}
		j.remember(record)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("can't read the journal %s: %w", path, err)
	}
	return j, nil
}

// open makes a journal writable and notes that a run of the plan begins.
func (j *journal) open(path, planDigest string, create func(path string) (journalFile, error)) error {
	file, err := create(path)
	if err != nil {
		return fmt.Errorf("can't write the journal, so nothing was done: %w", err)
	}
	j.file = file
	if err := j.write(Record{Plan: planDigest}); err != nil {
		file.Close()
		return err
	}
	return nil
}

func appendTo(path string) (journalFile, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
}

// write appends a record and syncs it. The line break comes first, so that a line that was cut off spoils no other.
func (j *journal) write(record Record) error {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	record.Time = time.Now().UTC()
	line, err := json.Marshal(record)
	if err != nil {
		return err
	}
	if _, err := j.file.Write(append(append([]byte("\n"), line...), '\n')); err != nil {
		return fmt.Errorf("can't write the journal: %w", err)
	}
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("can't write the journal: %w", err)
	}
	j.remember(record)
	return nil
}

func (j *journal) remember(record Record) {
	switch record.State {
	case Started:
		j.started[record.Key] = true
	case Accepted:
		j.taken[record.Key] = true
	}
}

func (j *journal) begun(key string) bool {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return j.started[key]
}

func (j *journal) accepted(key string) bool {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return j.taken[key]
}

func (j *journal) close() error { return j.file.Close() }
