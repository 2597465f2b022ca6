package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect"
)

type doctorCmd struct {
	Types    []string `aliases:"resource-types,resource-type" help:"Types whose permissions to try; without it all." placeholder:"TYPE"`
	Regions  []string `help:"Regions to try permissions in; without it the one of --region or the profile. Global services always are." placeholder:"REGION"`
	Cost     bool     `help:"Ask Cost Explorer too, which costs USD 0.01."`
	History  string   `help:"Also look at an exporter's history." placeholder:"DIR"`
	Interval days     `default:"6h" help:"Time between two captures of an exporter, to tell what that comes to (${default})."`
	Noise    bool     `help:"Capture twice, and propose ignore rules for what changed though CloudTrail has no call that changed it."`

	NoiseInterval days `default:"5m" help:"Time between the two captures of --noise." placeholder:"DURATION"`
	NoiseDelay    days `default:"20m" help:"Time that CloudTrail gets to learn of the calls (--noise)." placeholder:"DURATION"`
	Concurrency   int  `help:"Calls under way at once." default:"64"`
	outputFlags
}

// Help is shown by doctor --help.
func (doctorCmd) Help() string {
	return "Each call that a capture makes is tried once in each region, with the first page and the first resource. Nothing is changed and " +
		"nothing is kept. What restore needs beyond that can't be tried without deleting: see the policy command."
}

// visit gathers what the doctor finds.
type visit struct {
	*app
	cmd    *doctorCmd
	checks []printer.Check
}

func (v *visit) fine(check, format string, args ...any) {
	v.checks = append(v.checks, printer.Check{Check: check, State: printer.Fine, Found: fmt.Sprintf(format, args...)})
}

func (v *visit) skipped(check, do, format string, args ...any) {
	v.checks = append(v.checks, printer.Check{Check: check, State: printer.Skipped, Found: fmt.Sprintf(format, args...), Do: do})
}

func (v *visit) warning(check, do, format string, args ...any) {
	v.checks = append(v.checks, printer.Check{Check: check, State: printer.Warning, Found: fmt.Sprintf(format, args...), Do: do})
}

func (v *visit) fault(check, do, format string, args ...any) {
	v.checks = append(v.checks, printer.Check{Check: check, State: printer.Fault, Found: fmt.Sprintf(format, args...), Do: do})
}

func (c *doctorCmd) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.Interval <= 0 {
		return usagef("--interval is %s: give 1m or more", time.Duration(c.Interval))
	}
	chosen, err := chosenKinds(c.Types, nil)
	if err != nil {
		return err
	}
	v := &visit{app: a, cmd: c}
	session, err := a.open(c.Concurrency)
	var option *collect.OptionError
	switch {
	case a.ctx.Err() != nil:
		return a.ctx.Err()
	case errors.As(err, &option), errors.As(err, new(usage)):
		return err
	case errors.Is(err, collect.ErrUnreachable):
		v.fault("connection", "", "%s", a.describe(err))
	case err != nil:
		v.fault("credentials", "", "%s", a.describe(err))
	default:
		v.identity(session)
		if err := v.regions(session, chosen); err != nil {
			return err
		}
		v.bill(session)
		if c.Noise {
			if err := v.noise(session, chosen); err != nil {
				return err
			}
		}
	}
	if a.ctx.Err() != nil {
		return a.ctx.Err()
	}
	v.store(session)
	if err := c.print(a, printer.DoctorView(v.checks)); err != nil {
		return err
	}
	return v.verdict(session, err)
}

// verdict is the exit code.
func (v *visit) verdict(session *collect.Session, err error) error {
	if errors.Is(err, collect.ErrNoCredentials) || collect.Classify(err) == collect.ClassExpired || session != nil && session.Expired() {
		return status(exitCredentials)
	}
	for _, c := range v.checks {
		if c.State == printer.Fault {
			return status(exitTrouble)
		}
	}
	return nil
}
