package kinds

import (
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func elasticLoadBalancing() []collect.Kind {
	return []collect.Kind{loadBalancer, targetGroup, listener, listenerRule}
}

// loadBalancers is the list that load balancers and listeners start from.
func loadBalancers(s *collect.Scope) ([]types.LoadBalancer, bool) {
	return collect.Shared(s, "elasticloadbalancing:DescribeLoadBalancers", func(s *collect.Scope) iter.Seq[types.LoadBalancer] {
		c := elb.NewFromConfig(s.Config)
		return collect.Pages[types.LoadBalancer](s, c.DescribeLoadBalancers, &elb.DescribeLoadBalancersInput{PageSize: aws.Int32(400)})
	})
}

// loadBalancingTags reads the tags of anything that Elastic Load Balancing has.
var loadBalancingTags = &collect.BulkTags{Size: 20, Get: orOneByOne(func(s *collect.Scope, arns []string) (map[string]collect.Tags, error) {
	out, err := collect.Send(s, elb.NewFromConfig(s.Config).DescribeTags, &elb.DescribeTagsInput{ResourceArns: arns})
	if err != nil {
		return nil, err
	}
	tags := make(map[string]collect.Tags, len(out.TagDescriptions))
	for _, d := range out.TagDescriptions {
		tags[aws.ToString(d.ResourceArn)] = collect.TagsOf(d.Tags)
	}
	return tags, nil
})}

var loadBalancer = collect.Kind{
	Name: "elasticloadbalancing:loadbalancer", CloudFormation: "AWS::ElasticLoadBalancingV2::LoadBalancer",
	Aliases: []string{"elbv2:load-balancer"},
	List: func(s *collect.Scope) {
		c := elb.NewFromConfig(s.Config)
		list, _ := loadBalancers(s)
		collect.Each(s, slices.Values(list), func(lb types.LoadBalancer) {
			attributes := collect.Ask(s, "Attributes", c.DescribeLoadBalancerAttributes,
				&elb.DescribeLoadBalancerAttributesInput{LoadBalancerArn: lb.LoadBalancerArn}).Of("Attributes")
			s.Add(collect.Item{ID: lb.LoadBalancerName, ARN: lb.LoadBalancerArn, Created: lb.CreatedTime}, lb,
				collect.Fill(attributes, func(item *collect.Item, attributes []types.LoadBalancerAttribute) {
					item.Protect = deletionProtection(attributes)
				}))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "public-load-balancer", Path: "Scheme", Is: []string{"internet-facing"}},
		{Rule: "deletion-protection-off", Path: "Attributes[].Value", Is: []string{"false"}, By: "Key", Only: []string{"deletion_protection.enabled"}},
		{Rule: "logging-off", Path: "Attributes[].Value", Is: []string{"false"}, By: "Key", Only: []string{"access_logs.s3.enabled", "connection_logs.s3.enabled"}},
	},
	BulkTags: loadBalancingTags,
	Status:   []collect.Path{"State"},
	Refs: map[collect.Path]string{
		"VpcId": "ec2:vpc", "SecurityGroups[]": "ec2:security-group", "AvailabilityZones[].SubnetId": "ec2:subnet",
		"AvailabilityZones[].LoadBalancerAddresses[].AllocationId": "ec2:elastic-ip",
	},
	Names:     map[collect.Path]string{"Attributes[].Value": "s3:bucket"}, // of its logs
	Addresses: []collect.Path{"DNSName"},
	Sets: map[collect.Path]string{
		"Attributes": "Key", "AvailabilityZones": "ZoneName", "AvailabilityZones[].LoadBalancerAddresses": "", "SecurityGroups": "",
	},
	Protect: func(s *collect.Scope, r *collect.Resource) (string, error) {
		out, err := elb.NewFromConfig(s.Config).DescribeLoadBalancerAttributes(s.Context,
			&elb.DescribeLoadBalancerAttributesInput{LoadBalancerArn: &r.ARN})
		if err != nil {
			return "", err
		}
		return deletionProtection(out.Attributes), nil
	},
	// Its listeners go with it.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, elb.NewFromConfig(s.Config).DeleteLoadBalancer, &elb.DeleteLoadBalancerInput{LoadBalancerArn: &r.ARN})
	},
}

func deletionProtection(attributes []types.LoadBalancerAttribute) string {
	for _, a := range attributes {
		if aws.ToString(a.Key) == "deletion_protection.enabled" && aws.ToString(a.Value) == "true" {
			return "deletion protection is on"
		}
	}
	return ""
}

// targetGroup is without its targets: Auto Scaling groups and ECS services exchange those by themselves.
var targetGroup = collect.Kind{
	Name: "elasticloadbalancing:targetgroup", CloudFormation: "AWS::ElasticLoadBalancingV2::TargetGroup",
	Aliases: []string{"elbv2:target-group"},
	List: func(s *collect.Scope) {
		c := elb.NewFromConfig(s.Config)
		list := collect.Pages[types.TargetGroup](s, c.DescribeTargetGroups, &elb.DescribeTargetGroupsInput{PageSize: aws.Int32(400)})
		collect.Each(s, list, func(g types.TargetGroup) {
			s.Add(collect.Item{ID: g.TargetGroupName, ARN: g.TargetGroupArn}, g, collect.Ask(s, "Attributes",
				c.DescribeTargetGroupAttributes, &elb.DescribeTargetGroupAttributesInput{TargetGroupArn: g.TargetGroupArn}).Of("Attributes"))
		})
	},
	BulkTags: loadBalancingTags,
	Status:   []collect.Path{"LoadBalancerArns"}, // follows from the listeners
	Refs:     map[collect.Path]string{"VpcId": "ec2:vpc"},
	Sets:     map[collect.Path]string{"Attributes": "Key"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, elb.NewFromConfig(s.Config).DeleteTargetGroup, &elb.DeleteTargetGroupInput{TargetGroupArn: &r.ARN})
	},
}

