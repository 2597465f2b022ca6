package main

import (
	"fmt"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

type snapshotCmd struct {
	Create    snapshotCreateCmd    `cmd:"" help:"Capture the account and save what was seen."`
	List      snapshotListCmd      `cmd:"" aliases:"ls" help:"List the snapshots."`
	Show      snapshotShowCmd      `cmd:"" help:"Show a snapshot."`
	SetActive snapshotSetActiveCmd `cmd:"" help:"Make a snapshot the baseline of its account."`
	Approve   snapshotApproveCmd   `cmd:"" help:"Take drift that is meant into a new baseline."`
	Approvals snapshotApprovalsCmd `cmd:"" help:"List what was approved into a snapshot, by whom, why and until when."`
	Seal      snapshotSealCmd      `cmd:"" help:"Accept an edit of a snapshot's file by hand."`
	Merge     snapshotMergeCmd     `cmd:"" help:"Join snapshots of other accounts, regions or types into one."`
	Delete    snapshotDeleteCmd    `cmd:"" aliases:"rm" help:"Delete a snapshot that is not active."`
	Rename    snapshotRenameCmd    `cmd:"" help:"Give a snapshot another name."`
}

type snapshotListCmd struct{ outputFlags }

func (c *snapshotListCmd) Run(a *app) error {
	folder := a.folder()
	entries, err := folder.Entries()
	if err != nil {
		return err
	}
	active, err := folder.Active()
	if err != nil {
		a.warn("warning: %s", err)
	}
	list := make([]printer.SnapshotEntry, 0, len(entries))
	damaged := false
	for _, entry := range entries {
		s, err := folder.Load(entry.Name)
		if err != nil {
			a.warn("warning: %s", a.describe(err))
			list = append(list, printer.SnapshotEntry{Name: entry.Name, Format: entry.Format, SizeBytes: entry.Size, Problem: a.describe(err)})
			damaged = true
			continue
		}
		row := printer.EntryOf(s, entry)
		row.Active = active[s.AccountSet()] == s.Name
		list = append(list, row)
	}
	if err := c.print(a, printer.SnapshotsView(list)); err != nil {
		return err
	}
	if damaged {
		return status(exitTrouble)
	}
	return nil
}

type snapshotShowCmd struct {
	Name     string `arg:"" help:"Name of the snapshot."`
	Coverage bool   `help:"Show what became of every scope."`
	textconvFlags
	outputFlags
}

func (c *snapshotShowCmd) Run(a *app) error {
	if c.Textconv {
		if c.Output != "" || c.Export != "" || c.Coverage {
			return usagef("--textconv prints text: leave out --output, --export and --coverage")
		}
		return a.textconv(c.Name)
	}
	s, err := a.baseline(c.Name, "")
	if err != nil {
		return err
	}
	if c.Coverage {
		return c.print(a, printer.CoverageView(s))
	}
	return c.print(a, printer.SnapshotView(s))
}

type snapshotSetActiveCmd struct {
	Name string `arg:"" help:"Name of the snapshot."`
}

func (c *snapshotSetActiveCmd) Run(a *app) error {
	s, err := a.baseline(c.Name, "")
	if err != nil {
		return err
	}
	if err := a.folder().SetActive(s); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "snapshot %s is the baseline of %s\n", s.Name, snapshot.SetWords(s.AccountSet()))
	if !s.Whole() {
		a.warn("warning: it is incomplete: %s and %s of resources were not seen", count(len(s.Incomplete()), "scope"), count(s.UnknownParts(), "part"))
	}
	return nil
}

type snapshotDeleteCmd struct {
	Name string `arg:"" help:"Name of the snapshot."`
}

func (c *snapshotDeleteCmd) Run(a *app) error {
	if err := a.folder().Delete(c.Name); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "snapshot %s deleted\n", c.Name)
	return nil
}

type snapshotRenameCmd struct {
	From string `arg:"" help:"Name that the snapshot has."`
	To   string `arg:"" help:"Name that it gets."`
}

func (c *snapshotRenameCmd) Run(a *app) error {
	if err := snapshot.CheckName(c.To); err != nil {
		return usage{err}
	}
	if err := a.folder().Rename(c.From, c.To); err != nil {
		return err
	}
	fmt.Fprintf(a.stdout, "snapshot %s renamed to %s\n", c.From, c.To)
	return nil
}
