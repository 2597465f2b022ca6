package main

import (
	"errors"
	"fmt"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/cost"
	"github.com/aws-baseline/aws-baseline/diff"
)

// The exit codes.
const (
	exitDone        = 0   // done, and no differences
	exitDifferences = 1   // diff: differences; restore: something left over
	exitTrouble     = 2   // nothing usable, or incomplete; wins over differences
	exitCredentials = 3   // no credentials, or expired
	exitUsage       = 80  // the command line
	exitInterrupted = 130 // by a signal
)

// status is an error that says no more than an exit code: what there is to say was printed.
type status int

func (s status) Error() string { return fmt.Sprintf("exit code %d", int(s)) }

// usage is a mistake on the command line.
type usage struct{ error }

func usagef(format string, args ...any) error { return usage{fmt.Errorf(format, args...)} }

// exit maps an error to its exit code, after one line about it.
func (a *app) exit(err error) int {
	var only status
	var mistake usage
	var region *collect.UnknownRegionError
	var format *printer.UsageError
	var bill *cost.UsageError
	var option *collect.OptionError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &only):
		return int(only)
	case a.ctx.Err() != nil:
		// Whatever the error says, the signal is its cause: the SDK and the network have many words for it.
		a.warn("%s: interrupted; nothing was saved", a.name)
		return exitInterrupted
	}
	a.warn("%s: error: %s", a.name, a.describe(err))
	switch {
	case errors.As(err, &mistake), errors.As(err, &region), errors.As(err, &format), errors.As(err, &bill), errors.As(err, &option):
		return exitUsage
	case errors.Is(err, collect.ErrNoCredentials), collect.Classify(err) == collect.ClassExpired:
		return exitCredentials
	}
	return exitTrouble
}

// describe is an error in one line; with --debug, with everything that the SDK wrapped around it.
func (a *app) describe(err error) string {
	text := collect.Plain(err)
	if a.flags.Debug {
		text = err.Error()
	}
	if errors.Is(err, snapshot.ErrNotFound) {
		text += "; see: " + a.name + " snapshot list"
	}
	return text
}

// ofReport is the exit code of a comparison.
func ofReport(r *diff.Report) error {
	switch {
	case r.Incomplete():
		return status(exitTrouble)
	case r.Differences():
		return status(exitDifferences)
	}
	return nil
}
