package restore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// Account is the account that is restored, as the guards and deletions reach it.
type Account struct {
	Session *collect.Session
	Kinds   []*collect.Kind
	// Capture looks at every scope of the baseline, or only at those given.
	Capture func(ctx context.Context, scopes map[string]bool) (*snapshot.Snapshot, error)
}

func (a Account) kind(name string) *collect.Kind {
	for _, kind := range a.Kinds {
		if kind.Name == name {
			return kind
		}
	}
	return nil
}

// Build makes a plan: it captures the baseline's scopes, compares, and judges every addition. It changes nothing in AWS.
func Build(ctx context.Context, account Account, baseline *snapshot.Snapshot, filter Filter) (*Plan, error) {
	return build(ctx, account, baseline, filter, nil, nil)
}

// build narrows the plan to some keys, where only is not nil: what else was added counts as staying. So does what
// changed says is no longer what was planned.
func build(ctx context.Context, account Account, baseline *snapshot.Snapshot, filter Filter, only map[string]bool,
	changed func(r *snapshot.Resource, there func(key string) bool) string,
) (*Plan, error) {
	if baseline.Edited {
		return nil, fmt.Errorf("%w: %s", ErrEdited, baseline.Name)
	}
	if ids := baseline.AccountIDs(); len(ids) > 1 {
		return nil, fmt.Errorf("%w: the baseline %s is of several accounts (%d), and restore works on the baseline of one; make one with that account's profile",
			ErrOtherAccount, baseline.Name, len(ids))
	}
	if set := baseline.AccountSet(); set != account.Session.AccountID {
		return nil, fmt.Errorf("%w: the baseline %s is of account %s, the credentials are of account %s; use that account's profile",
			ErrOtherAccount, baseline.Name, set, account.Session.AccountID)
	}
	live, err := account.Capture(ctx, nil)
	if err != nil {
		return nil, err
	}
	baseline = baseline.InForce(live.Cutoff) // by AWS's clock
	report, again, err := compare(ctx, account, baseline, live)
	if err != nil {
		return nil, err
	}
	dropGone(live, again)
	b := &builder{account: account, baseline: baseline, live: live, report: report, filter: filter, only: only, changed: changed}
	if only == nil {
		if err := b.checkExcluded(); err != nil {
			return nil, err
		}
	}
	plan, err := b.plan(ctx)
	if err != nil {
		return nil, err
	}
	report.HideOwned()
	plan.CreatedAt = time.Now().UTC().Truncate(time.Second)
	return plan, nil
}

// compare shows owned resources too: what an added owner made goes after it. Again is the second look at some scopes, or
// nil if there was none.
func compare(ctx context.Context, account Account, baseline, live *snapshot.Snapshot) (report *diff.Report, again *snapshot.Snapshot, err error) {
	report, err = diff.Compare(ctx, baseline, live, diff.Options{
		Rules: collect.Rules(account.Kinds), Live: true, ShowOwned: true,
		Reread: func(ctx context.Context, scopes []string) (*snapshot.Snapshot, error) {
			again, err = account.Capture(ctx, snapshot.ScopeSet(scopes))
			return again, err
		},
	})
	return report, again, err
}

// dropGone takes out what went between two looks: it names, uses and owns nothing any more. The resources are copied,
// since a report points at them.
func dropGone(live, again *snapshot.Snapshot) {
	if again == nil {
		return
	}
	coverage, present, gone := again.CoverageByScope(), make(map[string]bool, len(again.Resources)), make(map[string]bool)
	for i := range again.Resources {
		present[again.Resources[i].Key] = true
	}
	live.Resources = slices.DeleteFunc(slices.Clone(live.Resources), func(r snapshot.Resource) bool {
		gone[r.Key] = coverage[r.Scope].State == snapshot.Complete && !present[r.Key]
		return gone[r.Key]
	})
	for i := range live.Resources {
		r := &live.Resources[i]
		if r.Owner != nil && gone[r.Owner.Key] {
			r.Owner = nil
		}
		if slices.ContainsFunc(r.References, func(ref snapshot.Reference) bool { return gone[ref.Key] }) {
			r.References = slices.Clone(r.References)
			for n := range r.References {
				if gone[r.References[n].Key] {
					r.References[n].Key = ""
				}
			}
		}
	}
}

