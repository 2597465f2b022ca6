package kinds

import (
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func apiGatewayKinds() []collect.Kind {
	return []collect.Kind{
		restAPI, restStage, restVPCLink, gatewayDomainName, usagePlan, gatewayKey, httpAPI, httpStage, httpVPCLink,
	}
}

// gatewayPage is the most that API Gateway lists in an answer.
const gatewayPage = 500

// goesOn is where a list goes on. A rehearsal fills it like any text: it leaves tokens and markers empty, and knows of no
// positions.
func goesOn(position *string) *string {
	if aws.ToString(position) == "rehearsal" {
		return nil
	}
	return position
}

// gatewayARN composes one of API Gateway's ARNs: they have no account.
func gatewayARN(s *collect.Scope, resource string) *string {
	return aws.String("arn:" + s.Partition + ":apigateway:" + s.Region + "::/" + resource)
}

// restAPIs is the list that REST APIs and their stages start from.
func restAPIs(s *collect.Scope) []types.RestApi {
	apis, err := listedRestAPIs(s)
	if err != nil {
		s.Fail(err)
	}
	return apis
}

func listedRestAPIs(s *collect.Scope) ([]types.RestApi, error) {
	return collect.SharedList(s, "apigateway:GetRestApis", func(s *collect.Scope) iter.Seq[types.RestApi] {
		return collect.PagesBy(s, apigateway.NewFromConfig(s.Config).GetRestApis, &apigateway.GetRestApisInput{Limit: aws.Int32(gatewayPage)},
			func(out *apigateway.GetRestApisOutput) ([]types.RestApi, *string) {
				return out.Items, goesOn(out.Position)
			},
			func(in *apigateway.GetRestApisInput, at *string) { in.Position = at })
	})
}

// restAPI is with its resources, their methods and integrations: what somebody deploys to a stage.
var restAPI = collect.Kind{
	Name: "apigateway:restapi", CloudFormation: "AWS::ApiGateway::RestApi", Aliases: []string{"apigateway:rest-api"},
	List: func(s *collect.Scope) {
		collect.Each(s, slices.Values(restAPIs(s)), func(api types.RestApi) {
			item := collect.Item{ID: api.Id, ARN: gatewayARN(s, "restapis/"+aws.ToString(api.Id)), Name: api.Name, Created: api.CreatedDate, Tags: api.Tags}
			api.Policy = unescaped(api.Policy)
			resources, there := collect.Nested(s, &item, "Resources", func(s *collect.Scope) iter.Seq[types.Resource] { return resourcesOf(s, api.Id) })
			authorizers, still := collect.Nested(s, &item, "Authorizers", func(s *collect.Scope) iter.Seq[types.Authorizer] { return authorizersOf(s, api.Id) })
			if there && still {
				s.Add(item, api, restParts{Resources: resources, Authorizers: authorizers, Hostname: executeHost(s, api.Id)})
			}
		})
	},
	Weak: []collect.Weakness{
		{Rule: "policy-anybody", Path: "Policy", Check: snapshot.CheckPolicy, AtMost: "medium"},
		{Rule: "api-without-authorization", Path: "Resources[].ResourceMethods.*.AuthorizationType", Is: []string{"NONE"}, By: "Path", Skip: []string{"OPTIONS"}},
	},
	Status:    []collect.Path{"ApiStatus", "ApiStatusMessage", "Warnings"},
	Addresses: []collect.Path{"Hostname"},
	// A link that a method goes through can't be deleted.
	Refs:  map[collect.Path]string{"Resources[].ResourceMethods.*.MethodIntegration.ConnectionId": "apigateway:vpc-link"},
	Names: map[collect.Path]string{"Resources[].ResourceMethods.*.MethodIntegration.ConnectionId": "apigateway:api-vpc-link"},
	Sets: map[collect.Path]string{
		"Resources": "Id", "Authorizers": "Id", "Authorizers[].ProviderARNs": "", "BinaryMediaTypes": "", "EndpointConfiguration.Types": "",
		"EndpointConfiguration.VpcEndpointIds": "", "Resources[].ResourceMethods.*.AuthorizationScopes": "",
		"Resources[].ResourceMethods.*.MethodIntegration.CacheKeyParameters": "",
	},
	// What is sent on to a backend carries its keys.
	Secrets: []collect.Path{
		"Resources[].ResourceMethods.*.MethodIntegration.RequestParameters", "Resources[].ResourceMethods.*.MethodIntegration.RequestTemplates",
	},
	Takes: []string{"apigateway:stage"},
	// API Gateway takes one such call in 30 seconds.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, apigateway.NewFromConfig(s.Config).DeleteRestApi, &apigateway.DeleteRestApiInput{RestApiId: &r.ID})
	},
}

// restParts are the parts of a REST API that the list lacks.
type restParts struct {
	Resources   []types.Resource
	Authorizers []types.Authorizer
	Hostname    *string // by which others name it
}

// executeHost is the host name that API Gateway answers for an API under. (Stages don't count: they are paths.)
func executeHost(s *collect.Scope, id *string) *string {
	suffix := "amazonaws.com"
	if s.Partition == "aws-cn" {
		suffix += ".cn"
	}
	return aws.String(aws.ToString(id) + ".execute-api." + s.Region + "." + suffix)
}

