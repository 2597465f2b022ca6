package restore

import "slices"

// effects tells which configurations a plan changes itself: a volume is detached once its instance is gone.
type effects struct {
	journal *journal
	causes  map[string][]string // key → those whose end may change its configuration
}

func newEffects(plan *Plan, j *journal) *effects {
	e := &effects{journal: j, causes: make(map[string][]string, len(plan.Actions))}
	for _, action := range plan.Actions {
		e.causes[action.Key] = append(e.causes[action.Key], action.After...)
		if action.Do == Unlink {
			e.causes[action.Reference.Key] = append(e.causes[action.Reference.Key], action.Key)
		}
	}
	return e
}

// on reports whether the plan began something that may have changed a resource's configuration: itself, one of its
// causes, or what took one of these along.
func (e *effects) on(key string, there func(key string) bool) bool {
	seen := map[string]bool{key: true}
	for next := []string{key}; len(next) > 0; {
		key, next = next[0], next[1:]
		if e.journal.begun(key) || slices.ContainsFunc(e.causes[key], e.journal.begun) {
			return true
		}
		for _, cause := range e.causes[key] {
			if !seen[cause] && !there(cause) {
				seen[cause] = true
				next = append(next, cause)
			}
		}
	}
	return false
}
