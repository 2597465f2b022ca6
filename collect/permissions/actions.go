package permissions

import (
	"fmt"
	"strings"
)

// prefixes are the services' names in IAM, by the SDK's service id.
//
// Checked against the Service Authorization Reference: but for the exceptions below, each operation of these services
// that a kind could need is an action of its own name.
var prefixes = map[string]string{
	"AccessAnalyzer": "access-analyzer", "Account": "account", "ACM": "acm", "API Gateway": "apigateway", "ApiGatewayV2": "apigateway",
	"Athena": "athena", "Auto Scaling": "autoscaling", "Backup": "backup", "Batch": "batch", "Budgets": "budgets",
	"CloudFormation": "cloudformation", "CloudFront": "cloudfront", "CloudTrail": "cloudtrail", "CloudWatch": "cloudwatch",
	"CloudWatch Logs": "logs", "CodeBuild": "codebuild", "CodePipeline": "codepipeline", "Cognito Identity": "cognito-identity",
	"Cognito Identity Provider": "cognito-idp", "Cost Explorer": "ce", "DynamoDB": "dynamodb", "EC2": "ec2", "ECR": "ecr",
	"ECS": "ecs", "EFS": "elasticfilesystem", "EKS": "eks", "ElastiCache": "elasticache",
	"Elastic Load Balancing": "elasticloadbalancing", "Elastic Load Balancing v2": "elasticloadbalancing",
	"EMR": "elasticmapreduce", "EventBridge": "events", "Firehose": "firehose", "Glue": "glue", "GuardDuty": "guardduty",
	"IAM": "iam", "Kafka": "kafka", "Kinesis": "kinesis", "KMS": "kms", "Lambda": "lambda", "OpenSearch": "es",
	"Organizations": "organizations", "RDS": "rds", "Redshift": "redshift", "Resource Explorer 2": "resource-explorer-2",
	"Resource Groups Tagging API": "tag", "Route 53": "route53", "S3": "s3", "S3 Control": "s3", "Scheduler": "scheduler",
	"Secrets Manager": "secretsmanager", "SecurityHub": "securityhub", "SESv2": "ses", "SFN": "states", "SNS": "sns",
	"SQS": "sqs", "SSM": "ssm", "STS": "sts", "WAFV2": "wafv2",
}

