package kinds

import (
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func sqsKinds() []collect.Kind {
	return []collect.Kind{queue}
}

var queue = collect.Kind{
	Name: "sqs:queue", CloudFormation: "AWS::SQS::Queue", Tagging: "sqs",
	List: func(s *collect.Scope) {
		c := sqs.NewFromConfig(s.Config)
		// Without MaxResults the list stops at 1,000 and gives no token.
		collect.Each(s, collect.Pages[string](s, c.ListQueues, &sqs.ListQueuesInput{MaxResults: aws.Int32(1000)}), func(url string) {
			name := path.Base(url)
			attributes := collect.Ask(s, "Attributes", c.GetQueueAttributes, &sqs.GetQueueAttributesInput{
				QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
			}).Of("Attributes")
			s.Add(collect.Item{ID: &name, ARN: s.ARN("sqs", name), Called: []string{url}},
				collect.Fill(attributes, func(item *collect.Item, attributes map[string]string) {
					item.Created = unixSeconds(attributes["CreatedTimestamp"])
				}),
				collect.AskTags(s, c.ListQueueTags, &sqs.ListQueueTagsInput{QueueUrl: &url}, collect.TagsIn))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "policy-anybody", Path: "Attributes.Policy", Check: snapshot.CheckPolicy},
		{Rule: "encryption-off", Path: "Attributes.SqsManagedSseEnabled", Is: []string{"false"}, Unless: map[collect.Path]string{"Attributes.KmsMasterKeyId": "*"}},
		{Rule: "encryption-key-dropped", Path: "Attributes.KmsMasterKeyId", Absent: true},
	},
	Status: []collect.Path{
		"Attributes.ApproximateNumberOfMessages", "Attributes.ApproximateNumberOfMessagesDelayed",
		"Attributes.ApproximateNumberOfMessagesNotVisible", "Attributes.LastModifiedTimestamp",
	},
	Omit: []collect.Path{"Attributes.CreatedTimestamp", "Attributes.QueueArn"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := sqs.NewFromConfig(s.Config)
		out, err := c.GetQueueUrl(s.Context, &sqs.GetQueueUrlInput{QueueName: &r.ID})
		if err != nil {
			return err
		}
		return collect.Do(s, c.DeleteQueue, &sqs.DeleteQueueInput{QueueUrl: out.QueueUrl})
	},
}

// unixSeconds reads a time that AWS writes as seconds since 1970. Emulators add a fraction.
func unixSeconds(text string) *time.Time {
	whole, _, _ := strings.Cut(text, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return nil
	}
	return aws.Time(time.Unix(seconds, 0).UTC())
}
