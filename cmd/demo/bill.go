package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"time"
)

// charge is what one service charges in one region on every day of the demonstration's bill.
type charge struct {
	service, region, amount string
	class                   string // in which aws-baseline has to put it
}

// charges are those of an account with the landing zone and the developer's drift in it. Where both use a service,
// nobody can tell from Cost Explorer, which knows no resources, whose the money is.
func charges() []charge {
	return []charge{
		{"AWS CloudTrail", home, "0.3142857143", "baseline"},
		{"AWS Key Management Service", home, "0.0333333333", "baseline"},
		{"AWS Key Management Service", other, "0.0333333333", "baseline"},
		{"AWS Lambda", other, "0.0000020834", "baseline"},
		{"Amazon Simple Storage Service", other, "0.0214000000", "baseline"},
		{"Amazon Elastic Compute Cloud - Compute", home, "0.4992000000", "non_baseline"},
		{"EC2 - Other", home, "0.0526027397", "non_baseline"},
		{"Amazon Virtual Private Cloud", home, "0.1200000000", "non_baseline"},
		{"AmazonCloudWatch", home, "0.0197260274", "unmatched"},
		{"Amazon Simple Storage Service", home, "0.8760000000", "unmatched"},
		{"Amazon Simple Queue Service", other, "0.0000400000", "unmatched"},
		{"AWS Support (Business)", "NoRegion", "3.3333333333", "shared"},
		{"Tax", "NoRegion", "0.8400000000", "shared"},
	}
}

// billDays is how many days the bill has.
const billDays = 7

// prepareBill makes the emulator's Cost Explorer answer the next request with the charges, for the days from start.
func (d *demo) prepareBill(ctx context.Context, start time.Time) error {
	type m = map[string]any
	var days []m
	for n := range billDays {
		day := start.AddDate(0, 0, n)
		var groups []m
		for _, c := range charges() {
			groups = append(groups, m{
				"Keys":    []string{c.service, c.region},
				"Metrics": m{"UnblendedCost": m{"Amount": c.amount, "Unit": "USD"}},
			})
		}
		days = append(days, m{
			"TimePeriod": m{"Start": day.Format(time.DateOnly), "End": day.AddDate(0, 0, 1).Format(time.DateOnly)},
			"Groups":     groups, "Total": m{}, "Estimated": n == billDays-1,
		})
	}
	body, err := json.Marshal(m{"account_id": account, "results": []m{{"ResultsByTime": days}}})
	if err != nil {
		return err
	}
	return d.moto.Post(ctx, "/moto-api/static/ce/cost-and-usage-results", body)
}

// costReport is what cost exports.
type costReport struct {
	Document string
	Totals   []map[string]string
}

func (r *costReport) read(file string) error { return readDocument(file, "cost", &r.Document, r) }

// check wants every charge to be in its class, and the classes to add up to the bill to the last digit.
func (r *costReport) check(list []charge, days int64) error {
	if len(r.Totals) != 1 || r.Totals[0]["currency"] != "USD" {
		return fmt.Errorf("the cost should be in USD alone: %v", r.Totals)
	}
	want := map[string]*big.Rat{"total": new(big.Rat), "baseline": new(big.Rat), "non_baseline": new(big.Rat), "shared": new(big.Rat), "unmatched": new(big.Rat)}
	for _, c := range list {
		amount, ok := new(big.Rat).SetString(c.amount)
		if !ok {
			return fmt.Errorf("%s is no amount", c.amount)
		}
		amount.Mul(amount, big.NewRat(days, 1))
		want[c.class].Add(want[c.class], amount)
		want["total"].Add(want["total"], amount)
	}
	for class, amount := range want {
		got, ok := new(big.Rat).SetString(r.Totals[0][class])
		if !ok || got.Cmp(amount) != 0 {
			return fmt.Errorf("the cost of the class %s should be %s, and is %q", class, amount.FloatString(10), r.Totals[0][class])
		}
	}
	return nil
}
