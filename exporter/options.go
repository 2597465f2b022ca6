package exporter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// What holds where an option is zero.
const (
	DefaultInterval  = 6 * time.Hour
	DefaultRetention = 90 * 24 * time.Hour
	DefaultMaxSeries = 50_000
	DefaultAddress   = "127.0.0.1:9877"
)

// Options say what to export and how. Capture and History must be given.
type Options struct {
	// Identify asks AWS once, at the start, which account the credentials are of; the exporter then captures and serves no
	// other. A [Refusal] ends Run before anything is opened. After any other error a history is served as it is, its
	// account being that of its last capture, and captures are tried as after one that failed; without a capture in the
	// history the error ends Run. Nil leaves it to the history, and to the first capture.
	Identify func(ctx context.Context) (account string, err error)
	// Capture captures an account; which one is up to the credentials where it is empty, and otherwise a [Refusal] must be
	// returned before anything is captured of another. It is called by one goroutine at a time and must end soon after its
	// context does. The counts are of the calls that it made, and count whatever it returns besides. A capture that saw
	// only some of its scopes is no error; expired credentials are one: what was captured before is served until they work
	// again.
	Capture func(ctx context.Context, account string) (*snapshot.Snapshot, Counts, error)
	// Reread captures some scopes of an account, named by their keys, once more: what looks added or removed is looked at
	// twice before it is said. It is called right after Capture. Nil trusts the first look.
	Reread func(ctx context.Context, account string, scopes []string) (*snapshot.Snapshot, Counts, error)
	// Baseline loads the active baseline of an account set (see [snapshot.Snapshot.AccountSet]), or returns
	// [snapshot.ErrNoActive]. It is called for every capture and on reload. Nil exports no drift.
	Baseline func(ctx context.Context, accounts string) (*snapshot.Snapshot, error)
	// Cost asks for the bill, by day, and places it by the active baseline and the last capture. The baseline is nil
	// where there is none; the capture never is: nothing is asked before the first one. Nil exports no cost.
	Cost func(ctx context.Context, baseline, live *snapshot.Snapshot) (CostReport, error)

	// Attribute asks CloudTrail who made the changes of a report of an account, as [diff.Attribute] does, with options that
	// lack only how AWS is reached; the counts are of its calls. It is called after a capture is stored and served, while
	// the next one may be under way. What it remembers is kept in the history. Nil asks nobody.
	Attribute func(ctx context.Context, account string, r *diff.Report, options diff.ActorOptions) (Counts, error)

	Diff    diff.Options // of the comparison: the rules, what doesn't count, which gaps are accepted
	Version string       // of the program

	History   string        // the folder of the history
	Retention time.Duration // how long captures are kept; 0 is DefaultRetention

	// Interval is the time from the start of one capture to that of the next; 0 is DefaultInterval. After a failure
	// the next attempt comes after a minute, then two, four, … up to the interval.
	Interval time.Duration
	// CaptureTimeout is a capture's deadline; 0 is the interval.
	CaptureTimeout time.Duration
	// MaxAge is how old a capture's values are shown; 0 is three intervals.
	MaxAge time.Duration
	// CostInterval is the time between two queries for the bill, each of which costs money; 0 asks never.
	CostInterval time.Duration
	// MaxSeries bounds the series of one metric; 0 is DefaultMaxSeries. What is above is left out and counted.
	MaxSeries int

	ListenAddresses []string // without any, DefaultAddress
	WebConfigFile   string   // TLS and users, as exporter-toolkit documents it; empty is neither
	SystemdSocket   bool     // listen where systemd says, instead of at the addresses
	Pprof           bool     // serve /debug/pprof/

	Logger *slog.Logger     // nil is slog.Default()
	Now    func() time.Time // the clock; nil is time.Now
}

// Counts are the calls to AWS that a function made, attempts counted singly.
type Counts struct {
	Calls, Throttles, Failures int64
	Operations                 map[string]int64 // "EC2: DescribeVpcs" → attempts; nil where nobody counted
}

func (c *Counts) add(more Counts) {
	c.Calls += more.Calls
	c.Throttles += more.Throttles
	c.Failures += more.Failures
	if c.Operations == nil {
		c.Operations = make(map[string]int64)
	}
	for operation, n := range more.Operations {
		c.Operations[operation] += n
	}
}

// completed fills in what is not given and refuses what makes no sense.
func (o Options) completed() (Options, error) {
	if o.Capture == nil {
		return o, errors.New("exporter: there is nothing to capture with")
	}
	if o.History == "" {
		return o, errors.New("the exporter needs a folder for its history: give one with --history")
	}
	for name, given := range map[string]time.Duration{
		"interval": o.Interval, "retention": o.Retention, "capture timeout": o.CaptureTimeout, "maximum age": o.MaxAge, "cost interval": o.CostInterval,
	} {
		if given < 0 {
			return o, fmt.Errorf("the %s can't be negative: %s", name, given)
		}
	}
	if o.MaxSeries < 0 {
		return o, fmt.Errorf("the series of a metric can't be %d", o.MaxSeries)
	}
	defaults(&o.Interval, DefaultInterval)
	defaults(&o.Retention, DefaultRetention)
	defaults(&o.CaptureTimeout, o.Interval)
	defaults(&o.MaxAge, 3*o.Interval)
	defaults(&o.MaxSeries, DefaultMaxSeries)
	if len(o.ListenAddresses) == 0 {
		o.ListenAddresses = []string{DefaultAddress}
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o, nil
}

func defaults[T int | time.Duration](given *T, otherwise T) {
	if *given <= 0 {
		*given = otherwise
	}
}
