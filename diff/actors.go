package diff

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"golang.org/x/sync/errgroup"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// ActorOptions say where to ask who made the changes of a report.
type ActorOptions struct {
	// Baseline and Target are the two sides of the report, of which the cut-offs are used; a nil target is live.
	Baseline, Target *snapshot.Snapshot
	// Config is that of a session in an account, which limits and retries calls; nil asks CloudTrail nothing.
	Config func(ctx context.Context, accountID string) (aws.Config, error)
	// Partition is the session's; empty is aws.
	Partition string
	// Trail has a trail's log files below its root, or below AWSLogs there; nil for none. With it CloudTrail itself is asked
	// only for what is too young to be in a log file, and only for live reports.
	Trail fs.FS
	// TrailName is what notes call the trail.
	TrailName string
	// Kinds are all kinds with the other names that they have ("AWS::EC2::Volume", "ebs:volume").
	Kinds map[string][]string
	// Memory, if any, keeps events between runs. Where CloudTrail is not asked, and there is no trail, changes are named by
	// what it has.
	Memory Memory
	// Gather are times of which all write events are to be remembered, up to now, also where nothing changed. In these
	// regions resources are asked for by name only where MaxCalls does not suffice.
	Gather []Gather
	// Failed, if any, is told where CloudTrail could not be asked, and why, besides the notes. One call at a time.
	Failed func(accountID, region string, err error)
	// Lacking, if any, tells the errors that are not worth a note: there is no CloudTrail to ask.
	Lacking func(error) bool
	// MaxCalls bounds the calls in a region of an account; 0 is [DefaultMaxCalls].
	MaxCalls int
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Gather is a time of which all write events in a region are wanted.
type Gather struct {
	AccountID, Region string
	Since             time.Time
}

// DefaultMaxCalls is how many pages of events are read in a region: about a minute's worth at half of CloudTrail's two
// calls a second ("LookupEvents", CloudTrail API Reference).
const DefaultMaxCalls = 60

// regionsAtOnce bounds the regions of an account that are asked at the same time; each has a limit of its own.
const regionsAtOnce = 8

// Delivery is the time within which events can be looked up, and are in log files: typically 5 minutes, here with some to
// spare ("CloudTrail FAQs").
const Delivery = 20 * time.Minute

const (
	// retention is how long CloudTrail can be asked for events ("Working with CloudTrail event history").
	retention = 90 * 24 * time.Hour
	// around a creation date is where the event of a creation lies: dates are rounded, and some come with the first answer.
	around = 10 * time.Minute
)

// between is a time. to is zero for now.
type between struct{ from, to time.Time }

// between is the time between the two sides in an account, whichever is older. It lasts to the end of the later capture,
// which shows what changed while it went on.
func (o *ActorOptions) between(accountID string) between {
	b := between{from: o.Baseline.CutoffOf(accountID)}
	if o.Target != nil {
		later := o.Target
		if b.to = later.CutoffOf(accountID); b.to.Before(b.from) {
			b.from, b.to, later = b.to, b.from, o.Baseline
		}
		b.to = latest(b.to, later.Metadata.CreatedAt)
	}
	return b
}

// site is where CloudTrail is asked.
type site struct{ accountID, region string }

// Attribute says who made the changes of a report: it fills in their Actors, and sets Unattributed where all was read and
// nothing fits. Where CloudTrail can't be asked a note says so. The error is the context's.
func Attribute(ctx context.Context, r *Report, options ActorOptions) error {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.MaxCalls <= 0 {
		options.MaxCalls = DefaultMaxCalls
	}
	a := &attribution{options: options, now: options.Now().UTC(), failed: make(map[string][]site), some: make(map[site]bool), notes: make(map[string]bool)}
	sites := a.sites(r)
	accounts := make(map[string][]site)
	for _, at := range slices.SortedFunc(maps.Keys(sites), func(x, y site) int {
		return strings.Compare(x.accountID+"/"+x.region, y.accountID+"/"+y.region)
	}) {
		accounts[at.accountID] = append(accounts[at.accountID], at)
	}
	var group errgroup.Group
	group.SetLimit(regionsAtOnce)
	for _, id := range slices.Sorted(maps.Keys(accounts)) {
		group.Go(func() error { a.account(ctx, accounts[id], sites); return nil })
	}
	_ = group.Wait() // failures are notes
	if err := ctx.Err(); err != nil {
		return err
	}
	if n := a.maybeLate(r); n > 0 {
		r.Notes = append(r.Notes, fmt.Sprintf("CloudTrail shows calls up to %d minutes late: %s may be of such a call", int(Delivery.Minutes()),
			count(n, "unattributed change", "unattributed changes")))
	}
	r.Notes = append(r.Notes, a.sentences()...)
	return nil
}

// maybeLate is how many changes nobody is known for that may be so young that CloudTrail does not show the call yet.
func (a *attribution) maybeLate(r *Report) int {
	n, since := 0, a.now.Add(-Delivery)
	for i := range r.Changes {
		c := &r.Changes[i]
		if to := a.options.between(c.AccountID).to; !c.Unattributed || !to.IsZero() && !to.After(since) {
			continue
		}
		came := c.Change == Added || c.Change == Missed || c.Change == Replaced
		if came && c.Target != nil && c.Target.CreatedAt != nil && !c.Target.CreatedAt.After(since) && !c.Target.Marked(snapshot.MarkApproximateDate) {
			continue
		}
		n++
	}
	return n
}

// attribution is one run of [Attribute].
type attribution struct {
	options ActorOptions
	now     time.Time

	mutex  sync.Mutex
	failed map[string][]site // what CloudTrail said → where
	some   map[site]bool     // where what is remembered says who made some changes, and not all
	notes  map[string]bool
}

// sites sorts the changes by where they were recorded.
func (a *attribution) sites(r *Report) map[site]*suspects {
	w := newVocabulary(a.options.Kinds)
	sites := make(map[site]*suspects)
	for i := range r.Changes {
		change := &r.Changes[i]
		change.Actors, change.earlier, change.Unattributed = nil, nil, false
		switch change.Change {
		case Unknown, Outside:
			continue
		}
		at := site{change.AccountID, change.Region}
		if at.region == snapshot.Global || at.region == "" {
			at.region = HomeRegion(a.options.Partition)
		}
		time := a.options.between(change.AccountID)
		if change.Change == Missed { // it is older than the baseline
			if change.CreatedAt == nil {
				continue
			}
			time = between{change.CreatedAt.Add(-around), change.CreatedAt.Add(around)}
		}
		if sites[at] == nil {
			sites[at] = newSuspects(w)
		}
		sites[at].add(change, time.from, time.to)
	}
	for _, g := range a.options.Gather {
		at := site{g.AccountID, g.Region}
		if sites[at] == nil {
			sites[at] = newSuspects(w)
		}
		sites[at].gather = g.Since
	}
	return sites
}

// HomeRegion is where the events of a partition's global services are ("Global service events", CloudTrail User Guide).
func HomeRegion(partition string) string {
	switch partition {
	case "aws-cn":
		return "cn-north-1"
	case "aws-us-gov":
		return "us-gov-west-1"
	}
	return "us-east-1"
}

// account asks in the regions of an account, the first one alone: where that is denied, the others are not tried.
func (a *attribution) account(ctx context.Context, regions []site, sites map[site]*suspects) {
	var rest errgroup.Group
	rest.SetLimit(regionsAtOnce)
	for i, at := range regions {
		if i == 0 {
			err := a.region(ctx, at, sites[at])
			if Denied(err) || err != nil && a.options.Lacking != nil && a.options.Lacking(err) {
				a.fail(err, regions...)
				for _, other := range regions[1:] {
					a.untold(other, sites[other])
				}
				return
			} else if err != nil {
				a.fail(err, at)
			}
			continue
		}
		rest.Go(func() error {
			if err := a.region(ctx, at, sites[at]); err != nil {
				a.fail(err, at)
			}
			return nil
		})
	}
	_ = rest.Wait() // failures are notes
}

// region asks for the events of one region, from the trail, from CloudTrail or from both, and settles its changes.
func (a *attribution) region(ctx context.Context, at site, s *suspects) error {
	complete := true
	var failure error
	asked := a.options.Config != nil
	if a.options.Trail != nil {
		complete = a.trail(ctx, at, s)
		asked = asked && slices.ContainsFunc(s.all, func(one *suspect) bool { return one.to.IsZero() })
	}
	switch {
	case asked:
		l := a.lookup(at, s)
		all, err := l.run(ctx)
		failure, complete = err, complete && all && err == nil
		if failure != nil {
			for _, one := range s.all {
				one.known = false
			}
		}
	case a.options.Trail == nil:
		complete = a.lookup(at, s).recalled()
	}
	s.settle(complete)
	return failure
}

// untold settles a region where CloudTrail is not asked, since it refused to answer elsewhere.
func (a *attribution) untold(at site, s *suspects) {
	if a.options.Trail == nil {
		s.settle(a.lookup(at, s).recalled())
	}
}

func (a *attribution) lookup(at site, s *suspects) *lookup {
	return &lookup{attribution: a, at: at, suspects: s, early: make(map[string]bool)}
}

// partly files that what is remembered names some changes of a region, and not all.
func (a *attribution) partly(at site, all []*suspect) {
	if !slices.ContainsFunc(all, func(one *suspect) bool { return !one.known && len(one.found) == 0 }) {
		return
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.some[at] = true
}

// fail notes what CloudTrail said, once for all sites where it said so.
func (a *attribution) fail(err error, where ...site) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	for _, at := range where {
		if a.options.Failed != nil {
			a.options.Failed(at.accountID, at.region, err)
		}
	}
	if a.options.Lacking != nil && a.options.Lacking(err) {
		return
	}
	text := inOneLine(err)
	a.failed[text] = append(a.failed[text], where...)
}

func (a *attribution) note(format string, values ...any) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.notes[fmt.Sprintf(format, values...)] = true
}

