package collect

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/smithy-go/middleware"
)

// foreignList is a list of another operation's.
const foreignList = `{"Vaults":[{"Name":"x"}],"RequestId":"1"}`

// alwaysSaying is a configuration whose every call is answered by what body then is.
func alwaysSaying(t *testing.T, body *string) aws.Config {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Smithy-Protocol") != "" {
			w.Header().Set("Smithy-Protocol", r.Header.Get("Smithy-Protocol"))
		}
		_, _ = io.WriteString(w, *body)
	}))
	t.Cleanup(server.Close)
	return aws.Config{
		Region: "eu-west-1", BaseEndpoint: &server.URL, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		APIOptions: []func(*middleware.Stack) error{func(stack *middleware.Stack) error {
			return newTraffic(1, func() string { return "1" }).attach(stack) // one each, or they would wait
		}},
	}
}

// TestStrangeAnswers: in every protocol a success that answers something else, or nothing, is a failure, and what AWS
// answers where there is nothing is none.
func TestStrangeAnswers(t *testing.T) {
	body := ""
	cfg := alwaysSaying(t, &body)
	inPath := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	everywhere := []string{"OK", "null", "[]", `"none"`, "", " \n", "<a></a>", "<html/>", `<?xml version="1.0"?><!-- -->`}
	for name, test := range map[string]struct {
		call       func(context.Context) error
		good, more []string // more is strange to this operation
	}{
		"query": {func(ctx context.Context) error {
			_, err := rds.NewFromConfig(cfg).DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{})
			return err
		}, []string{
			`<DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBInstancesResult><DBInstances/></DescribeDBInstancesResult></DescribeDBInstancesResponse>`,
			`<?xml version="1.0"?>` + strings.Repeat("\n", lookedAt) + `<DescribeDBInstancesResponse><DescribeDBInstancesResult/></DescribeDBInstancesResponse>`,
		}, []string{"{}", "<DescribeDBInstancesResponse/>", "<DescribeDBInstancesResponse> </DescribeDBInstancesResponse>",
			"<DescribeDBClustersResponse><DescribeDBInstancesResult/></DescribeDBClustersResponse>"}},
		"EC2's query": {func(ctx context.Context) error {
			_, err := ec2.NewFromConfig(cfg).DescribeSecurityGroups(ctx, &ec2.DescribeSecurityGroupsInput{})
			return err
		}, []string{
			`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<DescribeSecurityGroupsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>1</requestId><securityGroupInfo/></DescribeSecurityGroupsResponse>`,
		}, []string{"{}", "<DescribeSecurityGroupsResponse/>", "<DescribeVpcsResponse><requestId>1</requestId></DescribeVpcsResponse>"}},
		"a list in REST and XML": {func(ctx context.Context) error {
			_, err := inPath.ListBuckets(ctx, &s3.ListBucketsInput{})
			return err
		}, []string{"<ListAllMyBucketsResult><Owner/><Buckets/></ListAllMyBucketsResult>"}, []string{"{}", "<ListAllMyBucketsResult/>"}},
		"another": {func(ctx context.Context) error {
			_, err := route53.NewFromConfig(cfg).ListHostedZones(ctx, &route53.ListHostedZonesInput{})
			return err
		}, []string{"<ListHostedZonesResponse><HostedZones/><IsTruncated>false</IsTruncated></ListHostedZonesResponse>"},
			[]string{"{}", "<ListHostedZonesResponse/>", "<ListHealthChecksResponse><IsTruncated>false</IsTruncated></ListHealthChecksResponse>"}},
		"a list that is called after what it lists": {func(ctx context.Context) error {
			_, err := cloudfront.NewFromConfig(cfg).ListDistributions(ctx, &cloudfront.ListDistributionsInput{})
			return err
		}, []string{"<DistributionList><Quantity>0</Quantity></DistributionList>"}, []string{"{}", "<DistributionList/>"}},
		"a part of a bucket that is not set": {func(ctx context.Context) error {
			_, err := inPath.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: aws.String("logs")})
			return err
		}, []string{`<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>`}, []string{"{}", "<Tagging/>"}},
		"one without a root that we know": {func(ctx context.Context) error {
			_, err := inPath.GetBucketRequestPayment(ctx, &s3.GetBucketRequestPaymentInput{Bucket: aws.String("logs")})
			return err
		}, []string{"<RequestPaymentConfiguration/>", "<a></a>"}, []string{"{}"}},
		"a policy": {func(ctx context.Context) error {
			_, err := inPath.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: aws.String("logs")})
			return err
		}, []string{`{"Version":"2012-10-17","Statement":[]}`, ` {"Statement":{}}`},
			[]string{"{}", `{"Version":"2012-10-17","Statement":[{"Effect":"Al`, `{"Version":"2012-10-17"}`, `{"Statement":null}`, `{"Statement":[]}{`, foreignList}},
		"a file": {func(ctx context.Context) error {
			out, err := inPath.GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String("logs"), Key: aws.String("a")})
			if err == nil {
				out.Body.Close()
			}
			return err
		}, []string{"", " \n", "OK", "[]", `"none"`, "<a></a>", "<html/>", "null", `<?xml version="1.0"?><!-- -->`}, nil},
		"a function's code": {func(ctx context.Context) error {
			_, err := cloudfront.NewFromConfig(cfg).GetFunction(ctx, &cloudfront.GetFunctionInput{Name: aws.String("a")})
			return err
		}, []string{"function handler(event) {}", "OK", "[]", `"none"`, "<a></a>", "null", `<?xml version="1.0"?><!-- -->`}, nil},
		"a list in JSON": {func(ctx context.Context) error {
			_, err := sqs.NewFromConfig(cfg).ListQueues(ctx, &sqs.ListQueuesInput{})
			return err
		}, []string{"{}", ` {"QueueUrls":[]}`, foreignList}, nil},
		"one thing in JSON": {func(ctx context.Context) error {
			_, err := kms.NewFromConfig(cfg).GetKeyPolicy(ctx, &kms.GetKeyPolicyInput{KeyId: aws.String("a")})
			return err
		}, []string{`{"Policy":"{}"}`}, []string{"{}", " { } \n", foreignList}},
		"one with a plain boolean": {func(ctx context.Context) error {
			_, err := kms.NewFromConfig(cfg).GetKeyRotationStatus(ctx, &kms.GetKeyRotationStatusInput{KeyId: aws.String("a")})
			return err
		}, []string{`{"KeyRotationEnabled":false}`, `{"KeyRotationEnabled":true}`}, []string{"{}", foreignList}},
		"one thing in REST and JSON": {func(ctx context.Context) error {
			_, err := lambda.NewFromConfig(cfg).GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: aws.String("a")})
			return err
		}, []string{`{"Configuration":{}}`}, []string{"{}", foreignList}},
		"what was not set in REST and JSON": {func(ctx context.Context) error {
			_, err := lambda.NewFromConfig(cfg).GetFunctionConcurrency(ctx, &lambda.GetFunctionConcurrencyInput{FunctionName: aws.String("a")})
			return err
		}, []string{"{}"}, nil},
		"a list in CBOR": {func(ctx context.Context) error {
			_, err := cloudwatch.NewFromConfig(cfg).DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{})
			return err
		}, []string{"\xa0", "\xbf\xff"}, []string{"{}", "\x80"}},
		"one thing in CBOR": {func(ctx context.Context) error {
			_, err := cloudwatch.NewFromConfig(cfg).GetDashboard(ctx, &cloudwatch.GetDashboardInput{DashboardName: aws.String("a")})
			return err
		}, []string{"\xa1\x6dDashboardBody\x62{}"}, []string{"{}", "\xa0", "\xbf\xff", "\xa1\x61a\x61b"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, body = range test.good {
				if err := test.call(t.Context()); err != nil {
					t.Errorf("%q: %v", body, err)
				}
			}
			for _, body = range append(test.more, everywhere...) {
				if slices.Contains(test.good, body) {
					continue
				}
				err := test.call(t.Context())
				if Code(err) != "NotAnAWSAnswer" || Classify(err) != ClassOther || strings.Contains(Message(err), "\n") {
					t.Errorf("%q: %v", body, err)
				}
				var not *notAWS
				if again := (retryable{}).IsErrorRetryable(err); errors.As(err, &not) && not.instead != "" && again != aws.TrueTernary {
					t.Errorf("%q is not asked for again", body)
				}
			}
		})
	}
}

