package testbed

// simulatedLists are the list calls whose items come one from a resource.
func simulatedLists() map[string]simulatedList {
	return map[string]simulatedList{
		"ec2:DescribeInstances":      ec2List("ec2:instance", "DescribeInstancesResponse", "reservationSet", simulatedInstance),
		"ec2:DescribeVolumes":        ec2List("ec2:volume", "DescribeVolumesResponse", "volumeSet", simulatedVolume),
		"ec2:DescribeSecurityGroups": ec2List("ec2:security-group", "DescribeSecurityGroupsResponse", "securityGroupInfo", simulatedGroup),
		"iam:ListRoles": {
			kind: "iam:role", size: "MaxItems", most: 1000, token: "Marker",
			open: `<ListRolesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListRolesResult><Roles>`,
			item: `<member><Path>/</Path><RoleName>{id}</RoleName><RoleId>AROA{hex16}</RoleId><Arn>{arn}</Arn><CreateDate>{date}</CreateDate>` +
				`<AssumeRolePolicyDocument>` + simulatedTrust + `</AssumeRolePolicyDocument><Description>Role of the orders service</Description>` +
				`<MaxSessionDuration>3600</MaxSessionDuration></member>`,
			more: `</Roles><IsTruncated>true</IsTruncated><Marker>%s</Marker></ListRolesResult></ListRolesResponse>`,
			last: `</Roles><IsTruncated>false</IsTruncated></ListRolesResult></ListRolesResponse>`,
		},
		"lambda:ListFunctions": {
			kind: "lambda:function", size: "MaxItems", most: 50, token: "Marker",
			open: `{"Functions":[`, item: simulatedFunction, comma: ",", more: `],"NextMarker":"%s"}`, last: `]}`,
		},
		"logs:DescribeLogGroups": {
			kind: "logs:log-group", size: "limit", most: 50, token: "nextToken",
			open: `{"logGroups":[`,
			item: `{"arn":"{arn}:*","logGroupArn":"{arn}","logGroupName":"{id}","creationTime":{unix}000,"metricFilterCount":0,` +
				`"retentionInDays":30,"storedBytes":1048576,"logGroupClass":"STANDARD"}`,
			comma: ",", more: `],"nextToken":"%s"}`, last: `]}`,
		},
		"secretsmanager:ListSecrets": {
			kind: "secretsmanager:secret", size: "MaxResults", most: 100, token: "NextToken",
			open: `{"SecretList":[`,
			item: `{"ARN":"{arn}","Name":"{id}","Description":"Credentials of the orders database","CreatedDate":{unix},"LastAccessedDate":{unix},` +
				`"LastChangedDate":{unix},"KmsKeyId":"alias/aws/secretsmanager","SecretVersionsToStages":{"{hex8}-0000-4000-8000-000000000000":["AWSCURRENT"]},"Tags":{tags.list}}`,
			comma: ",", more: `],"NextToken":"%s"}`, last: `]}`,
		},
		"sqs:ListQueues": {
			kind: "sqs:queue", size: "MaxResults", most: 1000, token: "NextToken",
			open: `{"QueueUrls":[`, item: `"https://sqs.{region}.amazonaws.com/{account}/{id}"`, comma: ",", more: `],"NextToken":"%s"}`, last: `]}`,
		},
		"sns:ListTopics": {
			kind: "sns:topic", most: 100, token: "NextToken",
			open: `<ListTopicsResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListTopicsResult><Topics>`,
			item: `<member><TopicArn>{arn}</TopicArn></member>`,
			more: `</Topics><NextToken>%s</NextToken></ListTopicsResult></ListTopicsResponse>`,
			last: `</Topics></ListTopicsResult></ListTopicsResponse>`,
		},
		"dynamodb:ListTables": {
			kind: "dynamodb:table", size: "Limit", most: 100, token: "ExclusiveStartTableName", nextIsName: true,
			open: `{"TableNames":[`, item: `"{id}"`, comma: ",", more: `],"LastEvaluatedTableName":"%s"}`, last: `]}`,
		},
		"kms:ListKeys": {
			kind: "kms:key", size: "Limit", most: 1000, token: "Marker",
			open: `{"Keys":[`, item: `{"KeyId":"{id}","KeyArn":"{arn}"}`, comma: ",", more: `],"Truncated":true,"NextMarker":"%s"}`, last: `],"Truncated":false}`,
		},
		"kms:ListAliases": {
			kind: "kms:key", size: "Limit", most: 100, token: "Marker",
			open:  `{"Aliases":[`,
			item:  `{"AliasName":"alias/orders-{n}","AliasArn":"arn:aws:kms:{region}:{account}:alias/orders-{n}","TargetKeyId":"{id}","CreationDate":{unix},"LastUpdatedDate":{unix}}`,
			comma: ",", more: `],"Truncated":true,"NextMarker":"%s"}`, last: `],"Truncated":false}`,
		},
		"events:ListRules": {
			kind: "events:rule", size: "Limit", most: 100, token: "NextToken",
			open: `{"Rules":[`,
			item: `{"Name":"{id}","Arn":"{arn}","EventBusName":"default","State":"ENABLED","Description":"Starts the orders function",` +
				`"ScheduleExpression":"rate(5 minutes)"}`,
			comma: ",", more: `],"NextToken":"%s"}`, last: `]}`,
		},
		"ssm:DescribeParameters": {
			kind: "ssm:parameter", size: "MaxResults", most: 50, token: "NextToken",
			open: `{"Parameters":[`,
			item: `{"Name":"{id}","ARN":"{arn}","Type":"String","LastModifiedDate":{unix},"LastModifiedUser":"arn:aws:iam::{account}:user/deploy",` +
				`"Description":"Endpoint of the orders service","Version":3,"Tier":"Standard","Policies":[],"DataType":"text"}`,
			comma: ",", more: `],"NextToken":"%s"}`, last: `]}`,
		},
	}
}

