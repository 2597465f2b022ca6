package cost

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go"
)

// fakeExplorer answers GetCostAndUsage with what it was given, one answer for each request, and fails the test if the
// requests don't fit the answers.
type fakeExplorer struct {
	t        *testing.T
	answers  []fakeAnswer
	requests []map[string]any
	Config   aws.Config
}

type fakeAnswer struct {
	status int
	body   string
}

func ok(body string) fakeAnswer { return fakeAnswer{200, body} }

func refuse(status int, code, message string) fakeAnswer {
	body, _ := json.Marshal(map[string]string{"__type": code, "message": message})
	return fakeAnswer{status, string(body)}
}

func newFake(t *testing.T, answers ...fakeAnswer) *fakeExplorer {
	f := &fakeExplorer{t: t, answers: answers}
	server := httptest.NewServer(f)
	t.Cleanup(func() {
		server.Close()
		if len(f.requests) != len(f.answers) {
			t.Errorf("%d requests for %d answers", len(f.requests), len(f.answers))
		}
	})
	f.Config = aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			})
		},
	}
	return f
}

func (f *fakeExplorer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var request map[string]any
	if err := json.Unmarshal(body, &request); err != nil {
		f.t.Errorf("the request is not JSON: %v", err)
	}
	if target := r.Header.Get("X-Amz-Target"); target != "AWSInsightsIndexService.GetCostAndUsage" {
		f.t.Errorf("target %s", target)
	}
	if !strings.Contains(r.Header.Get("Authorization"), "/us-east-1/ce/") {
		f.t.Errorf("signed as %s", r.Header.Get("Authorization"))
	}
	f.requests = append(f.requests, request)
	if len(f.requests) > len(f.answers) {
		http.Error(w, "no answer left", http.StatusTeapot)
		return
	}
	answer := f.answers[len(f.requests)-1]
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.WriteHeader(answer.status)
	fmt.Fprint(w, answer.body)
}

// result is one ResultsByTime: a day, and groups written "service|region|amount|currency".
func result(day string, estimated bool, groups ...string) string {
	var list []string
	for _, g := range groups {
		parts := strings.Split(g, "|")
		list = append(list, fmt.Sprintf(`{"Keys":[%q,%q],"Metrics":{"UnblendedCost":{"Amount":%q,"Unit":%q}}}`, parts[0], parts[1], parts[2], parts[3]))
	}
	end := Date(day).addDays(1)
	return fmt.Sprintf(`{"TimePeriod":{"Start":%q,"End":%q},"Total":{},"Estimated":%t,"Groups":[%s]}`, day, end, estimated, strings.Join(list, ","))
}

func page(token string, results ...string) fakeAnswer {
	next := ""
	if token != "" {
		next = fmt.Sprintf(`"NextPageToken":%q,`, token)
	}
	return ok(fmt.Sprintf(`{%s"ResultsByTime":[%s]}`, next, strings.Join(results, ",")))
}

func threeDays() Request {
	return Request{AccountID: "123456789012", Start: "2026-09-28", End: "2026-10-01", Granularity: Daily}
}

