package kinds

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func autoScalingKinds() []collect.Kind {
	return []collect.Kind{autoScalingGroup}
}

var autoScalingGroup = collect.Kind{
	Name: "autoscaling:autoscalinggroup", CloudFormation: "AWS::AutoScaling::AutoScalingGroup",
	Aliases: []string{"autoscaling:auto-scaling-group"},
	List: func(s *collect.Scope) {
		c := autoscaling.NewFromConfig(s.Config)
		list := collect.Pages[types.AutoScalingGroup](s, c.DescribeAutoScalingGroups, &autoscaling.DescribeAutoScalingGroupsInput{MaxRecords: aws.Int32(100)})
		for g := range list {
			item := collect.Item{
				ID: g.AutoScalingGroupName, ARN: g.AutoScalingGroupARN, Created: g.CreatedTime, Tags: collect.TagsOf(g.Tags),
			}
			for _, i := range g.Instances {
				item.Members = append(item.Members, collect.Member{Kind: instance.Name, ID: aws.ToString(i.InstanceId)})
			}
			if g.DeletionProtection != "" && g.DeletionProtection != types.DeletionProtectionNone {
				item.Protect = "DeletionProtection is " + string(g.DeletionProtection)
			}
			if g.Operator != nil {
				item.Managed(aws.ToString(g.Operator.Principal) + " manages it")
			}
			s.Add(item, g, propagation(g.Tags))
		}
	},
	Status: []collect.Path{"Instances", "Status", "PredictedCapacity", "WarmPoolSize", "WarmPoolConfiguration.Status"},
	Sets: map[collect.Path]string{
		"AvailabilityZones": "", "AvailabilityZoneIds": "", "EnabledMetrics": "Metric", "LoadBalancerNames": "", "PropagatedTags": "",
		"SuspendedProcesses": "ProcessName", "TargetGroupARNs": "", "TrafficSources": "Identifier",
	},
	Takes: []string{"ec2:instance"},
	// Its instances go with it: it would replace any that is deleted before it.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		err := collect.Do(s, autoscaling.NewFromConfig(s.Config).DeleteAutoScalingGroup, &autoscaling.DeleteAutoScalingGroupInput{
			AutoScalingGroupName: &r.ID, ForceDelete: aws.Bool(true),
		})
		if collect.Code(err) == "ValidationError" && strings.Contains(collect.Message(err), "name not found") {
			return nil // Auto Scaling has no code of its own for it
		}
		return err
	},
}

// propagated is what tags say besides key and value.
type propagated struct {
	PropagatedTags []string // the keys of the tags that a group puts on its instances
}

func propagation(tags []types.TagDescription) propagated {
	p := propagated{PropagatedTags: []string{}}
	for _, tag := range tags {
		if aws.ToBool(tag.PropagateAtLaunch) {
			p.PropagatedTags = append(p.PropagatedTags, aws.ToString(tag.Key))
		}
	}
	slices.Sort(p.PropagatedTags)
	return p
}
