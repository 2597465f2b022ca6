package testbed

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// ministackRequirements pins ministack and what it needs.
//
//go:embed requirements-ministack.txt
var ministackRequirements string

// MinistackServer is a running ministack: AWS's APIs in memory, with a CloudTrail that records what is called. Events name
// the access key that signed as the user. It returns the latest 50 events that fit and no page token, and its account is
// 000000000000 unless the access key is an account's id.
type MinistackServer struct {
	URL string // http://127.0.0.1:PORT

	stdin  io.Closer
	exited chan struct{}
	output *tail
}

// serveMinistack ends when its standard input does, as moto does.
const serveMinistack = `
import os, sys, threading
def watch():
    sys.stdin.buffer.read()
    os._exit(0)
threading.Thread(target=watch, daemon=True).start()
from ministack.app import main
sys.argv = sys.argv[:1]
main()
`

// StartMinistack starts a ministack of one's own on a free port of 127.0.0.1, with CloudTrail recording, and returns when
// it answers. ctx bounds the start only, which includes installing it if this checkout hasn't yet.
func StartMinistack(ctx context.Context) (*MinistackServer, error) {
	interpreter, err := environment(ctx, "ministack", ministackRequirements)
	if err != nil {
		return nil, err
	}
	port, err := freePort()
	if err != nil {
		return nil, fmt.Errorf("testbed: ministack: %w", err)
	}
	cmd := exec.Command(interpreter, "-c", serveMinistack)
	cmd.Env = append(os.Environ(), "CLOUDTRAIL_RECORDING=1", "BIND_HOST=127.0.0.1", "GATEWAY_PORT="+strconv.Itoa(port))
	m := &MinistackServer{URL: fmt.Sprintf("http://127.0.0.1:%d", port), exited: make(chan struct{}), output: &tail{}}
	cmd.Stdout, cmd.Stderr = m.output, m.output
	if m.stdin, err = cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("testbed: ministack: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("testbed: start ministack: %w", err)
	}
	go func() {
		_ = cmd.Wait() // its end is what counts
		close(m.exited)
	}()
	if err := m.await(ctx); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// await polls until ministack answers.
func (m *MinistackServer) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, m.URL+"/_ministack/health", nil)
		if err != nil {
			return fmt.Errorf("testbed: ministack: %w", err)
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-m.exited:
			return fmt.Errorf("testbed: ministack ended at once: %s", lastLine(m.output.String()))
		case <-ctx.Done():
			return fmt.Errorf("testbed: ministack doesn't answer: %w", ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Close ends this ministack and returns when it is gone.
func (m *MinistackServer) Close() error {
	m.stdin.Close()
	<-m.exited
	return nil
}

// Ministack starts a ministack for a test alone, since all that it has is in one account. It skips the test unless
// AWS_BASELINE_INTEGRATION is 1; if it is, one that doesn't start is a failure.
func Ministack(t testing.TB) *MinistackServer {
	t.Helper()
	RequireIntegration(t)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	m, err := StartMinistack(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { m.Close() })
	return m
}
