//go:build unix

package testbed

import (
	"context"
	"os"
	"syscall"
	"time"
)

// lock takes an exclusive lock that ends with the process. It waits until ctx ends.
func lock(ctx context.Context, path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { f.Close() }, nil
		}
		if err != syscall.EWOULDBLOCK && err != syscall.EINTR {
			f.Close()
			return nil, err
		}
		if sleep(ctx, 100*time.Millisecond); ctx.Err() != nil {
			f.Close()
			return nil, ctx.Err()
		}
	}
}
