package cost

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer/types"
	"github.com/shopspring/decimal"
)

// Explorer asks AWS's Cost Explorer. It may be used by several goroutines.
type Explorer struct {
	// Config is a session's: its credentials, retryer and endpoint URL. The region is not used: Cost Explorer has one
	// endpoint in a partition.
	Config aws.Config
	// Partition is the session's; empty means aws.
	Partition string
	// MaxRequests bounds the paid requests of one query; 0 is [DefaultMaxRequests].
	MaxRequests int
}

// DefaultMaxRequests is what one query may ask: one dollar.
const DefaultMaxRequests = 100

// requestPriceCents is AWS's list price in US cents: "The AWS Cost Explorer API incurs a charge of 0.01 per request. …
// if your result set is paginated each page counts as a separate request" (aws.amazon.com/aws-cost-management,
// Cost Explorer FAQs).
const requestPriceCents = 1

const metric = "UnblendedCost"

// Query asks for the unblended cost of one account by service and region, all pages of it. Each page is a paid
// request; AWS does not say how many groups a page holds.
//
// The lines are not classified. Periods that AWS says nothing of are in the bill, marked. The error is a *[UsageError]
// where AWS refuses the dates, one of the Err values of this package, or what the SDK said.
func (e Explorer) Query(ctx context.Context, request Request) (*Bill, error) {
	cfg, err := e.config()
	if err != nil {
		return nil, err
	}
	if request.AccountID == "" || request.Start >= request.End {
		return nil, usage("a bill needs an account and a time: from %q to %q", request.Start, request.End)
	}
	client := costexplorer.NewFromConfig(cfg)
	in := input(request)
	a := &answers{request: request, periods: make(map[Date]*Period)}
	budget := e.MaxRequests
	if budget <= 0 {
		budget = DefaultMaxRequests
	}
	tokens := make(map[string]bool)
	for requests := 1; ; requests++ {
		out, err := client.GetCostAndUsage(ctx, in)
		if err == nil {
			err = a.page(out)
		} else {
			err = explain(err, request.AccountID)
		}
		if err != nil {
			return nil, spent(err, requests-1)
		}
		token := aws.ToString(out.NextPageToken)
		switch {
		case token == "":
			return a.bill(requests), nil
		case tokens[token]:
			return nil, spent(badAnswer("a page token came back, so it can't be read to its end"), requests)
		case requests == budget:
			text := fmt.Sprintf("the bill has more than %d pages: ask for less time, or for --granularity monthly", budget)
			return nil, spent(&queryError{is: ErrTooLong, text: text}, requests)
		}
		tokens[token] = true
		in.NextPageToken = &token
	}
}

// config is a configuration that reaches the partition's Cost Explorer.
func (e Explorer) config() (aws.Config, error) {
	cfg := e.Config.Copy()
	switch e.Partition {
	case "", "aws":
		cfg.Region = "us-east-1"
	case "aws-cn":
		cfg.Region = "cn-northwest-1"
	case "aws-us-gov":
		return cfg, &queryError{is: ErrNotInPartition, text: "Cost Explorer does not exist in AWS GovCloud (US): its accounts are billed " +
			"through their associated standard accounts, so ask there"}
	}
	return cfg, nil
}

func input(r Request) *costexplorer.GetCostAndUsageInput {
	return &costexplorer.GetCostAndUsageInput{
		TimePeriod:  &types.DateInterval{Start: aws.String(string(r.Start)), End: aws.String(string(r.End))},
		Granularity: types.Granularity(strings.ToUpper(string(r.Granularity))),
		Metrics:     []string{metric},
		GroupBy: []types.GroupDefinition{
			{Type: types.GroupDefinitionTypeDimension, Key: aws.String("SERVICE")},
			{Type: types.GroupDefinitionTypeDimension, Key: aws.String("REGION")},
		},
		// Without the filter a management account answers for its whole organisation.
		Filter: &types.Expression{Dimensions: &types.DimensionValues{
			Key: types.DimensionLinkedAccount, Values: []string{r.AccountID},
		}},
	}
}

