package restore

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// claims are what a restore promises, judged by the truth of the world at the moment of each call and not by what the
// restore knows.
type claims struct {
	w        *world
	members  map[string]bool // the baseline's
	gaps     map[string]bool // scopes that the baseline did not see wholly
	plan     *Plan
	actions  map[string]*Action // deletions of the plan
	unlinks  map[string]bool    // "key → key"
	unlinked map[string]bool    // what such references name
	values   map[string]int     // as they were when the plan was made
	last     map[string]bool    // keys that go last, and what waits for them
	ended    map[string]State   // of deletions
	begun    map[string]bool    // keys that a call was made for
	unseen   map[string]bool    // what some capture could not see: that it names others is not known, and AWS refuses
	excluded func(*thing) bool
	broken   []string
}

func newClaims(w *world, baseline *snapshot.Snapshot, plan *Plan, excluded func(*thing) bool) *claims {
	c := &claims{
		w: w, plan: plan, excluded: excluded, members: make(map[string]bool), gaps: make(map[string]bool), actions: make(map[string]*Action),
		unlinks: make(map[string]bool), unlinked: make(map[string]bool), values: make(map[string]int), last: make(map[string]bool), ended: make(map[string]State), begun: make(map[string]bool),
		unseen: make(map[string]bool),
	}
	c.captured()
	for _, r := range baseline.Resources {
		c.members[r.Key] = true
	}
	for _, coverage := range baseline.Coverage {
		c.gaps[coverage.Scope] = coverage.State != snapshot.Complete
	}
	for key, t := range w.things {
		c.values[key] = t.value
	}
	for i := range plan.Actions {
		if action := &plan.Actions[i]; action.Do == Delete {
			c.actions[action.Key] = action
		} else {
			for _, target := range w.things[action.Key].typed {
				if target[len(target)-len(action.Reference.ID):] == action.Reference.ID {
					c.unlinks[action.Key+" → "+target], c.unlinked[target] = true, true
				}
			}
		}
	}
	for range plan.Actions { // what waits for late ones waits for them at any distance
		for key, action := range c.actions {
			c.last[key] = c.last[key] || action.Kind == "t:late" || slices.ContainsFunc(action.After, func(before string) bool { return c.last[before] })
		}
	}
	w.watch = c.judge
	return c
}

// captured is called before every capture.
func (c *claims) captured() {
	for key, t := range c.w.things {
		c.unseen[key] = c.unseen[key] || c.w.hidden(t)
		for depth, owner := 0, c.w.things[t.owner]; owner != nil && depth < 20; depth, owner = depth+1, c.w.things[owner.owner] {
			c.unseen[key] = c.unseen[key] || c.w.hidden(owner)
		}
	}
}

// record is told what became of actions.
func (c *claims) record(action Action, record Record) {
	if action.Do == Delete {
		c.ended[action.Key] = record.State
	}
}

// stays reports whether something that is there was not, or is no longer, on its way out.
func (c *claims) stays(key string) bool {
	return c.w.things[key] != nil && !c.unseen[key] && (c.actions[key] == nil || c.ended[key] == Failed || c.ended[key] == Skipped)
}

// taken reports whether AWS made something for an owner that is on its way out, and takes it along.
func (c *claims) taken(key string) bool {
	t := c.w.things[key]
	for range 20 {
		if t == nil || !t.provider || t.owner == "" {
			return false
		}
		if c.actions[t.owner] != nil && !c.stays(t.owner) {
			return true
		}
		t = c.w.things[t.owner]
	}
	return false
}

// judge is called before a call takes effect.
func (c *claims) judge(made call) {
	broken := func(format string, args ...any) {
		c.broken = append(c.broken, fmt.Sprintf("%s %s: %s", made.do, made.key, fmt.Sprintf(format, args...)))
	}
	action, t := c.actions[made.key], made.self
	switch {
	case c.members[made.key]:
		broken("it is the baseline's")
		return
	case action == nil:
		broken("it is not in the plan")
		return
	case t == nil:
		return // it went by itself since the last look
	}
	if c.gaps[t.scope()] || c.w.coverage[t.scope()] != "" || c.w.disabled[t.region] {
		broken("its scope was not seen wholly")
	}
	if t.provider || t.protection != "" || t.guard != "" || t.guardErr != nil || slices.Contains(t.unread, "Protection") {
		broken("it is guarded")
	}
	if t.created != nil && !t.created.After(cutoff) {
		broken("it was missed")
	}
	const me = accountID + "/global/iam:user/me"
	if made.key == me || len(c.w.things[me].names(made.key)) > 0 && (!c.unseen[me] || strings.HasPrefix(t.kind, "iam:")) {
		broken("the caller's access rests on it")
	}
	if c.excluded(t) {
		broken("it is excluded")
	}
	if t.unique != action.UniqueID || t.unique == "" && !sameTime(t.created, action.CreatedAt) || !maps.Equal(t.tags, action.Tags) {
		broken("it is not what was planned")
	}
	// Once something was begun that may change a configuration, whose change it was can't be told.
	if t.value != c.values[made.key] && !c.touched(made.key) {
		broken("its configuration is not what was planned")
	}
	c.begun[made.key] = true
	if made.do == Unlink {
		if !c.unlinks[made.key+" → "+made.ref] || c.members[made.ref] || c.actions[made.ref] == nil || c.stays(made.ref) {
			broken("it takes its reference to %s, which stays", made.ref)
		}
		return
	}
	for _, namer := range c.w.namers(made.key, typedOf) {
		if n := c.w.things[namer]; namer != t.owner && n.owner != made.key && !n.provider && !c.unseen[namer] {
			broken("%s names it", namer)
		}
	}
	for _, namer := range c.w.namers(made.key, scannedOf) {
		if c.stays(namer) {
			broken("%s, which stays, names it in passing", namer)
		}
	}
	for _, user := range t.usedBy {
		if t.kind == "t:used" && c.stays(user) && !c.taken(user) {
			broken("%s, which stays, uses it", user)
		}
	}
	if c.w.things[t.owner] != nil && !c.unseen[t.owner] {
		broken("its owner %s is there", t.owner)
	}
	for key, child := range c.w.things {
		if child.owner == made.key && !child.survives && !c.unseen[key] && c.mustStay(key, child) {
			broken("it takes %s along, which stays", key)
		}
	}
	if t.kind != "t:late" {
		return
	}
	for key := range c.actions {
		if state := c.ended[key]; !c.last[key] && (state == "" || state == Accepted) {
			broken("it is late, and %s has not ended", key)
		}
	}
}

// touched reports whether the run began what may change a configuration, or what took along what may.
func (c *claims) touched(key string) bool {
	return c.begun[key] || c.unlinked[key] || c.actions[key] != nil && slices.ContainsFunc(c.actions[key].After, func(before string) bool {
		return c.begun[before] || c.w.things[before] == nil && c.touched(before)
	})
}

// mustStay reports whether an owner must not take a child along.
func (c *claims) mustStay(key string, child *thing) bool {
	switch {
	case c.members[key], c.excluded(child), c.ended[key] == Failed, c.ended[key] == Skipped:
		return true
	case child.provider:
		return false
	}
	return child.created != nil && !child.created.After(cutoff) || c.gaps[child.scope()] || child.protection != ""
}

// names lists which of some keys a thing names, in whatever way.
func (t *thing) names(keys ...string) []string {
	var named []string
	for _, key := range keys {
		if t != nil && (slices.Contains(t.typed, key) || slices.Contains(t.scanned, key)) {
			named = append(named, key)
		}
	}
	return named
}
