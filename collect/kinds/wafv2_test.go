package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func wafTestTags() []types.Tag {
	return tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
}

func wafMetrics(name string) *types.VisibilityConfig {
	return &types.VisibilityConfig{MetricName: &name, CloudWatchMetricsEnabled: true}
}

func makeIPSet(e *estate, name string, scope types.Scope) *types.IPSetSummary {
	return must(wafv2.NewFromConfig(e.Config).CreateIPSet(e, &wafv2.CreateIPSetInput{
		Name: &name, Scope: scope, IPAddressVersion: types.IPAddressVersionIpv4, Addresses: []string{"192.0.2.0/24", "198.51.100.0/24"}, Description: aws.String("for tests"), Tags: wafTestTags(),
	}))(e).Summary
}

// wafRules are one rule that names a set, deep within, and looks for a header's value.
func wafRules(ipSet *string) []types.Rule {
	return []types.Rule{{
		Name: aws.String("office"), Priority: 1, VisibilityConfig: wafMetrics("office"),
		Action: &types.RuleAction{Block: &types.BlockAction{}},
		Statement: &types.Statement{AndStatement: &types.AndStatement{Statements: []types.Statement{
			{NotStatement: &types.NotStatement{Statement: &types.Statement{IPSetReferenceStatement: &types.IPSetReferenceStatement{ARN: ipSet}}}},
			{ByteMatchStatement: &types.ByteMatchStatement{
				SearchString: []byte("hunter2"), PositionalConstraint: types.PositionalConstraintExactly,
				FieldToMatch:        &types.FieldToMatch{SingleHeader: &types.SingleHeader{Name: aws.String("x-from-edge")}},
				TextTransformations: []types.TextTransformation{{Type: types.TextTransformationTypeNone}},
			}},
		}}},
	}}
}

// answerAssociations answers what moto can't: what a web ACL guards.
func answerAssociations(e *estate) {
	e.answer("wafv2", "ListResourcesForWebACL", `{"ResourceArns": []}`)
}

func makeWebACL(e *estate, name string, scope types.Scope, rules ...types.Rule) *types.WebACLSummary {
	answerAssociations(e)
	return must(wafv2.NewFromConfig(e.Config).CreateWebACL(e, &wafv2.CreateWebACLInput{
		Name: &name, Scope: scope, DefaultAction: &types.DefaultAction{Allow: &types.AllowAction{}}, VisibilityConfig: wafMetrics(name), Rules: rules, Tags: wafTestTags(),
		Description: aws.String("for tests"),
	}))(e).Summary
}

func wafMade(name, id, arn *string, scope types.Scope) made {
	return made{ID: *name + "|" + *id + "|" + string(scope), ARN: *arn, UniqueID: *id}
}

// wantMasked wants no secret of [wafRules] in a configuration, in clear or as AWS sends it.
func wantMasked(t *testing.T, r *collect.Resource) {
	t.Helper()
	text := string(r.Configuration)
	if strings.Contains(text, "hunter2") || strings.Contains(text, "aHVudGVyMg") || !strings.Contains(text, `"SearchString":"`+snapshot.MaskPrefix) {
		t.Errorf("the header's value is not masked: %s", text)
	}
}

func wafLives() []life {
	const deep = "Rules[].Statement.AndStatement.Statements[].NotStatement.Statement.IPSetReferenceStatement.ARN"
	return []life{
		{
			kind: "wafv2:webacl", with: []string{"wafv2:ipset"}, refs: []collect.Path{"WebACL." + deep}, undated: true,
			create: func(e *estate) made {
				w := makeWebACL(e, "web-acl-life", types.ScopeRegional, wafRules(makeIPSet(e, "web-acl-life", types.ScopeRegional).ARN)...)
				return wafMade(w.Name, w.Id, w.ARN, types.ScopeRegional)
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "WebACL.DefaultAction.Allow", "map[]") // an empty struct that means something
				wantConfiguration(t, r, "WebACL.Rules[].Action.Block", "map[]")
				wantConfiguration(t, r, "Scope", "REGIONAL")
				wantMasked(t, r)
			},
			changes: webACLChanges(),
		},
		{
			kind: "wafv2:rulegroup", with: []string{"wafv2:ipset"}, refs: []collect.Path{"RuleGroup." + deep}, undated: true,
			create: func(e *estate) made {
				e.Proxy.Error("wafv2", "GetPermissionPolicy", 400, wafGone, "AWS WAF couldn’t perform the operation because your resource doesn’t exist.")
				g := must(wafv2.NewFromConfig(e.Config).CreateRuleGroup(e, &wafv2.CreateRuleGroupInput{
					Name: aws.String("rule-group-life"), Scope: types.ScopeRegional, Capacity: aws.Int64(50), VisibilityConfig: wafMetrics("rule-group-life"),
					Description: aws.String("for tests"),
					Rules:       wafRules(makeIPSet(e, "rule-group-life", types.ScopeRegional).ARN), Tags: wafTestTags(),
				}))(e).Summary
				return wafMade(g.Name, g.Id, g.ARN, types.ScopeRegional)
			},
			check: wantMasked, changes: wafRuleGroupChanges(),
		},
		{
			kind: "wafv2:ipset", undated: true,
			create: func(e *estate) made {
				set := makeIPSet(e, "ip-set-life", types.ScopeCloudfront)
				return wafMade(set.Name, set.Id, set.ARN, types.ScopeCloudfront)
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Scope", "CLOUDFRONT")
				wantConfiguration(t, r, "IPSet.IPAddressVersion", "IPV4")
			},
			changes: ipSetChanges(),
		},
		{
			kind: "wafv2:regexpatternset", undated: true,
			create: func(e *estate) made {
				set := must(wafv2.NewFromConfig(e.Config).CreateRegexPatternSet(e, &wafv2.CreateRegexPatternSetInput{
					Name: aws.String("regex-pattern-set-life"), Scope: types.ScopeRegional, Tags: wafTestTags(),
					RegularExpressionList: []types.Regex{{RegexString: aws.String("^/admin")}}, Description: aws.String("for tests"),
				}))(e).Summary
				return wafMade(set.Name, set.Id, set.ARN, types.ScopeRegional)
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "RegexPatternSet.RegularExpressionList[].RegexString", "^/admin")
			},
			changes: regexPatternSetChanges(),
		},
	}
}

