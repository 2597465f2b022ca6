package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
)

func topicChanges() []change {
	client := func(e *estate) *sns.Client { return sns.NewFromConfig(e.Config) }
	set := func(name string) func(e *estate, m made, value string) {
		return func(e *estate, m made, value string) {
			must(client(e).SetTopicAttributes(e, &sns.SetTopicAttributesInput{TopicArn: &m.ARN, AttributeName: &name, AttributeValue: &value}))(e)
		}
	}
	return []change{
		tagChange(func(e *estate, m made, key, value string) {
			must(client(e).TagResource(e, &sns.TagResourceInput{ResourceArn: &m.ARN, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
		}),
		swap("how it is shown", "Alerts", "Orders", set("DisplayName"), "Attributes.DisplayName"),
		{
			name: "who may use it",
			do: func(e *estate, m made) {
				must(client(e).AddPermission(e, &sns.AddPermissionInput{
					TopicArn: &m.ARN, Label: aws.String("other"), AWSAccountId: []string{"210987654321"}, ActionName: []string{"Publish"},
				}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).RemovePermission(e, &sns.RemovePermissionInput{TopicArn: &m.ARN, Label: aws.String("other")}))(e)
			},
			paths: []string{"Attributes.Policy"},
		},
	}
}

func subscriptionChanges() []change {
	set := func(name string) func(e *estate, m made, value string) {
		return func(e *estate, m made, value string) {
			must(sns.NewFromConfig(e.Config).SetSubscriptionAttributes(e, &sns.SetSubscriptionAttributesInput{
				SubscriptionArn: &m.ARN, AttributeName: &name, AttributeValue: &value,
			}))(e)
		}
	}
	return []change{
		swap("what it takes", `{"kind":["order"]}`, `{"kind":["click"]}`, set("FilterPolicy"), "Attributes.FilterPolicy"),
		swap("what its filter looks at", "MessageAttributes", "MessageBody", set("FilterPolicyScope"), "Attributes.FilterPolicyScope"),
		swap("the form of messages", "false", "true", set("RawMessageDelivery"), "Attributes.RawMessageDelivery"),
	}
}
