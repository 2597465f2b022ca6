package diff

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Options say how to compare.
type Options struct {
	Rules snapshot.Rules
	// Whole is the baseline as it was before [snapshot.Snapshot.Narrow], where it was narrowed: owners are looked for there.
	Whole *snapshot.Snapshot
	// Live says that the target was captured just now. Scopes of the baseline that it lacks are gaps then; between two
	// snapshots they were a choice and become a note.
	Live bool
	// Reread, for live targets, captures scopes once more: AWS is eventually consistent. What looks added or removed is
	// looked at again before it is said, and so are tags that were read where changes show late.
	Reread func(ctx context.Context, scopes []string) (*snapshot.Snapshot, error)
	// IgnoreTags are the globs of tag keys that don't count.
	IgnoreTags []string
	// Ignore are somebody's own rules of what doesn't count.
	Ignore []Ignore
	// ShowIgnored keeps what rules hid, in [Report.Ignored].
	ShowIgnored bool
	// AcceptGaps are gaps of the baseline that somebody knows of and lives with; AcceptAllGaps accepts every one that the
	// baseline has.
	AcceptGaps    []AcceptedGap
	AcceptAllGaps bool
	// Now is the time by which rules and approvals expire. Zero is the clock's, and for the approvals of a baseline that is
	// compared with a live account that of the capture.
	Now time.Time
	// ShowOwned keeps owned resources that come and go among the changes, marked.
	ShowOwned bool
}

// Compare compares a target with a baseline. Accounts that only one of them has are not compared, but for those that
// joined the organisation of a baseline that meant all of them: they count as empty then. The error is [ErrNothingShared] where the two looked
// at nothing in common.
func Compare(ctx context.Context, baseline, target *snapshot.Snapshot, options Options) (*Report, error) {
	if options.Whole != nil {
		options.Whole, _ = inForce(options.Whole, target, options)
	}
	baseline, target = inForce(baseline, target, options)
	c := newComparison(baseline, target, options)
	targets := target.AccountIDs()
	if !slices.ContainsFunc(targets, func(id string) bool { return slices.Contains(baseline.AccountIDs(), id) || baseline.JoinedSince(id) }) {
		return nil, fmt.Errorf("%w: the baseline is of account %s and the target of account %s", ErrNothingShared, baseline.AccountSet(), target.AccountSet())
	}
	if err := c.checkShared(); err != nil {
		return nil, err
	}
	c.resources()
	if err := c.reread(ctx); err != nil {
		return nil, err
	}
	return c.report(), nil
}

// comparison holds one comparison on its way.
type comparison struct {
	options          Options
	baseline, target *snapshot.Snapshot
	inBaseline       map[string]*snapshot.Resource
	inTarget         map[string]*snapshot.Resource
	baselineStubs    map[string]snapshot.Stub
	targetStubs      map[string]snapshot.Stub
	baselineScopes   map[string]snapshot.Coverage
	targetScopes     map[string]snapshot.Coverage
	known            [2]map[string]*shape             // by kind: what each side's collector knew
	ids              [2]map[string]*snapshot.Resource // made by byID
	approved         [2]map[string]*shape             // by key: what the collectors of approved states knew

	owners ownership

	ignoring    ignoring
	ignored     []Ignored
	hiding      []Change // of places that rules of the user's hid
	changes     []Change
	doubtful    []Change // to be read once more
	second      bool     // that was done
	summary     Summary
	otherKey    int            // values masked under different keys
	notCompared map[string]int // kind → properties that one side could not know
	skipped     map[string]int // why scopes are not compared → how many
	leftOut     map[string]int // why resources are not compared → how many
	dated       map[string]int // kind → resources of which only a date that can move did
	cutoffs     map[string]time.Time
}

func newComparison(baseline, target *snapshot.Snapshot, options Options) *comparison {
	c := &comparison{
		options: options, baseline: baseline, target: target,
		inBaseline: byKey(baseline), inTarget: byKey(target),
		baselineStubs: stubs(baseline), targetStubs: stubs(target),
		baselineScopes: baseline.CoverageByScope(), targetScopes: target.CoverageByScope(),
		notCompared: make(map[string]int), skipped: make(map[string]int), leftOut: make(map[string]int),
		dated: make(map[string]int), cutoffs: make(map[string]time.Time), ignoring: newIgnoring(options.Ignore, options.now()),
	}
	c.known = [2]map[string]*shape{shapes(baseline.KnownPaths), shapes(target.KnownPaths)}
	c.approved = [2]map[string]*shape{approvedShapes(baseline), approvedShapes(target)}
	whole := baseline
	if options.Whole != nil {
		whole = options.Whole
	}
	c.owners = baselineOwners(whole, baseline, target)
	return c
}

