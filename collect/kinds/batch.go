package kinds

import (
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"
	"github.com/aws/smithy-go"

	"github.com/aws-baseline/aws-baseline/collect"
)

func batchKinds() []collect.Kind {
	return []collect.Kind{computeEnvironment, jobQueue, jobDefinition}
}

// busy is what a deletion answers while a service still changes the resource, and has no code of its own for that
// (Batch: ClientException, which means anything).
func busy(what string) error {
	return &smithy.GenericAPIError{Code: "ResourceInUseException", Message: what}
}

// batchRefusal tells a refusal for now: Batch says "resource is being modified" after a change has already been answered
// for, and "found existing JobQueue relationship" when the queue is gone.
func batchRefusal(err error) error {
	if err == nil || collect.Code(err) != "ClientException" {
		return err
	}
	if why := collect.Message(err); strings.Contains(why, "being modified") || strings.Contains(why, "existing JobQueue relationship") {
		return busy(why)
	}
	return err
}

// computeEnvironment has no creation date. Batch makes it an ECS cluster, which is its own.
var computeEnvironment = collect.Kind{
	Name: "batch:compute-environment", CloudFormation: "AWS::Batch::ComputeEnvironment",
	List: func(s *collect.Scope) {
		c := batch.NewFromConfig(s.Config)
		list := collect.Pages[types.ComputeEnvironmentDetail](s, c.DescribeComputeEnvironments, &batch.DescribeComputeEnvironmentsInput{MaxResults: aws.Int32(100)})
		for e := range list {
			item := collect.Item{
				ID: e.ComputeEnvironmentName, ARN: e.ComputeEnvironmentArn, UniqueID: e.Uuid, Tags: e.Tags, Dead: e.Status == types.CEStatusDeleted,
			}
			if cluster := aws.ToString(e.EcsClusterArn); cluster != "" {
				item.Members = []collect.Member{{Kind: ecsCluster.Name, ID: cluster}}
			}
			s.Add(item, e)
		}
	},
	Status: []collect.Path{"Status", "StatusReason", "ComputeResources.DesiredvCpus"},
	// Its instances lie in the subnets and groups, and without the role Batch never gets done deleting.
	Refs: map[collect.Path]string{
		"ComputeResources.Subnets[]": "ec2:subnet", "ComputeResources.SecurityGroupIds[]": "ec2:security-group", "ServiceRole": "iam:role",
	},
	Names: map[collect.Path]string{
		"ComputeResources.Ec2KeyPair": "ec2:key-pair", "ComputeResources.InstanceRole": "iam:instance-profile",
		"ComputeResources.LaunchTemplate.LaunchTemplateName": "ec2:launch-template",
	},
	Sets: map[collect.Path]string{
		"ComputeResources.Subnets": "", "ComputeResources.SecurityGroupIds": "", "ComputeResources.InstanceTypes": "", "ComputeResources.Ec2Configuration": "ImageType",
	},
	Takes:  []string{"ecs:cluster", "ec2:instance", "ec2:launch-template", "autoscaling:autoscalinggroup"},
	Delete: deleteComputeEnvironment,
}

// deleteComputeEnvironment disables an environment first, as Batch demands.
func deleteComputeEnvironment(s *collect.Scope, r *collect.Resource) error {
	c := batch.NewFromConfig(s.Config)
	now := func() (types.ComputeEnvironmentDetail, error) {
		out, err := c.DescribeComputeEnvironments(s.Context, &batch.DescribeComputeEnvironmentsInput{ComputeEnvironments: []string{r.ARN}})
		if err != nil || len(out.ComputeEnvironments) == 0 {
			return types.ComputeEnvironmentDetail{Status: types.CEStatusDeleted}, err
		}
		return out.ComputeEnvironments[0], nil
	}
	e, err := now()
	if err != nil {
		return err
	}
	if e.State == types.CEStateEnabled && e.Status != types.CEStatusDeleted && e.Status != types.CEStatusDeleting {
		if err := collect.Do(s, c.UpdateComputeEnvironment, &batch.UpdateComputeEnvironmentInput{ComputeEnvironment: &r.ARN, State: types.CEStateDisabled}); err != nil {
			return err
		}
		if e, err = now(); err != nil {
			return err
		}
	}
	switch e.Status {
	case types.CEStatusDeleted, types.CEStatusDeleting:
		return nil
	case types.CEStatusCreating, types.CEStatusUpdating:
		return busy("the compute environment is being changed")
	}
	return batchRefusal(collect.Do(s, c.DeleteComputeEnvironment, &batch.DeleteComputeEnvironmentInput{ComputeEnvironment: &r.ARN}))
}

