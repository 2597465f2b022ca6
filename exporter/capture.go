package exporter

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/history"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// capture captures once, stores the result and serves it. Where it fails, what was served before stays.
func (e *exporter) capture(ctx context.Context) error {
	e.working.Lock()
	defer e.working.Unlock()
	started := e.options.Now()
	e.state.began(started)
	limited, cancel := context.WithTimeout(ctx, e.options.CaptureTimeout)
	defer cancel()
	s, counts, err := e.options.Capture(limited, e.state.accountID())
	if err == nil {
		err = e.usable(s)
	}
	if err != nil && ctx.Err() != nil {
		e.state.stopped(counts)
		return ctx.Err() // the program ends; that is nobody's failure
	}
	if err != nil && e.refused(err) {
		e.state.stopped(counts)
		return err // Run returns it
	}
	if err != nil {
		if errors.Is(limited.Err(), context.DeadlineExceeded) {
			err = fmt.Errorf("the capture did not end within %s: %w", e.options.CaptureTimeout, err)
		}
		e.state.failed(counts, e.options.Now().Sub(started))
		e.options.Logger.Error("capture failed, the one before is served on", "error", err)
		return err
	}
	e.verified = true
	e.keep(s)
	ended := e.options.Now()
	_ = e.show(limited, s, endOf(s), true) // logged; the capture is good without a baseline
	e.state.succeeded(counts, ended.Sub(started))
	e.options.Logger.Info("capture done", "account", s.AccountSet(), "resources", len(s.Resources), "scopes", len(s.Coverage),
		"incomplete", len(s.Incomplete()), "calls", counts.Calls, "throttles", counts.Throttles, "duration", ended.Sub(started).Round(time.Second))
	e.changed(s)
	return nil
}

// usable refuses captures that saw nothing at all: they would take away what is known.
func (e *exporter) usable(s *snapshot.Snapshot) error {
	account, own := s.AccountSet(), e.state.accountID()
	if account == "" || (own != "" && account != own) {
		return fmt.Errorf("the capture is of account %q, not of %s", account, own)
	}
	for _, c := range s.Coverage {
		if c.State == snapshot.Complete || c.State == snapshot.Partial {
			return nil
		}
	}
	if len(s.Coverage) == 0 {
		return errors.New("the capture looked at nothing")
	}
	return fmt.Errorf("the capture saw none of its %d scopes; the first is %s", len(s.Coverage), s.Coverage[0].Why())
}

// endOf is when a capture ended, as the history keeps it.
func endOf(s *snapshot.Snapshot) time.Time {
	if s.Metadata.CreatedAt.IsZero() {
		return s.Cutoff
	}
	return s.Metadata.CreatedAt
}

// keep stores a capture. Where that fails it is served all the same, and kept in memory for a reload.
func (e *exporter) keep(s *snapshot.Snapshot) {
	e.unsaved = nil
	e.countDamaged()
	written, err := e.store.Put(s)
	if err != nil {
		e.unsaved = s
		e.state.historyFailed()
		e.options.Logger.Error("the capture is served but not kept", "error", err)
		return
	}
	e.options.Logger.Debug("capture kept", "pieces", written.Pieces, "bytes", written.Bytes)
	pruned, err := e.store.Prune()
	if err != nil {
		e.state.historyFailed()
		e.options.Logger.Error("can't prune the history", "error", err)
		return
	}
	e.options.Logger.Debug("history pruned", "captures", pruned.Captures, "pieces", pruned.Pieces)
}

// countDamaged counts the histories that were moved aside.
func (e *exporter) countDamaged() {
	folders, err := e.store.Damaged()
	if err != nil {
		e.options.Logger.Error("can't look for damaged histories", "error", err)
		return
	}
	e.state.setDamaged(len(folders))
}

// show compares a capture with the active baseline and serves both. The capture ended at the time. The error says why
// there is no drift to serve; the capture is served in any case.
func (e *exporter) show(ctx context.Context, s *snapshot.Snapshot, at time.Time, fresh bool) error {
	baseline, report, err := e.compare(ctx, s, fresh)
	if err != nil {
		e.options.Logger.Error("no drift is exported", "error", err)
	}
	e.state.setCapture(e.metrics.capture(s, baseline, report, e.options.MaxSeries), at)
	return err
}

// compare returns the active baseline and what differs from it; both are nil where there is none.
func (e *exporter) compare(ctx context.Context, s *snapshot.Snapshot, fresh bool) (*snapshot.Snapshot, *diff.Report, error) {
	if e.options.Baseline == nil {
		return nil, nil, nil
	}
	baseline, err := e.options.Baseline(ctx, s.AccountSet())
	if errors.Is(err, snapshot.ErrNoActive) || (err == nil && baseline == nil) {
		e.options.Logger.Warn("no drift is exported: there is no active baseline", "account", s.AccountSet())
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("the baseline can't be read: %w", err)
	}
	options := e.options.Diff
	options.Live = true
	if fresh && e.options.Reread != nil {
		options.Reread = func(ctx context.Context, scopes []string) (*snapshot.Snapshot, error) {
			again, counts, err := e.options.Reread(ctx, s.AccountSet(), scopes)
			e.state.called(counts)
			return again, err
		}
	}
	report, err := diff.Compare(ctx, baseline, s, options)
	if err != nil && options.Reread != nil {
		// The first look is worth having.
		e.options.Logger.Warn("what looks added or removed could not be looked at again", "error", err)
		options.Reread = nil
		report, err = diff.Compare(ctx, baseline, s, options)
	}
	if err != nil {
		return nil, nil, err
	}
	return baseline, report, nil
}

// reload reads the baseline anew and compares the last capture with it.
func (e *exporter) reload(ctx context.Context) error {
	e.working.Lock()
	defer e.working.Unlock()
	s, err := e.last()
	if errors.Is(err, history.ErrNoCapture) {
		return nil // the first capture will read it
	} else if err != nil {
		return err
	}
	if err := e.show(ctx, s, endOf(s), false); err != nil {
		return err
	}
	e.options.Logger.Info("baseline reloaded")
	return nil
}

// last is the last capture. The caller holds working.
func (e *exporter) last() (*snapshot.Snapshot, error) {
	if e.unsaved != nil {
		return e.unsaved, nil
	}
	s, _, err := e.store.Latest(e.state.accountID())
	return s, err
}
