package restore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// runner carries out the actions: each as soon as those before it are gone.
type runner struct {
	account Account
	options ApplyOptions
	journal *journal
	actions []Action
	live    map[string]*snapshot.Resource // as last seen
	state   map[int]*Record               // by index of the action; nil while it waits
	pending map[int]time.Time             // accepted, or to be tried again: since when
	blocked map[int]int                   // looks that found something else in the way
}

func newRunner(account Account, plan, now *Plan, j *journal, options ApplyOptions) *runner {
	r := &runner{
		account: account, options: options, journal: j, actions: plan.Actions,
		live: make(map[string]*snapshot.Resource), state: make(map[int]*Record), pending: make(map[int]time.Time), blocked: make(map[int]int),
	}
	for i := range now.live.Resources {
		r.live[now.live.Resources[i].Key] = &now.live.Resources[i]
	}
	unseen := make(map[string]string)
	for _, gap := range now.Coverage {
		unseen[gap.Scope] = gap.Reason
	}
	current := make(map[string]bool)
	for _, action := range now.Actions {
		current[action.Key] = true
	}
	held := make(map[string]string)
	for _, h := range now.Held {
		held[h.Key] = h.Reason
	}
	for i, action := range plan.Actions {
		switch {
		case unseen[action.Scope] != "":
			r.state[i] = &Record{State: Skipped, Reason: "its scope was not seen wholly: " + unseen[action.Scope]}
		case r.live[action.Key] == nil: // already gone
		case r.changed(action, r.live[action.Key]) != "":
			r.state[i] = &Record{State: Skipped, Reason: r.changed(action, r.live[action.Key])}
		case current[action.Key]:
		case held[action.Key] != "":
			r.state[i] = &Record{State: Skipped, Reason: held[action.Key]}
		default:
			r.state[i] = &Record{State: Skipped, Reason: "it is no longer an addition to the baseline"}
		}
	}
	return r
}

// run goes in rounds: start what is ready, look at what is pending, until nothing is left or can go on.
func (r *runner) run(ctx context.Context) error {
	for i, record := range r.state {
		if err := r.note(i, *record); err != nil {
			return err
		}
	}
	for look := 0; ; look++ {
		ready := r.ready()
		if err := r.start(ctx, ready); err != nil {
			return err
		}
		if len(r.pending) == 0 && len(ready) == 0 {
			return r.giveUp()
		}
		if len(r.pending) > 0 {
			if look > 0 || len(ready) == 0 {
				if err := r.options.Pause(ctx, look); err != nil {
					return err
				}
			}
			if err := r.look(ctx); err != nil {
				return err
			}
		}
	}
}

// ready lists the actions that wait for nothing.
func (r *runner) ready() []int {
	open := make(map[string]bool) // keys not gone yet
	early := false
	for i, action := range r.actions {
		record := r.state[i]
		done := record != nil && (record.State == Gone || record.State == Undone)
		if !done && action.Do == Delete {
			open[action.Key] = true
		}
		if !r.finished(i) && !r.late(action) {
			early = true
		}
	}
	var ready []int
	for i, action := range r.actions {
		if r.state[i] != nil {
			continue
		}
		if _, waits := r.pending[i]; waits {
			continue
		}
		blocked := r.late(action) && early
		for _, before := range action.After {
			blocked = blocked || open[before]
		}
		for k, other := range r.actions {
			if action.Do == Delete && other.Do == Unlink && !r.finished(k) {
				blocked = true
			}
		}
		if !blocked {
			ready = append(ready, i)
		}
	}
	return ready
}

func (r *runner) late(action Action) bool {
	kind := r.account.kind(action.Kind)
	return kind != nil && kind.Late
}

func (r *runner) finished(i int) bool { return r.state[i] != nil && r.state[i].State != Accepted }

