package kinds

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/aws-sdk-go-v2/service/wafv2/types"
)

func wafTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(wafv2.NewFromConfig(e.Config).TagResource(e, &wafv2.TagResourceInput{ResourceARN: &m.ARN, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
	})
}

// wafMadeNames are what WAF's calls name a thing by.
func wafMadeNames(m made) (name, id *string, scope types.Scope) {
	parts := strings.Split(m.ID, "|")
	return &parts[0], &parts[1], types.Scope(parts[2])
}

func webACLChanges() []change {
	client := func(e *estate) *wafv2.Client { return wafv2.NewFromConfig(e.Config) }
	update := func(e *estate, m made, edit func(in *wafv2.UpdateWebACLInput)) {
		name, id, scope := wafMadeNames(m)
		now := must(client(e).GetWebACL(e, &wafv2.GetWebACLInput{Name: name, Id: id, Scope: scope}))(e)
		in := &wafv2.UpdateWebACLInput{
			Name: name, Id: id, Scope: scope, LockToken: now.LockToken, Description: now.WebACL.Description,
			DefaultAction: now.WebACL.DefaultAction, Rules: now.WebACL.Rules, VisibilityConfig: now.WebACL.VisibilityConfig,
		}
		edit(in)
		must(client(e).UpdateWebACL(e, in))(e)
	}
	return []change{
		wafTagChange(),
		swap("what it does by default", &types.DefaultAction{Allow: &types.AllowAction{}}, &types.DefaultAction{Block: &types.BlockAction{}},
			func(e *estate, m made, action *types.DefaultAction) {
				update(e, m, func(in *wafv2.UpdateWebACLInput) { in.DefaultAction = action })
			}, "WebACL.DefaultAction.Allow", "WebACL.DefaultAction.Block"),
		swap("what a rule looks for", "hunter2", "hunter3", func(e *estate, m made, text string) {
			update(e, m, func(in *wafv2.UpdateWebACLInput) {
				in.Rules[0].Statement.AndStatement.Statements[1].ByteMatchStatement.SearchString = []byte(text)
			})
		}, "WebACL.Rules[Name=office].Statement.AndStatement.Statements[].ByteMatchStatement.SearchString"),
		swap("its description", "for tests", "of orders", func(e *estate, m made, text string) {
			update(e, m, func(in *wafv2.UpdateWebACLInput) { in.Description = &text })
		}, "WebACL.Description"),
		{
			name: "where it logs",
			do: func(e *estate, m made) {
				must(client(e).PutLoggingConfiguration(e, &wafv2.PutLoggingConfigurationInput{LoggingConfiguration: &types.LoggingConfiguration{
					ResourceArn: &m.ARN, LogDestinationConfigs: []string{"arn:aws:s3:::aws-waf-logs-orders"},
				}}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).DeleteLoggingConfiguration(e, &wafv2.DeleteLoggingConfigurationInput{ResourceArn: &m.ARN}))(e)
			},
			paths: []string{"Logging"},
		},
	}
}

func wafRuleGroupChanges() []change {
	update := func(e *estate, m made, edit func(in *wafv2.UpdateRuleGroupInput)) {
		c := wafv2.NewFromConfig(e.Config)
		name, id, scope := wafMadeNames(m)
		now := must(c.GetRuleGroup(e, &wafv2.GetRuleGroupInput{Name: name, Id: id, Scope: scope}))(e)
		in := &wafv2.UpdateRuleGroupInput{
			Name: name, Id: id, Scope: scope, LockToken: now.LockToken, Description: now.RuleGroup.Description,
			Rules: now.RuleGroup.Rules, VisibilityConfig: now.RuleGroup.VisibilityConfig,
		}
		edit(in)
		must(c.UpdateRuleGroup(e, in))(e)
	}
	return []change{
		wafTagChange(),
		swap("its description", "for tests", "of orders", func(e *estate, m made, text string) {
			update(e, m, func(in *wafv2.UpdateRuleGroupInput) { in.Description = &text })
		}, "RuleGroup.Description"),
		swap("what a rule does", &types.RuleAction{Block: &types.BlockAction{}}, &types.RuleAction{Count: &types.CountAction{}},
			func(e *estate, m made, action *types.RuleAction) {
				update(e, m, func(in *wafv2.UpdateRuleGroupInput) { in.Rules[0].Action = action })
			}, "RuleGroup.Rules[Name=office].Action.Block", "RuleGroup.Rules[Name=office].Action.Count"),
	}
}

func ipSetChanges() []change {
	update := func(e *estate, m made, edit func(in *wafv2.UpdateIPSetInput)) {
		c := wafv2.NewFromConfig(e.Config)
		name, id, scope := wafMadeNames(m)
		now := must(c.GetIPSet(e, &wafv2.GetIPSetInput{Name: name, Id: id, Scope: scope}))(e)
		in := &wafv2.UpdateIPSetInput{
			Name: name, Id: id, Scope: scope, LockToken: now.LockToken, Description: now.IPSet.Description, Addresses: now.IPSet.Addresses,
		}
		edit(in)
		must(c.UpdateIPSet(e, in))(e)
	}
	return []change{
		wafTagChange(),
		swap("its description", "for tests", "of orders", func(e *estate, m made, text string) {
			update(e, m, func(in *wafv2.UpdateIPSetInput) { in.Description = &text })
		}, "IPSet.Description"),
		swap("another address, in another order", []string{"192.0.2.0/24", "198.51.100.0/24"}, []string{"203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24"},
			func(e *estate, m made, addresses []string) {
				update(e, m, func(in *wafv2.UpdateIPSetInput) { in.Addresses = addresses })
			}, "IPSet.Addresses[]"),
	}
}

func regexPatternSetChanges() []change {
	update := func(e *estate, m made, edit func(in *wafv2.UpdateRegexPatternSetInput)) {
		c := wafv2.NewFromConfig(e.Config)
		name, id, scope := wafMadeNames(m)
		now := must(c.GetRegexPatternSet(e, &wafv2.GetRegexPatternSetInput{Name: name, Id: id, Scope: scope}))(e)
		in := &wafv2.UpdateRegexPatternSetInput{
			Name: name, Id: id, Scope: scope, LockToken: now.LockToken, Description: now.RegexPatternSet.Description,
			RegularExpressionList: now.RegexPatternSet.RegularExpressionList,
		}
		edit(in)
		must(c.UpdateRegexPatternSet(e, in))(e)
	}
	return []change{
		wafTagChange(),
		swap("its description", "for tests", "of orders", func(e *estate, m made, text string) {
			update(e, m, func(in *wafv2.UpdateRegexPatternSetInput) { in.Description = &text })
		}, "RegexPatternSet.Description"),
		swap("another pattern", []types.Regex{{RegexString: aws.String("^/admin")}}, []types.Regex{{RegexString: aws.String("^/root")}, {RegexString: aws.String("^/admin")}},
			func(e *estate, m made, patterns []types.Regex) {
				update(e, m, func(in *wafv2.UpdateRegexPatternSetInput) { in.RegularExpressionList = patterns })
			}, "RegexPatternSet.RegularExpressionList[RegexString=^/root]"),
	}
}
