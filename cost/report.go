package cost

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Document is what the document field of a report says.
const Document = "cost"

// SchemaVersion is the version of the report.
const SchemaVersion = 1

// GroupBy is how the groups of a report are made.
type GroupBy string

// The groupings.
const (
	ByService GroupBy = "service"
	ByRegion  GroupBy = "region"
)

// ParseGroupBy reads a grouping as people type it; empty is [ByService]. The error is a *[UsageError].
func ParseGroupBy(text string) (GroupBy, error) {
	switch g := GroupBy(strings.ToLower(text)); g {
	case "":
		return ByService, nil
	case ByService, ByRegion:
		return g, nil
	}
	return "", usage("can't group by %q: give service or region", text)
}

// Report is what a bill says of a baseline, and the document that -o json prints.
//
// Amounts are exact decimals, written as JSON strings ("12.3400000001"), in the currency beside them; [Display] rounds
// them for people. For every currency the classes add up to the total, and the groups, the placements and the lines to
// the same totals, to the last digit. Dates are days of UTC; every end is exclusive.
//
// The order is fixed. Sums: by currency. Groups: by currency, the biggest total first, then by name. Placements: by
// currency, the surest way first. Periods: by time. Lines: by time, service, region and currency.
type Report struct {
	Document      string      `json:"document"`
	SchemaVersion int         `json:"schemaVersion"`
	AccountID     string      `json:"accountId"`
	Baseline      BaselineRef `json:"baseline"`
	Start         Date        `json:"start"`
	End           Date        `json:"end"`
	Granularity   Granularity `json:"granularity"`
	GroupBy       GroupBy     `json:"groupBy"`
	Source        Source      `json:"source"`
	// Currency is the bill's, where it has one only; the sums name theirs in any case.
	Currency string `json:"currency,omitempty"`
	// NoData says that the source has nothing at all for this time. The sums are empty then, not 0.
	NoData bool `json:"noData"`
	// Estimated says that AWS may still change some of the amounts.
	Estimated bool `json:"estimated"`
	// DataThrough is the end of the last period that has data, and FinalThrough that of the last one which has data
	// and isn't estimated. Each is empty where there is none.
	DataThrough  Date `json:"dataThrough,omitempty"`
	FinalThrough Date `json:"finalThrough,omitempty"`
	// APIRequests are the paid requests that this report took, and APICostUSD is their list price.
	APIRequests int             `json:"apiRequests"`
	APICostUSD  decimal.Decimal `json:"apiCostUSD"`

	Totals     []Sum          `json:"totals"`
	Placements []Placement    `json:"placements"`
	Groups     []Group        `json:"groups"` // of the whole time
	Periods    []PeriodReport `json:"periods"`
	Lines      []Line         `json:"lines"`
	Notes      []string       `json:"notes,omitempty"` // what to know before trusting the numbers, in sentences
}

// BaselineRef names the baseline of a report.
type BaselineRef struct {
	Name   string    `json:"name"`
	Digest string    `json:"digest,omitempty"`
	Edited bool      `json:"edited,omitempty"` // the file is not what its digest says
	Cutoff time.Time `json:"cutoff"`
	Lapsed int       `json:"lapsed,omitempty"` // resources whose approval has expired: they count as before it
}

// Placement is the money that rests on one way of placing.
type Placement struct {
	How      Way             `json:"how"`
	Currency string          `json:"currency"`
	Amount   decimal.Decimal `json:"amount"`
	Lines    int             `json:"lines"`
}

// Group is the money of one service or region in one currency.
type Group struct {
	Name string `json:"name"` // of the service or region, as the source names it
	Sum
}

// PeriodReport is one period of the bill.
type PeriodReport struct {
	Period
	Totals []Sum   `json:"totals"` // empty where there is no data
	Groups []Group `json:"groups"`
}

// newReport adds classified lines up.
func newReport(bill *Bill, lines []Line, baseline *snapshot.Snapshot, options Options) *Report {
	groupBy := options.GroupBy
	if groupBy == "" {
		groupBy = ByService
	}
	if lines == nil {
		lines = []Line{}
	}
	r := &Report{
		Document: Document, SchemaVersion: SchemaVersion, AccountID: bill.AccountID,
		Baseline: BaselineRef{Name: baseline.Name, Digest: baseline.Digest, Edited: baseline.Edited, Cutoff: baseline.Cutoff, Lapsed: len(baseline.Lapsed)},
		Start:    bill.Start, End: bill.End, Granularity: bill.Granularity, GroupBy: groupBy, Source: bill.Source,
		APIRequests: bill.Requests, APICostUSD: bill.RequestCost,
		NoData: len(lines) == 0, Totals: totals(lines), Placements: placements(lines), Groups: groups(lines, groupBy),
		Periods: []PeriodReport{}, Lines: lines,
	}
	if len(r.Totals) == 1 {
		r.Currency = r.Totals[0].Currency
	}
	byStart := make(map[Date][]Line)
	for _, line := range lines {
		byStart[line.Start] = append(byStart[line.Start], line)
	}
	for _, period := range bill.Periods {
		of := byStart[period.Start]
		r.Periods = append(r.Periods, PeriodReport{Period: period, Totals: totals(of), Groups: groups(of, groupBy)})
		if period.NoData {
			continue
		}
		r.Estimated = r.Estimated || period.Estimated
		r.DataThrough = max(r.DataThrough, period.End)
		if !period.Estimated {
			r.FinalThrough = max(r.FinalThrough, period.End)
		}
	}
	r.Notes = r.notes()
	return r
}

