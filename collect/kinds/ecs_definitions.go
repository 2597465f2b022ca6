package kinds

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

// taskDefinition is one active revision. A call each is needed, and pipelines that never deregister pile up tens of
// thousands, so that of a family's revisions the newest [revisionsRead] are read, and those that services name; where
// that leaves active ones out, the scope is partial and says so. Taking only the latest would be silent and wrong: the
// one before it would seem removed. Inactive revisions are deregistered ones, which ECS keeps: they count as gone.
var taskDefinition = collect.Kind{
	Name: "ecs:task-definition", CloudFormation: "AWS::ECS::TaskDefinition",
	List: func(s *collect.Scope) {
		c := ecs.NewFromConfig(s.Config)
		list := collect.Pages[string](s, c.ListTaskDefinitions, &ecs.ListTaskDefinitionsInput{
			Status: types.TaskDefinitionStatusActive, MaxResults: aws.Int32(100),
		})
		collect.Each(s, slices.Values(definitionsToRead(s, slices.Collect(list))), func(arn string) {
			out, ok := collect.Call(s, c.DescribeTaskDefinition, &ecs.DescribeTaskDefinitionInput{
				TaskDefinition: &arn, Include: []types.TaskDefinitionField{types.TaskDefinitionFieldTags},
			})
			if !ok || out.TaskDefinition == nil {
				return
			}
			d := out.TaskDefinition
			s.Add(collect.Item{
				ID: aws.String(aws.ToString(d.Family) + ":" + strconv.Itoa(int(d.Revision))), ARN: d.TaskDefinitionArn, Created: d.RegisteredAt,
				Tags: collect.TagsOf(out.Tags), Dead: d.Status == types.TaskDefinitionStatusInactive || d.Status == types.TaskDefinitionStatusDeleteInProgress,
				// Without a revision the latest is meant, by whoever runs it.
				Called: []string{aws.ToString(d.Family), strings.TrimSuffix(aws.ToString(d.TaskDefinitionArn), ":"+strconv.Itoa(int(d.Revision)))},
			}, d)
		})
	},
	Weak: []collect.Weakness{
		{Rule: "privileged-container", Path: "ContainerDefinitions[].Privileged", Is: []string{"true"}, By: "Name"},
	},
	Status: []collect.Path{"Status"},
	Names: map[collect.Path]string{
		"ContainerDefinitions[].LogConfiguration.Options.awslogs-group": "logs:log-group", "TaskRoleArn": "iam:role", "ExecutionRoleArn": "iam:role",
		"ContainerDefinitions[].Environment[].Value": collect.Everything,
		"ContainerDefinitions[].Secrets[].ValueFrom": "ssm:parameter", // its ARN, or its name
	},
	Sets: map[collect.Path]string{
		"Compatibilities": "", "RequiresAttributes": "Name", "RequiresCompatibilities": "", "Volumes": "Name", "ContainerDefinitions": "Name",
		"ContainerDefinitions[].Environment": "Name", "ContainerDefinitions[].Secrets": "Name",
	},
	// Log drivers and FireLens take tokens among their options (splunk-token, apikey).
	Secrets: []collect.Path{
		"ContainerDefinitions[].Environment[].Value", "ContainerDefinitions[].LogConfiguration.Options", "ContainerDefinitions[].FirelensConfiguration.Options",
		"Volumes[].DockerVolumeConfiguration.DriverOpts",
	},
	// What runs goes on running, and services that name it too.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ecs.NewFromConfig(s.Config).DeregisterTaskDefinition, &ecs.DeregisterTaskDefinitionInput{TaskDefinition: &r.ARN})
	},
}

// revisionsRead are the revisions of a family that are read: at ECS's 20 calls a second a hundred families of them take
// some minutes.
const revisionsRead = 100