type builder struct {
	account        Account
	baseline, live *snapshot.Snapshot
	report         *diff.Report
	filter         Filter
	only           map[string]bool
	changed        func(r *snapshot.Resource, there func(key string) bool) string

	members    map[string]bool               // keys of the baseline's resources
	byKey      map[string]*snapshot.Resource // what is live
	candidates map[string]*snapshot.Resource
	reasons    map[string]string // why a candidate was added
	held       map[string]string // candidates that stay, and why
	unchosen   map[string]bool   // those held that may go along with their owner
	begun      map[string]bool   // candidates whose deletion was begun, in an apply: nothing holds them any more
}

func (b *builder) plan(ctx context.Context) (*Plan, error) {
	p := &Plan{
		Document: Document, SchemaVersion: snapshot.SchemaVersion, AccountID: b.account.Session.AccountID,
		CallerARN: b.account.Session.CallerARN, Filter: b.filter, Coverage: b.report.Coverage, Report: b.report,
		Baseline: BaselineID{Name: b.baseline.Name, Digest: b.baseline.Digest, Cutoff: b.baseline.Cutoff},
		Actions:  []Action{}, Held: []Held{}, Left: []Left{},
	}
	b.candidates, b.reasons, b.held = make(map[string]*snapshot.Resource), make(map[string]string), make(map[string]string)
	b.byKey = make(map[string]*snapshot.Resource, len(b.live.Resources))
	for i := range b.live.Resources {
		b.byKey[b.live.Resources[i].Key] = &b.live.Resources[i]
	}
	b.unchosen, b.begun = make(map[string]bool), make(map[string]bool)
	b.members = make(map[string]bool, len(b.baseline.Resources))
	for i := range b.baseline.Resources {
		b.members[b.baseline.Resources[i].Key] = true
	}
	for _, change := range b.report.Changes {
		switch change.Change {
		case diff.Added: // and so seen on both looks
			b.candidates[change.Key] = b.byKey[change.Key]
			b.reasons[change.Key] = "not in the baseline"
			if change.Reason != "" {
				b.reasons[change.Key] += "; " + change.Reason
			}
		case diff.Missed, diff.Unknown:
			p.Held = append(p.Held, heldOf(change, change.Reason))
		case diff.Removed, diff.Modified, diff.Replaced:
			p.Left = append(p.Left, leftOf(change))
		}
	}
	b.choose()
	if err := b.guard(ctx); err != nil {
		return nil, err
	}
	b.holdRelated()
	actions, stuck := b.order()
	for len(stuck) > 0 { // what can't be ordered stays, and with it what it names
		for key, reason := range stuck {
			b.hold(key, reason, false)
		}
		b.holdRelated()
		actions, stuck = b.order()
	}
	p.Actions, p.judge = actions, b
	p.Notes = b.notes(actions)
	for _, change := range b.report.Changes {
		if reason, ok := b.held[change.Key]; ok && change.Change == diff.Added {
			p.Held = append(p.Held, heldOf(change, reason))
		}
	}
	slices.SortFunc(p.Held, func(x, y Held) int { return strings.Compare(x.Key, y.Key) })
	p.Summary = PlanSummary{Held: len(p.Held), Left: len(p.Left), Gaps: len(p.Coverage)}
	for _, action := range actions {
		if action.Do == Delete {
			p.Summary.Deletions++
		}
	}
	return p, nil
}