// listenersOf are the listeners of a load balancer, for listeners and rules alike. One that is gone has none.
func listenersOf(s *collect.Scope, lb types.LoadBalancer) []types.Listener {
	name := "elasticloadbalancing:DescribeListeners " + aws.ToString(lb.LoadBalancerArn)
	listeners, err := collect.SharedList(s, name, func(s *collect.Scope) iter.Seq[types.Listener] {
		return collect.Pages[types.Listener](s, elb.NewFromConfig(s.Config).DescribeListeners, &elb.DescribeListenersInput{
			LoadBalancerArn: lb.LoadBalancerArn, PageSize: aws.Int32(400),
		})
	})
	if err != nil && collect.Classify(err) != collect.ClassNotFound {
		s.Fail(err)
	}
	return listeners
}

// secretsOfActions are what actions at a place keep to themselves: what is sent along to an identity provider can hold
// anything, as can an answer that only those get who signed in.
func secretsOfActions(at collect.Path) []collect.Path {
	return []collect.Path{
		at + ".AuthenticateOidcConfig.ClientSecret", at + ".AuthenticateOidcConfig.AuthenticationRequestExtraParams",
		at + ".AuthenticateCognitoConfig.AuthenticationRequestExtraParams", at + ".FixedResponseConfig.MessageBody",
	}
}