func TestQueryReadsAllPages(t *testing.T) {
	f := newFake(t,
		page("one", result("2026-09-28", false, "Tax|NoRegion|1.10|USD"), result("2026-09-29", false, "AWS Lambda|eu-west-1|0.0000000001|USD")),
		page("two", result("2026-09-29", true, "AWS Lambda|us-east-1|-3E-7|USD", "AWS Lambda||2|EUR")),
		page("", result("2026-09-29", false)))
	bill, err := Explorer{Config: f.Config}.Query(context.Background(), threeDays())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range bill.Lines {
		got = append(got, fmt.Sprintf("%s %s %s %s %s %t", l.Start, l.Service, l.Region, l.Amount, l.Currency, l.Estimated))
	}
	want := []string{
		"2026-09-28 Tax NoRegion 1.1 USD false",
		"2026-09-29 AWS Lambda NoRegion 2 EUR true",
		"2026-09-29 AWS Lambda eu-west-1 0.0000000001 USD true",
		"2026-09-29 AWS Lambda us-east-1 -0.0000003 USD true",
	}
	if !slices.Equal(got, want) {
		t.Errorf("lines:\n%s", strings.Join(got, "\n"))
	}
	wantPeriods := []Period{{Start: "2026-09-28", End: "2026-09-29"}, {Start: "2026-09-29", End: "2026-09-30", Estimated: true}, {Start: "2026-09-30", End: "2026-10-01", NoData: true}}
	if !slices.Equal(bill.Periods, wantPeriods) {
		t.Errorf("periods: %+v", bill.Periods)
	}
	if bill.Requests != 3 || bill.RequestCost.String() != "0.03" {
		t.Errorf("%d requests for %s", bill.Requests, bill.RequestCost)
	}
	for i, token := range []any{nil, "one", "two"} {
		if f.requests[i]["NextPageToken"] != token {
			t.Errorf("request %d has the token %v", i, f.requests[i]["NextPageToken"])
		}
		delete(f.requests[i], "NextPageToken")
	}
	var sent bytes.Buffer
	encoder := json.NewEncoder(&sent)
	_ = encoder.Encode(f.requests[2])
	wantSent := `{"Filter":{"Dimensions":{"Key":"LINKED_ACCOUNT","Values":["123456789012"]}},"Granularity":"DAILY",` +
		`"GroupBy":[{"Key":"SERVICE","Type":"DIMENSION"},{"Key":"REGION","Type":"DIMENSION"}],"Metrics":["UnblendedCost"],` +
		`"TimePeriod":{"End":"2026-10-01","Start":"2026-09-28"}}`
	if strings.TrimSpace(sent.String()) != wantSent {
		t.Errorf("sent %s", sent.String())
	}
}

func TestNoDataIsNotZero(t *testing.T) {
	f := newFake(t, ok(`{"ResultsByTime":[]}`))
	bill, err := Explorer{Config: f.Config}.Query(context.Background(), threeDays())
	if err != nil {
		t.Fatal(err)
	}
	if len(bill.Lines) != 0 || len(bill.Periods) != 3 {
		t.Fatalf("%+v", bill)
	}
	for _, p := range bill.Periods {
		if !p.NoData {
			t.Errorf("%+v", p)
		}
	}
	// A period with an amount of 0 has data.
	f = newFake(t, page("", result("2026-09-28", false, "AWS Lambda|eu-west-1|0|USD"), result("2026-09-29", false)))
	bill, err = Explorer{Config: f.Config}.Query(context.Background(), threeDays())
	if err != nil || bill.Periods[0].NoData || !bill.Periods[1].NoData || len(bill.Lines) != 1 {
		t.Fatalf("%+v, %v", bill, err)
	}
}

func TestThrottleIsRetriedAndPaidOnce(t *testing.T) {
	f := newFake(t, refuse(400, "LimitExceededException", "Rate exceeded"), refuse(400, "ThrottlingException", "Rate exceeded"), page("", result("2026-09-28", false, "Tax|NoRegion|1|USD")))
	bill, err := Explorer{Config: f.Config}.Query(context.Background(), threeDays())
	if err != nil || bill.Requests != 1 || len(bill.Lines) != 1 {
		t.Fatalf("%+v, %v", bill, err)
	}
}

