package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func putAlarm(e *estate, threshold float64, periods int32, acts bool, tags []types.Tag) {
	must(cloudwatch.NewFromConfig(e.Config).PutMetricAlarm(e, &cloudwatch.PutMetricAlarmInput{
		AlarmName: aws.String("busy"), Namespace: aws.String("AWS/EC2"), MetricName: aws.String("CPUUtilization"), Tags: tags, ActionsEnabled: &acts,
		Period: aws.Int32(60), EvaluationPeriods: &periods, Threshold: &threshold, Statistic: types.StatisticAverage,
		ComparisonOperator: types.ComparisonOperatorGreaterThanThreshold,
		Dimensions:         []types.Dimension{{Name: aws.String("InstanceId"), Value: aws.String("i-0123456789abcdef0")}},
	}))(e)
}

func alarmLives() []life {
	return []life{{
		kind: "cloudwatch:alarm", undated: true,
		create: func(e *estate) made {
			tags := tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
			putAlarm(e, 90.5, 3, true, tags)
			return made{ID: "busy", ARN: "arn:aws:cloudwatch:us-east-1:" + e.Account + ":alarm:busy"}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Threshold", "90.5")
			wantStatus(t, r, "StateValue", "OK")
		},
		changes: []change{
			tagChange(func(e *estate, m made, key, value string) {
				must(cloudwatch.NewFromConfig(e.Config).TagResource(e, &cloudwatch.TagResourceInput{ResourceARN: &m.ARN, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
			}),
			flip("threshold", func(e *estate, m made, changed bool) { putAlarm(e, either(changed, 99.5, 90.5), 3, true, nil) }, "Threshold"),
			flip("periods", func(e *estate, m made, changed bool) { putAlarm(e, 90.5, either[int32](changed, 5, 3), true, nil) }, "EvaluationPeriods"),
			flip("actions", func(e *estate, m made, changed bool) { putAlarm(e, 90.5, 3, !changed, nil) }, "ActionsEnabled"),
		},
	}}
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
