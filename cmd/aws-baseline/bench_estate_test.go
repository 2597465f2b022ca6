package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/schemas"
	cloudwatchtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventstypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go/transport/http/protocol/awsjson"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// busyTypes are sixteen kinds that nearly every account has.
const busyTypes = "iam:role,iam:policy,s3:bucket,lambda:function,ec2:instance,ec2:volume,ec2:security-group,sqs:queue,sns:topic,dynamodb:table," +
	"logs:log-group,cloudwatch:alarm,ssm:parameter,secretsmanager:secret,kms:key,events:rule"

var busyRegions = []string{"us-east-1", "eu-west-1"}

// BenchmarkBusyEstate captures about 490 resources of sixteen kinds in two regions with the program itself, with and
// without 50 ms added to every call. CPU time is the program's own.
func BenchmarkBusyEstate(b *testing.B) {
	p := testbed.Proxy(b, testbed.Moto(b).URL)
	for i, region := range busyRegions {
		buildBusy(b, p, region, i)
	}
	folder := b.TempDir()
	environment := append(os.Environ(), p.Environ(home)...)
	environment = append(environment, "HOME="+folder, "XDG_CONFIG_HOME="+filepath.Join(folder, "config"), "AWS_BASELINE_SNAPSHOT_DIR="+filepath.Join(folder, "snapshots"))
	number := 0
	for _, latency := range []time.Duration{0, 50 * time.Millisecond} {
		remove := p.Latency("*", "*", latency)
		b.Run("latency="+latency.String(), func(b *testing.B) {
			before, cpu := p.Total(), time.Duration(0)
			name := ""
			for b.Loop() {
				number++
				name = fmt.Sprint("s", number)
				child := exec.Command("aws-baseline", "snapshot", "create", name, "--regions", strings.Join(busyRegions, ","), "--types", busyTypes)
				child.Env, child.Dir = environment, folder
				if out, err := child.CombinedOutput(); err != nil {
					b.Fatalf("%v\n%s", err, out)
				}
				cpu += child.ProcessState.UserTime() + child.ProcessState.SystemTime()
			}
			s, err := snapshot.Folder{Files: snapshot.Disk(filepath.Join(folder, "snapshots"))}.Load(name)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(len(s.Resources)), "resources")
			b.ReportMetric(float64(p.Total()-before)/float64(b.N), "calls")
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "wall-s")
			b.ReportMetric(cpu.Seconds()/float64(b.N), "cpu-s")
			b.ReportMetric(0, "ns/op")
		})
		remove()
	}
}

// buildBusy makes a region's half of the estate: fifteen of each kind. Global ones are told apart by the half.
func buildBusy(b *testing.B, p *testbed.FaultProxy, region string, half int) {
	cfg := p.Config(region)
	network := no(ec2.NewFromConfig(cfg).DescribeVpcs(b.Context(), &ec2.DescribeVpcsInput{}))(b).Vpcs[0].VpcId
	code := zipped(b)
	for i := range 15 {
		name := fmt.Sprintf("orders-%d-%02d", half, i)
		buildAccess(b, cfg, name, region, p.Account)
		buildCompute(b, cfg, name, network)
		buildMessages(b, cfg, name)
		arn := no(iam.NewFromConfig(cfg).GetRole(b.Context(), &iam.GetRoleInput{RoleName: &name}))(b).Role.Arn
		no(lambda.NewFromConfig(cfg).CreateFunction(b.Context(), &lambda.CreateFunctionInput{
			FunctionName: &name, Role: arn, Runtime: lambdatypes.RuntimePython313, Handler: aws.String("main.handler"),
			Code: &lambdatypes.FunctionCode{ZipFile: code}, Tags: map[string]string{"team": "orders"},
		}))(b)
	}
}

