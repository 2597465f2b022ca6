package kinds

import (
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
	"github.com/aws/aws-sdk-go-v2/service/wafv2/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func wafKinds() []collect.Kind {
	return []collect.Kind{webACL, wafRuleGroup, ipSet, regexPatternSet}
}

// wafScopes are the two places in which WAF keeps things, and how ARNs call them. CloudFront's lie in us-east-1 and are
// listed there alone.
func wafScopes(s *collect.Scope, visit func(scope types.Scope)) {
	visit(types.ScopeRegional)
	if s.Region == "us-east-1" {
		visit(types.ScopeCloudfront)
	}
}

// inWAF is the part of a configuration that says which of the two places a thing is in.
type inWAF struct {
	Scope types.Scope
}

// wafItem has CloudFormation's physical id: name, id and scope. WAF gives no dates.
func wafItem(s *collect.Scope, kind string, scope types.Scope, name, id *string) collect.Item {
	place := "regional"
	if scope == types.ScopeCloudfront {
		place = "global"
	}
	n, i := aws.ToString(name), aws.ToString(id)
	return collect.Item{
		ID: aws.String(n + "|" + i + "|" + string(scope)), UniqueID: id, Name: name, ARN: s.ARN("wafv2", place+"/"+kind+"/"+n+"/"+i),
	}
}

// wafNames are what WAF's calls name a thing by.
func wafNames(r *collect.Resource) (name, id *string, scope types.Scope) {
	parts := strings.SplitN(r.ID+"||", "|", 4)
	return &parts[0], &parts[1], types.Scope(parts[2])
}

// wafTags asks for the tags of anything that WAF has.
func wafTags(s *collect.Scope, arn *string) collect.Aspect {
	return collect.AskTags(s, wafv2.NewFromConfig(s.Config).ListTagsForResource, &wafv2.ListTagsForResourceInput{ResourceARN: arn, Limit: aws.Int32(100)},
		func(out *wafv2.ListTagsForResourceOutput) collect.Tags {
			if out.TagInfoForResource == nil {
				return nil
			}
			return collect.TagsOf(out.TagInfoForResource.TagList)
		})
}

const (
	wafGone  = "WAFNonexistentItemException"
	wafInUse = "WAFAssociatedItemException"
)

// wafDescribed reports whether a description failed because the thing went since it was listed. Any other failure makes
// the part unknown.
func wafDescribed(item *collect.Item, part collect.Path, err error) (gone bool) {
	if err = asGone(err, wafGone); err != nil {
		item.Unknown = append(item.Unknown, collect.Gap{Path: part, Err: err})
	}
	return err != nil && collect.Classify(err) == collect.ClassNotFound
}

