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

func eventsTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(eventbridge.NewFromConfig(e.Config).TagResource(e, &eventbridge.TagResourceInput{ResourceARN: &m.ARN, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
	})
}

// ruleLives are those of rules on the default bus and on another.
func ruleLives() []life {
	on := func(bus, name, id string) life {
		return life{
			kind: "events:rule", undated: true, with: []string{"events:event-bus"}, refs: []collect.Path{"EventBusName"},
			create: func(e *estate) made {
				if bus != "default" {
					must(eventbridge.NewFromConfig(e.Config).CreateEventBus(e, &eventbridge.CreateEventBusInput{Name: &bus}))(e)
				}
				return made{ID: id, ARN: *makeRule(e, bus, name)}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Targets[].Id", "queue")
				wantConfiguration(t, r, "EventBusName", bus)
			},
		}
	}
	onDefault := on("default", "nightly", "nightly")
	onDefault.changes = []change{
		eventsTagChange(),
		flip("enabled", func(e *estate, m made, changed bool) {
			c := eventbridge.NewFromConfig(e.Config)
			if changed {
				must(c.DisableRule(e, &eventbridge.DisableRuleInput{Name: &m.ID}))(e)
			} else {
				must(c.EnableRule(e, &eventbridge.EnableRuleInput{Name: &m.ID}))(e)
			}
		}, "State"),
		flip("which events", func(e *estate, m made, changed bool) {
			must(eventbridge.NewFromConfig(e.Config).PutRule(e, &eventbridge.PutRuleInput{
				Name: &m.ID, EventPattern: aws.String(either(changed, `{"source":["invoices"]}`, `{ "source": ["orders"] }`)), // the same as before in other words
			}))(e)
		}, "EventPattern"),
		flip("a target", func(e *estate, m made, changed bool) {
			c := eventbridge.NewFromConfig(e.Config)
			if changed {
				must(c.PutTargets(e, &eventbridge.PutTargetsInput{Rule: &m.ID, Targets: []types.Target{
					{Id: aws.String("other"), Arn: aws.String("arn:aws:sqs:us-east-1:" + e.Account + ":other")},
				}}))(e)
			} else {
				must(c.RemoveTargets(e, &eventbridge.RemoveTargetsInput{Rule: &m.ID, Ids: []string{"other"}}))(e)
			}
		}, "Targets[Id=other]"),
	}
	return []life{onDefault, on("orders", "ordered", "orders|ordered")}
}

func TestTargetError(t *testing.T) {
	err := targetError(types.RemoveTargetsResultEntry{ErrorCode: aws.String("ConcurrentModificationException"), TargetId: aws.String("queue")}, 3)
	if collect.Code(err) != "ConcurrentModificationException" || collect.Message(err) != `(target "queue", and 2 more)` {
		t.Errorf("got %s: %s", collect.Code(err), collect.Message(err))
	}
}