// spent adds to an error what was paid before it came.
func spent(err error, requests int) error {
	if requests == 0 {
		return err
	}
	return fmt.Errorf("%w; %d paid requests were made, at about $%s", err, requests, requestCost(requests))
}

func requestCost(requests int) decimal.Decimal {
	return decimal.New(int64(requests)*requestPriceCents, -2)
}

// answers gathers the pages of one query.
type answers struct {
	request Request
	periods map[Date]*Period // by start, as AWS answered
	lines   []Line
}

// page reads one page. A period may go on over several.
func (a *answers) page(out *costexplorer.GetCostAndUsageOutput) error {
	for _, result := range out.ResultsByTime {
		if result.TimePeriod == nil {
			return badAnswer("a result without a time")
		}
		start, err := ParseDate(aws.ToString(result.TimePeriod.Start))
		if err != nil {
			return badAnswer("a time that starts at %q", aws.ToString(result.TimePeriod.Start))
		}
		end, err := ParseDate(aws.ToString(result.TimePeriod.End))
		if err != nil || end <= start {
			return badAnswer("a time that ends at %q", aws.ToString(result.TimePeriod.End))
		}
		if start < a.request.Start || end > a.request.End {
			return badAnswer("the time from %s to %s was not asked for", start, end)
		}
		period := a.periods[start]
		if period == nil {
			period = &Period{Start: start, End: end, NoData: true}
			a.periods[start] = period
		}
		if period.End != end {
			return badAnswer("two times that start at %s", start)
		}
		period.Estimated = period.Estimated || result.Estimated
		for _, group := range result.Groups {
			line, err := a.line(period, group)
			if err != nil {
				return err
			}
			period.NoData = false
			a.lines = append(a.lines, line)
		}
	}
	return nil
}

func (a *answers) line(period *Period, group types.Group) (Line, error) {
	if len(group.Keys) != 2 {
		return Line{}, badAnswer("a group with %d keys, not a service and a region", len(group.Keys))
	}
	value, ok := group.Metrics[metric]
	if !ok || aws.ToString(value.Unit) == "" {
		return Line{}, badAnswer("%s in %s has no %s with a currency", group.Keys[0], group.Keys[1], metric)
	}
	amount, err := parseAmount(aws.ToString(value.Amount))
	if err != nil {
		return Line{}, badAnswer("%s in %s: %v", group.Keys[0], group.Keys[1], err)
	}
	line := Line{
		AccountID: a.request.AccountID, Start: period.Start, End: period.End,
		Service: group.Keys[0], Region: group.Keys[1], Currency: *value.Unit, Amount: amount,
	}
	if line.Region == "" {
		line.Region = NoRegion
	}
	return line, nil
}

func (a *answers) bill(requests int) *Bill {
	b := &Bill{
		AccountID: a.request.AccountID, Source: Source{Name: "Cost Explorer", Metric: metric},
		Start: a.request.Start, End: a.request.End, Granularity: a.request.Granularity, Lines: a.lines,
		Requests: requests, RequestCost: requestCost(requests),
	}
	for _, p := range a.periods {
		b.Periods = append(b.Periods, *p)
	}
	for _, p := range a.request.periods() {
		if !slices.ContainsFunc(b.Periods, func(have Period) bool { return have.Start < p.End && p.Start < have.End }) {
			p.NoData = true // AWS said nothing of it
			b.Periods = append(b.Periods, p)
		}
	}
	slices.SortFunc(b.Periods, func(a, b Period) int { return strings.Compare(string(a.Start), string(b.Start)) })
	for i := range b.Lines {
		// Known only now: a later page may say that the period is estimated.
		b.Lines[i].Estimated = a.periods[b.Lines[i].Start].Estimated
	}
	slices.SortStableFunc(b.Lines, compareLines)
	return b
}

func compareLines(a, b Line) int {
	for _, d := range []int{
		strings.Compare(string(a.Start), string(b.Start)), strings.Compare(a.Service, b.Service),
		strings.Compare(a.Region, b.Region), strings.Compare(a.Currency, b.Currency),
	} {
		if d != 0 {
			return d
		}
	}
	return 0
}
