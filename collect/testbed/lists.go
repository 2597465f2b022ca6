package testbed

import (
	"path"
	"strings"
)

// listing says where an operation's answer has its lists and tokens. The faults on lists (Pages, LosePage, RepeatToken,
// Linger, and Noise's repeated and hidden rows) work for the operations that have a row here; one more operation is one
// more row.
type listing struct {
	service, operation string
	in, out            string // the token's name in requests and in answers
	more               string // the flag beside the token, "" if there is none
	lists              []rows
}

// rows is one list of an answer. path and item are as on the wire, below XResult in the query protocol; item is the
// XML name of an element. id names the members by which calls that create or delete name an item, separated by spaces,
// "." for items that are strings.
type rows struct{ path, item, id string }

func one(path, item, id string) []rows { return []rows{{path, item, id}} }

// listings is all of them.
var listings = []listing{
	{"ec2", "DescribeImages", "NextToken", "nextToken", "", one("imagesSet", "item", "imageId")},
	{"ec2", "DescribeInstances", "NextToken", "nextToken", "", one("reservationSet", "item", "instancesSet/item/instanceId")},
	{"ec2", "DescribeInternetGateways", "NextToken", "nextToken", "", one("internetGatewaySet", "item", "internetGatewayId")},
	{"ec2", "DescribeLaunchTemplates", "NextToken", "nextToken", "", one("launchTemplates", "item", "launchTemplateId launchTemplateName")},
	{"ec2", "DescribeNatGateways", "NextToken", "nextToken", "", one("natGatewaySet", "item", "natGatewayId")},
	{"ec2", "DescribeNetworkAcls", "NextToken", "nextToken", "", one("networkAclSet", "item", "networkAclId")},
	{"ec2", "DescribeNetworkInterfaces", "NextToken", "nextToken", "", one("networkInterfaceSet", "item", "networkInterfaceId")},
	{"ec2", "DescribeRouteTables", "NextToken", "nextToken", "", one("routeTableSet", "item", "routeTableId")},
	{"ec2", "DescribeSecurityGroupRules", "NextToken", "nextToken", "", one("securityGroupRuleSet", "item", "securityGroupRuleId")},
	{"ec2", "DescribeSecurityGroups", "NextToken", "nextToken", "", one("securityGroupInfo", "item", "groupId groupName")},
	{"ec2", "DescribeSnapshots", "NextToken", "nextToken", "", one("snapshotSet", "item", "snapshotId")},
	{"ec2", "DescribeSubnets", "NextToken", "nextToken", "", one("subnetSet", "item", "subnetId")},
	{"ec2", "DescribeVolumes", "NextToken", "nextToken", "", one("volumeSet", "item", "volumeId")},
	{"ec2", "DescribeVpcEndpoints", "NextToken", "nextToken", "", one("vpcEndpointSet", "item", "vpcEndpointId")},
	{"ec2", "DescribeVpcs", "NextToken", "nextToken", "", one("vpcSet", "item", "vpcId")},
	{"iam", "GetAccountAuthorizationDetails", "Marker", "Marker", "IsTruncated", []rows{
		{"UserDetailList", "member", "UserName"}, {"GroupDetailList", "member", "GroupName"},
		{"RoleDetailList", "member", "RoleName"}, {"Policies", "member", "Arn"},
	}},
	{"iam", "ListGroups", "Marker", "Marker", "IsTruncated", one("Groups", "member", "GroupName")},
	{"iam", "ListInstanceProfiles", "Marker", "Marker", "IsTruncated", one("InstanceProfiles", "member", "InstanceProfileName")},
	{"iam", "ListPolicies", "Marker", "Marker", "IsTruncated", one("Policies", "member", "Arn")},
	{"iam", "ListRoles", "Marker", "Marker", "IsTruncated", one("Roles", "member", "RoleName")},
	{"iam", "ListUsers", "Marker", "Marker", "IsTruncated", one("Users", "member", "UserName")},
	{"sqs", "ListQueues", "NextToken", "NextToken", "", one("QueueUrls", "", ".")},
	{"s3", "ListBuckets", "continuation-token", "ContinuationToken", "", one("Buckets", "Bucket", "Name")},
	{"lambda", "ListFunctions", "Marker", "NextMarker", "", one("Functions", "", "FunctionName FunctionArn")},
	{"logs", "DescribeLogGroups", "nextToken", "nextToken", "", one("logGroups", "", "logGroupName")},
	{"cloudwatch", "DescribeAlarms", "NextToken", "NextToken", "", []rows{
		{"MetricAlarms", "member", "AlarmName"}, {"CompositeAlarms", "member", "AlarmName"},
	}},
	{"ssm", "DescribeParameters", "NextToken", "NextToken", "", one("Parameters", "", "Name")},
	{"dynamodb", "ListTables", "ExclusiveStartTableName", "LastEvaluatedTableName", "", one("TableNames", "", ".")},
	{"kms", "ListKeys", "Marker", "NextMarker", "Truncated", one("Keys", "", "KeyId KeyArn")},
	{"kms", "ListAliases", "Marker", "NextMarker", "Truncated", one("Aliases", "", "AliasName")},
	{"ecs", "ListClusters", "nextToken", "nextToken", "", one("clusterArns", "", ".")},
	{"ecs", "ListServices", "nextToken", "nextToken", "", one("serviceArns", "", ".")},
	{"ecs", "ListTaskDefinitions", "nextToken", "nextToken", "", one("taskDefinitionArns", "", ".")},
	{"secretsmanager", "ListSecrets", "NextToken", "NextToken", "", one("SecretList", "", "ARN Name")},
	{"sns", "ListTopics", "NextToken", "NextToken", "", one("Topics", "member", "TopicArn")},
	{"events", "ListRules", "NextToken", "NextToken", "", one("Rules", "", "Name")},
	{"cloudformation", "ListStacks", "NextToken", "NextToken", "", one("StackSummaries", "member", "StackId StackName")},
	{"cloudformation", "DescribeStacks", "NextToken", "NextToken", "", one("Stacks", "member", "StackId StackName")},
	{"elasticloadbalancing", "DescribeLoadBalancers", "Marker", "NextMarker", "", one("LoadBalancers", "member", "LoadBalancerArn")},
	{"elasticloadbalancing", "DescribeTargetGroups", "Marker", "NextMarker", "", one("TargetGroups", "member", "TargetGroupArn")},
	{"autoscaling", "DescribeAutoScalingGroups", "NextToken", "NextToken", "", one("AutoScalingGroups", "member", "AutoScalingGroupName")},
	{"rds", "DescribeDBInstances", "Marker", "Marker", "", one("DBInstances", "DBInstance", "DBInstanceIdentifier DBInstanceArn")},
	{"rds", "DescribeDBClusters", "Marker", "Marker", "", one("DBClusters", "DBCluster", "DBClusterIdentifier DBClusterArn")},
	{"route53", "ListHostedZones", "marker", "NextMarker", "IsTruncated", one("HostedZones", "HostedZone", "Id")},
	{"eks", "ListClusters", "nextToken", "nextToken", "", one("clusters", "", ".")},
	{"elasticfilesystem", "DescribeFileSystems", "Marker", "NextMarker", "", one("FileSystems", "", "FileSystemId FileSystemArn")},
	{"tag", "GetResources", "PaginationToken", "PaginationToken", "", one("ResourceTagMappingList", "", "ResourceARN")},
	{"organizations", "ListAccounts", "NextToken", "NextToken", "", one("Accounts", "", "Id Arn")},
}

