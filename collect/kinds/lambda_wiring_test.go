package kinds

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

func makeLayer(e *estate, name string) *lambda.PublishLayerVersionOutput {
	return must(lambda.NewFromConfig(e.Config).PublishLayerVersion(e, &lambda.PublishLayerVersionInput{
		LayerName: &name, Content: &types.LayerVersionContentInput{ZipFile: []byte("zip")}, CompatibleRuntimes: []types.Runtime{types.RuntimePython312},
	}))(e)
}

func lambdaWiringLives() []life {
	return []life{
		{
			kind: "lambda:layer", untagged: true,
			create: func(e *estate) made {
				const name = "layer-life"
				arn := *makeLayer(e, name).LayerVersionArn
				must(lambda.NewFromConfig(e.Config).AddLayerVersionPermission(e, &lambda.AddLayerVersionPermissionInput{
					LayerName: aws.String(name), VersionNumber: aws.Int64(1), StatementId: aws.String("all"),
					Action: aws.String("lambda:GetLayerVersion"), Principal: aws.String("*"),
				}))(e)
				return made{ID: arn, ARN: arn}
			},
			check: func(t *testing.T, r *collect.Resource) {
				if r.Name != "layer-life:1" || !strings.Contains(string(r.Configuration), "lambda:GetLayerVersion") {
					t.Errorf("got name %q and %s", r.Name, r.Configuration)
				}
			},
			changes: layerChanges(), fewer: "a version of a layer never changes, but for who may use it",
		},
		{
			kind: "lambda:alias", untagged: true, undated: true,
			create: func(e *estate) made {
				makeFunction(e, "alias-life")
				must(lambda.NewFromConfig(e.Config).PublishVersion(e, &lambda.PublishVersionInput{FunctionName: aws.String("alias-life")}))(e)
				arn := *must(lambda.NewFromConfig(e.Config).CreateAlias(e, &lambda.CreateAliasInput{
					FunctionName: aws.String("alias-life"), FunctionVersion: aws.String("$LATEST"), Name: aws.String("live"), Description: aws.String("of orders"),
				}))(e).AliasArn
				return made{ID: arn, ARN: arn}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "FunctionVersion", "$LATEST")
				wantConfiguration(t, r, "FunctionName", "alias-life")
			},
			changes: functionAliasChanges(),
		},
		{
			kind: "lambda:event-source-mapping", undated: true,
			create: func(e *estate) made {
				makeFunction(e, "mapping-life")
				must(sqs.NewFromConfig(e.Config).CreateQueue(e, &sqs.CreateQueueInput{QueueName: aws.String("mapping-life")}))(e)
				m := must(lambda.NewFromConfig(e.Config).CreateEventSourceMapping(e, &lambda.CreateEventSourceMappingInput{
					FunctionName: aws.String("mapping-life"), EventSourceArn: aws.String("arn:aws:sqs:us-east-1:" + e.Account + ":mapping-life"),
					Enabled: aws.Bool(false), MaximumBatchingWindowInSeconds: aws.Int32(0), Tags: teamTags,
				}))(e)
				return made{ID: *m.UUID, ARN: "arn:aws:lambda:us-east-1:" + e.Account + ":event-source-mapping:" + *m.UUID}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Enabled", "false")
				wantConfiguration(t, r, "BatchSize", "10")
				wantStatus(t, r, "State", "Disabled")
			},
			changes: eventSourceChanges(),
		},
		{
			kind: "lambda:function-url", untagged: true,
			unserved: "moto makes function URLs and does not list them", deletes: "DeleteFunctionUrlConfig",
			create: func(e *estate) made {
				arn := makeFunction(e, "url-life")
				address := *must(lambda.NewFromConfig(e.Config).CreateFunctionUrlConfig(e, &lambda.CreateFunctionUrlConfigInput{
					FunctionName: aws.String("url-life"), AuthType: types.FunctionUrlAuthTypeNone,
				}))(e).FunctionUrl
				e.answer("lambda", "ListFunctionUrlConfigs", `{"FunctionUrlConfigs": [{"FunctionArn": "`+arn+`", "FunctionUrl": "`+address+`", "AuthType": "NONE",
					"CreationTime": "2022-04-05T22:34:34.366779Z", "LastModifiedTime": "2022-04-05T22:34:34.366779Z", "InvokeMode": "BUFFERED",
					"Cors": {"AllowOrigins": ["*"], "AllowMethods": ["GET", "POST"]}}]}`)
				return made{ID: arn, UniqueID: address}
			},
			check: func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "AuthType", "NONE") },
		},
	}
}

