package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// interrupted runs the program, sends it an interrupt when it makes a call, and leaves the call without an answer.
func (w *world) interrupted(service, operation string, args ...string) result {
	w.Helper()
	child := exec.Command("aws-baseline", args...)
	var stdout, stderr bytes.Buffer
	child.Stdout, child.Stderr = &stdout, &stderr
	heal := w.proxy.Intercept(service, operation, func(c *testbed.Call, _ func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		_ = child.Process.Signal(os.Interrupt)
		<-c.Context().Done()
		return &testbed.Answer{Status: 503}
	}, testbed.First(1))
	defer heal()
	if err := child.Start(); err != nil {
		w.Fatal(err)
	}
	_ = child.Wait() // the exit code says more
	return result{child.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// Wherever an interrupt comes: exit code 130, one line, no output and nothing saved.
func TestInterrupted(t *testing.T) {
	w := newWorld(t)
	w.queue("old", nil)
	w.baseline("--types", "sqs")
	w.queue("new", nil)
	for _, call := range [][2]string{{"sts", "GetCallerIdentity"}, {"ec2", "DescribeRegions"}, {"sqs", "ListQueues"}, {"sqs", "GetQueueAttributes"}} {
		for _, args := range [][]string{
			{"snapshot", "create", "cut", "--regions", home, "--types", "sqs"}, {"diff"}, {"restore", "--yes"}, {"restore", "plan"}, {"cost"},
		} {
			got := w.interrupted(call[0], call[1], args...)
			if got.code != exitInterrupted || got.stdout != "" || strings.Count(got.stderr, "\n") != 1 || !strings.HasPrefix(got.stderr, "aws-baseline: interrupted") {
				t.Errorf("%s at %s: exit code %d, stdout %q, stderr %q", strings.Join(args, " "), call[1], got.code, got.stdout, got.stderr)
			}
		}
	}
	for _, file := range []string{"snapshots/cut.json", "snapshots/restores", "restore-plan.json"} {
		if exists(file) {
			t.Errorf("%s was written", file)
		}
	}
	if n := w.proxy.Count("sqs", "DeleteQueue"); n != 0 {
		t.Errorf("%d queues were deleted", n)
	}
}

// An interrupt while something is deleted says how to go on, and that does.
func TestInterruptedDeletion(t *testing.T) {
	w := newWorld(t)
	w.queue("old", nil)
	w.baseline("--types", "sqs")
	w.queue("new", nil)
	w.plan(0)
	got := w.interrupted("sqs", "DeleteQueue", "restore", "apply", "plan.json")
	if got.code != exitInterrupted || got.stdout != "" || !strings.Contains(got.stderr, "interrupted; what was begun is in plan.json.journal: running it again goes on\n") {
		t.Errorf("exit code %d, stdout %q, stderr %q", got.code, got.stdout, got.stderr)
	}
	w.must(0, "restore", "apply", "plan.json")
	w.wantTold(w.diff(0))
}

// A program that waits for an answer still hears the interrupt, and takes no answer after it.
func TestInterruptedPrompt(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	late := strings.NewReader("123456\n")
	var stderr bytes.Buffer
	a := &app{ctx: ctx, stdin: late, stderr: &stderr, flags: new(cli), name: "aws-baseline"}
	interrupt()
	if _, err := a.prompt("MFA code: "); !errors.Is(err, context.Canceled) {
		t.Errorf("the prompt ends with %v", err)
	}
	if stderr.String() != "MFA code: \n" {
		t.Errorf("it says %q", &stderr)
	}
}

// A disk that fills up leaves nothing behind, and no baseline that is not there.
func TestDiskFull(t *testing.T) {
	w := newWorld(t)
	disk := filepath.Join(w.folder, "snapshots")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk).CombinedOutput(); err != nil {
		t.Skipf("can't mount a small disk: %s", out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", disk).CombinedOutput(); err != nil {
			t.Errorf("umount: %s", out)
		}
	})
	ballast := filepath.Join(disk, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 60<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	w.queue("old", nil)
	got := w.must(2, "snapshot", "create", "base", "--regions", home, "--types", "sqs")
	if got.stdout != "" || strings.Count(got.stderr, "\n") != 1 || !strings.Contains(got.stderr, "no space left on device") {
		t.Errorf("stdout %q, stderr %q", got.stdout, got.stderr)
	}
	if files, err := (snapshot.Disk(disk)).List(); err != nil || len(files) != 1 {
		t.Errorf("it holds %v, %v", files, err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	w.must(0, "snapshot", "create", "base", "--regions", home, "--types", "sqs")
	w.wantTold(w.diff(0))
}
