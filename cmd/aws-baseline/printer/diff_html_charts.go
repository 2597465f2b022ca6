package printer

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/diff"
)

type pageChart struct {
	Title string
	Bars  []pageBar
}

type pageBar struct {
	Name, Words string
	Count       int
	Parts       []pagePart
}

// pagePart is a class's part of a bar, in thousandths of the longest.
type pagePart struct {
	Class    string
	X, Width int
}

// chartOf counts changes by a word of each, one bar a word, in the colours of the classes. Beyond pageBars the rest is one.
func chartOf(r *diff.Report, title string, of func(*diff.Change) string) pageChart {
	counted := tally(r, of)
	if len(counted) > pageBars+1 {
		rest := &total{name: fmt.Sprintf("%d others", len(counted)-pageBars), byClass: make(map[diff.Class]int)}
		for _, t := range counted[pageBars:] {
			rest.all += t.all
			for class, n := range t.byClass {
				rest.byClass[class] += n
			}
		}
		counted = append(counted[:pageBars:pageBars], rest)
	}
	longest := 0
	for _, t := range counted {
		longest = max(longest, t.all)
	}
	chart := pageChart{Title: title}
	for _, t := range counted {
		bar := pageBar{Name: Escape(t.name), Count: t.all}
		var words []string
		done := 0
		for _, class := range diff.Classes() {
			n := t.byClass[class]
			if n == 0 {
				continue
			}
			from := done * 1000 / longest
			done += n
			bar.Parts = append(bar.Parts, pagePart{string(class), from, done*1000/longest - from})
			words = append(words, fmt.Sprintf("%d %s", n, class))
		}
		bar.Words = bar.Name + ": " + strings.Join(words, ", ")
		chart.Bars = append(chart.Bars, bar)
	}
	return chart
}

type pageTimeline struct {
	Span        int
	Columns     []pageColumn
	First, Last string // days
	Words       string
	Days        []pageDay
	Undated     string
}

type pageColumn struct {
	Class               string
	X, Y, Width, Height int
}

type pageDay struct {
	Day, Words string
	Events     []pageEvent
}

type pageEvent struct {
	Time, Class, Sign, Label, Anchor, Kind, Region, Who string

	at time.Time
}

// timelineOf are the changes whose time is known, the latest first: when somebody's event made them, or else when AWS says
// that the resource was created. It is nil where no time is known.
func timelineOf(r *diff.Report) *pageTimeline {
	var events []pageEvent
	undated := 0
	for i := range r.Changes {
		c := &r.Changes[i]
		event := pageEvent{
			Class: string(c.Change), Sign: sign(c.Change), Label: Escape(nameOf(c)), Anchor: anchor(i), Kind: Escape(c.Kind), Region: Escape(c.Region),
		}
		switch {
		case len(c.Actors) > 0:
			for _, a := range c.Actors {
				event.at, event.Who = a.Time.UTC(), Escape("by "+principal(a, c.AccountID)+", "+actorDeed(a))
				events = append(events, event)
			}
		case c.CreatedAt != nil && (c.Change == diff.Added || c.Change == diff.Replaced || c.Change == diff.Missed):
			event.at, event.Who = c.CreatedAt.UTC(), "created"
			if c.Unattributed {
				event.Who += ", " + diff.Unattributed
			}
			events = append(events, event)
		default:
			undated++
		}
	}
	if len(events) == 0 {
		return nil
	}
	slices.SortStableFunc(events, func(a, b pageEvent) int { return b.at.Compare(a.at) })
	t := &pageTimeline{}
	for _, event := range events {
		day := event.at.Format(time.DateOnly)
		event.Time = event.at.Format("15:04")
		if n := len(t.Days); n == 0 || t.Days[n-1].Day != day {
			t.Days = append(t.Days, pageDay{Day: day})
		}
		last := &t.Days[len(t.Days)-1]
		last.Events = append(last.Events, event)
		last.Words = count(len(last.Events), "event")
	}
	if undated > 0 {
		t.Undated = "When it happened is not known of " + count(undated, "change") + "."
	}
	t.columns(events)
	return t
}

// stripDays is the longest time that the strip of columns shows, to its end; what is older is in the list alone.
const stripDays = 92

// columns draws a column for each day up to the last, in the colours of the classes.
func (t *pageTimeline) columns(events []pageEvent) {
	if len(t.Days) < 2 {
		return
	}
	day := func(at time.Time) time.Time { return at.Truncate(24 * time.Hour) }
	last := day(events[0].at)
	first := day(events[len(events)-1].at)
	if oldest := last.AddDate(0, 0, 1-stripDays); first.Before(oldest) {
		first = oldest
	}
	days := int(last.Sub(first)/(24*time.Hour)) + 1
	counts := make([]map[diff.Class]int, days)
	highest := 0
	sums := make([]int, days)
	older := 0
	for _, event := range events {
		at := int(day(event.at).Sub(first) / (24 * time.Hour))
		if day(event.at).Before(first) {
			older++
			continue
		}
		if counts[at] == nil {
			counts[at] = make(map[diff.Class]int)
		}
		counts[at][diff.Class(event.Class)]++
		sums[at]++
		highest = max(highest, sums[at])
	}
	const width, gap, height = 10, 2, 40
	t.Span, t.First, t.Last = days*width, first.Format(time.DateOnly), last.Format(time.DateOnly)
	t.Words = fmt.Sprintf("%s from %s to %s, at most %d a day; a column's height is the square root of its number",
		count(len(events)-older, "event"), t.First, t.Last, highest)
	if older > 0 {
		t.First += fmt.Sprintf(" (%s before)", count(older, "event"))
	}
	for at, byClass := range counts {
		// One busy day would flatten all others.
		tall := math.Sqrt(float64(sums[at])/float64(highest)) * height
		done := 0
		for _, class := range diff.Classes() {
			if n := byClass[class]; n > 0 {
				from := int(math.Round(float64(done) / float64(sums[at]) * tall))
				done += n
				to := max(int(math.Round(float64(done)/float64(sums[at])*tall)), from+1)
				t.Columns = append(t.Columns, pageColumn{string(class), at*width + gap/2, height - to, width - gap, to - from})
			}
		}
	}
}
