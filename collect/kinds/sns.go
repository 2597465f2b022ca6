package kinds

import (
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func snsKinds() []collect.Kind {
	return []collect.Kind{topic}
}

// topic has no creation date.
var topic = collect.Kind{
	Name: "sns:topic", CloudFormation: "AWS::SNS::Topic", Tagging: "sns",
	List: func(s *collect.Scope) {
		c := sns.NewFromConfig(s.Config)
		collect.Each(s, collect.Pages[types.Topic](s, c.ListTopics, &sns.ListTopicsInput{}), func(t types.Topic) {
			s.Add(collect.Item{ID: aws.String(lastPart(aws.ToString(t.TopicArn))), ARN: t.TopicArn},
				collect.Ask(s, "Attributes", c.GetTopicAttributes, &sns.GetTopicAttributesInput{TopicArn: t.TopicArn}).Of("Attributes"),
				collect.AskTags(s, c.ListTagsForResource, &sns.ListTagsForResourceInput{ResourceArn: t.TopicArn}, collect.TagsIn))
		})
	},
	Status: []collect.Path{"Attributes.SubscriptionsConfirmed", "Attributes.SubscriptionsPending", "Attributes.SubscriptionsDeleted"},
	// The effective policy is the delivery policy with SNS's own defaults in it.
	Omit: []collect.Path{"Attributes.TopicArn", "Attributes.EffectiveDeliveryPolicy"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, sns.NewFromConfig(s.Config).DeleteTopic, &sns.DeleteTopicInput{TopicArn: &r.ARN})
	},
}

// lastPart is what follows the last colon or slash of an ARN.
func lastPart(arn string) string { return path.Base(strings.ReplaceAll(arn, ":", "/")) }
