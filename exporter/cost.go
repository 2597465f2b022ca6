package exporter

import (
	"context"
	"encoding/json"
	"errors"
	"math/big"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// CostReport is what a query for the bill found, by day. What it found before an error counts for its requests only.
type CostReport struct {
	Start, End time.Time // the time asked for; End is exclusive
	Samples    []CostSample
	Requests   int64  // paid ones that were made
	RequestUSD string // what they cost together, decimal; empty is 0
}

// CostSample is one amount of one day.
type CostSample struct {
	AccountID string
	Region    string
	Service   string // as the bill names it
	Class     string // baseline, non_baseline, shared or unmatched
	Currency  string
	Amount    string    // decimal
	Start     time.Time // UTC midnight
	End       time.Time // exclusive
	Estimated bool
}

// settled is how long after its end a day's bill is taken: AWS's numbers come in up to a day late, and a day that is
// half in looks like savings.
const settled = 24 * time.Hour

// usd is the only currency that metrics are made of; the unit is in their names.
const usd = "USD"

// costKey is what amounts are added up by.
type costKey struct{ account, region, service, class string }

// bill is what is exported of a report. Sums are exact; they become floats when a metric is made.
type bill struct {
	day     time.Time // the start of the newest settled day; zero where there is none
	daily   map[costKey]*big.Rat
	month   map[costKey]*big.Rat // of its month up to the end of that day; nil where the report doesn't reach back
	skipped int                  // samples in another currency, or with an amount that is no number
}

// billOf takes the newest settled day, and its month up to then, from a report that was made at a time.
func billOf(report CostReport, asked time.Time) bill {
	b := bill{daily: make(map[costKey]*big.Rat)}
	limit := asked.Add(-settled)
	for _, sample := range report.Samples {
		if !sample.End.After(limit) && sample.Start.After(b.day) {
			b.day = sample.Start
		}
	}
	if b.day.IsZero() {
		return b
	}
	first := time.Date(b.day.Year(), b.day.Month(), 1, 0, 0, 0, 0, time.UTC)
	if !report.Start.After(first) {
		b.month = make(map[costKey]*big.Rat)
	}
	for _, sample := range report.Samples {
		amount, ok := new(big.Rat).SetString(sample.Amount)
		if !ok || sample.Currency != usd {
			b.skipped++
			continue
		}
		key := costKey{sample.AccountID, sample.Region, sample.Service, sample.Class}
		if sample.Start.Equal(b.day) {
			accumulate(b.daily, key, amount)
		}
		if b.month != nil && !sample.Start.Before(first) && !sample.Start.After(b.day) {
			accumulate(b.month, key, amount)
		}
	}
	return b
}

func accumulate(sums map[costKey]*big.Rat, key costKey, amount *big.Rat) {
	if sums[key] == nil {
		sums[key] = new(big.Rat)
	}
	sums[key].Add(sums[key], amount)
}

// costNote is what the history remembers of the bill, so that a restart asks for nothing that was paid for.
type costNote struct {
	Attempted time.Time  `json:"attempted"`
	Succeeded time.Time  `json:"succeeded"`
	Report    CostReport `json:"report"`
}

const costNoteName = "cost"

// queryCost asks for the bill once. Where it fails, the one before is served on.
func (e *exporter) queryCost(ctx context.Context) error {
	baseline, live, err := e.both(ctx)
	if err != nil {
		e.options.Logger.Error("no bill is asked for", "error", err)
		return err
	}
	note := e.state.costNote()
	note.Attempted = e.options.Now().UTC()
	// Before the query: a process that dies over it must not pay again at once.
	e.rememberCost(note)
	report, err := e.options.Cost(ctx, baseline, live)
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	e.state.costAsked(report, err == nil)
	if err != nil {
		e.options.Logger.Error("cost query failed", "error", err)
		return err
	}
	note.Succeeded, note.Report = note.Attempted, report
	e.rememberCost(note)
	e.showCost(note)
	e.options.Logger.Info("cost query done", "samples", len(report.Samples), "requests", report.Requests)
	return nil
}

// both reads the active baseline, if there is one, and the last capture.
func (e *exporter) both(ctx context.Context) (baseline, live *snapshot.Snapshot, err error) {
	e.working.Lock()
	live, err = e.last()
	e.working.Unlock()
	if err != nil || e.options.Baseline == nil {
		return nil, live, err
	}
	baseline, err = e.options.Baseline(ctx, live.AccountSet())
	if errors.Is(err, snapshot.ErrNoActive) {
		return nil, live, nil
	}
	return baseline, live, err
}

// costs asks for the bill on a schedule, from the first capture on.
func (e *exporter) costs(ctx context.Context, wait time.Duration) {
	select {
	case <-ctx.Done():
		return
	case <-e.state.served:
	}
	schedule{wait: wait, interval: e.options.CostInterval, retry: costRetry}.run(ctx, e.queryCost)
}

func (e *exporter) rememberCost(note costNote) {
	data, err := json.Marshal(note)
	if err == nil {
		err = e.store.Remember(costNoteName, data)
	}
	if err != nil {
		e.state.historyFailed()
		e.options.Logger.Error("can't remember the cost query", "error", err)
	}
	e.state.setCostNote(note)
}

// showCost makes metrics of what a note remembers.
func (e *exporter) showCost(note costNote) {
	if note.Succeeded.IsZero() {
		return
	}
	b := billOf(note.Report, note.Succeeded)
	if b.skipped > 0 {
		e.options.Logger.Warn("amounts are left out: they are not in USD or no numbers", "samples", b.skipped)
	}
	e.state.setCost(e.metrics.cost(b, e.options.MaxSeries))
}

// restoreCost shows the last bill and returns how long the next query can wait.
func (e *exporter) restoreCost() time.Duration {
	data, err := e.store.Recall(costNoteName)
	var note costNote
	if err == nil && data != nil {
		err = json.Unmarshal(data, &note)
	}
	if err != nil {
		e.state.historyFailed()
		e.options.Logger.Error("can't recall the last cost query", "error", err)
		return 0
	}
	e.state.setCostNote(note)
	e.showCost(note)
	return e.due(note.Attempted, e.options.CostInterval)
}
