package kinds

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/firehose"
	"github.com/aws/aws-sdk-go-v2/service/firehose/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

func makeDeliveryStream(e *estate, name string) *string {
	return must(firehose.NewFromConfig(e.Config).CreateDeliveryStream(e, &firehose.CreateDeliveryStreamInput{
		DeliveryStreamName: &name, DeliveryStreamType: types.DeliveryStreamTypeDirectPut,
		Tags: tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} }),
		ExtendedS3DestinationConfiguration: &types.ExtendedS3DestinationConfiguration{
			Prefix: aws.String("clicks/"), BufferingHints: &types.BufferingHints{IntervalInSeconds: aws.Int32(300), SizeInMBs: aws.Int32(5)},
			BucketARN: aws.String("arn:aws:s3:::clicks"), RoleARN: aws.String("arn:aws:iam::" + e.Account + ":role/firehose"),
		},
	}))(e).DeliveryStreamARN
}

func firehoseLives() []life {
	return []life{{
		kind: "firehose:deliverystream",
		create: func(e *estate) made {
			return made{ID: "firehose-deliverystream-life", ARN: *makeDeliveryStream(e, "firehose-deliverystream-life")}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, toS3+".BucketARN", "arn:aws:s3:::clicks")
		},
		changes: deliveryStreamChanges(),
	}}
}

// TestDeliveryStreamPages: the last name of a page is the place.
func TestDeliveryStreamPages(t *testing.T) {
	e := newEstate(t)
	makeDeliveryStream(e, "clicks")
	makeDeliveryStream(e, "orders")
	e.Proxy.Intercept("firehose", "ListDeliveryStreams", func(c *testbed.Call, _ func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		body := `{"DeliveryStreamNames":["clicks"],"HasMoreDeliveryStreams":true}`
		if c.Param("ExclusiveStartDeliveryStreamName") == "clicks" {
			body = `{"DeliveryStreamNames":["orders"],"HasMoreDeliveryStreams":false}`
		}
		return &testbed.Answer{Status: 200, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: []byte(body)}
	})
	if got := len(of(e.capture("firehose:deliverystream"), "firehose:deliverystream")); got != 2 {
		t.Errorf("captured %d delivery streams, want 2", got)
	}
}

// TestDeliveryStreamSecrets: a token, an address with a key in it, and a header.
func TestDeliveryStreamSecrets(t *testing.T) {
	e := newEstate(t)
	e.answer("firehose", "ListDeliveryStreams", `{"DeliveryStreamNames":["out"],"HasMoreDeliveryStreams":false}`)
	e.answer("firehose", "ListTagsForDeliveryStream", `{"Tags":[],"HasMoreTags":false}`)
	e.answer("firehose", "DescribeDeliveryStream", `{"DeliveryStreamDescription":{"DeliveryStreamName":"out","DeliveryStreamStatus":"ACTIVE",
		"CreateTimestamp":1136214245,"Destinations":[{"DestinationId":"d1",
		"SplunkDestinationDescription":{"HECEndpoint":"https://splunk.example.com?token=hunter2","HECToken":"hunter2"},
		"HttpEndpointDestinationDescription":{"EndpointConfiguration":{"Url":"https://example.com/?key=hunter2","Name":"example"},
			"RequestConfiguration":{"CommonAttributes":[{"AttributeName":"auth","AttributeValue":"hunter2"}]}},
		"RedshiftDestinationDescription":{"ClusterJDBCURL":"jdbc:redshift://x/db?password=hunter2","CopyCommand":{"CopyOptions":"CREDENTIALS 'hunter2'"}}}]}}`)
	found := of(e.capture("firehose:deliverystream"), "firehose:deliverystream")
	if len(found) != 1 {
		t.Fatalf("captured %d", len(found))
	}
	for _, r := range found {
		if strings.Contains(string(r.Configuration), "hunter2") || strings.Contains(string(r.Status), "hunter2") {
			t.Errorf("it holds a secret: %s, %s", r.Configuration, r.Status)
		}
		if got := strings.Count(string(r.Configuration), snapshot.MaskPrefix); got != 6 {
			t.Errorf("%d values are masked, want 6: %s", got, r.Configuration)
		}
		wantConfiguration(t, r, toHTTP+".EndpointConfiguration.Name", "example")
	}
}
