package kinds

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/smithy-go"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// makeEmptyGroup makes a group without instances, and a launch configuration of the same name.
func makeEmptyGroup(e *estate, name string) *autoscaling.Client {
	c := autoscaling.NewFromConfig(e.Config)
	must(c.CreateLaunchConfiguration(e, &autoscaling.CreateLaunchConfigurationInput{
		LaunchConfigurationName: &name, ImageId: aws.String("ami-12345678"), InstanceType: aws.String("t3.micro"),
		SecurityGroups: []string{"sg-0123456789abcdef0"}, UserData: aws.String("IyEvYmluL3NoCmV4cG9ydCBUT0tFTj1odW50ZXIyCg=="),
		IamInstanceProfile: aws.String(name),
	}))(e)
	must(c.CreateAutoScalingGroup(e, &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: &name, LaunchConfigurationName: &name, MinSize: aws.Int32(0), MaxSize: aws.Int32(4), DesiredCapacity: aws.Int32(0),
		AvailabilityZones: []string{testRegion + "a"},
	}))(e)
	return c
}

// trackCPU makes a policy and returns its ARN, which moto's answer to the call lacks.
func trackCPU(e *estate, group, name string) string {
	trackCPUAt(e, group, name, 50)
	c := autoscaling.NewFromConfig(e.Config)
	return *must(c.DescribePolicies(e, &autoscaling.DescribePoliciesInput{AutoScalingGroupName: &group}))(e).ScalingPolicies[0].PolicyARN
}

func trackCPUAt(e *estate, group, name string, target float64, more ...func(*autoscaling.PutScalingPolicyInput)) {
	in := &autoscaling.PutScalingPolicyInput{
		AutoScalingGroupName: &group, PolicyName: &name, PolicyType: aws.String("TargetTrackingScaling"),
		TargetTrackingConfiguration: &types.TargetTrackingConfiguration{
			TargetValue:                   &target,
			PredefinedMetricSpecification: &types.PredefinedMetricSpecification{PredefinedMetricType: types.MetricTypeASGAverageCPUUtilization},
		},
	}
	for _, edit := range more {
		edit(in)
	}
	must(autoscaling.NewFromConfig(e.Config).PutScalingPolicy(e, in))(e)
}

// setEveryNight has the group of the scheduled action's life set every night.
func setEveryNight(e *estate, recurrence string, least, most int32) {
	must(autoscaling.NewFromConfig(e.Config).PutScheduledUpdateGroupAction(e, &autoscaling.PutScheduledUpdateGroupActionInput{
		AutoScalingGroupName: aws.String("scheduled-action-life"), ScheduledActionName: aws.String("night"), MinSize: &least, MaxSize: &most,
		Recurrence: &recurrence, StartTime: aws.Time(time.Date(2037, 1, 2, 20, 0, 0, 0, time.UTC)),
	}))(e)
}

