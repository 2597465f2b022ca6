package collect

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func TestRehearse(t *testing.T) {
	list := func(mutilate func(*sqs.GetQueueAttributesInput)) *Kind {
		return &Kind{Name: "sqs:queue", List: func(s *Scope) {
			c := sqs.NewFromConfig(s.Config)
			for url := range Pages[string](s, c.ListQueues, &sqs.ListQueuesInput{MaxResults: aws.Int32(1000)}) {
				in := &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []sqstypes.QueueAttributeName{"All"}}
				mutilate(in)
				s.Add(Item{ID: &url}, Ask(s, "Attributes", c.GetQueueAttributes, in).Of("Attributes"))
			}
		}}
	}
	got, err := Rehearse(list(func(*sqs.GetQueueAttributesInput) {}))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"SQS: GetQueueAttributes", "SQS: ListQueues"}; !slices.Equal(got.Operations, want) {
		t.Errorf("operations: got %q, want %q", got.Operations, want)
	}
	if want := []Path{"Attributes.*"}; !slices.Equal(got.Known, want) {
		t.Errorf("known paths: got %q, want %q", got.Known, want)
	}
	if len(got.Resources) != 1 || got.Resources[0].ID != madeUp {
		t.Errorf("resources: got %+v, want one", got.Resources)
	}

	if _, err = Rehearse(list(func(in *sqs.GetQueueAttributesInput) { in.QueueUrl = nil })); err == nil || !strings.Contains(err.Error(), "QueueUrl") {
		t.Errorf("a missing parameter: got error %v, want one that names QueueUrl", err)
	}
}
