package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// noise captures twice and finds what changed in between though nobody changed it: what would be false drift every day.
func (v *visit) noise(session *collect.Session, chosen []*collect.Kind) error {
	request := collect.Request{Kinds: chosen, Regions: v.cmd.Regions}
	from := source{session: session}
	var looks [2]*snapshot.Snapshot
	for i := range looks {
		if i > 0 {
			if err := v.rest(time.Duration(v.cmd.NoiseInterval), "waiting before the second look"); err != nil {
				return err
			}
		}
		var err error
		if looks[i], err = v.app.capture(from, request); err != nil {
			v.fault("noise", "", "%s", v.describe(err))
			return v.ctx.Err()
		}
	}
	report, err := diff.Compare(v.ctx, looks[0], looks[1], diff.Options{Rules: collect.Rules(kinds.All())})
	if err != nil {
		return err
	}
	if report.Summary.Modified == 0 {
		v.fine("noise", "two looks at %s, %s apart, differ in nothing that can change by itself", count(len(looks[0].Resources), "resource"),
			looks[1].Cutoff.Sub(looks[0].Cutoff))
		return nil
	}
	if err := v.rest(time.Duration(v.cmd.NoiseDelay), "waiting for CloudTrail, which learns of calls late"); err != nil {
		return err
	}
	asked := &actorFlags{Actors: true}
	if err := asked.attribute(v.app, report, looks[0], looks[1], &from, nil); err != nil {
		return err
	}
	places, untold := diff.NoisyPlaces(report)
	for _, place := range places {
		v.warning("noise: "+place.Kind, fmt.Sprintf("add to ignore of the configuration: {kind: %q, path: %q, reason: %q}", place.Kind, place.Path,
			"changes by itself, seen "+session.Start.Format(time.DateOnly)),
			"%s of %s changed, and CloudTrail has no call that did it: %s", place.Path, count(place.Resources, "resource"), place.Example)
	}
	if untold > 0 {
		do := "see that cloudtrail:LookupEvents is allowed, and give CloudTrail the time with --noise-delay"
		v.warning("noise", do, "%s changed, and whether somebody changed them can't be told", count(untold, "resource"))
	} else if len(places) == 0 {
		v.fine("noise", "%s changed between two looks, each by a call that CloudTrail has", count(report.Summary.Modified, "resource"))
	}
	return nil
}

// rest waits, and says so.
func (v *visit) rest(d time.Duration, why string) error {
	if d <= 0 {
		return nil
	}
	v.warn("%s: %s, %s", v.name, why, d)
	ctx, cancel := context.WithTimeout(v.ctx, d)
	defer cancel()
	<-ctx.Done()
	return v.ctx.Err()
}
