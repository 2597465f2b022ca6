package kinds

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

// nesting is how deep rules' statements are followed. People write three levels at most: (a or b) and not c.
const nesting = 4

// statements are the places of the statements that lie in a list of rules.
func statements(rules collect.Path) []collect.Path {
	top := rules + ".Statement"
	level := []collect.Path{top, top + ".RateBasedStatement.ScopeDownStatement", top + ".ManagedRuleGroupStatement.ScopeDownStatement"}
	var all []collect.Path
	for range nesting {
		var next []collect.Path
		for _, at := range level {
			next = append(next, at+".AndStatement.Statements[]", at+".OrStatement.Statements[]", at+".NotStatement.Statement")
		}
		all = append(all, level...)
		level = next
	}
	return append(all, level...)
}

// withStatementSets adds the lists of statements whose order means nothing: all of them count, or any.
func withStatementSets(rules collect.Path, sets map[collect.Path]string) map[collect.Path]string {
	for _, at := range statements(rules) {
		sets[at+".AndStatement.Statements"], sets[at+".OrStatement.Statements"] = "", ""
	}
	return sets
}

// statementRefs are the sets and groups that rules name, which WAF keeps until no rule does.
func statementRefs(rules collect.Path) map[collect.Path]string {
	refs := map[collect.Path]string{rules + ".Statement.RuleGroupReferenceStatement.ARN": "wafv2:rulegroup"}
	for _, at := range statements(rules) {
		maps.Copy(refs, map[collect.Path]string{
			at + ".IPSetReferenceStatement.ARN": "wafv2:ipset", at + ".RegexPatternSetReferenceStatement.ARN": "wafv2:regexpatternset",
		})
	}
	return refs
}

// statementSecrets are the header values by which origins and web ACLs know requests that came the right way: those that
// rules add to requests, and those that they look for, which nothing tells from other text that is looked for.
func statementSecrets(rules collect.Path) []collect.Path {
	var secrets []collect.Path
	for _, at := range statements(rules) {
		secrets = append(secrets, at+".ByteMatchStatement.SearchString")
	}
	for _, action := range []collect.Path{"Allow", "Captcha", "Challenge", "Count"} {
		secrets = append(secrets, rules+".Action."+action+".CustomRequestHandling.InsertHeaders[].Value")
		for _, group := range []collect.Path{"ManagedRuleGroupStatement", "RuleGroupReferenceStatement"} {
			secrets = append(secrets,
				rules+".Statement."+group+".RuleActionOverrides[].ActionToUse."+action+".CustomRequestHandling.InsertHeaders[].Value")
		}
	}
	return secrets
}

var wafRuleGroup = collect.Kind{
	Name: "wafv2:rulegroup", CloudFormation: "AWS::WAFv2::RuleGroup", Aliases: []string{"wafv2:rule-group"}, Tagging: "wafv2",
	List: func(s *collect.Scope) {
		c := wafv2.NewFromConfig(s.Config)
		wafScopes(s, func(scope types.Scope) {
			list := collect.Pages[types.RuleGroupSummary](s, c.ListRuleGroups, &wafv2.ListRuleGroupsInput{Scope: scope, Limit: aws.Int32(100)})
			collect.Each(s, list, func(g types.RuleGroupSummary) {
				item := wafItem(s, "rulegroup", scope, g.Name, g.Id)
				out, err := collect.Send(s, c.GetRuleGroup, &wafv2.GetRuleGroupInput{Name: g.Name, Id: g.Id, Scope: scope})
				if wafDescribed(&item, "RuleGroup", err) {
					return
				}
				parts := []any{inWAF{scope}, wafTags(s, g.ARN),
					collect.Ask(s, "Policy", c.GetPermissionPolicy, &wafv2.GetPermissionPolicyInput{ResourceArn: g.ARN}, wafGone).Of("Policy")}
				if err == nil {
					parts = append(parts, struct{ RuleGroup *types.RuleGroup }{out.RuleGroup})
				}
				s.Add(item, parts...)
			})
		})
	},
	Weak:    []collect.Weakness{{Rule: "waf-removed", Guard: true}},
	Status:  []collect.Path{"RuleGroup.AvailableLabels", "RuleGroup.ConsumedLabels"}, // follow from the rules
	Refs:    statementRefs("RuleGroup.Rules[]"),
	Sets:    withStatementSets("RuleGroup.Rules[]", map[collect.Path]string{"RuleGroup.Rules": "Name"}),
	Secrets: statementSecrets("RuleGroup.Rules[]"),
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := wafv2.NewFromConfig(s.Config)
		name, id, scope := wafNames(r)
		now, err := c.GetRuleGroup(s.Context, &wafv2.GetRuleGroupInput{Name: name, Id: id, Scope: scope})
		if err != nil {
			return asGone(err, wafGone)
		}
		in := &wafv2.DeleteRuleGroupInput{Name: name, Id: id, Scope: scope, LockToken: now.LockToken}
		return asInUse(asGone(collect.Do(s, c.DeleteRuleGroup, in), wafGone), wafInUse)
	},
}

