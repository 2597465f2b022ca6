package cost

import "github.com/shopspring/decimal"

// Class is what a line of a bill pays for.
type Class string

// The classes. Every line lands in exactly one.
const (
	Baseline    Class = "baseline"     // what belongs to the baseline
	NonBaseline Class = "non_baseline" // what does not
	Shared      Class = "shared"       // tax, support, fees: no resource's own
	Unmatched   Class = "unmatched"    // can't be told
)

// Classes are all classes in the order of a report.
func Classes() []Class { return []Class{Baseline, NonBaseline, Shared, Unmatched} }

// Way is how a line was placed in its class.
type Way string

// The ways of placing, the surest first.
const (
	ByRule   Way = "rule"     // by what the service is: tax, support, fees
	Inferred Way = "inferred" // from what is live where the service billed
	NotAtAll Way = "none"     // it was not placed: the class is unmatched
)

// Ways are all ways in the order of a report.
func Ways() []Way { return []Way{ByRule, Inferred, NotAtAll} }

// Bill is what a source says an account owes for a time. Periods are in order of time, and so are lines; within a
// period the lines are sorted by service, region and currency.
type Bill struct {
	AccountID   string
	Source      Source
	Start, End  Date // End is exclusive
	Granularity Granularity
	Periods     []Period
	Lines       []Line
	// Requests are the paid requests that were made, and RequestCost what they cost in USD at list price. Retries of
	// throttled requests are not counted: AWS does not say that it bills them.
	Requests    int
	RequestCost decimal.Decimal
}

// Source says where a bill is from and what its amounts are.
type Source struct {
	Name   string `json:"name"`   // "Cost Explorer"
	Metric string `json:"metric"` // "UnblendedCost": cash, as AWS charges it
}

// Period is a part of a bill's time.
type Period struct {
	Start Date `json:"start"`
	End   Date `json:"end"` // exclusive
	// Estimated says that AWS may still change the amounts.
	Estimated bool `json:"estimated"`
	// NoData says that the source has nothing for this period, which is not the same as an amount of 0: AWS's data
	// comes a day or two late.
	NoData bool `json:"noData"`
}

// Line is one amount of a bill: of one service in one region in one period. A source fills it up to Amount, Classify
// the rest.
type Line struct {
	AccountID string          `json:"accountId"`
	Start     Date            `json:"start"`
	End       Date            `json:"end"` // exclusive
	Estimated bool            `json:"estimated"`
	Service   string          `json:"service"` // as the source names it
	Region    string          `json:"region"`  // as the source names it; NoRegion where it names none
	Currency  string          `json:"currency"`
	Amount    decimal.Decimal `json:"amount"`

	Class  Class  `json:"class"`
	How    Way    `json:"how"`
	Reason string `json:"reason"` // a sentence without a full stop
}

// NoRegion is the region of what belongs to none, in Cost Explorer's spelling.
const NoRegion = "NoRegion"
