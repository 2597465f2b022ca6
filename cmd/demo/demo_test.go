package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// TestDemo runs all of it with the program as it is.
func TestDemo(t *testing.T) {
	testbed.RequireIntegration(t)
	t.Setenv("TMPDIR", t.TempDir())
	var output bytes.Buffer
	o := options{binary: buildProgram(t), out: &output, progress: &output}
	if err := show(t.Context(), o); err != nil {
		t.Fatalf("%v\n%s", err, output.String())
	}
	for _, want := range []string{"$ aws-baseline snapshot create landing-zone", "No differences", "[exit code 1]", "lz-web", "aws_baseline_drift_resources{"} {
		if !strings.Contains(output.String(), want) {
			t.Errorf("the output lacks %q", want)
		}
	}
	wantNothingLeft(t)
}

// A demonstration that can't see what it should says so and fails, and one that is interrupted ends and cleans up.
func TestDemoThatFails(t *testing.T) {
	testbed.RequireIntegration(t)
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell script that stands for the program")
	}
	t.Setenv("TMPDIR", t.TempDir())
	script := filepath.Join(t.TempDir(), "aws-baseline")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nexit 7\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	var output bytes.Buffer
	err := show(t.Context(), options{binary: script, out: &output, progress: &output})
	wantError(t, "a program that fails", err, "ended with exit code 7, and should have with 0")

	ctx, cancel := context.WithCancel(t.Context())
	err = show(ctx, options{binary: script, out: interrupting{&output, cancel}, progress: &output})
	if !errors.Is(err, errInterrupted) {
		t.Errorf("interrupted: got %v", err)
	}
	wantNothingLeft(t)
}

// interrupting is an output that interrupts the demonstration at the first step.
type interrupting struct {
	*bytes.Buffer
	cancel context.CancelFunc
}

func (w interrupting) Write(p []byte) (int, error) {
	if bytes.Contains(p, []byte("=== 1.")) {
		w.cancel()
	}
	return w.Buffer.Write(p)
}

func buildProgram(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "aws-baseline")
	if out, err := exec.Command("go", "build", "-p", "2", "-o", binary, "../aws-baseline").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

func wantNothingLeft(t *testing.T) {
	t.Helper()
	left, err := os.ReadDir(os.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range left {
		if strings.HasPrefix(entry.Name(), "aws-baseline-demo-") {
			t.Errorf("%s is left", entry.Name())
		}
	}
}
