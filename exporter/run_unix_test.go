//go:build !windows

package exporter

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func TestHangupReloads(t *testing.T) {
	loaded := make(chan bool, 9)
	url, stop := running(t, Options{
		History: t.TempDir(), Now: func() time.Time { return start },
		Capture: func(context.Context, string) (*snapshot.Snapshot, Counts, error) {
			return capture(start, oneVPC), Counts{}, nil
		},
		Baseline: func(context.Context, string) (*snapshot.Snapshot, error) {
			loaded <- true
			return nil, snapshot.ErrNoActive
		},
	})
	<-loaded // for the capture
	ask(t, url+"/-/healthy", nil)
	if err := syscall.Kill(syscall.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	<-loaded // for the signal
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}
