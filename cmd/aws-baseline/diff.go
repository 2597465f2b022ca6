package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

type diffCmd struct {
	Baseline string `arg:"" optional:"" help:"Snapshot to compare with; without it the active baseline."`
	Target   string `arg:"" optional:"" help:"Snapshot to compare; without it the live account."`

	Types       []string `aliases:"resource-types,resource-type" help:"Types to compare." placeholder:"TYPE"`
	Regions     []string `help:"Regions to compare. Global services are always compared." placeholder:"REGION"`
	Change      []string `aliases:"changes" help:"Changes to show: added, removed, modified, replaced, missed, unknown, outside." placeholder:"CHANGE"`
	FilterTags  pairs    `aliases:"tags,tag" help:"Show what has all of these tags, on either side." placeholder:"K=V,…"`
	ShowOwned   bool     `help:"Show what controllers of the baseline made and removed."`
	Concurrency int      `help:"Calls under way at once." default:"64"`
	noiseFlags
	modeFlags
	actorFlags
	severityFlags
	accountFlags
	outputFlags
	shownFlags
	Format string `hidden:"" placeholder:"F"`
}

func (c *diffCmd) Run(a *app) error {
	if err := c.alias(c.Format); err != nil {
		return err
	}
	filter := diff.Filter{Tags: c.FilterTags}
	var err error
	if filter.Kinds, err = kindNames(c.Types); err != nil {
		return err
	}
	filter.Regions = c.Regions
	for _, word := range c.Change {
		class := diff.Class(strings.ToLower(word))
		if !slices.Contains(diff.Classes(), class) {
			return usagef("--change: %q is none of %v", word, diff.Classes())
		}
		filter.Changes = append(filter.Changes, class)
	}
	if err := c.noiseFlags.check(); err != nil {
		return err
	}
	if err := c.severityFlags.check(&filter); err != nil {
		return err
	}
	if err := c.outputFlags.checkFor(printer.Formats()); err != nil {
		return err
	}
	if err := c.checkModes(time.Now()); err != nil {
		return err
	}
	if err := c.checkAccounts(); err != nil {
		return err
	}
	if err := c.actorFlags.check(c.Target != "" && c.kept(a) == nil); err != nil {
		return err
	}
	filter.Actors = c.Actor
	report, err := c.compare(a, filter)
	if err != nil {
		return err
	}
	c.since(a, report)
	report.Narrow(filter)
	if format, err := printer.Parse(c.Output); err == nil && format == printer.FormatName && report.NotCompared() {
		for _, note := range report.Notes { // names have no place for them
			a.caution(note)
		}
	}
	if err := c.print(a, c.view(report)); err != nil {
		return err
	}
	return c.severityFlags.ofReport(report)
}

// checkAccounts lets a role be given for a baseline by name, whose accounts are known.
func (c *diffCmd) checkAccounts() error {
	switch {
	case c.Target != "" && !c.Actors && (c.Org || len(c.Accounts) > 0 || c.AssumeRole != "" || c.ExternalID != ""):
		return usagef("two snapshots are compared without asking AWS: --accounts, --org, --assume-role and --external-id mean nothing there")
	case c.From.given() && !c.Live && !c.Actors && (c.AssumeRole != "" || c.ExternalID != ""):
		return usagef("two captures are compared without asking AWS: --assume-role and --external-id mean nothing there")
	case c.Baseline != "" && (c.Org || len(c.Accounts) > 0):
		return usagef("the accounts are those of the baseline %s: --accounts and --org choose an active baseline", c.Baseline)
	case c.Baseline != "":
		return nil
	}
	return c.accountFlags.check()
}

// sides loads two snapshots at once. Where both can't be read, the error is the first one's.
func (a *app) sides(first, second string) (baseline, target *snapshot.Snapshot, err error) {
	var failures [2]error
	var group sync.WaitGroup
	group.Go(func() { baseline, failures[0] = a.snapshotOrFile(first) })
	group.Go(func() { target, failures[1] = a.snapshotOrFile(second) })
	group.Wait()
	return baseline, target, cmp.Or(failures[0], failures[1])
}

// compare makes the report: of two snapshots, or of the live account.
func (c *diffCmd) compare(a *app, filter diff.Filter) (*diff.Report, error) {
	options, err := c.noiseFlags.options(a, collect.Rules(kinds.All()))
	if err != nil {
		return nil, err
	}
	options.ShowOwned = c.ShowOwned
	if c.Target != "" {
		baseline, target, err := a.sides(c.Baseline, c.Target)
		if err != nil {
			return nil, err
		}
		report, err := c.compareSnapshots(a, baseline, target, filter, options)
		if err == nil && c.maps().Empty() {
			err = c.attributeSnapshots(a, report, baseline, target, c.roleFlags, c.Concurrency, c.kept(a))
		}
		return report, err
	}
	switch {
	case c.From.given():
		return c.compareHistory(a, filter, options)
	case !c.maps().Empty():
		return c.compareMapped(a, filter, options)
	}
	session, baseline, err := a.openWith(c.Baseline, &c.accountFlags, c.Concurrency)
	if err != nil {
		return nil, err
	}
	return c.live(a, session, baseline, filter, options)
}

// live compares a baseline with the live account, or accounts, and says who made the changes.
func (c *diffCmd) live(a *app, session *collect.Session, baseline *snapshot.Snapshot, filter diff.Filter, options diff.Options) (*diff.Report, error) {
	if err := a.within(session, baseline, c.Types, c.Regions); err != nil {
		return nil, err
	}
	from, err := a.sourceOf(session, baseline, c.roleFlags)
	if err != nil {
		return nil, err
	}
	report, err := a.compareLive(from, baseline, filter, options)
	if err == nil {
		err = c.attributeLive(a, report, from, baseline, c.kept(a))
	}
	if from.expired() {
		err = errors.Join(collect.ErrExpired)
	}
	return report, err
}

// compareLive captures what the baseline covers, as far as the filter asks for it, and compares.
func (a *app) compareLive(from source, baseline *snapshot.Snapshot, filter diff.Filter, options diff.Options) (*diff.Report, error) {
	request := liveRequest(baseline)
	if len(filter.Kinds) > 0 {
		request.Kinds = slices.DeleteFunc(request.Kinds, func(k *collect.Kind) bool { return !slices.Contains(filter.Kinds, k.Name) })
	}
	if len(filter.Regions) > 0 {
		request.Regions = filter.Regions
	}
	live, err := a.capture(from, request)
	if err != nil {
		return nil, err
	}
	if err := lookedAt(filter.Regions, baseline, live); err != nil {
		return nil, err
	}
	options.Live = true
	options.Reread = func(ctx context.Context, scopes []string) (*snapshot.Snapshot, error) {
		again := request
		again.Scopes = snapshot.ScopeSet(scopes)
		return a.capture(from, again)
	}
	options.Whole = baseline
	return diff.Compare(a.ctx, baseline.Narrow(filter.Kinds, filter.Regions), live, options)
}

// lookedAt refuses a region that neither side looked at, since it was not enabled: a comparison of it would find
// nothing.
func lookedAt(regions []string, sides ...*snapshot.Snapshot) error {
	for _, region := range regions {
		looked := func(s *snapshot.Snapshot) bool {
			return slices.ContainsFunc(s.Accounts, func(account snapshot.Account) bool {
				return slices.ContainsFunc(account.Regions, func(r snapshot.Region) bool { return r.Name == region && r.Captured })
			})
		}
		if !slices.ContainsFunc(sides, looked) {
			return usagef("--regions: neither side looked at %s: the account has not enabled it", region)
		}
	}
	return nil
}