// exceptions are the operations that need other actions than one of their own name, or further ones.
//
// S3: "Required permissions for Amazon S3 API operations". Budgets: its list of actions has two for all of these.
// Lambda: GetFunction leaves the tags out where lambda:ListTags is denied. EFS: DeleteMountTarget, API reference. WAF: "How
// AWS WAF works with IAM", permissions for ListResourcesForWebACL, and the managed policy AWSWAFReadOnlyAccess.
var exceptions = map[string][]string{
	"Budgets: DeleteBudget":                       {"budgets:ModifyBudget"},
	"Budgets: DeleteNotification":                 {"budgets:ModifyBudget"},
	"Budgets: DeleteSubscriber":                   {"budgets:ModifyBudget"},
	"Budgets: DescribeBudget":                     {"budgets:ViewBudget"},
	"Budgets: DescribeBudgets":                    {"budgets:ViewBudget"},
	"Budgets: DescribeNotificationsForBudget":     {"budgets:ViewBudget"},
	"Budgets: DescribeSubscribersForNotification": {"budgets:ViewBudget"},

	"EFS: DeleteMountTarget": {"elasticfilesystem:DeleteMountTarget", "ec2:DeleteNetworkInterface"},

	"Lambda: GetFunction":          {"lambda:GetFunction", "lambda:ListTags"},
	"Lambda: GetLayerVersionByArn": {"lambda:GetLayerVersion"},

	"WAFV2: ListResourcesForWebACL": {"wafv2:ListResourcesForWebACL", "cognito-idp:ListResourcesForWebACL"},

	"S3: DeleteBucketCors":                           {"s3:PutBucketCORS"},
	"S3: DeleteBucketEncryption":                     {"s3:PutEncryptionConfiguration"},
	"S3: DeleteBucketLifecycle":                      {"s3:PutLifecycleConfiguration"},
	"S3: DeleteBucketOwnershipControls":              {"s3:PutBucketOwnershipControls"},
	"S3: DeleteBucketReplication":                    {"s3:PutReplicationConfiguration"},
	"S3: DeleteBucketTagging":                        {"s3:PutBucketTagging"},
	"S3: DeleteObjects":                              {"s3:DeleteObject", "s3:DeleteObjectVersion"},
	"S3: DeletePublicAccessBlock":                    {"s3:PutBucketPublicAccessBlock"},
	"S3: GetBucketAccelerateConfiguration":           {"s3:GetAccelerateConfiguration"},
	"S3: GetBucketAnalyticsConfiguration":            {"s3:GetAnalyticsConfiguration"},
	"S3: GetBucketCors":                              {"s3:GetBucketCORS"},
	"S3: GetBucketEncryption":                        {"s3:GetEncryptionConfiguration"},
	"S3: GetBucketIntelligentTieringConfiguration":   {"s3:GetIntelligentTieringConfiguration"},
	"S3: GetBucketInventoryConfiguration":            {"s3:GetInventoryConfiguration"},
	"S3: GetBucketLifecycleConfiguration":            {"s3:GetLifecycleConfiguration"},
	"S3: GetBucketMetricsConfiguration":              {"s3:GetMetricsConfiguration"},
	"S3: GetBucketNotificationConfiguration":         {"s3:GetBucketNotification"},
	"S3: GetBucketReplication":                       {"s3:GetReplicationConfiguration"},
	"S3: GetObjectLockConfiguration":                 {"s3:GetBucketObjectLockConfiguration"},
	"S3: GetPublicAccessBlock":                       {"s3:GetBucketPublicAccessBlock"},
	"S3: HeadBucket":                                 {"s3:ListBucket"},
	"S3: HeadObject":                                 {"s3:GetObject"},
	"S3: ListBucketAnalyticsConfigurations":          {"s3:GetAnalyticsConfiguration"},
	"S3: ListBucketIntelligentTieringConfigurations": {"s3:GetIntelligentTieringConfiguration"},
	"S3: ListBucketInventoryConfigurations":          {"s3:GetInventoryConfiguration"},
	"S3: ListBucketMetricsConfigurations":            {"s3:GetMetricsConfiguration"},
	"S3: ListBuckets":                                {"s3:ListAllMyBuckets"},
	"S3: ListMultipartUploads":                       {"s3:ListBucketMultipartUploads"},
	"S3: ListObjectVersions":                         {"s3:ListBucketVersions"},
	"S3: ListObjects":                                {"s3:ListBucket"},
	"S3: ListObjectsV2":                              {"s3:ListBucket"},
	"S3: ListParts":                                  {"s3:ListMultipartUploadParts"},
	"S3: PutBucketAccelerateConfiguration":           {"s3:PutAccelerateConfiguration"},
	"S3: PutBucketCors":                              {"s3:PutBucketCORS"},
	"S3: PutBucketEncryption":                        {"s3:PutEncryptionConfiguration"},
	"S3: PutBucketLifecycleConfiguration":            {"s3:PutLifecycleConfiguration"},
	"S3: PutBucketNotificationConfiguration":         {"s3:PutBucketNotification"},
	"S3: PutBucketReplication":                       {"s3:PutReplicationConfiguration"},
	"S3: PutObjectLockConfiguration":                 {"s3:PutBucketObjectLockConfiguration"},
	"S3: PutPublicAccessBlock":                       {"s3:PutBucketPublicAccessBlock"},

	"S3 Control: GetPublicAccessBlock": {"s3:GetAccountPublicAccessBlock"},

	"STS: GetCallerIdentity": nil, // "No permissions are required to perform this operation", API reference
}

// gatewayVerbs are the actions of API Gateway, which are HTTP's methods, by how operations' names begin.
var gatewayVerbs = []struct{ begin, action string }{
	{"Get", "apigateway:GET"}, {"Delete", "apigateway:DELETE"}, {"Update", "apigateway:PATCH"},
}

// Anywhere is the resource of a permission that holds for all resources.
const Anywhere = "*"

// gatewayResource stands for all of API Gateway's resources in a partition: its actions are shared with nothing else,
// and are given on resources of its own form.
func gatewayResource(partition string) string { return "arn:" + partition + ":apigateway:*::/*" }

// Actions are the IAM actions that a call needs, and the resource to give them on. An operation of a service that nobody
// looked up is an error.
func Actions(operation, partition string) (actions []string, resource string, err error) {
	service, name, _ := strings.Cut(operation, ": ")
	prefix, known := prefixes[service]
	if !known {
		return nil, "", fmt.Errorf("permissions: nobody looked up what IAM calls the service %q (for %s): add it to prefixes, and to exceptions what its actions are called otherwise", service, operation)
	}
	if actions, ok := exceptions[operation]; ok {
		return actions, Anywhere, nil
	}
	if prefix != "apigateway" {
		return []string{prefix + ":" + name}, Anywhere, nil
	}
	for _, verb := range gatewayVerbs {
		if strings.HasPrefix(name, verb.begin) {
			return []string{verb.action}, gatewayResource(partition), nil
		}
	}
	return nil, "", fmt.Errorf("permissions: nobody looked up which of HTTP's methods %s is: add it to gatewayVerbs", operation)
}