func autoScalingPoliciesLives() []life {
	return []life{
		{
			kind: "autoscaling:launchconfiguration", untagged: true,
			create: func(e *estate) made {
				const name = "launch-configuration-life"
				c := autoscaling.NewFromConfig(e.Config)
				must(c.CreateLaunchConfiguration(e, &autoscaling.CreateLaunchConfigurationInput{
					LaunchConfigurationName: aws.String(name), ImageId: aws.String("ami-12345678"), InstanceType: aws.String("t3.micro"),
					SecurityGroups: []string{"sg-0123456789abcdef0"}, UserData: aws.String("aHVudGVyMg=="),
				}))(e)
				in := &autoscaling.DescribeLaunchConfigurationsInput{LaunchConfigurationNames: []string{name}}
				arn := *must(c.DescribeLaunchConfigurations(e, in))(e).LaunchConfigurations[0].LaunchConfigurationARN
				return made{ID: name, ARN: arn, UniqueID: arn}
			},
			check: func(t *testing.T, r *collect.Resource) {
				if text := string(r.Configuration); strings.Contains(text, "aHVudGVyMg") || !strings.Contains(text, `"UserData":"`+snapshot.MaskPrefix) {
					t.Errorf("the user data is not masked: %s", text)
				}
			},
			fewer: "a launch configuration is made anew, not changed, and has no tags",
		},
		{
			kind: "autoscaling:scaling-policy", undated: true, untagged: true,
			create: func(e *estate) made {
				makeEmptyGroup(e, "scaling-policy-life")
				arn := trackCPU(e, "scaling-policy-life", "cpu")
				return made{ID: arn, ARN: arn, UniqueID: arn}
			},
			check: func(t *testing.T, r *collect.Resource) {
				if r.Name != "cpu" {
					t.Errorf("name: got %q, want cpu", r.Name)
				}
				wantConfiguration(t, r, "TargetTrackingConfiguration.TargetValue", "50")
			},
			changes: []change{
				flip("target", func(e *estate, m made, changed bool) {
					trackCPUAt(e, "scaling-policy-life", "cpu", either(changed, 60.0, 50))
				},
					"TargetTrackingConfiguration.TargetValue"),
				flip("warm-up", func(e *estate, m made, changed bool) {
					trackCPUAt(e, "scaling-policy-life", "cpu", 50, func(in *autoscaling.PutScalingPolicyInput) {
						if changed {
							in.EstimatedInstanceWarmup = aws.Int32(120)
						}
					})
				}, "EstimatedInstanceWarmup"),
				flip("metric", func(e *estate, m made, changed bool) {
					trackCPUAt(e, "scaling-policy-life", "cpu", 50, func(in *autoscaling.PutScalingPolicyInput) {
						if changed {
							in.TargetTrackingConfiguration.PredefinedMetricSpecification.PredefinedMetricType = types.MetricTypeASGAverageNetworkIn
						}
					})
				}, "TargetTrackingConfiguration.PredefinedMetricSpecification.PredefinedMetricType"),
			},
		},
		{
			kind: "autoscaling:scheduled-action", undated: true, untagged: true,
			create: func(e *estate) made {
				const group = "scheduled-action-life"
				makeEmptyGroup(e, group)
				setEveryNight(e, "0 20 * * *", 0, 0)
				return made{ID: group + "/night"} // moto gives no ARN, AWS does
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Recurrence", "0 20 * * *")
				wantStatus(t, r, "NextRun", "2037-01-02T20:00:00Z")
				if strings.Contains(string(r.Configuration), "StartTime") {
					t.Errorf("the start time moves on with every run, and is in the configuration: %s", r.Configuration)
				}
			},
			changes: []change{
				flip("when", func(e *estate, m made, changed bool) {
					setEveryNight(e, either(changed, "0 21 * * *", "0 20 * * *"), 0, 0)
				}, "Recurrence"),
				flip("least", func(e *estate, m made, changed bool) { setEveryNight(e, "0 20 * * *", either[int32](changed, 1, 0), 0) }, "MinSize"),
				flip("most", func(e *estate, m made, changed bool) { setEveryNight(e, "0 20 * * *", 0, either[int32](changed, 2, 0)) }, "MaxSize"),
			},
		},
	}
}

// A group's size is configuration where people set it, and status where policies, schedules or clusters do. Where that
// can't be told, it is unknown.
func TestGroupSizes(t *testing.T) {
	e := newEstate(t)
	c := makeEmptyGroup(e, "sized")
	group := func() *collect.Resource {
		t.Helper()
		for _, r := range of(e.capture("autoscaling:autoscalinggroup", "autoscaling:launchconfiguration"), "autoscaling:autoscalinggroup") {
			return r
		}
		t.Fatal("no group was captured")
		return nil
	}
	r := group()
	wantConfiguration(t, r, "DesiredCapacity", "0")
	wantConfiguration(t, r, "MaxSize", "4")
	life{refs: []collect.Path{"LaunchConfigurationName"}, untagged: true}.checkParts(t, r)

	trackCPU(e, "sized", "cpu")
	r = group()
	wantStatus(t, r, "CurrentDesiredCapacity", "0")
	wantConfiguration(t, r, "MinSize", "0")
	if strings.Contains(string(r.Configuration), `"DesiredCapacity"`) {
		t.Errorf("a policy sets the size, and it is configuration: %s", r.Configuration)
	}

	must(c.PutScheduledUpdateGroupAction(e, &autoscaling.PutScheduledUpdateGroupActionInput{
		AutoScalingGroupName: aws.String("sized"), ScheduledActionName: aws.String("night"), MaxSize: aws.Int32(1), Recurrence: aws.String("0 20 * * *"),
	}))(e)
	r = group()
	wantStatus(t, r, "CurrentMaxSize", "4")
	wantConfiguration(t, r, "MinSize", "0")

	e.Proxy.Deny("autoscaling", "DescribePolicies")
	r = group()
	if !r.Unread("DesiredCapacity") || !r.Unread("MaxSize") {
		t.Errorf("what sets the size could not be seen, and the size is not unknown: %+v", r.Unknown)
	}
}

