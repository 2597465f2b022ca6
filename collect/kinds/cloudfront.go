package kinds

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func cloudfrontKinds() []collect.Kind {
	return []collect.Kind{distribution, edgeFunction, originAccessControl, cachePolicy, originRequestPolicy, responseHeadersPolicy}
}

// distribution has no creation date. The list lacks logging, the root object and who called for it, so the configuration
// comes from GetDistributionConfig, which has all that can be set.
var distribution = collect.Kind{
	Name: "cloudfront:distribution", CloudFormation: "AWS::CloudFront::Distribution", Global: true, Tagging: "cloudfront:distribution",
	List: func(s *collect.Scope) {
		c := cloudfront.NewFromConfig(s.Config)
		collect.Each(s, distributions(s), func(d types.DistributionSummary) {
			config := collect.Ask(s, "Config", c.GetDistributionConfig, &cloudfront.GetDistributionConfigInput{Id: d.Id}).Of("DistributionConfig")
			s.Add(collect.Item{ID: d.Id, UniqueID: d.Id, ARN: s.ARN("cloudfront", "distribution/"+aws.ToString(d.Id))},
				summary{d.DomainName, d.Status, d.LastModifiedTime, edgeFunctions(d)}, config,
				collect.AskTags(s, c.ListTagsForResource, &cloudfront.ListTagsForResourceInput{Resource: d.ARN}, cloudfrontTags))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "plain-http", Path: "Config.DefaultCacheBehavior.ViewerProtocolPolicy", Is: []string{"allow-all"}},
		{Rule: "plain-http", Path: "Config.CacheBehaviors.Items[].ViewerProtocolPolicy", Is: []string{"allow-all"}, By: "PathPattern"},
		{Rule: "weak-tls", Path: "Config.ViewerCertificate.MinimumProtocolVersion", Is: []string{"SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016"}, Unless: map[collect.Path]string{"Config.ViewerCertificate.CloudFrontDefaultCertificate": "true"}},
		{Rule: "logging-off", Path: "Config.Logging.Enabled", Is: []string{"false"}},
		{Rule: "waf-off", Path: "Config.WebACLId", Absent: true},
	},
	Status: []collect.Path{"Status", "LastModifiedTime"},
	Omit:   []collect.Path{"Config.ViewerCertificate.Certificate", "Config.ViewerCertificate.CertificateSource"}, // repeat the ARN
	// What a distribution uses can't be deleted before it.
	Refs: distributionRefs(),
	// Origins are named by address: load balancers, APIs, buckets. The log's bucket is, too.
	Names:     map[collect.Path]string{"Config.Origins.Items[].DomainName": "", "Config.Logging.Bucket": ""},
	Addresses: []collect.Path{"DomainName", "Config.Aliases.Items[]"},
	Sets:      distributionSets(),
	// With these an origin knows that a request came through CloudFront.
	Secrets: []collect.Path{"Config.Origins.Items[].CustomHeaders.Items[].HeaderValue"},
	Delete:  deleteDistribution,
}

func distributions(s *collect.Scope) iter.Seq[types.DistributionSummary] {
	return collect.PagesBy(s, cloudfront.NewFromConfig(s.Config).ListDistributions, &cloudfront.ListDistributionsInput{},
		func(out *cloudfront.ListDistributionsOutput) ([]types.DistributionSummary, *string) {
			list := cmp.Or(out.DistributionList, new(types.DistributionList))
			return list.Items, list.NextMarker
		},
		func(in *cloudfront.ListDistributionsInput, marker *string) { in.Marker = marker })
}

// summary is what the list has and the configuration lacks.
type summary struct {
	DomainName, Status *string
	LastModifiedTime   *time.Time
	EdgeFunctions      []string // see [edgeFunctions]
}

// edgeFunctions are the Lambda functions that a distribution runs. Its configuration names versions, by ARNs that are
// those of no resource; Lambda refuses to delete the functions until CloudFront has removed their replicas.
func edgeFunctions(d types.DistributionSummary) []string {
	var found []string
	add := func(list *types.LambdaFunctionAssociations) {
		if list == nil {
			return
		}
		for _, a := range list.Items {
			arn := strings.Split(aws.ToString(a.LambdaFunctionARN), ":")
			found = append(found, strings.Join(arn[:min(len(arn), 7)], ":"))
		}
	}
	if d.DefaultCacheBehavior != nil {
		add(d.DefaultCacheBehavior.LambdaFunctionAssociations)
	}
	if d.CacheBehaviors != nil {
		for _, b := range d.CacheBehaviors.Items {
			add(b.LambdaFunctionAssociations)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// behaviours are the places of a distribution's cache behaviours.
var behaviours = []collect.Path{"Config.DefaultCacheBehavior", "Config.CacheBehaviors.Items[]"}

func distributionRefs() map[collect.Path]string {
	refs := map[collect.Path]string{
		"EdgeFunctions[]": "lambda:function", "Config.Origins.Items[].OriginAccessControlId": "cloudfront:origin-access-control",
		"Config.ViewerCertificate.ACMCertificateArn": "acm:certificate", "Config.WebACLId": "wafv2:webacl",
	}
	for _, at := range behaviours {
		refs[at+".CachePolicyId"] = "cloudfront:cache-policy"
		refs[at+".OriginRequestPolicyId"] = "cloudfront:origin-request-policy"
		refs[at+".ResponseHeadersPolicyId"] = "cloudfront:response-headers-policy"
		refs[at+".FunctionAssociations.Items[].FunctionARN"] = "cloudfront:function"
	}
	return refs
}

// distributionSets leaves out the cache behaviours: the first that fits a request counts.
func distributionSets() map[collect.Path]string {
	sets := map[collect.Path]string{
		"EdgeFunctions": "", "Config.Aliases.Items": "", "Config.Origins.Items": "Id", "Config.OriginGroups.Items": "Id",
		"Config.CustomErrorResponses.Items": "ErrorCode", "Config.Restrictions.GeoRestriction.Items": "",
		"Config.Origins.Items[].CustomHeaders.Items": "HeaderName", "Config.Origins.Items[].CustomOriginConfig.OriginSslProtocols.Items": "",
		"Config.OriginGroups.Items[].FailoverCriteria.StatusCodes.Items": "",
	}
	for _, at := range behaviours {
		for list, key := range map[collect.Path]string{
			"AllowedMethods.Items": "", "AllowedMethods.CachedMethods.Items": "", "FunctionAssociations.Items": "EventType",
			"LambdaFunctionAssociations.Items": "EventType", "TrustedKeyGroups.Items": "", "TrustedSigners.Items": "",
			"ForwardedValues.Headers.Items": "", "ForwardedValues.Cookies.WhitelistedNames.Items": "", "ForwardedValues.QueryStringCacheKeys.Items": "",
		} {
			sets[at+"."+list] = key
		}
	}
	return sets
}

func cloudfrontTags(out *cloudfront.ListTagsForResourceOutput) collect.Tags {
	if out.Tags == nil {
		return nil
	}
	return collect.TagsOf(out.Tags.Items)
}

// deleteDistribution disables a distribution first, as CloudFront wants it. Until that has reached every edge, which takes
// minutes, the call says that the distribution is in use.
func deleteDistribution(s *collect.Scope, r *collect.Resource) error {
	c := cloudfront.NewFromConfig(s.Config)
	now, err := c.GetDistribution(s.Context, &cloudfront.GetDistributionInput{Id: &r.ID})
	if err != nil {
		return err
	}
	if d := now.Distribution; d != nil && d.DistributionConfig != nil {
		if config := d.DistributionConfig; aws.ToBool(config.Enabled) {
			config.Enabled = aws.Bool(false)
			in := &cloudfront.UpdateDistributionInput{Id: &r.ID, IfMatch: now.ETag, DistributionConfig: config}
			if err := collect.Do(s, c.UpdateDistribution, in); err != nil {
				return err
			}
			return &types.ResourceInUse{Message: aws.String("the distribution is being disabled")}
		}
		if aws.ToString(d.Status) == "InProgress" {
			return &types.ResourceInUse{Message: aws.String("the distribution is being deployed")}
		}
	}
	return asInUse(collect.Do(s, c.DeleteDistribution, &cloudfront.DeleteDistributionInput{Id: &r.ID, IfMatch: now.ETag}), "DistributionNotDisabled")
}

// originAccessControl has neither tags nor a date.
var originAccessControl = collect.Kind{
	Name: "cloudfront:origin-access-control", CloudFormation: "AWS::CloudFront::OriginAccessControl", Global: true,
	List: func(s *collect.Scope) {
		list := collect.PagesBy(s, cloudfront.NewFromConfig(s.Config).ListOriginAccessControls, &cloudfront.ListOriginAccessControlsInput{},
			func(out *cloudfront.ListOriginAccessControlsOutput) ([]types.OriginAccessControlSummary, *string) {
				list := cmp.Or(out.OriginAccessControlList, new(types.OriginAccessControlList))
				return list.Items, list.NextMarker
			},
			func(in *cloudfront.ListOriginAccessControlsInput, marker *string) { in.Marker = marker })
		for o := range list {
			s.Add(collect.Item{ID: o.Id, UniqueID: o.Id, ARN: s.ARN("cloudfront", "origin-access-control/"+aws.ToString(o.Id)), Name: o.Name}, o)
		}
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := cloudfront.NewFromConfig(s.Config)
		now, err := c.GetOriginAccessControl(s.Context, &cloudfront.GetOriginAccessControlInput{Id: &r.ID})
		if err != nil {
			return err
		}
		in := &cloudfront.DeleteOriginAccessControlInput{Id: &r.ID, IfMatch: now.ETag}
		return asInUse(collect.Do(s, c.DeleteOriginAccessControl, in), "OriginAccessControlInUse")
	},
}
