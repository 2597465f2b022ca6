package kinds

import (
	"net/http"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

func makeCluster(e *estate, name string) *string {
	return must(ecs.NewFromConfig(e.Config).CreateCluster(e, &ecs.CreateClusterInput{
		ClusterName: &name, Tags: tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} }),
		Settings: []types.ClusterSetting{{Name: types.ClusterSettingNameContainerInsights, Value: aws.String("enabled")}},
	}))(e).Cluster.ClusterArn
}

func makeTaskDefinition(e *estate) *string {
	return must(ecs.NewFromConfig(e.Config).RegisterTaskDefinition(e, &ecs.RegisterTaskDefinitionInput{
		Family: aws.String("web"), NetworkMode: types.NetworkModeAwsvpc, Cpu: aws.String("256"), Memory: aws.String("512"),
		RequiresCompatibilities: []types.Compatibility{types.CompatibilityFargate},
		ContainerDefinitions:    []types.ContainerDefinition{{Name: aws.String("web"), Image: aws.String("web:1"), Memory: aws.Int32(512)}},
	}))(e).TaskDefinition.TaskDefinitionArn
}

// defaultNetwork is a subnet of the default VPC, and the VPC's default group.
func defaultNetwork(e *estate) *types.NetworkConfiguration {
	c := ec2.NewFromConfig(e.Config)
	subnets := must(c.DescribeSubnets(e, &ec2.DescribeSubnetsInput{}))(e).Subnets
	groups := must(c.DescribeSecurityGroups(e, &ec2.DescribeSecurityGroupsInput{}))(e).SecurityGroups
	return &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{
		Subnets: []string{*subnets[0].SubnetId}, SecurityGroups: []string{*groups[0].GroupId},
	}}
}

func putProviders(e *estate, cluster string, providers ...string) {
	must(ecs.NewFromConfig(e.Config).PutClusterCapacityProviders(e, &ecs.PutClusterCapacityProvidersInput{
		Cluster: &cluster, CapacityProviders: providers, DefaultCapacityProviderStrategy: []types.CapacityProviderStrategyItem{},
	}))(e)
}

func ecsTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(ecs.NewFromConfig(e.Config).TagResource(e, &ecs.TagResourceInput{ResourceArn: &m.ARN, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
	})
}

func ecsLives() []life {
	var first, second *string
	return []life{{
		kind: "ecs:cluster", undated: true,
		create: func(e *estate) made {
			arn := makeCluster(e, "cluster-life")
			putProviders(e, "cluster-life", "FARGATE")
			return made{ID: "cluster-life", ARN: *arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Settings[].Value", "enabled")
			wantStatus(t, r, "RunningTasksCount", "0")
		},
		changes: []change{
			ecsTagChange(),
			flip("insights", func(e *estate, m made, changed bool) {
				must(ecs.NewFromConfig(e.Config).UpdateCluster(e, &ecs.UpdateClusterInput{Cluster: &m.ID, Settings: []types.ClusterSetting{
					{Name: types.ClusterSettingNameContainerInsights, Value: aws.String(either(changed, "disabled", "enabled"))},
				}}))(e)
			}, "Settings[Name=containerInsights].Value"),
			flip("capacity providers", func(e *estate, m made, changed bool) {
				putProviders(e, m.ID, either(changed, []string{"FARGATE", "FARGATE_SPOT"}, []string{"FARGATE"})...)
			}, "CapacityProviders[]"),
		},
	}, {
		kind: "ecs:service", undated: true, // moto has no date for services; AWS has
		with: []string{"ecs:cluster", "ecs:task-definition", "ec2:security-group", "ec2:subnet"},
		refs: []collect.Path{"ClusterArn", "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups[]", "NetworkConfiguration.AwsvpcConfiguration.Subnets[]"},
		create: func(e *estate) made {
			first, second = makeTaskDefinition(e), makeTaskDefinition(e)
			out := must(ecs.NewFromConfig(e.Config).CreateService(e, &ecs.CreateServiceInput{
				ServiceName: aws.String("web"), Cluster: makeCluster(e, "service-life"), TaskDefinition: first, DesiredCount: aws.Int32(1),
				LaunchType: types.LaunchTypeFargate, NetworkConfiguration: defaultNetwork(e),
				Tags: tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} }),
			}))(e)
			return made{ID: "web", ARN: *out.Service.ServiceArn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			if !slices.ContainsFunc(r.References, func(ref snapshot.Reference) bool { return ref.Path == "TaskDefinition" && ref.Key != "" }) {
				t.Errorf("it names no task definition: %v", r.References)
			}
		},
		changes: []change{
			ecsTagChange(),
			flip("task definition", func(e *estate, m made, changed bool) {
				must(ecs.NewFromConfig(e.Config).UpdateService(e, &ecs.UpdateServiceInput{
					Cluster: aws.String("service-life"), Service: &m.ID, TaskDefinition: either(changed, second, first),
				}))(e)
			}, "TaskDefinition"),
			flip("how many", func(e *estate, m made, changed bool) {
				must(ecs.NewFromConfig(e.Config).UpdateService(e, &ecs.UpdateServiceInput{
					Cluster: aws.String("service-life"), Service: &m.ID, DesiredCount: aws.Int32(either[int32](changed, 2, 1)),
				}))(e)
			}, "DesiredCount"),
		},
	}}
}

// TestClusterWithTasks: ECS refuses to delete a cluster with tasks; those that no service runs are stopped. moto deletes
// it, and describes its tasks in a way that the SDK can't read.
func TestClusterWithTasks(t *testing.T) {
	e := newEstate(t)
	cluster := makeCluster(e, "web")
	answers := func(operation, body string) {
		e.Proxy.Intercept("ecs", operation, func(*testbed.Call, func(*testbed.Call) *testbed.Answer) *testbed.Answer {
			return &testbed.Answer{Status: 200, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: []byte(body)}
		})
	}
	answers("ListTasks", `{"taskArns": ["arn:job", "arn:serving"]}`)
	answers("DescribeTasks", `{"tasks": [{"taskArn": "arn:job", "group": "family:web"}, {"taskArn": "arn:serving", "group": "service:web"}]}`)
	answers("StopTask", `{}`)
	e.Proxy.Error("ecs", "DeleteCluster", 400, "ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.", testbed.First(1))

	scope, r := e.session.Scope(e, &ecsCluster, testRegion), &collect.Resource{Kind: ecsCluster.Name, ID: "web", ARN: *cluster}
	if err := ecsCluster.Delete(scope, r); collect.Classify(err) != collect.ClassInUse {
		t.Errorf("the first attempt: got %v, want that it is in use", err)
	}
	var stopped []string
	for _, call := range e.Proxy.Calls() {
		if call.Operation == "StopTask" {
			stopped = append(stopped, call.Param("task"))
		}
	}
	if !slices.Equal(stopped, []string{"arn:job"}) {
		t.Errorf("stopped %q, want the task that no service runs", stopped)
	}
	if err := ecsCluster.Delete(scope, r); err != nil {
		t.Errorf("the second attempt: %v", err)
	}
}