func TestSizedByClusterAutoscaler(t *testing.T) {
	group := types.AutoScalingGroup{AutoScalingGroupName: aws.String("nodes"), DesiredCapacity: aws.Int32(3), MinSize: aws.Int32(1)}
	item := collect.Item{Tags: collect.Tags{clusterAutoscaler: "true"}}
	if current := (scalers{}).take(&item, &group); group.DesiredCapacity != nil || *current.CurrentDesiredCapacity != 3 || *group.MinSize != 1 {
		t.Errorf("got %+v and %+v", group, current)
	}
}

// A policy that tracks a target owns its alarms; one that ECS keeps is nobody's.
func TestScalingPolicyAlarms(t *testing.T) {
	e := newEstate(t)
	const policies = `<DescribePoliciesResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/"><DescribePoliciesResult><ScalingPolicies>
<member><PolicyARN>arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:1-2-3:autoScalingGroupName/g:policyName/cpu</PolicyARN>
<PolicyName>cpu</PolicyName><PolicyType>TargetTrackingScaling</PolicyType><AutoScalingGroupName>g</AutoScalingGroupName>
<Alarms><member><AlarmName>TargetTracking-g-AlarmHigh</AlarmName></member></Alarms></member>
<member><PolicyARN>arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:4-5-6:autoScalingGroupName/g:policyName/step</PolicyARN>
<PolicyName>ECSManagedAutoScalingPolicy-1</PolicyName><PolicyType>StepScaling</PolicyType><AutoScalingGroupName>g</AutoScalingGroupName>
<Alarms><member><AlarmName>mine</AlarmName></member></Alarms></member></ScalingPolicies></DescribePoliciesResult></DescribePoliciesResponse>`
	e.answer("autoscaling", "DescribePolicies", policies)
	for _, name := range []string{"TargetTracking-g-AlarmHigh", "mine"} {
		makeAlarmOnCPU(e, name)
	}
	seen := e.capture("autoscaling:scaling-policy", "cloudwatch:alarm")
	for _, r := range of(seen, "cloudwatch:alarm") {
		if owned := r.Owner != nil && r.Owner.Kind == "autoscaling:scaling-policy"; owned != (r.ID != "mine") {
			t.Errorf("the owner of %s: got %+v", r.ID, r.Owner)
		}
	}
	for _, r := range of(seen, "autoscaling:scaling-policy") {
		if managed := r.Marked(snapshot.MarkProvider); managed != (r.Name != "cpu") {
			t.Errorf("%s: got marks %v", r.Name, r.Marks)
		}
	}
}

func TestUnlessNotFound(t *testing.T) {
	gone := &smithy.GenericAPIError{Code: "ValidationError", Message: "Launch configuration name not found - Launch configuration web not found"}
	wrong := &smithy.GenericAPIError{Code: "ValidationError", Message: "1 validation error detected"}
	inUse := &smithy.GenericAPIError{Code: "ResourceInUse", Message: "not found"}
	for err, want := range map[error]error{gone: nil, wrong: wrong, inUse: inUse, nil: nil} {
		if got := unlessNotFound(err); !errors.Is(got, want) {
			t.Errorf("%v: got %v, want %v", err, got, want)
		}
	}
}

func makeAlarmOnCPU(e *estate, name string) {
	must(cloudwatch.NewFromConfig(e.Config).PutMetricAlarm(e, &cloudwatch.PutMetricAlarmInput{
		AlarmName: &name, Namespace: aws.String("AWS/EC2"), MetricName: aws.String("CPUUtilization"), Period: aws.Int32(60),
		EvaluationPeriods: aws.Int32(3), Threshold: aws.Float64(90), Statistic: cloudwatchtypes.StatisticAverage,
		ComparisonOperator: cloudwatchtypes.ComparisonOperatorGreaterThanThreshold,
	}))(e)
}
