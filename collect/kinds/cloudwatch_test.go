package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func TestAlarmLifecycle(t *testing.T) {
	lifecycle(t, life{
		kind: "cloudwatch:alarm", undated: true,
		create: func(e *estate) made {
			tags := tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
			must(cloudwatch.NewFromConfig(e.Config).PutMetricAlarm(e, &cloudwatch.PutMetricAlarmInput{
				AlarmName: aws.String("busy"), Namespace: aws.String("AWS/EC2"), MetricName: aws.String("CPUUtilization"), Tags: tags,
				Period: aws.Int32(60), EvaluationPeriods: aws.Int32(3), Threshold: aws.Float64(90.5), Statistic: types.StatisticAverage,
				ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
				Dimensions:         []types.Dimension{{Name: aws.String("InstanceId"), Value: aws.String("i-0123456789abcdef0")}},
			}))(e)
			return made{ID: "busy", ARN: "arn:aws:cloudwatch:us-east-1:" + e.Account + ":alarm:busy"}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Threshold", "90.5")
			wantStatus(t, r, "StateValue", "OK")
		},
	})
}

func TestOfScalingPolicy(t *testing.T) {
	const policy = "arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:uuid:autoScalingGroupName/web:policyName/cpu"
	for name, test := range map[string]struct {
		alarm types.MetricAlarm
		want  bool
	}{
		"a policy's":         {types.MetricAlarm{AlarmName: aws.String("TargetTracking-web-AlarmHigh-1"), AlarmActions: []string{policy}}, true},
		"only called so":     {types.MetricAlarm{AlarmName: aws.String("TargetTracking-mine"), AlarmActions: []string{"arn:aws:sns:us-east-1:123456789012:ops"}}, false},
		"for a step policy":  {types.MetricAlarm{AlarmName: aws.String("cpu-high"), AlarmActions: []string{policy}}, false},
		"without any action": {types.MetricAlarm{AlarmName: aws.String("TargetTracking-mine")}, false},
	} {
		if got := ofScalingPolicy(test.alarm); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}
