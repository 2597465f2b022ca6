package testbed

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// bucket says how a bucket is set up. Every bucket is tagged and shut to the public.
type bucket struct {
	name       string
	versioned  bool
	key        string // ARN of the KMS key; S3's own key without
	logsTo     string // bucket for access logs
	days       int32  // after which objects expire; 0 is never
	statements string // of the policy; the bucket's ARN stands for BUCKET
}

// bucket makes a bucket in the builder's region and returns its name.
func (b *builder) bucket(want bucket) string {
	c, name := b.s3(), &want.name
	in := &s3.CreateBucketInput{Bucket: name}
	if b.cfg.Region != "us-east-1" { // which S3 doesn't take as a location
		in.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(b.cfg.Region)}
	}
	do(b, c.CreateBucket, in)
	do(b, c.PutBucketTagging, &s3.PutBucketTaggingInput{Bucket: name, Tagging: &types.Tagging{
		TagSet: named(b, "", func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} }),
	}})
	do(b, c.PutPublicAccessBlock, &s3.PutPublicAccessBlockInput{Bucket: name, PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
		BlockPublicAcls: aws.Bool(true), BlockPublicPolicy: aws.Bool(true), IgnorePublicAcls: aws.Bool(true), RestrictPublicBuckets: aws.Bool(true),
	}})
	do(b, c.PutBucketOwnershipControls, &s3.PutBucketOwnershipControlsInput{Bucket: name, OwnershipControls: &types.OwnershipControls{
		Rules: []types.OwnershipControlsRule{{ObjectOwnership: types.ObjectOwnershipBucketOwnerEnforced}},
	}})
	encryption := &types.ServerSideEncryptionByDefault{SSEAlgorithm: types.ServerSideEncryptionAes256}
	if want.key != "" {
		encryption = &types.ServerSideEncryptionByDefault{SSEAlgorithm: types.ServerSideEncryptionAwsKms, KMSMasterKeyID: &want.key}
	}
	do(b, c.PutBucketEncryption, &s3.PutBucketEncryptionInput{Bucket: name, ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{
		Rules: []types.ServerSideEncryptionRule{{ApplyServerSideEncryptionByDefault: encryption, BucketKeyEnabled: aws.Bool(want.key != "")}},
	}})
	if want.versioned {
		do(b, c.PutBucketVersioning, &s3.PutBucketVersioningInput{
			Bucket: name, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
		})
	}
	if want.logsTo != "" {
		do(b, c.PutBucketLogging, &s3.PutBucketLoggingInput{Bucket: name, BucketLoggingStatus: &types.BucketLoggingStatus{
			LoggingEnabled: &types.LoggingEnabled{TargetBucket: &want.logsTo, TargetPrefix: aws.String(want.name + "/")},
		}})
	}
	if want.days > 0 {
		do(b, c.PutBucketLifecycleConfiguration, &s3.PutBucketLifecycleConfigurationInput{Bucket: name, LifecycleConfiguration: &types.BucketLifecycleConfiguration{
			Rules: []types.LifecycleRule{{
				ID: aws.String("expire"), Status: types.ExpirationStatusEnabled, Filter: &types.LifecycleRuleFilter{Prefix: aws.String("")},
				Expiration:                     &types.LifecycleExpiration{Days: &want.days},
				AbortIncompleteMultipartUpload: &types.AbortIncompleteMultipartUpload{DaysAfterInitiation: aws.Int32(7)},
			}},
		}})
	}
	if want.statements != "" {
		document := `{"Version":"2012-10-17","Statement":[` + strings.ReplaceAll(want.statements, "BUCKET", "arn:aws:s3:::"+want.name) + `]}`
		do(b, c.PutBucketPolicy, &s3.PutBucketPolicyInput{Bucket: name, Policy: &document})
	}
	return want.name
}

// Statements of bucket policies. moto wants the one for access logs before any whose principal is "*", and knows no
// conditions: were deletions among the actions of onlyTLS, it would deny them all.
const (
	accessLogs = `{"Sid":"AccessLogs","Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"BUCKET/*"}`
	onlyTLS    = `{"Sid":"OnlyTLS","Effect":"Deny","Principal":"*","Action":["s3:GetObject","s3:PutObject"],"Resource":"BUCKET/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
	trails     = `{"Sid":"TrailsCheck","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl","Resource":"BUCKET"},` +
		`{"Sid":"TrailsWrite","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"BUCKET/AWSLogs/*"}`
)

// trail makes a trail of all regions that writes to a bucket, and turns it on. topic, group and role may be empty.
func (b *builder) trail(name, bucket, topic, group, role, key string) {
	c := cloudtrail.NewFromConfig(b.cfg)
	in := &cloudtrail.CreateTrailInput{
		Name: &name, S3BucketName: &bucket, IsMultiRegionTrail: aws.Bool(true), IncludeGlobalServiceEvents: aws.Bool(true),
		EnableLogFileValidation: aws.Bool(true), KmsKeyId: &key,
		TagsList: named(b, "", func(k, v *string) trailtypes.Tag { return trailtypes.Tag{Key: k, Value: v} }),
	}
	if topic != "" {
		in.SnsTopicName = &topic
	}
	if group != "" {
		in.CloudWatchLogsLogGroupArn, in.CloudWatchLogsRoleArn = aws.String(b.arn("logs", "log-group:"+group+":*")), &role
	}
	do(b, c.CreateTrail, in)
	do(b, c.PutEventSelectors, &cloudtrail.PutEventSelectorsInput{TrailName: &name, EventSelectors: []trailtypes.EventSelector{
		{ReadWriteType: trailtypes.ReadWriteTypeAll, IncludeManagementEvents: aws.Bool(true)},
	}})
	do(b, c.StartLogging, &cloudtrail.StartLoggingInput{Name: &name})
}
