package main

import (
	"fmt"
	"time"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/cost"
)

type costCmd struct {
	Baseline string `arg:"" optional:"" help:"Snapshot whose resources are the baseline; without it the active baseline."`

	StartDate   string `help:"First day (UTC); without it 30 days before the end." placeholder:"DATE"`
	EndDate     string `help:"Day after the last (UTC); without it today." placeholder:"DATE"`
	Granularity string `default:"daily" help:"daily or monthly." placeholder:"daily|monthly"`
	GroupBy     string `default:"service" help:"service or region." placeholder:"service|region"`
	Concurrency int    `help:"Calls under way at once." default:"64"`
	outputFlags
	Format string `hidden:"" placeholder:"F"`
}

// Help is shown by cost --help.
func (costCmd) Help() string {
	return "Cost Explorer charges USD 0.01 for every page of an answer; the report says how many it took. Without resource " +
		"ids the split is inferred: a service's cost in a region counts as baseline where everything that lives there is in the baseline."
}

func (c *costCmd) Run(a *app) error {
	if err := c.alias(c.Format); err != nil {
		return err
	}
	if err := c.check(); err != nil {
		return err
	}
	groupBy, err := cost.ParseGroupBy(c.GroupBy)
	if err != nil {
		return err
	}
	if err := c.checkTime(); err != nil {
		return err
	}
	session, baseline, err := a.openWith(c.Baseline, new(accountFlags), c.Concurrency)
	if err != nil {
		return err
	}
	request, err := cost.NewRequest(session.AccountID, c.StartDate, c.EndDate, c.Granularity, session.Start)
	if err != nil {
		return err
	}
	if ids := baseline.AccountIDs(); len(ids) > 1 {
		return fmt.Errorf("the baseline %s is of several accounts (%d), and cost splits the bill of one; make one with that account's profile", baseline.Name, len(ids))
	}
	if set := baseline.AccountSet(); set != session.AccountID {
		return fmt.Errorf("the baseline %s is of account %s, the credentials are of account %s; use that account's profile", baseline.Name, set, session.AccountID)
	}
	live, err := a.capture(source{session: session}, liveRequest(baseline))
	if err != nil {
		return err
	}
	if session.Expired() {
		return fmt.Errorf("%w during the capture", collect.ErrExpired)
	}
	bill, err := cost.Explorer{Config: session.Config, Partition: session.Partition}.Query(a.ctx, request)
	if err != nil {
		return err
	}
	report := cost.Classify(bill, baseline, live, cost.Options{GroupBy: groupBy})
	if err := c.print(a, printer.CostView(report)); err != nil {
		return err
	}
	switch {
	case report.NoData:
		a.warn("%s: Cost Explorer has no data for these days", a.name)
		return status(exitTrouble)
	case !live.Whole():
		a.warn("%s: %s and %s of resources could not be seen, so less could be placed", a.name, count(len(live.Incomplete()), "scope"), count(live.UnknownParts(), "part"))
		return status(exitTrouble)
	}
	return nil
}

// checkTime refuses what is no date or granularity, before AWS is asked for its clock.
func (c *costCmd) checkTime() error {
	for _, day := range []string{c.StartDate, c.EndDate} {
		if day == "" {
			continue
		}
		if _, err := cost.ParseDate(day); err != nil {
			return err
		}
	}
	_, err := cost.NewRequest("", "", "", c.Granularity, time.Now())
	return err
}
