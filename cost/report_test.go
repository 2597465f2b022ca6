package cost

import (
	"bytes"
	"encoding/json"
	"flag"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
)

var update = flag.Bool("update", false, "write testdata anew")

// randomBill makes lines with many digits, both signs, several currencies, periods and services.
func randomBill(random *rand.Rand) *Bill {
	names := []string{"Tax", "Amazon GuardDuty", "AWS Support (Business)"}
	for name := range services {
		names = append(names, name)
	}
	slices.Sort(names)
	regions := []string{"eu-west-1", "us-east-1", "ap-south-1", "global", NoRegion}
	bill := &Bill{AccountID: account, Start: "2026-09-01", End: "2026-09-06", Granularity: Daily, Requests: 1 + random.IntN(3)}
	for _, p := range (Request{Start: bill.Start, End: bill.End, Granularity: Daily}).periods() {
		p.Estimated = random.IntN(2) == 0
		n := random.IntN(40)
		p.NoData = n == 0
		bill.Periods = append(bill.Periods, p)
		for range n {
			bill.Lines = append(bill.Lines, Line{
				AccountID: account, Start: p.Start, End: p.End, Estimated: p.Estimated,
				Service: names[random.IntN(len(names))], Region: regions[random.IntN(len(regions))],
				Currency: []string{"USD", "USD", "CNY", "EUR"}[random.IntN(4)],
				Amount:   decimal.New(random.Int64N(2_000_000_000_000)-500_000_000_000, -int32(random.IntN(18))),
			})
		}
	}
	slices.SortStableFunc(bill.Lines, compareLines)
	return bill
}

// The classes, the groups, the placements, the periods and the lines add up to the same total, exactly, in each currency.
func TestSumsAgree(t *testing.T) {
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 1))
		bill := randomBill(random)
		baseline, live := world(), world()
		for _, kind := range []string{"sqs:queue", "lambda:function", "s3:bucket", "kms:key"} {
			for _, region := range []string{"eu-west-1", "us-east-1"} {
				r := resource(kind, region, "x")
				if random.IntN(2) == 0 {
					baseline.Resources = append(baseline.Resources, r)
				}
				live.Resources = append(live.Resources, r)
			}
		}
		report := Classify(bill, baseline, live, Options{GroupBy: []GroupBy{ByService, ByRegion}[seed%2]})

		want := make(map[string]decimal.Decimal)
		for _, line := range bill.Lines {
			want[line.Currency] = want[line.Currency].Add(line.Amount)
		}
		check := func(what string, got map[string]decimal.Decimal) {
			t.Helper()
			if len(got) != len(want) {
				t.Fatalf("seed %d: %s has %d currencies, want %d", seed, what, len(got), len(want))
			}
			for currency, amount := range want {
				if !got[currency].Equal(amount) {
					t.Fatalf("seed %d: %s adds up to %s %s, want %s", seed, what, got[currency], currency, amount)
				}
			}
		}
		got := make(map[string]map[string]decimal.Decimal)
		add := func(what, currency string, amount decimal.Decimal) {
			if got[what] == nil {
				got[what] = make(map[string]decimal.Decimal)
			}
			got[what][currency] = got[what][currency].Add(amount)
		}
		sum := func(what string, s Sum) {
			add(what, s.Currency, s.Total)
			for _, class := range Classes() {
				add(what+" by class", s.Currency, s.Of(class))
			}
		}
		for _, s := range report.Totals {
			sum("totals", s)
		}
		for _, g := range report.Groups {
			sum("groups", g.Sum)
		}
		for _, p := range report.Periods {
			for _, s := range p.Totals {
				sum("periods", s)
			}
			for _, g := range p.Groups {
				sum("groups of periods", g.Sum)
			}
		}
		lines := 0
		for _, p := range report.Placements {
			add("placements", p.Currency, p.Amount)
			lines += p.Lines
		}
		for _, l := range report.Lines {
			add("lines", l.Currency, l.Amount)
			if !slices.Contains(Classes(), l.Class) || !slices.Contains(Ways(), l.How) || (l.Class == Unmatched) != (l.How == NotAtAll) {
				t.Fatalf("seed %d: %+v", seed, l)
			}
		}
		if lines != len(bill.Lines) || len(report.Lines) != len(bill.Lines) {
			t.Fatalf("seed %d: %d lines placed of %d", seed, lines, len(bill.Lines))
		}
		for what, amounts := range got {
			check(what, amounts)
		}
		if !report.NoData && len(got) != 10 {
			t.Fatalf("seed %d: only %d sums were checked", seed, len(got))
		}

		// A document that is read back says the same, to the last digit.
		data, err := json.Marshal(report)
		if err != nil {
			t.Fatal(err)
		}
		var again Report
		if err := json.Unmarshal(data, &again); err != nil {
			t.Fatal(err)
		}
		for i, s := range again.Totals {
			if !s.Total.Equal(report.Totals[i].Total) {
				t.Fatalf("seed %d: %s was %s", seed, s.Total, report.Totals[i].Total)
			}
		}
	}
}

