package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func kinesisLives() []life {
	return []life{{
		kind: "kinesis:stream",
		create: func(e *estate) made {
			c := kinesis.NewFromConfig(e.Config)
			must(c.CreateStream(e, &kinesis.CreateStreamInput{StreamName: aws.String("kinesis-stream-life"), ShardCount: aws.Int32(2)}))(e)
			must(c.AddTagsToStream(e, &kinesis.AddTagsToStreamInput{StreamName: aws.String("kinesis-stream-life"), Tags: teamTags}))(e)
			arn := "arn:aws:kinesis:us-east-1:" + e.Account + ":stream/kinesis-stream-life"
			must(c.RegisterStreamConsumer(e, &kinesis.RegisterStreamConsumerInput{StreamARN: &arn, ConsumerName: aws.String("reader")}))(e)
			return made{ID: "kinesis-stream-life", ARN: arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Stream.OpenShardCount", "2")
			wantConfiguration(t, r, "Stream.RetentionPeriodHours", "24")
		},
		changes: dataStreamChanges(),
	}}
}

// TestShardsOfStream: an on-demand stream scales by itself, and the answer that others share stays whole.
func TestShardsOfStream(t *testing.T) {
	for mode, want := range map[types.StreamMode]bool{types.StreamModeProvisioned: true, types.StreamModeOnDemand: false} {
		out := &kinesis.DescribeStreamSummaryOutput{StreamDescriptionSummary: &types.StreamDescriptionSummary{
			OpenShardCount: aws.Int32(4), StreamModeDetails: &types.StreamModeDetails{StreamMode: mode},
		}}
		if got := setOfStream(out).OpenShardCount != nil; got != want {
			t.Errorf("%s: has a number of shards: %v, want %v", mode, got, want)
		}
		if out.StreamDescriptionSummary.OpenShardCount == nil {
			t.Errorf("%s: the answer was changed", mode)
		}
	}
}