func ec2List(kind, response, set, item string) simulatedList {
	return simulatedList{
		kind: kind, size: "MaxResults", most: 1000, token: "NextToken", item: item,
		open: `<` + response + ` xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>` + requestID + `</requestId><` + set + `>`,
		more: `</` + set + `><nextToken>%s</nextToken></` + response + `>`,
		last: `</` + set + `></` + response + `>`,
	}
}

// simulatedTrust is a trust policy in the percent encoding in which IAM returns policies.
const simulatedTrust = `%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22lambda.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D`

const simulatedInstance = `<item><reservationId>r-{hex8}0{hexn}</reservationId><ownerId>{account}</ownerId><groupSet/><instancesSet><item>` +
	`<instanceId>{id}</instanceId><imageId>ami-{hex8}0{hexnear}</imageId><instanceState><code>16</code><name>running</name></instanceState>` +
	`<privateDnsName>ip-10-0-{octet2}-{octet}.{region}.compute.internal</privateDnsName><dnsName/><reason/><keyName>orders</keyName>` +
	`<amiLaunchIndex>0</amiLaunchIndex><productCodes/><instanceType>m7g.large</instanceType><launchTime>{date}</launchTime>` +
	`<placement><availabilityZone>{region}a</availabilityZone><groupName/><tenancy>default</tenancy></placement><monitoring><state>disabled</state></monitoring>` +
	`<subnetId>subnet-{hex8}0{hexnear}</subnetId><vpcId>vpc-0000000000{hexnear}</vpcId><privateIpAddress>10.0.{octet2}.{octet}</privateIpAddress>` +
	`<sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-{hex8}0{hexnear}</groupId><groupName>orders</groupName></item></groupSet>` +
	`<architecture>arm64</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName><blockDeviceMapping><item>` +
	`<deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-{hex8}0{hexn}</volumeId><status>attached</status><attachTime>{date}</attachTime>` +
	`<deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping><virtualizationType>hvm</virtualizationType><clientToken>{hex16}</clientToken>` +
	`{tags.ec2}<hypervisor>xen</hypervisor><networkInterfaceSet><item><networkInterfaceId>eni-{hex8}0{hexn}</networkInterfaceId>` +
	`<subnetId>subnet-{hex8}0{hexnear}</subnetId><vpcId>vpc-0000000000{hexnear}</vpcId><description/><ownerId>{account}</ownerId><status>in-use</status>` +
	`<macAddress>0e:11:22:33:44:55</macAddress><privateIpAddress>10.0.{octet2}.{octet}</privateIpAddress><sourceDestCheck>true</sourceDestCheck>` +
	`<groupSet><item><groupId>sg-{hex8}0{hexnear}</groupId><groupName>orders</groupName></item></groupSet><attachment><attachmentId>eni-attach-{hex8}0{hexn}</attachmentId>` +
	`<deviceIndex>0</deviceIndex><status>attached</status><attachTime>{date}</attachTime><deleteOnTermination>true</deleteOnTermination><networkCardIndex>0</networkCardIndex></attachment>` +
	`<privateIpAddressesSet><item><privateIpAddress>10.0.{octet2}.{octet}</privateIpAddress><primary>true</primary></item></privateIpAddressesSet><ipv6AddressesSet/>` +
	`<interfaceType>interface</interfaceType></item></networkInterfaceSet><iamInstanceProfile><arn>arn:aws:iam::{account}:instance-profile/orders</arn><id>AIPA{hex16}</id></iamInstanceProfile>` +
	`<ebsOptimized>true</ebsOptimized><enaSupport>true</enaSupport><cpuOptions><coreCount>2</coreCount><threadsPerCore>1</threadsPerCore></cpuOptions>` +
	`<capacityReservationSpecification><capacityReservationPreference>open</capacityReservationPreference></capacityReservationSpecification>` +
	`<hibernationOptions><configured>false</configured></hibernationOptions><enclaveOptions><enabled>false</enabled></enclaveOptions>` +
	`<metadataOptions><state>applied</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>2</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint></metadataOptions>` +
	`<platformDetails>Linux/UNIX</platformDetails><usageOperation>RunInstances</usageOperation><usageOperationUpdateTime>{date}</usageOperationUpdateTime>` +
	`<maintenanceOptions><autoRecovery>default</autoRecovery></maintenanceOptions></item></instancesSet></item>`