// TestWebACLOfCloudFront is listed in us-east-1, and in no other region.
func TestWebACLOfCloudFront(t *testing.T) {
	e := newEstate(t)
	w := makeWebACL(e, "edge", types.ScopeCloudfront)
	s, err := collect.Capture(e, e.session, collect.Request{
		Kinds: kindsNamed(t, "wafv2:webacl"), Regions: []string{"us-east-1", "eu-west-1"}, MaskKey: collect.NewMaskKey("the key of the WAF tests"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Resources) != 1 || s.Resources[0].ARN != *w.ARN || s.Resources[0].Region != "us-east-1" {
		t.Errorf("got %d resources, want %s alone", len(s.Resources), *w.ARN)
	}
	if n := e.Proxy.Count("wafv2", "ListResourcesForWebACL"); n != 0 {
		t.Errorf("asked %d times what a web ACL of CloudFront's guards, which WAF can't say", n)
	}
}

// TestWebACLInUse: what a web ACL guards is seen, where the region lacks a sort of things it has none, and a deletion
// that AWS refuses is one to try again.
func TestWebACLInUse(t *testing.T) {
	e := newEstate(t)
	lb, _ := makeLoadBalancer(e)
	makeWebACL(e, "guard", types.ScopeRegional)
	e.Proxy.Heal()
	e.Proxy.Error("wafv2", "ListResourcesForWebACL", 400, "WAFInvalidParameterException", "RESOURCE_TYPE")
	for _, r := range of(e.capture("wafv2:webacl"), "wafv2:webacl") {
		if len(r.Unknown) > 0 {
			t.Errorf("a region without such things: got %+v", r.Unknown)
		}
	}
	e.Proxy.Heal()
	e.answer("wafv2", "ListResourcesForWebACL", `{"ResourceArns": ["`+*lb.LoadBalancerArn+`"]}`)
	for _, r := range of(e.capture("wafv2:webacl", "elasticloadbalancing:loadbalancer"), "wafv2:webacl") {
		found := false
		for _, ref := range r.References {
			found = found || ref.Path == "LoadBalancers[]" && strings.Contains(ref.Key, "loadbalancer/app/web")
		}
		if !found {
			t.Errorf("the load balancer: got %+v", r.References)
		}
		e.Proxy.Error("wafv2", "DeleteWebACL", 400, wafInUse, "AWS WAF couldn't perform the operation because your resource is being used.")
		if err := webACL.Delete(e.session.Scope(e, &webACL, testRegion), r); collect.Classify(err) != collect.ClassInUse {
			t.Errorf("in use: got %v", err)
		}
	}
}

// TestWebACLOfFirewallManager is nobody's to delete; and one that can't be read is not free to be.
func TestWebACLOfFirewallManager(t *testing.T) {
	e := newEstate(t)
	makeWebACL(e, "FMManagedWebACLV2-guard-1", types.ScopeRegional)
	denied := e.Proxy.Deny("wafv2", "GetWebACL")
	for _, r := range of(e.capture("wafv2:webacl"), "wafv2:webacl") {
		if !r.Unread("WebACL") || !r.Marked(snapshot.MarkProtected) || r.Marked(snapshot.MarkProvider) {
			t.Errorf("denied: got unknown %+v, marks %v", r.Unknown, r.Marks)
		}
	}
	denied()
	e.answer("wafv2", "GetWebACL", `{"LockToken": "a", "WebACL": {"Name": "FMManagedWebACLV2-guard-1", "ManagedByFirewallManager": true}}`)
	for _, r := range of(e.capture("wafv2:webacl"), "wafv2:webacl") {
		if !r.Marked(snapshot.MarkProtected) || !r.Marked(snapshot.MarkProvider) {
			t.Errorf("of Firewall Manager: marks %v", r.Marks)
		}
	}
	e.Proxy.Heal()
	answerAssociations(e)
	e.Proxy.Error("wafv2", "GetWebACL", 400, wafGone, "gone")
	if found := of(e.capture("wafv2:webacl"), "wafv2:webacl"); len(found) != 0 {
		t.Errorf("gone since it was listed: got %d", len(found))
	}
}
