package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/restore"
)

type restoreCmd struct {
	Plan  restorePlanCmd  `cmd:"" help:"Write down what a restore would do, and do nothing."`
	Apply restoreApplyCmd `cmd:"" help:"Do what a plan says and nothing else; running it again goes on where it stopped."`
	Run   restoreRunCmd   `cmd:"" default:"withargs" help:"Plan, ask, and apply: what restore does without one of these words."`
}

// choiceFlags choose what of the additions is planned.
type choiceFlags struct {
	Types       []string `aliases:"resource-types,resource-type" help:"Types to delete." placeholder:"TYPE"`
	Regions     []string `help:"Regions to delete in. Global services are always included." placeholder:"REGION"`
	Exclude     []string `sep:"none" help:"ARN, key or id to leave alone; may be repeated." placeholder:"ARN"`
	ExcludeTag  pairs    `help:"Leave alone what has one of these tags; the value * is any." placeholder:"K=V"`
	MaxDeletes  int      `default:"50" help:"Refuse a plan with more deletions than this."`
	Concurrency int      `help:"Calls under way at once." default:"64"`
}

func (f *choiceFlags) filter(a *app) (restore.Filter, error) {
	if f.MaxDeletes < 0 {
		return restore.Filter{}, usagef("--max-deletes is %d: give 0 or more", f.MaxDeletes)
	}
	names, err := kindNames(f.Types)
	if err != nil {
		return restore.Filter{}, err
	}
	ignore, _, err := a.rules()
	return restore.Filter{Kinds: names, Regions: f.Regions, Exclude: f.Exclude, ExcludeTags: f.ExcludeTag, Ignore: ignore}, err
}

// tooMany refuses a plan that deletes more than its user thought possible.
func tooMany(plan *restore.Plan, most int) error {
	if plan.Summary.Deletions <= most {
		return nil
	}
	return fmt.Errorf("%w: the plan has %d, --max-deletes allows %d; choose with --types, --regions or --exclude, or raise it",
		restore.ErrTooMany, plan.Summary.Deletions, most)
}

// account is the account under restore; its captures cover the whole baseline.
func (a *app) account(session *collect.Session, baseline *snapshot.Snapshot) restore.Account {
	return restore.Account{
		Session: session, Kinds: kinds.All(),
		Capture: func(ctx context.Context, scopes map[string]bool) (*snapshot.Snapshot, error) {
			request := liveRequest(baseline)
			request.Scopes, request.DirectTags = scopes, true // tags exclude, and forbid what they no longer say
			s, err := a.capture(source{session: session}, request)
			if err == nil && session.Expired() {
				err = fmt.Errorf("%w; what was begun is in the journal: renew them and run it again", collect.ErrExpired)
			}
			return s, err
		},
	}
}

// build makes a plan from the live account.
func (a *app) build(f *choiceFlags, name string) (*restore.Plan, restore.Account, *snapshot.Snapshot, error) {
	filter, err := f.filter(a)
	if err != nil {
		return nil, restore.Account{}, nil, err
	}
	session, baseline, err := a.openWith(name, new(accountFlags), f.Concurrency)
	if err != nil {
		return nil, restore.Account{}, nil, err
	}
	if err := a.within(session, baseline, f.Types, f.Regions); err != nil {
		return nil, restore.Account{}, nil, err
	}
	account := a.account(session, baseline)
	plan, err := restore.Build(a.ctx, account, baseline, filter)
	return plan, account, baseline, err
}

type restorePlanCmd struct {
	Baseline string `arg:"" optional:"" help:"Snapshot to go back to; without it the active baseline."`
	Out      string `default:"restore-plan.json" placeholder:"FILE" help:"File to write the plan to (${default})."`
	choiceFlags
	outputFlags
}

func (c *restorePlanCmd) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	if _, err := os.Stat(c.Out + journalEnding); err == nil {
		return fmt.Errorf("%s has a journal of deletions, %s: move both away, or choose another --out", c.Out, c.Out+journalEnding)
	}
	if err := a.planFile(c.Out); err != nil {
		return err
	}
	plan, _, _, err := a.build(&c.choiceFlags, c.Baseline)
	if err != nil {
		return err
	}
	if err := tooMany(plan, c.MaxDeletes); err != nil {
		return err
	}
	if err := writePlan(c.Out, plan); err != nil {
		return err
	}
	if err := c.print(a, printer.PlanView(plan)); err != nil {
		return err
	}
	if plan.Summary.Deletions > 0 {
		a.warn("the plan is in %s; carry it out with: %s restore apply %s", c.Out, a.name, c.Out)
	}
	return ofPlan(plan)
}

