package kinds

import (
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/firehose"
	"github.com/aws/aws-sdk-go-v2/service/firehose/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func firehoseKinds() []collect.Kind {
	return []collect.Kind{deliveryStream}
}

// deliveryStream: what it has not yet delivered goes with it.
var deliveryStream = collect.Kind{
	Name: "firehose:deliverystream", CloudFormation: "AWS::KinesisFirehose::DeliveryStream", Aliases: []string{"firehose:delivery-stream"},
	Tagging: "firehose:deliverystream",
	List: func(s *collect.Scope) {
		c := firehose.NewFromConfig(s.Config)
		collect.Each(s, deliveryStreamNames(s), func(name string) {
			s.Add(collect.Item{ID: &name, ARN: s.ARN("firehose", "deliverystream/"+name)},
				collect.Fill(collect.Through(collect.Ask(s, "Stream", c.DescribeDeliveryStream, &firehose.DescribeDeliveryStreamInput{DeliveryStreamName: &name}), toldOnce),
					func(item *collect.Item, d types.DeliveryStreamDescription) { item.Created = d.CreateTimestamp }),
				collect.AskTags(s, c.ListTagsForDeliveryStream, &firehose.ListTagsForDeliveryStreamInput{DeliveryStreamName: &name, Limit: aws.Int32(50)}, // it has no more
					collect.TagsIn))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "encryption-key-dropped", Path: "Stream.DeliveryStreamEncryptionConfiguration.KeyARN", Absent: true},
	},
	Status: []collect.Path{
		"Stream.DeliveryStreamStatus", "Stream.FailureDescription", "Stream.LastUpdateTimestamp", "Stream.VersionId",
		"Stream.DeliveryStreamEncryptionConfiguration.FailureDescription", "Stream.DeliveryStreamEncryptionConfiguration.Status",
		"Stream.Source.DatabaseSourceDescription.SnapshotInfo", "Stream.Source.KinesisStreamSourceDescription.DeliveryStartTimestamp",
		"Stream.Source.MSKSourceDescription.DeliveryStartTimestamp",
	},
	// Firehose's network interfaces lie in the subnets.
	Refs: map[collect.Path]string{
		toOpenSearch + ".VpcConfigurationDescription.SubnetIds[]":                  "ec2:subnet",
		toOpenSearch + ".VpcConfigurationDescription.SecurityGroupIds[]":           "ec2:security-group",
		toElasticsearch + ".VpcConfigurationDescription.SubnetIds[]":               "ec2:subnet",
		toElasticsearch + ".VpcConfigurationDescription.SecurityGroupIds[]":        "ec2:security-group",
		toOpenSearchServerless + ".VpcConfigurationDescription.SubnetIds[]":        "ec2:subnet",
		toOpenSearchServerless + ".VpcConfigurationDescription.SecurityGroupIds[]": "ec2:security-group",
	},
	Names: map[collect.Path]string{
		toS3 + ".CloudWatchLoggingOptions.LogGroupName":                   "logs:log-group",
		toRedshift + ".CloudWatchLoggingOptions.LogGroupName":             "logs:log-group",
		toOpenSearch + ".CloudWatchLoggingOptions.LogGroupName":           "logs:log-group",
		toElasticsearch + ".CloudWatchLoggingOptions.LogGroupName":        "logs:log-group",
		toOpenSearchServerless + ".CloudWatchLoggingOptions.LogGroupName": "logs:log-group",
		toHTTP + ".CloudWatchLoggingOptions.LogGroupName":                 "logs:log-group",
		toSplunk + ".CloudWatchLoggingOptions.LogGroupName":               "logs:log-group",
		toSnowflake + ".CloudWatchLoggingOptions.LogGroupName":            "logs:log-group",
		toIceberg + ".CloudWatchLoggingOptions.LogGroupName":              "logs:log-group",
	},
	Sets: map[collect.Path]string{"Stream.Destinations": "DestinationId"},
	// Tokens, and what people put keys into: addresses, headers, and the options of Redshift's COPY.
	Secrets: []collect.Path{
		toHTTP + ".EndpointConfiguration.Url", toHTTP + ".RequestConfiguration.CommonAttributes[].AttributeValue",
		toRedshift + ".ClusterJDBCURL", toRedshift + ".CopyCommand.CopyOptions", toSplunk + ".HECToken", toSplunk + ".HECEndpoint",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, firehose.NewFromConfig(s.Config).DeleteDeliveryStream, &firehose.DeleteDeliveryStreamInput{DeliveryStreamName: &r.ID})
	},
}

// Where a delivery stream delivers to: Firehose fills one of these, and repeats the S3 one in an older form.
const (
	toS3                   collect.Path = "Stream.Destinations[].ExtendedS3DestinationDescription"
	toRedshift             collect.Path = "Stream.Destinations[].RedshiftDestinationDescription"
	toOpenSearch           collect.Path = "Stream.Destinations[].AmazonopensearchserviceDestinationDescription"
	toElasticsearch        collect.Path = "Stream.Destinations[].ElasticsearchDestinationDescription"
	toOpenSearchServerless collect.Path = "Stream.Destinations[].AmazonOpenSearchServerlessDestinationDescription"
	toHTTP                 collect.Path = "Stream.Destinations[].HttpEndpointDestinationDescription"
	toSplunk               collect.Path = "Stream.Destinations[].SplunkDestinationDescription"
	toSnowflake            collect.Path = "Stream.Destinations[].SnowflakeDestinationDescription"
	toIceberg              collect.Path = "Stream.Destinations[].IcebergDestinationDescription"
)

// toldOnce is a stream's description without what Firehose says a second time, in an older form, of a destination in S3:
// every change would be told twice.
func toldOnce(out *firehose.DescribeDeliveryStreamOutput) types.DeliveryStreamDescription {
	if out.DeliveryStreamDescription == nil {
		return types.DeliveryStreamDescription{}
	}
	stream := *out.DeliveryStreamDescription
	stream.Destinations = slices.Clone(stream.Destinations)
	for i := range stream.Destinations {
		if d := &stream.Destinations[i]; d.ExtendedS3DestinationDescription != nil {
			d.S3DestinationDescription = nil
		}
	}
	return stream
}

// deliveryStreamNames runs Firehose's list, whose place is the last name.
func deliveryStreamNames(s *collect.Scope) iter.Seq[string] {
	return collect.PagesBy(s, firehose.NewFromConfig(s.Config).ListDeliveryStreams, &firehose.ListDeliveryStreamsInput{Limit: aws.Int32(100)},
		func(out *firehose.ListDeliveryStreamsOutput) ([]string, *string) {
			if names := out.DeliveryStreamNames; aws.ToBool(out.HasMoreDeliveryStreams) && len(names) > 0 {
				return names, &names[len(names)-1]
			}
			return out.DeliveryStreamNames, nil
		},
		func(in *firehose.ListDeliveryStreamsInput, last *string) { in.ExclusiveStartDeliveryStreamName = last })
}