var webACL = collect.Kind{
	Name: "wafv2:webacl", CloudFormation: "AWS::WAFv2::WebACL", Aliases: []string{"wafv2:web-acl"}, Tagging: "wafv2",
	List: func(s *collect.Scope) {
		c := wafv2.NewFromConfig(s.Config)
		wafScopes(s, func(scope types.Scope) {
			logging, unread := wafLogging(s, scope)
			list := collect.Pages[types.WebACLSummary](s, c.ListWebACLs, &wafv2.ListWebACLsInput{Scope: scope, Limit: aws.Int32(100)})
			collect.Each(s, list, func(w types.WebACLSummary) {
				item := wafItem(s, "webacl", scope, w.Name, w.Id)
				if unread != nil {
					item.Unknown = append(item.Unknown, collect.Gap{Path: "Logging", Err: unread})
				}
				out, err := collect.Send(s, c.GetWebACL, &wafv2.GetWebACLInput{Name: w.Name, Id: w.Id, Scope: scope})
				if wafDescribed(&item, "WebACL", err) {
					return
				}
				parts := []any{inWAF{scope}, wafTags(s, w.ARN)}
				if err != nil {
					item.Unsure, item.Protect = true, "who manages this web ACL could not be read"
				} else {
					if acl := out.WebACL; acl != nil && acl.ManagedByFirewallManager {
						item.Managed("Firewall Manager manages this web ACL")
					}
					parts = append(parts, webACLParts{out.WebACL, logging[aws.ToString(w.ARN)]})
				}
				if scope == types.ScopeRegional { // distributions name theirs themselves
					parts = append(parts, associations(s, w.ARN)...)
				}
				s.Add(item, parts...)
			})
		})
	},
	Weak: []collect.Weakness{
		{Rule: "waf-removed", Guard: true},
		{Rule: "waf-weakened", Path: "WebACL.DefaultAction.Allow", Says: "it blocks by default"},
		{Rule: "waf-weakened", Path: "LoadBalancers[]", Guard: true},
		{Rule: "waf-weakened", Path: "WebACL.Rules[].Name", Guard: true, By: "Name"},
		{Rule: "logging-off", Path: "Logging.LogDestinationConfigs", Absent: true},
	},
	Status: []collect.Path{"WebACL.Capacity"}, // follows from the rules
	Omit:   []collect.Path{"Logging.ResourceArn"},
	Refs:   statementRefs("WebACL.Rules[]"),
	UsedBy: []collect.Path{"LoadBalancers[]", "UserPools[]"},
	Sets: withStatementSets("WebACL.Rules[]", map[collect.Path]string{
		"WebACL.Rules":                  "Name", // they have priorities
		"Logging.LogDestinationConfigs": "", "Logging.RedactedFields": "", "WebACL.TokenDomains": "", "LoadBalancers": "", "UserPools": "",
	}),
	Secrets: append(statementSecrets("WebACL.Rules[]"), "WebACL.DefaultAction.Allow.CustomRequestHandling.InsertHeaders[].Value"),
	// One that something still uses is refused: nothing is taken from behind it.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := wafv2.NewFromConfig(s.Config)
		name, id, scope := wafNames(r)
		now, err := c.GetWebACL(s.Context, &wafv2.GetWebACLInput{Name: name, Id: id, Scope: scope})
		if err != nil {
			return asGone(err, wafGone)
		}
		in := &wafv2.DeleteWebACLInput{Name: name, Id: id, Scope: scope, LockToken: now.LockToken}
		return asInUse(asGone(collect.Do(s, c.DeleteWebACL, in), wafGone), wafInUse)
	},
}

type webACLParts struct {
	WebACL  *types.WebACL
	Logging *types.LoggingConfiguration
}

// wafLogging lists the logging of all web ACLs of a scope, by their ARNs.
func wafLogging(s *collect.Scope, scope types.Scope) (map[string]*types.LoggingConfiguration, error) {
	list, err := collect.All(s, func(s *collect.Scope) iter.Seq[types.LoggingConfiguration] {
		c := wafv2.NewFromConfig(s.Config)
		return collect.Pages[types.LoggingConfiguration](s, c.ListLoggingConfigurations, &wafv2.ListLoggingConfigurationsInput{Scope: scope, Limit: aws.Int32(100)})
	})
	found := make(map[string]*types.LoggingConfiguration, len(list))
	for i := range list {
		found[aws.ToString(list[i].ResourceArn)] = &list[i]
	}
	return found, err
}

// associations are what a regional web ACL guards, of the sorts that nothing but WAF tells: stages of APIs and GraphQL
// APIs name theirs themselves. A call for each sort, of which AWS allows one a second ("AWS WAF quotas"). Where a region
// lacks a sort, WAF calls that an invalid parameter.
func associations(s *collect.Scope, arn *string) []any {
	c := wafv2.NewFromConfig(s.Config)
	of := func(name string, sort types.ResourceType) collect.Aspect {
		in := &wafv2.ListResourcesForWebACLInput{WebACLArn: arn, ResourceType: sort}
		return collect.Ask(s, name, c.ListResourcesForWebACL, in, "WAFInvalidParameterException").Of("ResourceArns")
	}
	return []any{of("LoadBalancers", types.ResourceTypeApplicationLoadBalancer), of("UserPools", types.ResourceTypeCognitioUserPool)}
}
