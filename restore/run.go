package restore

import (
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

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
