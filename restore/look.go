package restore

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// look captures the scopes of what is not finished, sees what is gone, and tries again what AWS refused because
// something else was in the way.
func (r *runner) look(ctx context.Context) error {
	scopes := make(map[string]bool)
	for i, action := range r.actions {
		if !r.finished(i) {
			scopes[action.Scope] = true
		}
	}
	seen, err := r.account.Capture(ctx, scopes)
	if err != nil {
		return err
	}
	r.see(seen, scopes)
	went := false
	for i, action := range r.actions {
		w := r.waiting[i]
		switch {
		case r.finished(i):
		case w == nil:
			if err := r.doubt(i); err != nil {
				return err
			}
		case r.live[action.Key] == nil:
			went = true
			if err := r.end(i, *gone(action, "")); err != nil {
				return err
			}
		case time.Since(w.since) >= r.options.Wait:
			if err := r.end(i, Record{State: Failed, Reason: r.tooLong(i)}); err != nil {
				return err
			}
		}
	}
	if went {
		for _, w := range r.waiting {
			w.vainly = 0
		}
	}
	if err := r.hold(); err != nil {
		return err
	}
	var again []int
	for i, action := range r.actions {
		if r.waiting[i] != nil && r.state[i] == nil && r.blind[action.Scope] == "" {
			again = append(again, i)
		}
	}
	if err := r.start(ctx, again); err != nil {
		return err
	}
	return r.endVain()
}

// see takes over what a capture saw. What was not seen in a scope that was not seen wholly is not gone.
func (r *runner) see(seen *snapshot.Snapshot, scopes map[string]bool) {
	coverage := seen.CoverageByScope()
	clear(r.blind)
	for scope := range scopes {
		if c := coverage[scope]; c.State != snapshot.Complete {
			r.blind[scope] = unseen(c)
		}
	}
	present := make(map[string]*snapshot.Resource, len(seen.Resources))
	for i := range seen.Resources {
		present[seen.Resources[i].Key] = &seen.Resources[i]
	}
	for i, action := range r.actions {
		if r.finished(i) {
			continue
		}
		if found := present[action.Key]; found != nil || r.blind[action.Scope] == "" {
			r.live[action.Key] = found
		}
	}
}

// doubt skips an action that was not begun and whose resource is not what was planned any more, and notes what that
// names now: it stays, and what it names and what would take it along stay with it.
func (r *runner) doubt(i int) error {
	action := r.actions[i]
	found := r.live[action.Key]
	if found == nil || r.blind[action.Scope] != "" {
		return nil
	}
	why := r.unfit(&action, found)
	if why == "" {
		return nil
	}
	if known := r.judge.candidates[action.Key]; known != nil {
		known.References = append(slices.Clip(known.References), found.References...)
	}
	return r.end(i, Record{State: Skipped, Reason: why})
}

// tooLong says of what its time ran out.
func (r *runner) tooLong(i int) string {
	switch blind := r.blind[r.actions[i].Scope]; {
	case blind != "":
		return fmt.Sprintf("after %s it can't be told whether it is gone: its scope can't be seen any more: %s", r.options.Wait, blind)
	case r.state[i] == nil:
		return fmt.Sprintf("still refused after %s: %s", r.options.Wait, r.waiting[i].why)
	}
	return fmt.Sprintf("still there after %s", r.options.Wait)
}

// stalledAfter bounds how long something may be in the way when nothing of ours is on its way out any more.
const stalledAfter = 5

// endVain ends tries that more waiting can't help: nothing else is on its way out, several looks changed nothing, and
// nothing of ours named it. The others have until their time runs out.
func (r *runner) endVain() error {
	for i := range r.waiting {
		if r.state[i] != nil {
			return nil // what AWS accepted may have been in the way
		}
	}
	for i, w := range r.waiting {
		if len(r.actions[i].After) > 0 {
			continue // what named it is gone, and may have left something behind that goes later: a function's interfaces
		}
		w.vainly++
		if w.vainly < stalledAfter {
			continue
		}
		reason := w.why
		if blind := r.blind[r.actions[i].Scope]; blind != "" {
			reason += "; its scope can't be seen any more: " + blind
		}
		if err := r.end(i, Record{State: Failed, Reason: reason}); err != nil {
			return err
		}
	}
	return nil
}
