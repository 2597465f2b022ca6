package restore

import (
	"context"
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
	judge   *builder // of this apply: tells what else stays when something does
	actions []Action

	kinds     map[string]*collect.Kind
	deletions map[string]int // key → its deletion among the actions
	effects   *effects
	last      map[string]bool               // keys of late kinds, and of what waits for these
	live      map[string]*snapshot.Resource // as last seen
	blind     map[string]string             // scopes that the last look did not see wholly, and why
	state     []*Record                     // of each action; nil while it waits
	waiting   map[int]*wait                 // accepted, or to be tried again
	stays     bool                          // something failed or was skipped since the last round
	went      bool                          // something went since the last round
}

// wait is what is known of an action under way.
type wait struct {
	since  time.Time // of the first try, or of AWS's acceptance
	why    string    // why AWS refused last
	vainly int       // looks at which nothing else of ours was on its way out
}

func newRunner(account Account, plan, now *Plan, j *journal, options ApplyOptions) *runner {
	r := &runner{
		account: account, options: options, journal: j, judge: now.judge, actions: plan.Actions,
		kinds: make(map[string]*collect.Kind, len(account.Kinds)), deletions: make(map[string]int, len(plan.Actions)),
		effects: newEffects(plan, j), live: make(map[string]*snapshot.Resource), blind: make(map[string]string),
		state: make([]*Record, len(plan.Actions)), waiting: make(map[int]*wait),
	}
	for _, kind := range account.Kinds {
		r.kinds[kind.Name] = kind
	}
	for i := range now.judge.live.Resources {
		r.live[now.judge.live.Resources[i].Key] = &now.judge.live.Resources[i]
	}
	for i, action := range plan.Actions {
		if action.Do == Delete {
			r.deletions[action.Key] = i
		}
	}
	r.last = r.lastOnes()
	held := make(map[string]string, len(now.Held))
	for _, h := range now.Held {
		held[h.Key] = h.Reason
	}
	coverage := now.judge.live.CoverageByScope()
	for i, action := range plan.Actions {
		switch c := coverage[action.Scope]; {
		case c.State != snapshot.Complete:
			r.state[i] = &Record{State: Skipped, Reason: "its scope was not seen wholly: " + unseen(c)}
		case r.live[action.Key] == nil:
			r.state[i] = gone(action, "already gone")
		case r.judge.planned(action.Key):
		case held[action.Key] != "":
			r.state[i] = &Record{State: Skipped, Reason: held[action.Key]}
		default:
			r.state[i] = &Record{State: Skipped, Reason: "it is no longer an addition to the baseline"}
		}
	}
	return r
}

// unseen says why a scope was not seen.
func unseen(c snapshot.Coverage) string {
	if c.State == "" {
		return "it was not captured; its region may no longer be enabled"
	}
	return c.Why()
}

func gone(action Action, reason string) *Record {
	if action.Do == Unlink {
		return &Record{State: Undone, Reason: reason}
	}
	return &Record{State: Gone, Reason: reason}
}

// lastOnes are the keys of late kinds and of what waits for them.
func (r *runner) lastOnes() map[string]bool {
	last := make(map[string]bool)
	for grown := true; grown; {
		grown = false
		for _, action := range r.actions {
			kind := r.kinds[action.Kind]
			late := kind != nil && kind.Late || slices.ContainsFunc(action.After, func(key string) bool { return last[key] })
			if action.Do == Delete && late && !last[action.Key] {
				last[action.Key], grown = true, true
			}
		}
	}
	return last
}

// run goes in rounds: start what is ready, look at what is under way, until nothing is left or can go on.
func (r *runner) run(ctx context.Context) error {
	for i, record := range r.state {
		if record == nil {
			continue
		}
		if err := r.note(i, *record); err != nil {
			return err
		}
	}
	for look := 0; ; look++ {
		if r.went {
			look, r.went = 0, false // something happens, so it is worth looking soon
		}
		if err := r.hold(); err != nil {
			return err
		}
		ready := r.ready()
		if err := r.start(ctx, ready); err != nil {
			return err
		}
		if len(r.waiting) == 0 && len(ready) == 0 {
			return r.giveUp()
		}
		if len(r.waiting) == 0 {
			continue
		}
		if len(ready) < startsARound && (look > 0 || len(ready) == 0) {
			if err := r.options.Pause(ctx, look); err != nil {
				return err
			}
		}
		if err := r.look(ctx); err != nil {
			return err
		}
	}
}

