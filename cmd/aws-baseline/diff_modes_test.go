package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
	"github.com/aws-baseline/aws-baseline/diff"
)

// elsewhere is a second account on the same moto: staging, where the world is production.
type elsewhere struct {
	*world
	proxy *testbed.FaultProxy
}

const away = "eu-west-1"

func (w *world) elsewhere() *elsewhere {
	w.Helper()
	return &elsewhere{w, testbed.Proxy(w.T, testbed.Moto(w.T).URL)}
}

// enter makes the program see the second account.
func (e *elsewhere) enter() {
	e.Helper()
	for _, pair := range e.proxy.Environ(away) {
		name, value, _ := strings.Cut(pair, "=")
		e.Setenv(name, value)
	}
}

// Two accounts in two regions that were built by the same hands differ in nothing; what somebody changed by hand in one
// of them shows as that.
func TestStagingIsBuiltLikeProduction(t *testing.T) {
	w := newWorld(t)
	staging := w.elsewhere()
	zones := map[*testbed.FaultProxy]string{w.proxy: home, staging.proxy: away}
	for proxy, region := range zones {
		if _, err := testbed.LandingZone(t.Context(), proxy.Config(region)); err != nil {
			t.Fatal(err)
		}
		if err := testbed.OneOfEveryKind(t.Context(), proxy.Config(region), "twin"); err != nil {
			t.Fatal(err)
		}
	}
	w.run("snapshot", "create", "production", "--regions", home)
	staging.enter()
	staging.run("snapshot", "create", "staging", "--regions", away)
	report := compareTwins(t, w.proxy.Account, staging.proxy.Account, "production", "staging")
	for _, c := range report.Changes {
		t.Errorf("%s %s %s %s %s", c.Change, c.Kind, c.ID, c.Name, c.Reason)
		for _, p := range c.Properties {
			t.Logf("    %s: %.150s → %.150s", p.Path, p.Old, p.New)
		}
	}
	t.Log(strings.Join(report.Notes, "\n"))

	queues := sqs.NewFromConfig(staging.proxy.Config(away))
	no(queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("by-hand")}))(t)
	report = compareTwins(t, w.proxy.Account, staging.proxy.Account, "production")
	added := slices.DeleteFunc(slices.Clone(report.Changes), func(c diff.Change) bool { return c.Kind != "sqs:queue" })
	if len(added) != 1 || added[0].Change != diff.Added || added[0].AccountID != staging.proxy.Account || added[0].Region != away {
		t.Errorf("somebody made a queue: %v", added)
	}
}

func compareTwins(t *testing.T, production, staging string, args ...string) *diff.Report {
	t.Helper()
	args = append([]string{"diff", "-o", "json", "--map-account", production + "=" + staging, "--map-region", home + "=" + away}, args...)
	got := runProgram(t, args...)
	report := new(diff.Report)
	if err := json.Unmarshal([]byte(got.stdout), report); err != nil {
		t.Fatalf("%v: %s", err, got.stderr)
	}
	return report
}
