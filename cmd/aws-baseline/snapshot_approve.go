package main

import (
	"context"
	"errors"
	"fmt"
	"os/user"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

type snapshotApproveCmd struct {
	Baseline string `arg:"" optional:"" help:"Snapshot to start from; without it the active baseline."`

	To     string `help:"Name of the new baseline." placeholder:"NAME"`
	Target string `help:"Snapshot that shows the drift; without it the live account." placeholder:"SNAPSHOT"`
	approveChoice
	Reason      string `help:"Why; it is kept in the new baseline." placeholder:"TEXT"`
	Until       date   `help:"Date from which the approval no longer applies (UTC): a diff goes by what was before then." placeholder:"DATE"`
	SetActive   bool   `help:"Make the new baseline the active one."`
	DryRun      bool   `help:"Show what would be approved and save nothing."`
	Yes         bool   `short:"y" help:"Don't ask."`
	Concurrency int    `help:"Calls under way at once." default:"64"`
	accountFlags
	outputFlags
}

// Help is shown by snapshot approve --help.
func (snapshotApproveCmd) Help() string {
	return "The new baseline is the old one with exactly the chosen changes applied, and the old one stays. Its cut-off stays too, so " +
		"what was not approved is drift as before. What is unknown can't be approved."
}

func (c *snapshotApproveCmd) Run(a *app) error {
	if err := c.check(a); err != nil {
		return err
	}
	if !c.DryRun {
		if err := a.free(c.To); err != nil {
			return err
		}
	}
	drift, err := c.compare(a)
	if err != nil {
		return err
	}
	chosen, err := c.choose(a, drift)
	if err != nil {
		return err
	}
	approval := snapshot.Approval{At: drift.at, By: drift.by, Reason: c.Reason, Until: c.Until.given(), Target: c.Target, Tool: collect.Version}
	approved, refused, err := drift.baseline.Approve(drift.target, approval, proposalsOf(chosen))
	if err != nil {
		return fmt.Errorf("%w; when the edit was meant: %s snapshot seal", err, a.name)
	}
	result := outcomeOf(chosen, refused)
	result.Baseline, result.Snapshot, result.DryRun = drift.baseline.Name, c.To, c.DryRun
	result.At, result.By, result.Reason, result.Until = approval.At, approval.By, approval.Reason, approval.Until
	if c.DryRun {
		return c.end(a, result)
	}
	if len(result.Approved) == 0 {
		for _, r := range result.Refused {
			a.warn("%s: %s can't be approved: %s", a.name, label(r), r.Why)
		}
		return errors.New("nothing was approved, and nothing saved")
	}
	if !c.Yes {
		preview := *result
		preview.DryRun = true
		if err := a.printer(a.stderr).Print(printer.FormatTable, printer.ApprovalView(&preview)); err != nil {
			return err
		}
		if err := a.confirmApproval(len(result.Approved), c.To); err != nil {
			return err
		}
	}
	if err := c.save(a, drift.baseline.Name, approved); err != nil {
		return err
	}
	result.Digest, result.Active = approved.Digest, c.SetActive
	return c.end(a, result)
}

// check refuses what is missing or contradicts itself, before anything is asked of AWS.
func (c *snapshotApproveCmd) check(a *app) error {
	if err := c.outputFlags.check(); err != nil {
		return err
	}
	if err := c.approveChoice.check(); err != nil {
		return err
	}
	if c.To == "" && !c.DryRun {
		return usagef("--to is missing: name the new baseline, or give --dry-run to see what would be approved")
	}
	if c.To != "" {
		if err := snapshot.CheckName(c.To); err != nil {
			return usage{err}
		}
	}
	if strings.TrimSpace(c.Reason) == "" && !c.DryRun {
		return usagef("--reason is missing: say why, for whoever reads it next year")
	}
	if until := c.Until.given(); until != nil && !until.After(time.Now()) {
		return usagef("--until: %s is over", printer.Time(until))
	}
	if !c.Yes && !c.DryRun && !terminal(a.stdin) {
		return usagef("snapshot approve asks before it saves, and there is no terminal to ask on: give --yes, or --dry-run to see what it would approve")
	}
	return (&diffCmd{Baseline: c.Baseline, Target: c.Target, accountFlags: c.accountFlags}).checkAccounts()
}

// drift is what an approval chooses from.
type drift struct {
	baseline, target *snapshot.Snapshot
	report           *diff.Report
	at               time.Time // AWS's, of a live capture
	by               snapshot.Person
	// attribute joins the changes of a report to who made them.
	attribute func(flags *actorFlags, report *diff.Report) error
}

// compare compares everything that the baseline covers: a choice of types only would see fewer owners and references than
// the new baseline is to have.
func (c *snapshotApproveCmd) compare(a *app) (*drift, error) {
	options := diff.Options{Rules: collect.Rules(kinds.All())}
	d := &drift{by: snapshot.Person{User: localUser()}}
	var err error
	if c.Target != "" {
		if d.target, err = a.baseline(c.Target, ""); err != nil {
			return nil, err
		}
		if d.baseline, err = a.baseline(c.Baseline, d.target.AccountSet()); err != nil {
			return nil, err
		}
		d.at = time.Now().UTC().Truncate(time.Second)
		d.attribute = func(flags *actorFlags, report *diff.Report) error {
			return flags.attributeSnapshots(a, report, d.baseline, d.target, c.roleFlags, c.Concurrency, nil)
		}
	} else {
		session, baseline, err := a.openWith(c.Baseline, &c.accountFlags, c.Concurrency)
		if err != nil {
			return nil, err
		}
		from, err := a.sourceOf(session, baseline, c.roleFlags)
		if err != nil {
			return nil, err
		}
		request := liveRequest(baseline)
		if d.target, err = a.capture(from, request); err != nil {
			return nil, err
		}
		if from.expired() {
			return nil, fmt.Errorf("%w during the capture; nothing was saved", collect.ErrExpired)
		}
		d.baseline, d.at, d.by.CallerARN, options.Live = baseline, d.target.Cutoff, session.CallerARN, true
		d.attribute = func(flags *actorFlags, report *diff.Report) error {
			return flags.attributeLive(a, report, from, baseline, nil)
		}
		options.Reread = func(ctx context.Context, scopes []string) (*snapshot.Snapshot, error) {
			again := request
			again.Scopes = snapshot.ScopeSet(scopes)
			return a.capture(from, again)
		}
	}
	if err := a.within(nil, d.baseline, c.Types, nil); err != nil {
		return nil, err
	}
	options.Now = d.at
	d.report, err = diff.Compare(a.ctx, d.baseline, d.target, options)
	return d, err
}

// localUser is the name that the computer has for who runs this, or "" where it has none (in a container).
func localUser() string {
	me, err := user.Current()
	if err != nil {
		return ""
	}
	return me.Username
}

// confirmApproval wants a yes.
func (a *app) confirmApproval(changes int, name string) error {
	answer, err := a.prompt(fmt.Sprintf("This approves %s into the new baseline %s. Type yes to go on: ", count(changes, "change"), name))
	if a.ctx.Err() != nil {
		a.warn("%s: interrupted; nothing was saved", a.name)
		return status(exitInterrupted)
	}
	if err != nil || answer != "yes" {
		return errors.New("not confirmed; nothing was saved")
	}
	return nil
}

// save writes the new baseline in the format of the old one's file.
func (c *snapshotApproveCmd) save(a *app, old string, approved *snapshot.Snapshot) error {
	file, err := a.entry(old)
	if err != nil {
		return err
	}
	approved.Name = c.To
	if err := a.folder().Save(approved, file.Format); err != nil {
		return err
	}
	if c.SetActive {
		return a.folder().SetActive(approved)
	}
	return nil
}

// end prints the outcome. What was chosen and refused leaves it incomplete.
func (c *snapshotApproveCmd) end(a *app, result *printer.Approval) error {
	if err := c.print(a, printer.ApprovalView(result)); err != nil {
		return err
	}
	if len(result.Refused) > 0 {
		return status(exitTrouble)
	}
	return nil
}

type snapshotApprovalsCmd struct {
	Name string `arg:"" help:"Name of the snapshot."`
	outputFlags
}

func (c *snapshotApprovalsCmd) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	s, err := a.baseline(c.Name, "")
	if err != nil {
		return err
	}
	return c.print(a, printer.ApprovalsView(s, time.Now()))
}
