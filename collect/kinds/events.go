package kinds

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"

	"github.com/aws-baseline/aws-baseline/collect"
)

func eventsKinds() []collect.Kind {
	return []collect.Kind{rule}
}

// rule has no creation date.
var rule = collect.Kind{
	Name: "events:rule", CloudFormation: "AWS::Events::Rule", Tagging: "events:rule",
	List: func(s *collect.Scope) {
		c := eventbridge.NewFromConfig(s.Config)
		buses, _ := busesOf(s)
		collect.Each(s, slices.Values(buses), func(bus types.EventBus) {
			rules := collect.Pages[types.Rule](s, c.ListRules, &eventbridge.ListRulesInput{EventBusName: bus.Name, Limit: aws.Int32(100)})
			collect.Each(s, rules, func(r types.Rule) {
				item := collect.Item{ID: aws.String(ruleID(aws.ToString(bus.Name), aws.ToString(r.Name))), ARN: r.Arn, Name: r.Name}
				if service := aws.ToString(r.ManagedBy); service != "" {
					item.Managed(service + " manages this rule")
				}
				s.Add(item, r,
					collect.Ask(s, "Targets", c.ListTargetsByRule, &eventbridge.ListTargetsByRuleInput{
						Rule: r.Name, EventBusName: bus.Name, Limit: aws.Int32(100), // a rule has five
					}).Of("Targets"),
					collect.AskTags(s, c.ListTagsForResource, &eventbridge.ListTagsForResourceInput{ResourceARN: r.Arn}, collect.TagsIn))
			})
		})
	},
	Weak: []collect.Weakness{{Rule: "alarm-silent", Path: "State", Is: []string{"DISABLED"}}},
	Refs: map[collect.Path]string{"EventBusName": "events:event-bus"}, // a bus with rules can't be deleted
	Sets: map[collect.Path]string{"Targets": "Id"},
	// What goes to HTTP endpoints carries keys in headers and in queries, and what is handed to a target can hold anything.
	Secrets: []collect.Path{
		"Targets[].HttpParameters.HeaderParameters", "Targets[].HttpParameters.QueryStringParameters", "Targets[].Input",
		"Targets[].InputTransformer.InputTemplate",
		"Targets[].SageMakerPipelineParameters.PipelineParameterList[].Value",
	},
	Delete: deleteRule,
}

// ruleID is CloudFormation's physical id of a rule: its name on the default bus, and the bus before it on others.
func ruleID(bus, name string) string {
	if bus == defaultBus {
		return name
	}
	return bus + "|" + name
}

// deleteRule takes a rule's targets away, which EventBridge wants gone, and then the rule.
func deleteRule(s *collect.Scope, r *collect.Resource) error {
	stored, err := collect.Stored[types.Rule](r)
	if err != nil {
		return err
	}
	c := eventbridge.NewFromConfig(s.Config)
	targets := collect.Pages[types.Target](s, c.ListTargetsByRule, &eventbridge.ListTargetsByRuleInput{Rule: stored.Name, EventBusName: stored.EventBusName})
	var ids []string
	if err := collect.Every(s, targets, func(target types.Target) error {
		ids = append(ids, aws.ToString(target.Id))
		return nil
	}); err != nil {
		return err
	}
	if len(ids) > 0 {
		out, err := c.RemoveTargets(s.Context, &eventbridge.RemoveTargetsInput{Rule: stored.Name, EventBusName: stored.EventBusName, Ids: ids})
		if err != nil {
			return err
		}
		if len(out.FailedEntries) > 0 {
			return targetError(out.FailedEntries[0], len(out.FailedEntries))
		}
	}
	return collect.Do(s, c.DeleteRule, &eventbridge.DeleteRuleInput{Name: stored.Name, EventBusName: stored.EventBusName})
}

// targetError is what AWS said of the first target that it kept.
func targetError(first types.RemoveTargetsResultEntry, count int) error {
	return &smithy.GenericAPIError{
		Code:    aws.ToString(first.ErrorCode),
		Message: fmt.Sprintf("%s (target %q, and %d more)", aws.ToString(first.ErrorMessage), aws.ToString(first.TargetId), count-1),
	}
}
