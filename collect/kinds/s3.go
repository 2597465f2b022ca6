package kinds

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"golang.org/x/sync/errgroup"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func s3Kinds() []collect.Kind {
	return []collect.Kind{bucket, accountPublicAccessBlock}
}

// s3Client answers for buckets of a region. An emulator has no host name for every bucket.
func s3Client(s *collect.Scope, region string) *s3.Client {
	return s3.NewFromConfig(s.In(region), func(o *s3.Options) { o.UsePathStyle = s.Emulated })
}

var bucket = collect.Kind{
	Name: "s3:bucket", CloudFormation: "AWS::S3::Bucket", Global: true, Approximate: true, Tagging: "s3",
	List: func(s *collect.Scope) {
		home := s3Client(s, "")
		// AWS names the buckets' regions only where a parameter is sent.
		list := collect.Pages[types.Bucket](s, home.ListBuckets, &s3.ListBucketsInput{MaxBuckets: aws.Int32(10000)})
		collect.Each(s, list, func(b types.Bucket) {
			region := aws.ToString(b.BucketRegion)
			if region == "" {
				out, ok := collect.Call(s, home.GetBucketLocation, &s3.GetBucketLocationInput{Bucket: b.Name})
				if !ok {
					return
				}
				region = regionOf(string(out.LocationConstraint))
			}
			c, name := s3Client(s, region), b.Name
			s.Add(collect.Item{
				ID: name, ARN: aws.String("arn:" + s.Partition + ":s3:::" + *name), Region: region, Created: b.CreationDate,
				BillIDs: []string{*name},
			}, endpointsOf(s, *name, region),
				collect.Ask(s, "Policy", c.GetBucketPolicy, &s3.GetBucketPolicyInput{Bucket: name}, "NoSuchBucketPolicy").Of("Policy"),
				collect.Ask(s, "Encryption", c.GetBucketEncryption, &s3.GetBucketEncryptionInput{Bucket: name},
					"ServerSideEncryptionConfigurationNotFoundError").Of("ServerSideEncryptionConfiguration"),
				collect.Ask(s, "PublicAccessBlock", c.GetPublicAccessBlock, &s3.GetPublicAccessBlockInput{Bucket: name},
					"NoSuchPublicAccessBlockConfiguration").Of("PublicAccessBlockConfiguration"),
				collect.Through(collect.Ask(s, "Versioning", c.GetBucketVersioning, &s3.GetBucketVersioningInput{Bucket: name}), versioningOf),
				collect.Ask(s, "Logging", c.GetBucketLogging, &s3.GetBucketLoggingInput{Bucket: name}).Of("LoggingEnabled"),
				collect.Ask(s, "Lifecycle", c.GetBucketLifecycleConfiguration, &s3.GetBucketLifecycleConfigurationInput{Bucket: name},
					"NoSuchLifecycleConfiguration").Of("Rules"),
				collect.Ask(s, "OwnershipControls", c.GetBucketOwnershipControls, &s3.GetBucketOwnershipControlsInput{Bucket: name},
					"OwnershipControlsNotFoundError").Of("OwnershipControls"),
				collect.Ask(s, "ObjectLock", c.GetObjectLockConfiguration, &s3.GetObjectLockConfigurationInput{Bucket: name},
					"ObjectLockConfigurationNotFoundError").Of("ObjectLockConfiguration"),
				collect.Ask(s, "Notification", c.GetBucketNotificationConfiguration, &s3.GetBucketNotificationConfigurationInput{Bucket: name}),
				collect.Ask(s, "Replication", c.GetBucketReplication, &s3.GetBucketReplicationInput{Bucket: name},
					"ReplicationConfigurationNotFoundError").Of("ReplicationConfiguration"),
				collect.Ask(s, "Cors", c.GetBucketCors, &s3.GetBucketCorsInput{Bucket: name}, "NoSuchCORSConfiguration").Of("CORSRules"),
				collect.Ask(s, "Website", c.GetBucketWebsite, &s3.GetBucketWebsiteInput{Bucket: name}, "NoSuchWebsiteConfiguration"),
				collect.Ask(s, "Acl", c.GetBucketAcl, &s3.GetBucketAclInput{Bucket: name}).Of("Grants"),
				collect.AskTags(s, c.GetBucketTagging, &s3.GetBucketTaggingInput{Bucket: name},
					func(out *s3.GetBucketTaggingOutput) collect.Tags { return collect.TagsOf(out.TagSet) }, "NoSuchTagSet"),
			)
		})
	},
	Weak: []collect.Weakness{
		{Rule: "public-bucket", Path: "Policy", Check: snapshot.CheckBucket, Also: []collect.Path{"PublicAccessBlock"}},
		{Rule: "public-bucket", Path: "Acl", Check: snapshot.CheckBucketACL, Also: []collect.Path{"PublicAccessBlock"}},
		{Rule: "public-access-block-off", Path: "PublicAccessBlock.BlockPublicAcls", Is: []string{"false"}, Absent: true, Says: "BlockPublicAcls"},
		{Rule: "public-access-block-off", Path: "PublicAccessBlock.IgnorePublicAcls", Is: []string{"false"}, Absent: true, Says: "IgnorePublicAcls"},
		{Rule: "public-access-block-off", Path: "PublicAccessBlock.BlockPublicPolicy", Is: []string{"false"}, Absent: true, Says: "BlockPublicPolicy"},
		{Rule: "public-access-block-off", Path: "PublicAccessBlock.RestrictPublicBuckets", Is: []string{"false"}, Absent: true, Says: "RestrictPublicBuckets"},
		{Rule: "bucket-acls-on", Path: "OwnershipControls.Rules[].ObjectOwnership", Not: []string{"BucketOwnerEnforced"}, Says: "object ownership"},
		{Rule: "encryption-key-dropped", Path: "Encryption.Rules[].ApplyServerSideEncryptionByDefault.SSEAlgorithm", Is: []string{"AES256"}, Says: "default encryption"},
		{Rule: "encryption-off", Path: "Encryption", Absent: true, OnChange: true},
		{Rule: "versioning-off", Path: "Versioning.Status", Is: []string{"Suspended"}, Absent: true},
		{Rule: "versioning-off", Path: "Versioning.MFADelete", Is: []string{"Disabled"}, Absent: true, Says: "MFA delete"},
		{Rule: "logging-off", Path: "Logging.TargetBucket", Absent: true},
		{Rule: "object-lock-off", Path: "ObjectLock.ObjectLockEnabled", Absent: true},
		{Rule: "object-lock-off", Path: "ObjectLock.Rule.DefaultRetention.Mode", Is: []string{"GOVERNANCE"}, Absent: true, Says: "default retention"},
		{Rule: "retention-shortened", Path: "ObjectLock.Rule.DefaultRetention.Days", Shrinks: true, Says: "days"},
		{Rule: "retention-shortened", Path: "ObjectLock.Rule.DefaultRetention.Years", Shrinks: true, Says: "years"},
	},
	Omit:      []collect.Path{"Endpoints"},
	Names:     map[collect.Path]string{"Logging.TargetBucket": "s3:bucket"},
	Addresses: []collect.Path{"Endpoints[]"},
	Sets: map[collect.Path]string{
		"Acl": "", "Lifecycle": "ID", "Encryption.Rules": "", "Replication.Rules": "ID", "Notification.LambdaFunctionConfigurations": "Id",
		"Notification.QueueConfigurations": "Id", "Notification.TopicConfigurations": "Id",
	},
	Protected: map[collect.Path]string{"ObjectLock.ObjectLockEnabled": `"Enabled"`},
	Delete:    deleteBucket,
}

