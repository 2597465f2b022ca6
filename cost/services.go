package cost

import (
	"encoding/json"
	"slices"
	"strings"
)

// service is what one name in Cost Explorer's SERVICE dimension bills for.
type service struct {
	// kinds are those that make up most of its bill: nothing is inferred where one of them was not looked at.
	kinds []string
	// also are further kinds that it bills for. They count where they were looked at.
	also []string
	// interfaces are the types of ec2:network-interface that count, where not all do.
	interfaces []string
	// global says that its resources have no region of their own, whatever region the bill names (CloudFront bills by
	// edge location).
	global bool
	// besides says in words what else it bills for that no kind stands for. It is part of the reason of a line.
	besides string
}

// Priced reports whether AWS's bill has lines for resources of a kind, as far as this package tells them apart. What else
// costs money is billed by what it is part of: a listener by its load balancer.
func Priced(kind string) bool {
	for _, svc := range services {
		if slices.Contains(svc.kinds, kind) || slices.Contains(svc.also, kind) {
			return true
		}
	}
	return false
}

// services are Cost Explorer's names. They are AWS's product names, save that EC2 is split in two. A name that is not
// here has no kinds, so its lines are unmatched.
var services = map[string]service{
	"Amazon Elastic Compute Cloud - Compute": {
		kinds: []string{"ec2:instance"}, besides: "dedicated hosts, unused capacity reservations and reservation fees",
	},
	"EC2 - Other": {
		// A NAT gateway has an interface for as long as it exists. AWS documents natGateway and answers nat_gateway.
		kinds: []string{"ec2:volume", "ec2:network-interface"}, interfaces: []string{"nat_gateway", "natGateway"},
		also: []string{"ec2:natgateway", "ec2:snapshot"}, besides: "data transfer",
	},
	"Amazon Virtual Private Cloud": {
		kinds:   []string{"ec2:elastic-ip", "ec2:network-interface"}, // public addresses, and those of interface endpoints
		also:    []string{"ec2:natgateway", "ec2:vpc-endpoint", "ec2:vpn-connection", "ec2:transit-gateway"},
		besides: "address management and traffic mirroring",
	},
	"Amazon Elastic Load Balancing": {
		kinds: []string{"elasticloadbalancing:loadbalancer"}, also: []string{"elasticloadbalancing:classic-loadbalancer"}, besides: "data transfer",
	},
	"Elastic Load Balancing": {
		kinds: []string{"elasticloadbalancing:loadbalancer"}, also: []string{"elasticloadbalancing:classic-loadbalancer"}, besides: "data transfer",
	},
	"AWS Lambda": {kinds: []string{"lambda:function"}},
	"Amazon Elastic Container Service": {
		kinds: []string{"ecs:service"}, also: []string{"ecs:cluster"}, besides: "tasks that no service started",
	},
	"Amazon Simple Storage Service": {kinds: []string{"s3:bucket"}},
	"Amazon Relational Database Service": {
		kinds: []string{"rds:db"}, also: []string{"rds:cluster", "rds:snapshot", "rds:cluster-snapshot"},
		besides: "backups that outlived their database",
	},
	"Amazon DynamoDB":                    {kinds: []string{"dynamodb:table"}, besides: "backups that outlived their table"},
	"Amazon Simple Queue Service":        {kinds: []string{"sqs:queue"}},
	"Amazon Simple Notification Service": {kinds: []string{"sns:topic"}, besides: "text messages"},
	"AWS Key Management Service":         {kinds: []string{"kms:key"}},
	"AWS Secrets Manager":                {kinds: []string{"secretsmanager:secret"}},
	"AWS Systems Manager":                {kinds: []string{"ssm:parameter"}, besides: "sessions, automation and inventory"},
	"AmazonCloudWatch": {
		kinds: []string{"cloudwatch:alarm", "logs:log-group"}, also: []string{"cloudwatch:dashboard"},
		besides: "custom metrics and requests",
	},
	"CloudWatch Events":  {kinds: []string{"events:rule"}, besides: "events that were put"},
	"Amazon EventBridge": {kinds: []string{"events:rule"}, besides: "events that were put"},
	"AWS CloudTrail":     {kinds: []string{"cloudtrail:trail"}, besides: "event data stores"},
	"AWS CloudFormation": {kinds: []string{"cloudformation:stack"}},
	"Amazon Route 53": {
		kinds: []string{"route53:hostedzone"}, also: []string{"route53:healthcheck"}, global: true, besides: "resolver endpoints",
	},
	"Amazon CloudFront": {kinds: []string{"cloudfront:distribution"}, global: true},

	"Amazon API Gateway":                              {kinds: []string{"apigateway:restapi", "apigateway:api"}},
	"Amazon Athena":                                   {kinds: []string{"athena:workgroup"}},
	"Amazon Cognito":                                  {kinds: []string{"cognito-idp:userpool"}, also: []string{"cognito-identity:identitypool"}},
	"Amazon EC2 Container Registry (ECR)":             {kinds: []string{"ecr:repository"}, besides: "data transfer"},
	"Amazon Elastic Container Registry":               {kinds: []string{"ecr:repository"}, besides: "data transfer"},
	"Amazon Elastic Container Service for Kubernetes": {kinds: []string{"eks:cluster"}},
	"Amazon Elastic Kubernetes Service":               {kinds: []string{"eks:cluster"}},
	"Amazon Elastic File System":                      {kinds: []string{"elasticfilesystem:file-system"}},
	"Amazon Elastic MapReduce":                        {kinds: []string{"elasticmapreduce:cluster"}, besides: "clusters that ended, serverless applications"},
	"Amazon ElastiCache":                              {kinds: []string{"elasticache:cluster"}, also: []string{"elasticache:serverlesscache"}, besides: "backups"},
	"Amazon Kinesis":                                  {kinds: []string{"kinesis:stream"}},
	"Amazon Kinesis Firehose":                         {kinds: []string{"firehose:deliverystream"}},
	"Amazon Managed Streaming for Apache Kafka":       {kinds: []string{"kafka:cluster"}},
	"Amazon OpenSearch Service":                       {kinds: []string{"es:domain"}, besides: "serverless collections"},
	"Amazon Redshift":                                 {kinds: []string{"redshift:cluster"}, besides: "snapshots, serverless workgroups"},
	"Amazon Simple Email Service":                     {kinds: []string{"ses:identity"}},
	"AWS Backup":                                      {kinds: []string{"backup:backup-vault"}},
	"AWS CodePipeline":                                {kinds: []string{"codepipeline:pipeline"}},
	"AWS Glue":                                        {kinds: []string{"glue:job", "glue:crawler", "glue:table"}},
	"AWS Security Hub":                                {kinds: []string{"securityhub:hub"}},
	"AWS Step Functions":                              {kinds: []string{"states:statemachine"}},
	"AWS WAF":                                         {kinds: []string{"wafv2:webacl"}, also: []string{"wafv2:rulegroup"}},
	"CodeBuild":                                       {kinds: []string{"codebuild:project"}},
}

