package kinds

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

func logsTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(cloudwatchlogs.NewFromConfig(e.Config).TagResource(e, &cloudwatchlogs.TagResourceInput{ResourceArn: &m.ARN, Tags: map[string]string{key: value}}))(e)
	})
}

func logGroupChanges() []change {
	return []change{
		logsTagChange(),
		swap("how long it keeps events", 30, 7, func(e *estate, m made, days int32) {
			must(cloudwatchlogs.NewFromConfig(e.Config).PutRetentionPolicy(e, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: &m.ID, RetentionInDays: &days}))(e)
		}, "RetentionInDays"),
	}
}

func metricFilterChanges() []change {
	put := func(e *estate, m made, pattern, value string, otherwise *float64) {
		c := cloudwatchlogs.NewFromConfig(e.Config)
		group, name, _ := strings.Cut(m.ID, "|")
		// moto keeps the old one beside the new one.
		must(c.DeleteMetricFilter(e, &cloudwatchlogs.DeleteMetricFilterInput{LogGroupName: &group, FilterName: &name}))(e)
		must(c.PutMetricFilter(e, &cloudwatchlogs.PutMetricFilterInput{
			LogGroupName: &group, FilterName: &name, FilterPattern: &pattern, MetricTransformations: []types.MetricTransformation{{
				MetricNamespace: aws.String("Orders"), MetricName: aws.String("Failures"), MetricValue: &value, DefaultValue: otherwise,
			}},
		}))(e)
	}
	return []change{
		swap("what it looks for", "ERROR", "FATAL", func(e *estate, m made, pattern string) { put(e, m, pattern, "1", nil) }, "FilterPattern"),
		swap("what it counts", "1", "$.bytes", func(e *estate, m made, value string) { put(e, m, "ERROR", value, nil) }, "MetricTransformations[].MetricValue"),
		swap("what it counts otherwise", nil, aws.Float64(0), func(e *estate, m made, otherwise *float64) {
			put(e, m, "ERROR", "1", otherwise)
		}, "MetricTransformations[].DefaultValue"),
	}
}

func subscriptionFilterChanges() []change {
	var target string // where the life sends events
	put := func(e *estate, m made, edit func(*cloudwatchlogs.PutSubscriptionFilterInput)) {
		c := cloudwatchlogs.NewFromConfig(e.Config)
		group, name, _ := strings.Cut(m.ID, "|")
		if target == "" {
			found := must(c.DescribeSubscriptionFilters(e, &cloudwatchlogs.DescribeSubscriptionFiltersInput{LogGroupName: &group}))(e)
			target = *found.SubscriptionFilters[0].DestinationArn
		}
		in := &cloudwatchlogs.PutSubscriptionFilterInput{LogGroupName: &group, FilterName: &name, FilterPattern: aws.String(""), DestinationArn: &target}
		edit(in)
		must(c.PutSubscriptionFilter(e, in))(e)
	}
	return []change{
		swap("what it takes", "", "ERROR", func(e *estate, m made, pattern string) {
			put(e, m, func(in *cloudwatchlogs.PutSubscriptionFilterInput) { in.FilterPattern = &pattern })
		}, "FilterPattern"),
		swap("where it sends events", false, true, func(e *estate, m made, elsewhere bool) {
			put(e, m, func(in *cloudwatchlogs.PutSubscriptionFilterInput) {
				if elsewhere {
					in.DestinationArn = aws.String(makeFunction(e, "elsewhere"))
				}
			})
		}, "DestinationArn"),
		swap("the role that it takes", nil, aws.String("arn:aws:iam::123456789012:role/logs"), func(e *estate, m made, role *string) {
			put(e, m, func(in *cloudwatchlogs.PutSubscriptionFilterInput) { in.RoleArn = role })
		}, "RoleArn"),
	}
}

func logDestinationChanges() []change {
	put := func(e *estate, m made, role, target string) {
		must(cloudwatchlogs.NewFromConfig(e.Config).PutDestination(e, &cloudwatchlogs.PutDestinationInput{
			DestinationName: &m.ID, RoleArn: aws.String("arn:aws:iam::" + e.Account + ":role/" + role),
			TargetArn: aws.String("arn:aws:kinesis:us-east-1:" + e.Account + ":stream/" + target),
		}))(e)
	}
	return []change{
		logsTagChange(),
		swap("the role that it takes", "logs", "others", func(e *estate, m made, role string) { put(e, m, role, "logs") }, "RoleArn"),
		swap("where it sends events", "logs", "others", func(e *estate, m made, target string) { put(e, m, "logs", target) }, "TargetArn"),
	}
}

func logsResourcePolicyChanges() []change {
	const open = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"es.amazonaws.com"},"Action":"logs:PutLogEvents","Resource":"*"}]}`
	return []change{swap("its document", `{"Version":"2012-10-17","Statement":[]}`, open, func(e *estate, m made, document string) {
		must(cloudwatchlogs.NewFromConfig(e.Config).PutResourcePolicy(e, &cloudwatchlogs.PutResourcePolicyInput{PolicyName: &m.ID, PolicyDocument: &document}))(e)
	}, "PolicyDocument")}
}
