package diff

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Memory keeps events between runs, so that a second one asks only for what is new. Both methods are called by several
// goroutines, never at once for the same account and region.
//
// about is empty for all write events of the region, or the name of a resource. What was never remembered, or can't be
// read, is the zero value; remembering is best effort.
type Memory interface {
	Recall(accountID, region, about string) Remembered
	Remember(accountID, region, about string, events Remembered)
}

// Remembered are all write events of a time, from its start up to and without its end, the latest first.
type Remembered struct {
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`
	Events []Event   `json:"events"`
}

// join puts a time next to, or over, another, if there is no hole between them.
func (r Remembered) join(other Remembered) (Remembered, bool) {
	if r.Until.IsZero() {
		return other, true
	}
	if other.From.After(r.Until) || other.Until.Before(r.From) {
		return r, false
	}
	joined := Remembered{From: earliest(r.From, other.From), Until: latest(r.Until, other.Until)}
	seen := make(map[string]bool)
	for _, e := range slices.Concat(other.Events, r.Events) {
		if e.EventID == "" || !seen[e.EventID] {
			seen[e.EventID] = true
			joined.Events = append(joined.Events, e)
		}
	}
	slices.SortStableFunc(joined.Events, func(a, b Event) int {
		return cmp.Or(b.Time.Compare(a.Time), strings.Compare(a.EventID, b.EventID))
	})
	return joined, true
}

// Keep drops what is older than a time, and what is beyond a number of events.
func (r Remembered) Keep(since time.Time, most int) Remembered {
	if r.From.Before(since) {
		r.From = since
	}
	if len(r.Events) > most {
		// Others of the same second may be among the dropped.
		r.From = latest(r.From, r.Events[most].Time.Add(time.Second))
	}
	kept := slices.DeleteFunc(slices.Clone(r.Events), func(e Event) bool { return e.Time.Before(r.From) })
	if !r.Until.After(r.From) {
		return Remembered{}
	}
	r.Events = kept
	return r
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
