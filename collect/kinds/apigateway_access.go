package kinds

import (
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	v2 "github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	v2types "github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// gatewayDomainName is a custom domain name of any API. It has no creation date. What it leads to is in one of two
// lists: of regional names the second version of API Gateway's API shows all, of the others only the first knows any.
var gatewayDomainName = collect.Kind{
	Name: "apigateway:domain-name", CloudFormation: "AWS::ApiGateway::DomainName", Aliases: []string{"apigatewayv2:domain-name", "AWS::ApiGatewayV2::DomainName"},
	List: func(s *collect.Scope) {
		names := collect.PagesBy(s, apigateway.NewFromConfig(s.Config).GetDomainNames,
			&apigateway.GetDomainNamesInput{Limit: aws.Int32(gatewayPage), ResourceOwner: types.ResourceOwnerSelf},
			func(out *apigateway.GetDomainNamesOutput) ([]types.DomainName, *string) {
				return out.Items, goesOn(out.Position)
			},
			func(in *apigateway.GetDomainNamesInput, at *string) { in.Position = at })
		collect.Each(s, names, func(name types.DomainName) {
			item := collect.Item{ID: name.DomainName, ARN: name.DomainNameArn, Tags: name.Tags}
			if aws.ToString(item.ARN) == "" {
				item.ARN = gatewayARN(s, "domainnames/"+aws.ToString(name.DomainName))
			}
			name.Policy, name.ManagementPolicy = unescaped(name.Policy), unescaped(name.ManagementPolicy)
			var leads leadsTo
			there := true
			if regional(name) {
				var mappings []v2types.ApiMapping
				mappings, there = collect.Nested(s, &item, "ApiMappings", func(s *collect.Scope) iter.Seq[v2types.ApiMapping] {
					return collect.Pages[v2types.ApiMapping](s, v2.NewFromConfig(s.Config).GetApiMappings, &v2.GetApiMappingsInput{DomainName: name.DomainName})
				})
				if len(item.Unknown) > 0 { // the mappings, of either kind
					item.Unknown = append(item.Unknown, collect.Gap{Path: "RestApiMappings", Err: item.Unknown[0].Err})
				}
				leads.sort(s, &item, mappings)
			} else {
				leads.BasePathMappings, there = collect.Nested(s, &item, "BasePathMappings", func(s *collect.Scope) iter.Seq[types.BasePathMapping] {
					return basePathMappings(s, name)
				})
			}
			if there {
				s.Add(item, name, leads)
			}
		})
	},
	Weak: []collect.Weakness{
		{Rule: "policy-anybody", Path: "Policy", Check: snapshot.CheckPolicy, AtMost: "medium"},
		{Rule: "weak-tls", Path: "SecurityPolicy", Is: []string{"TLS_1_0"}},
		{Rule: "client-certificates-off", Path: "MutualTlsAuthentication.TruststoreUri", Absent: true},
	},
	Status: []collect.Path{
		"DomainNameStatus", "DomainNameStatusMessage", "CertificateUploadDate", "MutualTlsAuthentication.TruststoreWarnings",
		"ApiMappings[].ApiMappingId", "RestApiMappings[].ApiMappingId", // a mapping that is made again gets a new one
	},
	// An API that a mapping leads to can't be deleted, nor can a certificate in use.
	Refs: map[collect.Path]string{
		"BasePathMappings[].RestApiId": "apigateway:restapi", "RestApiMappings[].ApiId": "apigateway:restapi", "ApiMappings[].ApiId": "apigateway:api",
		"CertificateArn": "acm:certificate", "RegionalCertificateArn": "acm:certificate", "OwnershipVerificationCertificateArn": "acm:certificate",
	},
	Addresses: []collect.Path{"DomainName", "DistributionDomainName", "RegionalDomainName"},
	Sets: map[collect.Path]string{
		"BasePathMappings": "BasePath", "ApiMappings": "ApiMappingKey", "RestApiMappings": "ApiMappingKey", "EndpointConfiguration.Types": "",
		"EndpointConfiguration.VpcEndpointIds": "",
	},
	// Its mappings go with it.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		name, err := collect.Stored[types.DomainName](r)
		if err != nil {
			return err
		}
		return collect.Do(s, apigateway.NewFromConfig(s.Config).DeleteDomainName, &apigateway.DeleteDomainNameInput{
			DomainName: name.DomainName, DomainNameId: name.DomainNameId, // private names have an id besides
		})
	},
}

// leadsTo is where a domain name leads.
type leadsTo struct {
	BasePathMappings             []types.BasePathMapping
	ApiMappings, RestApiMappings []v2types.ApiMapping
}

