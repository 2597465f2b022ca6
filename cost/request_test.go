package cost

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func at(text string) time.Time {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestNewRequest(t *testing.T) {
	now := at("2026-10-01T23:30:00-05:00") // the 2nd in UTC
	for _, test := range []struct {
		name, start, end, granularity string
		want                          Request
		fails                         string // a part of the error
	}{
		{name: "defaults", want: Request{Start: "2026-09-02", End: "2026-10-02", Granularity: Daily}},
		{name: "end only", end: "2026-09-01", want: Request{Start: "2026-08-02", End: "2026-09-01", Granularity: Daily}},
		{name: "start only", start: "2026-10-01", want: Request{Start: "2026-10-01", End: "2026-10-02", Granularity: Daily}},
		{name: "monthly, any case", start: "2026-01-01", end: "2026-10-01", granularity: "Monthly", want: Request{Start: "2026-01-01", End: "2026-10-01", Granularity: Monthly}},
		{name: "to the end of the month", start: "2026-10-01", end: "2026-11-01", want: Request{Start: "2026-10-01", End: "2026-11-01", Granularity: Daily}},
		{name: "the oldest day", start: "2025-09-01", end: "2025-09-02", want: Request{Start: "2025-09-01", End: "2025-09-02", Granularity: Daily}},
		{name: "multi-year", start: "2024-01-01", granularity: "monthly", want: Request{Start: "2024-01-01", End: "2026-10-02", Granularity: Monthly}},

		{name: "not a date", start: "yesterday", fails: `"yesterday" is not a date: give one like 2026-09-30`},
		{name: "no such day", end: "2026-02-30", fails: `"2026-02-30" is not a date`},
		{name: "single digits", end: "2026-9-1", fails: "is not a date"},
		{name: "a time", start: "2026-09-01T00:00:00Z", fails: "is not a date"},
		{name: "the year one", start: "0001-01-01", fails: "is not a date"},
		{name: "end before start", start: "2026-09-10", end: "2026-09-01", fails: "the end date 2026-09-01 is before the start date 2026-09-10"},
		{name: "empty", start: "2026-09-10", end: "2026-09-10", fails: "needs the end date 2026-09-11"},
		{name: "future", start: "2026-10-03", end: "2026-10-04", fails: "in the future"},
		{name: "today, by default empty", start: "2026-10-02", fails: "is empty"},
		{name: "beyond the month", start: "2026-10-01", end: "2026-11-02", fails: "give 2026-11-01 or before"},
		{name: "too old by the day", start: "2025-08-31", fails: "has days since 2025-09-01"},
		{name: "old and within a month", start: "2025-08-15", granularity: "monthly", fails: "give 2025-08-01"},
		{name: "too old altogether", start: "2023-07-01", granularity: "monthly", fails: "has months since 2023-08-01"},
		{name: "hourly", granularity: "hourly", fails: "give daily or monthly"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := NewRequest("123456789012", test.start, test.end, test.granularity, now)
			if test.fails != "" {
				var bad *UsageError
				if !errors.As(err, &bad) || !strings.Contains(err.Error(), test.fails) {
					t.Fatalf("got %v, want a usage error with %q", err, test.fails)
				}
				if strings.Contains(err.Error(), "\n") {
					t.Fatalf("more than one line: %q", err)
				}
				return
			}
			test.want.AccountID = "123456789012"
			if err != nil || got != test.want {
				t.Fatalf("got %+v, %v, want %+v", got, err, test.want)
			}
		})
	}
}

func TestDefaultIsThirtyDays(t *testing.T) {
	r, err := NewRequest("1", "", "", "", at("2026-03-01T00:00:00Z"))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.periods()); n != 30 || r.periods()[29].End != "2026-03-01" {
		t.Fatalf("%d periods up to %s", n, r.periods()[n-1].End)
	}
}

func TestMonthsAreCutOffAtTheEnds(t *testing.T) {
	r := Request{Start: "2026-07-20", End: "2026-09-03", Granularity: Monthly}
	var got []string
	for _, p := range r.periods() {
		got = append(got, string(p.Start)+"/"+string(p.End))
	}
	want := "2026-07-20/2026-08-01 2026-08-01/2026-09-01 2026-09-01/2026-09-03"
	if strings.Join(got, " ") != want {
		t.Fatalf("got %v, want %s", got, want)
	}
}

// FuzzNewRequest: whatever is typed, what comes out is in order, covers its time without a hole, and errors are one line
// of the usage type.
func FuzzNewRequest(f *testing.F) {
	for _, seed := range [][3]string{{"", "", ""}, {"2026-09-01", "2026-10-01", "monthly"}, {"2024-02-29", "", "daily"}, {"9999-99-99", "é", "\n"}} {
		f.Add(seed[0], seed[1], seed[2])
	}
	now := at("2026-10-02T12:00:00Z")
	f.Fuzz(func(t *testing.T, start, end, granularity string) {
		r, err := NewRequest("1", start, end, granularity, now)
		if err != nil {
			var bad *UsageError
			if !errors.As(err, &bad) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("%q", err)
			}
			return
		}
		next := r.Start
		for _, p := range r.periods() {
			if p.Start != next || p.End <= p.Start {
				t.Fatalf("%+v after %s", p, next)
			}
			next = p.End
		}
		if next != r.End || len(r.periods()) == 0 {
			t.Fatalf("%+v ends at %s", r, next)
		}
	})
}
