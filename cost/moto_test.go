package cost_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
	"github.com/aws-baseline/aws-baseline/cost"
)

// prepare puts answers into moto's queue for an account: each request that moto has not met takes the next.
func prepare(t *testing.T, moto *testbed.MotoServer, accountID string, results ...any) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"account_id": accountID, "results": results})
	if err != nil {
		t.Fatal(err)
	}
	if err := moto.Post(context.Background(), "/moto-api/static/ce/cost-and-usage-results", body); err != nil {
		t.Fatal(err)
	}
}

func answer(token, day string, groups ...any) map[string]any {
	end := map[string]string{"2026-09-28": "2026-09-29", "2026-09-29": "2026-09-30"}[day]
	result := map[string]any{"TimePeriod": map[string]string{"Start": day, "End": end}, "Estimated": day == "2026-09-29", "Groups": groups, "Total": map[string]any{}}
	page := map[string]any{"ResultsByTime": []any{result}}
	if token != "" {
		page["NextPageToken"] = token
	}
	return page
}

func group(service, region, amount string) map[string]any {
	return map[string]any{
		"Keys":    []string{service, region},
		"Metrics": map[string]any{"UnblendedCost": map[string]string{"Amount": amount, "Unit": "USD"}},
	}
}

// On an emulator: two pages, throttled as clients must live through, and a time that nothing was prepared for.
func TestOnMoto(t *testing.T) {
	ctx := context.Background()
	moto := testbed.Moto(t)
	proxy := testbed.Proxy(t, moto.URL)
	proxy.Throttle("ce", "*", testbed.Every(2), testbed.FirstAttempt())
	cfg := proxy.Config("eu-west-1")
	queue, err := sqs.NewFromConfig(cfg).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: new("kept")})
	if err != nil {
		t.Fatal(err)
	}
	prepare(t, moto, proxy.Account,
		answer("more", "2026-09-28", group("Amazon Simple Queue Service", "eu-west-1", "0.0000004000"), group("Tax", "NoRegion", "0.10")),
		answer("", "2026-09-29", group("Amazon Simple Queue Service", "us-east-1", "7.0000000001")))

	explorer := cost.Explorer{Config: cfg}
	request := cost.Request{AccountID: proxy.Account, Start: "2026-09-28", End: "2026-10-01", Granularity: cost.Daily}
	bill, err := explorer.Query(ctx, request)
	if err != nil {
		t.Fatal(err)
	}
	if bill.Requests != 2 || proxy.Count("ce", "GetCostAndUsage") != 3 {
		t.Errorf("%d requests, %d attempts", bill.Requests, proxy.Count("ce", "GetCostAndUsage"))
	}
	live := seen(proxy.Account, *queue.QueueUrl)
	report := cost.Classify(bill, live, live, cost.Options{})
	sum := report.Totals[0]
	if sum.Total.String() != "7.1000004001" || sum.Baseline.String() != "0.0000004" || sum.Shared.String() != "0.1" || sum.Unmatched.String() != "7.0000000001" {
		t.Errorf("%+v", sum)
	}
	if report.APICostUSD.String() != "0.02" || report.DataThrough != "2026-09-30" || report.FinalThrough != "2026-09-29" || !report.Periods[2].NoData {
		t.Errorf("%+v", report)
	}

	request.Start, request.End = "2026-08-01", "2026-08-03"
	bill, err = explorer.Query(ctx, request)
	if err != nil {
		t.Fatal(err)
	}
	if report := cost.Classify(bill, live, live, cost.Options{}); !report.NoData || len(report.Totals) != 0 || report.APIRequests != 1 {
		t.Errorf("nothing was prepared, and the report says %+v", report)
	}
}

// seen is a capture of one queue in one region.
func seen(accountID, id string) *snapshot.Snapshot {
	scope := snapshot.ScopeKey(accountID, "eu-west-1", "sqs:queue")
	return &snapshot.Snapshot{
		Accounts: []snapshot.Account{{AccountID: accountID}},
		Coverage: []snapshot.Coverage{{Scope: scope, AccountID: accountID, Region: "eu-west-1", Kind: "sqs:queue", State: snapshot.Complete}},
		Resources: []snapshot.Resource{{
			Key: snapshot.ResourceKey(accountID, "eu-west-1", "sqs:queue", id), Scope: scope, Kind: "sqs:queue", ID: id, AccountID: accountID, Region: "eu-west-1",
		}},
	}
}
