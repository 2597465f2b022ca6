// Command demo shows what aws-baseline does, from a landing zone's snapshot to its restoration, on an emulator of AWS on
// this machine. make demo runs it. It runs the real program, shows every command line with its output, and checks what
// each one did: it ends with exit code 1 if any step did something else than it should.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	binary := flag.String("binary", "bin/aws-baseline", "the program to show")
	keep := flag.Bool("keep", false, "leave the emulator running at the end, until Ctrl-C")
	flag.Parse()
	// A second signal ends the demonstration at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	err := show(ctx, options{binary: *binary, keep: *keep, out: os.Stdout, progress: os.Stderr})
	switch {
	case err == nil:
	case ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, errInterrupted)):
		fmt.Fprintln(os.Stderr, "\ndemo: interrupted; the emulator is gone, and nothing is left behind")
		os.Exit(130)
	default:
		fmt.Fprintln(os.Stderr, "\ndemo: failed:", err)
		os.Exit(1)
	}
}