// sentences are the notes for the report: one about all failures, and the others.
func (a *attribution) sentences() []string {
	var notes []string
	if len(a.failed) > 0 {
		var parts []string
		for _, why := range slices.Sorted(maps.Keys(a.failed)) {
			parts = append(parts, fmt.Sprintf("in %s: %s", places(slices.Values(a.failed[why])), why))
		}
		notes = append(notes, "who changed it is not known where CloudTrail could not be asked (cloudtrail:LookupEvents; --no-actors leaves it out): "+
			strings.Join(parts, "; "))
	}
	if len(a.some) > 0 {
		note := fmt.Sprintf("not all of CloudTrail's events of the time are kept of %s: who made the changes without a name is not known", places(maps.Keys(a.some)))
		if a.options.Config == nil {
			note += " (--actors asks CloudTrail)"
		}
		notes = append(notes, note)
	}
	return append(notes, slices.Sorted(maps.Keys(a.notes))...)
}

// places names sites in few words.
func places(sites iter.Seq[site]) string {
	accounts, regions := make(map[string]bool), make(map[string]bool)
	for at := range sites {
		accounts[at.accountID], regions[at.region] = true, true
	}
	return fmt.Sprintf("account %s, %s", few(accounts), few(regions))
}

// Denied reports whether AWS refused a call for want of permission.
func Denied(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && (strings.Contains(api.ErrorCode(), "AccessDenied") || strings.Contains(api.ErrorCode(), "Unauthorized"))
}

