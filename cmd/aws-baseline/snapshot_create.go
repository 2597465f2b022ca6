package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

type snapshotCreateCmd struct {
	Name     string `arg:"" optional:"" help:"Name of the snapshot; without one it is the account and the time."`
	NameFlag string `name:"name" hidden:""`

	Regions      []string `help:"Regions to capture; without it every enabled one. Global services are always captured." placeholder:"REGION"`
	Types        []string `aliases:"resource-types,resource-type" help:"Types to capture: aws-baseline's, CloudFormation's or the AWS CLI's names, or a service." placeholder:"TYPE"`
	ExcludeTypes []string `help:"Types to leave out." placeholder:"TYPE"`
	BeforeDate   date     `help:"Select what was created before this date (UTC)." placeholder:"DATE"`
	AfterDate    date     `help:"Select what was created at or after this date (UTC)." placeholder:"DATE"`
	BetweenDates string   `help:"Select what was created at or after A and before B (UTC)." placeholder:"A,B"`
	FilterTags   pairs    `help:"Select what has all of these tags; the value * is any." placeholder:"K=V,…"`

	Metadata    pairs  `help:"Notes to store in the snapshot." placeholder:"K=V"`
	SetActive   bool   `help:"Make it the baseline of its account."`
	Format      string `enum:"json,yaml,json.zst" default:"json" help:"Format of the file: json, yaml (for small ones that people review), or json.zst (compressed)."`
	Concurrency int    `help:"Calls under way at once." default:"64"`
	NoCensus    bool   `help:"Don't ask the Tagging API and Resource Explorer for types that are not collected."`
	Shard       string `help:"Capture the I-th of N parts of the accounts, for: snapshot merge." placeholder:"I/N"`
	accountFlags
	outputFlags
}

// selectors puts the date and tag flags together.
func (c *snapshotCreateCmd) selectors() (snapshot.Selectors, error) {
	s := snapshot.Selectors{After: c.AfterDate.given(), Before: c.BeforeDate.given(), Tags: c.FilterTags}
	if c.BetweenDates != "" {
		if s.After != nil || s.Before != nil {
			return s, usagef("--between-dates stands for --after-date and --before-date: give one or the others")
		}
		from, to, ok := strings.Cut(c.BetweenDates, ",")
		if !ok {
			return s, usagef("--between-dates takes two dates with a comma between them")
		}
		after, err := parseDate(strings.TrimSpace(from))
		if err != nil {
			return s, usage{err}
		}
		before, err := parseDate(strings.TrimSpace(to))
		if err != nil {
			return s, usage{err}
		}
		s.After, s.Before = &after, &before
	}
	if s.After != nil && s.Before != nil && !s.After.Before(*s.Before) {
		return s, usagef("the dates select nothing: %s is not before %s", s.After.Format("2006-01-02T15:04:05Z"), s.Before.Format("2006-01-02T15:04:05Z"))
	}
	return s, nil
}

func (c *snapshotCreateCmd) Run(a *app) error {
	if err := c.outputFlags.check(); err != nil {
		return err
	}
	if err := c.accountFlags.check(); err != nil {
		return err
	}
	part, err := parseShard(c.Shard)
	if err != nil {
		return err
	}
	if part.count > 0 && !c.Org && len(c.Accounts) == 0 {
		return usagef("--shard parts accounts: give --org or --accounts too")
	}
	if c.NameFlag != "" {
		if c.Name != "" && c.Name != c.NameFlag {
			return usagef("two names are given: %s and %s", c.Name, c.NameFlag)
		}
		c.Name = c.NameFlag
	}
	if c.Name != "" {
		if err := snapshot.CheckName(c.Name); err != nil {
			return usage{err}
		}
	}
	chosen, err := chosenKinds(c.Types, c.ExcludeTypes)
	if err != nil {
		return err
	}
	selectors, err := c.selectors()
	if err != nil {
		return err
	}
	if err := c.room(a); err != nil {
		return err
	}
	session, err := a.open(c.Concurrency)
	if err != nil {
		return err
	}
	from, err := c.source(a, session, part)
	if err != nil {
		return err
	}
	s, err := a.capture(from, collect.Request{Kinds: chosen, Regions: c.Regions, Census: c.census(), DirectTags: len(selectors.Tags) > 0})
	if err != nil {
		return err
	}
	if err := nothingSeen(s); err != nil {
		if from.expired() {
			return fmt.Errorf("%w during the capture; nothing was saved", collect.ErrExpired)
		}
		return err
	}
	collect.Select(s, selectors)
	s.Name = c.Name
	if s.Name == "" {
		s.Name = nameOf(s) + "-" + session.Start.Format("20060102T150405Z")
	}
	s.Metadata.User = c.Metadata
	s.Metadata.CommandLine = a.commandLine()
	if err := a.folder().Save(s, snapshot.Format(c.Format)); err != nil {
		return err
	}
	active, err := c.activate(a, s, from.expired())
	if err != nil {
		return err
	}
	file, err := a.entry(s.Name)
	if err != nil {
		return err
	}
	entry := printer.EntryOf(s, file)
	entry.Active = active
	if err := c.print(a, printer.SnapshotsView([]printer.SnapshotEntry{entry})); err != nil {
		return err
	}
	if from.expired() {
		a.warn("%s: error: %s during the capture: the snapshot is saved, but it is incomplete", a.name, collect.ErrExpired)
		return status(exitCredentials)
	}
	return ofSnapshot(a, s)
}