func resourcesOf(s *collect.Scope, api *string) iter.Seq[types.Resource] {
	return collect.PagesBy(s, apigateway.NewFromConfig(s.Config).GetResources,
		&apigateway.GetResourcesInput{RestApiId: api, Embed: []string{"methods"}, Limit: aws.Int32(gatewayPage)},
		func(out *apigateway.GetResourcesOutput) ([]types.Resource, *string) {
			return out.Items, goesOn(out.Position)
		},
		func(in *apigateway.GetResourcesInput, at *string) { in.Position = at })
}

func authorizersOf(s *collect.Scope, api *string) iter.Seq[types.Authorizer] {
	return collect.PagesBy(s, apigateway.NewFromConfig(s.Config).GetAuthorizers,
		&apigateway.GetAuthorizersInput{RestApiId: api, Limit: aws.Int32(gatewayPage)},
		func(out *apigateway.GetAuthorizersOutput) ([]types.Authorizer, *string) {
			return out.Items, goesOn(out.Position)
		},
		func(in *apigateway.GetAuthorizersInput, at *string) { in.Position = at })
}

// unescaped is a policy as it was written: API Gateway puts backslashes before its quotes.
func unescaped(policy *string) *string {
	if text := aws.ToString(policy); strings.HasPrefix(text, `{\"`) {
		return aws.String(strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(text, `\"`, `"`), `\/`, `/`), `\\`, `\`))
	}
	return policy
}

// restStage has the id of its API before its name, since all APIs call theirs alike.
var restStage = collect.Kind{
	Name: "apigateway:stage", CloudFormation: "AWS::ApiGateway::Stage",
	List: func(s *collect.Scope) {
		c := apigateway.NewFromConfig(s.Config)
		collect.Each(s, slices.Values(restAPIs(s)), func(api types.RestApi) {
			out, ok := collect.Call(s, c.GetStages, &apigateway.GetStagesInput{RestApiId: api.Id}) // has no pages
			if !ok {
				return
			}
			for _, stage := range out.Item {
				id := aws.ToString(api.Id) + "/" + aws.ToString(stage.StageName)
				s.Add(collect.Item{
					ID: &id, ARN: gatewayARN(s, "restapis/"+aws.ToString(api.Id)+"/stages/"+aws.ToString(stage.StageName)),
					Created: stage.CreatedDate, Tags: stage.Tags,
				}, stage, inRestAPI{api.Id})
			}
		})
	},
	Weak: []collect.Weakness{
		{Rule: "logging-off", Path: "AccessLogSettings.DestinationArn", Absent: true},
		{Rule: "log-type-off", Path: "MethodSettings.*.LoggingLevel", Is: []string{"OFF"}},
		{Rule: "waf-off", Path: "WebAclArn", Absent: true},
	},
	Status:  []collect.Path{"CacheClusterStatus", "LastUpdatedDate"},
	Refs:    map[collect.Path]string{"WebAclArn": "wafv2:webacl"},       // which can't go while it guards anything
	Names:   map[collect.Path]string{"RestApiId": "apigateway:restapi"}, // which goes with its stages
	Secrets: []collect.Path{"Variables", "CanarySettings.StageVariableOverrides"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		api, stage, _ := strings.Cut(r.ID, "/")
		return collect.Do(s, apigateway.NewFromConfig(s.Config).DeleteStage, &apigateway.DeleteStageInput{RestApiId: &api, StageName: &stage})
	},
}

// inRestAPI is the part of a stage's configuration that says where it is.
type inRestAPI struct {
	RestApiId *string
}

// restVPCLink leads to a network load balancer. It has no creation date.
var restVPCLink = collect.Kind{
	Name: "apigateway:vpc-link", CloudFormation: "AWS::ApiGateway::VpcLink",
	List: func(s *collect.Scope) {
		links := collect.PagesBy(s, apigateway.NewFromConfig(s.Config).GetVpcLinks, &apigateway.GetVpcLinksInput{Limit: aws.Int32(gatewayPage)},
			func(out *apigateway.GetVpcLinksOutput) ([]types.VpcLink, *string) {
				return out.Items, goesOn(out.Position)
			},
			func(in *apigateway.GetVpcLinksInput, at *string) { in.Position = at })
		for link := range links {
			s.Add(collect.Item{
				ID: link.Id, ARN: gatewayARN(s, "vpclinks/"+aws.ToString(link.Id)), Name: link.Name, Tags: link.Tags,
				Dead: link.Status == types.VpcLinkStatusDeleting,
			}, link)
		}
	},
	Status: []collect.Path{"Status", "StatusMessage"},
	// The endpoint service that the link makes holds its load balancer.
	Refs: map[collect.Path]string{"TargetArns[]": "elasticloadbalancing:loadbalancer"},
	Sets: map[collect.Path]string{"TargetArns": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, apigateway.NewFromConfig(s.Config).DeleteVpcLink, &apigateway.DeleteVpcLinkInput{VpcLinkId: &r.ID})
	},
}
