package kinds

import (
	"errors"
	"iter"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func ecsKinds() []collect.Kind {
	return []collect.Kind{ecsCluster, ecsService, taskDefinition, capacityProvider}
}

// clusterARNs is the list that clusters and services start from.
func clusterARNs(s *collect.Scope) ([]string, bool) {
	return collect.Shared(s, "ecs:ListClusters", func(s *collect.Scope) iter.Seq[string] {
		return collect.Pages[string](s, ecs.NewFromConfig(s.Config).ListClusters, &ecs.ListClustersInput{MaxResults: aws.Int32(100)})
	})
}

// ecsCluster has no creation date.
var ecsCluster = collect.Kind{
	Name: "ecs:cluster", CloudFormation: "AWS::ECS::Cluster",
	List: func(s *collect.Scope) {
		c := ecs.NewFromConfig(s.Config)
		clusters, _ := clusterARNs(s)
		collect.Batch(s, slices.Values(clusters), 100, func(arns []string) {
			out, ok := collect.Call(s, c.DescribeClusters, &ecs.DescribeClustersInput{
				Clusters: arns, Include: []types.ClusterField{types.ClusterFieldTags, types.ClusterFieldSettings, types.ClusterFieldConfigurations},
			})
			if !ok {
				return
			}
			failures(s, out.Failures)
			for _, cluster := range out.Clusters {
				s.Add(collect.Item{
					ID: cluster.ClusterName, ARN: cluster.ClusterArn, Tags: collect.TagsOf(cluster.Tags), Dead: aws.ToString(cluster.Status) == "INACTIVE",
				}, cluster)
			}
		})
	},
	Weak: []collect.Weakness{
		{Rule: "logging-off", Path: "Configuration.ExecuteCommandConfiguration.Logging", Is: []string{"NONE"}, Says: "of shells in containers"},
	},
	Status: []collect.Path{
		"ActiveServicesCount", "PendingTasksCount", "RegisteredContainerInstancesCount", "RunningTasksCount", "Statistics", "Status",
		"Attachments", "AttachmentsStatus",
	},
	Names: map[collect.Path]string{
		"Configuration.ExecuteCommandConfiguration.LogConfiguration.CloudWatchLogGroupName": "logs:log-group",
		"Configuration.ExecuteCommandConfiguration.LogConfiguration.S3BucketName":           "s3:bucket",
	},
	// ECS deletes no capacity provider that a cluster names.
	Refs:   map[collect.Path]string{"CapacityProviders[]": "ecs:capacity-provider"},
	Sets:   map[collect.Path]string{"Settings": "Name", "CapacityProviders": "", "DefaultCapacityProviderStrategy": "CapacityProvider"},
	Delete: deleteCluster,
}

// deleteCluster deletes a cluster. Where ECS refuses because of tasks, those that no service runs are stopped, and the
// refusal is returned: the next attempt finds them gone.
func deleteCluster(s *collect.Scope, r *collect.Resource) error {
	c := ecs.NewFromConfig(s.Config)
	refused := collect.Do(s, c.DeleteCluster, &ecs.DeleteClusterInput{Cluster: &r.ARN})
	if collect.Code(refused) != "ClusterContainsTasksException" {
		return refused
	}
	running := collect.Pages[string](s, c.ListTasks, &ecs.ListTasksInput{Cluster: &r.ARN, MaxResults: aws.Int32(100)})
	var tasks []string
	if err := collect.Every(s, running, func(arn string) error { tasks = append(tasks, arn); return nil }); err != nil {
		return err
	}
	for batch := range slices.Chunk(tasks, 100) {
		out, err := c.DescribeTasks(s.Context, &ecs.DescribeTasksInput{Cluster: &r.ARN, Tasks: batch})
		if err != nil {
			return err
		}
		for _, task := range out.Tasks {
			if strings.HasPrefix(aws.ToString(task.Group), "service:") {
				continue // the service would start another
			}
			if err := collect.Do(s, c.StopTask, &ecs.StopTaskInput{Cluster: &r.ARN, Task: task.TaskArn}); err != nil {
				return err
			}
		}
	}
	return refused
}

// ecsServices are all clusters' services.
func ecsServices(s *collect.Scope) ([]types.Service, bool) {
	return collect.Shared(s, "ecs:DescribeServices", func(s *collect.Scope) iter.Seq[types.Service] {
		c := ecs.NewFromConfig(s.Config)
		clusters, _ := clusterARNs(s)
		var mutex sync.Mutex
		var all []types.Service
		collect.Each(s, slices.Values(clusters), func(cluster string) {
			services := collect.Pages[string](s, c.ListServices, &ecs.ListServicesInput{Cluster: &cluster, MaxResults: aws.Int32(100)})
			collect.Batch(s, services, 10, func(arns []string) {
				out, ok := collect.Call(s, c.DescribeServices, &ecs.DescribeServicesInput{
					Cluster: &cluster, Services: arns, Include: []types.ServiceField{types.ServiceFieldTags},
				})
				if !ok {
					return
				}
				failures(s, out.Failures)
				mutex.Lock()
				defer mutex.Unlock()
				all = append(all, out.Services...)
			})
		})
		return slices.Values(all)
	})
}

var ecsService = collect.Kind{
	Name: "ecs:service", CloudFormation: "AWS::ECS::Service",
	List: func(s *collect.Scope) {
		services, _ := ecsServices(s)
		for _, service := range services {
			s.Add(collect.Item{
				ID: service.ServiceName, ARN: service.ServiceArn, Created: service.CreatedAt, Tags: collect.TagsOf(service.Tags),
				Dead: aws.ToString(service.Status) == "INACTIVE", // deleted; AWS goes on listing it for a while
			}, service)
		}
	},
	Weak: []collect.Weakness{
		{Rule: "shell-access", Path: "EnableExecuteCommand", Is: []string{"true"}},
		{Rule: "public-addresses", Path: "NetworkConfiguration.AwsvpcConfiguration.AssignPublicIp", Is: []string{"ENABLED"}},
	},
	Omit:   []collect.Path{"Deployments"}, // repeats the service's settings, log options with tokens among them
	Status: []collect.Path{"RunningCount", "PendingCount", "Events", "TaskSets", "Status", "CurrentServiceDeployment", "CurrentServiceRevisions"},
	Refs: map[collect.Path]string{
		"ClusterArn": "ecs:cluster", "LoadBalancers[].TargetGroupArn": "elasticloadbalancing:targetgroup",
		"CapacityProviderStrategy[].CapacityProvider":               "ecs:capacity-provider",
		"NetworkConfiguration.AwsvpcConfiguration.SecurityGroups[]": "ec2:security-group",
		"NetworkConfiguration.AwsvpcConfiguration.Subnets[]":        "ec2:subnet",
	},
	Sets: map[collect.Path]string{
		"LoadBalancers": "", "CapacityProviderStrategy": "CapacityProvider", "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups": "", "NetworkConfiguration.AwsvpcConfiguration.Subnets": "",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		for _, ref := range r.References {
			if ref.Path == "ClusterArn" {
				// Force scales the service to nothing first; its tasks are the service's own.
				return collect.Do(s, ecs.NewFromConfig(s.Config).DeleteService, &ecs.DeleteServiceInput{Cluster: &ref.ID, Service: &r.ID, Force: aws.Bool(true)})
			}
		}
		return errors.New("the service's cluster is not known")
	},
}

// failures records what ECS could not describe. What is missing went between list and describe.
func failures(s *collect.Scope, list []types.Failure) {
	for _, failure := range list {
		if aws.ToString(failure.Reason) != "MISSING" {
			s.Fail(errors.New("ECS could not describe " + aws.ToString(failure.Arn) + ": " + aws.ToString(failure.Reason)))
		}
	}
}
