package cost

import (
	"fmt"
	"strings"
	"time"
)

// Date is a day of UTC, written 2026-09-30. Dates compare as strings.
type Date string

const dateLayout = "2006-01-02"

// DateOf is the UTC day of a moment.
func DateOf(t time.Time) Date { return Date(t.UTC().Format(dateLayout)) }

// ParseDate reads a day written YYYY-MM-DD, in the years 2000 to 2999.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(dateLayout, text)
	if err != nil || t.Format(dateLayout) != text || !strings.HasPrefix(text, "2") {
		return "", &UsageError{Text: fmt.Sprintf("%q is not a date: give one like 2026-09-30", text)}
	}
	return Date(text), nil
}

// time is midnight at the start of the day.
func (d Date) time() time.Time {
	t, _ := time.Parse(dateLayout, string(d)) // dates are made by ParseDate and DateOf
	return t
}

func (d Date) addDays(n int) Date { return DateOf(d.time().AddDate(0, 0, n)) }

// month is the first day of the month that lies n months after the date's.
func (d Date) month(n int) Date {
	t := d.time()
	return DateOf(time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC))
}

// Granularity is the length of a bill's periods.
type Granularity string

// The granularities.
const (
	Daily   Granularity = "daily"
	Monthly Granularity = "monthly"
)

// UsageError says that what the user asked for can't be asked. It is one line that says what to give instead.
type UsageError struct {
	Text string
	Err  error // what AWS said, where AWS refused it
}

func (e *UsageError) Error() string { return e.Text }

func (e *UsageError) Unwrap() error { return e.Err }

// Request says which bill is wanted. Make one with [NewRequest].
type Request struct {
	AccountID   string
	Start, End  Date // UTC days; End is exclusive
	Granularity Granularity
}

// defaultDays is the length of a bill where no start is given.
const defaultDays = 30

// Cost Explorer has the current month and the 13 before it. AWS: "To retrieve data beyond the past 14 months, your
// start date needs to be the first day of the month"; that works by the month and where multi-year data is switched on,
// up to 38 months.
const (
	monthsBack      = 13
	monthsBackYears = 38
)

// NewRequest checks what a user asked for. Empty dates mean the last 30 days: the end is today, which is exclusive, and
// the start 30 days before the end. An empty granularity means daily. now is AWS's clock, for example Session.Start.
// Every error is a *[UsageError].
func NewRequest(accountID, start, end, granularity string, now time.Time) (Request, error) {
	r := Request{AccountID: accountID, Granularity: Granularity(strings.ToLower(granularity))}
	if r.Granularity == "" {
		r.Granularity = Daily
	}
	if r.Granularity != Daily && r.Granularity != Monthly {
		return r, usage("%q is not a granularity: give daily or monthly", granularity)
	}
	today := DateOf(now)
	var err error
	if r.End = today; end != "" {
		if r.End, err = ParseDate(end); err != nil {
			return r, err
		}
	}
	if r.Start = r.End.addDays(-defaultDays); start != "" {
		if r.Start, err = ParseDate(start); err != nil {
			return r, err
		}
	}
	return r, r.check(today)
}

func (r Request) check(today Date) error {
	oldest := today.month(-monthsBack)
	switch {
	case r.Start > today:
		return usage("the start date %s is in the future: there is no bill yet", r.Start)
	case r.End == r.Start:
		return usage("the time from %s to %s is empty: the end date is exclusive, so the day itself needs the end "+
			"date %s", r.Start, r.End, r.Start.addDays(1))
	case r.End < r.Start:
		return usage("the end date %s is before the start date %s", r.End, r.Start)
	case r.End > today.month(1):
		return usage("the end date %s is too late: Cost Explorer goes up to the end of this month, so give %s or before",
			r.End, today.month(1))
	case r.Granularity == Daily && r.Start < oldest:
		return usage("the start date %s is too old: Cost Explorer has days since %s, and older months with "+
			"--granularity monthly where multi-year data is switched on", r.Start, oldest)
	case r.Start < today.month(-monthsBackYears):
		return usage("the start date %s is too old: Cost Explorer has months since %s at most", r.Start, today.month(-monthsBackYears))
	case r.Start < oldest && r.Start != r.Start.month(0):
		return usage("the start date %s is before %s, where Cost Explorer has whole months only: give %s",
			r.Start, oldest, r.Start.month(0))
	}
	return nil
}

func usage(format string, values ...any) error {
	return &UsageError{Text: fmt.Sprintf(format, values...)}
}

// periods are the periods that the request asks for: days, or calendar months cut off at its ends.
func (r Request) periods() []Period {
	var list []Period
	for start := r.Start; start < r.End; {
		end := start.addDays(1)
		if r.Granularity == Monthly {
			end = min(start.month(1), r.End)
		}
		list = append(list, Period{Start: start, End: end})
		start = end
	}
	return list
}