// hold skips what may not go any more, since something that names, uses or made it failed and stays.
func (r *runner) hold() error {
	if !r.stays {
		return nil
	}
	r.stays = false
	for key, i := range r.deletions {
		record := r.state[i]
		switch {
		case record == nil:
		case record.State == Failed || record.State == Skipped:
			delete(r.judge.begun, key)
			if r.judge.planned(key) {
				r.judge.hold(key, record.Reason, false)
			}
		default:
			r.judge.begun[key] = true
		}
	}
	r.judge.holdRelated()
	for i, action := range r.actions {
		if r.state[i] != nil || r.judge.held[action.Key] == "" {
			continue
		}
		if err := r.end(i, Record{State: Skipped, Reason: r.judge.held[action.Key]}); err != nil {
			return err
		}
	}
	return nil
}

// startsARound bounds how many deletions rest on one look at the account.
const startsARound = 250

// ready lists the actions that wait for nothing. References are undone before anything is deleted, and the last ones
// wait for all others.
func (r *runner) ready() []int {
	unlinking, early := false, false
	for i, action := range r.actions {
		if !r.finished(i) {
			unlinking = unlinking || action.Do == Unlink
			early = early || action.Do == Delete && !r.last[action.Key]
		}
	}
	var ready []int
	for i, action := range r.actions {
		if r.state[i] != nil || r.waiting[i] != nil || r.blind[action.Scope] != "" {
			continue
		}
		if action.Do == Delete {
			kind := r.kinds[action.Kind]
			if unlinking || early && kind != nil && kind.Late || slices.ContainsFunc(action.After, r.standing) {
				continue
			}
		}
		if ready = append(ready, i); len(ready) == startsARound {
			break
		}
	}
	return ready
}

// standing reports whether a resource of the plan is still there.
func (r *runner) standing(key string) bool {
	i, ok := r.deletions[key]
	return ok && (r.state[i] == nil || r.state[i].State != Gone)
}

func (r *runner) finished(i int) bool { return r.state[i] != nil && r.state[i].State != Accepted }

// start carries out actions, several at once.
func (r *runner) start(ctx context.Context, ready []int) error {
	records, broken := make([]Record, len(ready)), make([]error, len(ready))
	var group errgroup.Group
	group.SetLimit(deletesAtOnce)
	for n, i := range ready {
		group.Go(func() error {
			records[n], broken[n] = r.do(ctx, r.actions[i])
			return broken[n]
		})
	}
	failed := group.Wait()
	for n, i := range ready {
		if broken[n] != nil {
			continue // what became of it is not known
		}
		if err := r.took(i, records[n]); failed == nil {
			failed = err
		}
	}
	if failed == nil {
		failed = ctx.Err()
	}
	return failed
}

// took files what a try came to.
func (r *runner) took(i int, record Record) error {
	w := r.waiting[i]
	switch {
	case record.State != "" && record.State != Accepted:
		return r.end(i, record)
	case w == nil:
		w = &wait{since: time.Now()}
		r.waiting[i] = w
	case record.State == Accepted:
		w.since = time.Now()
	}
	first := w.why == ""
	w.why = record.Reason
	if record.State == "" {
		if first {
			return r.note(i, Record{State: Refused, Reason: record.Reason})
		}
		return nil
	}
	r.state[i] = &record
	return r.note(i, record)
}

// end files what became of an action.
func (r *runner) end(i int, record Record) error {
	delete(r.waiting, i)
	r.state[i] = &record
	r.stays = r.stays || record.State == Failed || record.State == Skipped
	r.went = r.went || record.State == Gone || record.State == Undone
	return r.note(i, record)
}

// giveUp says of everything that still waits what it waits for.
func (r *runner) giveUp() error {
	for i, action := range r.actions {
		if r.state[i] != nil {
			continue
		}
		reason := "what it waits for could not be deleted"
		if at := slices.IndexFunc(action.After, r.standing); at >= 0 {
			reason = "waits for " + r.actions[r.deletions[action.After[at]]].Label() + ", which was not deleted"
		}
		if why := r.blind[action.Scope]; why != "" {
			reason = "its scope can't be seen any more: " + why
		}
		if err := r.end(i, Record{State: Skipped, Reason: reason}); err != nil {
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
		results[i] = Result{Action: action, State: r.state[i].State, Reason: r.state[i].Reason}
	}
	return results
}
