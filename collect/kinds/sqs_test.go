package kinds

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func sqsLives() []life {
	return []life{{
		kind: "sqs:queue",
		create: func(e *estate) made {
			must(sqs.NewFromConfig(e.Config).CreateQueue(e, &sqs.CreateQueueInput{QueueName: aws.String("queue-life"), Tags: teamTags}))(e)
			return made{ID: "queue-life", ARN: "arn:aws:sqs:us-east-1:" + e.Account + ":queue-life"}
		},
		changes: queueChanges(),
	}}
}

func queueChanges() []change {
	client := func(e *estate) *sqs.Client { return sqs.NewFromConfig(e.Config) }
	address := func(e *estate, m made) *string {
		return must(client(e).GetQueueUrl(e, &sqs.GetQueueUrlInput{QueueName: &m.ID}))(e).QueueUrl
	}
	set := func(name string) func(e *estate, m made, value string) {
		return func(e *estate, m made, value string) {
			must(client(e).SetQueueAttributes(e, &sqs.SetQueueAttributesInput{QueueUrl: address(e, m), Attributes: map[string]string{name: value}}))(e)
		}
	}
	const open = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"sqs:SendMessage","Resource":"*"}]}`
	return []change{
		tagChange(func(e *estate, m made, key, value string) {
			must(client(e).TagQueue(e, &sqs.TagQueueInput{QueueUrl: address(e, m), Tags: map[string]string{key: value}}))(e)
		}),
		swap("how long a message is hidden", "30", "60", set("VisibilityTimeout"), "Attributes.VisibilityTimeout"),
		swap("how long it keeps messages", "345600", "3600", set("MessageRetentionPeriod"), "Attributes.MessageRetentionPeriod"),
		swap("who may use it", "", open, set("Policy"), "Attributes.Policy"),
	}
}

func TestUnixSeconds(t *testing.T) {
	for text, want := range map[string]string{
		"1136214245": "2006-01-02T15:04:05Z", "1136214245.75": "2006-01-02T15:04:05Z", "": "", "soon": "",
	} {
		got := ""
		if at := unixSeconds(text); at != nil {
			got = at.Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
