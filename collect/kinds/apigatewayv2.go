package kinds

import (
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// httpAPIs is the list that HTTP and WebSocket APIs and their stages start from.
func httpAPIs(s *collect.Scope) ([]types.Api, bool) {
	return collect.Shared(s, "apigateway:GetApis", func(s *collect.Scope) iter.Seq[types.Api] {
		return collect.Pages[types.Api](s, apigatewayv2.NewFromConfig(s.Config).GetApis, &apigatewayv2.GetApisInput{MaxResults: aws.String("500")})
	})
}

// httpAPI is an HTTP or a WebSocket API with its routes and where they lead.
var httpAPI = collect.Kind{
	Name: "apigateway:api", CloudFormation: "AWS::ApiGatewayV2::Api", Aliases: []string{"apigatewayv2:api"},
	List: func(s *collect.Scope) {
		c := apigatewayv2.NewFromConfig(s.Config)
		apis, _ := httpAPIs(s)
		collect.Each(s, slices.Values(apis), func(api types.Api) {
			item := collect.Item{ID: api.ApiId, ARN: gatewayARN(s, "apis/"+aws.ToString(api.ApiId)), Name: api.Name, Created: api.CreatedDate, Tags: api.Tags}
			if aws.ToBool(api.ApiGatewayManaged) {
				item.Managed("the service that made this API manages it")
			}
			parts := httpParts{Hostname: aws.String(hostOf(aws.ToString(api.ApiEndpoint)))}
			var there [3]bool
			parts.Routes, there[0] = collect.Nested(s, &item, "Routes", func(s *collect.Scope) iter.Seq[types.Route] {
				return collect.Pages[types.Route](s, c.GetRoutes, &apigatewayv2.GetRoutesInput{ApiId: api.ApiId, MaxResults: aws.String("500")})
			})
			parts.Integrations, there[1] = collect.Nested(s, &item, "Integrations", func(s *collect.Scope) iter.Seq[types.Integration] {
				return collect.Pages[types.Integration](s, c.GetIntegrations, &apigatewayv2.GetIntegrationsInput{ApiId: api.ApiId, MaxResults: aws.String("500")})
			})
			parts.Authorizers, there[2] = collect.Nested(s, &item, "Authorizers", func(s *collect.Scope) iter.Seq[types.Authorizer] {
				return collect.Pages[types.Authorizer](s, c.GetAuthorizers, &apigatewayv2.GetAuthorizersInput{ApiId: api.ApiId, MaxResults: aws.String("500")})
			})
			if !slices.Contains(there[:], false) {
				s.Add(item, api, parts)
			}
		})
	},
	Weak: []collect.Weakness{
		{Rule: "api-without-authorization", Path: "Routes[].AuthorizationType", Is: []string{"NONE"}, By: "RouteKey"},
	},
	Status:    []collect.Path{"ImportInfo", "Warnings", "Routes[].RouteId"}, // a route that is made again gets a new id
	Addresses: []collect.Path{"ApiEndpoint", "Hostname"},
	// A link that a route goes through can't be deleted.
	Refs: map[collect.Path]string{"Integrations[].ConnectionId": "apigateway:api-vpc-link"},
	Sets: map[collect.Path]string{
		"Routes": "RouteKey", "Integrations": "IntegrationId", "Authorizers": "AuthorizerId", "Routes[].AuthorizationScopes": "",
		"Authorizers[].JwtConfiguration.Audience": "", "CorsConfiguration.AllowHeaders": "", "CorsConfiguration.AllowMethods": "",
		"CorsConfiguration.AllowOrigins": "", "CorsConfiguration.ExposeHeaders": "",
	},
	// What is sent on to a backend carries its keys.
	Secrets: []collect.Path{"Integrations[].RequestParameters", "Integrations[].RequestTemplates"},
	Takes:   []string{"apigateway:api-stage"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, apigatewayv2.NewFromConfig(s.Config).DeleteApi, &apigatewayv2.DeleteApiInput{ApiId: &r.ID})
	},
}

// httpParts are the parts of an API that the list lacks.
type httpParts struct {
	Routes       []types.Route
	Integrations []types.Integration
	Authorizers  []types.Authorizer
	Hostname     *string // by which others name it
}

