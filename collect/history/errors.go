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

// damaged says what is wrong with a folder and what to do.
func damaged(dir, what string) error {
	return fmt.Errorf("the history in %s is %w: %s; move the folder away to start anew", dir, ErrDamaged, what)
}
