package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	classic "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
	classictypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// makeClassicLoadBalancer makes one in a network of its own, with a policy for TLS.
func makeClassicLoadBalancer(e *estate, name string) {
	vpc, subnets := makeVPC(e)
	c := classic.NewFromConfig(e.Config)
	must(c.CreateLoadBalancer(e, &classic.CreateLoadBalancerInput{
		LoadBalancerName: &name, Subnets: subnets[:1], SecurityGroups: []string{makeSecurityGroup(e, vpc)}, Scheme: aws.String("internal"),
		Listeners: []classictypes.Listener{{Protocol: aws.String("tcp"), LoadBalancerPort: 443, InstancePort: aws.Int32(8443)}},
		Tags:      tagList(func(k, v *string) classictypes.Tag { return classictypes.Tag{Key: k, Value: v} }),
	}))(e)
	must(c.CreateLoadBalancerPolicy(e, &classic.CreateLoadBalancerPolicyInput{
		LoadBalancerName: &name, PolicyName: aws.String("tls"), PolicyTypeName: aws.String("SSLNegotiationPolicyType"),
		PolicyAttributes: []classictypes.PolicyAttribute{{AttributeName: aws.String("Protocol-TLSv1.2"), AttributeValue: aws.String("true")}},
	}))(e)
}

func askHealth(e *estate, name string, seconds int32) {
	must(classic.NewFromConfig(e.Config).ConfigureHealthCheck(e, &classic.ConfigureHealthCheckInput{LoadBalancerName: &name, HealthCheck: &classictypes.HealthCheck{
		Target: aws.String("TCP:8443"), Interval: &seconds, Timeout: aws.Int32(5), HealthyThreshold: aws.Int32(10), UnhealthyThreshold: aws.Int32(2),
	}}))(e)
}

func classicLoadBalancingLives() []life {
	return []life{
		{
			kind: "elasticloadbalancing:classic-loadbalancer", with: []string{"ec2:vpc", "ec2:subnet", "ec2:security-group"},
			refs: []collect.Path{"VPCId", "Subnets[]", "SecurityGroups[]"},
			create: func(e *estate) made {
				const name = "classic-life"
				makeClassicLoadBalancer(e, name)
				askHealth(e, name, 30)
				return made{ID: name, ARN: "arn:aws:elasticloadbalancing:us-east-1:" + e.Account + ":loadbalancer/" + name}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Attributes.CrossZoneLoadBalancing.Enabled", "false")
				wantConfiguration(t, r, "PolicyDescriptions[].PolicyAttributeDescriptions[].AttributeName", "Protocol-TLSv1.2")
				wantConfiguration(t, r, "ListenerDescriptions[].Listener.InstancePort", "8443")
			},
			changes: []change{
				tagChange(func(e *estate, m made, key, value string) {
					must(classic.NewFromConfig(e.Config).AddTags(e, &classic.AddTagsInput{
						LoadBalancerNames: []string{m.ID}, Tags: []classictypes.Tag{{Key: &key, Value: &value}},
					}))(e)
				}),
				flip("how often health is asked for", func(e *estate, m made, changed bool) {
					askHealth(e, m.ID, either[int32](changed, 60, 30)) // moto adds an attribute each time that attributes are changed
				}, "HealthCheck.Interval"),
				flip("a listener", func(e *estate, m made, changed bool) {
					c := classic.NewFromConfig(e.Config)
					if changed {
						must(c.CreateLoadBalancerListeners(e, &classic.CreateLoadBalancerListenersInput{LoadBalancerName: &m.ID, Listeners: []classictypes.Listener{
							{Protocol: aws.String("tcp"), LoadBalancerPort: 22, InstancePort: aws.Int32(22)},
						}}))(e)
					} else {
						must(c.DeleteLoadBalancerListeners(e, &classic.DeleteLoadBalancerListenersInput{LoadBalancerName: &m.ID, LoadBalancerPorts: []int32{22}}))(e)
					}
				}, "ListenerDescriptions[]"),
			},
		},
		{
			kind: "elasticloadbalancing:listener-rule", undated: true,
			with: []string{"elasticloadbalancing:targetgroup", "elasticloadbalancing:listener"}, refs: []collect.Path{"Actions[].TargetGroupArn"},
			create: func(e *estate) made {
				arn := *makeListenerRule(e, "listener-rule-life")
				return made{ID: arn, ARN: arn}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Priority", "7")
				wantConfiguration(t, r, "Conditions[].HttpHeaderConfig.HttpHeaderName", "X-From-Our-CDN")
				if text := string(r.Configuration); strings.Contains(text, "hunter2") || !strings.Contains(text, snapshot.MaskPrefix) {
					t.Errorf("what the CDN sends along is not masked: %s", text)
				}
			},
			changes: []change{
				elbTagChange(),
				flip("priority", func(e *estate, m made, changed bool) {
					must(elb.NewFromConfig(e.Config).SetRulePriorities(e, &elb.SetRulePrioritiesInput{RulePriorities: []types.RulePriorityPair{
						{RuleArn: &m.ARN, Priority: aws.Int32(either[int32](changed, 8, 7))},
					}}))(e)
				}, "Priority"),
				flip("condition", func(e *estate, m made, changed bool) {
					must(elb.NewFromConfig(e.Config).ModifyRule(e, &elb.ModifyRuleInput{RuleArn: &m.ARN, Conditions: []types.RuleCondition{{
						Field: aws.String("http-header"), HttpHeaderConfig: &types.HttpHeaderConditionConfig{
							HttpHeaderName: aws.String("X-From-Our-CDN"), Values: []string{either(changed, "hunter3", "hunter2")},
						},
					}}}))(e)
				}, "Conditions[].HttpHeaderConfig.Values[]"),
			},
		},
	}
}