func TestRoundingOnceKeepsTheCents(t *testing.T) {
	bill := &Bill{AccountID: account}
	for range 1000 {
		bill.Lines = append(bill.Lines, Line{AccountID: account, Service: "Tax", Region: NoRegion, Currency: "USD", Amount: decimal.RequireFromString("0.0049")})
	}
	if got := Display(Classify(bill, world(), nil, Options{}).Totals[0].Total); got != "4.90" {
		t.Errorf("got %s; rounding every line gives 0.00", got)
	}
}

func sampleReport() *Report {
	usd := func(text string) decimal.Decimal { return decimal.RequireFromString(text) }
	day := func(start Date, estimated bool, service, region, amount string) Line {
		return Line{AccountID: account, Start: start, End: start.addDays(1), Estimated: estimated, Service: service, Region: region, Currency: "USD", Amount: usd(amount)}
	}
	bill := &Bill{
		AccountID: account, Source: Source{Name: "Cost Explorer", Metric: "UnblendedCost"}, Start: "2026-09-27", End: "2026-10-01", Granularity: Daily,
		Periods: []Period{
			{Start: "2026-09-27", End: "2026-09-28"}, {Start: "2026-09-28", End: "2026-09-29", Estimated: true},
			{Start: "2026-09-29", End: "2026-09-30", Estimated: true, NoData: true}, {Start: "2026-09-30", End: "2026-10-01", NoData: true},
		},
		Lines: []Line{
			day("2026-09-27", false, "AWS Lambda", "eu-west-1", "0.0000000001"), day("2026-09-27", false, "Amazon Simple Queue Service", "eu-west-1", "12.3400000002"),
			day("2026-09-27", false, "Tax", NoRegion, "2.30"),
			day("2026-09-28", true, "Amazon GuardDuty", "eu-west-1", "-0.5"), day("2026-09-28", true, "Amazon Simple Queue Service", "us-east-1", "0"),
		},
		Requests: 2, RequestCost: requestCost(2),
	}
	queue := resource("sqs:queue", "eu-west-1", "a")
	baseline := world(queue)
	baseline.Name, baseline.Digest, baseline.Edited = "monday", "sha256:00", true
	return Classify(bill, baseline, world(queue, resource("lambda:function", "eu-west-1", "f")), Options{})
}

func TestReport(t *testing.T) {
	r := sampleReport()
	if r.Currency != "USD" || r.NoData || !r.Estimated || r.DataThrough != "2026-09-29" || r.FinalThrough != "2026-09-28" {
		t.Errorf("%+v", r)
	}
	var names []string
	for _, g := range r.Groups {
		names = append(names, g.Name)
	}
	if want := []string{"Amazon Simple Queue Service", "Tax", "AWS Lambda", "Amazon GuardDuty"}; !slices.Equal(names, want) {
		t.Errorf("groups: %v", names)
	}
	notes := strings.Join(r.Notes, "\n")
	for _, part := range []string{"no data for 2026-09-29 to 2026-09-30", "final before 2026-09-28", "left no trace", "the snapshot monday was edited"} {
		if !strings.Contains(notes, part) {
			t.Errorf("%q is not in the notes:\n%s", part, notes)
		}
	}
}

func TestReportOfNothing(t *testing.T) {
	r := Classify(&Bill{AccountID: account, Source: Source{Name: "Cost Explorer"}, Start: "2026-09-27", End: "2026-09-28", Periods: []Period{{Start: "2026-09-27", End: "2026-09-28", NoData: true}}}, world(), world(), Options{})
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"noData":true`, `"totals":[]`, `"groups":[]`, `"placements":[]`, `"lines":[]`, `that does not mean that the cost is 0`} {
		if !bytes.Contains(data, []byte(part)) {
			t.Errorf("%s is not in %s", part, data)
		}
	}
	if bytes.Contains(data, []byte(`"total":"0"`)) || r.DataThrough != "" || r.Estimated {
		t.Errorf("%s", data)
	}
}

func TestSeveralCurrencies(t *testing.T) {
	line := Line{AccountID: account, Service: "Tax", Region: NoRegion, Currency: "USD", Amount: decimal.New(1, 0)}
	other := line
	other.Currency = "CNY"
	r := Classify(&Bill{AccountID: account, Lines: []Line{line, other}}, world(), world(), Options{GroupBy: ByRegion})
	if len(r.Totals) != 2 || len(r.Groups) != 2 || r.Currency != "" || r.Totals[0].Currency != "CNY" || !r.Totals[0].Total.Equal(line.Amount) {
		t.Errorf("%+v", r.Totals)
	}
	if r.Groups[0].Name != NoRegion || !strings.Contains(strings.Join(r.Notes, "\n"), "several currencies") {
		t.Errorf("%+v %v", r.Groups, r.Notes)
	}
}

// The document is a contract: what this prints is what scripts read.
func TestReportDocument(t *testing.T) {
	got, err := json.MarshalIndent(sampleReport(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	const golden = "testdata/report.json"
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the document changed; if that is meant, raise SchemaVersion where it must be and run: go test ./cost -update\n%s", got)
	}
}

func TestParseGroupBy(t *testing.T) {
	for text, want := range map[string]GroupBy{"": ByService, "Service": ByService, "region": ByRegion} {
		if got, err := ParseGroupBy(text); err != nil || got != want {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
	if _, err := ParseGroupBy("tag"); err == nil || !strings.Contains(err.Error(), "service or region") {
		t.Errorf("%v", err)
	}
}
