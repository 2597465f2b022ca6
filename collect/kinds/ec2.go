package kinds

import (
	"cmp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

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

// unsuccessful is what AWS says of the first thing that it kept, in an answer that is a success as a whole.
func unsuccessful(kept []types.UnsuccessfulItem) error {
	if len(kept) == 0 {
		return nil
	}
	why := cmp.Or(kept[0].Error, &types.UnsuccessfulItemError{})
	return &smithy.GenericAPIError{
		Code: cmp.Or(aws.ToString(why.Code), "Unsuccessful"), Message: aws.ToString(kept[0].ResourceId) + ": " + aws.ToString(why.Message),
	}
}
