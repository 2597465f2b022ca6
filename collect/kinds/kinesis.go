package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func kinesisKinds() []collect.Kind {
	return []collect.Kind{dataStream}
}

// dataStream: its records go with it, since Kinesis keeps no copy, and so do its registered consumers.
var dataStream = collect.Kind{
	Name: "kinesis:stream", CloudFormation: "AWS::Kinesis::Stream", Tagging: "kinesis:stream",
	List: func(s *collect.Scope) {
		c := kinesis.NewFromConfig(s.Config)
		collect.Each(s, collect.Pages[types.StreamSummary](s, c.ListStreams, &kinesis.ListStreamsInput{Limit: aws.Int32(100)}), func(stream types.StreamSummary) {
			arn := s.ARN("kinesis", "stream/"+aws.ToString(stream.StreamName))
			s.Add(collect.Item{ID: stream.StreamName, ARN: arn, Created: stream.StreamCreationTimestamp},
				collect.Through(collect.Ask(s, "Stream", c.DescribeStreamSummary, &kinesis.DescribeStreamSummaryInput{StreamName: stream.StreamName}), setOfStream),
				collect.Ask(s, "Policy", c.GetResourcePolicy, &kinesis.GetResourcePolicyInput{ResourceARN: arn}, "ResourceNotFoundException").Of("Policy"),
				collect.AskTags(s, c.ListTagsForStream, &kinesis.ListTagsForStreamInput{StreamName: stream.StreamName, Limit: aws.Int32(50)}, // it has no more
					collect.TagsIn))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "policy-anybody", Path: "Policy", Check: snapshot.CheckPolicy},
		{Rule: "encryption-off", Path: "Stream.EncryptionType", Is: []string{"NONE"}, OnChange: true},
		{Rule: "retention-shortened", Path: "Stream.RetentionPeriodHours", Shrinks: true, Says: "hours"},
	},
	Status:   []collect.Path{"Stream.StreamStatus", "Stream.ConsumerCount", "Stream.WarmThroughput.CurrentMiBps"},
	Omit:     []collect.Path{"Stream.StreamId"}, // reserved, says AWS
	Defaults: map[collect.Path]string{"Policy": `"{}"`},
	Sets:     map[collect.Path]string{"Stream.EnhancedMonitoring[].ShardLevelMetrics": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, kinesis.NewFromConfig(s.Config).DeleteStream, &kinesis.DeleteStreamInput{StreamName: &r.ID, EnforceConsumerDeletion: aws.Bool(true)})
	},
}

// setOfStream is a stream's description without the number of shards where Kinesis sets that by itself.
func setOfStream(out *kinesis.DescribeStreamSummaryOutput) types.StreamDescriptionSummary {
	if out.StreamDescriptionSummary == nil {
		return types.StreamDescriptionSummary{}
	}
	set := *out.StreamDescriptionSummary
	if set.StreamModeDetails != nil && set.StreamModeDetails.StreamMode == types.StreamModeOnDemand {
		set.OpenShardCount = nil
	}
	return set
}