// planFile refuses to write a plan over anything but a plan, or into the snapshot folder.
func (a *app) planFile(path string) error {
	if err := writableFile(path); err != nil {
		return err
	}
	if !exists(filepath.Dir(path)) {
		return fmt.Errorf("can't write %s: there is no folder %s", path, filepath.Dir(path))
	}
	if same(filepath.Dir(path), a.localFolder()) {
		return fmt.Errorf("can't write the plan to %s: that is the snapshot folder; choose another --out", path)
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("can't write the plan to %s: it is not a plain file; choose another --out", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if _, err := restore.ReadPlan(data); err != nil {
		return fmt.Errorf("can't write the plan to %s: it is there, and is no restore plan; move it away, or choose another --out", path)
	}
	return nil
}

// same reports whether two paths are one folder.
func same(a, b string) bool {
	x, err := os.Stat(a)
	y, err2 := os.Stat(b)
	return err == nil && err2 == nil && os.SameFile(x, y)
}

// ofPlan is the exit code of a plan that was not carried out.
func ofPlan(plan *restore.Plan) error {
	if plan.Report.Incomplete() {
		return status(exitTrouble)
	}
	return nil
}

const journalEnding = ".journal"

func writePlan(path string, plan *restore.Plan) error {
	data, err := plan.Encode()
	if err != nil {
		return err
	}
	folder, name := filepath.Split(path)
	if folder == "" {
		folder = "."
	}
	return snapshot.Disk(folder).WriteFile(name, data)
}

type restoreApplyCmd struct {
	File        string `arg:"" help:"The plan's file. The journal is kept beside it."`
	DryRun      bool   `help:"Judge the plan against the account of now, and change nothing."`
	MaxDeletes  int    `default:"50" help:"Refuse a plan with more deletions than this."`
	Wait        wait   `default:"30m" help:"How long a deletion that AWS accepted may take."`
	Concurrency int    `help:"Calls under way at once." default:"64"`
	Yes         bool   `hidden:""` // a plan was read before; scripts give it all the same
	outputFlags
}

func (c *restoreApplyCmd) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	data, err := os.ReadFile(c.File)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no plan %s; make one with: %s restore plan", c.File, a.name)
	}
	if err != nil {
		return err
	}
	plan, err := restore.ReadPlan(data)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if err := tooMany(plan, c.MaxDeletes); err != nil {
		return err
	}
	if !c.DryRun {
		if err := writableFile(c.File + journalEnding); err != nil {
			return err
		}
	}
	session, baseline, err := a.openWith(plan.Baseline.Name, new(accountFlags), c.Concurrency)
	if err != nil {
		return err
	}
	account := a.account(session, baseline)
	if c.DryRun {
		now, err := restore.Rejudge(a.ctx, account, baseline, plan)
		if err != nil {
			return err
		}
		if err := c.print(a, printer.PlanView(now)); err != nil {
			return err
		}
		return ofPlan(now)
	}
	return a.apply(&c.outputFlags, account, baseline, plan, c.File+journalEnding, time.Duration(c.Wait))
}

// apply carries a plan out and proves it.
func (a *app) apply(output *outputFlags, account restore.Account, baseline *snapshot.Snapshot, plan *restore.Plan, journal string, wait time.Duration) error {
	outcome, err := restore.Apply(a.ctx, account, baseline, plan, restore.ApplyOptions{
		Journal: journal, Wait: wait,
		OnRecord: func(action restore.Action, record restore.Record) {
			a.warn("%s", printer.RecordLine(action, record))
		},
	})
	if err != nil {
		if a.ctx.Err() != nil {
			a.warn("%s: interrupted; what was begun is in %s: running it again goes on", a.name, journal)
			return status(exitInterrupted)
		}
		return err
	}
	if err := output.print(a, printer.OutcomeView(outcome)); err != nil {
		return err
	}
	return ofReport(outcome.Report)
}

type restoreRunCmd struct {
	Baseline string `arg:"" optional:"" help:"Snapshot to go back to; without it the active baseline."`
	DryRun   bool   `help:"Show the plan and change nothing."`
	Yes      bool   `short:"y" help:"Don't ask."`
	Wait     wait   `default:"30m" help:"How long a deletion that AWS accepted may take."`
	choiceFlags
	outputFlags
}

func (c *restoreRunCmd) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	if !c.Yes && !c.DryRun && !terminal(a.stdin) {
		return usagef("restore asks before it deletes, and there is no terminal to ask on: give --yes, or --dry-run to see what it would do")
	}
	folder := filepath.Join(a.localFolder(), "restores") // of the plan and its journal
	if !c.DryRun {
		if err := writableFolder(folder); err != nil {
			return err
		}
	}
	plan, account, baseline, err := a.build(&c.choiceFlags, c.Baseline)
	if err != nil {
		return err
	}
	if err := tooMany(plan, c.MaxDeletes); err != nil && !c.DryRun {
		return err
	}
	if c.DryRun {
		if err := c.print(a, printer.PlanView(plan)); err != nil {
			return err
		}
		return ofPlan(plan)
	}
	if plan.Summary.Deletions == 0 {
		if err := c.print(a, printer.PlanView(plan)); err != nil {
			return err
		}
		return ofReport(plan.Report)
	}
	if err := a.printer(a.stderr).Print(printer.FormatTable, printer.PlanView(plan)); err != nil {
		return err
	}
	if !c.Yes {
		if err := a.ask(plan); err != nil {
			return err
		}
	}
	file := filepath.Join(folder, fmt.Sprintf("%s-%s.json", baseline.Name, plan.CreatedAt.Format("20060102T150405Z")))
	if err := writePlan(file, plan); err != nil {
		return err
	}
	return a.apply(&c.outputFlags, account, baseline, plan, file+journalEnding, time.Duration(c.Wait))
}

// ask wants the account's id typed.
func (a *app) ask(plan *restore.Plan) error {
	answer, err := a.prompt(fmt.Sprintf("This deletes %s in account %s. Type the account id to go on: ", count(plan.Summary.Deletions, "resource"), plan.AccountID))
	if a.ctx.Err() != nil {
		a.warn("%s: interrupted; nothing was deleted", a.name)
		return status(exitInterrupted)
	}
	if err != nil || answer != plan.AccountID {
		return errors.New("not confirmed; nothing was deleted")
	}
	return nil
}
