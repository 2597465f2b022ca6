package exporter

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/history"
)

// Refusal is an error that trying again can't help: the credentials are of another account, a region doesn't exist.
// Until AWS has answered once as it should it ends Run, also where the exporter began without AWS; afterwards it is a
// capture that failed.
type Refusal struct{ Err error }

func (r Refusal) Error() string { return r.Err.Error() }

// Unwrap returns the error.
func (r Refusal) Unwrap() error { return r.Err }

// refused reports whether an error ends Run. Only captures ask.
func (e *exporter) refused(err error) bool {
	var refusal Refusal
	return !e.verified && errors.As(err, &refusal)
}

// identity is what AWS said at the start about who we are, or why it said nothing.
type identity struct {
	account string
	err     error
	asked   time.Time
	took    time.Duration
}

// identify asks AWS who we are. The error is one that ends Run.
func identify(ctx context.Context, options Options) (identity, error) {
	if options.Identify == nil {
		return identity{}, nil
	}
	began := options.Now()
	account, err := options.Identify(ctx)
	who := identity{account, err, began, options.Now().Sub(began)}
	var refusal Refusal
	if errors.As(err, &refusal) {
		return who, err
	}
	if _, missing := os.Stat(options.History); err != nil && missing != nil {
		return who, noHistory(err, options.History) // and none is made
	}
	return who, nil
}

// noHistory is why there is nothing to do: with a history the exporter would serve that.
func noHistory(err error, dir string) error {
	return fmt.Errorf("%w; and the history in %s has no capture to serve", err, filepath.Clean(dir))
}

// restore serves the last capture of the history, if there is one, and returns how long the next can wait. A history
// of another account is an error, and so is none where AWS can't be asked either.
func (e *exporter) restore(ctx context.Context, who identity) (time.Duration, error) {
	s, at, err := e.store.Latest("")
	switch {
	case errors.Is(err, history.ErrNoCapture):
		if who.err != nil {
			return 0, noHistory(who.err, e.options.History)
		}
		return 0, nil
	case err != nil && who.err != nil:
		return 0, fmt.Errorf("%w; %w", who.err, err)
	case err != nil:
		e.state.historyFailed()
		e.options.Logger.Error("can't serve the last capture", "error", err)
		return 0, nil
	case who.account != "" && s.AccountSet() != who.account:
		return 0, fmt.Errorf("the history in %s is of account %s, and the credentials are of account %s: give another --history",
			filepath.Clean(e.options.History), s.AccountSet(), who.account)
	}
	_ = e.show(ctx, s, at, false) // logged
	if who.err == nil {
		e.options.Logger.Info("the last capture is served", "account", s.AccountSet(), "at", at)
		return e.due(at, e.options.Interval), nil
	}
	e.state.began(who.asked)
	e.state.failed(Counts{}, who.took)
	e.options.Logger.Error("AWS can't be asked, the last capture is served on", "account", s.AccountSet(), "at", at, "error", who.err)
	return min(captureRetry, e.options.Interval), nil
}

// openHistory opens the history; a damaged one is moved aside.
func openHistory(options Options) (*history.Store, error) {
	return history.Open(options.History, history.Options{
		Retention: options.Retention, SetAside: true, Logger: options.Logger, Now: options.Now,
	})
}