// Every version of a layer is a resource: functions name versions, and versions are what is deleted.
func TestLayerVersions(t *testing.T) {
	e := newEstate(t)
	for range 3 {
		makeLayer(e, "shared")
	}
	kind := kindsNamed(t, "lambda:layer")[0]
	for _, r := range of(e.capture("lambda:layer"), "lambda:layer") {
		if r.Name == "shared:2" {
			if err := kind.Delete(e.session.Scope(e, kind, testRegion), r); err != nil {
				t.Fatal(err)
			}
		}
	}
	var left []string
	for _, r := range of(e.capture("lambda:layer"), "lambda:layer") {
		left = append(left, r.Name)
	}
	if slices.Sort(left); !slices.Equal(left, []string{"shared:1", "shared:3"}) {
		t.Errorf("got %v", left)
	}
}

// An alias names its function, so that the function stays while its alias does; what names the alias finds it.
func TestAliasNamesItsFunction(t *testing.T) {
	e := newEstate(t)
	arn := makeFunction(e, "named")
	must(lambda.NewFromConfig(e.Config).CreateAlias(e, &lambda.CreateAliasInput{
		FunctionName: aws.String("named"), FunctionVersion: aws.String("$LATEST"), Name: aws.String("live"),
	}))(e)
	e.answer("lambda", "GetPolicy", `{"Policy": "{\"Statement\": [{\"Principal\": \"*\"}]}"}`)
	for _, r := range of(e.capture("lambda:function", "lambda:alias"), "lambda:alias") {
		if !slices.ContainsFunc(r.References, func(ref snapshot.Reference) bool {
			return ref.Path == "FunctionName" && strings.HasSuffix(ref.Key, arn)
		}) {
			t.Errorf("its function is not among %+v", r.References)
		}
		if !strings.Contains(string(r.Configuration), "Principal") {
			t.Errorf("the alias's own policy is not in %s", r.Configuration)
		}
	}
	calls := slices.DeleteFunc(e.Proxy.Calls(), func(c testbed.Record) bool { return c.Operation != "ListFunctions" })
	if len(calls) != 1 {
		t.Errorf("functions were listed %d times", len(calls))
	}
}

func TestSwitchedOn(t *testing.T) {
	for state, want := range map[string]string{
		"Enabled": "true", "Enabling": "true", "Creating": "true", "Disabled": "false", "Disabling": "false", "Updating": "", "Deleting": "",
	} {
		set, err := switchedOn(state)
		if got := set.Enabled; (got == nil) != (want == "") || (err != nil) != (want == "") || got != nil && *got != (want == "true") {
			t.Errorf("%s: got %v, %v, want %q", state, got, err, want)
		}
	}
}

// A URL of an alias is deleted by its qualifier, and one of the function without.
func TestDeleteFunctionURL(t *testing.T) {
	e := newEstate(t)
	var paths []string
	e.Proxy.Intercept("lambda", "DeleteFunctionUrlConfig", func(c *testbed.Call, _ func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		paths = append(paths, strings.ReplaceAll(c.Path, "%3A", ":")+"?"+c.Query.Encode())
		return &testbed.Answer{Status: 204, Header: http.Header{}}
	})
	const arn = "arn:aws:lambda:us-east-1:123456789012:function:web"
	for _, id := range []string{arn, arn + ":live"} {
		if err := functionURL.Delete(e.session.Scope(e, &functionURL, testRegion), &collect.Resource{Kind: functionURL.Name, ID: id}); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"/2021-10-31/functions/" + arn + "/url?", "/2021-10-31/functions/web/url?Qualifier=live"}
	if !slices.Equal(paths, want) {
		t.Errorf("got %v, want %v", paths, want)
	}
}

func TestLambdaTime(t *testing.T) {
	for text, want := range map[string]string{
		"2018-11-27T15:10:45.123+0000": "2018-11-27T15:10:45.123Z", "2022-04-05T22:34:34.366779Z": "2022-04-05T22:34:34.366779Z",
		"2022-04-05T22:34:34.5+00:00": "2022-04-05T22:34:34.5Z", "": "", "yesterday": "",
	} {
		at, got := lambdaTime(&text), ""
		if at != nil {
			got = at.UTC().Format(time.RFC3339Nano)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// What an emulator lacks makes the URLs' scope unavailable, and not a list of none.
func TestFunctionURLsWithoutList(t *testing.T) {
	e := newEstate(t)
	makeFunction(e, "unlisted")
	s := must(collect.Capture(e, e.session, collect.Request{
		Kinds: kindsNamed(t, "lambda:function-url"), Regions: []string{testRegion}, MaskKey: collect.NewMaskKey("the key of the lifecycle tests"),
	}))(e)
	if state := s.Coverage[0].State; state != snapshot.Unavailable {
		t.Errorf("got %s: %s", state, s.Coverage[0].Why())
	}
}

func TestURLHost(t *testing.T) {
	const domain = "abc123.lambda-url.us-east-1.on.aws"
	if got := urlHost(types.FunctionUrlConfig{FunctionUrl: aws.String("https://" + domain + "/")}); got.DomainName != domain {
		t.Errorf("got %q", got.DomainName)
	}
}
