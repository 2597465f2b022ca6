package kinds

import (
	"iter"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func cloudformationKinds() []collect.Kind {
	return []collect.Kind{stack}
}

// stack: templates are not read. What a stack made is captured by itself and owned by the stack.
var stack = collect.Kind{
	Name: "cloudformation:stack", CloudFormation: "AWS::CloudFormation::Stack",
	List: func(s *collect.Scope) {
		c := cloudformation.NewFromConfig(s.Config)
		collect.Each(s, collect.Pages[types.Stack](s, c.DescribeStacks, &cloudformation.DescribeStacksInput{}), func(t types.Stack) {
			item := collect.Item{
				ID: t.StackName, ARN: t.StackId, UniqueID: t.StackId, Created: t.CreationTime, Tags: collect.TagsOf(t.Tags),
				Dead: t.StackStatus == types.StackStatusDeleteComplete, Owner: stackOwner(t),
			}
			members, err := collect.All(s, func(s *collect.Scope) iter.Seq[types.StackResourceSummary] {
				return collect.Pages[types.StackResourceSummary](s, c.ListStackResources, &cloudformation.ListStackResourcesInput{StackName: t.StackId})
			})
			if err != nil {
				item.Unknown = append(item.Unknown, collect.Gap{Path: "Resources", Err: err})
			}
			item.Members = membersOf(members)
			s.Add(item, t)
		})
	},
	Weak: []collect.Weakness{{Rule: "deletion-protection-off", Path: "EnableTerminationProtection", Is: []string{"false"}}},
	Status: []collect.Path{
		"StackStatus", "StackStatusReason", "DetailedStatus", "LastUpdatedTime", "DeletionTime", "DriftInformation", "LastOperations", "ChangeSetId",
	},
	// CloudFormation takes the role to delete the stack, so the role stays until then.
	Refs: map[collect.Path]string{"RoleARN": "iam:role"},
	Sets: map[collect.Path]string{
		"Capabilities": "", "NotificationARNs": "", "Parameters": "ParameterKey", "Outputs": "OutputKey", "RollbackConfiguration.RollbackTriggers": "Arn",
	},
	Secrets:   []collect.Path{"Parameters[].ParameterValue", "Parameters[].ResolvedValue", "Outputs[].OutputValue"},
	Takes:     []string{collect.Everything},
	Protected: map[collect.Path]string{"EnableTerminationProtection": "true"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, cloudformation.NewFromConfig(s.Config).DeleteStack, &cloudformation.DeleteStackInput{StackName: &r.ARN})
	},
}

// stackSetInstance is how CloudFormation calls the stacks of a stack set: its name and a UUID.
var stackSetInstance = regexp.MustCompile(`^StackSet-(.+)-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// stackOwner is the stack that a nested stack lies in, or the stack set that a stack is an instance of.
func stackOwner(t types.Stack) *snapshot.Owner {
	if parent := aws.ToString(t.ParentId); parent != "" {
		return &snapshot.Owner{Kind: "cloudformation:stack", ID: parent}
	}
	if set := stackSetInstance.FindStringSubmatch(aws.ToString(t.StackName)); set != nil {
		return &snapshot.Owner{Kind: "cloudformation:stackset", ID: set[1]}
	}
	return nil
}

// membersOf names what a stack has made and not yet deleted.
func membersOf(resources []types.StackResourceSummary) []collect.Member {
	var members []collect.Member
	for _, r := range resources {
		if id := aws.ToString(r.PhysicalResourceId); id != "" && r.ResourceStatus != types.ResourceStatusDeleteComplete {
			members = append(members, collect.Member{CloudFormation: aws.ToString(r.ResourceType), ID: memberID(aws.ToString(r.ResourceType), id)})
		}
	}
	return members
}

// memberID is how we call what CloudFormation calls by its physical id. That is nearly always the same; a queue's is its
// URL, which depends on where one asks from.
func memberID(resourceType, physicalID string) string {
	if resourceType == queue.CloudFormation {
		return lastPart(physicalID)
	}
	return physicalID
}
