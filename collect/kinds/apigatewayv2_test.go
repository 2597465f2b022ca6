package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2"
	"github.com/aws/aws-sdk-go-v2/service/apigatewayv2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// makeHTTPAPI makes an API with a route that sends a key on.
func makeHTTPAPI(e *estate, name string) *string {
	c := apigatewayv2.NewFromConfig(e.Config)
	api := must(c.CreateApi(e, &apigatewayv2.CreateApiInput{Name: &name, Description: aws.String("for tests"), ProtocolType: types.ProtocolTypeHttp, Tags: teamTags}))(e).ApiId
	to := must(c.CreateIntegration(e, &apigatewayv2.CreateIntegrationInput{
		ApiId: api, IntegrationType: types.IntegrationTypeHttpProxy, IntegrationUri: aws.String("https://orders.example.com"),
		IntegrationMethod: aws.String("GET"), RequestParameters: map[string]string{"overwrite:header.x-api-key": "hunter2"},
	}))(e).IntegrationId
	must(c.CreateRoute(e, &apigatewayv2.CreateRouteInput{ApiId: api, RouteKey: aws.String("GET /orders"), Target: aws.String("integrations/" + *to)}))(e)
	return api
}

// httpTagChange changes a tag of anything in the second version of the API.
func httpTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(apigatewayv2.NewFromConfig(e.Config).TagResource(e, &apigatewayv2.TagResourceInput{ResourceArn: &m.ARN, Tags: map[string]string{key: value}}))(e)
	})
}

func httpLives() []life {
	var route types.Route
	return []life{{
		kind: "apigateway:api", unknown: []collect.Path{"Authorizers"}, // moto has no list of them
		create: func(e *estate) made {
			api := makeHTTPAPI(e, "api-life")
			return made{ID: *api, ARN: gatewayPrefix + "apis/" + *api}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Routes[].RouteKey", "GET /orders")
			wantConfiguration(t, r, "Hostname", r.ID+".execute-api.us-east-1.amazonaws.com")
			wantNoSecret(t, r)
		},
		changes: []change{
			httpTagChange(),
			flip("description", func(e *estate, m made, changed bool) {
				must(apigatewayv2.NewFromConfig(e.Config).UpdateApi(e, &apigatewayv2.UpdateApiInput{
					ApiId: &m.ID, Description: aws.String(either(changed, "another", "for tests")),
				}))(e)
			}, "Description"),
			flip("who may call a route", func(e *estate, m made, changed bool) {
				c := apigatewayv2.NewFromConfig(e.Config)
				route := must(c.GetRoutes(e, &apigatewayv2.GetRoutesInput{ApiId: &m.ID}))(e).Items[0]
				must(c.UpdateRoute(e, &apigatewayv2.UpdateRouteInput{
					ApiId: &m.ID, RouteId: route.RouteId, AuthorizationType: either(changed, types.AuthorizationTypeAwsIam, types.AuthorizationTypeNone),
				}))(e)
			}, "Routes[RouteKey=GET /orders].AuthorizationType"),
			flip("a route", func(e *estate, m made, changed bool) {
				c := apigatewayv2.NewFromConfig(e.Config)
				if changed {
					route = must(c.GetRoutes(e, &apigatewayv2.GetRoutesInput{ApiId: &m.ID}))(e).Items[0]
					must(c.DeleteRoute(e, &apigatewayv2.DeleteRouteInput{ApiId: &m.ID, RouteId: route.RouteId}))(e)
					return
				}
				must(c.CreateRoute(e, &apigatewayv2.CreateRouteInput{
					ApiId: &m.ID, RouteKey: route.RouteKey, Target: route.Target, AuthorizationType: route.AuthorizationType, ApiKeyRequired: route.ApiKeyRequired,
				}))(e)
			}, "Routes"), // there was only this one
		},
	}, {
		kind: "apigateway:api-stage",
		create: func(e *estate) made {
			api := makeHTTPAPI(e, "api-stage-life")
			must(apigatewayv2.NewFromConfig(e.Config).CreateStage(e, &apigatewayv2.CreateStageInput{
				ApiId: api, StageName: aws.String("prod"), AutoDeploy: aws.Bool(true), Tags: teamTags, StageVariables: map[string]string{"token": "hunter2"},
			}))(e)
			return made{ID: *api + "/prod", ARN: gatewayPrefix + "apis/" + *api + "/stages/prod"}
		},
		check: wantNoSecret,
		fewer: "moto has no UpdateStage for these, and no tags of them once they are made",
	}, {
		kind: "apigateway:api-vpc-link", with: []string{"ec2:subnet", "ec2:security-group"}, refs: []collect.Path{"SubnetIds[]", "SecurityGroupIds[]"},
		create: func(e *estate) made {
			vpc, subnets := makeVPC(e)
			link := must(apigatewayv2.NewFromConfig(e.Config).CreateVpcLink(e, &apigatewayv2.CreateVpcLinkInput{
				Name: aws.String("api-vpc-link-life"), SubnetIds: subnets, SecurityGroupIds: []string{makeSecurityGroup(e, vpc)}, Tags: teamTags,
			}))(e).VpcLinkId
			return made{ID: *link, ARN: gatewayPrefix + "vpclinks/" + *link}
		},
		changes: []change{
			httpTagChange(),
			flip("name", func(e *estate, m made, changed bool) {
				must(apigatewayv2.NewFromConfig(e.Config).UpdateVpcLink(e, &apigatewayv2.UpdateVpcLinkInput{
					VpcLinkId: &m.ID, Name: aws.String(either(changed, "api-vpc-link-renamed", "api-vpc-link-life")),
				}))(e)
			}, "Name"),
		},
		fewer: "AWS changes nothing but the name and the tags of a VPC link",
	}}
}

