package kinds

import (
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
	"github.com/aws/aws-sdk-go-v2/service/apigateway/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func updatePlan(e *estate, m made, path, value string) {
	must(apigateway.NewFromConfig(e.Config).UpdateUsagePlan(e, &apigateway.UpdateUsagePlanInput{UsagePlanId: &m.ID, PatchOperations: replace(path, value)}))(e)
}

func updateKey(e *estate, m made, path, value string) {
	must(apigateway.NewFromConfig(e.Config).UpdateApiKey(e, &apigateway.UpdateApiKeyInput{ApiKey: &m.ID, PatchOperations: replace(path, value)}))(e)
}

func gatewayAccessLives() []life {
	return []life{{
		kind: "apigateway:domain-name", undated: true, with: []string{"apigateway:restapi"}, refs: []collect.Path{"BasePathMappings[].RestApiId"},
		create: func(e *estate) made {
			c := apigateway.NewFromConfig(e.Config)
			api, deployment := makeRestAPI(e, "domain-name-life")
			for _, stage := range []string{"prod", "test"} {
				must(c.CreateStage(e, &apigateway.CreateStageInput{RestApiId: api, DeploymentId: deployment, StageName: &stage}))(e)
			}
			name := aws.String("domain-name-life.example.com")
			must(c.CreateDomainName(e, &apigateway.CreateDomainNameInput{
				DomainName: name, Tags: teamTags, CertificateArn: aws.String("arn:aws:acm:us-east-1:" + e.Account + ":certificate/1"),
				EndpointConfiguration: &types.EndpointConfiguration{Types: []types.EndpointType{types.EndpointTypeEdge}},
			}))(e)
			must(c.CreateBasePathMapping(e, &apigateway.CreateBasePathMappingInput{DomainName: name, RestApiId: api, Stage: aws.String("prod")}))(e)
			return made{ID: *name, ARN: gatewayPrefix + "domainnames/" + *name}
		},
		changes: []change{
			flip("where a path leads", func(e *estate, m made, changed bool) {
				must(apigateway.NewFromConfig(e.Config).UpdateBasePathMapping(e, &apigateway.UpdateBasePathMappingInput{
					DomainName: &m.ID, BasePath: aws.String("(none)"), PatchOperations: replace("/stage", either(changed, "test", "prod")),
				}))(e)
			}, "BasePathMappings[BasePath=(none)].Stage"),
		},
		fewer: "moto has no UpdateDomainName, and no tags but those of stages once they are made",
	}, {
		kind: "apigateway:usage-plan", undated: true,
		create: func(e *estate) made {
			api, deployment := makeRestAPI(e, "usage-plan-life")
			c := apigateway.NewFromConfig(e.Config)
			must(c.CreateStage(e, &apigateway.CreateStageInput{RestApiId: api, DeploymentId: deployment, StageName: aws.String("prod")}))(e)
			plan := must(c.CreateUsagePlan(e, &apigateway.CreateUsagePlanInput{
				Name: aws.String("usage-plan-life"), Description: aws.String("for tests"), Tags: teamTags,
				Throttle: &types.ThrottleSettings{BurstLimit: 10, RateLimit: 5}, ApiStages: []types.ApiStage{{ApiId: api, Stage: aws.String("prod")}},
			}))(e).Id
			return made{ID: *plan, ARN: gatewayPrefix + "usageplans/" + *plan}
		},
		check: func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "ApiStages[].Stage", "prod") },
		changes: []change{
			flip("name", func(e *estate, m made, changed bool) {
				updatePlan(e, m, "/name", either(changed, "usage-plan-renamed", "usage-plan-life"))
			}, "Name"),
			flip("description", func(e *estate, m made, changed bool) {
				updatePlan(e, m, "/description", either(changed, "another", "for tests"))
			}, "Description"),
			flip("burst", func(e *estate, m made, changed bool) {
				updatePlan(e, m, "/throttle/burstLimit", either(changed, "20", "10"))
			}, "Throttle.BurstLimit"),
		},
	}, {
		kind: "apigateway:api-key",
		create: func(e *estate) made {
			key := must(apigateway.NewFromConfig(e.Config).CreateApiKey(e, &apigateway.CreateApiKeyInput{
				Name: aws.String("api-key-life"), Description: aws.String("for tests"), Enabled: true, Tags: teamTags, Value: aws.String("hunter2hunter2hunter2"),
			}))(e).Id
			return made{ID: *key, ARN: gatewayPrefix + "apikeys/" + *key}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Enabled", "true")
			wantNot(t, r, "hunter2")
		},
		changes: []change{
			flip("name", func(e *estate, m made, changed bool) {
				updateKey(e, m, "/name", either(changed, "api-key-renamed", "api-key-life"))
			}, "Name"),
			flip("description", func(e *estate, m made, changed bool) {
				updateKey(e, m, "/description", either(changed, "another", "for tests"))
			}, "Description"),
			flip("enabled", func(e *estate, m made, changed bool) { updateKey(e, m, "/enabled", strconv.FormatBool(!changed)) }, "Enabled"),
		},
	}}
}

