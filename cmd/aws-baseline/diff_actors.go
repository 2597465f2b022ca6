package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// actorFlags say whether and where to ask who made the changes. For the live account CloudTrail is asked, unless told not
// to. Two snapshots are compared without AWS, unless told to ask, and so are two captures of the history, which has events
// of its own.
type actorFlags struct {
	Actor    []string `help:"Show what one of these made: globs of the principal's ARN or the session's name; unattributed is what nobody is known for." placeholder:"GLOB"`
	Actors   bool     `help:"Ask CloudTrail who made the changes, for two snapshots or captures too."`
	NoActors bool     `help:"Don't ask CloudTrail, or the history, who made the changes."`
	Trail    string   `help:"A trail's log files, for what is older than 90 days: a folder with AWSLogs, or s3://bucket/prefix." placeholder:"DIR"`
}

// errNobody says that who made the changes is wanted, and nobody is asked.
func errNobody(and string) error {
	return usagef("--actor needs to know who made the changes%s: give --actors, which asks CloudTrail, or --trail", and)
}

// check refuses what can't be meant together. snapshots says that two snapshots are compared, and there is no history.
func (f *actorFlags) check(snapshots bool) error {
	switch {
	case f.NoActors && (f.Actors || f.Trail != ""):
		return usagef("--no-actors asks nobody: it does not go with --actors and --trail")
	case f.NoActors && len(f.Actor) > 0:
		return usagef("--actor needs to know who made the changes: leave --no-actors out")
	case snapshots && len(f.Actor) > 0 && !f.asks(snapshots):
		return errNobody("")
	}
	return nil
}

// asks reports whether anybody is to be asked.
func (f *actorFlags) asks(snapshots bool) bool {
	return !f.NoActors && (!snapshots || f.Actors || f.Trail != "")
}

// attribute joins the changes of a report to who made them. from is nil where AWS is not to be asked, target for the live
// account, kept without a history.
func (f *actorFlags) attribute(a *app, report *diff.Report, baseline, target *snapshot.Snapshot, from *source, kept *keptEvents) error {
	options := diff.ActorOptions{Baseline: baseline, Target: target, Partition: baseline.Metadata.Partition, Kinds: kindWords(), TrailName: f.Trail}
	var err error
	if options.Trail, err = f.trail(a); err != nil {
		return err
	}
	if kept != nil {
		options.Memory = kept
		defer func() {
			if why := kept.why(); why != nil {
				a.caution(fmt.Sprintf("the history can't tell who made the changes: %s", why))
			}
		}()
	}
	if from == nil {
		return diff.Attribute(a.ctx, report, options)
	}
	options.Config = func(ctx context.Context, accountID string) (aws.Config, error) {
		s, err := from.in(ctx, accountID)
		if err != nil {
			return aws.Config{}, fmt.Errorf("the account could not be entered: %s", collect.Message(err))
		}
		return s.Config, nil
	}
	if from.session.Emulated {
		// Emulators share account ids and mostly lack this; who did not ask for it need not know.
		if !f.Actors && len(f.Actor) == 0 {
			options.Lacking = func(err error) bool { return collect.Classify(err) == collect.ClassUnavailable }
		}
	} else if folder, err := os.UserCacheDir(); err == nil {
		cache := eventCache{folder: filepath.Join(folder, "aws-baseline", "events")}
		if options.Memory = cache; kept != nil {
			kept.beside, options.Memory = cache, kept
		}
	}
	return diff.Attribute(a.ctx, report, options)
}

// trail opens a trail's log files.
func (f *actorFlags) trail(a *app) (fs.FS, error) {
	switch {
	case f.Trail == "":
		return nil, nil
	case collect.InBucket(f.Trail):
		bucket, err := collect.NewBucketFolder(a.ctx, a.options(collect.DefaultConcurrency), f.Trail)
		if err != nil {
			return nil, err
		}
		return bucket.Tree(), nil
	}
	if info, err := os.Stat(f.Trail); err != nil || !info.IsDir() {
		return nil, usagef("--trail: there is no folder %s", f.Trail)
	}
	return os.DirFS(f.Trail), nil
}

// attributeLive asks for a report of the live account.
func (f *actorFlags) attributeLive(a *app, report *diff.Report, from source, baseline *snapshot.Snapshot, kept *keptEvents) error {
	if !f.asks(false) {
		return nil
	}
	return f.attribute(a, report, baseline, nil, &from, kept)
}

// attributeSnapshots asks for a report of two snapshots, or captures, if that was asked for. A trail alone needs no
// CloudTrail, and neither does what the history has.
func (f *actorFlags) attributeSnapshots(a *app, report *diff.Report, baseline, target *snapshot.Snapshot, role roleFlags, concurrency int, kept *keptEvents) error {
	if !f.asks(true) && kept == nil {
		return nil
	}
	if !f.Actors {
		err := f.attribute(a, report, baseline, target, nil, kept)
		if err == nil && len(f.Actor) > 0 && f.Trail == "" && kept.none() {
			return errNobody(", and the history in " + kept.folder + " has no events of CloudTrail")
		}
		return err
	}
	session, err := a.open(concurrency)
	if err != nil {
		return err
	}
	from := source{session: session}
	if ids := baseline.AccountIDs(); len(ids) > 1 || !slices.Contains(ids, session.AccountID) {
		from.fleet = collect.NewFleet(session, role.role(), nil)
	}
	return f.attribute(a, report, baseline, target, &from, kept)
}

// in is the session in one account.
func (s source) in(ctx context.Context, accountID string) (*collect.Session, error) {
	if s.fleet != nil {
		return s.fleet.Session(ctx, accountID)
	}
	return s.session, nil
}

// kindWords are all kinds with the other names that they have.
func kindWords() map[string][]string {
	words := make(map[string][]string)
	for _, kind := range kinds.All() {
		words[kind.Name] = append([]string{kind.CloudFormation}, kind.Aliases...)
	}
	return words
}
