package kinds

import (
	"encoding/json"
	"net/http"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

func makeAlarm(e *estate, name string) {
	must(cloudwatch.NewFromConfig(e.Config).PutMetricAlarm(e, &cloudwatch.PutMetricAlarmInput{
		AlarmName: &name, Namespace: aws.String("Orders"), MetricName: aws.String("Failures"), Period: aws.Int32(60), EvaluationPeriods: aws.Int32(1),
		Threshold: aws.Float64(1), Statistic: types.StatisticSum, ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
	}))(e)
}

// listCompositeAlarms answers for AWS with composite alarms and their rules.
func listCompositeAlarms(e *estate, rules map[string]string) {
	type alarm struct{ AlarmName, AlarmArn, AlarmRule, StateValue string }
	var list struct{ CompositeAlarms []alarm }
	for name, rule := range rules {
		list.CompositeAlarms = append(list.CompositeAlarms, alarm{name, "arn:aws:cloudwatch:us-east-1:" + e.Account + ":alarm:" + name, rule, "OK"})
	}
	body, err := json.Marshal(list)
	if err != nil {
		e.Fatal(err)
	}
	e.Proxy.Intercept("cloudwatch", "DescribeAlarms", func(*testbed.Call, func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		return &testbed.Answer{Status: 200, Header: http.Header{"Content-Type": {"application/x-amz-json-1.0"}}, Body: body}
	}, testbed.When(func(c *testbed.Call) bool { return c.Mentions(string(types.AlarmTypeCompositeAlarm)) }))
}

func cloudwatchViewsLives() []life {
	return []life{{
		kind: "cloudwatch:composite-alarm", with: []string{"cloudwatch:alarm"}, refs: []collect.Path{"WatchedAlarms[]"}, undated: true, untagged: true,
		unserved: "moto lists composite alarms, and can't make any", deletes: "DeleteAlarms",
		create: func(e *estate) made {
			makeAlarm(e, "composite-alarm-life-failures")
			listCompositeAlarms(e, map[string]string{"composite-alarm-life": `ALARM("composite-alarm-life-failures")`})
			return made{ID: "composite-alarm-life", ARN: "arn:aws:cloudwatch:us-east-1:" + e.Account + ":alarm:composite-alarm-life"}
		},
	}, {
		kind: "cloudwatch:dashboard", undated: true, untagged: true, // moto keeps no tags of dashboards
		create: func(e *estate) made {
			must(cloudwatch.NewFromConfig(e.Config).PutDashboard(e, &cloudwatch.PutDashboardInput{
				DashboardName: aws.String("dashboard-life"), DashboardBody: aws.String(`{"widgets":[]}`),
			}))(e)
			return made{ID: "dashboard-life", ARN: "arn:aws:cloudwatch::" + e.Account + ":dashboard/dashboard-life"}
		},
		check: func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "DashboardBody", `{"widgets":[]}`) },
		changes: []change{flip("what it shows", func(e *estate, m made, changed bool) {
			must(cloudwatch.NewFromConfig(e.Config).PutDashboard(e, &cloudwatch.PutDashboardInput{
				DashboardName: &m.ID, DashboardBody: aws.String(either(changed, `{"widgets":[],"start":"-PT9H"}`, `{"widgets":[]}`)),
			}))(e)
		}, "DashboardBody")},
		fewer: "there is nothing to a dashboard but its body, and its tags, of which moto keeps none",
	}}
}

// Composite alarms that depend on each other reference each other, until one of them is unlinked: it then depends on none.
func TestCompositeAlarmCycle(t *testing.T) {
	e := newEstate(t)
	listCompositeAlarms(e, map[string]string{"a": "OK(b)", "b": "ALARM(a)"})
	for _, r := range of(e.capture("cloudwatch:composite-alarm"), "cloudwatch:composite-alarm") {
		other := map[string]string{"a": "b", "b": "a"}[r.ID]
		if !slices.ContainsFunc(r.References, func(ref snapshot.Reference) bool { return !ref.Scanned && ref.ID == other && ref.Key != "" }) {
			t.Errorf("%s does not depend on %s: %v", r.ID, other, r.References)
		}
	}
	e.answer("cloudwatch", "PutCompositeAlarm", `{}`)
	if err := unlinkAlarm(e.session.Scope(e, &compositeAlarm, testRegion), &collect.Resource{ID: "a"}, snapshot.Reference{}); err != nil {
		t.Fatal(err)
	}
	if n := e.Proxy.Count("cloudwatch", "PutCompositeAlarm"); n != 1 {
		t.Errorf("got %d calls, want 1", n)
	}
}

func TestAlarmsIn(t *testing.T) {
	for rule, want := range map[string][]string{
		`ALARM(cpu) AND (OK("disk full") OR NOT INSUFFICIENT_DATA ( net ))`:                             {"cpu", "disk full", "net"},
		`ALARM("arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu (high)")`:                           {"arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu (high)"},
		`ALARM("say \"no\"") OR alarm(cpu) OR ALARM(cpu)`:                                               {"cpu", `say "no"`},
		`AT_LEAST(2, ALARM, (cpu, "disk, full", net)) AND AT_LEAST(50%, NOT OK, ("a (b)", OK)) OR TRUE`: {"OK", "a (b)", "cpu", "disk, full", "net"},
		`FALSE`: nil,
	} {
		if got := alarmsIn(rule); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", rule, got, want)
		}
	}
}
