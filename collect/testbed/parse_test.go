package testbed

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer"
	cetypes "github.com/aws/aws-sdk-go-v2/service/costexplorer/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// TestOperationsOfTheSDK makes real requests and has the proxy name them. No server is needed: all are denied.
func TestOperationsOfTheSDK(t *testing.T) {
	b, k, n := aws.String("bucket"), aws.String("a/b c/d"), aws.String("arn:aws:x:eu-west-1:111122223333:y/z")
	for want, call := range map[string]func(context.Context, aws.Config) error{
		"account:ListRegions": func(ctx context.Context, cfg aws.Config) error {
			return errOf(account.NewFromConfig(cfg).ListRegions(ctx, &account.ListRegionsInput{}))
		},
		"autoscaling:DescribeAutoScalingGroups": func(ctx context.Context, cfg aws.Config) error {
			return errOf(autoscaling.NewFromConfig(cfg).DescribeAutoScalingGroups(ctx, &autoscaling.DescribeAutoScalingGroupsInput{}))
		},
		"cloudformation:ListStacks": func(ctx context.Context, cfg aws.Config) error {
			return errOf(cloudformation.NewFromConfig(cfg).ListStacks(ctx, &cloudformation.ListStacksInput{}))
		},
		"cloudtrail:LookupEvents": func(ctx context.Context, cfg aws.Config) error {
			return errOf(cloudtrail.NewFromConfig(cfg).LookupEvents(ctx, &cloudtrail.LookupEventsInput{}))
		},
		"logs:DescribeLogGroups": func(ctx context.Context, cfg aws.Config) error {
			return errOf(cloudwatchlogs.NewFromConfig(cfg).DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{}))
		},
		"ce:GetCostAndUsage": func(ctx context.Context, cfg aws.Config) error {
			return errOf(costexplorer.NewFromConfig(cfg).GetCostAndUsage(ctx, &costexplorer.GetCostAndUsageInput{
				Granularity: cetypes.GranularityDaily, Metrics: []string{"m"},
				TimePeriod: &cetypes.DateInterval{Start: aws.String("2026-01-01"), End: aws.String("2026-01-02")}}))
		},
		"ecs:ListClusters": func(ctx context.Context, cfg aws.Config) error {
			return errOf(ecs.NewFromConfig(cfg).ListClusters(ctx, &ecs.ListClustersInput{}))
		},
		"elasticloadbalancing:DescribeLoadBalancers": func(ctx context.Context, cfg aws.Config) error {
			return errOf(elb.NewFromConfig(cfg).DescribeLoadBalancers(ctx, &elb.DescribeLoadBalancersInput{}))
		},
		"events:ListRules": func(ctx context.Context, cfg aws.Config) error {
			return errOf(eventbridge.NewFromConfig(cfg).ListRules(ctx, &eventbridge.ListRulesInput{}))
		},
		"kms:ListKeys": func(ctx context.Context, cfg aws.Config) error {
			return errOf(kms.NewFromConfig(cfg).ListKeys(ctx, &kms.ListKeysInput{}))
		},
		"lambda:GetPolicy": func(ctx context.Context, cfg aws.Config) error {
			return errOf(lambda.NewFromConfig(cfg).GetPolicy(ctx, &lambda.GetPolicyInput{FunctionName: n}))
		},
		"lambda:GetFunction": func(ctx context.Context, cfg aws.Config) error {
			return errOf(lambda.NewFromConfig(cfg).GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: n}))
		},
		"lambda:DeleteFunction": func(ctx context.Context, cfg aws.Config) error {
			return errOf(lambda.NewFromConfig(cfg).DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: n}))
		},
		"lambda:ListTags": func(ctx context.Context, cfg aws.Config) error {
			return errOf(lambda.NewFromConfig(cfg).ListTags(ctx, &lambda.ListTagsInput{Resource: n}))
		},
		"rds:DescribeDBInstances": func(ctx context.Context, cfg aws.Config) error {
			return errOf(rds.NewFromConfig(cfg).DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{}))
		},
		"route53:ListResourceRecordSets": func(ctx context.Context, cfg aws.Config) error {
			return errOf(route53.NewFromConfig(cfg).ListResourceRecordSets(ctx, &route53.ListResourceRecordSetsInput{HostedZoneId: b}))
		},
		"route53:DeleteHostedZone": func(ctx context.Context, cfg aws.Config) error {
			return errOf(route53.NewFromConfig(cfg).DeleteHostedZone(ctx, &route53.DeleteHostedZoneInput{Id: b}))
		},
		"s3:GetBucketPolicy": func(ctx context.Context, cfg aws.Config) error {
			return errOf(s3.NewFromConfig(cfg).GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: b}))
		},
		"s3:GetBucketEncryption": func(ctx context.Context, cfg aws.Config) error {
			return errOf(s3.NewFromConfig(cfg).GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: b}))
		},
		"s3:GetBucketLifecycleConfiguration": func(ctx context.Context, cfg aws.Config) error {
			return errOf(s3.NewFromConfig(cfg).GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: b}))
		},
		"s3:ListObjectsV2": func(ctx context.Context, cfg aws.Config) error {
			return errOf(s3.NewFromConfig(cfg).ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: b}))
		},
		"s3:ListObjectVersions": func(ctx context.Context, cfg aws.Config) error {
			return errOf(s3.NewFromConfig(cfg).ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: b}))
		},
		"s3:GetObject": func(ctx context.Context, cfg aws.Config) error {
			return errOf(s3.NewFromConfig(cfg).GetObject(ctx, &s3.GetObjectInput{Bucket: b, Key: k}))
		},
		"s3:PutObject": func(ctx context.Context, cfg aws.Config) error {
			return errOf(s3.NewFromConfig(cfg).PutObject(ctx, &s3.PutObjectInput{Bucket: b, Key: k, Body: bytes.NewReader([]byte("x"))}))
		},
		"s3:CopyObject": func(ctx context.Context, cfg aws.Config) error {
			return errOf(s3.NewFromConfig(cfg).CopyObject(ctx, &s3.CopyObjectInput{Bucket: b, Key: k, CopySource: k}))
		},
		"s3:DeleteObjects": func(ctx context.Context, cfg aws.Config) error {
			return errOf(s3.NewFromConfig(cfg).DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: b, Delete: &s3types.Delete{Objects: []s3types.ObjectIdentifier{{Key: k}}}}))
		},
		"s3:DeleteBucket": func(ctx context.Context, cfg aws.Config) error {
			return errOf(s3.NewFromConfig(cfg).DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: b}))
		},
		"s3:AbortMultipartUpload": func(ctx context.Context, cfg aws.Config) error {
			return errOf(s3.NewFromConfig(cfg).AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: b, Key: k, UploadId: n}))
		},
		"secretsmanager:ListSecrets": func(ctx context.Context, cfg aws.Config) error {
			return errOf(secretsmanager.NewFromConfig(cfg).ListSecrets(ctx, &secretsmanager.ListSecretsInput{}))
		},
		"sns:ListTopics": func(ctx context.Context, cfg aws.Config) error {
			return errOf(sns.NewFromConfig(cfg).ListTopics(ctx, &sns.ListTopicsInput{}))
		},
		"ssm:DescribeParameters": func(ctx context.Context, cfg aws.Config) error {
			return errOf(ssm.NewFromConfig(cfg).DescribeParameters(ctx, &ssm.DescribeParametersInput{}))
		},
		"sts:GetCallerIdentity": func(ctx context.Context, cfg aws.Config) error {
			return errOf(sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))
		},
	} {
		p := Proxy(t, "http://127.0.0.1:1")
		p.Deny("*", "*")
		err := call(t.Context(), noRetries(p.Config("eu-west-1")))
		if code, _, _ := apiError(t, err); !strings.HasPrefix(code, "AccessDenied") {
			t.Errorf("%s: denied as %q", want, code)
		}
		if c := p.Calls()[0]; c.Name() != want || c.Region != "eu-west-1" || c.AccessKey != "AKIATESTBED" {
			t.Errorf("%s was taken for %s in %s by %s", want, c.Name(), c.Region, c.AccessKey)
		}
	}
}

