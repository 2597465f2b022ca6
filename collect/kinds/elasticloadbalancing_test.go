package kinds

import (
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

func elbTags() []types.Tag {
	var tags []types.Tag
	for key, value := range teamTags {
		tags = append(tags, types.Tag{Key: &key, Value: &value})
	}
	return tags
}

// makeLoadBalancer makes one in a network of its own.
func makeLoadBalancer(e *estate) (lb types.LoadBalancer, vpc *string) {
	return makeLoadBalancerNamed(e, "web")
}

func makeLoadBalancerNamed(e *estate, name string) (lb types.LoadBalancer, vpc *string) {
	vpc, subnets := makeVPC(e)
	return must(elb.NewFromConfig(e.Config).CreateLoadBalancer(e, &elb.CreateLoadBalancerInput{
		Name: &name, Subnets: subnets, SecurityGroups: []string{makeSecurityGroup(e, vpc)}, Tags: elbTags(),
		Scheme: types.LoadBalancerSchemeEnumInternal,
	}))(e).LoadBalancers[0], vpc
}

func makeTargetGroup(e *estate, name string, vpc *string) *string {
	return must(elb.NewFromConfig(e.Config).CreateTargetGroup(e, &elb.CreateTargetGroupInput{
		Name: &name, Port: aws.Int32(80), Protocol: types.ProtocolEnumHttp, VpcId: vpc, Tags: elbTags(),
	}))(e).TargetGroups[0].TargetGroupArn
}

func elbTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(elb.NewFromConfig(e.Config).AddTags(e, &elb.AddTagsInput{ResourceArns: []string{m.ARN}, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
	})
}

func loadBalancingLives() []life {
	var (
		groups  []string
		actions []types.Action
	)
	return []life{{
		kind: "elasticloadbalancing:loadbalancer", with: []string{"ec2:vpc", "ec2:subnet", "ec2:security-group"},
		refs: []collect.Path{"VpcId", "AvailabilityZones[].SubnetId", "SecurityGroups[]"},
		create: func(e *estate) made {
			lb, _ := makeLoadBalancerNamed(e, "load-balancer-life")
			return made{ID: "load-balancer-life", ARN: *lb.LoadBalancerArn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Scheme", "internal")
		},
		changes: []change{
			elbTagChange(),
			flip("deletion protection", func(e *estate, m made, changed bool) {
				must(elb.NewFromConfig(e.Config).ModifyLoadBalancerAttributes(e, &elb.ModifyLoadBalancerAttributesInput{
					LoadBalancerArn: &m.ARN, Attributes: []types.LoadBalancerAttribute{{Key: aws.String("deletion_protection.enabled"), Value: aws.String(strconv.FormatBool(changed))}},
				}))(e)
			}, "Attributes[Key=deletion_protection.enabled].Value"),
			flip("groups", func(e *estate, m made, changed bool) {
				c := elb.NewFromConfig(e.Config)
				if changed {
					groups = must(c.DescribeLoadBalancers(e, &elb.DescribeLoadBalancersInput{LoadBalancerArns: []string{m.ARN}}))(e).LoadBalancers[0].SecurityGroups
				}
				must(c.SetSecurityGroups(e, &elb.SetSecurityGroupsInput{
					LoadBalancerArn: &m.ARN, SecurityGroups: either(changed, defaultNetwork(e).AwsvpcConfiguration.SecurityGroups, groups),
				}))(e)
			}, "SecurityGroups[]"),
		},
	}, {
		kind: "elasticloadbalancing:targetgroup", with: []string{"ec2:vpc"}, refs: []collect.Path{"VpcId"}, undated: true,
		create: func(e *estate) made {
			vpc, _ := makeVPC(e)
			return made{ID: "target-group-life", ARN: *makeTargetGroup(e, "target-group-life", vpc)}
		},
		changes: []change{
			elbTagChange(),
			flip("where health is asked for", func(e *estate, m made, changed bool) {
				must(elb.NewFromConfig(e.Config).ModifyTargetGroup(e, &elb.ModifyTargetGroupInput{TargetGroupArn: &m.ARN, HealthCheckPath: aws.String(either(changed, "/health", "/"))}))(e)
			}, "HealthCheckPath"),
			flip("an attribute", func(e *estate, m made, changed bool) {
				must(elb.NewFromConfig(e.Config).ModifyTargetGroupAttributes(e, &elb.ModifyTargetGroupAttributesInput{
					TargetGroupArn: &m.ARN, Attributes: []types.TargetGroupAttribute{{
						Key: aws.String("deregistration_delay.timeout_seconds"), Value: aws.String(either(changed, "30", "300")),
					}},
				}))(e)
			}, "Attributes[Key=deregistration_delay.timeout_seconds].Value"),
		},
	}, {
		kind: "elasticloadbalancing:listener", with: []string{"elasticloadbalancing:targetgroup", "elasticloadbalancing:loadbalancer"},
		refs: []collect.Path{"DefaultActions[].TargetGroupArn"}, undated: true,
		create: func(e *estate) made {
			lb, vpc := makeLoadBalancerNamed(e, "listener-life")
			arn := must(elb.NewFromConfig(e.Config).CreateListener(e, &elb.CreateListenerInput{
				LoadBalancerArn: lb.LoadBalancerArn, Port: aws.Int32(80), Protocol: types.ProtocolEnumHttp, Tags: elbTags(),
				DefaultActions: []types.Action{{Type: types.ActionTypeEnumForward, TargetGroupArn: makeTargetGroup(e, "listener-life", vpc)}},
			}))(e).Listeners[0].ListenerArn
			return made{ID: *arn, ARN: *arn}
		},
		changes: []change{
			elbTagChange(),
			flip("port", func(e *estate, m made, changed bool) {
				must(elb.NewFromConfig(e.Config).ModifyListener(e, &elb.ModifyListenerInput{ListenerArn: &m.ARN, Port: aws.Int32(either[int32](changed, 8080, 80))}))(e)
			}, "Port"),
			flip("what it does", func(e *estate, m made, changed bool) {
				c := elb.NewFromConfig(e.Config)
				if changed {
					actions = must(c.DescribeListeners(e, &elb.DescribeListenersInput{ListenerArns: []string{m.ARN}}))(e).Listeners[0].DefaultActions
				}
				must(c.ModifyListener(e, &elb.ModifyListenerInput{ListenerArn: &m.ARN, DefaultActions: either(changed, []types.Action{{
					Type: types.ActionTypeEnumFixedResponse, FixedResponseConfig: &types.FixedResponseActionConfig{StatusCode: aws.String("503")},
				}}, actions)}))(e)
			}, "DefaultActions[0].FixedResponseConfig", "DefaultActions[0].TargetGroupArn", "DefaultActions[0].Type"),
		},
	}}
}

// Deletion protection is seen in a list, asked again before a deletion, and unknown where it can't be asked.
func TestLoadBalancerProtection(t *testing.T) {
	e := newEstate(t)
	lb, _ := makeLoadBalancer(e)
	scope := e.session.Scope(e, &loadBalancer, testRegion)
	for value, want := range map[string]string{"false": "", "true": "deletion protection is on"} {
		must(elb.NewFromConfig(e.Config).ModifyLoadBalancerAttributes(e, &elb.ModifyLoadBalancerAttributesInput{
			LoadBalancerArn: lb.LoadBalancerArn,
			Attributes:      []types.LoadBalancerAttribute{{Key: aws.String("deletion_protection.enabled"), Value: &value}},
		}))(e)
		for _, r := range of(e.capture("elasticloadbalancing:loadbalancer"), "elasticloadbalancing:loadbalancer") {
			if r.Protection != want || r.Marked(snapshot.MarkProtected) != (want != "") {
				t.Errorf("%s: got %q and marks %v, want %q", value, r.Protection, r.Marks, want)
			}
			if got, err := loadBalancer.Protect(scope, r); got != want || err != nil {
				t.Errorf("%s, asked: got %q, %v, want %q", value, got, err, want)
			}
		}
	}
	e.Proxy.Deny("elasticloadbalancing", "DescribeLoadBalancerAttributes")
	for _, r := range of(e.capture("elasticloadbalancing:loadbalancer"), "elasticloadbalancing:loadbalancer") {
		if !r.Unread("Attributes") {
			t.Errorf("attributes were denied, and are not unknown: %+v", r.Unknown)
		}
		if _, err := loadBalancer.Protect(scope, r); collect.Classify(err) != collect.ClassDenied {
			t.Errorf("asked without permission: got %v", err)
		}
	}
}

// A load balancer that goes between the list and the listeners takes nothing from the others.
func TestListenersOfTheGone(t *testing.T) {
	e := newEstate(t)
	makeLoadBalancer(e)
	e.Proxy.Error("elasticloadbalancing", "DescribeListeners", 400, "LoadBalancerNotFound", "One or more load balancers not found")
	if seen := e.capture("elasticloadbalancing:listener"); len(seen.Resources) != 0 {
		t.Errorf("got %d listeners", len(seen.Resources))
	}
}

// Tags come by the batch. One of it that is gone costs the others nothing; a denial makes all of them unknown.
func TestLoadBalancingTags(t *testing.T) {
	e := newEstate(t)
	makeLoadBalancer(e)
	e.Proxy.Error("elasticloadbalancing", "DescribeTags", 400, "LoadBalancerNotFound", "One or more load balancers not found", testbed.First(1))
	for _, r := range of(e.capture("elasticloadbalancing:loadbalancer"), "elasticloadbalancing:loadbalancer") {
		life{}.checkParts(t, r)
	}
	e.Proxy.Deny("elasticloadbalancing", "DescribeTags")
	for _, r := range of(e.capture("elasticloadbalancing:loadbalancer"), "elasticloadbalancing:loadbalancer") {
		if !r.Unread(snapshot.TagsPath) {
			t.Errorf("tags were denied, and are not unknown: %v", r.Tags)
		}
	}
}