// inOneLine is an error as the reader of a report needs it. Texts of refusals name the caller and the resource, and are
// the same in every region but for that.
func inOneLine(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return strings.Join(strings.Fields(api.ErrorCode()+": "+api.ErrorMessage()), " ")
	}
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		err = operation.Err
	}
	return strings.Join(strings.Fields(err.Error()), " ")
}

// Unattributed is the word for changes that nobody is known for.
const Unattributed = "unattributed"

// by reports whether a change was made by one of those whom globs name; none name everybody.
func (c *Change) by(globs []string) bool {
	return len(globs) == 0 || slices.ContainsFunc(globs, func(glob string) bool {
		if glob == Unattributed {
			return len(c.Actors) == 0
		}
		return slices.ContainsFunc(slices.Concat(c.Actors, c.earlier), calledBy(glob))
	})
}

// calledBy reports whether a glob over principals' ARNs and sessions' names fits an actor.
func calledBy(glob string) func(Actor) bool {
	fits := Glob(glob)
	return func(a Actor) bool {
		return fits.MatchString(a.Principal) || (a.Session != "" && fits.MatchString(a.Session))
	}
}

// actorsUnknown reports whether CloudTrail could not tell everything about a change.
func (c *Change) actorsUnknown() bool { return len(c.Actors) == 0 && !c.Unattributed }