// TestStrangeLists: a list that AWS always sends, and that an answer lacks, is no empty one.
func TestStrangeLists(t *testing.T) {
	body := ""
	cfg := alwaysSaying(t, &body)
	tests := map[string]struct {
		member string
		call   func(context.Context) error
	}{
		"CloudTrail: DescribeTrails":         {"trailList", calling(cloudtrail.NewFromConfig(cfg).DescribeTrails, &cloudtrail.DescribeTrailsInput{})},
		"CloudWatch Logs: DescribeLogGroups": {"logGroups", calling(cloudwatchlogs.NewFromConfig(cfg).DescribeLogGroups, &cloudwatchlogs.DescribeLogGroupsInput{})},
		"DynamoDB: ListTables":               {"TableNames", calling(dynamodb.NewFromConfig(cfg).ListTables, &dynamodb.ListTablesInput{})},
		"ECR: DescribeRepositories":          {"repositories", calling(ecr.NewFromConfig(cfg).DescribeRepositories, &ecr.DescribeRepositoriesInput{})},
		"ECS: DescribeClusters":              {"clusters", calling(ecs.NewFromConfig(cfg).DescribeClusters, &ecs.DescribeClustersInput{})},
		"ECS: DescribeServices":              {"services", calling(ecs.NewFromConfig(cfg).DescribeServices, &ecs.DescribeServicesInput{Services: []string{"a"}})},
		"ECS: ListClusters":                  {"clusterArns", calling(ecs.NewFromConfig(cfg).ListClusters, &ecs.ListClustersInput{})},
		"ECS: ListServices":                  {"serviceArns", calling(ecs.NewFromConfig(cfg).ListServices, &ecs.ListServicesInput{})},
		"ECS: ListTaskDefinitions":           {"taskDefinitionArns", calling(ecs.NewFromConfig(cfg).ListTaskDefinitions, &ecs.ListTaskDefinitionsInput{})},
		"EventBridge: ListEventBuses":        {"EventBuses", calling(eventbridge.NewFromConfig(cfg).ListEventBuses, &eventbridge.ListEventBusesInput{})},
		"EventBridge: ListRules":             {"Rules", calling(eventbridge.NewFromConfig(cfg).ListRules, &eventbridge.ListRulesInput{})},
		"KMS: ListAliases":                   {"Aliases", calling(kms.NewFromConfig(cfg).ListAliases, &kms.ListAliasesInput{})},
		"KMS: ListKeys":                      {"Keys", calling(kms.NewFromConfig(cfg).ListKeys, &kms.ListKeysInput{})},
		"Lambda: ListFunctions":              {"Functions", calling(lambda.NewFromConfig(cfg).ListFunctions, &lambda.ListFunctionsInput{})},
		"SSM: DescribeParameters":            {"Parameters", calling(ssm.NewFromConfig(cfg).DescribeParameters, &ssm.DescribeParametersInput{})},
		"Secrets Manager: ListSecrets":       {"SecretList", calling(secretsmanager.NewFromConfig(cfg).ListSecrets, &secretsmanager.ListSecretsInput{})},
	}
	for name := range lists {
		test, ok := tests[name]
		if !ok {
			t.Errorf("%s has no test", name)
			continue
		}
		for _, body = range []string{`{"` + test.member + `":[]}`, `{"` + test.member + `":[],"nextToken":null}`} {
			if err := test.call(t.Context()); err != nil {
				t.Errorf("%s: %s: %v", name, body, err)
			}
		}
		for _, body = range []string{"{}", foreignList, `{"NextToken":"a"}`, `{"` + test.member + `":null}`} {
			err := test.call(t.Context())
			if Code(err) != "NotAnAWSAnswer" || Operation(err) != name || Classify(err) != ClassOther || (retryable{}).IsErrorRetryable(err) != aws.TrueTernary {
				t.Errorf("%s: %s: %v", name, body, err)
			}
		}
	}
}

