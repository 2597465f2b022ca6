package kinds

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

// edgeFunction is a CloudFront function. Every one has a stage in development, and one that was published a live stage,
// which is what distributions run. Of the code a digest is kept, as Lambda gives one.
var edgeFunction = collect.Kind{
	Name: "cloudfront:function", CloudFormation: "AWS::CloudFront::Function", Global: true,
	List: func(s *collect.Scope) {
		c := cloudfront.NewFromConfig(s.Config)
		code := func(name string, f types.FunctionSummary, stage types.FunctionStage, absent ...string) collect.Aspect {
			return collect.Through(collect.Ask(s, name, c.GetFunction, &cloudfront.GetFunctionInput{Name: f.Name, Stage: stage}, absent...), digestOf)
		}
		list := collect.PagesBy(s, c.ListFunctions, &cloudfront.ListFunctionsInput{Stage: types.FunctionStageDevelopment},
			func(out *cloudfront.ListFunctionsOutput) ([]types.FunctionSummary, *string) {
				list := cmp.Or(out.FunctionList, new(types.FunctionList))
				return list.Items, list.NextMarker
			},
			func(in *cloudfront.ListFunctionsInput, marker *string) { in.Marker = marker })
		collect.Each(s, list, func(f types.FunctionSummary) {
			metadata := cmp.Or(f.FunctionMetadata, new(types.FunctionMetadata))
			s.Add(collect.Item{ID: f.Name, ARN: metadata.FunctionARN, Created: metadata.CreatedTime}, f,
				code("Development", f, types.FunctionStageDevelopment), code("Live", f, types.FunctionStageLive, "NoSuchFunctionExists"),
				collect.AskTags(s, c.ListTagsForResource, &cloudfront.ListTagsForResourceInput{Resource: metadata.FunctionARN}, cloudfrontTags))
		})
	},
	Status: []collect.Path{"Status", "FunctionMetadata.LastModifiedTime"},
	Omit:   []collect.Path{"FunctionMetadata.CreatedTime", "FunctionMetadata.Stage"},
	Sets:   map[collect.Path]string{"FunctionConfig.KeyValueStoreAssociations.Items": "KeyValueStoreARN"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := cloudfront.NewFromConfig(s.Config)
		now, err := c.DescribeFunction(s.Context, &cloudfront.DescribeFunctionInput{Name: &r.ID})
		if err != nil {
			return err
		}
		return asInUse(collect.Do(s, c.DeleteFunction, &cloudfront.DeleteFunctionInput{Name: &r.ID, IfMatch: now.ETag}), "FunctionInUse")
	},
}

// digest stands for a function's code.
type digest struct {
	CodeSha256 string
}

func digestOf(out *cloudfront.GetFunctionOutput) digest {
	sum := sha256.Sum256(out.FunctionCode)
	return digest{base64.StdEncoding.EncodeToString(sum[:])}
}

// policyItem is any of CloudFront's policies: they have neither tags nor a date, and AWS's own ones are not listed.
func policyItem(s *collect.Scope, kind string, id, name *string) collect.Item {
	return collect.Item{ID: id, UniqueID: id, ARN: s.ARN("cloudfront", kind+"/"+aws.ToString(id)), Name: name}
}

var cachePolicy = collect.Kind{
	Name: "cloudfront:cache-policy", CloudFormation: "AWS::CloudFront::CachePolicy", Global: true,
	List: func(s *collect.Scope) {
		list := collect.PagesBy(s, cloudfront.NewFromConfig(s.Config).ListCachePolicies,
			&cloudfront.ListCachePoliciesInput{Type: types.CachePolicyTypeCustom},
			func(out *cloudfront.ListCachePoliciesOutput) ([]types.CachePolicySummary, *string) {
				list := cmp.Or(out.CachePolicyList, new(types.CachePolicyList))
				return list.Items, list.NextMarker
			},
			func(in *cloudfront.ListCachePoliciesInput, marker *string) { in.Marker = marker })
		for p := range list {
			policy := cmp.Or(p.CachePolicy, new(types.CachePolicy))
			config := cmp.Or(policy.CachePolicyConfig, new(types.CachePolicyConfig))
			s.Add(policyItem(s, "cache-policy", policy.Id, config.Name), policy)
		}
	},
	Status: []collect.Path{"LastModifiedTime"},
	Sets: map[collect.Path]string{
		"CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.CookiesConfig.Cookies.Items":           "",
		"CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.HeadersConfig.Headers.Items":           "",
		"CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig.QueryStrings.Items": "",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := cloudfront.NewFromConfig(s.Config)
		now, err := c.GetCachePolicy(s.Context, &cloudfront.GetCachePolicyInput{Id: &r.ID})
		if err != nil {
			return err
		}
		return asInUse(collect.Do(s, c.DeleteCachePolicy, &cloudfront.DeleteCachePolicyInput{Id: &r.ID, IfMatch: now.ETag}), "CachePolicyInUse")
	},
}

