package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

// makeRule makes a rule with a target on a bus, and returns its ARN.
func makeRule(e *estate, bus, name string) *string {
	tags := tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
	c := eventbridge.NewFromConfig(e.Config)
	arn := must(c.PutRule(e, &eventbridge.PutRuleInput{
		Name: &name, EventBusName: &bus, EventPattern: aws.String(`{"source":["orders"]}`), Tags: tags,
	}))(e).RuleArn
	must(c.PutTargets(e, &eventbridge.PutTargetsInput{Rule: &name, EventBusName: &bus, Targets: []types.Target{
		{Id: aws.String("queue"), Arn: aws.String("arn:aws:sqs:us-east-1:" + e.Account + ":orders")},
	}}))(e)
	return arn
}

func TestRuleLifecycle(t *testing.T) {
	for _, bus := range []string{"default", "orders"} {
		t.Run(bus, func(t *testing.T) {
			lifecycle(t, life{
				kind: "events:rule", undated: true, with: []string{"events:event-bus"}, refs: []collect.Path{"EventBusName"},
				create: func(e *estate) made {
					if bus == "default" {
						return made{ID: "nightly", ARN: *makeRule(e, bus, "nightly")}
					}
					must(eventbridge.NewFromConfig(e.Config).CreateEventBus(e, &eventbridge.CreateEventBusInput{Name: &bus}))(e)
					return made{ID: "orders|nightly", ARN: *makeRule(e, bus, "nightly")}
				},
				check: func(t *testing.T, r *collect.Resource) {
					wantConfiguration(t, r, "Targets[].Id", "queue")
					wantConfiguration(t, r, "EventBusName", bus)
				},
			})
		})
	}
}

func TestTargetError(t *testing.T) {
	err := targetError(types.RemoveTargetsResultEntry{ErrorCode: aws.String("ConcurrentModificationException"), TargetId: aws.String("queue")}, 3)
	if collect.Code(err) != "ConcurrentModificationException" || collect.Message(err) != `(target "queue", and 2 more)` {
		t.Errorf("got %s: %s", collect.Code(err), collect.Message(err))
	}
}
