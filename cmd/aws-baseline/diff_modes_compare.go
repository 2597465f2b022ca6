package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// compareSnapshots compares two snapshots, the second in the words of the first where there are maps.
func (c *diffCmd) compareSnapshots(a *app, baseline, target *snapshot.Snapshot, filter diff.Filter, options diff.Options) (*diff.Report, error) {
	if err := a.within(nil, baseline, c.Types, c.Regions); err != nil {
		return nil, err
	}
	mapped := &diff.Mapped{Snapshot: target}
	if maps := c.maps(); !maps.Empty() {
		var err error
		if mapped, err = diff.Map(baseline, target, maps); err != nil {
			return nil, mapUsage(err)
		}
	} else if ours, theirs := baseline.AccountIDs(), target.AccountIDs(); len(ours) == 1 && len(theirs) == 1 && ours[0] != theirs[0] && !baseline.JoinedSince(theirs[0]) {
		return nil, fmt.Errorf("%w: the baseline is of account %s and the target of account %s; to compare the one with the other: --map-account %s=%s",
			diff.ErrNothingShared, ours[0], theirs[0], ours[0], theirs[0])
	}
	if err := lookedAt(c.Regions, baseline, mapped.Snapshot); err != nil {
		return nil, err
	}
	options.Whole = baseline
	report, err := diff.Compare(a.ctx, baseline.Narrow(filter.Kinds, filter.Regions), mapped.Snapshot.Narrow(filter.Kinds, filter.Regions), options)
	if err != nil {
		return nil, err
	}
	mapped.Restore(report)
	return report, nil
}

// mapUsage says which flag a map that does not fit came from.
func mapUsage(err error) error {
	if errors.Is(err, diff.ErrMaps) {
		return usagef("--map-%w", err)
	}
	return err
}

// compareMapped compares a baseline with the live account, or accounts, that stand for its own.
func (c *diffCmd) compareMapped(a *app, filter diff.Filter, options diff.Options) (*diff.Report, error) {
	maps := c.maps()
	session, baseline, err := a.openWith(c.Baseline, &c.accountFlags, c.Concurrency)
	if err != nil {
		return nil, err
	}
	if err := maps.Fits(baseline); err != nil {
		return nil, mapUsage(err)
	}
	if err := a.within(nil, baseline, c.Types, c.Regions); err != nil {
		return nil, err
	}
	there, err := maps.Placed(baseline)
	if err != nil {
		return nil, mapUsage(err)
	}
	there.Name += ", as it is mapped,"
	from, err := a.sourceOf(session, there, c.roleFlags)
	if err != nil {
		return nil, err
	}
	request := liveRequest(there)
	if len(filter.Kinds) > 0 {
		request.Kinds = slices.DeleteFunc(request.Kinds, func(k *collect.Kind) bool { return !slices.Contains(filter.Kinds, k.Name) })
	}
	if len(filter.Regions) > 0 {
		request.Regions = nil
		for _, region := range filter.Regions {
			if to, ok := maps.Regions[region]; ok {
				region = to
			}
			request.Regions = append(request.Regions, region)
		}
	}
	live, err := a.capture(from, request)
	if err == nil && from.expired() {
		err = collect.ErrExpired
	}
	if err != nil {
		return nil, err
	}
	mapped, err := diff.Map(baseline, live, maps)
	if err != nil {
		return nil, mapUsage(err)
	}
	options.Live = true
	options.Reread = func(_ context.Context, scopes []string) (*snapshot.Snapshot, error) {
		there, err := maps.Scopes(scopes)
		if err != nil {
			return nil, err
		}
		again := request
		again.Scopes = snapshot.ScopeSet(there)
		second, err := a.capture(from, again)
		if err != nil {
			return nil, err
		}
		// What a resource stands for is told by all of them.
		mapped, err = diff.Map(baseline, spliced(live, second), maps)
		if err != nil {
			return nil, err
		}
		return mapped.Snapshot, nil
	}
	options.Whole = baseline
	report, err := diff.Compare(a.ctx, baseline.Narrow(filter.Kinds, filter.Regions), mapped.Snapshot.Narrow(filter.Kinds, filter.Regions), options)
	if err != nil {
		return nil, err
	}
	mapped.Restore(report)
	return report, nil
}

// spliced is a snapshot with the scopes that a second one looked at taken from that.
func spliced(first, second *snapshot.Snapshot) *snapshot.Snapshot {
	again := second.CoverageByScope()
	seen := func(scope string) bool {
		_, is := again[scope]
		return is
	}
	out := *first
	out.Coverage = append(slices.DeleteFunc(slices.Clone(first.Coverage), func(c snapshot.Coverage) bool { return seen(c.Scope) }), second.Coverage...)
	out.Resources = append(slices.DeleteFunc(slices.Clone(first.Resources), func(r snapshot.Resource) bool { return seen(r.Scope) }), second.Resources...)
	out.Stubs = append(slices.DeleteFunc(slices.Clone(first.Stubs), func(s snapshot.Stub) bool { return seen(s.Scope) }), second.Stubs...)
	out.Sort()
	return &out
}