// definitionsToRead picks the newest revisions of every family, and those that services name. What is left out goes into
// the coverage.
func definitionsToRead(s *collect.Scope, arns []string) []string {
	families := make(map[string][]string)
	for _, arn := range arns {
		family, _ := splitRevision(arn)
		families[family] = append(families[family], arn)
	}
	var read, rest []string
	for _, revisions := range families {
		slices.SortFunc(revisions, func(a, b string) int {
			_, older := splitRevision(a)
			_, newer := splitRevision(b)
			return cmp.Compare(newer, older)
		})
		newest := min(len(revisions), revisionsRead)
		read, rest = append(read, revisions[:newest]...), append(rest, revisions[newest:]...)
	}
	if len(rest) == 0 {
		return read
	}
	services, _ := ecsServices(s)
	named := make(map[string]bool)
	for _, service := range services {
		named[aws.ToString(service.TaskDefinition)] = true
	}
	left := len(rest)
	for _, arn := range rest {
		if named[arn] {
			read, left = append(read, arn), left-1
		}
	}
	if left > 0 {
		s.Fail(fmt.Errorf("%d active task definitions were not read: older than their family's newest %d, and named by no service", left, revisionsRead))
	}
	return read
}

// splitRevision cuts …/family:revision.
func splitRevision(arn string) (family string, revision int) {
	colon := strings.LastIndexByte(arn, ':')
	if colon < 0 {
		return arn, 0
	}
	revision, _ = strconv.Atoi(arn[colon+1:]) // what is no number counts as the oldest
	return arn[:colon], revision
}

// capacityProvider has no creation date. Those of managed instances belong to one cluster, and only a list of that
// cluster has them.
var capacityProvider = collect.Kind{
	Name: "ecs:capacity-provider", CloudFormation: "AWS::ECS::CapacityProvider",
	List: func(s *collect.Scope) {
		c := ecs.NewFromConfig(s.Config)
		add := func(p types.CapacityProvider) {
			item := collect.Item{
				ID: p.Name, ARN: p.CapacityProviderArn, Tags: collect.TagsOf(p.Tags), Dead: p.Status == types.CapacityProviderStatusInactive,
			}
			if p.Type == types.CapacityProviderTypeFargate || p.Type == types.CapacityProviderTypeFargateSpot || strings.HasPrefix(aws.ToString(p.Name), "FARGATE") {
				item.Managed("AWS's own capacity provider") // no other name may begin so
			}
			s.Add(item, p)
		}
		list := func(cluster *string) func(func(types.CapacityProvider) bool) {
			return collect.PagesBy(s, c.DescribeCapacityProviders, &ecs.DescribeCapacityProvidersInput{
				Cluster: cluster, Include: []types.CapacityProviderField{types.CapacityProviderFieldTags}, MaxResults: aws.Int32(10),
			}, func(out *ecs.DescribeCapacityProvidersOutput) ([]types.CapacityProvider, *string) {
				failures(s, out.Failures)
				return out.CapacityProviders, out.NextToken
			}, func(in *ecs.DescribeCapacityProvidersInput, token *string) { in.NextToken = token })
		}
		for p := range list(nil) {
			add(p)
		}
		if s.Err() != nil {
			return
		}
		clusters, _ := clusterARNs(s)
		collect.Each(s, slices.Values(clusters), func(cluster string) {
			for p := range list(&cluster) {
				if p.Cluster != nil {
					add(p)
				}
			}
		})
	},
	Status: []collect.Path{"Status", "UpdateStatus", "UpdateStatusReason"},
	Names:  map[collect.Path]string{"Cluster": "ecs:cluster"},
	Sets: map[collect.Path]string{
		"ManagedInstancesProvider.InstanceLaunchTemplate.NetworkConfiguration.Subnets":        "",
		"ManagedInstancesProvider.InstanceLaunchTemplate.NetworkConfiguration.SecurityGroups": "",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		p, err := collect.Stored[types.CapacityProvider](r)
		if err != nil {
			return err
		}
		return collect.Do(s, ecs.NewFromConfig(s.Config).DeleteCapacityProvider, &ecs.DeleteCapacityProviderInput{CapacityProvider: &r.ARN, Cluster: p.Cluster})
	},
}
