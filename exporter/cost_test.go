package exporter

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/history"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func date(day int) time.Time { return time.Date(2026, 4, day, 0, 0, 0, 0, time.UTC) }

func sample(day int, service, class, amount string) CostSample {
	return CostSample{
		AccountID: account, Region: "eu-west-1", Service: service, Class: class, Currency: "USD", Amount: amount, Start: date(day), End: date(day + 1), Estimated: true,
	}
}

// april is the bill of the first days of April, asked for on the tenth.
func april() CostReport {
	report := CostReport{Start: date(1), End: date(10), Requests: 2, RequestUSD: "0.02"}
	for day := 1; day <= 9; day++ {
		report.Samples = append(report.Samples,
			sample(day, "Amazon Elastic Compute Cloud - Compute", "baseline", "0.1"),
			sample(day, "Amazon Elastic Compute Cloud - Compute", "baseline", "0.2"),
			sample(day, "Amazon Simple Storage Service", "non_baseline", "0.0000000001"),
		)
	}
	return report
}

func TestBillOf(t *testing.T) {
	ec2 := costKey{account, "eu-west-1", "Amazon Elastic Compute Cloud - Compute", "baseline"}
	at := time.Date(2026, 4, 10, 6, 0, 0, 0, time.UTC)
	b := billOf(april(), at)
	if !b.day.Equal(date(8)) {
		t.Errorf("the day is %v: the ninth had ended for six hours only", b.day)
	}
	if got := b.daily[ec2].RatString(); got != "3/10" {
		t.Errorf("the day's sum is %s, want 3/10 exactly", got)
	}
	if got := b.month[ec2].RatString(); got != "12/5" {
		t.Errorf("eight days are %s, want 12/5", got)
	}

	late := april()
	late.Start = date(3)
	late.Samples = late.Samples[6:]
	if b := billOf(late, at); b.month != nil || b.daily == nil {
		t.Error("a month that begins on the third is no month to date")
	}
	if b := billOf(april(), date(1)); !b.day.IsZero() {
		t.Errorf("no day had settled, and yet: %v", b.day)
	}
	odd := april()
	odd.Samples[0].Currency, odd.Samples[1].Amount = "CNY", "much"
	if b := billOf(odd, at); b.skipped != 2 {
		t.Errorf("%d skipped", b.skipped)
	}
}

func costRig(t *testing.T, dir string, query func() (CostReport, error)) *rig {
	r := newRig(t, dir, func(_ *rig, o *Options) {
		o.CostInterval = 24 * time.Hour
		o.Cost = func(_ context.Context, _, live *snapshot.Snapshot) (CostReport, error) {
			if live == nil {
				t.Error("the bill is asked for without a capture")
			}
			return query()
		}
	})
	if _, err := r.restore(t.Context(), identity{}); err != nil || !r.state.ready() {
		r.capturing(capture(start, oneVPC))
	}
	return r
}

// Queries cost money: a restart serves what was paid for and does not ask before it is due.
func TestRestartDoesNotPayAgain(t *testing.T) {
	dir, asked := t.TempDir(), 0
	query := func() (CostReport, error) {
		asked++
		return april(), nil
	}
	first := costRig(t, dir, query)
	if wait := first.restoreCost(); wait != 0 {
		t.Errorf("the first query is due in %v", wait)
	}
	if err := first.queryCost(t.Context()); err != nil {
		t.Fatal(err)
	}
	costs := []string{"aws_baseline_cost_daily_usd", "aws_baseline_cost_month", "aws_baseline_cost_day", "aws_baseline_cost_last_success"}
	serves := func(r *rig) (lines []string) {
		text := r.scrape()
		for _, prefix := range costs {
			lines = append(lines, samples(text, prefix)...)
		}
		return lines
	}
	want := serves(first)
	if len(want) != 6 {
		t.Fatalf("%v", want)
	}
	first.store.Close()

	second := costRig(t, dir, query)
	second.now = start.Add(10 * time.Hour)
	if wait := second.restoreCost(); wait != 14*time.Hour {
		t.Errorf("the next query is due in %v, want 14h", wait)
	}
	if got := serves(second); fmt.Sprint(got) != fmt.Sprint(want) || asked != 1 {
		t.Errorf("after a restart, asked %d times:\n%s", asked, strings.Join(got, "\n"))
	}
	second.now = start.Add(73 * time.Hour)
	if got := samples(second.scrape(), "aws_baseline_cost_daily"); len(got) != 0 {
		t.Errorf("too old to be shown: %v", got)
	}
}

func TestFailingCostQuery(t *testing.T) {
	dir := t.TempDir()
	r := costRig(t, dir, func() (CostReport, error) {
		return CostReport{Requests: 1, RequestUSD: "0.01"}, errors.New("not enabled")
	})
	for range 3 {
		if err := r.queryCost(t.Context()); err == nil {
			t.Fatal("it counts as a success")
		}
	}
	text := r.scrape()
	for _, want := range []string{"aws_baseline_cost_requests_total 3", "aws_baseline_cost_requests_usd_total 0.03", "aws_baseline_cost_last_attempt_success 0"} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if lines := samples(text, "aws_baseline_cost_daily"); len(lines) != 0 {
		t.Errorf("%v", lines)
	}
	r.store.Close()
	// A process that dies over its queries and is started again doesn't ask again at once either.
	again := costRig(t, dir, nil)
	if wait := again.restoreCost(); wait != 24*time.Hour {
		t.Errorf("due in %v", wait)
	}
}

func TestNoCostWithoutAnInterval(t *testing.T) {
	r := newRig(t, t.TempDir(), func(_ *rig, o *Options) {
		o.Cost = func(context.Context, *snapshot.Snapshot, *snapshot.Snapshot) (CostReport, error) { return april(), nil }
	})
	if lines := samples(r.scrape(), "aws_baseline_cost"); len(lines) != 0 {
		t.Errorf("%v", lines)
	}
}

// The bill is placed by the last capture and the active baseline, so nothing is paid before there is a capture.
func TestBillIsPlacedByTheLastCapture(t *testing.T) {
	asked := 0
	var gotBaseline, gotLive *snapshot.Snapshot
	r := newRig(t, t.TempDir(), func(_ *rig, o *Options) {
		o.CostInterval = 24 * time.Hour
		o.Cost = func(_ context.Context, baseline, live *snapshot.Snapshot) (CostReport, error) {
			asked++
			gotBaseline, gotLive = baseline, live
			return april(), nil
		}
	})
	if err := r.queryCost(t.Context()); !errors.Is(err, history.ErrNoCapture) || asked != 0 {
		t.Fatalf("%v, asked %d times", err, asked)
	}
	r.capturing(capture(start, oneVPC))
	if err := r.queryCost(t.Context()); err != nil || gotBaseline != nil || len(gotLive.Resources) != 1 {
		t.Fatalf("%v, %v, %v", err, gotBaseline, gotLive)
	}
	r.baseline = capture(start.Add(-time.Hour), oneVPC)
	if err := r.queryCost(t.Context()); err != nil || gotBaseline != r.baseline {
		t.Fatalf("%v, %v", err, gotBaseline)
	}
	r.options.Baseline = func(context.Context, string) (*snapshot.Snapshot, error) {
		return nil, errors.New("the folder is gone")
	}
	if err := r.queryCost(t.Context()); err == nil || asked != 2 {
		t.Errorf("paid for a bill that can't be placed: %v, asked %d times", err, asked)
	}
}