// wantNot checks that a text shows nowhere in a resource.
func wantNot(t *testing.T, r *collect.Resource, text string) {
	t.Helper()
	if all := string(r.Configuration) + string(r.Status) + r.ID + r.Key; strings.Contains(all, text) {
		t.Errorf("%q shows: %s", text, all)
	}
}

// The stage that came with an API which was made in one call is the API's; that of an automatic deployment has none of
// its own to compare; an API that a service made is the service's.
func TestManagedAPIs(t *testing.T) {
	e := newEstate(t)
	e.answer("apigateway", "GetApis", `{"items":[{"apiId":"a1b2","name":"quick","protocolType":"HTTP","apiGatewayManaged":true,
		"apiEndpoint":"https://a1b2.execute-api.us-east-1.amazonaws.com"}]}`)
	e.answer("apigateway", "GetStages", `{"items":[{"stageName":"$default","apiGatewayManaged":true,"autoDeploy":true,"deploymentId":"d1"}]}`)
	for _, operation := range []string{"GetRoutes", "GetIntegrations"} {
		e.answer("apigateway", operation, `{"items":[]}`)
	}
	e.answer("apigateway", "GetAuthorizers", `{"items":[{"authorizerId":"z1","name":"who","authorizerType":"JWT"}]}`)
	seen := e.capture("apigateway:api", "apigateway:api-stage")
	for _, r := range of(seen, "apigateway:api") {
		if !r.Marked(snapshot.MarkProvider) || r.Protection == "" {
			t.Errorf("the API: got marks %v", r.Marks)
		}
		wantConfiguration(t, r, "Authorizers[].Name", "who")
	}
	for _, r := range of(seen, "apigateway:api-stage") {
		if r.Owner == nil || r.Owner.Key != snapshot.ResourceKey(e.Account, testRegion, "apigateway:api", gatewayPrefix+"apis/a1b2") {
			t.Errorf("the stage: got owner %+v", r.Owner)
		}
		wantNot(t, r, `"d1"`)
	}
	if len(seen.Resources) != 2 {
		t.Errorf("got %d resources, want 2", len(seen.Resources))
	}
}

func TestHostOf(t *testing.T) {
	for url, want := range map[string]string{
		"https://a1.execute-api.us-east-1.amazonaws.com": "a1.execute-api.us-east-1.amazonaws.com", "wss://a1.example.com/prod": "a1.example.com", "": "",
	} {
		if got := hostOf(url); got != want {
			t.Errorf("%s: got %s, want %s", url, got, want)
		}
	}
}
