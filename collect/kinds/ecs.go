package kinds

import (
	"errors"
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func ecsKinds() []collect.Kind {
	return []collect.Kind{ecsService}
}

// clusterARNs is the list that clusters and services start from.
func clusterARNs(s *collect.Scope) ([]string, bool) {
	return collect.Shared(s, "ecs:ListClusters", func(s *collect.Scope) ([]string, error) {
		return collect.All(s, func(s *collect.Scope) iter.Seq[string] {
			return collect.Pages[string](s, ecs.NewFromConfig(s.Config).ListClusters, &ecs.ListClustersInput{MaxResults: aws.Int32(100)})
		})
	})
}

var ecsService = collect.Kind{
	Name: "ecs:service", CloudFormation: "AWS::ECS::Service",
	List: func(s *collect.Scope) {
		c := ecs.NewFromConfig(s.Config)
		clusters, _ := clusterARNs(s)
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
				for _, service := range out.Services {
					if aws.ToString(service.Status) == "INACTIVE" {
						continue // deleted; AWS goes on listing it for a while
					}
					s.Add(collect.Item{
						ID: service.ServiceName, ARN: service.ServiceArn, Created: service.CreatedAt, Tags: collect.TagsOf(service.Tags),
					}, service)
				}
			})
		})
	},
	Status: []collect.Path{"RunningCount", "PendingCount", "Deployments", "Events", "TaskSets", "Status", "CurrentServiceDeployment", "CurrentServiceRevisions"},
	Refs: map[collect.Path]string{
		"ClusterArn": "ecs:cluster", "LoadBalancers[].TargetGroupArn": "elasticloadbalancing:targetgroup",
		"NetworkConfiguration.AwsvpcConfiguration.SecurityGroups[]": "ec2:security-group",
		"NetworkConfiguration.AwsvpcConfiguration.Subnets[]":        "ec2:subnet",
	},
	Sets: map[collect.Path]string{
		"LoadBalancers": "", "NetworkConfiguration.AwsvpcConfiguration.SecurityGroups": "", "NetworkConfiguration.AwsvpcConfiguration.Subnets": "",
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
