package restore

import (
	"slices"
	"time"

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
