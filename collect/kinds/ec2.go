package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

// ec2Item is the item of an EC2 resource, whose ARN names the account that owns it: a shared VPC's is not the caller's.
// What another account owns is there to see; that it comes and goes is its owner's business.
func ec2Item(s *collect.Scope, resource string, id, owner *string, tags []types.Tag) collect.Item {
	item := collect.Item{ID: id, Tags: collect.TagsOf(tags)}
	account := aws.ToString(owner)
	if account == "" {
		account = s.AccountID
	}
	item.ARN = aws.String("arn:" + s.Partition + ":ec2:" + s.Region + ":" + account + ":" + resource + "/" + aws.ToString(id))
	if account != s.AccountID {
		item.Managed("account " + account + " owns it")
	}
	return item
}

// serviceManages marks what a service runs in the account (EKS Auto Mode, ECS Managed Instances): AWS lets nobody else
// delete it.
func serviceManages(item *collect.Item, operator *types.OperatorResponse) {
	if operator != nil && aws.ToBool(operator.Managed) {
		item.Managed(aws.ToString(operator.Principal) + " manages it")
	}
}
