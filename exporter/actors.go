package exporter

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/history"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// actorsNote is what the history remembers of asking who changed things.
type actorsNote struct {
	Captured  time.Time             `json:"captured"`       // the end of the last capture that was asked about
	Open      map[string]openRegion `json:"open,omitempty"` // by region
	Succeeded time.Time             `json:"succeeded,omitzero"`
}

// openRegion is a time of which events of a region are still missing: up to the end of the last capture.
type openRegion struct {
	Since time.Time `json:"since"`
	Until time.Time `json:"until"`
}

const actorsNoteName = "actors"

// deniedPause is how long a refusal holds.
const deniedPause = 24 * time.Hour

// changed hands a capture to [exporter.actors]. One that waits there is left out: the next is compared with the one
// before it.
func (e *exporter) changed(s *snapshot.Snapshot) {
	if e.options.Attribute == nil {
		return
	}
	select {
	case <-e.fresh:
	default:
	}
	e.fresh <- s
}

// actors asks who changed things, beside everything else: after each capture where something changed, and once more when
// all events up to its end can be looked up. What an earlier process left open is asked at once.
func (e *exporter) actors(ctx context.Context) {
	var later <-chan time.Time
	if e.askAgain(ctx) {
		later = time.After(diff.Delivery)
	}
	for {
		select {
		case <-ctx.Done():
			return
		case s := <-e.fresh:
			e.askWho(ctx, s)
			if later == nil { // captures may follow each other faster
				later = time.After(diff.Delivery)
			}
		case <-later:
			later = nil
			e.askAgain(ctx)
		}
	}
}

// question is what there is to ask about a capture.
type question struct {
	account string
	report  *diff.Report // what changed since the capture before
	options diff.ActorOptions
	kept    memory
}

// askWho finds out in which regions a capture differs from the one before, and asks CloudTrail who did it. The write
// events that it reads are kept in the history. The other regions stay open until [exporter.askAgain], and so do these,
// since their youngest events may not be there yet.
func (e *exporter) askWho(ctx context.Context, s *snapshot.Snapshot) {
	account, note := s.AccountSet(), e.actorsNote()
	before, err := e.captureBefore(account, s, note)
	note.Captured = endOf(s)
	if err != nil {
		if !errors.Is(err, history.ErrNoCapture) {
			e.historyFailed("can't read the capture before, and who changed what since is not asked", err)
		}
		e.rememberActors(note)
		return
	}
	report, err := diff.Compare(ctx, before, s, e.options.Diff)
	if err != nil {
		report = new(diff.Report) // nothing that both saw
	}
	now := e.options.Now().UTC()
	q := question{account: account, report: detached(report), kept: e.memory(earlier(now.Add(-e.options.Retention), before.Cutoff))}
	q.options = diff.ActorOptions{Baseline: sideOf(before), Target: sideOf(s), Partition: s.Metadata.Partition}
	changed := changedRegions(report, s)
	var regions []string
	known := note.Open
	note.Open = make(map[string]openRegion) // without regions that are not there any more
	for _, region := range regionsOf(s, changed) {
		open, is := known[region]
		if changed[region] || is && now.Sub(open.Until) >= diff.Delivery {
			regions = append(regions, region)
		}
		if !is {
			if open.Since = untilOf(q.kept, account, region); open.Since.IsZero() {
				open.Since = before.Cutoff
			}
		}
		open.Until = endOf(s)
		note.Open[region] = open
	}
	e.rememberActors(note) // before it is asked: what a process that dies leaves open is asked by the next one
	e.question = &q
	e.ask(ctx, q, note, regions)
}

// askAgain asks CloudTrail for the write events that are missing yet up to the end of the last capture: of every region,
// so that there are no holes. It reports whether there were any.
func (e *exporter) askAgain(ctx context.Context) bool {
	note := e.actorsNote()
	q := question{account: e.state.accountID(), report: new(diff.Report), kept: e.memory(e.options.Now().UTC().Add(-e.options.Retention))}
	if e.question != nil {
		q = *e.question
	}
	if q.options.Baseline == nil { // an earlier process knew what changed
		q.options.Baseline = new(snapshot.Snapshot)
	}
	regions := slices.Sorted(maps.Keys(note.Open))
	e.ask(ctx, q, note, regions)
	return len(regions) > 0
}

// ask asks in regions that are open, and closes those of which nothing is missing any more.
func (e *exporter) ask(ctx context.Context, q question, note actorsNote, regions []string) {
	now := e.options.Now().UTC()
	if len(regions) == 0 || now.Before(e.pausedUntil) {
		return
	}
	q.options.Memory, q.options.Now = q.kept, e.options.Now
	for _, region := range regions {
		q.options.Gather = append(q.options.Gather, diff.Gather{AccountID: q.account, Region: region, Since: note.Open[region].Since})
	}
	failures := make(map[string]error)
	q.options.Failed = func(_, region string, err error) { failures[region] = err }
	limited, cancel := context.WithTimeout(ctx, e.options.CaptureTimeout)
	defer cancel()
	counts, err := e.options.Attribute(limited, q.account, q.report, q.options)
	e.state.called(counts)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		e.actorsFailed(err, true)
		return
	}
	for _, region := range regions {
		if failures[region] != nil {
			err = failures[region]
		} else if !untilOf(q.kept, q.account, region).Before(note.Open[region].Until) {
			delete(note.Open, region)
		}
	}
	if len(note.Open) == 0 {
		e.question = nil
	}
	if err != nil {
		e.actorsFailed(err, len(failures) >= len(regions))
	} else {
		note.Succeeded, e.actorsError = now, ""
	}
	e.rememberActors(note)
}