// endpoints are the names by which others reach a bucket: distributions that have it as an origin, health checks.
type endpoints struct {
	Endpoints []string
}

// endpointsOf composes the forms of S3's "Virtual hosting of buckets" and "Website endpoints": which of the two website
// forms a region has depends on its age.
func endpointsOf(s *collect.Scope, name, region string) endpoints {
	suffix := dnsSuffix(s)
	return endpoints{[]string{
		name + ".s3." + suffix, name + ".s3." + region + "." + suffix, name + ".s3-" + region + "." + suffix, name + ".s3.dualstack." + region + "." + suffix,
		name + ".s3-website." + region + "." + suffix, name + ".s3-website-" + region + "." + suffix,
	}}
}

// dnsSuffix ends the names of AWS's endpoints.
func dnsSuffix(s *collect.Scope) string {
	if s.Partition == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// versioning is the state of a bucket's versions; a bucket that never had any answers with nothing.
type versioning struct {
	Status    types.BucketVersioningStatus
	MFADelete types.MFADeleteStatus
}

func versioningOf(out *s3.GetBucketVersioningOutput) versioning {
	return versioning{out.Status, out.MFADelete}
}

// regionOf reads a location constraint: S3 writes its first two regions in ways of their own.
func regionOf(constraint string) string {
	switch constraint {
	case "":
		return "us-east-1"
	case "EU":
		return "eu-west-1"
	}
	return constraint
}

// objectsAtOnce is the most that S3 deletes in one call.
const objectsAtOnce = 1000

// deleteBucket empties a bucket of uploads, objects, versions and delete markers, and deletes it.
func deleteBucket(s *collect.Scope, r *collect.Resource) error {
	c := s3Client(s, r.Region)
	if err := abortUploads(s, c, &r.ID); err != nil {
		return err
	}
	for {
		some, err := deleteVersions(s, c, &r.ID, objectsAtOnce)
		if err != nil {
			return err
		}
		if !some {
			break // what was written meanwhile takes another round
		}
	}
	return collect.Do(s, c.DeleteBucket, &s3.DeleteBucketInput{Bucket: &r.ID})
}

func abortUploads(s *collect.Scope, c *s3.Client, bucket *string) error {
	uploads := collect.PagesBy(s, c.ListMultipartUploads, &s3.ListMultipartUploadsInput{Bucket: bucket},
		func(out *s3.ListMultipartUploadsOutput) ([]types.MultipartUpload, *string) {
			if !aws.ToBool(out.IsTruncated) {
				return out.Uploads, nil
			}
			return out.Uploads, aws.String(aws.ToString(out.NextKeyMarker) + "\x00" + aws.ToString(out.NextUploadIdMarker))
		},
		func(in *s3.ListMultipartUploadsInput, token *string) {
			key, upload, _ := strings.Cut(*token, "\x00")
			in.KeyMarker, in.UploadIdMarker = &key, &upload
		})
	return collect.Every(s, uploads, func(upload types.MultipartUpload) error {
		return collect.DoUnlessGone(s, c.AbortMultipartUpload, &s3.AbortMultipartUploadInput{Bucket: bucket, Key: upload.Key, UploadId: upload.UploadId})
	})
}

// deleteVersions deletes what the list of versions shows, page by page while the next page is being listed, and reports
// whether there was anything.
func deleteVersions(s *collect.Scope, c *s3.Client, bucket *string, pageSize int32) (some bool, err error) {
	group, ctx := errgroup.WithContext(s.Context)
	group.SetLimit(8)
	in := &s3.ListObjectVersionsInput{Bucket: bucket, MaxKeys: &pageSize}
	for ctx.Err() == nil {
		out, err := c.ListObjectVersions(ctx, in)
		if err != nil {
			group.Go(func() error { return err })
			break
		}
		if batch := identifiers(out); len(batch) > 0 {
			some = true
			group.Go(func() error {
				deleted, err := c.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: bucket, Delete: &types.Delete{Objects: batch, Quiet: aws.Bool(true)}})
				if err == nil && len(deleted.Errors) > 0 {
					err = objectError(deleted.Errors[0], len(deleted.Errors))
				}
				return err
			})
		}
		if !aws.ToBool(out.IsTruncated) {
			break
		}
		in.KeyMarker, in.VersionIdMarker = out.NextKeyMarker, out.NextVersionIdMarker
	}
	return some, group.Wait()
}

func identifiers(out *s3.ListObjectVersionsOutput) []types.ObjectIdentifier {
	var batch []types.ObjectIdentifier
	for _, version := range out.Versions {
		batch = append(batch, types.ObjectIdentifier{Key: version.Key, VersionId: version.VersionId})
	}
	for _, marker := range out.DeleteMarkers {
		batch = append(batch, types.ObjectIdentifier{Key: marker.Key, VersionId: marker.VersionId})
	}
	return batch
}

// objectError is what AWS said of the first object that can't be deleted.
func objectError(first types.Error, count int) error {
	return &smithy.GenericAPIError{
		Code:    aws.ToString(first.Code),
		Message: fmt.Sprintf("%s (object %q, and %d more)", aws.ToString(first.Message), aws.ToString(first.Key), count-1),
	}
}