func TestQueryErrors(t *testing.T) {
	first := page("one", result("2026-09-28", false, "Tax|NoRegion|1|USD"))
	for _, test := range []struct {
		name    string
		answers []fakeAnswer
		is      error
		usage   bool
		says    []string
	}{
		{name: "not enabled", answers: []fakeAnswer{refuse(400, "AccessDeniedException", "User not enabled for cost explorer access")},
			is: ErrNotEnabled, says: []string{"not enabled for account 123456789012", "Billing and Cost Management", "24 hours"}},
		{name: "denied", answers: []fakeAnswer{refuse(400, "AccessDeniedException", "User: arn:aws:iam::1:user/x is not authorized to perform: ce:GetCostAndUsage on resource: *")},
			is: ErrDenied, says: []string{"allow ce:GetCostAndUsage", "arn:aws:iam::1:user/x"}},
		{name: "linked account", answers: []fakeAnswer{refuse(400, "AccessDeniedException", "Linked account doesn't have access to cost explorer.")},
			is: ErrDenied, says: []string{"management account"}},
		{name: "no data yet", answers: []fakeAnswer{refuse(400, "DataUnavailableException", "Data is not available.")}, is: ErrNoDataYet, says: []string{"24 hours"}},
		{name: "AWS refuses the dates", answers: []fakeAnswer{refuse(400, "ValidationException", "end date past the beginning of next month")},
			usage: true, says: []string{"end date past the beginning of next month"}},
		{name: "throttled for good", answers: slices.Repeat([]fakeAnswer{refuse(400, "LimitExceededException", "Rate exceeded")}, 3),
			is: ErrThrottled, says: []string{"try again"}},
		{name: "denied on the second page", answers: []fakeAnswer{first, refuse(400, "AccessDeniedException", "no")},
			is: ErrDenied, says: []string{"1 paid requests", "$0.01"}},
		{name: "the same token", answers: []fakeAnswer{first, first}, is: ErrBadAnswer, says: []string{"token", "$0.02"}},
		{name: "tokens in a circle", answers: []fakeAnswer{first, page("two"), page("one")}, is: ErrBadAnswer, says: []string{"$0.03"}},
		{name: "too many pages", answers: []fakeAnswer{page("1"), page("2"), page("3"), page("4")}, is: ErrTooLong, says: []string{"more than 4 pages", "monthly"}},
		{name: "not the time asked for", answers: []fakeAnswer{page("", result("2026-09-27", false))}, is: ErrBadAnswer, says: []string{"2026-09-27"}},
		{name: "no time", answers: []fakeAnswer{ok(`{"ResultsByTime":[{"Groups":[]}]}`)}, is: ErrBadAnswer},
		{name: "a broken time", answers: []fakeAnswer{ok(`{"ResultsByTime":[{"TimePeriod":{"Start":"2026-09-28","End":"soon"}}]}`)}, is: ErrBadAnswer, says: []string{"soon"}},
		{name: "one key", answers: []fakeAnswer{ok(`{"ResultsByTime":[{"TimePeriod":{"Start":"2026-09-28","End":"2026-09-29"},"Groups":[{"Keys":["Tax"]}]}]}`)}, is: ErrBadAnswer},
		{name: "no metric", answers: []fakeAnswer{ok(`{"ResultsByTime":[{"TimePeriod":{"Start":"2026-09-28","End":"2026-09-29"},"Groups":[{"Keys":["Tax","NoRegion"],"Metrics":{}}]}]}`)}, is: ErrBadAnswer},
		{name: "no currency", answers: []fakeAnswer{page("", result("2026-09-28", false, "Tax|NoRegion|1|"))}, is: ErrBadAnswer},
		{name: "no amount", answers: []fakeAnswer{page("", result("2026-09-28", false, "Tax|NoRegion|much|USD"))}, is: ErrBadAnswer, says: []string{"much"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newFake(t, test.answers...)
			bill, err := Explorer{Config: f.Config, MaxRequests: 4}.Query(context.Background(), threeDays())
			if err == nil || bill != nil {
				t.Fatalf("got %+v, %v", bill, err)
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("%v is not %v", err, test.is)
			}
			var bad *UsageError
			if errors.As(err, &bad) != test.usage {
				t.Errorf("%v: usage error: %t", err, !test.usage)
			}
			for _, part := range test.says {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
		})
	}
}

// What this package does not explain has to reach the caller as it is, for the exit code.
func TestOtherErrorsPass(t *testing.T) {
	f := newFake(t, refuse(400, "ExpiredTokenException", "The security token included in the request is expired"))
	_, err := Explorer{Config: f.Config}.Query(context.Background(), threeDays())
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != "ExpiredTokenException" {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (Explorer{Config: newFake(t).Config}).Query(ctx, threeDays()); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestPartitions(t *testing.T) {
	for partition, region := range map[string]string{"": "us-east-1", "aws": "us-east-1", "aws-cn": "cn-northwest-1"} {
		cfg, err := Explorer{Config: aws.Config{Region: "cn-north-1"}, Partition: partition}.config()
		if err != nil || cfg.Region != region {
			t.Errorf("%s: %s, %v", partition, cfg.Region, err)
		}
	}
	_, err := Explorer{Partition: "aws-us-gov"}.Query(context.Background(), threeDays())
	if !errors.Is(err, ErrNotInPartition) {
		t.Errorf("%v", err)
	}
}