// detached is a report by which the captures are not kept in memory: a question waits for a while.
func detached(r *diff.Report) *diff.Report {
	own := func(r *snapshot.Resource) *snapshot.Resource {
		if r == nil {
			return nil
		}
		other := *r
		return &other
	}
	out := &diff.Report{Changes: slices.Clone(r.Changes)}
	for i := range out.Changes {
		c := &out.Changes[i]
		c.Baseline, c.Target = own(c.Baseline), own(c.Target)
	}
	return out
}

// sideOf is a capture without what it saw.
func sideOf(s *snapshot.Snapshot) *snapshot.Snapshot {
	return &snapshot.Snapshot{Cutoff: s.Cutoff, Accounts: s.Accounts, Metadata: snapshot.Metadata{CreatedAt: s.Metadata.CreatedAt}}
}

func (e *exporter) memory(since time.Time) memory {
	return memory{store: e.store, since: since, failed: func(err error) { e.historyFailed("can't keep who changed things", err) }}
}

// captureBefore is the last capture that was asked about; without one, that before a capture.
func (e *exporter) captureBefore(account string, s *snapshot.Snapshot, note actorsNote) (*snapshot.Snapshot, error) {
	at := note.Captured
	if limit := endOf(s).Add(-time.Nanosecond); at.IsZero() || at.After(limit) {
		at = limit
	}
	before, _, err := e.store.At(account, at)
	return before, err
}

// actorsFailed logs why CloudTrail could not be asked, once for each reason. Where that is a refusal it is asked again no
// sooner than in a day: every refused call shows in the account's own log.
func (e *exporter) actorsFailed(err error, everywhere bool) {
	reason, message := err.Error(), "who changed things could not be asked, and is asked again after the next capture"
	if diff.Denied(err) {
		reason, message = "denied", "who changes things is not kept: cloudtrail:LookupEvents is refused; --no-actors leaves it out" // errors name the request
		if everywhere {
			e.pausedUntil = e.options.Now().Add(deniedPause)
		}
	}
	if reason != e.actorsError {
		e.actorsError = reason
		e.options.Logger.Warn(message, "error", err)
	}
}

// changedRegions are the regions in which CloudTrail has the changes of a report.
func changedRegions(r *diff.Report, s *snapshot.Snapshot) map[string]bool {
	regions := make(map[string]bool)
	for _, change := range r.Changes {
		switch {
		case change.Change == diff.Unknown || change.Change == diff.Outside:
		case change.Region == snapshot.Global || change.Region == "":
			regions[diff.HomeRegion(s.Metadata.Partition)] = true
		default:
			regions[change.Region] = true
		}
	}
	return regions
}

// regionsOf are the regions that a capture saw something of, since others would refuse, and those with changes.
func regionsOf(s *snapshot.Snapshot, changed map[string]bool) []string {
	regions := slices.Collect(maps.Keys(changed))
	for _, c := range s.Coverage {
		if c.State != snapshot.Complete && c.State != snapshot.Partial {
			continue
		}
		if region := c.Region; region != snapshot.Global {
			regions = append(regions, region)
		} else {
			regions = append(regions, diff.HomeRegion(s.Metadata.Partition))
		}
	}
	slices.Sort(regions)
	return slices.Compact(regions)
}

// untilOf is the end of the latest time of which all events of a region are kept.
func untilOf(kept memory, account, region string) (until time.Time) {
	for _, r := range kept.Recall(account, region, "") {
		if r.Until.After(until) {
			until = r.Until
		}
	}
	return until
}

func (e *exporter) actorsNote() actorsNote {
	var note actorsNote
	data, err := e.store.Recall(actorsNoteName)
	if err == nil && data != nil {
		err = json.Unmarshal(data, &note)
	}
	if err != nil {
		e.historyFailed("can't recall since when who changed things is to be asked", err)
		note = actorsNote{}
	}
	if note.Open == nil {
		note.Open = make(map[string]openRegion)
	}
	return note
}

func (e *exporter) rememberActors(note actorsNote) {
	data, err := json.Marshal(note)
	if err == nil {
		err = e.store.Remember(actorsNoteName, data)
	}
	if err != nil {
		e.historyFailed("can't remember since when who changed things is to be asked", err)
	}
	e.state.setActors(note.Succeeded)
}

func (e *exporter) historyFailed(what string, err error) {
	e.state.historyFailed()
	e.options.Logger.Error(what, "error", err)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
