package kinds

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"

	"github.com/aws-baseline/aws-baseline/collect"
)

func cloudwatchKinds() []collect.Kind {
	return []collect.Kind{alarm}
}

// cloudwatchClient speaks JSON to a given endpoint: CloudWatch serves it besides CBOR, the SDK's default, and emulators
// serve no CBOR.
func cloudwatchClient(s *collect.Scope) *cloudwatch.Client {
	return cloudwatch.NewFromConfig(s.Config, func(o *cloudwatch.Options) {
		if s.Emulated {
			o.Protocol = awsjson.New10(schemas.GraniteServiceVersion20100801)
		}
	})
}

// alarm is a metric alarm. It has no creation date.
var alarm = collect.Kind{
	Name: "cloudwatch:alarm", CloudFormation: "AWS::CloudWatch::Alarm", Tagging: "cloudwatch:alarm",
	List: func(s *collect.Scope) {
		c := cloudwatchClient(s)
		collect.Each(s, collect.Pages[types.MetricAlarm](s, c.DescribeAlarms, &cloudwatch.DescribeAlarmsInput{
			AlarmTypes: []types.AlarmType{types.AlarmTypeMetricAlarm}, MaxRecords: aws.Int32(100),
		}), func(a types.MetricAlarm) {
			item := collect.Item{ID: a.AlarmName, ARN: a.AlarmArn, Names: measured(a)}
			if ofScalingPolicy(a) {
				item.Managed("a target tracking policy made this alarm and takes it away")
			}
			s.Add(item, a, collect.AskTags(s, c.ListTagsForResource, &cloudwatch.ListTagsForResourceInput{ResourceARN: a.AlarmArn}, collect.TagsIn))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "alarm-removed", Guard: true},
		{Rule: "alarm-silent", Path: "ActionsEnabled", Is: []string{"false"}},
	},
	Status: []collect.Path{
		"StateValue", "StateReason", "StateReasonData", "StateUpdatedTimestamp", "StateTransitionedTimestamp", "EvaluationState",
		"AlarmConfigurationUpdatedTimestamp",
	},
	Sets: map[collect.Path]string{
		"Dimensions": "Name", "AlarmActions": "", "OKActions": "", "InsufficientDataActions": "", "Metrics": "Id",
		"Metrics[].MetricStat.Metric.Dimensions": "Name",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, cloudwatchClient(s).DeleteAlarms, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{r.ID}})
	},
}

// dimensions are those that name a resource, by their namespaces' documentation.
var dimensions = map[string]string{
	"QueueName": "sqs:queue", "TopicName": "sns:topic", "FunctionName": "lambda:function", "TableName": "dynamodb:table",
	"BucketName": "s3:bucket", "AutoScalingGroupName": "autoscaling:autoscalinggroup", "DBInstanceIdentifier": "rds:db",
	"DBClusterIdentifier": "rds:cluster", "LoadBalancerName": "elasticloadbalancing:classic-loadbalancer", "StreamName": "kinesis:stream",
	"DeliveryStreamName": "firehose:deliverystream", "CacheClusterId": "elasticache:cluster", "ClusterName": "ecs:cluster",
	"FileSystemId": "elasticfilesystem:file-system", "LogGroupName": "logs:log-group", "StateMachineArn": "states:statemachine",
	"RuleName": "events:rule", "DomainName": "es:domain", "ClusterIdentifier": "redshift:cluster",
}

// measured are the resources that an alarm's dimensions name. Load balancers and target groups go by the end of their ARN.
func measured(a types.MetricAlarm) []collect.Naming {
	var names []collect.Naming
	arn := strings.SplitN(aws.ToString(a.AlarmArn), ":", 6)
	add := func(at collect.Path, list []types.Dimension) {
		for _, d := range list {
			name, value := aws.ToString(d.Name), aws.ToString(d.Value)
			switch kind := dimensions[name]; {
			case kind != "":
				names = append(names, collect.Naming{Path: at, Kind: kind, ID: value})
			case (name == "LoadBalancer" || name == "TargetGroup") && len(arn) == 6:
				if name == "LoadBalancer" {
					value = "loadbalancer/" + value
				}
				names = append(names, collect.Naming{Path: at, ID: strings.Join([]string{"arn", arn[1], "elasticloadbalancing", arn[3], arn[4], value}, ":")})
			}
		}
	}
	add("Dimensions[].Value", a.Dimensions)
	for _, m := range a.Metrics {
		if m.MetricStat != nil && m.MetricStat.Metric != nil {
			add("Metrics[].MetricStat.Metric.Dimensions[].Value", m.MetricStat.Metric.Dimensions)
		}
	}
	return names
}

// ofScalingPolicy reports whether a scaling policy that tracks a target made an alarm. The name alone doesn't tell:
// anybody can use it.
func ofScalingPolicy(a types.MetricAlarm) bool {
	return strings.HasPrefix(aws.ToString(a.AlarmName), "TargetTracking-") && slices.ContainsFunc(a.AlarmActions, func(action string) bool {
		return strings.Contains(action, ":scalingPolicy:")
	})
}