func byKey(s *snapshot.Snapshot) map[string]*snapshot.Resource {
	index := make(map[string]*snapshot.Resource, len(s.Resources))
	for i := range s.Resources {
		index[s.Resources[i].Key] = &s.Resources[i]
	}
	return index
}

func stubs(s *snapshot.Snapshot) map[string]snapshot.Stub {
	index := make(map[string]snapshot.Stub, len(s.Stubs))
	for _, stub := range s.Stubs {
		index[stub.Key] = stub
	}
	return index
}

// resources goes through both sides once.
func (c *comparison) resources() {
	for i := range c.baseline.Resources {
		old := &c.baseline.Resources[i]
		if found := c.inTarget[old.Key]; found != nil {
			c.present(old, found)
		} else {
			c.absent(old)
		}
	}
	for i := range c.target.Resources {
		found := &c.target.Resources[i]
		if c.inBaseline[found.Key] == nil {
			c.fresh(found)
		}
	}
	for i := range c.target.Stubs {
		c.freshStub(&c.target.Stubs[i])
	}
}

// reread looks once more at the scopes of what seems added or removed. Without a Reread the first look stands.
func (c *comparison) reread(ctx context.Context) error {
	if len(c.doubtful) == 0 || c.options.Reread == nil {
		c.changes = append(c.changes, c.doubtful...)
		return nil
	}
	scopes := make(map[string]bool)
	for _, change := range c.doubtful {
		scopes[resourceOf(change).Scope] = true
	}
	again, err := c.options.Reread(ctx, slices.Sorted(maps.Keys(scopes)))
	if err != nil {
		return err
	}
	c.second = true
	now, coverage := byKey(again), again.CoverageByScope()
	for _, change := range c.doubtful {
		scope, found := coverage[resourceOf(change).Scope], now[change.Key]
		switch {
		case found == nil && scope.State != snapshot.Complete:
			c.unknown(change.Baseline, change.Target, "the second look failed: "+scope.Why())
		case change.Baseline != nil && found != nil:
			c.present(change.Baseline, found)
		case change.Change == Modified:
			c.changes = append(c.changes, changeOf(Removed, change.Baseline, nil)) // it went while we looked
		case change.Change != Removed && found == nil:
			// It came and went while we looked.
		default:
			c.changes = append(c.changes, change)
		}
	}
	return nil
}

func resourceOf(change Change) *snapshot.Resource {
	if change.Target != nil {
		return change.Target
	}
	return change.Baseline
}

func changeOf(class Class, old, found *snapshot.Resource) Change {
	r := found
	if r == nil {
		r = old
	}
	return Change{
		Change: class, Key: r.Key, ARN: r.ARN, Kind: r.Kind, ID: r.ID, Name: r.Name, AccountID: r.AccountID, Region: r.Region,
		CreatedAt: r.CreatedAt, Marks: slices.Clone(r.Marks), Owner: r.Owner, Baseline: old, Target: found,
	}
}

// report puts everything in order.
func (c *comparison) report() *Report {
	c.ignoreResources()
	c.tellLapsed()
	gaps := c.acceptGaps(c.gaps())
	notes := c.notes() // which completes the summary
	r := &Report{
		Document: Document, SchemaVersion: snapshot.SchemaVersion,
		Baseline: side(c.baseline, false), Target: side(c.target, c.options.Live),
		Coverage: gaps, Changes: c.changes, Summary: c.summary, Notes: notes, NoiseVersion: NoiseVersion, Ignored: c.ignored,
	}
	slices.SortStableFunc(r.Ignored, func(a, b Ignored) int { return strings.Compare(a.Key, b.Key) })
	if r.Changes == nil {
		r.Changes = []Change{}
	}
	order := make(map[Class]int)
	for i, class := range Classes() {
		order[class] = i
	}
	slices.SortFunc(r.Changes, func(a, b Change) int {
		if d := strings.Compare(a.Kind, b.Kind); d != 0 {
			return d
		}
		if d := strings.Compare(a.Region, b.Region); d != 0 {
			return d
		}
		if d := order[a.Change] - order[b.Change]; d != 0 {
			return d
		}
		return strings.Compare(a.Key, b.Key)
	})
	c.addFindings(r.Changes)
	if !c.options.ShowOwned {
		r.hideOwned(c.unlikeSiblings())
	}
	r.count()
	return r
}

func side(s *snapshot.Snapshot, live bool) Side {
	out := Side{Name: s.Name, Live: live, Digest: s.Digest, Edited: s.Edited, Cutoff: s.Cutoff, AccountIDs: []string{}, Resources: len(s.Resources)}
	for _, account := range s.Accounts {
		out.AccountIDs = append(out.AccountIDs, account.AccountID)
	}
	return out
}
