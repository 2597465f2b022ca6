package kinds

import (
	"iter"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func autoScalingPolicies() []collect.Kind {
	return []collect.Kind{launchConfiguration, scalingPolicy, scheduledAction}
}

// scalingPolicies is the list that policies start from, and by which groups know that something sets their size.
func scalingPolicies(s *collect.Scope) ([]types.ScalingPolicy, error) {
	return collect.SharedList(s, "autoscaling:DescribePolicies", func(s *collect.Scope) iter.Seq[types.ScalingPolicy] {
		c := autoscaling.NewFromConfig(s.Config)
		return collect.Pages[types.ScalingPolicy](s, c.DescribePolicies, &autoscaling.DescribePoliciesInput{MaxRecords: aws.Int32(100)})
	})
}

// scheduledActions is [scalingPolicies] for what runs by the clock.
func scheduledActions(s *collect.Scope) ([]types.ScheduledUpdateGroupAction, error) {
	return collect.SharedList(s, "autoscaling:DescribeScheduledActions", func(s *collect.Scope) iter.Seq[types.ScheduledUpdateGroupAction] {
		c := autoscaling.NewFromConfig(s.Config)
		in := &autoscaling.DescribeScheduledActionsInput{MaxRecords: aws.Int32(100)}
		return collect.Pages[types.ScheduledUpdateGroupAction](s, c.DescribeScheduledActions, in)
	})
}

// launchConfiguration has no tags: Auto Scaling doesn't tag them. It never changes, and its ARN holds a UUID.
var launchConfiguration = collect.Kind{
	Name: "autoscaling:launchconfiguration", CloudFormation: "AWS::AutoScaling::LaunchConfiguration",
	Aliases: []string{"autoscaling:launch-configuration"},
	List: func(s *collect.Scope) {
		c := autoscaling.NewFromConfig(s.Config)
		in := &autoscaling.DescribeLaunchConfigurationsInput{MaxRecords: aws.Int32(100)}
		for l := range collect.Pages[types.LaunchConfiguration](s, c.DescribeLaunchConfigurations, in) {
			s.Add(collect.Item{ID: l.LaunchConfigurationName, ARN: l.LaunchConfigurationARN, UniqueID: l.LaunchConfigurationARN, Created: l.CreatedTime}, l)
		}
	},
	Weak: []collect.Weakness{
		{Rule: "imdsv1", Path: "MetadataOptions.HttpTokens", Is: []string{"optional"}, Unless: map[collect.Path]string{"MetadataOptions.HttpEndpoint": "disabled"}},
		{Rule: "public-addresses", Path: "AssociatePublicIpAddress", Is: []string{"true"}},
		{Rule: "encryption-off", Path: "BlockDeviceMappings[].Ebs.Encrypted", Is: []string{"false"}, By: "DeviceName"},
	},
	Names:   map[collect.Path]string{"IamInstanceProfile": "iam:instance-profile", "KeyName": "ec2:key-pair"},
	Sets:    map[collect.Path]string{"BlockDeviceMappings": "DeviceName", "SecurityGroups": "", "ClassicLinkVPCSecurityGroups": ""},
	Secrets: []collect.Path{"UserData"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return unlessNotFound(collect.Do(s, autoscaling.NewFromConfig(s.Config).DeleteLaunchConfiguration,
			&autoscaling.DeleteLaunchConfigurationInput{LaunchConfigurationName: &r.ID}))
	},
}

// unlessNotFound takes out the error that says that something is gone: Auto Scaling has no code of its own for it.
func unlessNotFound(err error) error {
	if collect.Code(err) == "ValidationError" && strings.Contains(collect.Message(err), "not found") {
		return nil
	}
	return err
}

// scalingPolicy has neither tags nor a creation date. It goes with its group, so nothing orders the two.
var scalingPolicy = collect.Kind{
	Name: "autoscaling:scaling-policy", CloudFormation: "AWS::AutoScaling::ScalingPolicy",
	List: func(s *collect.Scope) {
		list, err := scalingPolicies(s)
		if err != nil {
			s.Fail(err)
		}
		for _, p := range list {
			item := collect.Item{ID: p.PolicyARN, ARN: p.PolicyARN, UniqueID: p.PolicyARN, Name: p.PolicyName}
			if strings.HasPrefix(aws.ToString(p.PolicyName), "ECSManagedAutoScalingPolicy-") {
				item.Managed("an ECS capacity provider scales its group by it")
			}
			if aws.ToString(p.PolicyType) == "TargetTrackingScaling" { // it makes its alarms and takes them away
				for _, a := range p.Alarms {
					item.Members = append(item.Members, collect.Member{Kind: alarm.Name, ID: aws.ToString(a.AlarmName)})
				}
			}
			s.Add(item, p)
		}
	},
	Status: []collect.Path{"Alarms"}, // follows from the alarms, which name the policy
	Names:  map[collect.Path]string{"AutoScalingGroupName": "autoscaling:autoscalinggroup"},
	Sets: map[collect.Path]string{
		"StepAdjustments": "", "TargetTrackingConfiguration.CustomizedMetricSpecification.Dimensions": "Name",
		"TargetTrackingConfiguration.CustomizedMetricSpecification.Metrics": "Id",
	},
	Takes: []string{"cloudwatch:alarm"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		p, err := collect.Stored[types.ScalingPolicy](r)
		if err != nil {
			return err
		}
		return unlessNotFound(collect.Do(s, autoscaling.NewFromConfig(s.Config).DeletePolicy,
			&autoscaling.DeletePolicyInput{AutoScalingGroupName: p.AutoScalingGroupName, PolicyName: p.PolicyName}))
	},
}

// scheduledAction has neither tags nor a creation date. Its name is one among its group's.
var scheduledAction = collect.Kind{
	Name: "autoscaling:scheduled-action", CloudFormation: "AWS::AutoScaling::ScheduledAction",
	List: func(s *collect.Scope) {
		list, err := scheduledActions(s)
		if err != nil {
			s.Fail(err)
		}
		for _, a := range list {
			id := aws.ToString(a.AutoScalingGroupName) + "/" + aws.ToString(a.ScheduledActionName)
			var next nextRun
			if aws.ToString(a.Recurrence) != "" {
				next.NextRun, a.StartTime = a.StartTime, nil
			}
			s.Add(collect.Item{ID: &id, ARN: a.ScheduledActionARN, UniqueID: a.ScheduledActionARN, Name: a.ScheduledActionName}, a, next)
		}
	},
	Status: []collect.Path{"NextRun"},
	Omit:   []collect.Path{"Time"}, // an old name of StartTime
	Names:  map[collect.Path]string{"AutoScalingGroupName": "autoscaling:autoscalinggroup"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		a, err := collect.Stored[types.ScheduledUpdateGroupAction](r)
		if err != nil {
			return err
		}
		return unlessNotFound(collect.Do(s, autoscaling.NewFromConfig(s.Config).DeleteScheduledAction,
			&autoscaling.DeleteScheduledActionInput{AutoScalingGroupName: a.AutoScalingGroupName, ScheduledActionName: a.ScheduledActionName}))
	},
}

// nextRun is the start time of an action that recurs: Auto Scaling works it out, and moves it on with every run.
type nextRun struct {
	NextRun *time.Time
}
