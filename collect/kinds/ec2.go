package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/aws-baseline/aws-baseline/collect"
)

// ownedARN is the ARN of an EC2 resource, which names the account that owns it: a shared VPC's is not the caller's.
func ownedARN(s *collect.Scope, owner *string, resource string) *string {
	if aws.ToString(owner) == "" {
		return s.ARN("ec2", resource)
	}
	return aws.String("arn:" + s.Partition + ":ec2:" + s.Region + ":" + *owner + ":" + resource)
}
