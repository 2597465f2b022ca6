package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func TestTopicLifecycle(t *testing.T) {
	lifecycle(t, life{
		kind: "sns:topic", undated: true,
		create: func(e *estate) made {
			tags := tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
			c := sns.NewFromConfig(e.Config)
			arn := must(c.CreateTopic(e, &sns.CreateTopicInput{Name: aws.String("alerts"), Tags: tags, Attributes: map[string]string{"DisplayName": "Alerts"}}))(e).TopicArn
			must(c.Subscribe(e, &sns.SubscribeInput{TopicArn: arn, Protocol: aws.String("email"), Endpoint: aws.String("ops@example.com")}))(e)
			return made{ID: "alerts", ARN: *arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Attributes.DisplayName", "Alerts")
			wantStatus(t, r, "Attributes.SubscriptionsDeleted", "0")
		},
	})
}

func TestLastPart(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:sns:us-east-1:123456789012:alerts": "alerts", "arn:aws:events:us-east-1:123456789012:rule/bus/nightly": "nightly", "plain": "plain",
	} {
		if got := lastPart(arn); got != want {
			t.Errorf("%s: got %q, want %q", arn, got, want)
		}
	}
}
