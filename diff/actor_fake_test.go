package diff

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// fakeTrail answers LookupEvents as its API reference says: events of a region, filtered by time and one attribute, the
// latest first, a page at a time.
type fakeTrail struct {
	*testing.T
	url    string
	client *http.Client
	page   int // events on a page

	made     atomic.Int64 // calls, however often the SDK tried them
	mutex    sync.Mutex
	events   map[string][]fakeEvent // by region
	calls    []fakeCall
	refuse   map[string]string // region → error code
	throttle int               // so many calls are throttled first
}

type fakeCall struct{ region, attribute, value, token string }

type fakeEvent struct {
	record    map[string]any
	resources []string // as CloudTrail lists them beside the record
}

func (e fakeEvent) time() time.Time {
	at, err := time.Parse(time.RFC3339, e.record["eventTime"].(string))
	if err != nil {
		panic(err)
	}
	return at
}

func newFakeTrail(t *testing.T) *fakeTrail {
	f := &fakeTrail{T: t, page: pageSize, events: make(map[string][]fakeEvent), refuse: make(map[string]string)}
	server := httptest.NewServer(http.HandlerFunc(f.answer))
	t.Cleanup(server.Close)
	f.url, f.client = server.URL, server.Client()
	return f
}

func (f *fakeTrail) answer(w http.ResponseWriter, r *http.Request) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if target := r.Header.Get("X-Amz-Target"); !strings.HasSuffix(target, ".LookupEvents") {
		f.Errorf("a call of %s", target)
	}
	var in struct {
		StartTime, EndTime float64
		MaxResults         int
		NextToken          string
		LookupAttributes   []struct{ AttributeKey, AttributeValue string }
	}
	if body, err := io.ReadAll(r.Body); err != nil {
		f.Error(err)
	} else if err := json.Unmarshal(body, &in); err != nil {
		f.Error(err)
	}
	region := strings.Split(r.Header.Get("Authorization"), "/")[2]
	fail := func(status int, code string) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"__type":%q,"message":"User: arn:aws:iam::111122223333:user/ops is not authorized to perform: cloudtrail:LookupEvents"}`, code)
	}
	if len(in.LookupAttributes) != 1 || in.MaxResults != pageSize || in.EndTime < in.StartTime {
		f.Errorf("asked for %+v: one attribute, %d results and a time are right", in, pageSize)
	}
	f.calls = append(f.calls, fakeCall{region, in.LookupAttributes[0].AttributeKey, in.LookupAttributes[0].AttributeValue, in.NextToken})
	if f.throttle > 0 {
		f.throttle--
		fail(400, "ThrottlingException")
		return
	}
	if code := f.refuse[region]; code != "" {
		fail(400, code)
		return
	}
	fits := slices.Clone(f.events[region])
	slices.SortStableFunc(fits, func(a, b fakeEvent) int { return b.time().Compare(a.time()) })
	fits = slices.DeleteFunc(fits, func(e fakeEvent) bool {
		at := float64(e.time().Unix())
		if at < in.StartTime || at > in.EndTime {
			return true
		}
		if in.LookupAttributes[0].AttributeKey == "ReadOnly" {
			return fmt.Sprint(e.record["readOnly"]) != in.LookupAttributes[0].AttributeValue
		}
		return !slices.Contains(e.resources, in.LookupAttributes[0].AttributeValue)
	})
	from, _ := strconv.Atoi(in.NextToken)
	to := min(from+f.page, len(fits))
	out := map[string]any{}
	if to < len(fits) {
		out["NextToken"] = strconv.Itoa(to)
	}
	var page []map[string]any
	for _, e := range fits[from:to] {
		text, err := json.Marshal(e.record)
		if err != nil {
			f.Error(err)
		}
		var resources []map[string]any
		for _, name := range e.resources {
			resources = append(resources, map[string]any{"ResourceName": name})
		}
		page = append(page, map[string]any{
			"EventId": e.record["eventID"], "EventName": e.record["eventName"], "EventSource": e.record["eventSource"],
			"EventTime": e.time().Unix(), "CloudTrailEvent": string(text), "Resources": resources,
		})
	}
	out["Events"] = page
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_ = json.NewEncoder(w).Encode(out)
}

// config reaches the fake in every account, retrying at once.
func (f *fakeTrail) config(context.Context, string) (aws.Config, error) {
	return aws.Config{
		BaseEndpoint: &f.url, HTTPClient: f.client,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "test"}, nil
		}),
		APIOptions: []func(*middleware.Stack) error{func(stack *middleware.Stack) error {
			return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("count", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
				f.made.Add(1)
				return next.HandleInitialize(ctx, in)
			}), middleware.Before)
		}},
		Retryer: func() aws.Retryer {
			return retry.AddWithMaxAttempts(retry.AddWithMaxBackoffDelay(retry.NewStandard(), time.Millisecond), 10)
		},
	}, nil
}

const testAccount = "111122223333"

var (
	lastCut = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	nowThen = lastCut.Add(6 * time.Hour)
)

// minutes is a time after the cut-off, as CloudTrail writes it.
func minutes(n int) string { return lastCut.Add(time.Duration(n) * time.Minute).Format(time.RFC3339) }

// event is a record of CloudTrail's: who is a user's name, "role/session", "root" or a service.
func (f *fakeTrail) event(region string, minute int, source, name, who string, request, response any, resources ...string) map[string]any {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	r := map[string]any{
		"eventVersion": "1.11", "eventTime": minutes(minute), "eventSource": source + ".amazonaws.com", "eventName": name,
		"awsRegion": region, "sourceIPAddress": "198.51.100.7", "userAgent": "aws-cli/2.31", "readOnly": false,
		"managementEvent": true, "eventCategory": "Management", "eventType": "AwsApiCall", "recipientAccountId": testAccount,
		"eventID": fmt.Sprintf("event-%s-%d", region, len(f.events[region])), "userIdentity": identityOf(who),
		"requestParameters": request, "responseElements": response,
	}
	f.events[region] = append(f.events[region], fakeEvent{r, resources})
	return r
}

func identityOf(who string) map[string]any {
	role, session, ok := strings.Cut(who, "/")
	switch {
	case ok:
		return map[string]any{
			"type": "AssumedRole", "principalId": "AROAEXAMPLE:" + session, "accountId": testAccount,
			"arn": "arn:aws:sts::" + testAccount + ":assumed-role/" + role + "/" + session,
			"sessionContext": map[string]any{"sessionIssuer": map[string]any{
				"type": "Role", "arn": "arn:aws:iam::" + testAccount + ":role/" + role, "accountId": testAccount, "userName": role,
			}},
		}
	case who == "root":
		return map[string]any{"type": "Root", "principalId": testAccount, "accountId": testAccount, "arn": "arn:aws:iam::" + testAccount + ":root"}
	case strings.Contains(who, "."):
		return map[string]any{"type": "AWSService", "invokedBy": who}
	}
	return map[string]any{"type": "IAMUser", "principalId": "AIDAEXAMPLE", "accountId": testAccount, "arn": "arn:aws:iam::" + testAccount + ":user/" + who, "userName": who}
}

var testKinds = map[string][]string{
	"ec2:security-group": {"AWS::EC2::SecurityGroup"}, "ec2:instance": {"AWS::EC2::Instance"}, "ec2:volume": {"AWS::EC2::Volume"},
	"ec2:network-interface": {"AWS::EC2::NetworkInterface"}, "ec2:vpc": {"AWS::EC2::VPC"}, "ec2:elastic-ip": {"AWS::EC2::EIP", "ec2:address"},
	"iam:role": {"AWS::IAM::Role"}, "iam:user": {"AWS::IAM::User"}, "iam:policy": {"AWS::IAM::ManagedPolicy"},
	"iam:instance-profile": {"AWS::IAM::InstanceProfile"}, "sqs:queue": {"AWS::SQS::Queue"}, "rds:pg": {"AWS::RDS::DBParameterGroup"},
	"lambda:function": {"AWS::Lambda::Function"}, "kms:key": {"AWS::KMS::Key"}, "kms:alias": {"AWS::KMS::Alias"}, "s3:bucket": {"AWS::S3::Bucket"},
	"cloudwatch:alarm": {"AWS::CloudWatch::Alarm"},
}

// changed is a change of a resource whose id says what it is.
func changed(class Class, kind, region, id, arn string) Change {
	r := &snapshot.Resource{Kind: kind, ID: id, Name: id, ARN: arn, AccountID: testAccount, Region: region}
	r.Key = snapshot.ResourceKey(testAccount, region, kind, id)
	c := changeOf(class, r, r)
	switch class {
	case Added, Missed:
		c.Baseline = nil
	case Removed:
		c.Target = nil
	}
	return c
}

// attribute runs Attribute for a live report on the fake.
func (f *fakeTrail) attribute(options ActorOptions, changes ...Change) *Report {
	f.Helper()
	r := &Report{Changes: changes}
	r.count()
	if options.Baseline == nil {
		options.Baseline = &snapshot.Snapshot{Cutoff: lastCut, Accounts: []snapshot.Account{{AccountID: testAccount}}}
	}
	if options.Config == nil && options.Trail == nil {
		options.Config = f.config
	}
	options.Kinds, options.Now = testKinds, func() time.Time { return nowThen }
	if err := Attribute(f.Context(), r, options); err != nil {
		f.Fatal(err)
	}
	return r
}

// by says who made a change: "principal session event confidence", for each.
func by(c Change) string {
	var all []string
	for _, a := range c.Actors {
		words := []string{a.Principal[strings.LastIndexByte(a.Principal, ':')+1:]}
		if a.Session != "" {
			words = append(words, a.Session)
		}
		all = append(all, strings.Join(append(words, a.Event, string(a.Confidence)), " "))
	}
	if c.Unattributed {
		all = append(all, Unattributed)
	}
	return strings.Join(all, "; ")
}