const simulatedVolume = `<item><volumeId>{id}</volumeId><size>100</size><snapshotId>snap-{hex8}0{hexnear}</snapshotId><availabilityZone>{region}a</availabilityZone>` +
	`<status>in-use</status><createTime>{date}</createTime><attachmentSet><item><volumeId>{id}</volumeId><instanceId>i-{hex8}0{hexn}</instanceId>` +
	`<device>/dev/xvda</device><status>attached</status><attachTime>{date}</attachTime><deleteOnTermination>false</deleteOnTermination></item></attachmentSet>` +
	`{tags.ec2}<volumeType>gp3</volumeType><iops>3000</iops><encrypted>true</encrypted><kmsKeyId>arn:aws:kms:{region}:{account}:key/{hex8}-0000-4000-8000-0000{hexnear}</kmsKeyId>` +
	`<multiAttachEnabled>false</multiAttachEnabled><throughput>125</throughput></item>`

const simulatedGroup = `<item><ownerId>{account}</ownerId><groupId>{id}</groupId><groupName>orders-{n}</groupName><groupDescription>Traffic of the orders service</groupDescription>` +
	`<vpcId>vpc-0000000000{hexnear}</vpcId><ipPermissions>` +
	`<item><ipProtocol>tcp</ipProtocol><fromPort>443</fromPort><toPort>443</toPort><groups/><ipRanges><item><cidrIp>10.0.0.0/8</cidrIp><description>inside</description></item>` +
	`<item><cidrIp>192.168.{octet}.0/24</cidrIp></item></ipRanges><ipv6Ranges/><prefixListIds/></item>` +
	`<item><ipProtocol>tcp</ipProtocol><fromPort>5432</fromPort><toPort>5432</toPort><groups><item><userId>{account}</userId><groupId>sg-{hex8}0{hexnear}</groupId></item></groups>` +
	`<ipRanges/><ipv6Ranges/><prefixListIds/></item></ipPermissions>` +
	`<ipPermissionsEgress><item><ipProtocol>-1</ipProtocol><groups/><ipRanges><item><cidrIp>0.0.0.0/0</cidrIp></item></ipRanges><ipv6Ranges/><prefixListIds/></item></ipPermissionsEgress>` +
	`{tags.ec2}</item>`

const simulatedFunction = `{"FunctionName":"{id}","FunctionArn":"{arn}","Runtime":"nodejs20.x","Role":"arn:aws:iam::{account}:role/orders-role-{near}",` +
	`"Handler":"index.handler","CodeSize":1048576,"Description":"Takes orders","Timeout":30,"MemorySize":512,"LastModified":"2024-01-01T00:00:00.000+0000",` +
	`"CodeSha256":"{hex16}{hex16}AAAAAAAAAAA=","Version":"$LATEST","VpcConfig":{"SubnetIds":["subnet-{hex8}0{hexnear}"],"SecurityGroupIds":["sg-{hex8}0{hexnear}"],` +
	`"VpcId":"vpc-0000000000{hexnear}","Ipv6AllowedForDualStack":false},"Environment":{"Variables":{"TABLE":"orders-table-{near}","LOG_LEVEL":"info","STAGE":"production"}},` +
	`"TracingConfig":{"Mode":"Active"},"RevisionId":"{hex8}-0000-4000-8000-000000000000","PackageType":"Zip","Architectures":["arm64"],"EphemeralStorage":{"Size":512},` +
	`"SnapStart":{"ApplyOn":"None","OptimizationStatus":"Off"},"LoggingConfig":{"LogFormat":"Text","LogGroup":"/aws/lambda/{id}"}}`