func totals(lines []Line) []Sum {
	sums := []Sum{}
	for _, g := range groupsOf(lines, func(Line) string { return "" }) {
		sums = append(sums, g.Sum)
	}
	return sums
}

func groups(lines []Line, by GroupBy) []Group {
	return groupsOf(lines, func(line Line) string {
		if by == ByRegion {
			return line.Region
		}
		return line.Service
	})
}

// groupsOf adds lines up by a name and by currency, and sorts the groups as a report has them.
func groupsOf(lines []Line, name func(Line) string) []Group {
	type key struct{ name, currency string }
	at := make(map[key]int)
	list := []Group{}
	for _, line := range lines {
		k := key{name(line), line.Currency}
		i, ok := at[k]
		if !ok {
			i = len(list)
			at[k] = i
			list = append(list, Group{Name: k.name, Sum: Sum{Currency: k.currency}})
		}
		list[i].add(line.Class, line.Amount)
	}
	slices.SortFunc(list, func(a, b Group) int {
		return cmp.Or(strings.Compare(a.Currency, b.Currency), b.Total.Cmp(a.Total), strings.Compare(a.Name, b.Name))
	})
	return list
}

func placements(lines []Line) []Placement {
	type key struct {
		how      Way
		currency string
	}
	at := make(map[key]*Placement)
	for _, line := range lines {
		k := key{line.How, line.Currency}
		if at[k] == nil {
			at[k] = &Placement{How: k.how, Currency: k.currency}
		}
		at[k].Amount = at[k].Amount.Add(line.Amount)
		at[k].Lines++
	}
	list := []Placement{}
	for _, p := range at {
		list = append(list, *p)
	}
	slices.SortFunc(list, func(a, b Placement) int {
		return cmp.Or(strings.Compare(a.Currency, b.Currency), cmp.Compare(slices.Index(Ways(), a.How), slices.Index(Ways(), b.How)))
	})
	return list
}

func (r *Report) notes() []string {
	var notes []string
	if r.NoData {
		notes = append(notes, fmt.Sprintf("%s has no data from %s to %s: that does not mean that the cost is 0",
			r.Source.Name, r.Start, r.End))
	} else if empty := r.empty(); empty != "" {
		notes = append(notes, fmt.Sprintf("%s has no data for %s: that does not mean that the cost is 0", r.Source.Name, empty))
	}
	if r.Estimated {
		final := "none of them is final"
		if r.FinalThrough != "" {
			final = "they are final before " + string(r.FinalThrough)
		}
		notes = append(notes, "AWS still calls some of the amounts estimated; "+final)
	}
	if slices.ContainsFunc(r.Placements, func(p Placement) bool { return p.How == Inferred }) {
		notes = append(notes, "classes are inferred from what is live now: what was deleted within the period left no trace")
	}
	if len(r.Totals) > 1 {
		notes = append(notes, "the bill has several currencies, which are not added")
	}
	if n := r.Baseline.Lapsed; n > 0 {
		notes = append(notes, fmt.Sprintf("approvals in the snapshot %s have expired: %d of its resources count as what they were before", r.Baseline.Name, n))
	}
	if r.Baseline.Edited {
		notes = append(notes, fmt.Sprintf("the snapshot %s was edited after it was written: its digest does not fit", r.Baseline.Name))
	}
	return notes
}

// empty names the periods without data, neighbours joined.
func (r *Report) empty() string {
	var spans []string
	for i := 0; i < len(r.Periods); i++ {
		if !r.Periods[i].NoData {
			continue
		}
		first := r.Periods[i].Start
		for i+1 < len(r.Periods) && r.Periods[i+1].NoData && r.Periods[i+1].Start == r.Periods[i].End {
			i++
		}
		if last := r.Periods[i].End.addDays(-1); last == first {
			spans = append(spans, string(first))
		} else {
			spans = append(spans, string(first)+" to "+string(last))
		}
	}
	return strings.Join(spans, ", ")
}
