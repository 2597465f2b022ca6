package kinds

import (
	"cmp"
	"slices"

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
		scalers := scalersOf(s)
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
			current := scalers.take(&item, &g)
			s.Add(item, g, propagation(g.Tags), current)
		}
	},
	Status: []collect.Path{
		"Instances", "Status", "PredictedCapacity", "WarmPoolSize", "WarmPoolConfiguration.Status",
		"CurrentMinSize", "CurrentMaxSize", "CurrentDesiredCapacity",
	},
	Refs: map[collect.Path]string{"LaunchConfigurationName": "autoscaling:launchconfiguration"}, // AWS lets launch templates go
	Names: map[collect.Path]string{
		"LoadBalancerNames[]": "elasticloadbalancing:classic-loadbalancer", "TrafficSources[].Identifier": "elasticloadbalancing:classic-loadbalancer",
	},
	Sets: map[collect.Path]string{
		"AvailabilityZones": "", "AvailabilityZoneIds": "", "EnabledMetrics": "Metric", "LoadBalancerNames": "", "PropagatedTags": "",
		"SuspendedProcesses": "ProcessName", "TargetGroupARNs": "", "TrafficSources": "Identifier",
	},
	Takes: []string{"ec2:instance"},
	// Its instances go with it: it would replace any that is deleted before it.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return unlessNotFound(collect.Do(s, autoscaling.NewFromConfig(s.Config).DeleteAutoScalingGroup,
			&autoscaling.DeleteAutoScalingGroupInput{AutoScalingGroupName: &r.ID, ForceDelete: aws.Bool(true)}))
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

// scalers is what sets the sizes of groups besides people, by group.
type scalers struct {
	desired, least, most map[string]bool
	err                  error // not all of it could be seen
}

func scalersOf(s *collect.Scope) scalers {
	policies, err := scalingPolicies(s)
	actions, actionsErr := scheduledActions(s)
	by := scalers{make(map[string]bool), make(map[string]bool), make(map[string]bool), cmp.Or(err, actionsErr)}
	for _, p := range policies {
		if p.Enabled == nil || *p.Enabled {
			by.desired[aws.ToString(p.AutoScalingGroupName)] = true
		}
	}
	for _, a := range actions {
		group := aws.ToString(a.AutoScalingGroupName)
		by.desired[group] = true // new bounds move it too
		by.least[group] = by.least[group] || a.MinSize != nil
		by.most[group] = by.most[group] || a.MaxSize != nil
	}
	return by
}

// currentSize is what a group's sizes are at the moment, where something sets them by itself.
type currentSize struct {
	CurrentMinSize, CurrentMaxSize, CurrentDesiredCapacity *int32
}

// clusterAutoscaler is the tag by which the Kubernetes cluster autoscaler finds the groups that it sizes.
const clusterAutoscaler = "k8s.io/cluster-autoscaler/enabled"

// take takes the sizes that change by themselves out of a group. Where that can't be told, they are unknown.
func (by scalers) take(item *collect.Item, g *types.AutoScalingGroup) currentSize {
	if by.err != nil {
		for _, path := range []collect.Path{"DesiredCapacity", "MinSize", "MaxSize"} {
			item.Unknown = append(item.Unknown, collect.Gap{Path: path, Err: by.err})
		}
		g.DesiredCapacity, g.MinSize, g.MaxSize = nil, nil, nil
		return currentSize{}
	}
	var current currentSize
	name := aws.ToString(g.AutoScalingGroupName)
	if _, tagged := item.Tags[clusterAutoscaler]; tagged || by.desired[name] {
		current.CurrentDesiredCapacity, g.DesiredCapacity = g.DesiredCapacity, nil
	}
	if by.least[name] {
		current.CurrentMinSize, g.MinSize = g.MinSize, nil
	}
	if by.most[name] {
		current.CurrentMaxSize, g.MaxSize = g.MaxSize, nil
	}
	return current
}
