package testbed

// simulatedDescriptions are the calls that tell of one resource what its list does not.
func simulatedDescriptions() map[string]simulatedDescription {
	return map[string]simulatedDescription{
		"ec2:DescribeInstanceAttribute": {kind: "ec2:instance", named: "InstanceId", body: `<DescribeInstanceAttributeResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">` +
			`<requestId>` + requestID + `</requestId><instanceId>{id}</instanceId><userData><value>IyEvYmluL2Jhc2gKc3lzdGVtY3RsIHN0YXJ0IG9yZGVycwo=</value></userData></DescribeInstanceAttributeResponse>`},
		"iam:ListPolicyTags": {kind: "iam:policy", named: "PolicyArn", body: `<ListPolicyTagsResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">` +
			`<ListPolicyTagsResult>{tags.query}<IsTruncated>false</IsTruncated></ListPolicyTagsResult></ListPolicyTagsResponse>`},

		"lambda:GetFunction": {kind: "lambda:function", body: `{"Configuration":` + simulatedFunction + `,"Code":{"RepositoryType":"S3","Location":"https://awslambda-tasks.s3.{region}.amazonaws.com/{hex16}"},"Tags":{tags.map}}`},
		"lambda:GetPolicy": {kind: "lambda:function", absent: "ResourceNotFoundException", body: `{"Policy":"{\"Version\":\"2012-10-17\",\"Id\":\"default\",\"Statement\":[{\"Sid\":\"events\",\"Effect\":\"Allow\",` +
			`\"Principal\":{\"Service\":\"events.amazonaws.com\"},\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"{arn}\"}]}","RevisionId":"{hex8}-0000-4000-8000-000000000000"}`},

		"logs:ListTagsForResource": {kind: "logs:log-group", named: "resourceArn", body: `{"tags":{tags.map}}`},

		"ssm:ListTagsForResource": {kind: "ssm:parameter", named: "ResourceId", body: `{"TagList":{tags.list}}`},

		"secretsmanager:GetResourcePolicy": {kind: "secretsmanager:secret", named: "SecretId", body: `{"ARN":"{arn}","Name":"{id}"}`},

		"sqs:GetQueueAttributes": {kind: "sqs:queue", named: "QueueUrl", body: `{"Attributes":{"QueueArn":"{arn}","CreatedTimestamp":"{unix}","LastModifiedTimestamp":"{unix}","VisibilityTimeout":"30",` +
			`"MaximumMessageSize":"262144","MessageRetentionPeriod":"345600","DelaySeconds":"0","ReceiveMessageWaitTimeSeconds":"20","ApproximateNumberOfMessages":"0",` +
			`"ApproximateNumberOfMessagesNotVisible":"0","ApproximateNumberOfMessagesDelayed":"0","SqsManagedSseEnabled":"true",` +
			`"RedrivePolicy":"{\"deadLetterTargetArn\":\"arn:aws:sqs:{region}:{account}:orders-queue-{near}\",\"maxReceiveCount\":5}"}}`},
		"sqs:ListQueueTags": {kind: "sqs:queue", named: "QueueUrl", body: `{"Tags":{tags.map}}`},

		"sns:GetTopicAttributes": {kind: "sns:topic", named: "TopicArn", body: `<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><GetTopicAttributesResult><Attributes>` +
			`<entry><key>TopicArn</key><value>{arn}</value></entry><entry><key>Owner</key><value>{account}</value></entry><entry><key>DisplayName</key><value>Orders</value></entry>` +
			`<entry><key>SubscriptionsConfirmed</key><value>1</value></entry><entry><key>SubscriptionsPending</key><value>0</value></entry><entry><key>KmsMasterKeyId</key><value>alias/orders</value></entry>` +
			`<entry><key>Policy</key><value>{"Version":"2012-10-17","Statement":[{"Sid":"default","Effect":"Allow","Principal":{"AWS":"*"},"Action":"SNS:Publish","Resource":"{arn}"}]}</value></entry>` +
			`</Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>`},
		"sns:ListTagsForResource": {kind: "sns:topic", named: "ResourceArn", body: `<ListTagsForResourceResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListTagsForResourceResult>{tags.query}</ListTagsForResourceResult></ListTagsForResourceResponse>`},

		"dynamodb:DescribeTable": {kind: "dynamodb:table", named: "TableName", body: `{"Table":{"TableName":"{id}","TableArn":"{arn}","TableId":"{hex8}-0000-4000-8000-0000{hexn}","TableStatus":"ACTIVE",` +
			`"CreationDateTime":{unix}.123,"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"}],` +
			`"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],"ProvisionedThroughput":{"NumberOfDecreasesToday":0,"ReadCapacityUnits":0,"WriteCapacityUnits":0},` +
			`"BillingModeSummary":{"BillingMode":"PAY_PER_REQUEST"},"TableSizeBytes":4096,"ItemCount":12,"DeletionProtectionEnabled":false,` +
			`"SSEDescription":{"Status":"ENABLED","SSEType":"KMS","KMSMasterKeyArn":"arn:aws:kms:{region}:{account}:key/{hex8}-0000-4000-8000-0000{hexnear}"}}}`},
		"dynamodb:DescribeContinuousBackups": {kind: "dynamodb:table", named: "TableName", body: `{"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED","PointInTimeRecoveryDescription":` +
			`{"PointInTimeRecoveryStatus":"ENABLED","EarliestRestorableDateTime":{unix},"LatestRestorableDateTime":{unix},"RecoveryPeriodInDays":35}}}`},
		"dynamodb:DescribeTimeToLive": {kind: "dynamodb:table", named: "TableName", body: `{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"expires"}}`},
		"dynamodb:GetResourcePolicy":  {kind: "dynamodb:table", named: "ResourceArn", absent: "PolicyNotFoundException", body: `{"Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[]}","RevisionId":"1"}`},
		"dynamodb:ListTagsOfResource": {kind: "dynamodb:table", named: "ResourceArn", body: `{"Tags":{tags.list}}`},

		"kms:DescribeKey": {kind: "kms:key", named: "KeyId", body: `{"KeyMetadata":{"AWSAccountId":"{account}","KeyId":"{id}","Arn":"{arn}","CreationDate":{unix}.5,"Enabled":true,"Description":"Key of the orders service",` +
			`"KeyUsage":"ENCRYPT_DECRYPT","KeyState":"Enabled","Origin":"AWS_KMS","KeyManager":"CUSTOMER","CustomerMasterKeySpec":"SYMMETRIC_DEFAULT","KeySpec":"SYMMETRIC_DEFAULT",` +
			`"EncryptionAlgorithms":["SYMMETRIC_DEFAULT"],"MultiRegion":false}}`},
		"kms:GetKeyPolicy": {kind: "kms:key", named: "KeyId", body: `{"Policy":"{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"key-default-1\",\n  \"Statement\" : [ {\n    \"Sid\" : \"Enable IAM User Permissions\",\n    ` +
			`\"Effect\" : \"Allow\",\n    \"Principal\" : {\n      \"AWS\" : \"arn:aws:iam::{account}:root\"\n    },\n    \"Action\" : \"kms:*\",\n    \"Resource\" : \"*\"\n  } ]\n}","PolicyName":"default"}`},
		"kms:GetKeyRotationStatus": {kind: "kms:key", named: "KeyId", body: `{"KeyId":"{id}","KeyRotationEnabled":true,"RotationPeriodInDays":365}`},
		"kms:ListResourceTags":     {kind: "kms:key", named: "KeyId", body: `{"Tags":{tags.kms},"Truncated":false}`},

		"events:ListTargetsByRule":   {kind: "events:rule", named: "Rule", body: `{"Targets":[{"Id":"function","Arn":"arn:aws:lambda:{region}:{account}:function:orders-function-{near}","Input":"{\"orders\":true}"}]}`},
		"events:ListTagsForResource": {kind: "events:rule", named: "ResourceARN", body: `{"Tags":{tags.list}}`},
	}
}
