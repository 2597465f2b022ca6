package testbed

import (
	"context"
	"errors"

	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
)

// probe asks for one page of a list through the real SDK client. There is one for each protocol.
type probe struct {
	service, operation string
	protocol           Protocol
	page               func(ctx context.Context, cfg aws.Config, token *string) (items []string, next *string, err error)
}

var probes = []probe{
	{"ec2", "DescribeSecurityGroups", EC2Query, func(ctx context.Context, cfg aws.Config, token *string) ([]string, *string, error) {
		o, err := ec2.NewFromConfig(cfg).DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return names(o.SecurityGroups, func(i int) *string { return o.SecurityGroups[i].GroupId }), o.NextToken, nil
	}},
	{"iam", "ListRoles", Query, func(ctx context.Context, cfg aws.Config, token *string) ([]string, *string, error) {
		o, err := iam.NewFromConfig(cfg).ListRoles(ctx, &iam.ListRolesInput{Marker: token})
		if err != nil {
			return nil, nil, err
		}
		if o.IsTruncated != (o.Marker != nil) {
			return nil, nil, errors.New("IsTruncated doesn't agree with Marker")
		}
		return names(o.Roles, func(i int) *string { return o.Roles[i].RoleName }), o.Marker, nil
	}},
	{"dynamodb", "ListTables", JSON, func(ctx context.Context, cfg aws.Config, token *string) ([]string, *string, error) {
		o, err := dynamodb.NewFromConfig(cfg).ListTables(ctx, &dynamodb.ListTablesInput{ExclusiveStartTableName: token})
		if err != nil {
			return nil, nil, err
		}
		return o.TableNames, o.LastEvaluatedTableName, nil
	}},
	{"sqs", "ListQueues", JSON, func(ctx context.Context, cfg aws.Config, token *string) ([]string, *string, error) {
		o, err := sqs.NewFromConfig(cfg).ListQueues(ctx, &sqs.ListQueuesInput{NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return o.QueueUrls, o.NextToken, nil
	}},
	{"lambda", "ListFunctions", RESTJSON, func(ctx context.Context, cfg aws.Config, token *string) ([]string, *string, error) {
		o, err := lambda.NewFromConfig(cfg).ListFunctions(ctx, &lambda.ListFunctionsInput{Marker: token})
		if err != nil {
			return nil, nil, err
		}
		return names(o.Functions, func(i int) *string { return o.Functions[i].FunctionName }), o.NextMarker, nil
	}},
	{"s3", "ListBuckets", S3, func(ctx context.Context, cfg aws.Config, token *string) ([]string, *string, error) {
		o, err := s3.NewFromConfig(cfg).ListBuckets(ctx, &s3.ListBucketsInput{ContinuationToken: token})
		if err != nil {
			return nil, nil, err
		}
		return names(o.Buckets, func(i int) *string { return o.Buckets[i].Name }), o.ContinuationToken, nil
	}},
	{"route53", "ListHostedZones", RESTXML, func(ctx context.Context, cfg aws.Config, token *string) ([]string, *string, error) {
		o, err := route53.NewFromConfig(cfg).ListHostedZones(ctx, &route53.ListHostedZonesInput{Marker: token})
		if err != nil {
			return nil, nil, err
		}
		return names(o.HostedZones, func(i int) *string { return o.HostedZones[i].Id }), o.NextMarker, nil
	}},
	{"cloudwatch", "DescribeAlarms", CBOR, func(ctx context.Context, cfg aws.Config, token *string) ([]string, *string, error) {
		o, err := cloudwatch.NewFromConfig(cfg).DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return names(o.MetricAlarms, func(i int) *string { return o.MetricAlarms[i].AlarmName }), o.NextToken, nil
	}},
}

func names[T any](items []T, name func(int) *string) []string {
	all := []string{}
	for i := range items {
		all = append(all, aws.ToString(name(i)))
	}
	return all
}

// noRetries makes each call one attempt.
func noRetries(cfg aws.Config) aws.Config {
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	return cfg
}

// eachProtocol runs a test for every protocol, against a fake server with five items, without retries.
func eachProtocol(t *testing.T, test func(t *testing.T, x probe, f *fake, p *FaultProxy, cfg aws.Config)) {
	for _, x := range probes {
		t.Run(x.service, func(t *testing.T) {
			f := newFake(t)
			p := Proxy(t, f.URL)
			test(t, x, f, p, noRetries(p.Config("eu-west-1")))
		})
	}
}

// apiError returns an error's code, message and status as the SDK decoded them.
func apiError(t *testing.T, err error) (code, message string, status int) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("no API error: %v", err)
	}
	var response interface{ HTTPStatusCode() int }
	if errors.As(err, &response) {
		status = response.HTTPStatusCode()
	}
	return api.ErrorCode(), api.ErrorMessage(), status
}
