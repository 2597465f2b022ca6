package kinds

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func classicLoadBalancing() []collect.Kind {
	return []collect.Kind{classicLoadBalancer}
}

// classicLoadBalancer is of the first generation, with an API and a list of its own. Its ARN differs from the newer
// ones' in having no type: loadbalancer/web, not loadbalancer/app/web/50dc6c495c0c9188.
var classicLoadBalancer = collect.Kind{
	Name: "elasticloadbalancing:classic-loadbalancer", CloudFormation: "AWS::ElasticLoadBalancing::LoadBalancer",
	Aliases: []string{"elb:load-balancer"},
	List: func(s *collect.Scope) {
		c := elb.NewFromConfig(s.Config)
		list := collect.Pages[types.LoadBalancerDescription](s, c.DescribeLoadBalancers, &elb.DescribeLoadBalancersInput{PageSize: aws.Int32(400)})
		collect.Each(s, list, func(lb types.LoadBalancerDescription) {
			name := lb.LoadBalancerName
			parts := []any{lb, ofPolicies{}, collect.Ask(s, "Attributes", c.DescribeLoadBalancerAttributes,
				&elb.DescribeLoadBalancerAttributesInput{LoadBalancerName: name}).Of("LoadBalancerAttributes")}
			if lb.Policies != nil && len(lb.Policies.OtherPolicies) > 0 { // the list says all of the other two types
				parts = append(parts, collect.Ask(s, "PolicyDescriptions", c.DescribeLoadBalancerPolicies,
					&elb.DescribeLoadBalancerPoliciesInput{LoadBalancerName: name}).Of("PolicyDescriptions"))
			}
			s.Add(collect.Item{ID: name, ARN: s.ARN("elasticloadbalancing", classicARN+aws.ToString(name)), Created: lb.CreatedTime}, parts...)
		})
	},
	Weak: []collect.Weakness{
		{Rule: "public-load-balancer", Path: "Scheme", Is: []string{"internet-facing"}},
		{Rule: "logging-off", Path: "Attributes.AccessLog.Enabled", Is: []string{"false"}},
		{Rule: "plain-http", Path: "ListenerDescriptions[].Listener.Protocol", Is: []string{"HTTP"}, By: "Listener.LoadBalancerPort"},
	},
	BulkTags: &collect.BulkTags{Size: 20, Get: orOneByOne(classicTags)},
	// Like a target group's targets: Auto Scaling exchanges them.
	Status: []collect.Path{"Instances"},
	Refs:   map[collect.Path]string{"VPCId": "ec2:vpc", "Subnets[]": "ec2:subnet", "SecurityGroups[]": "ec2:security-group"},
	Names:  map[collect.Path]string{"Attributes.AccessLog.S3BucketName": "s3:bucket"},
	Sets: map[collect.Path]string{
		"AvailabilityZones": "", "BackendServerDescriptions": "InstancePort", "ListenerDescriptions": "", "ListenerDescriptions[].PolicyNames": "",
		"Policies.AppCookieStickinessPolicies": "PolicyName", "Policies.LBCookieStickinessPolicies": "PolicyName", "Policies.OtherPolicies": "",
		"PolicyDescriptions": "PolicyName", "PolicyDescriptions[].PolicyAttributeDescriptions": "", "SecurityGroups": "", "Subnets": "",
		"Attributes.AdditionalAttributes": "Key", "BackendServerDescriptions[].PolicyNames": "",
	},
	Addresses: []collect.Path{"DNSName", "CanonicalHostedZoneName"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, elb.NewFromConfig(s.Config).DeleteLoadBalancer, &elb.DeleteLoadBalancerInput{LoadBalancerName: &r.ID})
	},
}

// ofPolicies is what only load balancers with policies of their own have (TLS versions and ciphers, proxy protocol, trusted
// certificates), and only a call for each tells.
type ofPolicies struct {
	PolicyDescriptions []types.PolicyDescription
}

const classicARN = "loadbalancer/"

func classicTags(s *collect.Scope, arns []string) (map[string]collect.Tags, error) {
	names, byName := make([]string, len(arns)), make(map[string]string, len(arns))
	for i, arn := range arns {
		names[i] = arn[strings.LastIndex(arn, classicARN)+len(classicARN):]
		byName[names[i]] = arn
	}
	out, err := collect.Send(s, elb.NewFromConfig(s.Config).DescribeTags, &elb.DescribeTagsInput{LoadBalancerNames: names})
	if err != nil {
		return nil, err
	}
	tags := make(map[string]collect.Tags, len(out.TagDescriptions))
	for _, d := range out.TagDescriptions {
		tags[byName[aws.ToString(d.LoadBalancerName)]] = collect.TagsOf(d.Tags)
	}
	return tags, nil
}
