package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

type snapshotMergeCmd struct {
	Name      string   `arg:"" help:"Name of the snapshot to make."`
	Parts     []string `arg:"" help:"Snapshots to join, or files of them: other accounts, regions or types each." placeholder:"PART"`
	SetActive bool     `help:"Make it the baseline of its accounts."`
	outputFlags
}

func (c *snapshotMergeCmd) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	if err := snapshot.CheckName(c.Name); err != nil {
		return usage{err}
	}
	if err := a.free(c.Name); err != nil {
		return err
	}
	parts := make([]*snapshot.Snapshot, len(c.Parts))
	for i, word := range c.Parts {
		part, err := a.part(word)
		if err != nil {
			return err
		}
		parts[i] = part
	}
	joined, err := snapshot.Join(parts...)
	if err != nil {
		return err
	}
	joined.Name = c.Name
	joined.Metadata.CommandLine = a.commandLine()
	if err := a.folder().Save(joined, snapshot.JSON); err != nil {
		return err
	}
	if c.SetActive {
		if err := a.folder().SetActive(joined); err != nil {
			return err
		}
	}
	if o := joined.Organization; o != nil && o.Shard != "" {
		a.warn("%s: of the organisation %s these are the shards %s: it is whole when all are merged", a.name, o.ID, o.Shard)
	}
	file, err := a.entry(c.Name)
	if err != nil {
		return err
	}
	entry := printer.EntryOf(joined, file)
	entry.Active = c.SetActive
	if err := c.print(a, printer.SnapshotsView([]printer.SnapshotEntry{entry})); err != nil {
		return err
	}
	return ofSnapshot(a, joined)
}

// part loads a snapshot of the folder, or a file that somebody brought.
func (a *app) part(word string) (*snapshot.Snapshot, error) {
	if !strings.ContainsAny(word, `/\`) && !slices.Contains([]string{".json", ".yaml", ".zst"}, filepath.Ext(word)) {
		return a.baseline(word, "")
	}
	data, err := os.ReadFile(word)
	if err != nil {
		return nil, err
	}
	s, err := snapshot.Read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", word, err)
	}
	return s, nil
}

// free refuses a name that is taken.
func (a *app) free(name string) error {
	taken, err := a.folder().Exists(name)
	if err == nil && taken {
		err = fmt.Errorf("%w: %s; delete it or choose another name", snapshot.ErrExists, name)
	}
	return err
}

// ofSnapshot is the exit code of a snapshot that was saved, with a word on what it lacks.
func ofSnapshot(a *app, s *snapshot.Snapshot) error {
	if nowhere := s.Nowhere(); len(nowhere) > 0 {
		a.caution(fmt.Sprintf("what exists of %s is unknown, since the service is in none of the regions, or the endpoint lacks it: %s",
			count(len(nowhere), "type"), printer.Some(nowhere, 6)))
	}
	if lost := s.Census.NotFound(); len(lost) > 0 {
		a.caution(fmt.Sprintf("the Tagging API or Resource Explorer knows of resources that the snapshot does not have: %s; they came or went meanwhile, or were not listed",
			printer.Some(slices.Sorted(maps.Keys(lost)), 6)))
	}
	if s.Whole() {
		return nil
	}
	a.warn("%s: the snapshot is incomplete: %s and %s of resources could not be seen; see: %s snapshot show %s --coverage",
		a.name, count(len(s.Incomplete()), "scope"), count(s.UnknownParts(), "part"), a.name, s.Name)
	return status(exitTrouble)
}
