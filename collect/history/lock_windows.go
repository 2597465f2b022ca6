package history

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"
)

const (
	errorSharingViolation syscall.Errno = 32
	fileFlagDeleteOnClose               = 0x04000000
)

// lock keeps other processes out until the function it returns is called, or this process ends: a file that is not
// shared, and that the system removes.
func lock(dir string) (unlock func() error, err error) {
	name, err := syscall.UTF16PtrFromString(filepath.Join(dir, lockFile))
	if err != nil {
		return nil, err
	}
	handle, err := syscall.CreateFile(name, syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS, fileFlagDeleteOnClose, 0)
	if errors.Is(err, errorSharingViolation) {
		return nil, inUse(dir, "")
	}
	if err != nil {
		return nil, fmt.Errorf("can't lock the history in %s: %w", dir, err)
	}
	return func() error { return syscall.CloseHandle(handle) }, nil
}
