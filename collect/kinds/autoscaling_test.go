package kinds

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// makeAutoScalingGroup makes a group of two instances in a network of its own.
func makeAutoScalingGroup(e *estate) types.AutoScalingGroup {
	c := autoscaling.NewFromConfig(e.Config)
	_, subnets := makeVPC(e)
	var tags []types.Tag
	for key, value := range teamTags {
		tags = append(tags, types.Tag{
			Key: &key, Value: &value, PropagateAtLaunch: aws.Bool(key == "team"), ResourceId: aws.String("web"), ResourceType: aws.String("auto-scaling-group"),
		})
	}
	must(c.CreateLaunchConfiguration(e, &autoscaling.CreateLaunchConfigurationInput{
		LaunchConfigurationName: aws.String("web"), ImageId: aws.String("ami-12345678"), InstanceType: aws.String("t3.micro"),
	}))(e)
	must(c.CreateAutoScalingGroup(e, &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: aws.String("web"), LaunchConfigurationName: aws.String("web"), MinSize: aws.Int32(2), MaxSize: aws.Int32(4),
		VPCZoneIdentifier: aws.String(strings.Join(subnets, ",")), Tags: tags,
	}))(e)
	return must(c.DescribeAutoScalingGroups(e, &autoscaling.DescribeAutoScalingGroupsInput{}))(e).AutoScalingGroups[0]
}

func autoScalingLives() []life {
	return []life{{
		kind:   "autoscaling:autoscalinggroup",
		create: func(e *estate) made { return made{ID: "web", ARN: *makeAutoScalingGroup(e).AutoScalingGroupARN} },
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "PropagatedTags[]", "team")
			if strings.Contains(string(r.Configuration), `"Instances"`) {
				t.Errorf("instances come and go by themselves, and are in the configuration: %s", r.Configuration)
			}
		},
		changes: []change{
			tagChange(func(e *estate, m made, key, value string) {
				must(autoscaling.NewFromConfig(e.Config).CreateOrUpdateTags(e, &autoscaling.CreateOrUpdateTagsInput{Tags: []types.Tag{{
					Key: &key, Value: &value, PropagateAtLaunch: aws.Bool(true), ResourceId: &m.ID, ResourceType: aws.String("auto-scaling-group"),
				}}}))(e)
			}),
			flip("most", func(e *estate, m made, changed bool) {
				must(autoscaling.NewFromConfig(e.Config).UpdateAutoScalingGroup(e, &autoscaling.UpdateAutoScalingGroupInput{
					AutoScalingGroupName: &m.ID, MaxSize: aws.Int32(either[int32](changed, 9, 4)),
				}))(e)
			}, "MaxSize"),
			flip("protection of new instances", func(e *estate, m made, changed bool) {
				must(autoscaling.NewFromConfig(e.Config).UpdateAutoScalingGroup(e, &autoscaling.UpdateAutoScalingGroupInput{
					AutoScalingGroupName: &m.ID, NewInstancesProtectedFromScaleIn: &changed,
				}))(e)
			}, "NewInstancesProtectedFromScaleIn"),
			{
				name: "a process",
				do: func(e *estate, m made) {
					must(autoscaling.NewFromConfig(e.Config).SuspendProcesses(e, &autoscaling.SuspendProcessesInput{
						AutoScalingGroupName: &m.ID, ScalingProcesses: []string{"HealthCheck"},
					}))(e)
				},
				undo: func(e *estate, m made) {
					must(autoscaling.NewFromConfig(e.Config).ResumeProcesses(e, &autoscaling.ResumeProcessesInput{
						AutoScalingGroupName: &m.ID, ScalingProcesses: []string{"HealthCheck"},
					}))(e)
				},
				paths: []string{"SuspendedProcesses[ProcessName=HealthCheck]"},
			},
		},
	}}
}

func TestAutoScalingGroupMembers(t *testing.T) {
	e := newEstate(t)
	makeAutoScalingGroup(e)
	seen := e.capture("autoscaling:autoscalinggroup", "ec2:instance", "ec2:subnet")
	instances := of(seen, "ec2:instance")
	if len(instances) != 2 {
		t.Fatalf("captured %d instances, want 2", len(instances))
	}
	for key, group := range of(seen, "autoscaling:autoscalinggroup") {
		for _, r := range instances {
			if r.Owner == nil || r.Owner.Key != key || !r.Marked(snapshot.MarkOwned) {
				t.Errorf("the owner of %s: got %+v, want %s", r.Key, r.Owner, key)
			}
		}
		subnets := slices.DeleteFunc(slices.Clone(group.References), func(ref snapshot.Reference) bool { return ref.Path != "VPCZoneIdentifier" || ref.Key == "" })
		if len(subnets) != 2 {
			t.Errorf("the group names two subnets, found were %+v", group.References)
		}
	}
}