// makeListenerRule makes a rule, and whatever it needs under its name.
func makeListenerRule(e *estate, name string) *string {
	vpc, subnets := makeVPC(e)
	c := elb.NewFromConfig(e.Config)
	lb := must(c.CreateLoadBalancer(e, &elb.CreateLoadBalancerInput{Name: &name, Subnets: subnets}))(e).LoadBalancers[0]
	group := must(c.CreateTargetGroup(e, &elb.CreateTargetGroupInput{
		Name: &name, Port: aws.Int32(80), Protocol: types.ProtocolEnumHttp, VpcId: vpc,
	}))(e).TargetGroups[0].TargetGroupArn
	listener := must(c.CreateListener(e, &elb.CreateListenerInput{
		LoadBalancerArn: lb.LoadBalancerArn, Port: aws.Int32(80), Protocol: types.ProtocolEnumHttp,
		DefaultActions: []types.Action{{Type: types.ActionTypeEnumFixedResponse, FixedResponseConfig: &types.FixedResponseActionConfig{
			StatusCode: aws.String("404"), MessageBody: aws.String("the password is hunter2"), ContentType: aws.String("text/plain"),
		}}},
	}))(e).Listeners[0].ListenerArn
	return must(c.CreateRule(e, &elb.CreateRuleInput{
		ListenerArn: listener, Priority: aws.Int32(7), Tags: elbTags(),
		Conditions: []types.RuleCondition{{Field: aws.String("http-header"), HttpHeaderConfig: &types.HttpHeaderConditionConfig{
			HttpHeaderName: aws.String("X-From-Our-CDN"), Values: []string{"hunter2"},
		}}},
		Actions: []types.Action{{Type: types.ActionTypeEnumForward, TargetGroupArn: group}},
	}))(e).Rules[0].RuleArn
}

// Rules and listeners keep to themselves what identity providers are sent; the listeners' list is asked for once.
func TestListenerSecrets(t *testing.T) {
	e := newEstate(t)
	makeListenerRule(e, "secrets")
	const rules = `<DescribeRulesResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeRulesResult><Rules><member>
<RuleArn>arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/secrets/1/2/3</RuleArn><Priority>1</Priority><IsDefault>false</IsDefault>
<Actions><member><Type>authenticate-oidc</Type><Order>1</Order><AuthenticateOidcConfig><Issuer>https://id.example.com</Issuer><ClientId>web</ClientId>
<ClientSecret>hunter2</ClientSecret><AuthenticationRequestExtraParams><entry><key>login_hint</key><value>hunter2</value></entry></AuthenticationRequestExtraParams>
</AuthenticateOidcConfig></member></Actions></member>
<member><RuleArn>arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/secrets/1/2/4</RuleArn><Priority>default</Priority>
<IsDefault>true</IsDefault></member></Rules></DescribeRulesResult></DescribeRulesResponse>`
	e.answer("elasticloadbalancing", "DescribeRules", rules)
	e.answer("elasticloadbalancing", "DescribeTags",
		`<DescribeTagsResponse xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"><DescribeTagsResult/></DescribeTagsResponse>`)
	e.Proxy.Forget()
	seen := e.capture("elasticloadbalancing:listener", "elasticloadbalancing:listener-rule")
	for _, r := range seen.Resources {
		if strings.Contains(string(r.Configuration), "hunter2") {
			t.Errorf("%s holds a secret: %s", r.Key, r.Configuration)
		}
	}
	found := of(seen, "elasticloadbalancing:listener-rule")
	if len(found) != 1 {
		t.Fatalf("got %d rules, want one: the default rule is the listener's", len(found))
	}
	for _, r := range found {
		wantConfiguration(t, r, "Actions[].AuthenticateOidcConfig.Issuer", "https://id.example.com")
	}
	if n := e.Proxy.Count("elasticloadbalancing", "DescribeListeners"); n != 1 {
		t.Errorf("the listeners were asked for %d times", n)
	}
}

// Nothing but application load balancers is asked for rules.
func TestNoRulesOfNetworkLoadBalancers(t *testing.T) {
	e := newEstate(t)
	_, subnets := makeVPC(e)
	c := elb.NewFromConfig(e.Config)
	must(c.CreateLoadBalancer(e, &elb.CreateLoadBalancerInput{Name: aws.String("tcp"), Subnets: subnets, Type: types.LoadBalancerTypeEnumNetwork}))(e)
	if seen := e.capture("elasticloadbalancing:listener-rule"); len(seen.Resources) != 0 || e.Proxy.Count("elasticloadbalancing", "DescribeListeners") != 0 {
		t.Errorf("got %d rules after %d calls", len(seen.Resources), e.Proxy.Count("elasticloadbalancing", "DescribeListeners"))
	}
}

// Tags come by the batch and by name. One that is gone costs the others nothing.
func TestClassicTags(t *testing.T) {
	e := newEstate(t)
	makeClassicLoadBalancer(e, "one")
	e.Proxy.Error("elasticloadbalancing", "DescribeTags", 400, "LoadBalancerNotFound", "There is no ACTIVE Load Balancer named 'two'", testbed.First(1))
	for _, r := range of(e.capture("elasticloadbalancing:classic-loadbalancer"), "elasticloadbalancing:classic-loadbalancer") {
		life{}.checkParts(t, r)
	}
}
