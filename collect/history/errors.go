package history

import (
	"errors"
	"fmt"
)

// Errors of the history. Each is wrapped into one line that names the folder.
var (
	ErrNoCapture = errors.New("no capture")
	ErrInUse     = errors.New("another process has it open")
	ErrDamaged   = errors.New("damaged")
	ErrNetwork   = errors.New("on a network file system")
	ErrNewer     = errors.New("written by a newer version of aws-baseline")
)

// damage is what is wrong with a folder.
type damage struct {
	dir, what string
	// stray says that the database may still run in this process, and write to its files.
	stray bool
}

func damaged(dir, what string) error { return &damage{dir: dir, what: what} }

// Error says what to do, too.
func (d *damage) Error() string {
	return fmt.Sprintf("the history in %s is %s: %s; move the folder away to start anew", d.dir, ErrDamaged, d.what)
}

// Unwrap makes it [ErrDamaged].
func (d *damage) Unwrap() error { return ErrDamaged }