// listingOf returns the operation's row, nil if it has none.
func listingOf(c *Call) *listing {
	for i := range listings {
		if l := &listings[i]; l.service == c.Service && l.operation == c.Operation {
			return l
		}
	}
	return nil
}

// mustList panics if no row fits: a fault that can't ever do anything is a mistake in the test.
func mustList(service, operation string) {
	for _, l := range listings {
		s, _ := path.Match(canonicalService(service), l.service)
		if o, _ := path.Match(operation, l.operation); s && o {
			return
		}
	}
	panic("testbed: " + service + ":" + operation + " has no row in listings")
}

// token returns the answer's, "" at the end.
func (l *listing) token(doc *node) string { return doc.result().at(l.out).text() }

// setToken makes the answer one of several pages, or with "" the last.
func (l *listing) setToken(doc *node, token string) {
	result := doc.result()
	result.put(l.out, token)
	if l.more != "" {
		result.putBool(l.more, token != "")
	}
}

// items returns the elements of one of the answer's lists.
func (r rows) items(doc *node) []*node {
	if n := doc.result().at(r.path); n != nil {
		return n.kids
	}
	return nil
}

// setItems replaces the elements.
func (r rows) setItems(doc *node, items []*node) {
	result := doc.result()
	n := result.at(r.path)
	if n == nil {
		if len(items) == 0 {
			return
		}
		n = &node{name: r.path, proto: result.proto}
		result.kids = append(result.kids, n)
	}
	n.kind, n.kids, n.value = list, items, nil
	if len(items) == 0 && n.isXML() {
		n.kind, n.value = leaf, ""
	}
}

// ids returns the names by which calls may name an item.
func (r rows) ids(item *node) []string {
	if r.id == "." {
		return []string{item.text()}
	}
	var ids []string
	for name := range strings.FieldsSeq(r.id) {
		if s := item.at(name).text(); s != "" {
			ids = append(ids, s)
		}
	}
	return ids
}

// named says whether one of the values, as they stand in a request or answer, is an item's id: itself, or the last part
// of an ARN, path or URL.
func (r rows) named(item *node, values map[string]bool) bool {
	for _, id := range r.ids(item) {
		if values[id] || values[lastPart(id)] {
			return true
		}
		for v := range values {
			if strings.HasPrefix(v, "arn:") && lastPart(v) == id {
				return true
			}
		}
	}
	return false
}

func lastPart(s string) string { return s[strings.LastIndexAny(s, ":/")+1:] }
