package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/history"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// compareHistory compares two captures of the history, or one and the live account.
func (c *diffCmd) compareHistory(a *app, filter diff.Filter, options diff.Options) (*diff.Report, error) {
	now := time.Now()
	baseline, target, err := c.captures(a, now)
	if err != nil {
		return nil, err
	}
	notes := []string{fmt.Sprintf("--from %s: %s in the history in %s", c.From.text, baseline.Name, c.History)}
	var report *diff.Report
	if target != nil {
		notes = append(notes, fmt.Sprintf("--to %s: %s", orNow(c.To), target.Name))
		if report, err = c.compareSnapshots(a, baseline, target, filter, options); err == nil {
			err = c.attributeSnapshots(a, report, baseline, target, c.roleFlags, c.Concurrency, c.kept(a))
		}
	} else {
		report, err = c.liveSince(a, baseline, filter, options)
	}
	if err != nil {
		return nil, err
	}
	report.Notes = append(notes, report.Notes...)
	return report, nil
}

func orNow(m moment) string {
	if m.given() {
		return m.text
	}
	return "now"
}

// captures reads the two captures; the second is nil where the live account is meant. The history is closed again: a
// live capture takes a while, and an exporter may want to begin.
func (c *diffCmd) captures(a *app, now time.Time) (baseline, target *snapshot.Snapshot, err error) {
	reader, err := history.OpenReader(a.ctx, c.History)
	if err != nil {
		return nil, nil, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	entries, err := reader.List(a.ctx)
	if err != nil {
		return nil, nil, err
	}
	accounts, err := c.accountsOf(entries)
	if err != nil {
		return nil, nil, err
	}
	entries = slices.DeleteFunc(entries, func(e history.Entry) bool { return e.Accounts != accounts })
	read := func(flag string, m moment) (*snapshot.Snapshot, time.Time, error) {
		s, at, err := captureAt(a, reader, accounts, m.time(now))
		if errors.Is(err, history.ErrNoCapture) {
			return nil, at, fmt.Errorf("%s %s: %w that old in the history in %s: it has %s, from %s to %s", flag, m.text, history.ErrNoCapture, c.History,
				count(len(entries), "capture"), stamp(entries[0].At), stamp(entries[len(entries)-1].At))
		}
		return s, at, err
	}
	baseline, from, err := read("--from", c.From)
	if err != nil || c.Live {
		return baseline, nil, err
	}
	target, to, err := read("--to", c.To)
	if err == nil && from.Equal(to) {
		err = fmt.Errorf("--from %s and --to %s are the same capture, of %s: it is the newest at or before both; --live compares it with the account now",
			c.From.text, orNow(c.To), stamp(from))
	}
	return baseline, target, err
}

// captureAt reads a capture and names it by its time.
func captureAt(a *app, reader history.Reader, accounts string, at time.Time) (*snapshot.Snapshot, time.Time, error) {
	s, at, err := reader.At(a.ctx, accounts, at)
	if err == nil {
		s.Name = "capture of " + stamp(at)
	}
	return s, at, err
}

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// accountsOf are the accounts of a history; where it has several sets, those that are asked for.
func (c *diffCmd) accountsOf(entries []history.Entry) (string, error) {
	var sets []string
	for _, e := range entries {
		sets = append(sets, e.Accounts)
	}
	slices.Sort(sets)
	sets = slices.Compact(sets)
	asked := strings.Join(slices.Sorted(slices.Values(c.Accounts)), ",")
	switch {
	case len(sets) == 0:
		return "", fmt.Errorf("%w in the history in %s", history.ErrNoCapture, c.History)
	case asked != "" && !slices.Contains(sets, asked):
		return "", fmt.Errorf("%w of account %s in the history in %s: it has %s", history.ErrNoCapture, asked, c.History, strings.Join(sets, "; "))
	case asked != "":
		return asked, nil
	case len(sets) > 1:
		return "", usagef("the history in %s is of several accounts: choose with --accounts; it has %s", c.History, strings.Join(sets, "; "))
	}
	return sets[0], nil
}

// liveSince compares a capture with the live account.
func (c *diffCmd) liveSince(a *app, baseline *snapshot.Snapshot, filter diff.Filter, options diff.Options) (*diff.Report, error) {
	session, err := a.open(c.Concurrency)
	if err != nil {
		return nil, err
	}
	return c.live(a, session, baseline, filter, options)
}

// since takes out what changed before the time of --since. Who changed what was found out before.
func (c *diffCmd) since(a *app, r *diff.Report) {
	if !c.Since.given() {
		return
	}
	at := c.Since.time(time.Now())
	var then *snapshot.Snapshot
	if c.History != "" && len(r.Baseline.AccountIDs) > 0 {
		var err error
		if then, err = c.captureOf(a, strings.Join(slices.Sorted(slices.Values(r.Baseline.AccountIDs)), ","), at); err != nil {
			a.caution(fmt.Sprintf("the history can't tell what changed after %s: %s", stamp(at), err))
		}
	}
	r.Since(at, then)
}

// captureOf is the capture of the history at a time; nil where there is none that old.
func (c *diffCmd) captureOf(a *app, accounts string, at time.Time) (s *snapshot.Snapshot, err error) {
	reader, err := history.OpenReader(a.ctx, c.History)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	s, _, err = captureAt(a, reader, accounts, at)
	return s, err
}