// hostOf is the host name in an endpoint's URL.
func hostOf(url string) string {
	_, host, found := strings.Cut(url, "://")
	if !found {
		host = url
	}
	host, _, _ = strings.Cut(host, "/")
	return host
}

// httpStage has the id of its API before its name, since all APIs call theirs alike.
var httpStage = collect.Kind{
	Name: "apigateway:api-stage", CloudFormation: "AWS::ApiGatewayV2::Stage", Aliases: []string{"apigatewayv2:stage"},
	List: func(s *collect.Scope) {
		c := apigatewayv2.NewFromConfig(s.Config)
		apis, _ := httpAPIs(s)
		collect.Each(s, slices.Values(apis), func(api types.Api) {
			stages := collect.Children(s, func(s *collect.Scope) iter.Seq[types.Stage] {
				return collect.Pages[types.Stage](s, c.GetStages, &apigatewayv2.GetStagesInput{ApiId: api.ApiId, MaxResults: aws.String("500")})
			})
			for _, stage := range stages {
				id := aws.ToString(api.ApiId) + "/" + aws.ToString(stage.StageName)
				item := collect.Item{
					ID: &id, ARN: gatewayARN(s, "apis/"+aws.ToString(api.ApiId)+"/stages/"+aws.ToString(stage.StageName)),
					Created: stage.CreatedDate, Tags: stage.Tags,
				}
				if aws.ToBool(stage.ApiGatewayManaged) { // of an API that was made in one call
					item.Owner = &snapshot.Owner{Kind: "apigateway:api", ID: aws.ToString(api.ApiId)}
				}
				if aws.ToBool(stage.AutoDeploy) {
					stage.DeploymentId = nil // follows every change of the API
				}
				s.Add(item, stage, inHTTPAPI{api.ApiId})
			}
		})
	},
	Weak:    []collect.Weakness{{Rule: "logging-off", Path: "AccessLogSettings.DestinationArn", Absent: true}},
	Status:  []collect.Path{"LastDeploymentStatusMessage", "LastUpdatedDate"},
	Names:   map[collect.Path]string{"ApiId": "apigateway:api"}, // which goes with its stages
	Secrets: []collect.Path{"StageVariables"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		api, stage, _ := strings.Cut(r.ID, "/")
		return collect.Do(s, apigatewayv2.NewFromConfig(s.Config).DeleteStage, &apigatewayv2.DeleteStageInput{ApiId: &api, StageName: &stage})
	},
}

// inHTTPAPI is the part of a stage's configuration that says where it is.
type inHTTPAPI struct {
	ApiId *string
}

// httpVPCLink leads into a VPC by network interfaces of its own.
var httpVPCLink = collect.Kind{
	Name: "apigateway:api-vpc-link", CloudFormation: "AWS::ApiGatewayV2::VpcLink", Aliases: []string{"apigatewayv2:vpc-link"},
	List: func(s *collect.Scope) {
		links := collect.Pages[types.VpcLink](s, apigatewayv2.NewFromConfig(s.Config).GetVpcLinks, &apigatewayv2.GetVpcLinksInput{MaxResults: aws.String("500")})
		for link := range links {
			s.Add(collect.Item{
				ID: link.VpcLinkId, ARN: gatewayARN(s, "vpclinks/"+aws.ToString(link.VpcLinkId)), Name: link.Name, Created: link.CreatedDate,
				Tags: link.Tags, Dead: link.VpcLinkStatus == types.VpcLinkStatusDeleting,
			}, link)
		}
	},
	Status: []collect.Path{"VpcLinkStatus", "VpcLinkStatusMessage"},
	Refs:   map[collect.Path]string{"SubnetIds[]": "ec2:subnet", "SecurityGroupIds[]": "ec2:security-group"},
	Sets:   map[collect.Path]string{"SubnetIds": "", "SecurityGroupIds": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, apigatewayv2.NewFromConfig(s.Config).DeleteVpcLink, &apigatewayv2.DeleteVpcLinkInput{VpcLinkId: &r.ID})
	},
}