var listener = collect.Kind{
	Name: "elasticloadbalancing:listener", CloudFormation: "AWS::ElasticLoadBalancingV2::Listener", Aliases: []string{"elbv2:listener"},
	List: func(s *collect.Scope) {
		c := elb.NewFromConfig(s.Config)
		list, _ := loadBalancers(s)
		collect.Each(s, slices.Values(list), func(lb types.LoadBalancer) {
			for _, l := range listenersOf(s, lb) {
				s.Add(collect.Item{ID: l.ListenerArn, ARN: l.ListenerArn}, l, collect.Ask(s, "Attributes",
					c.DescribeListenerAttributes, &elb.DescribeListenerAttributesInput{ListenerArn: l.ListenerArn}).Of("Attributes"))
			}
		})
	},
	Weak: []collect.Weakness{
		{Rule: "plain-http", Path: "Protocol", Is: []string{"HTTP"}, Unless: map[collect.Path]string{"DefaultActions[].Type": "redirect"}},
		{Rule: "weak-tls", Path: "SslPolicy", Is: []string{"ELBSecurityPolicy-2015-05", "ELBSecurityPolicy-2016-08", "ELBSecurityPolicy-TLS-1-0-2015-04", "ELBSecurityPolicy-TLS-1-1-2017-01", "ELBSecurityPolicy-FS-2018-06", "ELBSecurityPolicy-FS-1-1-2019-08", "ELBSecurityPolicy-TLS13-1-0-2021-06", "ELBSecurityPolicy-TLS13-1-1-2021-06"}},
		{Rule: "client-certificates-off", Path: "MutualAuthentication.Mode", Is: []string{"off"}, Absent: true},
	},
	BulkTags: loadBalancingTags,
	Status:   []collect.Path{"MutualAuthentication.TrustStoreAssociationStatus"},
	Refs: map[collect.Path]string{
		"DefaultActions[].TargetGroupArn":                              "elasticloadbalancing:targetgroup",
		"DefaultActions[].ForwardConfig.TargetGroups[].TargetGroupArn": "elasticloadbalancing:targetgroup",
	},
	Sets: map[collect.Path]string{
		"Attributes": "Key", "Certificates": "CertificateArn", "DefaultActions[].ForwardConfig.TargetGroups": "TargetGroupArn",
	},
	Secrets: secretsOfActions("DefaultActions[]"),
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, elb.NewFromConfig(s.Config).DeleteListener, &elb.DeleteListenerInput{ListenerArn: &r.ARN})
	},
}

// listenerRule leaves out the default rules: those are the listeners' default actions.
var listenerRule = collect.Kind{
	Name: "elasticloadbalancing:listener-rule", CloudFormation: "AWS::ElasticLoadBalancingV2::ListenerRule", Aliases: []string{"elbv2:listener-rule"},
	List: func(s *collect.Scope) {
		c := elb.NewFromConfig(s.Config)
		list, _ := loadBalancers(s)
		collect.Each(s, slices.Values(list), func(lb types.LoadBalancer) {
			if lb.Type == types.LoadBalancerTypeEnumNetwork || lb.Type == types.LoadBalancerTypeEnumGateway {
				return // only application load balancers have rules (API reference, CreateRule)
			}
			for _, l := range listenersOf(s, lb) {
				rules := collect.Children(s, func(s *collect.Scope) iter.Seq[types.Rule] {
					return collect.Pages[types.Rule](s, c.DescribeRules, &elb.DescribeRulesInput{ListenerArn: l.ListenerArn, PageSize: aws.Int32(400)})
				})
				for _, rule := range rules {
					if aws.ToString(rule.Priority) != "default" {
						s.Add(collect.Item{ID: rule.RuleArn, ARN: rule.RuleArn}, rule, ofListener{l.ListenerArn})
					}
				}
			}
		})
	},
	BulkTags: loadBalancingTags,
	Refs: map[collect.Path]string{
		"Actions[].TargetGroupArn":                              "elasticloadbalancing:targetgroup",
		"Actions[].ForwardConfig.TargetGroups[].TargetGroupArn": "elasticloadbalancing:targetgroup",
	},
	Sets: map[collect.Path]string{
		"Actions": "", "Actions[].ForwardConfig.TargetGroups": "TargetGroupArn", "Conditions": "", "Conditions[].Values": "",
		"Conditions[].HostHeaderConfig.Values": "", "Conditions[].HttpHeaderConfig.Values": "", "Conditions[].HttpRequestMethodConfig.Values": "",
		"Conditions[].PathPatternConfig.Values": "", "Conditions[].QueryStringConfig.Values": "", "Conditions[].SourceIpConfig.Values": "",
	},
	// A header's value often is a secret that a CDN sends along, so that nobody comes by another way.
	Secrets: append(secretsOfActions("Actions[]"), "Conditions[].HttpHeaderConfig.Values", "Conditions[].HttpHeaderConfig.RegexValues"),
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, elb.NewFromConfig(s.Config).DeleteRule, &elb.DeleteRuleInput{RuleArn: &r.ARN})
	},
}

// ofListener says whose rule it is: it goes with its listener.
type ofListener struct {
	ListenerArn *string
}
