package printer

import (
	"bytes"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/aws-baseline/aws-baseline/cost"
)

// A reader who adds up what is shown, and comes to something else than the total shown, is told why.
func TestRoundingNote(t *testing.T) {
	report := func(groups ...string) *cost.Report {
		r := &cost.Report{Totals: []cost.Sum{{Currency: "USD"}}}
		for _, amount := range groups {
			d := decimal.RequireFromString(amount)
			r.Groups = append(r.Groups, cost.Group{Name: amount, Sum: cost.Sum{Currency: "USD", Baseline: d, Total: d}})
			r.Totals[0].Baseline, r.Totals[0].Total = r.Totals[0].Baseline.Add(d), r.Totals[0].Total.Add(d)
		}
		return r
	}
	split := report("0.01")
	split.Groups[0].Baseline, split.Groups[0].Shared = decimal.RequireFromString("0.005"), decimal.RequireFromString("0.005")
	split.Totals[0].Baseline, split.Totals[0].Shared = split.Groups[0].Baseline, split.Groups[0].Shared
	for _, test := range []struct {
		name   string
		report *cost.Report
		want   bool
	}{
		{"cells that add up", report("1.10", "2.20"), false},
		{"fractions that add up", report("1.101", "2.201"), false},
		{"a column that doesn't", report("0.004", "0.004"), true},
		{"a row that doesn't", split, true},
	} {
		var out bytes.Buffer
		if err := (Printer{Out: &out}).Print(FormatTable, CostView(test.report)); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(out.String(), "rounded by itself"); got != test.want {
			t.Errorf("%s: the note is there: %v\n%s", test.name, got, out.String())
		}
	}
}
