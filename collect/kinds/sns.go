package kinds

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func snsKinds() []collect.Kind {
	return []collect.Kind{topic, topicSubscription}
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
	Weak: []collect.Weakness{
		{Rule: "policy-anybody", Path: "Attributes.Policy", Check: snapshot.CheckPolicy},
		{Rule: "encryption-off", Path: "Attributes.KmsMasterKeyId", Absent: true, OnChange: true},
	},
	Status: []collect.Path{"Attributes.SubscriptionsConfirmed", "Attributes.SubscriptionsPending", "Attributes.SubscriptionsDeleted"},
	// The effective policy is the delivery policy with SNS's own defaults in it.
	Omit:  []collect.Path{"Attributes.TopicArn", "Attributes.EffectiveDeliveryPolicy"},
	Takes: []string{"sns:subscription"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, sns.NewFromConfig(s.Config).DeleteTopic, &sns.DeleteTopicInput{TopicArn: &r.ARN})
	},
}

// topicSubscription has neither tags nor creation date. Until it is confirmed it has no ARN, and its attributes can't be
// read.
var topicSubscription = collect.Kind{
	Name: "sns:subscription", CloudFormation: "AWS::SNS::Subscription",
	List: func(s *collect.Scope) {
		c := sns.NewFromConfig(s.Config)
		collect.Each(s, collect.Pages[types.Subscription](s, c.ListSubscriptions, &sns.ListSubscriptionsInput{}), func(sub types.Subscription) {
			arn := aws.ToString(sub.SubscriptionArn)
			if arn == "Deleted" { // SNS goes on listing it for some days
				return
			}
			endpoint := endpointOf(&sub)
			if arn == "PendingConfirmation" {
				item := collect.Item{ID: aws.String(unconfirmedID(sub, endpoint)), Protect: "nobody can delete an unconfirmed subscription: it expires"}
				sub.SubscriptionArn = nil
				s.Add(item, sub, endpoint)
				return
			}
			id := lastPart(aws.ToString(sub.TopicArn)) + ":" + lastPart(arn)
			s.Add(collect.Item{ID: &id, ARN: &arn, UniqueID: &arn}, sub, endpoint,
				collect.Ask(s, "Attributes", c.GetSubscriptionAttributes, &sns.GetSubscriptionAttributesInput{SubscriptionArn: &arn}).Of("Attributes"))
		})
	},
	Status: []collect.Path{"Attributes.PendingConfirmation"},
	// The list has the first ones too; the effective policy is the delivery policy with SNS's own defaults in it.
	Omit: []collect.Path{
		"Attributes.Endpoint", "Attributes.Owner", "Attributes.Protocol", "Attributes.SubscriptionArn", "Attributes.TopicArn",
		"Attributes.EffectiveDeliveryPolicy",
	},
	Secrets: []collect.Path{"URL"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, sns.NewFromConfig(s.Config).Unsubscribe, &sns.UnsubscribeInput{SubscriptionArn: &r.ARN})
	},
}

// webEndpoint is the endpoint of a subscription over HTTP. Passwords and keys are in such URLs.
type webEndpoint struct {
	URL *string
}

// endpointOf moves a URL out of a subscription's endpoint.
func endpointOf(sub *types.Subscription) webEndpoint {
	if protocol := aws.ToString(sub.Protocol); protocol != "http" && protocol != "https" {
		return webEndpoint{}
	}
	url := sub.Endpoint
	sub.Endpoint = nil
	return webEndpoint{URL: url}
}

// unconfirmedID tells unconfirmed subscriptions apart, which AWS all calls "PendingConfirmation", without showing what is
// in a URL.
func unconfirmedID(sub types.Subscription, web webEndpoint) string {
	endpoint := aws.ToString(sub.Endpoint)
	if web.URL != nil {
		sum := sha256.Sum256([]byte(*web.URL))
		endpoint = hex.EncodeToString(sum[:8])
	}
	return lastPart(aws.ToString(sub.TopicArn)) + ":PendingConfirmation:" + aws.ToString(sub.Protocol) + ":" + endpoint
}

// lastPart is what follows the last colon or slash of an ARN.
func lastPart(arn string) string { return path.Base(strings.ReplaceAll(arn, ":", "/")) }
