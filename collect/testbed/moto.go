package testbed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// MotoOptions changes what moto starts with.
type MotoOptions struct {
	DefaultAMIs     bool // make the 1,177 AMIs and their snapshots a region; they also answer for owner self
	ManagedPolicies bool // have AWS's managed policies
}

// MotoServer is a running moto: AWS's APIs in memory.
type MotoServer struct {
	URL string // http://127.0.0.1:PORT

	stdin  io.Closer // moto lives as long as this is open
	exited chan struct{}
	output *tail
}

// serve is the program that Python runs. moto ends when its standard input does. That happens when Close closes it and
// when this process dies, however it dies and on every system, so that no server is left behind.
const serve = `
import os, sys, threading
def watch():
    sys.stdin.buffer.read()
    os._exit(0)
threading.Thread(target=watch, daemon=True).start()
from moto.server import main
main(sys.argv[1:])
`

// StartMoto starts a moto of one's own on a free port of 127.0.0.1 and returns when it answers. ctx bounds the start
// only, which includes installing moto if this checkout hasn't yet (about a minute). Tests that don't need Reset share
// one by Moto.
func StartMoto(ctx context.Context, options MotoOptions) (*MotoServer, error) {
	interpreter, err := python(ctx)
	if err != nil {
		return nil, err
	}
	for try := 1; ; try++ {
		m, err := startMoto(ctx, interpreter, options)
		if err == nil || try == 3 || ctx.Err() != nil {
			return m, err
		}
		// Somebody else may have taken the port in between.
	}
}

func startMoto(ctx context.Context, interpreter string, options MotoOptions) (*MotoServer, error) {
	port, err := freePort()
	if err != nil {
		return nil, fmt.Errorf("testbed: moto: %w", err)
	}
	cmd := exec.Command(interpreter, "-c", serve, "-H", "127.0.0.1", "-p", strconv.Itoa(port))
	cmd.Env = append(os.Environ(),
		"MOTO_EC2_LOAD_DEFAULT_AMIS="+strconv.FormatBool(options.DefaultAMIs),
		"MOTO_IAM_LOAD_MANAGED_POLICIES="+strconv.FormatBool(options.ManagedPolicies))
	m := &MotoServer{URL: fmt.Sprintf("http://127.0.0.1:%d", port), exited: make(chan struct{}), output: &tail{}}
	cmd.Stdout, cmd.Stderr = m.output, m.output
	if m.stdin, err = cmd.StdinPipe(); err != nil {
		return nil, fmt.Errorf("testbed: moto: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("testbed: start moto: %w", err)
	}
	go func() {
		cmd.Wait()
		close(m.exited)
	}()
	if err := m.await(ctx); err != nil {
		m.Close()
		return nil, err
	}
	return m, nil
}

// await polls until moto answers.
func (m *MotoServer) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		if m.get(ctx, "/moto-api/data.json") == nil {
			return nil
		}
		select {
		case <-m.exited:
			return fmt.Errorf("testbed: moto ended at once: %s", lastLine(m.output.String()))
		case <-ctx.Done():
			return fmt.Errorf("testbed: moto doesn't answer: %w", ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Close ends this moto and returns when it is gone.
func (m *MotoServer) Close() error {
	m.stdin.Close()
	<-m.exited
	return nil
}

// Reset empties all accounts. Don't, on a server that tests share.
func (m *MotoServer) Reset(ctx context.Context) error { return m.Post(ctx, "/moto-api/reset", nil) }

// Seed makes moto give out the same ids for the same calls from here on. The first call to a service loads it, which
// uses up random numbers: make one before.
func (m *MotoServer) Seed(ctx context.Context, n int) error {
	return m.Post(ctx, "/moto-api/seed?a="+strconv.Itoa(n), nil)
}

// Post calls moto's own API, for prepared answers and state transitions: "/moto-api/static/ce/…".
func (m *MotoServer) Post(ctx context.Context, path string, body []byte) error {
	return m.call(ctx, http.MethodPost, path, body)
}

func (m *MotoServer) get(ctx context.Context, path string) error {
	return m.call(ctx, http.MethodGet, path, nil)
}

func (m *MotoServer) call(ctx context.Context, method, path string, body []byte) error {
	r, err := http.NewRequestWithContext(ctx, method, m.URL+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("testbed: moto: %w", err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("testbed: moto: %w", err)
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return fmt.Errorf("testbed: moto: %w", err)
	}
	if response.StatusCode/100 != 2 {
		return errors.New("testbed: moto: " + method + " " + path + ": " + response.Status)
	}
	return nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// tail keeps the end of what moto prints, which is a line a call.
type tail struct {
	mu   sync.Mutex
	text []byte
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if extra := len(t.text) - 1<<16; extra > 0 {
		t.text = append([]byte(nil), t.text[extra:]...)
	}
	return len(p), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.text))
}

// Log returns the end of what moto printed: tracebacks, when it answers 500.
func (m *MotoServer) Log() string { return m.output.String() }
