package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

const regions = home + "," + other

func (d *demo) landingZone(ctx context.Context) (err error) {
	if d.zone, err = testbed.LandingZone(ctx, d.aws, other); err != nil {
		return err
	}
	d.say("Account "+account+" has been set up by a governance tool, in the regions "+home+" and "+other+": log buckets, a trail,",
		"roles, functions, keys, networks, security groups, alarms, topics, rules, log groups, parameters and stacks.")
	return testbed.NextSecond(ctx, d.aws)
}

func (d *demo) baseline(ctx context.Context) error {
	d.say("A snapshot is everything that exists, with its configuration. The account's first one is its baseline.", "")
	if err := d.program.run(ctx, 0, "snapshot", "create", "landing-zone", "--regions", regions, "--export", "snapshots.json"); err != nil {
		return err
	}
	var made snapshotList
	if err := made.read(d.program.file("snapshots.json")); err != nil {
		return err
	}
	if err := made.check("landing-zone", d.zone.Account); err != nil {
		return err
	}
	d.say("")
	if err := d.program.run(ctx, 0, "snapshot", "list"); err != nil {
		return err
	}
	d.say("")
	if err := d.program.runBriefly(ctx, 0, 24, "snapshot", "show", "landing-zone"); err != nil {
		return err
	}
	return testbed.NextSecond(ctx, d.aws) // what comes now is younger than the baseline
}

func (d *demo) unchanged(ctx context.Context) error {
	if err := d.program.run(ctx, 0, "diff", "--export", "unchanged.json"); err != nil {
		return err
	}
	return d.expect("unchanged.json", nil)
}

func (d *demo) hurry(ctx context.Context) (err error) {
	if d.drift, err = testbed.DeveloperDrift(ctx, d.aws, d.zone); err != nil {
		return err
	}
	d.say("A developer needed something to work today, and made:",
		"  - a function with its role and log group",
		"  - two instances with a security group, a second network interface and an elastic IP",
		fmt.Sprintf("  - a bucket with %d object versions, and a queue", d.drift.Objects),
		"and to get there",
		"  - opened port 22 of the landing zone's security group lz-web to the world",
		"  - gave the landing zone's role lz-audit all permissions, and let another account use it",
		"  - deleted the alarm "+d.zone.SignInAlarm)
	return nil
}

func (d *demo) difference(ctx context.Context) error {
	if err := d.program.run(ctx, 1, "diff", "--export", "drift.json"); err != nil {
		return err
	}
	return d.expect("drift.json", d.drift)
}

func (d *demo) cost(ctx context.Context) error {
	end := time.Now().UTC()
	start := end.AddDate(0, 0, -billDays)
	if err := d.prepareBill(ctx, start); err != nil {
		return err
	}
	d.say("The emulator's Cost Explorer has a made-up bill for a week. What belongs to whom is inferred from what is live.", "")
	err := d.program.run(ctx, 0, "cost", "--start-date", start.Format(time.DateOnly), "--end-date", end.Format(time.DateOnly), "--export", "cost.json")
	if err != nil {
		return err
	}
	var r costReport
	if err := r.read(d.program.file("cost.json")); err != nil {
		return err
	}
	return r.check(charges(), billDays)
}

func (d *demo) plan(ctx context.Context) error {
	d.say("A plan says what would be deleted, in which order, what is held back, and why. It changes nothing.", "")
	if err := d.program.run(ctx, 0, "restore", "plan", "--out", "plan.json"); err != nil {
		return err
	}
	var p plan
	if err := p.read(d.program.file("plan.json")); err != nil {
		return err
	}
	return p.check(d.drift)
}

func (d *demo) apply(ctx context.Context) error {
	d.say("apply does what the plan says and nothing else, and proves it with a fresh capture.",
		"Its exit code is 1, since some of the differences can't be put back yet.", "")
	return d.program.run(ctx, 1, "restore", "apply", "plan.json")
}

func (d *demo) leftOver(ctx context.Context) error {
	if err := d.program.run(ctx, 1, "diff", "--export", "left.json"); err != nil {
		return err
	}
	if err := d.expect("left.json", &testbed.Drift{Modified: d.drift.Modified, Removed: d.drift.Removed}); err != nil {
		return err
	}
	d.say("", "All that was added is gone. What was changed or deleted has to be put back by hand: the diff says what.")
	return nil
}

// expect wants a diff's exported report to say what a drift did, and nothing else.
func (d *demo) expect(file string, drift *testbed.Drift) error {
	var r report
	if err := r.read(d.program.file(file)); err != nil {
		return err
	}
	return r.check(drift)
}