// TestHeadHasNoBody: the code of an error is lost, as it is on AWS; the status tells.
func TestHeadHasNoBody(t *testing.T) {
	p := Proxy(t, "http://127.0.0.1:1")
	p.Deny("s3", "HeadBucket")
	_, err := s3.NewFromConfig(noRetries(p.Config("eu-west-1"))).HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: aws.String("b")})
	if _, _, status := apiError(t, err); status != 403 {
		t.Errorf("got %v", err)
	}
}

func TestPresignedAndRegionSetSignatures(t *testing.T) {
	tables := loadREST()
	for want, r := range map[string]*http.Request{
		"s3:GetObject k eu-west-1": request("GET", "/b/k?X-Amz-Credential=k%2F20260101%2Feu-west-1%2Fs3%2Faws4_request", nil),
		"s3:ListObjectsV2 k *": request("GET", "/b?list-type=2", http.Header{
			"Authorization": {"AWS4-ECDSA-P256-SHA256 Credential=k/20260101/s3/aws4_request, SignedHeaders=host"}, "X-Amz-Region-Set": {"*"}}),
		"eks:GET /nowhere k eu-west-1": request("GET", "/nowhere", http.Header{
			"Authorization": {"AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/eks/aws4_request, SignedHeaders=host"}}),
		":GET /  ": request("GET", "/", nil),
	} {
		c := parse(context.Background(), r, nil, tables)
		if got := c.Name() + " " + c.AccessKey + " " + c.Region; got != want {
			t.Errorf("%s %s is taken for %q, want %q", r.Method, r.URL, got, want)
		}
	}
}

func request(method, url string, header http.Header) *http.Request {
	r, err := http.NewRequest(method, "http://127.0.0.1"+url, nil)
	if err != nil {
		panic(errors.New(url))
	}
	if header != nil {
		r.Header = header
	}
	return r
}
