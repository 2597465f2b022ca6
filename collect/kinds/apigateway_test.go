package kinds

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

func apiGatewayLives() []life {
	return slices.Concat(restLives(), gatewayAccessLives(), httpLives())
}

const gatewayPrefix = "arn:aws:apigateway:us-east-1::/"

// makeRestAPI makes an API with a method that sends a key on, and deploys it.
func makeRestAPI(e *estate, name string) (api, deployment *string) {
	c := apigateway.NewFromConfig(e.Config)
	made := must(c.CreateRestApi(e, &apigateway.CreateRestApiInput{Name: &name, Description: aws.String("orders"), Tags: teamTags}))(e)
	at := must(c.GetResources(e, &apigateway.GetResourcesInput{RestApiId: made.Id}))(e).Items[0].Id
	must(c.PutMethod(e, &apigateway.PutMethodInput{
		RestApiId: made.Id, ResourceId: at, HttpMethod: aws.String("GET"), AuthorizationType: aws.String("NONE"),
	}))(e)
	must(c.PutIntegration(e, &apigateway.PutIntegrationInput{
		RestApiId: made.Id, ResourceId: at, HttpMethod: aws.String("GET"), IntegrationHttpMethod: aws.String("GET"), Type: types.IntegrationTypeHttp,
		Uri: aws.String("https://orders.example.com"), RequestParameters: map[string]string{"integration.request.header.X-Api-Key": "'hunter2'"},
	}))(e)
	return made.Id, must(c.CreateDeployment(e, &apigateway.CreateDeploymentInput{RestApiId: made.Id}))(e).Id
}

// gatewayTagChange changes a tag of anything in the first version of the API.
func gatewayTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(apigateway.NewFromConfig(e.Config).TagResource(e, &apigateway.TagResourceInput{ResourceArn: &m.ARN, Tags: map[string]string{key: value}}))(e)
	})
}

// replace is a patch that sets one thing.
func replace(path, value string) []types.PatchOperation {
	return []types.PatchOperation{{Op: types.OpReplace, Path: &path, Value: &value}}
}

func updateStage(e *estate, m made, path, value string) {
	api, stage, _ := strings.Cut(m.ID, "/")
	must(apigateway.NewFromConfig(e.Config).UpdateStage(e, &apigateway.UpdateStageInput{
		RestApiId: &api, StageName: &stage, PatchOperations: replace(path, value),
	}))(e)
}

func restLives() []life {
	return []life{{
		kind: "apigateway:restapi",
		create: func(e *estate) made {
			api, _ := makeRestAPI(e, "restapi-life")
			// Moto fails on what is gone.
			e.Proxy.Error("apigateway", "DeleteRestApi", 404, "NotFoundException", "Invalid API identifier specified", testbed.Naming(*api), testbed.From(2))
			return made{ID: *api, ARN: gatewayPrefix + "restapis/" + *api}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Resources[].ResourceMethods.GET.MethodIntegration.Uri", "https://orders.example.com")
			wantConfiguration(t, r, "Hostname", r.ID+".execute-api.us-east-1.amazonaws.com")
			wantNoSecret(t, r)
		},
		changes: []change{
			flip("name", func(e *estate, m made, changed bool) {
				must(apigateway.NewFromConfig(e.Config).UpdateRestApi(e, &apigateway.UpdateRestApiInput{
					RestApiId: &m.ID, PatchOperations: replace("/name", either(changed, "restapi-renamed", "restapi-life")),
				}))(e)
			}, "Name"), // of what this API has, moto tags the stages only
			flip("description", func(e *estate, m made, changed bool) {
				must(apigateway.NewFromConfig(e.Config).UpdateRestApi(e, &apigateway.UpdateRestApiInput{
					RestApiId: &m.ID, PatchOperations: replace("/description", either(changed, "invoices", "orders")),
				}))(e)
			}, "Description"),
			flip("key source", func(e *estate, m made, changed bool) {
				must(apigateway.NewFromConfig(e.Config).UpdateRestApi(e, &apigateway.UpdateRestApiInput{
					RestApiId: &m.ID, PatchOperations: replace("/apiKeySource", either(changed, "AUTHORIZER", "HEADER")),
				}))(e)
			}, "ApiKeySource"),
		},
	}, {
		kind: "apigateway:stage", with: []string{"apigateway:restapi"}, undated: true, // moto keeps no dates of stages
		create: func(e *estate) made {
			api, deployment := makeRestAPI(e, "stage-life")
			must(apigateway.NewFromConfig(e.Config).CreateStage(e, &apigateway.CreateStageInput{
				RestApiId: api, DeploymentId: deployment, StageName: aws.String("prod"), Description: aws.String("for tests"), Tags: teamTags, Variables: map[string]string{"token": "hunter2"},
			}))(e)
			return made{ID: *api + "/prod", ARN: gatewayPrefix + "restapis/" + *api + "/stages/prod"}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "StageName", "prod")
			wantNoSecret(t, r)
		},
		changes: []change{
			gatewayTagChange(),
			flip("description", func(e *estate, m made, changed bool) {
				updateStage(e, m, "/description", either(changed, "another", "for tests"))
			}, "Description"),
			flip("tracing", func(e *estate, m made, changed bool) {
				updateStage(e, m, "/tracingEnabled", strconv.FormatBool(changed))
			}, "TracingEnabled"),
			flip("a variable", func(e *estate, m made, changed bool) {
				updateStage(e, m, "/variables/token", either(changed, "hunter3", "hunter2"))
			}, "Variables.token"),
		},
	}, {
		kind: "apigateway:vpc-link", with: []string{"elasticloadbalancing:loadbalancer"}, refs: []collect.Path{"TargetArns[]"}, undated: true,
		create: func(e *estate) made {
			_, subnets := makeVPC(e)
			lb := must(elb.NewFromConfig(e.Config).CreateLoadBalancer(e, &elb.CreateLoadBalancerInput{
				Name: aws.String("vpc-link-life"), Subnets: subnets, Type: elbtypes.LoadBalancerTypeEnumNetwork,
			}))(e).LoadBalancers[0]
			link := must(apigateway.NewFromConfig(e.Config).CreateVpcLink(e, &apigateway.CreateVpcLinkInput{
				Name: aws.String("vpc-link-life"), TargetArns: []string{*lb.LoadBalancerArn}, Tags: teamTags,
			}))(e).Id
			return made{ID: *link, ARN: gatewayPrefix + "vpclinks/" + *link}
		},
		fewer: "moto has no UpdateVpcLink, and no tags but those of stages once they are made",
	}}
}