var originRequestPolicy = collect.Kind{
	Name: "cloudfront:origin-request-policy", CloudFormation: "AWS::CloudFront::OriginRequestPolicy", Global: true,
	List: func(s *collect.Scope) {
		list := collect.PagesBy(s, cloudfront.NewFromConfig(s.Config).ListOriginRequestPolicies,
			&cloudfront.ListOriginRequestPoliciesInput{Type: types.OriginRequestPolicyTypeCustom},
			func(out *cloudfront.ListOriginRequestPoliciesOutput) ([]types.OriginRequestPolicySummary, *string) {
				list := cmp.Or(out.OriginRequestPolicyList, new(types.OriginRequestPolicyList))
				return list.Items, list.NextMarker
			},
			func(in *cloudfront.ListOriginRequestPoliciesInput, marker *string) { in.Marker = marker })
		for p := range list {
			policy := cmp.Or(p.OriginRequestPolicy, new(types.OriginRequestPolicy))
			config := cmp.Or(policy.OriginRequestPolicyConfig, new(types.OriginRequestPolicyConfig))
			s.Add(policyItem(s, "origin-request-policy", policy.Id, config.Name), policy)
		}
	},
	Status: []collect.Path{"LastModifiedTime"},
	Sets: map[collect.Path]string{
		"OriginRequestPolicyConfig.CookiesConfig.Cookies.Items": "", "OriginRequestPolicyConfig.HeadersConfig.Headers.Items": "",
		"OriginRequestPolicyConfig.QueryStringsConfig.QueryStrings.Items": "",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := cloudfront.NewFromConfig(s.Config)
		now, err := c.GetOriginRequestPolicy(s.Context, &cloudfront.GetOriginRequestPolicyInput{Id: &r.ID})
		if err != nil {
			return err
		}
		in := &cloudfront.DeleteOriginRequestPolicyInput{Id: &r.ID, IfMatch: now.ETag}
		return asInUse(collect.Do(s, c.DeleteOriginRequestPolicy, in), "OriginRequestPolicyInUse")
	},
}

var responseHeadersPolicy = collect.Kind{
	Name: "cloudfront:response-headers-policy", CloudFormation: "AWS::CloudFront::ResponseHeadersPolicy", Global: true,
	List: func(s *collect.Scope) {
		list := collect.PagesBy(s, cloudfront.NewFromConfig(s.Config).ListResponseHeadersPolicies,
			&cloudfront.ListResponseHeadersPoliciesInput{Type: types.ResponseHeadersPolicyTypeCustom},
			func(out *cloudfront.ListResponseHeadersPoliciesOutput) ([]types.ResponseHeadersPolicySummary, *string) {
				list := cmp.Or(out.ResponseHeadersPolicyList, new(types.ResponseHeadersPolicyList))
				return list.Items, list.NextMarker
			},
			func(in *cloudfront.ListResponseHeadersPoliciesInput, marker *string) { in.Marker = marker })
		for p := range list {
			policy := cmp.Or(p.ResponseHeadersPolicy, new(types.ResponseHeadersPolicy))
			config := cmp.Or(policy.ResponseHeadersPolicyConfig, new(types.ResponseHeadersPolicyConfig))
			s.Add(policyItem(s, "response-headers-policy", policy.Id, config.Name), policy)
		}
	},
	Status: []collect.Path{"LastModifiedTime"},
	Sets: map[collect.Path]string{
		"ResponseHeadersPolicyConfig.CorsConfig.AccessControlAllowHeaders.Items":  "",
		"ResponseHeadersPolicyConfig.CorsConfig.AccessControlAllowMethods.Items":  "",
		"ResponseHeadersPolicyConfig.CorsConfig.AccessControlAllowOrigins.Items":  "",
		"ResponseHeadersPolicyConfig.CorsConfig.AccessControlExposeHeaders.Items": "",
		"ResponseHeadersPolicyConfig.CustomHeadersConfig.Items":                   "Header", "ResponseHeadersPolicyConfig.RemoveHeadersConfig.Items": "Header",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := cloudfront.NewFromConfig(s.Config)
		now, err := c.GetResponseHeadersPolicy(s.Context, &cloudfront.GetResponseHeadersPolicyInput{Id: &r.ID})
		if err != nil {
			return err
		}
		in := &cloudfront.DeleteResponseHeadersPolicyInput{Id: &r.ID, IfMatch: now.ETag}
		return asInUse(collect.Do(s, c.DeleteResponseHeadersPolicy, in), "ResponseHeadersPolicyInUse")
	},
}
