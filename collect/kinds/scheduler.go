package kinds

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func schedulerKinds() []collect.Kind {
	return []collect.Kind{schedule, scheduleGroup}
}

// schedule has no tags: only groups have. Its id is its group's name and its own.
var schedule = collect.Kind{
	Name: "scheduler:schedule", CloudFormation: "AWS::Scheduler::Schedule",
	List: func(s *collect.Scope) {
		c := scheduler.NewFromConfig(s.Config)
		list := slices.Collect(collect.Pages[types.ScheduleSummary](s, c.ListSchedules, &scheduler.ListSchedulesInput{MaxResults: aws.Int32(100)}))
		names := onlyOnce(list, func(summary types.ScheduleSummary) *string { return summary.Name })
		collect.Each(s, slices.Values(list), func(summary types.ScheduleSummary) {
			id := aws.ToString(summary.GroupName) + "/" + aws.ToString(summary.Name)
			s.Add(collect.Item{ID: &id, ARN: summary.Arn, Name: names[aws.ToString(summary.Name)], Created: summary.CreationDate},
				collect.Ask(s, "Schedule", c.GetSchedule, &scheduler.GetScheduleInput{GroupName: summary.GroupName, Name: summary.Name}))
		})
	},
	Status: []collect.Path{"Schedule.LastModificationDate"},
	Omit:   []collect.Path{"Schedule.CreationDate"},
	Names:  map[collect.Path]string{"Schedule.GroupName": "scheduler:schedule-group"}, // which goes with its schedules
	Sets: map[collect.Path]string{
		"Schedule.Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration.Subnets":        "",
		"Schedule.Target.EcsParameters.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups": "",
		"Schedule.Target.EcsParameters.Tags":                                                    "",
		"Schedule.Target.SageMakerPipelineParameters.PipelineParameterList":                     "Name",
	},
	Secrets: []collect.Path{"Schedule.Target.Input", "Schedule.Target.SageMakerPipelineParameters.PipelineParameterList[].Value"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		group, name, _ := strings.Cut(r.ID, "/")
		return collect.Do(s, scheduler.NewFromConfig(s.Config).DeleteSchedule, &scheduler.DeleteScheduleInput{GroupName: &group, Name: &name})
	},
}

// onlyOnce are the names that only one of a list has, by themselves. CloudFormation calls by its name alone what is
// unique only within something else, so a name that two have says nothing of whose it is.
func onlyOnce[T any](list []T, name func(T) *string) map[string]*string {
	names := make(map[string]*string, len(list))
	for _, item := range list {
		n := name(item)
		if _, twice := names[aws.ToString(n)]; twice {
			n = nil
		}
		names[aws.ToString(name(item))] = n
	}
	return names
}

var scheduleGroup = collect.Kind{
	Name: "scheduler:schedule-group", CloudFormation: "AWS::Scheduler::ScheduleGroup",
	List: func(s *collect.Scope) {
		c := scheduler.NewFromConfig(s.Config)
		list := collect.Pages[types.ScheduleGroupSummary](s, c.ListScheduleGroups, &scheduler.ListScheduleGroupsInput{MaxResults: aws.Int32(100)})
		collect.Each(s, list, func(g types.ScheduleGroupSummary) {
			item := collect.Item{ID: g.Name, ARN: g.Arn, Created: g.CreationDate, Dead: g.State == types.ScheduleGroupStateDeleting}
			if aws.ToString(g.Name) == "default" {
				item.Managed("every account has this group, and can't delete it")
			}
			s.Add(item, g, collect.AskTags(s, c.ListTagsForResource, &scheduler.ListTagsForResourceInput{ResourceArn: g.Arn}, collect.TagsIn))
		})
	},
	Status: []collect.Path{"LastModificationDate", "State"},
	Takes:  []string{"scheduler:schedule"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, scheduler.NewFromConfig(s.Config).DeleteScheduleGroup, &scheduler.DeleteScheduleGroupInput{Name: &r.ID})
	},
}
