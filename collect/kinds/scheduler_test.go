package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

func makeSchedule(e *estate, group, name string) *string {
	return must(scheduler.NewFromConfig(e.Config).CreateSchedule(e, &scheduler.CreateScheduleInput{
		GroupName: &group, Name: &name, ScheduleExpression: aws.String("rate(1 day)"), FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff},
		Target: scheduleTarget(e, "hunter2"),
	}))(e).ScheduleArn
}

func scheduleTarget(e *estate, token string) *types.Target {
	return &types.Target{
		Arn: aws.String("arn:aws:sqs:us-east-1:" + e.Account + ":orders"), RoleArn: aws.String("arn:aws:iam::" + e.Account + ":role/scheduler"),
		Input: aws.String(`{"token":"` + token + `"}`),
	}
}

func makeScheduleGroup(e *estate, name string) *string {
	tags := tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
	return must(scheduler.NewFromConfig(e.Config).CreateScheduleGroup(e, &scheduler.CreateScheduleGroupInput{Name: &name, Tags: tags}))(e).ScheduleGroupArn
}

func schedulerLives() []life {
	return []life{{
		kind: "scheduler:schedule", untagged: true, with: []string{"scheduler:schedule-group"},
		create: func(e *estate) made {
			makeScheduleGroup(e, "schedule-life")
			return made{ID: "schedule-life/nightly", ARN: *makeSchedule(e, "schedule-life", "nightly")}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Schedule.ScheduleExpression", "rate(1 day)")
			wantNoSecret(t, r)
		},
		changes: scheduleChanges(),
	}, {
		kind: "scheduler:schedule-group",
		create: func(e *estate) made {
			// Moto fails on what is gone.
			e.Proxy.Error("scheduler", "DeleteScheduleGroup", 404, "ResourceNotFoundException", "Schedule group schedule-group-life does not exist.",
				testbed.Naming("schedule-group-life"), testbed.From(2))
			return made{ID: "schedule-group-life", ARN: *makeScheduleGroup(e, "schedule-group-life")}
		},
		changes: scheduleGroupChanges(), fewer: "a group never changes, but for its tags",
	}}
}

// The default group is AWS's. A name that two groups have is no name to find a schedule by.
func TestSchedules(t *testing.T) {
	e := newEstate(t)
	makeScheduleGroup(e, "orders")
	makeSchedule(e, "default", "nightly")
	makeSchedule(e, "orders", "nightly")
	makeSchedule(e, "orders", "weekly")
	seen := e.capture("scheduler:schedule", "scheduler:schedule-group")
	for _, g := range of(seen, "scheduler:schedule-group") {
		if got, want := g.Marked(snapshot.MarkProvider), g.ID == "default"; got != want {
			t.Errorf("%s: got marks %v", g.ID, g.Marks)
		}
	}
	names := make(map[string]string)
	for _, r := range of(seen, "scheduler:schedule") {
		names[r.ID] = r.Name
	}
	if len(names) != 3 || names["default/nightly"] != "" || names["orders/nightly"] != "" || names["orders/weekly"] != "weekly" {
		t.Errorf("got names %v", names)
	}
}