// sort tells apart what a regional name leads to: its mappings name REST APIs and others alike. Where the REST APIs can't
// be listed, nothing is told.
func (l *leadsTo) sort(s *collect.Scope, item *collect.Item, mappings []v2types.ApiMapping) {
	if len(mappings) == 0 {
		return
	}
	rest, err := listedRestAPIs(s)
	if err != nil {
		item.Unknown = append(item.Unknown, collect.Gap{Path: "ApiMappings", Err: err}, collect.Gap{Path: "RestApiMappings", Err: err})
		return
	}
	for _, m := range mappings {
		if slices.ContainsFunc(rest, func(api types.RestApi) bool { return aws.ToString(api.Id) == aws.ToString(m.ApiId) }) {
			l.RestApiMappings = append(l.RestApiMappings, m)
		} else {
			l.ApiMappings = append(l.ApiMappings, m)
		}
	}
}

func regional(name types.DomainName) bool {
	return name.EndpointConfiguration != nil && slices.Contains(name.EndpointConfiguration.Types, types.EndpointTypeRegional)
}

func basePathMappings(s *collect.Scope, name types.DomainName) iter.Seq[types.BasePathMapping] {
	return collect.PagesBy(s, apigateway.NewFromConfig(s.Config).GetBasePathMappings,
		&apigateway.GetBasePathMappingsInput{DomainName: name.DomainName, DomainNameId: name.DomainNameId, Limit: aws.Int32(gatewayPage)},
		func(out *apigateway.GetBasePathMappingsOutput) ([]types.BasePathMapping, *string) {
			return out.Items, goesOn(out.Position)
		},
		func(in *apigateway.GetBasePathMappingsInput, at *string) { in.Position = at })
}

// usagePlan has no creation date. Its keys are not read: the list of them carries their values.
var usagePlan = collect.Kind{
	Name: "apigateway:usage-plan", CloudFormation: "AWS::ApiGateway::UsagePlan",
	List: func(s *collect.Scope) {
		plans := collect.PagesBy(s, apigateway.NewFromConfig(s.Config).GetUsagePlans, &apigateway.GetUsagePlansInput{Limit: aws.Int32(gatewayPage)},
			func(out *apigateway.GetUsagePlansOutput) ([]types.UsagePlan, *string) {
				return out.Items, goesOn(out.Position)
			},
			func(in *apigateway.GetUsagePlansInput, at *string) { in.Position = at })
		for plan := range plans {
			s.Add(collect.Item{ID: plan.Id, ARN: gatewayARN(s, "usageplans/"+aws.ToString(plan.Id)), Name: plan.Name, Tags: plan.Tags}, plan)
		}
	},
	Names:  map[collect.Path]string{"ApiStages[].ApiId": "apigateway:restapi"},
	Sets:   map[collect.Path]string{"ApiStages": ""},
	Delete: deleteUsagePlan,
}

// deleteUsagePlan takes a plan's stages out of it, which API Gateway wants gone, and then the plan. The stages stay.
func deleteUsagePlan(s *collect.Scope, r *collect.Resource) error {
	c := apigateway.NewFromConfig(s.Config)
	now, err := c.GetUsagePlan(s.Context, &apigateway.GetUsagePlanInput{UsagePlanId: &r.ID})
	if err != nil {
		return err
	}
	var out []types.PatchOperation
	for _, stage := range now.ApiStages {
		out = append(out, types.PatchOperation{
			Op: types.OpRemove, Path: aws.String("/apiStages"), Value: aws.String(aws.ToString(stage.ApiId) + ":" + aws.ToString(stage.Stage)),
		})
	}
	if len(out) > 0 {
		if err := collect.Do(s, c.UpdateUsagePlan, &apigateway.UpdateUsagePlanInput{UsagePlanId: &r.ID, PatchOperations: out}); err != nil {
			return err
		}
	}
	return collect.Do(s, c.DeleteUsagePlan, &apigateway.DeleteUsagePlanInput{UsagePlanId: &r.ID})
}

// gatewayKey: the list comes without values, and they are never asked for.
var gatewayKey = collect.Kind{
	Name: "apigateway:api-key", CloudFormation: "AWS::ApiGateway::ApiKey",
	List: func(s *collect.Scope) {
		keys := collect.PagesBy(s, apigateway.NewFromConfig(s.Config).GetApiKeys,
			&apigateway.GetApiKeysInput{Limit: aws.Int32(gatewayPage), IncludeValues: aws.Bool(false)},
			func(out *apigateway.GetApiKeysOutput) ([]types.ApiKey, *string) {
				return out.Items, goesOn(out.Position)
			},
			func(in *apigateway.GetApiKeysInput, at *string) { in.Position = at })
		for key := range keys {
			key.Value = nil // emulators send it all the same
			s.Add(collect.Item{ID: key.Id, ARN: gatewayARN(s, "apikeys/"+aws.ToString(key.Id)), Name: key.Name, Created: key.CreatedDate, Tags: key.Tags}, key)
		}
	},
	Status: []collect.Path{"LastUpdatedDate"},
	Sets:   map[collect.Path]string{"StageKeys": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, apigateway.NewFromConfig(s.Config).DeleteApiKey, &apigateway.DeleteApiKeyInput{ApiKey: &r.ID})
	},
}
