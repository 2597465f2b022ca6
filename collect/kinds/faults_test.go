package kinds

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// fault is a way in which every call of a kind fails.
type fault struct {
	name   string
	inject func(p *testbed.FaultProxy, which testbed.Option) (remove func())
	state  snapshot.State
	codes  []string      // what AWS, or the engine, calls it
	limit  time.Duration // within which a capture must end, by the bubble's clock
	most   int           // kinds that fail in one capture; a region in which nothing answers for long is left alone
}

func faults() []fault {
	return []fault{
		{"denied", func(p *testbed.FaultProxy, which testbed.Option) func() { return p.Deny("*", "*", which) },
			snapshot.Denied, []string{"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}, time.Minute, 200},
		{"throttled for ever", func(p *testbed.FaultProxy, which testbed.Option) func() { return p.Throttle("*", "*", which) },
			snapshot.Failed, []string{"Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown"}, 5 * time.Minute, 200},
		{"hung", func(p *testbed.FaultProxy, which testbed.Option) func() { return p.Hang("*", "*", which) },
			snapshot.Failed, []string{"Timeout"}, 5 * time.Minute, 4},
		{"answered with a web page", func(p *testbed.FaultProxy, which testbed.Option) func() {
			return p.HTML("*", "*", http.StatusForbidden, which)
		}, snapshot.Failed, []string{"NotAnAWSAnswer"}, time.Minute, 200},
		{"lacking, as emulators say it", func(p *testbed.FaultProxy, which testbed.Option) func() {
			return p.HTML("*", "*", http.StatusInternalServerError, which)
		}, snapshot.Unavailable, []string{"NotAnAWSAnswer"}, time.Minute, 200},
	}
}

// operations are what each kind calls.
func operations(t *testing.T) map[string][]string {
	t.Helper()
	called := make(map[string][]string)
	for _, kind := range All() {
		rehearsal, err := collect.Rehearse(kind)
		if err != nil {
			t.Fatalf("%s: %v", kind.Name, err)
		}
		if len(rehearsal.Operations) == 0 {
			t.Fatalf("%s calls nothing", kind.Name)
		}
		called[kind.Name] = rehearsal.Operations
	}
	return called
}

// groups puts the kinds into groups of which no two share an operation, so that the kinds of a group can fail at once.
func groups(called map[string][]string, most int) [][]string {
	var all [][]string
	var taken []map[string]bool
next:
	for _, kind := range All() {
		for i := range all {
			if len(all[i]) < most && !slices.ContainsFunc(called[kind.Name], func(o string) bool { return taken[i][o] }) {
				all[i] = append(all[i], kind.Name)
				for _, o := range called[kind.Name] {
					taken[i][o] = true
				}
				continue next
			}
		}
		all = append(all, []string{kind.Name})
		taken = append(taken, make(map[string]bool))
		for _, o := range called[kind.Name] {
			taken[len(taken)-1][o] = true
		}
	}
	return all
}

// TestFaultsOfEveryKind makes every call of every kind fail in each way, in turn: that kind's coverage says so and
// nothing of it is stored, the rest of the capture is as it is without the fault, and the capture ends in time.
func TestFaultsOfEveryKind(t *testing.T) {
	called := operations(t)
	for _, f := range faults() {
		t.Run(strings.ReplaceAll(f.name, " ", "-"), func(t *testing.T) {
			account := newMadeUpAccount(t)
			key := collect.NewMaskKey("the key of the tests of faults")
			synctest.Test(t, func(t *testing.T) {
				calm := scopesOf(account.capture(t, All(), key))
				for _, group := range groups(called, f.most) {
					failing := make(map[string]bool)
					for _, kind := range group {
						for _, operation := range called[kind] {
							failing[operation] = true
						}
					}
					remove := f.inject(account.proxy, testbed.When(func(c *testbed.Call) bool { return failing[operationOf(c.Context())] }))
					started := time.Now()
					got := scopesOf(account.capture(t, All(), key))
					if took := time.Since(started); took > f.limit {
						t.Errorf("with %v the capture took %s, more than %s", group, took, f.limit)
					}
					remove()
					f.check(t, calm, got, group, called, failing)
				}
			})
		})
	}
}

// scopeSeen is what a capture saw of a kind.
type scopeSeen struct {
	snapshot.Coverage
	resources map[string]snapshot.Resource // by key
}

func scopesOf(s *snapshot.Snapshot) map[string]scopeSeen {
	scopes := make(map[string]scopeSeen)
	for _, c := range s.Coverage {
		scopes[c.Kind] = scopeSeen{c, make(map[string]snapshot.Resource)}
	}
	for _, r := range s.Resources {
		scopes[r.Kind].resources[r.Key] = r
	}
	return scopes
}

// check compares a capture with a calm one.
func (f fault) check(t *testing.T, calm, got map[string]scopeSeen, group []string, called map[string][]string, failing map[string]bool) {
	t.Helper()
	for kind, before := range calm {
		after, ok := got[kind]
		if !ok {
			t.Errorf("%s: no coverage while %v fail", kind, group)
			continue
		}
		touched := slices.ContainsFunc(called[kind], func(o string) bool { return failing[o] })
		switch {
		case slices.Contains(group, kind):
			f.checkFailed(t, after, called[kind])
		case touched:
			f.checkTouched(t, before, after, failing)
		default:
			checkSame(t, before, after, group)
		}
	}
}

// checkFailed checks a scope of which every call failed.
func (f fault) checkFailed(t *testing.T, s scopeSeen, operations []string) {
	t.Helper()
	if s.State != f.state || !slices.Contains(operations, s.Operation) || !slices.Contains(f.codes, s.Code) || s.Message == "" {
		t.Errorf("%s: %s %s %s %q, want %s with one of its operations, a code of %v and a message",
			s.Kind, s.State, s.Operation, s.Code, s.Message, f.state, f.codes)
	}
	if s.Resources != 0 || len(s.resources) != 0 {
		t.Errorf("%s: %d resources although nothing was answered: %v", s.Kind, len(s.resources), s.resources)
	}
}

// checkTouched checks a scope of which some calls failed, since it shares them: what is missing or empty must be told.
func (f fault) checkTouched(t *testing.T, before, after scopeSeen, failing map[string]bool) {
	t.Helper()
	if after.State != snapshot.Complete {
		if !failing[after.Operation] || !slices.Contains(f.codes, after.Code) || after.Message == "" {
			t.Errorf("%s: %s %s %s %q, want one of the operations and codes that fail", after.Kind, after.State, after.Operation, after.Code, after.Message)
		}
		return
	}
	for key, r := range before.resources {
		seen, ok := after.resources[key]
		if !ok {
			t.Errorf("%s: complete, and lacks %s", after.Kind, key)
			continue
		}
		for _, unknown := range seen.Unknown {
			if !slices.Contains(f.codes, unknown.Code) && !slices.Contains(r.Unknown, unknown) {
				t.Errorf("%s: %s is unknown for %s: %s", key, unknown.Path, unknown.Code, unknown.Message)
			}
		}
		if len(seen.Unknown) == len(r.Unknown) && content(t, seen) != content(t, r) {
			t.Errorf("%s: complete and nothing unknown, and it differs:\n%s\n%s", key, content(t, r), content(t, seen))
		}
	}
}

// checkSame checks a scope that has nothing to do with what fails.
func checkSame(t *testing.T, before, after scopeSeen, group []string) {
	t.Helper()
	if before.Coverage != after.Coverage {
		t.Errorf("%s: %+v while %v fail, otherwise %+v", before.Kind, after.Coverage, group, before.Coverage)
	}
	for key, r := range before.resources {
		if seen, ok := after.resources[key]; !ok || content(t, seen) != content(t, r) {
			t.Errorf("%s differs while %v fail:\n%s\n%s", key, group, content(t, r), content(t, seen))
		}
	}
}

// content is all of a resource but what points to others, which may be among what fails.
func content(t *testing.T, r snapshot.Resource) string {
	t.Helper()
	r.References, r.Owner, r.Marks = nil, nil, nil
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text) + string(r.Status)
}

// TestOneServiceHangs: what one service leaves hanging, however often, is not taken for the region's silence, and others
// that take long are read to their end.
func TestOneServiceHangs(t *testing.T) {
	const functions, logGroups = 60, 200 // tags of log groups come at 2.5 a second
	account := newMadeUpAccount(t)
	account.more = map[string]func(any){
		"Lambda: ListFunctions": func(out any) {
			list := &out.(*lambda.ListFunctionsOutput).Functions
			for i := range functions - 1 {
				another := (*list)[0]
				another.FunctionName, another.FunctionArn = aws.String(fmt.Sprint("f", i)), aws.String(fmt.Sprint("arn:f", i))
				*list = append(*list, another)
			}
		},
		"CloudWatch Logs: DescribeLogGroups": func(out any) {
			list := &out.(*cloudwatchlogs.DescribeLogGroupsOutput).LogGroups
			for i := range logGroups - 1 {
				another := (*list)[0]
				another.LogGroupName, another.LogGroupArn, another.Arn = aws.String(fmt.Sprint("g", i)), aws.String(fmt.Sprint("arn:g", i)), aws.String(fmt.Sprint("arn:g", i, ":*"))
				*list = append(*list, another)
			}
		},
	}
	account.proxy.Hang("*", "*", testbed.When(func(c *testbed.Call) bool {
		return slices.Contains([]string{"Lambda: GetFunction", "Lambda: GetPolicy"}, operationOf(c.Context()))
	}))
	synctest.Test(t, func(t *testing.T) {
		scopes := scopesOf(account.capture(t, kindsNamed(t, "lambda:function", "logs:log-group"), collect.NewMaskKey("the key of the tests of faults")))
		for kind, want := range map[string]int{"lambda:function": functions, "logs:log-group": logGroups} {
			if got := scopes[kind]; got.State != snapshot.Complete || len(got.resources) != want {
				t.Errorf("%s: %s with %d resources, want %d: %s", kind, got.State, len(got.resources), want, got.Why())
			}
		}
		for key, r := range scopes["lambda:function"].resources {
			if len(r.Unknown) == 0 {
				t.Errorf("%s: nothing is unknown", key)
			}
		}
		for key, r := range scopes["logs:log-group"].resources {
			if len(r.Unknown) > 0 {
				t.Errorf("%s: %v", key, r.Unknown)
			}
		}
	})
}

// TestHungOnMoto is one kind's hanging with sockets and a server.
func TestHungOnMoto(t *testing.T) {
	e := newEstate(t)
	c := sqs.NewFromConfig(e.Config)
	name := "left"
	must(c.CreateQueue(e, &sqs.CreateQueueInput{QueueName: &name}))(e)
	e.Proxy.Hang("ec2", "DescribeVolumes")
	t.Setenv("AWS_CA_BUNDLE", "") // the SDK puts it into its own HTTP client only
	session, err := collect.Open(e, collect.Options{HTTPClient: impatient{"DescribeVolumes"}})
	if err != nil {
		t.Fatal(err)
	}
	s, err := collect.Capture(e, session, collect.Request{
		Kinds: kindsNamed(t, "ec2:volume", "sqs:queue"), Regions: []string{testRegion}, MaskKey: collect.NewMaskKey("the key of the tests of faults"),
	})
	if err != nil {
		t.Fatal(err)
	}
	scopes := scopesOf(s)
	if got := scopes["ec2:volume"]; got.State != snapshot.Failed || got.Code != "Timeout" || got.Operation != "EC2: DescribeVolumes" {
		t.Errorf("what hung is %s: %s, in %s", got.State, got.Code, got.Operation)
	}
	if got := scopes["sqs:queue"]; got.State != snapshot.Complete || len(got.resources) != 1 {
		t.Errorf("what did not hang is %s with %d resources", got.State, len(got.resources))
	}
	if n := e.Proxy.Count("ec2", "DescribeVolumes"); n != 2 {
		t.Errorf("what hung was tried %d times, want 2", n)
	}
}

// impatient waits for an operation hardly at all, and for the others as long as they take.
type impatient struct{ operation string }

// Do implements the SDK's HTTPClient.
func (i impatient) Do(r *http.Request) (*http.Response, error) {
	if awsmiddleware.GetOperationName(r.Context()) == i.operation {
		ctx, cancel := context.WithTimeout(r.Context(), 50*time.Millisecond)
		defer cancel()
		r = r.WithContext(ctx)
	}
	return http.DefaultClient.Do(r)
}