// start carries out actions, several at once.
func (r *runner) start(ctx context.Context, ready []int) error {
	records := make([]Record, len(ready))
	var group errgroup.Group
	group.SetLimit(deletesAtOnce)
	for n, i := range ready {
		group.Go(func() error {
			record, err := r.do(ctx, r.actions[i])
			records[n] = record
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for n, i := range ready {
		record := records[n]
		switch record.State {
		case Accepted, "":
			if _, known := r.pending[i]; !known {
				r.pending[i] = time.Now()
			}
			if record.State == Accepted {
				r.state[i] = &record
			}
		default:
			delete(r.pending, i)
			r.state[i] = &record
		}
		if record.State != "" {
			if err := r.note(i, record); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// do makes one action's calls. An empty state means: try again once others are gone. The error is the journal's.
func (r *runner) do(ctx context.Context, action Action) (Record, error) {
	resource := r.live[action.Key]
	if resource == nil {
		return Record{State: Gone, Reason: "already gone"}, nil
	}
	if why := r.changed(action, resource); why != "" {
		return Record{State: Skipped, Reason: why}, nil
	}
	if why := r.account.protection(ctx, resource); why != "" {
		return Record{State: Skipped, Reason: why}, nil
	}
	if ctx.Err() != nil {
		return Record{State: Skipped, Reason: "interrupted"}, nil
	}
	if err := r.journal.write(Record{Do: action.Do, Key: action.Key, State: Started}); err != nil {
		return Record{}, err
	}
	kind, scope := r.account.kind(action.Kind), r.account.scope(ctx, resource)
	var err error
	if action.Do == Unlink {
		err = kind.Unlink(scope, resource, *action.Reference)
	} else {
		err = kind.Delete(scope, resource)
	}
	if err == nil {
		err = scope.Err()
	}
	switch {
	case err == nil && action.Do == Unlink:
		return Record{State: Undone}, nil
	case err == nil:
		return Record{State: Accepted}, nil
	}
	switch collect.Classify(err) {
	case collect.ClassNotFound:
		return Record{State: Gone, Reason: "already gone"}, nil
	case collect.ClassInUse:
		return Record{Reason: collect.Describe(err)}, nil
	}
	return Record{State: Failed, Reason: collect.Describe(err)}, nil
}

// changed says why a resource is not the one that was planned. What this plan began to delete, or what named it, may
// have changed its configuration.
func (r *runner) changed(action Action, resource *snapshot.Resource) string {
	switch {
	case action.UniqueID != resource.UniqueID:
		return "it was made anew since the plan"
	case !maps.Equal(action.Tags, resource.Tags):
		return "its tags changed since the plan"
	case r.journal.begun(action.Key) || slices.ContainsFunc(action.After, r.journal.begun):
		return "" // we changed it ourselves: a volume is detached once its instance is gone
	case action.ConfigurationHash != resource.ConfigurationHash:
		return "its configuration changed since the plan"
	}
	return ""
}

// look captures the scopes of what is pending and of what waits for it.
func (r *runner) look(ctx context.Context) error {
	scopes := make(map[string]bool)
	for i := range r.pending {
		scopes[r.actions[i].Scope] = true
	}
	for i, action := range r.actions {
		if !r.finished(i) {
			scopes[action.Scope] = true
		}
	}
	seen, err := r.account.Capture(ctx, scopes)
	if err != nil {
		return err
	}
	coverage := seen.CoverageByScope()
	present := make(map[string]*snapshot.Resource, len(seen.Resources))
	for i := range seen.Resources {
		present[seen.Resources[i].Key] = &seen.Resources[i]
	}
	for i, action := range r.actions {
		if r.finished(i) {
			continue
		}
		found := present[action.Key]
		if found == nil && coverage[action.Scope].State != snapshot.Complete {
			found = r.live[action.Key] // not seen is not gone
		}
		r.live[action.Key] = found
		since, waits := r.pending[i]
		switch {
		case !waits:
		case found == nil:
			delete(r.pending, i)
			r.state[i] = &Record{State: Gone}
			if err := r.note(i, *r.state[i]); err != nil {
				return err
			}
		case r.state[i] == nil && time.Since(since) < r.options.Wait:
			if err := r.again(ctx, i); err != nil {
				return err
			}
		case time.Since(since) >= r.options.Wait:
			delete(r.pending, i)
			r.state[i] = &Record{State: Failed, Reason: fmt.Sprintf("still there after %s", r.options.Wait)}
			if err := r.note(i, *r.state[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// again tries what AWS refused because something else was in the way.
func (r *runner) again(ctx context.Context, i int) error {
	record, err := r.do(ctx, r.actions[i])
	if err != nil {
		return err
	}
	if record.State == "" {
		if r.stalled(i) {
			record.State = Failed
		} else {
			return nil
		}
	}
	r.state[i] = &record
	if record.State != Accepted {
		delete(r.pending, i)
	}
	return r.note(i, record)
}

// stalledAfter bounds how long something may be in the way when nothing of ours is on its way out any more.
const stalledAfter = 5

// stalled reports whether waiting longer can't help: nothing else is pending, and several looks found it blocked.
func (r *runner) stalled(i int) bool {
	for k := range r.pending {
		if k != i && r.state[k] != nil {
			return false
		}
	}
	r.blocked[i]++
	return r.blocked[i] >= stalledAfter
}

// giveUp names what waited for something that could not be deleted.
func (r *runner) giveUp() error {
	for i, action := range r.actions {
		if r.state[i] != nil {
			continue
		}
		r.state[i] = &Record{State: Skipped, Reason: "what names it could not be deleted"}
		for _, before := range action.After {
			for k, other := range r.actions {
				if other.Key == before && other.Do == Delete && r.state[k] != nil && r.state[k].State != Gone {
					r.state[i].Reason = "waits for " + other.Label() + ", which could not be deleted"
				}
			}
		}
		if err := r.note(i, *r.state[i]); err != nil {
			return err
		}
	}
	return nil
}

// note writes what became of an action.
func (r *runner) note(i int, record Record) error {
	record.Do, record.Key = r.actions[i].Do, r.actions[i].Key
	if err := r.journal.write(record); err != nil {
		return err
	}
	if r.options.OnRecord != nil {
		r.options.OnRecord(r.actions[i], record)
	}
	return nil
}

func (r *runner) results() []Result {
	results := make([]Result, len(r.actions))
	for i, action := range r.actions {
		results[i] = Result{Action: action}
		if record := r.state[i]; record != nil {
			results[i].State, results[i].Reason = record.State, record.Reason
		}
	}
	return results
}
