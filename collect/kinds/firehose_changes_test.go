package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/firehose"
	"github.com/aws/aws-sdk-go-v2/service/firehose/types"
)

func deliveryStreamChanges() []change {
	update := func(e *estate, m made, update *types.ExtendedS3DestinationUpdate) {
		c := firehose.NewFromConfig(e.Config)
		d := must(c.DescribeDeliveryStream(e, &firehose.DescribeDeliveryStreamInput{DeliveryStreamName: &m.ID}))(e).DeliveryStreamDescription
		must(c.UpdateDestination(e, &firehose.UpdateDestinationInput{
			DeliveryStreamName: &m.ID, CurrentDeliveryStreamVersionId: d.VersionId, DestinationId: d.Destinations[0].DestinationId,
			ExtendedS3DestinationUpdate: update,
		}))(e)
	}
	const destination = "Stream.Destinations[DestinationId=destinationId-000000000001].ExtendedS3DestinationDescription"
	return []change{
		tagChange(func(e *estate, m made, key, value string) {
			must(firehose.NewFromConfig(e.Config).TagDeliveryStream(e, &firehose.TagDeliveryStreamInput{
				DeliveryStreamName: &m.ID, Tags: []types.Tag{{Key: &key, Value: &value}},
			}))(e)
		}),
		swap("the prefix of its objects", "clicks/", "all/", func(e *estate, m made, prefix string) {
			update(e, m, &types.ExtendedS3DestinationUpdate{Prefix: &prefix})
		}, destination+".Prefix"),
		swap("how long it waits", 300, 60, func(e *estate, m made, seconds int32) {
			update(e, m, &types.ExtendedS3DestinationUpdate{BufferingHints: &types.BufferingHints{IntervalInSeconds: &seconds, SizeInMBs: aws.Int32(5)}})
		}, destination+".BufferingHints.IntervalInSeconds"),
	}
}