// notes say what nobody looked at that may use what goes. AWS protects little of it.
func (b *builder) notes(actions []Action) []string {
	if len(actions) == 0 {
		return nil
	}
	var notes []string
	kinds := make(map[string]bool)
	for _, c := range b.baseline.Coverage {
		kinds[c.Kind] = true
	}
	if n := len(b.account.Kinds); len(kinds) < n {
		notes = append(notes, fmt.Sprintf("The baseline looked at %d of %d types: resources of the others may use what this plan deletes.", len(kinds), n))
	}
	global := slices.ContainsFunc(actions, func(a Action) bool { return a.Region == snapshot.Global || a.Kind == "s3:bucket" })
	for _, account := range b.baseline.Accounts {
		if global && !account.AllRegions {
			notes = append(notes, "The baseline looked at some regions only: resources in the others may use the global ones that this plan deletes (roles, policies, buckets).")
		}
	}
	return notes
}

// planned reports whether a key is a candidate that nothing holds.
func (b *builder) planned(key string) bool {
	return b.candidates[key] != nil && b.held[key] == ""
}

// choose applies the filter. What is excluded stays whatever happens; what merely was not chosen may go along with its
// owner.
func (b *builder) choose() {
	for key, r := range b.candidates {
		switch {
		case b.excluded(r) != "":
			b.hold(key, b.excluded(r), false)
		case len(b.filter.Kinds) > 0 && !slices.Contains(b.filter.Kinds, r.Kind):
			b.hold(key, "not among the chosen types", true)
		case len(b.filter.Regions) > 0 && r.Region != snapshot.Global && !slices.Contains(b.filter.Regions, r.Region):
			b.hold(key, "not in the chosen regions", true)
		case b.only != nil && !b.only[key]:
			b.hold(key, "not in the plan", true)
		}
	}
}

// checkExcluded refuses an exclusion of nothing: a name that was mistyped would let go what it was to keep.
func (b *builder) checkExcluded() error {
	for _, name := range b.filter.Exclude {
		is := func(r snapshot.Resource) bool { return calls(name, &r) }
		if slices.ContainsFunc(b.live.Resources, is) || slices.ContainsFunc(b.baseline.Resources, is) {
			continue
		}
		hint := ""
		if strings.Contains(name, ",") {
			hint = "; give --exclude once for each"
		}
		if len(b.report.Coverage) > 0 {
			hint += fmt.Sprintf("; %d scopes could not be seen wholly, and nothing of these is deleted", len(b.report.Coverage))
		}
		return fmt.Errorf("%w: %q is no ARN, key or id of anything that was seen%s", ErrNothingExcluded, name, hint)
	}
	return nil
}

// calls reports whether a name that a user gave is a resource's ARN, key or id.
func calls(name string, r *snapshot.Resource) bool {
	return name != "" && (name == r.ARN || name == r.Key || name == r.ID)
}

// excluded says what excludes a resource, or "".
func (b *builder) excluded(r *snapshot.Resource) string {
	if slices.ContainsFunc(b.filter.Exclude, func(name string) bool { return calls(name, r) }) {
		return "excluded by --exclude"
	}
	if rule, ok := diff.IgnoredBy(b.filter.Ignore, r, time.Now()); ok {
		return "ignored by the configuration, " + rule.Name + ": " + rule.Reason
	}
	if len(b.filter.ExcludeTags) > 0 && r.Unread(snapshot.TagsPath) {
		return "its tags could not be read, so --exclude-tag can't be applied"
	}
	for _, tag := range slices.Sorted(maps.Keys(b.filter.ExcludeTags)) {
		value := b.filter.ExcludeTags[tag]
		if have, ok := r.Tags[tag]; ok && (value == "*" || have == value) {
			return "excluded by --exclude-tag " + tag + "=" + value
		}
	}
	return ""
}

func heldOf(c diff.Change, reason string) Held {
	return Held{Key: c.Key, ARN: c.ARN, Kind: c.Kind, ID: c.ID, Name: c.Name, Region: c.Region, Change: c.Change, Reason: reason}
}

func leftOf(c diff.Change) Left {
	left := Left{Key: c.Key, ARN: c.ARN, Kind: c.Kind, ID: c.ID, Name: c.Name, Region: c.Region, Change: c.Change}
	for _, property := range c.Properties {
		left.Properties = append(left.Properties, property.Path)
	}
	return left
}
