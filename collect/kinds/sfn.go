package kinds

import (
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func statesKinds() []collect.Kind {
	return []collect.Kind{stateMachine, activity}
}

// stateMachine: the list gives little more than names.
var stateMachine = collect.Kind{
	Name: "states:statemachine", CloudFormation: "AWS::StepFunctions::StateMachine", Tagging: "states",
	Aliases: []string{"stepfunctions:state-machine", "sfn:state-machine"},
	List: func(s *collect.Scope) {
		c := sfn.NewFromConfig(s.Config)
		machines := collect.Pages[types.StateMachineListItem](s, c.ListStateMachines, &sfn.ListStateMachinesInput{MaxResults: 1000})
		collect.Each(s, machines, func(m types.StateMachineListItem) {
			machine := collect.Ask(s, "StateMachine", c.DescribeStateMachine, &sfn.DescribeStateMachineInput{StateMachineArn: m.StateMachineArn}).Vital()
			s.Add(collect.Item{ID: m.Name, ARN: m.StateMachineArn, Created: m.CreationDate},
				collect.Fill(machine, func(item *collect.Item, m sfn.DescribeStateMachineOutput) {
					item.Dead = m.Status == types.StateMachineStatusDeleting // until its executions have ended
				}),
				collect.AskTags(s, c.ListTagsForResource, &sfn.ListTagsForResourceInput{ResourceArn: m.StateMachineArn}, collect.TagsIn))
		})
	},
	Weak:   []collect.Weakness{{Rule: "logging-off", Path: "StateMachine.LoggingConfiguration.Level", Is: []string{"OFF"}}},
	Status: []collect.Path{"StateMachine.Status", "StateMachine.RevisionId"},
	// What variables a definition uses follows from the definition.
	Omit: []collect.Path{"StateMachine.VariableReferences", "StateMachine.CreationDate"},
	Sets: map[collect.Path]string{"StateMachine.LoggingConfiguration.Destinations": ""},
	// Its versions and aliases go with it.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, sfn.NewFromConfig(s.Config).DeleteStateMachine, &sfn.DeleteStateMachineInput{StateMachineArn: &r.ARN})
	},
}

var activity = collect.Kind{
	Name: "states:activity", CloudFormation: "AWS::StepFunctions::Activity", Tagging: "states",
	Aliases: []string{"stepfunctions:activity", "sfn:activity"},
	List: func(s *collect.Scope) {
		c := sfn.NewFromConfig(s.Config)
		activities := collect.Pages[types.ActivityListItem](s, c.ListActivities, &sfn.ListActivitiesInput{MaxResults: 1000})
		collect.Each(s, activities, func(a types.ActivityListItem) {
			s.Add(collect.Item{ID: a.Name, ARN: a.ActivityArn, Created: a.CreationDate},
				collect.Ask(s, "EncryptionConfiguration", c.DescribeActivity, &sfn.DescribeActivityInput{ActivityArn: a.ActivityArn}).Of("EncryptionConfiguration"),
				collect.AskTags(s, c.ListTagsForResource, &sfn.ListTagsForResourceInput{ResourceArn: a.ActivityArn}, collect.TagsIn))
		})
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, sfn.NewFromConfig(s.Config).DeleteActivity, &sfn.DeleteActivityInput{ActivityArn: &r.ARN})
	},
}