// bills reports whether a service bills for a thing of one of its kinds. A stub doesn't say of which type it is, so it
// counts.
func (svc service) bills(t thing) bool {
	if svc.interfaces == nil || t.resource == nil || t.resource.Kind != "ec2:network-interface" {
		return true
	}
	var n struct{ InterfaceType string }
	if err := json.Unmarshal(t.resource.Configuration, &n); err != nil {
		return true
	}
	return slices.Contains(svc.interfaces, n.InterfaceType)
}

// words names kinds in a reason.
func (svc service) words(kinds []string) string {
	var words []string
	for _, kind := range kinds {
		if svc.interfaces != nil && kind == "ec2:network-interface" {
			kind += " (" + svc.interfaces[0] + ")"
		}
		words = append(words, kind)
	}
	return strings.Join(words, ", ")
}

// sharedBy says why a service's cost is nobody's own, or "" where it isn't.
func sharedBy(name string) string {
	switch {
	case name == "Tax":
		return "tax is no resource's own"
	case name == "AWS Cost Explorer":
		return "requests to Cost Explorer are no resource's own"
	case strings.HasPrefix(name, "AWS ") && slices.ContainsFunc(strings.Fields(name), isSupport):
		return "support is no resource's own" // "AWS Support (Business)", "AWS Business Support+"
	case strings.HasPrefix(name, "Savings Plans for "):
		return "the fee of a savings plan is no resource's own"
	}
	return ""
}

func isSupport(word string) bool { return word == "Support" || word == "Support+" }

// placeless reports whether a region of a bill is none.
func placeless(region string) bool { return region == NoRegion || region == "" || region == "global" }
