package kinds

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func TestQueueLifecycle(t *testing.T) {
	lifecycle(t, life{kind: "sqs:queue", create: func(e *estate) made {
		must(sqs.NewFromConfig(e.Config).CreateQueue(e, &sqs.CreateQueueInput{QueueName: aws.String("orders"), Tags: teamTags}))(e)
		return made{ID: "orders", ARN: "arn:aws:sqs:us-east-1:" + e.Account + ":orders"}
	}})
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