// buildAccess makes a role, a policy, a bucket, a secret, a parameter and a key.
func buildAccess(b *testing.B, cfg aws.Config, name, region, account string) {
	ctx := b.Context()
	no(iam.NewFromConfig(cfg).CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: &name, AssumeRolePolicyDocument: aws.String(trust), Tags: []iamtypes.Tag{{Key: aws.String("team"), Value: aws.String("orders")}},
	}))(b)
	no(iam.NewFromConfig(cfg).CreatePolicy(ctx, &iam.CreatePolicyInput{
		PolicyName: &name, PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}]}`),
		Tags: []iamtypes.Tag{{Key: aws.String("team"), Value: aws.String("orders")}},
	}))(b)
	bucket := &s3.CreateBucketInput{Bucket: aws.String(name + "-" + account)}
	if region != home {
		bucket.CreateBucketConfiguration = &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraint(region)}
	}
	no(s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }).CreateBucket(ctx, bucket))(b)
	no(s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }).PutBucketTagging(ctx, &s3.PutBucketTaggingInput{
		Bucket: bucket.Bucket, Tagging: &s3types.Tagging{TagSet: []s3types.Tag{{Key: aws.String("team"), Value: aws.String("orders")}}},
	}))(b)
	no(secretsmanager.NewFromConfig(cfg).CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: &name, SecretString: aws.String("secret")}))(b)
	no(ssm.NewFromConfig(cfg).PutParameter(ctx, &ssm.PutParameterInput{
		Name: &name, Value: aws.String("value"), Type: ssmtypes.ParameterTypeString, Tags: []ssmtypes.Tag{{Key: aws.String("team"), Value: aws.String("orders")}},
	}))(b)
	no(kms.NewFromConfig(cfg).CreateKey(ctx, &kms.CreateKeyInput{
		Description: &name, Tags: []kmstypes.Tag{{TagKey: aws.String("team"), TagValue: aws.String("orders")}},
	}))(b)
}

// buildCompute makes an instance, a volume, a security group and a table. Instances bring a volume each.
func buildCompute(b *testing.B, cfg aws.Config, name string, network *string) {
	ctx, c := b.Context(), ec2.NewFromConfig(cfg)
	no(c.RunInstances(ctx, &ec2.RunInstancesInput{
		ImageId: aws.String("ami-0123456789abcdef0"), InstanceType: ec2types.InstanceTypeT3Micro, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
	}))(b)
	no(c.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: &name, Description: &name, VpcId: network}))(b)
	no(dynamodb.NewFromConfig(cfg).CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: dynamodbtypes.BillingModePayPerRequest,
		AttributeDefinitions: []dynamodbtypes.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: dynamodbtypes.ScalarAttributeTypeS}},
		KeySchema:            []dynamodbtypes.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: dynamodbtypes.KeyTypeHash}},
		Tags:                 []dynamodbtypes.Tag{{Key: aws.String("team"), Value: aws.String("orders")}},
	}))(b)
}

// buildMessages makes a queue, a topic, a rule, a log group and an alarm.
func buildMessages(b *testing.B, cfg aws.Config, name string) {
	ctx := b.Context()
	no(sqs.NewFromConfig(cfg).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Tags: map[string]string{"team": "orders"}}))(b)
	no(sns.NewFromConfig(cfg).CreateTopic(ctx, &sns.CreateTopicInput{
		Name: &name, Tags: []snstypes.Tag{{Key: aws.String("team"), Value: aws.String("orders")}},
	}))(b)
	no(eventbridge.NewFromConfig(cfg).PutRule(ctx, &eventbridge.PutRuleInput{
		Name: &name, ScheduleExpression: aws.String("rate(5 minutes)"),
		Tags: []eventstypes.Tag{{Key: aws.String("team"), Value: aws.String("orders")}},
	}))(b)
	no(cloudwatchlogs.NewFromConfig(cfg).CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/orders/" + name), Tags: map[string]string{"team": "orders"}}))(b)
	metrics := cloudwatch.NewFromConfig(cfg, func(o *cloudwatch.Options) { o.Protocol = awsjson.New10(schemas.GraniteServiceVersion20100801) })
	no(metrics.PutMetricAlarm(ctx, &cloudwatch.PutMetricAlarmInput{
		AlarmName: &name, Namespace: aws.String("AWS/SQS"), MetricName: aws.String("ApproximateNumberOfMessagesVisible"), Period: aws.Int32(300),
		EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(10), Statistic: cloudwatchtypes.StatisticMaximum,
		ComparisonOperator: cloudwatchtypes.ComparisonOperatorGreaterThanThreshold,
		Tags:               []cloudwatchtypes.Tag{{Key: aws.String("team"), Value: aws.String("orders")}},
	}))(b)
}

func zipped(b *testing.B) []byte {
	var out bytes.Buffer
	archive := zip.NewWriter(&out)
	if _, err := archive.Create("main.py"); err != nil {
		b.Fatal(err)
	}
	if err := archive.Close(); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}
