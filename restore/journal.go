package restore

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"
)

// State is what became of an action.
type State string

// The states of an action. Started is written before a call, the others after it.
const (
	Started  State = "started"
	Accepted State = "accepted" // AWS took the deletion; it may still be listed
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
	file    *os.File
	started map[string]bool // keys that an earlier run or this one began to delete
}

// openJournal opens or makes the journal of a plan. One of another plan is refused.
func openJournal(path, planDigest string) (*journal, error) {
	j := &journal{started: make(map[string]bool)}
	previous, err := os.Open(path)
	switch {
	case err == nil:
		defer previous.Close()
		if err := j.read(previous, path, planDigest); err != nil {
			return nil, err
		}
	case !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	j.file, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("can't write the journal, so nothing was done: %w", err)
	}
	if err := j.write(Record{Plan: planDigest}); err != nil {
		j.file.Close()
		return nil, err
	}
	return j, nil
}

func (j *journal) read(file *os.File, path, planDigest string) error {
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var record Record
		if err := json.Unmarshal(lines.Bytes(), &record); err != nil {
			continue // the line that a kill cut off
		}
		if record.Plan != "" && record.Plan != planDigest {
			return fmt.Errorf("the journal %s belongs to another plan; move it away", path)
		}
		if record.State == Started {
			j.started[record.Key] = true
		}
	}
	return lines.Err()
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
	if record.State == Started {
		j.started[record.Key] = true
	}
	return nil
}

func (j *journal) begun(key string) bool {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return j.started[key]
}

func (j *journal) close() error { return j.file.Close() }
