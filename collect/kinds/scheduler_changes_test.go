package kinds

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
)

func scheduleChanges() []change {
	update := func(e *estate, m made, edit func(in *scheduler.UpdateScheduleInput)) {
		group, name, _ := strings.Cut(m.ID, "/")
		in := &scheduler.UpdateScheduleInput{
			GroupName: &group, Name: &name, ScheduleExpression: aws.String("rate(1 day)"), Target: scheduleTarget(e, "hunter2"),
			State: types.ScheduleStateEnabled, FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff},
		}
		edit(in)
		must(scheduler.NewFromConfig(e.Config).UpdateSchedule(e, in))(e)
	}
	return []change{
		swap("when it runs", "rate(1 day)", "rate(2 days)", func(e *estate, m made, expression string) {
			update(e, m, func(in *scheduler.UpdateScheduleInput) { in.ScheduleExpression = &expression })
		}, "Schedule.ScheduleExpression"),
		swap("whether it runs", types.ScheduleStateEnabled, types.ScheduleStateDisabled, func(e *estate, m made, state types.ScheduleState) {
			update(e, m, func(in *scheduler.UpdateScheduleInput) { in.State = state })
		}, "Schedule.State"),
		swap("a secret that it sends", "hunter2", "hunter3", func(e *estate, m made, token string) {
			update(e, m, func(in *scheduler.UpdateScheduleInput) { in.Target = scheduleTarget(e, token) })
		}, "Schedule.Target.Input"),
	}
}

func scheduleGroupChanges() []change {
	return []change{tagChange(func(e *estate, m made, key, value string) {
		must(scheduler.NewFromConfig(e.Config).TagResource(e, &scheduler.TagResourceInput{ResourceArn: &m.ARN, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
	})}
}