// A plan's stages are taken out of it before it goes.
func TestDeleteUsagePlan(t *testing.T) {
	e := newEstate(t)
	e.answer("apigateway", "GetUsagePlan", `{"id":"abc123","apiStages":[{"apiId":"a1b2","stage":"prod"},{"apiId":"a1b2","stage":"test"}]}`)
	e.answer("apigateway", "UpdateUsagePlan", `{"id":"abc123"}`)
	e.answer("apigateway", "DeleteUsagePlan", `{}`)
	if err := deleteUsagePlan(e.session.Scope(e, &usagePlan, testRegion), &collect.Resource{ID: "abc123"}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, call := range e.Proxy.Calls() {
		if call.Service == "apigateway" {
			got = append(got, call.Operation)
		}
	}
	if len(got) != 3 || got[1] != "UpdateUsagePlan" || got[2] != "DeleteUsagePlan" {
		t.Errorf("got %v", got)
	}
}

// What a regional domain name leads to is asked of the second version of the API; a private one has an ARN and an id of
// its own.
func TestDomainNames(t *testing.T) {
	e := newEstate(t)
	e.answer("apigateway", "GetDomainNames", `{"item":[
		{"domainName":"api.example.com","endpointConfiguration":{"types":["REGIONAL"]},"regionalDomainName":"d-1.execute-api.us-east-1.amazonaws.com"},
		{"domainName":"in.example.com","domainNameId":"x1y2","domainNameArn":"arn:aws:apigateway:us-east-1:`+e.Account+`:/domainnames/in.example.com+x1y2",
			"policy":"{\\\"Version\\\":\\\"2012-10-17\\\"}","endpointConfiguration":{"types":["PRIVATE"]}}]}`)
	e.answer("apigateway", "GetApiMappings", `{"items":[{"apiId":"a1b2","apiMappingId":"m1","apiMappingKey":"v1/orders","stage":"prod"},
		{"apiId":"c3d4","apiMappingId":"m2","apiMappingKey":"v0","stage":"prod"}]}`)
	e.answer("apigateway", "GetBasePathMappings", `{"item":[{"basePath":"(none)","restApiId":"c3d4","stage":"prod"}]}`)
	e.answer("apigateway", "GetRestApis", `{"item":[{"id":"c3d4","name":"orders"}]}`)
	e.answer("apigateway", "DeleteDomainName", `{}`)
	found := 0
	for _, r := range of(e.capture("apigateway:domain-name"), "apigateway:domain-name") {
		found++
		if r.ID == "api.example.com" {
			wantConfiguration(t, r, "ApiMappings[].ApiMappingKey", "v1/orders")
			wantConfiguration(t, r, "RestApiMappings[].ApiMappingKey", "v0")
			continue
		}
		wantConfiguration(t, r, "BasePathMappings[].RestApiId", "c3d4")
		wantConfiguration(t, r, "Policy", `{"Version":"2012-10-17"}`)
		if want := "arn:aws:apigateway:us-east-1:" + e.Account + ":/domainnames/in.example.com+x1y2"; r.ARN != want {
			t.Errorf("got ARN %s, want %s", r.ARN, want)
		}
		if err := gatewayDomainName.Delete(e.session.Scope(e, &gatewayDomainName, testRegion), r); err != nil {
			t.Error(err)
		}
	}
	if found != 2 {
		t.Errorf("got %d names, want 2", found)
	}
	calls := e.Proxy.Calls()
	if last := calls[len(calls)-1]; last.Operation != "DeleteDomainName" {
		t.Errorf("the last call is %s", last.Operation)
	}
}

// Where it can't be told which APIs are REST APIs, or what a name leads to, both kinds of mappings are unknown.
func TestDomainNameMappingsUnknown(t *testing.T) {
	for _, denied := range []string{"GetRestApis", "GetApiMappings"} {
		e := newEstate(t)
		e.Proxy.Deny("apigateway", denied)
		e.answer("apigateway", "GetDomainNames", `{"item":[{"domainName":"api.example.com","endpointConfiguration":{"types":["REGIONAL"]}}]}`)
		e.answer("apigateway", "GetRestApis", `{"item":[]}`)
		e.answer("apigateway", "GetApiMappings", `{"items":[{"apiId":"a1b2","apiMappingId":"m1","stage":"prod"}]}`)
		for _, r := range of(e.capture("apigateway:domain-name"), "apigateway:domain-name") {
			if !r.Unread("ApiMappings") || !r.Unread("RestApiMappings") {
				t.Errorf("without %s: got unknown %v", denied, r.Unknown)
			}
			wantNot(t, r, "a1b2")
		}
	}
}