func calling[In, Out, Options any](op operation[In, Out, Options], in *In) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := op(ctx, in)
		return err
	}
}

// TestStrangeAnswersEnd: what stands in between for good is asked a few times and not as often as AWS would be.
func TestStrangeAnswersEnd(t *testing.T) {
	times := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		times++
		_, _ = io.WriteString(w, "OK")
	}))
	defer server.Close()
	c := sqs.NewFromConfig(aws.Config{
		Region: "eu-west-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
		APIOptions: []func(*middleware.Stack) error{newTraffic(1, func() string { return "1" }).attach},
		Retryer: func() aws.Retryer {
			return retry.AddWithMaxBackoffDelay(newRetryer(), time.Millisecond)
		},
	})
	_, err := c.ListQueues(t.Context(), &sqs.ListQueuesInput{})
	if Code(err) != "NotAnAWSAnswer" || Operation(err) != "SQS: ListQueues" || times != maxStrange {
		t.Errorf("after %d attempts of %s: %v", times, Operation(err), err)
	}
}

// TestRootsAreKnown: of every operation whose answer is XML with a root of its own, and that a kind asks, the root is
// known; and what always says something is an operation that some kind asks.
func TestRootsAreKnown(t *testing.T) {
	text, err := os.ReadFile("permissions/operations.json")
	if err != nil {
		t.Fatal(err)
	}
	var kinds map[string]map[string][]string
	if err := json.Unmarshal(text, &kinds); err != nil {
		t.Fatal(err)
	}
	asked := make(map[string]bool)
	for _, calls := range kinds {
		for _, operations := range calls {
			for _, name := range operations {
				asked[name] = true
			}
		}
	}
	for name := range asked {
		service, operation, _ := strings.Cut(name, ": ")
		if asks(service, operation) && service != "Route 53" && protocolOf(nil, service, operation) == inXML && roots[name] == "" {
			t.Errorf("%s has no root", name)
		}
	}
	for _, name := range slices.AppendSeq(slices.Collect(maps.Keys(speaks)), maps.Keys(lists)) {
		if !asked[name] {
			t.Errorf("nobody asks %s", name)
		}
	}
}