// wantNoSecret checks that the tests' secret is masked.
func wantNoSecret(t *testing.T, r *collect.Resource) {
	t.Helper()
	if text := string(r.Configuration) + string(r.Status); strings.Contains(text, "hunter2") {
		t.Errorf("the secret shows: %s", text)
	}
	if !strings.Contains(string(r.Configuration), snapshot.MaskPrefix) {
		t.Errorf("nothing is masked in %s", r.Configuration)
	}
}

func TestUnescaped(t *testing.T) {
	for policy, want := range map[string]string{
		`{\"Version\":\"2012-10-17\",\"Resource\":\"execute-api:\/*\"}`: `{"Version":"2012-10-17","Resource":"execute-api:/*"}`,
		`{"Version":"2012-10-17"}`:                                      `{"Version":"2012-10-17"}`,
		"":                                                              "",
	} {
		if got := aws.ToString(unescaped(&policy)); got != want {
			t.Errorf("%s: got %s, want %s", policy, got, want)
		}
	}
	if unescaped(nil) != nil {
		t.Error("a policy of nothing")
	}
}

// Where an API's parts can't be read they are unknown, and an API that is gone is dropped.
func TestRestAPIParts(t *testing.T) {
	e := newEstate(t)
	makeRestAPI(e, "orders")
	e.Proxy.Deny("apigateway", "GetResources")
	found := of(e.capture("apigateway:restapi"), "apigateway:restapi")
	for _, r := range found {
		if !r.Unread("Resources") || r.Unread("Authorizers") {
			t.Errorf("got unknown %v, want Resources alone", r.Unknown)
		}
	}
	if len(found) != 1 {
		t.Errorf("got %d APIs, want 1", len(found))
	}
	e.Proxy.Error("apigateway", "GetAuthorizers", 404, "NotFoundException", "Invalid API identifier specified")
	if gone := of(e.capture("apigateway:restapi"), "apigateway:restapi"); len(gone) != 0 {
		t.Errorf("got %d APIs, want none", len(gone))
	}
}

// An API's host name is how others name it.
func TestExecuteHost(t *testing.T) {
	for partition, want := range map[string]string{
		"aws": "a1b2.execute-api.eu-west-1.amazonaws.com", "aws-cn": "a1b2.execute-api.eu-west-1.amazonaws.com.cn",
	} {
		s := &collect.Scope{Partition: partition, Region: "eu-west-1"}
		if got := *executeHost(s, aws.String("a1b2")); got != want {
			t.Errorf("%s: got %s, want %s", partition, got, want)
		}
	}
}

// Stages have dates on AWS.
func TestRestStageDate(t *testing.T) {
	e := newEstate(t)
	makeRestAPI(e, "orders")
	e.answer("apigateway", "GetStages", `{"item":[{"stageName":"prod","deploymentId":"d1","createdDate":1494371372,"lastUpdatedDate":1494371373}]}`)
	for _, r := range of(e.capture("apigateway:stage"), "apigateway:stage") {
		if r.CreatedAt == nil || r.CreatedAt.Unix() != 1494371372 {
			t.Errorf("got date %v", r.CreatedAt)
		}
		wantStatus(t, r, "LastUpdatedDate", "2017-05-09T23:09:33Z")
	}
}
