package restore

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// ApplyOptions say how to apply a plan.
type ApplyOptions struct {
	Journal string        // the journal's file
	Wait    time.Duration // how long what AWS accepted may take to go; 0 is [DefaultWait]
	// Pause waits between two looks; nil is a pause that grows from half a second to fifteen.
	Pause func(ctx context.Context, look int) error
	// OnRecord, if any, is told what became of every action, as the journal is. It is called by one goroutine at a time.
	OnRecord func(Action, Record)

	createJournal func(path string) (journalFile, error) // nil is a file; tests interrupt here
}

// DefaultWait bounds how long a deletion may take.
const DefaultWait = 30 * time.Minute

// deletesAtOnce bounds the deletions under way.
const deletesAtOnce = 8

// Outcome is what an apply did.
type Outcome struct {
	Results []Result     `json:"results"`
	Report  *diff.Report `json:"report"` // the fresh comparison that proves it
}

// Result is what became of one action.
type Result struct {
	Action Action `json:"action"`
	State  State  `json:"state"`
	Reason string `json:"reason,omitempty"`
}

// Count counts the results in a state.
func (o *Outcome) Count(state State) int {
	n := 0
	for _, result := range o.Results {
		if result.State == state {
			n++
		}
	}
	return n
}

// Apply does what a plan says and nothing else. It captures first and goes on only with actions that a plan made now
// would hold too, on a resource whose unique id, configuration and tags are as planned; the guards are asked again
// before every deletion. It continues after errors; what names, uses or made something that turns out to stay is then
// held as it would have been in the plan. A run that was interrupted is taken up by calling it again with the
// same journal. At the end a fresh capture is compared with the baseline.
func Apply(ctx context.Context, account Account, baseline *snapshot.Snapshot, plan *Plan, options ApplyOptions) (*Outcome, error) {
	if plan.AccountID != account.Session.AccountID {
		return nil, fmt.Errorf("%w: the plan is for account %s, the credentials are of account %s; use that account's profile",
			ErrOtherAccount, plan.AccountID, account.Session.AccountID)
	}
	if options.Wait == 0 {
		options.Wait = DefaultWait
	}
	if options.Pause == nil {
		options.Pause = pause
	}
	if options.createJournal == nil {
		options.createJournal = appendTo
	}
	lock, err := lockJournal(options.Journal)
	if err != nil {
		return nil, err
	}
	defer lock.Unlock()
	j, err := readJournal(options.Journal, plan.Digest)
	if err != nil {
		return nil, err
	}
	now, err := rejudge(ctx, account, baseline, plan, j)
	if err != nil {
		return nil, err
	}
	if err := j.open(options.Journal, plan.Digest, options.createJournal); err != nil {
		return nil, err
	}
	defer j.close()
	r := newRunner(account, plan, now, j, options)
	if err := r.run(ctx); err != nil {
		return nil, err
	}
	live, err := account.Capture(ctx, nil)
	if err != nil {
		return nil, err
	}
	report, _, err := compare(ctx, account, baseline, live)
	if err != nil {
		return nil, err
	}
	report.HideOwned()
	return &Outcome{Results: r.results(), Report: report}, nil
}

func pause(ctx context.Context, look int) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(min(500*time.Millisecond<<min(look, 5), 15*time.Second)):
		return nil
	}
}

// Rejudge is what of a plan an apply would do now. It changes nothing. It takes no notice of a journal: what an apply
// that was interrupted has changed itself counts as changed.
func Rejudge(ctx context.Context, account Account, baseline *snapshot.Snapshot, plan *Plan) (*Plan, error) {
	return rejudge(ctx, account, baseline, plan, new(journal))
}

func rejudge(ctx context.Context, account Account, baseline *snapshot.Snapshot, plan *Plan, j *journal) (*Plan, error) {
	if baseline.Digest != plan.Baseline.Digest {
		return nil, fmt.Errorf("the baseline %s is not the one that the plan was made from; make a new plan", baseline.Name)
	}
	keys, deletions := make(map[string]bool, len(plan.Actions)), make(map[string]*Action, len(plan.Actions))
	for i := range plan.Actions {
		action := &plan.Actions[i]
		if action.Do == Delete {
			keys[action.Key], deletions[action.Key] = true, action
		}
	}
	e := newEffects(plan, j)
	return build(ctx, account, baseline, plan.Filter, keys, func(r *snapshot.Resource, there func(string) bool) string {
		if action := deletions[r.Key]; action != nil {
			return changed(action, r, e.on(r.Key, there))
		}
		return ""
	})
}

// changed says why a resource is not the one that was planned. Touched says that this plan began what may change its
// configuration.
func changed(planned *Action, r *snapshot.Resource, touched bool) string {
	switch {
	case planned.UniqueID != r.UniqueID, r.UniqueID == "" && !sameTime(planned.CreatedAt, r.CreatedAt):
		return "it was made anew since the plan"
	case !maps.Equal(planned.Tags, r.Tags):
		return "its tags changed since the plan"
	case !touched && planned.ConfigurationHash != r.ConfigurationHash:
		return "its configuration changed since the plan"
	}
	return ""
}

func sameTime(a, b *time.Time) bool {
	return a == b || a != nil && b != nil && a.Equal(*b)
}
