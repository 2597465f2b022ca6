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
// about is empty for all write events of the region, or the name of a resource. Recall returns everything that was
// remembered, in any order; times may overlap. What was never remembered, or can't be read, is nothing; remembering is
// best effort.
type Memory interface {
	Recall(accountID, region, about string) []Remembered
	Remember(accountID, region, about string, events Remembered)
}

// Remembered are all write events of a time, from its start up to and without its end, the latest first. Events after the
// end may be among them: others of that time may not have been there yet. A time without a length has such events only.
type Remembered struct {
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`
	Events []Event   `json:"events"`
}

// Joined puts times together where there is no hole between them. The result is the latest first, and has every event
// once.
func Joined(times []Remembered) []Remembered {
	times = slices.Clone(times)
	slices.SortStableFunc(times, func(a, b Remembered) int { return cmp.Or(a.From.Compare(b.From), a.Until.Compare(b.Until)) })
	var joined []Remembered
	for _, r := range times {
		if r.Until.IsZero() {
			continue
		}
		if n := len(joined); n > 0 && !r.From.After(joined[n-1].Until) {
			joined[n-1].Until = latest(joined[n-1].Until, r.Until)
			joined[n-1].Events = append(joined[n-1].Events, r.Events...)
			continue
		}
		r.Events = slices.Clone(r.Events)
		joined = append(joined, r)
	}
	for i := range joined {
		joined[i].Events = latestFirst(joined[i].Events)
	}
	slices.Reverse(joined)
	return joined
}

// latestFirst sorts events, and leaves out what is there twice.
func latestFirst(events []Event) []Event {
	slices.SortStableFunc(events, func(a, b Event) int {
		return cmp.Or(b.Time.Compare(a.Time), strings.Compare(a.EventID, b.EventID))
	})
	return slices.CompactFunc(events, func(a, b Event) bool { return a.EventID != "" && a.EventID == b.EventID })
}

// Keep joins times, and drops what is older than a time, and what is beyond a number of events.
func Keep(times []Remembered, since time.Time, most int) []Remembered {
	var kept []Remembered
	for _, r := range Joined(times) {
		r.From = latest(r.From, since)
		if len(r.Events) > most {
			// Others of the same second may be among the dropped.
			r.From = latest(r.From, r.Events[most].Time.Add(time.Second))
		}
		r.Events = slices.DeleteFunc(r.Events, func(e Event) bool { return e.Time.Before(r.From) })
		r.Until = latest(r.Until, r.From)
		if most -= len(r.Events); r.From.Before(r.Until) || len(r.Events) > 0 {
			kept = append(kept, r)
		}
	}
	return kept
}

// missing are the parts of a time that are not remembered, the latest first. What was had is joined.
func missing(from, to time.Time, had []Remembered) []between {
	var gaps []between
	for _, r := range had {
		if !r.From.Before(r.Until) || !r.From.Before(to) {
			continue
		}
		if r.Until.Before(to) {
			gaps = append(gaps, between{latest(from, r.Until), to})
		}
		if to = r.From; !from.Before(to) {
			return gaps
		}
	}
	return append(gaps, between{from, to})
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
