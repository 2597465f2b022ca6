package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func ecrLives() []life {
	return []life{{
		kind: "ecr:repository",
		create: func(e *estate) made {
			c, name := ecr.NewFromConfig(e.Config), aws.String("ecr/repository-life")
			out := must(c.CreateRepository(e, &ecr.CreateRepositoryInput{
				RepositoryName: name, Tags: tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} }),
			}))(e)
			must(c.SetRepositoryPolicy(e, &ecr.SetRepositoryPolicyInput{RepositoryName: name, PolicyText: aws.String(
				`{"Version": "2012-10-17", "Statement": [{"Sid": "pull", "Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}]}`)}))(e)
			must(c.PutImage(e, &ecr.PutImageInput{RepositoryName: name, ImageTag: aws.String("1"), ImageManifest: aws.String(
				`{"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
				  "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 7023, "digest": "sha256:b5b2b2c507a0944348e0303114d8d93aaaa081732b86451d9bce1f432a537bc7"},
				  "layers": []}`)}))(e)
			return made{ID: *name, ARN: *out.Repository.RepositoryArn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "ImageTagMutability", "MUTABLE")
			if !strings.Contains(string(r.Configuration), "ecr:BatchGetImage") {
				t.Errorf("its policy is not in %s", r.Configuration)
			}
		},
		changes: []change{
			tagChange(func(e *estate, m made, key, value string) {
				must(ecr.NewFromConfig(e.Config).TagResource(e, &ecr.TagResourceInput{ResourceArn: &m.ARN, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
			}),
			flip("tags that stay", func(e *estate, m made, changed bool) {
				must(ecr.NewFromConfig(e.Config).PutImageTagMutability(e, &ecr.PutImageTagMutabilityInput{
					RepositoryName: &m.ID, ImageTagMutability: either(changed, types.ImageTagMutabilityImmutable, types.ImageTagMutabilityMutable),
				}))(e)
			}, "ImageTagMutability"),
			flip("what becomes of old images", func(e *estate, m made, changed bool) {
				c := ecr.NewFromConfig(e.Config)
				if changed {
					must(c.PutLifecyclePolicy(e, &ecr.PutLifecyclePolicyInput{RepositoryName: &m.ID, LifecyclePolicyText: aws.String(
						`{"rules":[{"rulePriority":1,"selection":{"tagStatus":"any","countType":"imageCountMoreThan","countNumber":5},"action":{"type":"expire"}}]}`)}))(e)
				} else {
					must(c.DeleteLifecyclePolicy(e, &ecr.DeleteLifecyclePolicyInput{RepositoryName: &m.ID}))(e)
				}
			}, "LifecyclePolicy"),
			flip("policy", func(e *estate, m made, changed bool) {
				must(ecr.NewFromConfig(e.Config).SetRepositoryPolicy(e, &ecr.SetRepositoryPolicyInput{RepositoryName: &m.ID, PolicyText: aws.String(
					`{"Version": "2012-10-17", "Statement": {"Sid": "pull", "Effect": "Allow", "Principal": "*", "Action": ["` + either(changed, "ecr:*", "ecr:BatchGetImage") + `"]}}`)}))(e)
			}, "Policy"), // put back as the same policy in other words
		},
	}}
}
