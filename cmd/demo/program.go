package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// program runs aws-baseline as its users do: as a process, with arguments and an environment.
type program struct {
	path          string
	folder        string // to run in
	environ       []string
	out, progress io.Writer
}

// maskKey is given by the environment, so that the program makes none in the person's own configuration.
const maskKey = "AWS_BASELINE_MASK_KEY=only-for-the-demonstration"

// environ is this process's environment without what would lead the program to a real account.
func environ(proxy *testbed.FaultProxy) []string {
	var kept []string
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(strings.ToUpper(setting), "AWS_") {
			kept = append(kept, setting)
		}
	}
	return append(append(kept, proxy.Environ(home)...), maskKey)
}

// run shows a command line and its output, and wants an exit code.
func (p program) run(ctx context.Context, code int, args ...string) error {
	p.prompt(args)
	cmd := p.command(ctx, args)
	cmd.Stdout, cmd.Stderr = p.out, p.progress
	return p.check(ctx, cmd.Run(), code, args)
}

// runBriefly shows only the first lines of the output.
func (p program) runBriefly(ctx context.Context, code, lines int, args ...string) error {
	p.prompt(args)
	var output bytes.Buffer
	cmd := p.command(ctx, args)
	cmd.Stdout, cmd.Stderr = &output, p.progress
	err := cmd.Run()
	all := strings.SplitAfter(strings.TrimRight(output.String(), "\n"), "\n")
	fmt.Fprintln(p.out, strings.TrimRight(strings.Join(all[:min(lines, len(all))], ""), "\n"))
	if more := len(all) - lines; more > 0 {
		fmt.Fprintf(p.out, "[… and %d lines more]\n", more)
	}
	return p.check(ctx, err, code, args)
}

func (p program) prompt(args []string) {
	fmt.Fprintf(p.out, "$ aws-baseline %s\n", strings.Join(args, " "))
}

// command makes the process end as Ctrl-C ends it when the context does.
func (p program) command(ctx context.Context, args []string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.path, args...)
	cmd.Dir, cmd.Env = p.folder, p.environ
	cmd.WaitDelay = 10 * time.Second
	cmd.Cancel = func() error { return interrupt(cmd.Process) }
	return cmd
}

// interrupt does what Ctrl-C does. Windows knows no such signal between processes.
func interrupt(process *os.Process) error {
	if runtime.GOOS == "windows" {
		return process.Kill()
	}
	return process.Signal(os.Interrupt)
}

// check compares how a process ended with how it should.
func (p program) check(ctx context.Context, err error, code int, args []string) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		return err
	}
	if got != code {
		return fmt.Errorf("aws-baseline %s ended with exit code %d, and should have with %d", strings.Join(args, " "), got, code)
	}
	fmt.Fprintf(p.out, "[exit code %d]\n", got)
	return nil
}

// file is a file that the program wrote.
func (p program) file(name string) string { return filepath.Join(p.folder, name) }
