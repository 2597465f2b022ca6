package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func bucketChanges() []change {
	client := func(e *estate) *s3.Client { return s3.NewFromConfig(e.Config) }
	const open = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*"}]}`
	rule := func(name string, days int32) types.LifecycleRule {
		return types.LifecycleRule{
			ID: &name, Status: types.ExpirationStatusEnabled, Filter: &types.LifecycleRuleFilter{Prefix: aws.String("")},
			Expiration: &types.LifecycleExpiration{Days: &days},
		}
	}
	return []change{
		tagChange(func(e *estate, m made, key, value string) {
			tags := []types.Tag{{Key: aws.String("cost centre"), Value: aws.String(teamTags["cost centre"])}, {Key: &key, Value: &value}}
			must(client(e).PutBucketTagging(e, &s3.PutBucketTaggingInput{Bucket: &m.ID, Tagging: &types.Tagging{TagSet: tags}}))(e)
		}),
		swap("whether it keeps versions", types.BucketVersioningStatusEnabled, types.BucketVersioningStatusSuspended,
			func(e *estate, m made, status types.BucketVersioningStatus) {
				must(client(e).PutBucketVersioning(e, &s3.PutBucketVersioningInput{
					Bucket: &m.ID, VersioningConfiguration: &types.VersioningConfiguration{Status: status},
				}))(e)
			}, "Versioning.Status"),
		swap("which sites may use it", "*", "https://example.com", func(e *estate, m made, origin string) {
			must(client(e).PutBucketCors(e, &s3.PutBucketCorsInput{Bucket: &m.ID, CORSConfiguration: &types.CORSConfiguration{
				CORSRules: []types.CORSRule{{AllowedMethods: []string{"GET"}, AllowedOrigins: []string{origin}}},
			}}))(e)
		}, "Cors[0].AllowedOrigins[0]"),
		{
			name: "who may use it",
			do: func(e *estate, m made) {
				must(client(e).PutBucketPolicy(e, &s3.PutBucketPolicyInput{Bucket: &m.ID, Policy: aws.String(open)}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).DeleteBucketPolicy(e, &s3.DeleteBucketPolicyInput{Bucket: &m.ID}))(e)
			},
			paths: []string{"Policy"},
		},
		{
			name: "how it encrypts",
			do: func(e *estate, m made) {
				must(client(e).PutBucketEncryption(e, &s3.PutBucketEncryptionInput{Bucket: &m.ID, ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{
					Rules: []types.ServerSideEncryptionRule{{ApplyServerSideEncryptionByDefault: &types.ServerSideEncryptionByDefault{SSEAlgorithm: types.ServerSideEncryptionAwsKms}}},
				}}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).DeleteBucketEncryption(e, &s3.DeleteBucketEncryptionInput{Bucket: &m.ID}))(e)
			},
			paths: []string{"Encryption"},
		},
		{
			name: "what it lets nobody open",
			do: func(e *estate, m made) {
				must(client(e).PutPublicAccessBlock(e, &s3.PutPublicAccessBlockInput{Bucket: &m.ID, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
					BlockPublicAcls: aws.Bool(true),
				}}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).DeletePublicAccessBlock(e, &s3.DeletePublicAccessBlockInput{Bucket: &m.ID}))(e)
			},
			paths: []string{"PublicAccessBlock"},
		},
		{
			name: "how long it keeps objects",
			do: func(e *estate, m made) {
				must(client(e).PutBucketLifecycleConfiguration(e, &s3.PutBucketLifecycleConfigurationInput{
					Bucket: &m.ID, LifecycleConfiguration: &types.BucketLifecycleConfiguration{Rules: []types.LifecycleRule{rule("old", 30), rule("older", 60)}},
				}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).DeleteBucketLifecycle(e, &s3.DeleteBucketLifecycleInput{Bucket: &m.ID}))(e)
			},
			paths: []string{"Lifecycle"},
		},
		swap("who else may read it", types.BucketCannedACLPrivate, types.BucketCannedACLPublicRead, func(e *estate, m made, acl types.BucketCannedACL) {
			must(client(e).PutBucketAcl(e, &s3.PutBucketAclInput{Bucket: &m.ID, ACL: acl}))(e)
		}, "Acl[]"),
	}
}
