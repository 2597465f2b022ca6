package printer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/aws-baseline/aws-baseline/cost"
)

// CostView is the view of a cost report: the groups and the total by class, how the money was placed, and what to know
// before trusting it. CSV has a record for every line of the bill, with exact amounts. Names are those of the groups.
func CostView(r *cost.Report) View {
	return View{
		Document: r,
		Tables: func(wide bool) []Table {
			tables := []Table{lines(fmt.Sprintf("Cost of account %s from %s to %s (end exclusive), baseline %s", r.AccountID, r.Start, r.End, r.Baseline.Name),
				costFacts(r)...)}
			if r.NoData {
				return append(tables, lines("Notes", indented(r.Notes)...))
			}
			tables = append(tables, groupTable(r))
			if wide || len(r.Periods) <= 3 {
				tables = append(tables, periodTable(r))
			}
			notes := r.Notes
			if roundingShows(r) {
				notes = append(slices.Clone(notes), roundingNote)
			}
			return append(tables, placementTable(r), lines("Notes", indented(notes)...))
		},
		Names: func() []string {
			var names []string
			for _, g := range r.Groups {
				names = append(names, g.Name)
			}
			return distinct(names)
		},
		CSV: func() Table {
			t := Table{Columns: columns("account_id", "start", "end", "estimated", "service", "region", "currency", "amount", "class", "how", "reason")}
			for _, l := range r.Lines {
				t.Rows = append(t.Rows, Row{Cells: []string{
					l.AccountID, string(l.Start), string(l.End), fmt.Sprint(l.Estimated), l.Service, l.Region, l.Currency, l.Amount.String(),
					string(l.Class), string(l.How), l.Reason,
				}})
			}
			return t
		},
	}
}

// costFacts say where the numbers come from.
func costFacts(r *cost.Report) []string {
	facts := []string{fmt.Sprintf("%s, %s; %s at USD %s", r.Source.Name, r.Source.Metric, count(r.APIRequests, "request"), r.APICostUSD)}
	switch {
	case r.NoData:
		facts = append(facts, "No data: that is not the same as no cost.")
	case r.Estimated:
		facts = append(facts, fmt.Sprintf("Data up to the start of %s; estimated from %s on.", r.DataThrough, orNone(string(r.FinalThrough))))
	default:
		facts = append(facts, fmt.Sprintf("Data up to the start of %s, final.", r.DataThrough))
	}
	return facts
}

func orNone(text string) string {
	if text == "" {
		return "the start"
	}
	return text
}

var moneyColumns = []Column{
	{Name: "BASELINE", AlignRight: true}, {Name: "NON-BASELINE", AlignRight: true}, {Name: "SHARED", AlignRight: true},
	{Name: "UNMATCHED", AlignRight: true}, {Name: "TOTAL", AlignRight: true}, {Name: "CURRENCY"},
}

func money(s cost.Sum) []string {
	amounts := []decimal.Decimal{s.Baseline, s.NonBaseline, s.Shared, s.Unmatched, s.Total}
	cells := make([]string, 0, len(amounts)+1)
	for _, amount := range amounts {
		cells = append(cells, cost.Display(amount))
	}
	return append(cells, s.Currency)
}

const roundingNote = "Every amount above is rounded by itself, so that those shown don't add up to the totals shown; the exact ones do: see -o json or -o csv."

// roundingShows reports whether a reader who adds up what the tables show comes to another total than they show.
func roundingShows(r *cost.Report) bool {
	off := func(total decimal.Decimal, parts ...decimal.Decimal) bool {
		sum := decimal.Zero
		for _, part := range parts {
			sum = sum.Add(part.Round(cost.DisplayPlaces))
		}
		return !sum.Equal(total.Round(cost.DisplayPlaces))
	}
	sums := slices.Clone(r.Totals)
	for _, g := range r.Groups {
		sums = append(sums, g.Sum)
	}
	for _, p := range r.Periods {
		sums = append(sums, p.Totals...)
	}
	for _, s := range sums {
		if off(s.Total, s.Baseline, s.NonBaseline, s.Shared, s.Unmatched) {
			return true
		}
	}
	for _, total := range r.Totals {
		for _, class := range []func(cost.Sum) decimal.Decimal{
			func(s cost.Sum) decimal.Decimal { return s.Baseline }, func(s cost.Sum) decimal.Decimal { return s.NonBaseline },
			func(s cost.Sum) decimal.Decimal { return s.Shared }, func(s cost.Sum) decimal.Decimal { return s.Unmatched },
			func(s cost.Sum) decimal.Decimal { return s.Total },
		} {
			var parts []decimal.Decimal
			for _, g := range r.Groups {
				if g.Sum.Currency == total.Currency {
					parts = append(parts, class(g.Sum))
				}
			}
			if off(class(total), parts...) {
				return true
			}
		}
	}
	return false
}

func groupTable(r *cost.Report) Table {
	t := Table{Columns: append([]Column{{Name: strings.ToUpper(string(r.GroupBy))}}, moneyColumns...)}
	for _, g := range r.Groups {
		t.Rows = append(t.Rows, Row{Cells: append([]string{g.Name}, money(g.Sum)...)})
	}
	for _, s := range r.Totals {
		t.Rows = append(t.Rows, Row{Cells: append([]string{"Total"}, money(s)...)})
	}
	return t
}

func periodTable(r *cost.Report) Table {
	t := Table{Columns: append([]Column{{Name: "PERIOD"}}, moneyColumns...)}
	for _, p := range r.Periods {
		name := string(p.Start)
		if p.Estimated {
			name += " (estimated)"
		}
		if len(p.Totals) == 0 {
			t.Rows = append(t.Rows, Row{Cells: []string{name + ": no data"}})
		}
		for _, s := range p.Totals {
			t.Rows = append(t.Rows, Row{Cells: append([]string{name}, money(s)...)})
		}
	}
	return t
}

func placementTable(r *cost.Report) Table {
	t := Table{Title: "How the money was placed", Columns: []Column{
		{Name: "HOW"}, {Name: "AMOUNT", AlignRight: true}, {Name: "CURRENCY"}, {Name: "LINES", AlignRight: true},
	}}
	for _, p := range r.Placements {
		t.Rows = append(t.Rows, Row{Cells: []string{string(p.How), cost.Display(p.Amount), p.Currency, fmt.Sprint(p.Lines)}})
	}
	return t
}
