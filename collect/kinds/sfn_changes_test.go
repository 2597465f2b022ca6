package kinds

import (
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

func statesTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(sfn.NewFromConfig(e.Config).TagResource(e, &sfn.TagResourceInput{ResourceArn: &m.ARN, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
	})
}

func stateMachineChanges() []change {
	update := func(e *estate, m made, in sfn.UpdateStateMachineInput) {
		in.StateMachineArn = &m.ARN
		must(sfn.NewFromConfig(e.Config).UpdateStateMachine(e, &in))(e)
	}
	return []change{
		statesTagChange(),
		swap("its definition", `{"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}`, `{"StartAt":"Done","States":{"Done":{"Type":"Fail"}}}`,
			func(e *estate, m made, definition string) {
				update(e, m, sfn.UpdateStateMachineInput{Definition: &definition})
			}, "StateMachine.Definition"),
		swap("the role that it takes", "statemachine-life", "other", func(e *estate, m made, role string) {
			role = "arn:aws:iam::" + e.Account + ":role/" + role
			update(e, m, sfn.UpdateStateMachineInput{RoleArn: &role})
		}, "StateMachine.RoleArn"),
		swap("what it logs", types.LogLevelOff, types.LogLevelAll, func(e *estate, m made, level types.LogLevel) {
			update(e, m, sfn.UpdateStateMachineInput{LoggingConfiguration: &types.LoggingConfiguration{Level: level}})
		}, "StateMachine.LoggingConfiguration.Level"),
	}
}
