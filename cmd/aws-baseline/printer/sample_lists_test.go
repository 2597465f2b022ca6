package printer

import "github.com/aws-baseline/aws-baseline/collect/permissions"

func sampleChecks() []Check {
	return []Check{
		{Check: "identity", State: Fine, Found: "account 123456789012 as arn:aws:iam::123456789012:user/" + hostile},
		{Check: "baseline", State: Warning, Found: "no active baseline", Do: "make one: aws-baseline snapshot create"},
		{Check: "permissions: KMS", State: Fault, Found: "kms:ListKeys denied, for kms:key", Do: "allow it"},
		{Check: "cost explorer", State: Skipped, Found: "not asked"},
	}
}

func sampleKinds() []KindEntry {
	return []KindEntry{
		{Kind: "ec2:instance", CloudFormation: "AWS::EC2::Instance", Service: "ec2", Deletable: true},
		{Kind: "elasticloadbalancing:loadbalancer", CloudFormation: "AWS::ElasticLoadBalancingV2::LoadBalancer", Service: "elasticloadbalancing",
			Aliases: []string{"elbv2:load-balancer", "elbv2:loadbalancer"}, Deletable: true},
		{Kind: "iam:password-policy", CloudFormation: "AWS::IAM::PasswordPolicy", Service: "iam", Global: true, Why: "an account always has one"},
	}
}

func sampleNeeds() []permissions.Need {
	return []permissions.Need{
		{Action: "ec2:DescribeVpcs", Resource: "*", Statement: "Read", Operations: []string{"EC2: DescribeVpcs"}, Kinds: []string{"ec2:a", "ec2:b", "ec2:c", "ec2:d", "ec2:vpc"}},
		{Action: "tag:GetResources", Resource: "*", Statement: "Read", Operations: []string{"Resource Groups Tagging API: GetResources"}, Kinds: []string{}, Why: "tags"},
		{Action: "apigateway:GET", Resource: "arn:aws:apigateway:*::/*", Statement: "ReadApiGateway",
			Operations: []string{"API Gateway: GetRestApis", "ApiGatewayV2: GetApis"}, Kinds: []string{"apigateway:apis", "apigateway:restapis"}},
	}
}