// census asks what else there is, where every type was to be captured.
func (c *snapshotCreateCmd) census() bool {
	return !c.NoCensus && len(c.Types) == 0 && len(c.ExcludeTypes) == 0
}

// nameOf names what a snapshot is of, in a file's name.
func nameOf(s *snapshot.Snapshot) string {
	ids := s.AccountIDs()
	name := "no-accounts"
	if len(ids) > 0 {
		name = ids[0]
	}
	switch o := s.Organization; {
	case o != nil && o.Shard != "":
		name = o.ID + "-part-" + strings.ReplaceAll(o.Shard, "/", "-of-")
	case o != nil:
		name = o.ID
	case len(ids) > 1:
		name = fmt.Sprintf("%s-and-%d-more", ids[0], len(ids)-1)
	}
	return name
}

// room refuses, before a capture that may take minutes, what saving would refuse after it: a name that is taken, a
// folder that can't be written, a list of active baselines that can't be read.
func (c *snapshotCreateCmd) room(a *app) error {
	if !collect.InBucket(a.flags.SnapshotDir) {
		if err := writableFolder(a.flags.SnapshotDir); err != nil {
			return err
		}
	}
	folder := a.folder()
	if c.Name != "" {
		if err := a.free(c.Name); err != nil {
			return err
		}
	}
	if !c.SetActive {
		if _, err := folder.Active(); err != nil {
			return err
		}
	}
	return nil
}

// entry is a snapshot's file.
func (a *app) entry(name string) (snapshot.Entry, error) {
	entries, err := a.folder().Entries()
	if err != nil {
		return snapshot.Entry{}, err
	}
	i := slices.IndexFunc(entries, func(e snapshot.Entry) bool { return e.Name == name })
	if i < 0 {
		return snapshot.Entry{}, fmt.Errorf("%w: %s", snapshot.ErrNotFound, name)
	}
	return entries[i], nil
}

// activate makes the first snapshot of an account the baseline, and any other where that is asked for. An incomplete
// one never becomes active by itself.
func (c *snapshotCreateCmd) activate(a *app, s *snapshot.Snapshot, expired bool) (bool, error) {
	if expired || s.Organization != nil && s.Organization.Shard != "" {
		return false, nil // of a part nobody is the owner
	}
	if !c.SetActive {
		_, err := a.folder().ActiveFor(s.AccountSet())
		if !errors.Is(err, snapshot.ErrNoActive) {
			return false, err
		}
		if !s.Whole() {
			return false, nil
		}
	}
	return true, a.folder().SetActive(s)
}

// nothingSeen is an error where no scope was seen wholly: there is nothing that a baseline could rest on.
func nothingSeen(s *snapshot.Snapshot) error {
	if len(s.Accounts) == 0 {
		return nil // an empty shard
	}
	reasons := make(map[string]int)
	for _, c := range s.Coverage {
		if c.State == snapshot.Complete {
			return nil
		}
		reasons[c.Code+": "+c.Message]++
	}
	most := ""
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		if reasons[reason] > reasons[most] {
			most = reason
		}
	}
	return fmt.Errorf("nothing was saved: none of the %d scopes could be seen wholly; %d of them: %s", len(s.Coverage), reasons[most], most)
}
