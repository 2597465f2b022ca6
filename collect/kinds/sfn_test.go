package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func statesTags() []types.Tag {
	return tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
}

func makeStateMachine(e *estate, name string) *string {
	return must(sfn.NewFromConfig(e.Config).CreateStateMachine(e, &sfn.CreateStateMachineInput{
		Name: &name, RoleArn: makeRole(e, name).Arn, Tags: statesTags(), Type: types.StateMachineTypeStandard,
		TracingConfiguration: &types.TracingConfiguration{}, LoggingConfiguration: &types.LoggingConfiguration{Level: types.LogLevelOff},
		Definition: aws.String(`{"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}`),
	}))(e).StateMachineArn
}

func statesLives() []life {
	return []life{{
		kind: "states:statemachine",
		create: func(e *estate) made {
			return made{ID: "statemachine-life", ARN: *makeStateMachine(e, "statemachine-life")}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "StateMachine.Definition", `{"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}`)
			wantStatus(t, r, "StateMachine.Status", "ACTIVE")
		},
		changes: stateMachineChanges(),
	}, {
		kind: "states:activity",
		create: func(e *estate) made {
			arn := must(sfn.NewFromConfig(e.Config).CreateActivity(e, &sfn.CreateActivityInput{Name: aws.String("activity-life"), Tags: statesTags()}))(e).ActivityArn
			return made{ID: "activity-life", ARN: *arn}
		},
		changes: []change{statesTagChange()}, fewer: "an activity never changes, but for its tags",
	}}
}

// A state machine that is being deleted waits for its executions, and one that went between list and describe is gone.
func TestStateMachinesOfTheGone(t *testing.T) {
	e := newEstate(t)
	arn := makeStateMachine(e, "orders")
	e.Proxy.Error("states", "DescribeStateMachine", 400, "StateMachineDoesNotExist", "State Machine Does Not Exist")
	e.Proxy.Error("states", "ListTagsForResource", 400, "ResourceNotFound", "Resource not found")
	if seen := e.capture("states:statemachine"); len(seen.Resources) != 0 {
		t.Errorf("got %d state machines that do not exist", len(seen.Resources))
	}
	e.Proxy.Heal()
	e.answer("states", "DescribeStateMachine", `{"stateMachineArn":"`+*arn+`","name":"orders","status":"DELETING","definition":"{}","roleArn":"arn:aws:iam::123456789012:role/orders","type":"STANDARD","creationDate":1}`)
	if seen := e.capture("states:statemachine"); len(seen.Resources) != 0 {
		t.Errorf("got %d state machines that are being deleted", len(seen.Resources))
	}
}
