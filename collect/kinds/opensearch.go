package kinds

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func opensearchKinds() []collect.Kind {
	return []collect.Kind{searchDomain}
}

// searchDomain: its indexes go with it, and so do the snapshots that AWS takes by itself; what somebody's own repository
// in S3 holds stays. A domain's description has no creation date: that of its engine version is as old as the domain.
var searchDomain = collect.Kind{
	Name: "es:domain", CloudFormation: "AWS::OpenSearchService::Domain", Aliases: []string{"opensearch:domain", "AWS::Elasticsearch::Domain"}, Tagging: "es:domain", Approximate: true,
	List: func(s *collect.Scope) {
		c := opensearch.NewFromConfig(s.Config)
		out, ok := collect.Call(s, c.ListDomainNames, &opensearch.ListDomainNamesInput{}) // has no pages
		if !ok {
			return
		}
		names := func(yield func(string) bool) {
			for _, domain := range out.DomainNames {
				if !yield(aws.ToString(domain.DomainName)) {
					return
				}
			}
		}
		collect.Batch(s, names, 5, func(names []string) {
			out, ok := collect.Call(s, c.DescribeDomains, &opensearch.DescribeDomainsInput{DomainNames: names})
			if !ok {
				return
			}
			for _, domain := range out.DomainStatusList {
				created := collect.Through(collect.Ask(s, "CreationDate", c.DescribeDomainConfig,
					&opensearch.DescribeDomainConfigInput{DomainName: domain.DomainName}), domainCreated)
				s.Add(collect.Item{ID: domain.DomainName, ARN: domain.ARN}, domain,
					collect.Fill(created, func(item *collect.Item, at time.Time) { item.Created = &at }),
					collect.AskTags(s, c.ListTags, &opensearch.ListTagsInput{ARN: domain.ARN},
						func(out *opensearch.ListTagsOutput) collect.Tags { return collect.TagsOf(out.TagList) }))
			}
		})
	},
	Weak: []collect.Weakness{
		{Rule: "policy-anybody", Path: "AccessPolicies", Behind: "VPCOptions.VPCId", Check: snapshot.CheckPolicy},
		{Rule: "unauthenticated-access", Path: "AdvancedSecurityOptions.AnonymousAuthEnabled", Is: []string{"true"}},
		{Rule: "authentication-off", Path: "AdvancedSecurityOptions.Enabled", Is: []string{"false"}, Says: "fine-grained access control"},
		{Rule: "encryption-off", Path: "EncryptionAtRestOptions.Enabled", Is: []string{"false"}},
		{Rule: "transit-encryption-off", Path: "NodeToNodeEncryptionOptions.Enabled", Is: []string{"false"}, Says: "between nodes"},
		{Rule: "transit-encryption-off", Path: "DomainEndpointOptions.EnforceHTTPS", Is: []string{"false"}, Says: "clients"},
		{Rule: "weak-tls", Path: "DomainEndpointOptions.TLSSecurityPolicy", Is: []string{"Policy-Min-TLS-1-0-2019-07"}},
		{Rule: "log-type-off", Path: "LogPublishingOptions.*.Enabled", Is: []string{"true"}, Guard: true},
	},
	Status: []collect.Path{
		"AutoTuneOptions.ErrorMessage", "ChangeProgressDetails", "Deleted", "DomainProcessingStatus", "ModifyingProperties", "Processing",
		"ServiceSoftwareOptions", "UpgradeProcessing",
	},
	Omit: []collect.Path{"Created", "CreationDate"},
	// The nodes' network interfaces lie in the subnets.
	Refs: map[collect.Path]string{
		"VPCOptions.VPCId": "ec2:vpc", "VPCOptions.SubnetIds[]": "ec2:subnet", "VPCOptions.SecurityGroupIds[]": "ec2:security-group",
	},
	Names: map[collect.Path]string{
		"CognitoOptions.UserPoolId": "cognito-idp:userpool", "CognitoOptions.IdentityPoolId": "cognito-identity:identitypool",
	},
	Addresses: []collect.Path{"Endpoint", "EndpointV2", "Endpoints.*", "DomainEndpointOptions.CustomEndpoint"},
	Sets: map[collect.Path]string{
		"ClusterConfig.NodeOptions": "NodeType", "VPCOptions.AvailabilityZones": "", "VPCOptions.SecurityGroupIds": "", "VPCOptions.SubnetIds": "",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, opensearch.NewFromConfig(s.Config).DeleteDomain, &opensearch.DeleteDomainInput{DomainName: &r.ID})
	},
}

func domainCreated(out *opensearch.DescribeDomainConfigOutput) time.Time {
	if out.DomainConfig == nil || out.DomainConfig.EngineVersion == nil || out.DomainConfig.EngineVersion.Status == nil {
		return time.Time{}
	}
	return aws.ToTime(out.DomainConfig.EngineVersion.Status.CreationDate)
}
