package testbed

// Default is a member that AWS may or may not send while it has its default value.
type Default struct {
	Service, Operation string
	Path               string // of the objects that have it, as on the wire below XResult, * for each element: "Functions/*"
	Member             string
	Value              any // string, bool, int, or map[string]any of these
}

// CommonDefaults are members that AWS began to send, at their default, for things that are older.
func CommonDefaults() []Default {
	var all []Default
	for operation, path := range map[string]string{"ListFunctions": "Functions/*", "GetFunction": "Configuration", "GetFunctionConfiguration": ""} {
		all = append(all,
			Default{"lambda", operation, path, "PackageType", "Zip"},
			Default{"lambda", operation, path, "TracingConfig", map[string]any{"Mode": "PassThrough"}},
			Default{"lambda", operation, path, "EphemeralStorage", map[string]any{"Size": 512}},
			Default{"lambda", operation, path, "SnapStart", map[string]any{"ApplyOn": "None", "OptimizationStatus": "Off"}},
		)
	}
	return append(all,
		Default{"dynamodb", "DescribeTable", "Table", "DeletionProtectionEnabled", false},
		Default{"ec2", "DescribeVpcs", "vpcSet/*", "instanceTenancy", "default"},
	)
}

// appearing are members that come with use: nobody set them.
var appearing = []Default{
	{"iam", "GetRole", "Role", "RoleLastUsed", lastUsed()},
	{"iam", "GetAccountAuthorizationDetails", "RoleDetailList/*", "RoleLastUsed", lastUsed()},
	{"iam", "GetUser", "User", "PasswordLastUsed", "2026-01-01T00:00:00Z"},
	{"iam", "ListUsers", "Users/*", "PasswordLastUsed", "2026-01-01T00:00:00Z"},
	{"secretsmanager", "ListSecrets", "SecretList/*", "LastAccessedDate", 1767225600},
	{"secretsmanager", "DescribeSecret", "", "LastAccessedDate", 1767225600},
}

func lastUsed() map[string]any {
	return map[string]any{"LastUsedDate": "2026-01-01T00:00:00Z", "Region": "eu-west-1"}
}

// advancing has members that change by themselves, by service, where needed with the member around them.
var advancing = setOf(
	"athena:CreationTime",
	"cloudtrail:LatestCloudWatchLogsDeliveryTime", "cloudtrail:LatestDeliveryTime", "cloudtrail:LatestDigestDeliveryTime",
	"cloudtrail:LatestDeliveryAttemptTime", "cloudtrail:TimeLoggingStarted",
	"cloudwatch:StateUpdatedTimestamp",
	"dynamodb:ItemCount", "dynamodb:TableSizeBytes", "dynamodb:IndexSizeBytes", "dynamodb:LatestRestorableDateTime",
	"ec2:availableIpAddressCount", "ec2:usageOperationUpdateTime",
	"ecs:runningCount", "ecs:pendingCount", "ecs:runningTasksCount", "ecs:pendingTasksCount",
	"elasticfilesystem:SizeInBytes/Value", "elasticfilesystem:SizeInBytes/ValueInStandard", "elasticfilesystem:SizeInBytes/Timestamp",
	"iam:RoleLastUsed/LastUsedDate", "iam:PasswordLastUsed", "iam:AttachmentCount",
	"lambda:LastModified",
	"logs:storedBytes", "logs:lastEventTimestamp", "logs:lastIngestionTime",
	"rds:LatestRestorableTime",
	"redshift:ClusterRevisionNumber",
	"route53:ResourceRecordSetCount",
	"secretsmanager:LastAccessedDate",
	"ses:SentLast24Hours",
	"sns:SubscriptionsConfirmed", "sns:SubscriptionsPending", "sns:SubscriptionsDeleted",
	"sqs:ApproximateNumberOfMessages", "sqs:ApproximateNumberOfMessagesNotVisible", "sqs:ApproximateNumberOfMessagesDelayed",
)

// keepOrder has the names of lists whose order means something, or which AWS keeps as they were given.
var keepOrder = setOf(
	"Layers",                                         // Lambda: later layers win
	"Command", "command", "EntryPoint", "entryPoint", // arguments of programs
	"KeySchema",                        // DynamoDB: hash key first
	"placementStrategy",                // ECS: applied in turn
	"TerminationPolicies", "Overrides", // Auto Scaling: tried in turn
	"stages", "actions", // CodePipeline
	"CacheBehaviors", "CacheBehavior", // CloudFront: the first that matches
	"CORSRule", "RoutingRules", // S3: the first that matches
	"valueSet",                 // EC2 DHCP options: name servers
	"Columns", "PartitionKeys", // Glue
	"events", "Events", "StackEvents", // histories
)

// mapMembers has the names of members that are maps, or may be: an unknown member would be one more entry.
var mapMembers = setOf(
	"Tags", "tags", "Attributes", "attributes", "Variables", "variables", "Environment", "environmentVariables",
	"Labels", "labels", "dockerLabels", "Parameters", "parameters", "RequestParameters", "requestParameters",
	"responseParameters", "options", "Options", "driverOpts", "EncryptionContextEquals", "EncryptionContextSubset",
	"VersionIdsToStages", "SecretVersionsToStages", "Dimensions", "dimensions", "Metadata", "metadata", "Arguments",
	"DefaultArguments", "ConnectionProperties", "AdvancedOptions", "LogPublishingOptions", "MessageAttributes",
	"AdditionalVersionWeights", "InputPathsMap", "HeaderParameters", "QueryStringParameters", "stageVariables",
	"methodSettings", "resourceMethods", "Item", "Key", "LastEvaluatedKey", "Services", "SummaryMap", "Endpoints",
	"logRecord", "throttle", "limits", "AccountQuota", "Properties", "Errors", "Items", "Responses", "UserPoolTags", "IdentityPoolTags",
)

func setOf(names ...string) map[string]bool {
	m := map[string]bool{}
	for _, n := range names {
		m[n] = true
	}
	return m
}