var ipSet = collect.Kind{
	Name: "wafv2:ipset", CloudFormation: "AWS::WAFv2::IPSet", Aliases: []string{"wafv2:ip-set"}, Tagging: "wafv2",
	List: func(s *collect.Scope) {
		c := wafv2.NewFromConfig(s.Config)
		wafScopes(s, func(scope types.Scope) {
			list := collect.Pages[types.IPSetSummary](s, c.ListIPSets, &wafv2.ListIPSetsInput{Scope: scope, Limit: aws.Int32(100)})
			collect.Each(s, list, func(set types.IPSetSummary) {
				item := wafItem(s, "ipset", scope, set.Name, set.Id)
				out, err := collect.Send(s, c.GetIPSet, &wafv2.GetIPSetInput{Name: set.Name, Id: set.Id, Scope: scope})
				if wafDescribed(&item, "IPSet", err) {
					return
				}
				parts := []any{inWAF{scope}, wafTags(s, set.ARN)}
				if err == nil {
					parts = append(parts, struct{ IPSet *types.IPSet }{out.IPSet})
				}
				s.Add(item, parts...)
			})
		})
	},
	Sets: map[collect.Path]string{"IPSet.Addresses": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := wafv2.NewFromConfig(s.Config)
		name, id, scope := wafNames(r)
		now, err := c.GetIPSet(s.Context, &wafv2.GetIPSetInput{Name: name, Id: id, Scope: scope})
		if err != nil {
			return asGone(err, wafGone)
		}
		in := &wafv2.DeleteIPSetInput{Name: name, Id: id, Scope: scope, LockToken: now.LockToken}
		return asInUse(asGone(collect.Do(s, c.DeleteIPSet, in), wafGone), wafInUse)
	},
}

var regexPatternSet = collect.Kind{
	Name: "wafv2:regexpatternset", CloudFormation: "AWS::WAFv2::RegexPatternSet", Aliases: []string{"wafv2:regex-pattern-set"}, Tagging: "wafv2",
	List: func(s *collect.Scope) {
		c := wafv2.NewFromConfig(s.Config)
		wafScopes(s, func(scope types.Scope) {
			list := collect.Pages[types.RegexPatternSetSummary](s, c.ListRegexPatternSets, &wafv2.ListRegexPatternSetsInput{Scope: scope, Limit: aws.Int32(100)})
			collect.Each(s, list, func(set types.RegexPatternSetSummary) {
				item := wafItem(s, "regexpatternset", scope, set.Name, set.Id)
				out, err := collect.Send(s, c.GetRegexPatternSet, &wafv2.GetRegexPatternSetInput{Name: set.Name, Id: set.Id, Scope: scope})
				if wafDescribed(&item, "RegexPatternSet", err) {
					return
				}
				parts := []any{inWAF{scope}, wafTags(s, set.ARN)}
				if err == nil {
					parts = append(parts, struct{ RegexPatternSet *types.RegexPatternSet }{out.RegexPatternSet})
				}
				s.Add(item, parts...)
			})
		})
	},
	Sets: map[collect.Path]string{"RegexPatternSet.RegularExpressionList": "RegexString"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := wafv2.NewFromConfig(s.Config)
		name, id, scope := wafNames(r)
		now, err := c.GetRegexPatternSet(s.Context, &wafv2.GetRegexPatternSetInput{Name: name, Id: id, Scope: scope})
		if err != nil {
			return asGone(err, wafGone)
		}
		in := &wafv2.DeleteRegexPatternSetInput{Name: name, Id: id, Scope: scope, LockToken: now.LockToken}
		return asInUse(asGone(collect.Do(s, c.DeleteRegexPatternSet, in), wafGone), wafInUse)
	},
}
