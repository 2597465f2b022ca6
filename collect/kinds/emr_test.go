package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/emr"
	"github.com/aws/aws-sdk-go-v2/service/emr/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func makeEMR(e *estate, name string, protected bool) *emr.RunJobFlowOutput {
	subnet := defaultNetwork(e).AwsvpcConfiguration.Subnets[0]
	roleFor(e, name, "elasticmapreduce")
	return must(emr.NewFromConfig(e.Config).RunJobFlow(e, &emr.RunJobFlowInput{
		Name: &name, ReleaseLabel: aws.String("emr-6.15.0"), ServiceRole: &name, JobFlowRole: aws.String("EMR_EC2_DefaultRole"),
		Tags: tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} }),
		Configurations: []types.Configuration{{
			Classification: aws.String("hive-site"), Properties: map[string]string{"javax.jdo.option.ConnectionPassword": "hunter2"},
		}},
		Instances: &types.JobFlowInstancesConfig{
			Ec2SubnetId: &subnet, KeepJobFlowAliveWhenNoSteps: aws.Bool(true), TerminationProtected: &protected,
			InstanceGroups: []types.InstanceGroupConfig{{InstanceRole: types.InstanceRoleTypeMaster, InstanceType: aws.String("m5.xlarge"), InstanceCount: aws.Int32(1)}},
		},
	}))(e)
}

func emrLives() []life {
	return []life{{
		kind: "elasticmapreduce:cluster", with: []string{"ec2:subnet", "iam:role"},
		refs:    []collect.Path{"Ec2InstanceAttributes.Ec2SubnetId", "ServiceRole"},
		unknown: []collect.Path{"ManagedScalingPolicy", "AutoTerminationPolicy"}, // moto lacks both operations
		create: func(e *estate) made {
			out := makeEMR(e, "elasticmapreduce-cluster-life", false)
			return made{ID: *out.JobFlowId, ARN: *out.ClusterArn, UniqueID: *out.JobFlowId}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Configurations[].Classification", "hive-site")
			wantConfiguration(t, r, "InstanceGroups[].InstanceType", "m5.xlarge")
			if strings.Contains(string(r.Configuration), "hunter2") {
				t.Errorf("a password is in %s", r.Configuration)
			}
		},
		changes: []change{
			tagChange(func(e *estate, m made, key, value string) {
				must(emr.NewFromConfig(e.Config).AddTags(e, &emr.AddTagsInput{ResourceId: &m.ID, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
			}),
			flip("termination protection", func(e *estate, m made, changed bool) {
				must(emr.NewFromConfig(e.Config).SetTerminationProtection(e, &emr.SetTerminationProtectionInput{JobFlowIds: []string{m.ID}, TerminationProtected: &changed}))(e)
			}, "TerminationProtected"),
			flip("who sees it", func(e *estate, m made, changed bool) {
				must(emr.NewFromConfig(e.Config).SetVisibleToAllUsers(e, &emr.SetVisibleToAllUsersInput{JobFlowIds: []string{m.ID}, VisibleToAllUsers: &changed}))(e)
			}, "VisibleToAllUsers"),
			flip("steps at once", func(e *estate, m made, changed bool) {
				must(emr.NewFromConfig(e.Config).ModifyCluster(e, &emr.ModifyClusterInput{ClusterId: &m.ID, StepConcurrencyLevel: aws.Int32(either[int32](changed, 5, 1))}))(e)
			}, "StepConcurrencyLevel"),
		},
	}}
}

func TestProtectedEMR(t *testing.T) {
	e := newEstate(t)
	makeEMR(e, "kept", true)
	for _, r := range of(e.capture("elasticmapreduce:cluster"), "elasticmapreduce:cluster") {
		if !r.Marked(snapshot.MarkProtected) {
			t.Errorf("got marks %v, want that it is protected", r.Marks)
		}
	}
}
