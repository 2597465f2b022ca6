package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func ecrKinds() []collect.Kind {
	return []collect.Kind{repository}
}

// repository: images are not read. They are what is put into it, like a bucket's objects.
var repository = collect.Kind{
	Name: "ecr:repository", CloudFormation: "AWS::ECR::Repository", Tagging: "ecr:repository",
	List: func(s *collect.Scope) {
		c := ecr.NewFromConfig(s.Config)
		list := collect.Pages[types.Repository](s, c.DescribeRepositories, &ecr.DescribeRepositoriesInput{MaxResults: aws.Int32(1000)})
		collect.Each(s, list, func(r types.Repository) {
			s.Add(collect.Item{ID: r.RepositoryName, ARN: r.RepositoryArn, Created: r.CreatedAt}, r,
				collect.Ask(s, "Policy", c.GetRepositoryPolicy, &ecr.GetRepositoryPolicyInput{RepositoryName: r.RepositoryName},
					"RepositoryPolicyNotFoundException").Of("PolicyText"),
				collect.Ask(s, "LifecyclePolicy", c.GetLifecyclePolicy, &ecr.GetLifecyclePolicyInput{RepositoryName: r.RepositoryName},
					"LifecyclePolicyNotFoundException").Of("LifecyclePolicyText"),
				collect.AskTags(s, c.ListTagsForResource, &ecr.ListTagsForResourceInput{ResourceArn: r.RepositoryArn}, collect.TagsIn))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "policy-anybody", Path: "Policy", Check: snapshot.CheckPolicy},
		{Rule: "scanning-off", Path: "ImageScanningConfiguration.ScanOnPush", Is: []string{"false"}},
		{Rule: "tags-mutable", Path: "ImageTagMutability", Is: []string{"MUTABLE", "MUTABLE_WITH_EXCLUSION"}},
	},
	Sets:      map[collect.Path]string{"ImageTagMutabilityExclusionFilters": ""},
	Addresses: []collect.Path{"RepositoryUri"},
	// An added repository goes with its images, as a bucket does with its objects: what the baseline runs from it would
	// show as a difference of its own.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ecr.NewFromConfig(s.Config).DeleteRepository, &ecr.DeleteRepositoryInput{RepositoryName: &r.ID, Force: true})
	},
}