// jobQueue has no creation date. Batch deletes no environment that a queue names.
var jobQueue = collect.Kind{
	Name: "batch:job-queue", CloudFormation: "AWS::Batch::JobQueue",
	List: func(s *collect.Scope) {
		c := batch.NewFromConfig(s.Config)
		for q := range collect.Pages[types.JobQueueDetail](s, c.DescribeJobQueues, &batch.DescribeJobQueuesInput{MaxResults: aws.Int32(100)}) {
			s.Add(collect.Item{ID: q.JobQueueName, ARN: q.JobQueueArn, Tags: q.Tags, Dead: q.Status == types.JQStatusDeleted}, q)
		}
	},
	Status: []collect.Path{"Status", "StatusReason"},
	Refs:   map[collect.Path]string{"ComputeEnvironmentOrder[].ComputeEnvironment": "batch:compute-environment"},
	// The order is a number within.
	Sets:   map[collect.Path]string{"ComputeEnvironmentOrder": "ComputeEnvironment", "ServiceEnvironmentOrder": "ServiceEnvironment", "JobStateTimeLimitActions": ""},
	Delete: deleteJobQueue,
}

// deleteJobQueue disables a queue first, as Batch demands. The jobs in it end with it.
func deleteJobQueue(s *collect.Scope, r *collect.Resource) error {
	c := batch.NewFromConfig(s.Config)
	now := func() (types.JobQueueDetail, error) {
		out, err := c.DescribeJobQueues(s.Context, &batch.DescribeJobQueuesInput{JobQueues: []string{r.ARN}})
		if err != nil || len(out.JobQueues) == 0 {
			return types.JobQueueDetail{Status: types.JQStatusDeleted}, err
		}
		return out.JobQueues[0], nil
	}
	q, err := now()
	if err != nil {
		return err
	}
	if q.State == types.JQStateEnabled && q.Status != types.JQStatusDeleted && q.Status != types.JQStatusDeleting {
		if err := collect.Do(s, c.UpdateJobQueue, &batch.UpdateJobQueueInput{JobQueue: &r.ARN, State: types.JQStateDisabled}); err != nil {
			return err
		}
		if q, err = now(); err != nil {
			return err
		}
	}
	switch q.Status {
	case types.JQStatusDeleted, types.JQStatusDeleting:
		return nil
	case types.JQStatusCreating, types.JQStatusUpdating:
		return busy("the job queue is being changed")
	}
	return batchRefusal(collect.Do(s, c.DeleteJobQueue, &batch.DeleteJobQueueInput{JobQueue: &r.ARN}))
}

// jobDefinition is one active revision, without a creation date. Inactive ones are deregistered: Batch keeps them for
// half a year, and they count as gone.
var jobDefinition = collect.Kind{
	Name: "batch:job-definition", CloudFormation: "AWS::Batch::JobDefinition",
	List: func(s *collect.Scope) {
		c := batch.NewFromConfig(s.Config)
		for d := range collect.Pages[types.JobDefinition](s, c.DescribeJobDefinitions, &batch.DescribeJobDefinitionsInput{
			Status: aws.String("ACTIVE"), MaxResults: aws.Int32(100),
		}) {
			s.Add(collect.Item{
				ID: aws.String(aws.ToString(d.JobDefinitionName) + ":" + strconv.Itoa(int(aws.ToInt32(d.Revision)))), ARN: d.JobDefinitionArn, Tags: d.Tags,
				Dead: aws.ToString(d.Status) == "INACTIVE",
			}, d)
		}
	},
	Status: []collect.Path{"Status"},
	Names: map[collect.Path]string{
		"ContainerProperties.LogConfiguration.Options.awslogs-group": "logs:log-group",
		"ContainerProperties.Environment[].Value":                    collect.Everything, "ContainerProperties.Secrets[].ValueFrom": "ssm:parameter",
	},
	Sets: map[collect.Path]string{"PlatformCapabilities": ""},
	Secrets: []collect.Path{
		"Parameters", "ContainerProperties.Environment[].Value", "ContainerProperties.LogConfiguration.Options",
		"EcsProperties.TaskProperties[].Containers[].Environment[].Value", "EcsProperties.TaskProperties[].Containers[].LogConfiguration.Options",
		"EcsProperties.TaskProperties[].Containers[].FirelensConfiguration.Options",
		"EksProperties.PodProperties.Containers[].Env[].Value", "EksProperties.PodProperties.InitContainers[].Env[].Value",
		"NodeProperties.NodeRangeProperties[].Container.Environment[].Value", "NodeProperties.NodeRangeProperties[].Container.LogConfiguration.Options",
		"NodeProperties.NodeRangeProperties[].EcsProperties.TaskProperties[].Containers[].Environment[].Value",
		"NodeProperties.NodeRangeProperties[].EcsProperties.TaskProperties[].Containers[].LogConfiguration.Options",
		"NodeProperties.NodeRangeProperties[].EcsProperties.TaskProperties[].Containers[].FirelensConfiguration.Options",
		"NodeProperties.NodeRangeProperties[].EksProperties.PodProperties.Containers[].Env[].Value",
		"NodeProperties.NodeRangeProperties[].EksProperties.PodProperties.InitContainers[].Env[].Value",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, batch.NewFromConfig(s.Config).DeregisterJobDefinition, &batch.DeregisterJobDefinitionInput{JobDefinition: &r.ARN})
	},
}
