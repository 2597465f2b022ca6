package testbed

import (
	"archive/zip"
	"bytes"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventstypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// topic makes a topic that some AWS services may publish to, and returns its ARN.
func (b *builder) topic(name string, services ...string) string {
	c := sns.NewFromConfig(b.cfg)
	arn := do(b, c.CreateTopic, &sns.CreateTopicInput{
		Name: &name, Tags: named(b, "", func(k, v *string) snstypes.Tag { return snstypes.Tag{Key: k, Value: v} }),
	}).TopicArn
	statements := `{"Sid":"owner","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + b.account + `:root"},"Action":"sns:*","Resource":"` + *arn + `"}`
	for _, service := range services {
		statements += `,{"Sid":"` + service + `","Effect":"Allow","Principal":{"Service":"` + service + `.amazonaws.com"},"Action":"sns:Publish","Resource":"` + *arn + `"}`
	}
	do(b, c.SetTopicAttributes, &sns.SetTopicAttributesInput{
		TopicArn: arn, AttributeName: aws.String("Policy"), AttributeValue: aws.String(`{"Version":"2012-10-17","Statement":[` + statements + `]}`),
	})
	return *arn
}

// queue makes a queue and returns its ARN.
func (b *builder) queue(name string) string {
	do(b, sqs.NewFromConfig(b.cfg).CreateQueue, &sqs.CreateQueueInput{
		QueueName: &name, Tags: b.tags, Attributes: map[string]string{"VisibilityTimeout": "60", "SqsManagedSseEnabled": "true"},
	})
	return b.arn("sqs", name)
}

// alarm makes an alarm on a metric that tells a topic.
func (b *builder) alarm(name, namespace, metric, topic string) {
	do(b, b.cloudwatch().PutMetricAlarm, &cloudwatch.PutMetricAlarmInput{
		AlarmName: &name, Namespace: &namespace, MetricName: &metric, Statistic: cwtypes.StatisticSum, Period: aws.Int32(300),
		EvaluationPeriods: aws.Int32(1), Threshold: aws.Float64(1), ComparisonOperator: cwtypes.ComparisonOperatorGreaterThanOrEqualToThreshold,
		TreatMissingData: aws.String("notBreaching"), AlarmActions: []string{topic},
		Tags: named(b, "", func(k, v *string) cwtypes.Tag { return cwtypes.Tag{Key: k, Value: v} }),
	})
}

// logGroup makes a group that keeps events for some days.
func (b *builder) logGroup(name string, days int32) {
	c := cloudwatchlogs.NewFromConfig(b.cfg)
	do(b, c.CreateLogGroup, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name, Tags: b.tags})
	do(b, c.PutRetentionPolicy, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: &name, RetentionInDays: &days})
}

// rule makes a rule on the default bus that sends what fits a pattern to a target.
func (b *builder) rule(name, pattern, target string) {
	c := eventbridge.NewFromConfig(b.cfg)
	do(b, c.PutRule, &eventbridge.PutRuleInput{
		Name: &name, EventPattern: &pattern, State: eventstypes.RuleStateEnabled,
		Tags: named(b, "", func(k, v *string) eventstypes.Tag { return eventstypes.Tag{Key: k, Value: v} }),
	})
	do(b, c.PutTargets, &eventbridge.PutTargetsInput{Rule: &name, Targets: []eventstypes.Target{{Id: aws.String("1"), Arn: &target}}})
}

// function makes a function with its log group and returns its ARN. in, where it isn't nil, is the network that it is in.
func (b *builder) function(name, role string, variables map[string]string, in *lambdatypes.VpcConfig) string {
	var code bytes.Buffer
	archive := zip.NewWriter(&code)
	file, err := archive.Create("main.py")
	if err == nil {
		_, err = file.Write([]byte("def handler(event, context):\n    return event\n"))
	}
	if err == nil {
		err = archive.Close()
	}
	if err != nil {
		panic(failure{err})
	}
	b.logGroup("/aws/lambda/"+name, 30)
	return *do(b, lambda.NewFromConfig(b.cfg).CreateFunction, &lambda.CreateFunctionInput{
		FunctionName: &name, Role: &role, Runtime: lambdatypes.RuntimePython313, Handler: aws.String("main.handler"), Timeout: aws.Int32(30),
		Code: &lambdatypes.FunctionCode{ZipFile: code.Bytes()}, Environment: &lambdatypes.Environment{Variables: variables},
		VpcConfig: in, Tags: b.tags,
	}).FunctionArn
}

// invokes lets an AWS service invoke a function.
func (b *builder) invokes(service, function, source string) {
	do(b, lambda.NewFromConfig(b.cfg).AddPermission, &lambda.AddPermissionInput{
		FunctionName: &function, StatementId: &service, Action: aws.String("lambda:InvokeFunction"),
		Principal: aws.String(service + ".amazonaws.com"), SourceArn: &source,
	})
}

// stack makes a stack of a queue and a parameter that names it.
func (b *builder) stack(name, queue, parameter, role string) {
	template := `{
  "Description": "` + name + `",
  "Parameters": {"Retention": {"Type": "String", "Default": "345600"}},
  "Resources": {
    "Failures": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "` + queue + `", "MessageRetentionPeriod": {"Ref": "Retention"}}},
    "FailuresName": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "` + parameter + `", "Type": "String", "Value": "` + queue + `"}}
  },
  "Outputs": {"Failures": {"Value": {"Fn::GetAtt": ["Failures", "Arn"]}}}
}`
	do(b, cloudformation.NewFromConfig(b.cfg).CreateStack, &cloudformation.CreateStackInput{
		StackName: &name, TemplateBody: &template, RoleARN: &role,
		Parameters: []cfntypes.Parameter{{ParameterKey: aws.String("Retention"), ParameterValue: aws.String("1209600")}},
		Tags:       named(b, "", func(k, v *string) cfntypes.Tag { return cfntypes.Tag{Key: k, Value: v} }),
	})
}
