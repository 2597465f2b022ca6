package kinds

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// makeDistribution makes a distribution before an origin, and returns its id and ARN.
func makeDistribution(e *estate, name, origin string, enabled bool) (id, arn string) {
	c := cloudfront.NewFromConfig(e.Config)
	control := must(c.CreateOriginAccessControl(e, &cloudfront.CreateOriginAccessControlInput{OriginAccessControlConfig: &types.OriginAccessControlConfig{
		Name: aws.String(name + "-access"), OriginAccessControlOriginType: types.OriginAccessControlOriginTypesS3,
		SigningBehavior: types.OriginAccessControlSigningBehaviorsAlways, SigningProtocol: types.OriginAccessControlSigningProtocolsSigv4,
	}}))(e).OriginAccessControl.Id
	config := &types.DistributionConfig{
		CallerReference: &name, Comment: aws.String("for tests"), Enabled: &enabled,
		DefaultCacheBehavior: &types.DefaultCacheBehavior{TargetOriginId: aws.String("origin"), ViewerProtocolPolicy: types.ViewerProtocolPolicyHttpsOnly},
		Origins: &types.Origins{Quantity: aws.Int32(1), Items: []types.Origin{{
			Id: aws.String("origin"), DomainName: &origin, OriginAccessControlId: control,
			S3OriginConfig: &types.S3OriginConfig{OriginAccessIdentity: aws.String("")},
			CustomHeaders: &types.CustomHeaders{Quantity: aws.Int32(1), Items: []types.OriginCustomHeader{
				{HeaderName: aws.String("x-from-edge"), HeaderValue: aws.String("hunter2")},
			}},
		}}},
	}
	d := must(c.CreateDistributionWithTags(e, &cloudfront.CreateDistributionWithTagsInput{DistributionConfigWithTags: &types.DistributionConfigWithTags{
		DistributionConfig: config,
		Tags:               &types.Tags{Items: tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })},
	}}))(e).Distribution
	return *d.Id, "arn:aws:cloudfront::" + e.Account + ":distribution/" + *d.Id
}

func updateDistribution(e *estate, m made, edit func(*types.DistributionConfig)) {
	c := cloudfront.NewFromConfig(e.Config)
	now := must(c.GetDistributionConfig(e, &cloudfront.GetDistributionConfigInput{Id: &m.ID}))(e)
	edit(now.DistributionConfig)
	must(c.UpdateDistribution(e, &cloudfront.UpdateDistributionInput{Id: &m.ID, IfMatch: now.ETag, DistributionConfig: now.DistributionConfig}))(e)
}

func updateAccess(e *estate, m made, edit func(*types.OriginAccessControlConfig)) {
	c := cloudfront.NewFromConfig(e.Config)
	now := must(c.GetOriginAccessControl(e, &cloudfront.GetOriginAccessControlInput{Id: &m.ID}))(e)
	config := now.OriginAccessControl.OriginAccessControlConfig
	edit(config)
	must(c.UpdateOriginAccessControl(e, &cloudfront.UpdateOriginAccessControlInput{Id: &m.ID, IfMatch: now.ETag, OriginAccessControlConfig: config}))(e)
}

func cloudfrontLives() []life {
	return []life{
		{
			kind: "cloudfront:distribution", undated: true,
			create: func(e *estate) made {
				id, arn := makeDistribution(e, "distribution-life", "distribution-life.s3.us-east-1.amazonaws.com", false)
				return made{ID: id, ARN: arn}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Config.Origins.Items[].CustomHeaders.Items[].HeaderName", "x-from-edge")
				if text := string(r.Configuration); strings.Contains(text, "hunter2") || !strings.Contains(text, `"HeaderValue":"`+snapshot.MaskPrefix) {
					t.Errorf("the origin's header is not masked: %s", text)
				}
			},
			changes: []change{ // moto keeps the tags of creation apart from later ones
				flip("comment", func(e *estate, m made, changed bool) {
					updateDistribution(e, m, func(c *types.DistributionConfig) { c.Comment = aws.String(either(changed, "for others", "for tests")) })
				}, "Config.Comment"),
				flip("plain HTTP", func(e *estate, m made, changed bool) {
					updateDistribution(e, m, func(c *types.DistributionConfig) {
						c.DefaultCacheBehavior.ViewerProtocolPolicy = either(changed, types.ViewerProtocolPolicyAllowAll, types.ViewerProtocolPolicyHttpsOnly)
					})
				}, "Config.DefaultCacheBehavior.ViewerProtocolPolicy"),
				flip("an origin's header", func(e *estate, m made, changed bool) {
					updateDistribution(e, m, func(c *types.DistributionConfig) {
						c.Origins.Items[0].CustomHeaders.Items[0].HeaderValue = aws.String(either(changed, "hunter3", "hunter2"))
					})
				}, "Config.Origins.Items[Id=origin].CustomHeaders.Items[HeaderName=x-from-edge].HeaderValue"),
			},
		},
		{
			kind: "cloudfront:origin-access-control", undated: true, untagged: true,
			create: func(e *estate) made {
				out := must(cloudfront.NewFromConfig(e.Config).CreateOriginAccessControl(e, &cloudfront.CreateOriginAccessControlInput{
					OriginAccessControlConfig: &types.OriginAccessControlConfig{
						Name: aws.String("origin-access-control-life"), Description: aws.String("for tests"), OriginAccessControlOriginType: types.OriginAccessControlOriginTypesS3,
						SigningBehavior: types.OriginAccessControlSigningBehaviorsAlways, SigningProtocol: types.OriginAccessControlSigningProtocolsSigv4,
					},
				}))(e)
				id := *out.OriginAccessControl.Id
				return made{ID: id, ARN: "arn:aws:cloudfront::" + e.Account + ":origin-access-control/" + id, UniqueID: id}
			},
			check: func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "SigningBehavior", "always") },
			changes: []change{
				flip("description", func(e *estate, m made, changed bool) {
					updateAccess(e, m, func(c *types.OriginAccessControlConfig) {
						c.Description = aws.String(either(changed, "for others", "for tests"))
					})
				}, "Description"),
				flip("signing", func(e *estate, m made, changed bool) {
					updateAccess(e, m, func(c *types.OriginAccessControlConfig) {
						c.SigningBehavior = either(changed, types.OriginAccessControlSigningBehaviorsNever, types.OriginAccessControlSigningBehaviorsAlways)
					})
				}, "SigningBehavior"),
				flip("name", func(e *estate, m made, changed bool) {
					updateAccess(e, m, func(c *types.OriginAccessControlConfig) {
						c.Name = aws.String(either(changed, "origin-access-control-renamed", "origin-access-control-life"))
					})
				}, "Name"),
			},
		},
	}
}

// TestDistributionNames: a distribution says which bucket it reads from, and a record which distribution it leads to.
func TestDistributionNames(t *testing.T) {
	e := newEstate(t)
	origin := makeBucket(e, "cloudfront-origin")
	_, arn := makeDistribution(e, "named", origin+".s3.us-east-1.amazonaws.com", true)
	s := e.capture("cloudfront:distribution", "s3:bucket")
	r := of(s, "cloudfront:distribution")[snapshot.ResourceKey(e.Account, snapshot.Global, "cloudfront:distribution", arn)]
	if r == nil {
		t.Fatalf("no distribution %s", arn)
	}
	want := snapshot.ResourceKey(e.Account, testRegion, "s3:bucket", "arn:aws:s3:::"+origin)
	if !slices.ContainsFunc(r.References, func(ref snapshot.Reference) bool {
		return ref.Path == "Config.Origins.Items[].DomainName" && ref.Key == want
	}) {
		t.Errorf("the origin: got %+v, want %s", r.References, want)
	}
	zone := makeZone(e, false)
	for _, d := range must(cloudfront.NewFromConfig(e.Config).ListDistributions(e, &cloudfront.ListDistributionsInput{}))(e).DistributionList.Items {
		wantRecordTo(e, zone, *d.DomainName, r.Key)
	}
}

// TestDeleteEnabledDistribution: it is disabled, waited for, and deleted with the ETag of the moment.
func TestDeleteEnabledDistribution(t *testing.T) {
	e := newEstate(t)
	id, arn := makeDistribution(e, "enabled", "origin.s3.us-east-1.amazonaws.com", true)
	scope, r := e.session.Scope(e, &distribution, snapshot.Global), &collect.Resource{Kind: distribution.Name, ID: id, ARN: arn}
	if err := distribution.Delete(scope, r); collect.Classify(err) != collect.ClassInUse {
		t.Errorf("enabled: got %v, want that it is in use", err)
	}
	if n := e.Proxy.Count("cloudfront", "DeleteDistribution"); n != 0 {
		t.Errorf("deleted while enabled, %d times", n)
	}
	config := must(cloudfront.NewFromConfig(e.Config).GetDistributionConfig(e, &cloudfront.GetDistributionConfigInput{Id: &id}))(e).DistributionConfig
	if *config.Enabled || *config.Comment != "for tests" {
		t.Errorf("after the first attempt: enabled %v, comment %q", *config.Enabled, *config.Comment)
	}
	remove := e.Proxy.Intercept("cloudfront", "GetDistribution", func(call *testbed.Call, next func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		answer := next(call)
		answer.Body = []byte(strings.ReplaceAll(string(answer.Body), "<Status>Deployed</Status>", "<Status>InProgress</Status>"))
		return answer
	})
	if err := distribution.Delete(scope, r); collect.Classify(err) != collect.ClassInUse || e.Proxy.Count("cloudfront", "DeleteDistribution") != 0 {
		t.Errorf("in progress: got %v, want that it is in use", err)
	}
	remove()
	if err := distribution.Delete(scope, r); err != nil {
		t.Errorf("deployed: %v", err)
	}
	if err := distribution.Delete(scope, r); collect.Classify(err) != collect.ClassNotFound {
		t.Errorf("gone: got %v", err)
	}
	e.Proxy.Error("cloudfront", "DeleteOriginAccessControl", 409, "OriginAccessControlInUse", "used by a distribution")
	for _, control := range of(e.capture("cloudfront:origin-access-control"), "cloudfront:origin-access-control") {
		if err := originAccessControl.Delete(scope, control); collect.Classify(err) != collect.ClassInUse {
			t.Errorf("an access control in use: got %v", err)
		}
	}
}

// TestEdgeFunctions: what a distribution runs are versions, and what they hold back are functions.
func TestEdgeFunctions(t *testing.T) {
	associations := func(arns ...string) *types.LambdaFunctionAssociations {
		list := new(types.LambdaFunctionAssociations)
		for _, arn := range arns {
			list.Items = append(list.Items, types.LambdaFunctionAssociation{LambdaFunctionARN: &arn})
		}
		return list
	}
	const one, two = "arn:aws:lambda:us-east-1:123456789012:function:one", "arn:aws:lambda:us-east-1:123456789012:function:two"
	got := edgeFunctions(types.DistributionSummary{
		DefaultCacheBehavior: &types.DefaultCacheBehavior{LambdaFunctionAssociations: associations(two+":7", one+":1")},
		CacheBehaviors:       &types.CacheBehaviors{Items: []types.CacheBehavior{{LambdaFunctionAssociations: associations(two + ":8")}, {}}},
	})
	if !slices.Equal(got, []string{one, two}) {
		t.Errorf("got %v", got)
	}
}

// cloudfrontAnswer wraps an answer of CloudFront's.
func cloudfrontAnswer(body string) string {
	end := strings.IndexAny(body, ">")
	return body[:end] + ` xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"` + body[end:]
}

// withETag answers in AWS's place with an ETag, which deletions must send back.
func withETag(e *estate, operation, body string) {
	e.Proxy.Intercept("cloudfront", operation, func(*testbed.Call, func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		return &testbed.Answer{Status: 200, Header: http.Header{"Content-Type": {"text/xml"}, "Etag": {"E2QWRUHEXAMPLE"}}, Body: []byte(body)}
	})
}

// TestUnservedCloudFront runs the lives of what moto lacks down to the lists, so that they can't begin with one.
func TestUnservedCloudFront(t *testing.T) {
	policy := func(kind, element, config string) life {
		return life{
			kind: "cloudfront:" + kind, undated: true, untagged: true, deletes: "Delete" + element,
			create: func(e *estate) made {
				list := strings.Replace(element, "Policy", "Policies", 1)
				e.answer("cloudfront", "List"+list, cloudfrontAnswer("<"+element+"List><MaxItems>100</MaxItems><Quantity>1</Quantity><Items><"+element+"Summary><Type>custom</Type><"+
					element+"><Id>b2884449-e4de-46a7-ac36-70bc7f1ddd6d</Id><LastModifiedTime>2020-10-23T17:03:13Z</LastModifiedTime><"+element+"Config>"+
					"<Name>mine</Name>"+config+"</"+element+"Config></"+element+"></"+element+"Summary></Items></"+element+"List>"))
				withETag(e, "Get"+element, cloudfrontAnswer("<"+element+"><Id>b2884449-e4de-46a7-ac36-70bc7f1ddd6d</Id></"+element+">"))
				return made{ID: "b2884449-e4de-46a7-ac36-70bc7f1ddd6d", ARN: "arn:aws:cloudfront::" + e.Account + ":" + kind + "/b2884449-e4de-46a7-ac36-70bc7f1ddd6d"}
			},
		}
	}
	for _, l := range []life{
		{
			kind: "cloudfront:function", deletes: "DeleteFunction",
			create: func(e *estate) made {
				arn := "arn:aws:cloudfront::" + e.Account + ":function/redirect"
				e.answer("cloudfront", "ListFunctions", cloudfrontAnswer(`<FunctionList><MaxItems>100</MaxItems><Quantity>1</Quantity><Items><FunctionSummary>
					<Name>redirect</Name><Status>UNASSOCIATED</Status><FunctionConfig><Comment>for tests</Comment><Runtime>cloudfront-js-2.0</Runtime></FunctionConfig>
					<FunctionMetadata><FunctionARN>`+arn+`</FunctionARN><Stage>DEVELOPMENT</Stage><CreatedTime>2021-04-09T20:29:56.285Z</CreatedTime>
					<LastModifiedTime>2021-04-09T20:30:10.331Z</LastModifiedTime></FunctionMetadata></FunctionSummary></Items></FunctionList>`))
				e.answer("cloudfront", "GetFunction", "function handler(event) { return event.request; }")
				e.answer("cloudfront", "ListTagsForResource", cloudfrontAnswer(`<Tags><Items><Tag><Key>team</Key><Value>blue</Value></Tag>
					<Tag><Key>cost centre</Key><Value>7</Value></Tag></Items></Tags>`))
				withETag(e, "DescribeFunction", cloudfrontAnswer(`<FunctionSummary><Name>redirect</Name></FunctionSummary>`))
				return made{ID: "redirect", ARN: arn}
			},
			check: func(t *testing.T, r *collect.Resource) {
				// What sha256sum and base64 make of the code.
				wantConfiguration(t, r, "Live.CodeSha256", "ac3k7jD08y1MGNnNtz9F7++T+R4Dli6pCBkocdyPT2I=")
				wantConfiguration(t, r, "Development.CodeSha256", "ac3k7jD08y1MGNnNtz9F7++T+R4Dli6pCBkocdyPT2I=")
				wantStatus(t, r, "Status", "UNASSOCIATED")
			},
		},
		policy("cache-policy", "CachePolicy", "<MinTTL>0</MinTTL>"),
		policy("origin-request-policy", "OriginRequestPolicy", "<Comment>for tests</Comment>"),
		policy("response-headers-policy", "ResponseHeadersPolicy", "<Comment>for tests</Comment>"),
	} {
		t.Run(l.kind, func(t *testing.T) {
			e := newEstate(t)
			want := l.create(e)
			found := of(e.capture(l.kind), l.kind)
			r := l.newcomer(t, nil, found)
			if r == nil {
				return
			}
			l.checkNames(t, r, want, e)
			l.checkParts(t, r)
			if l.check != nil {
				l.check(t, r)
			}
			if again := of(e.capture(l.kind), l.kind)[r.Key]; again == nil || again.ConfigurationHash != r.ConfigurationHash {
				t.Errorf("nothing changed, and the second capture differs: %s", r.Configuration)
			}
			kind := kindsNamed(t, l.kind)[0]
			scope := e.session.Scope(e, kind, snapshot.Global)
			remove := e.Proxy.Error("cloudfront", l.deletes, 409, strings.TrimPrefix(l.deletes, "Delete")+"InUse", "a distribution uses it")
			if err := kind.Delete(scope, r); collect.Classify(err) != collect.ClassInUse {
				t.Errorf("in use: got %v", err)
			}
			remove()
			withETag(e, l.deletes, "")
			if err := kind.Delete(scope, r); err != nil {
				t.Errorf("delete: %v", err)
			}
			for _, call := range e.Proxy.Calls() {
				if got := call.Header.Get("If-Match"); call.Operation == l.deletes && got != "E2QWRUHEXAMPLE" {
					t.Errorf("deleted with the ETag %q", got)
				}
			}
		})
	}
}

// TestFunctionWithoutLiveStage: one that was never published has no live code.
func TestFunctionWithoutLiveStage(t *testing.T) {
	e := newEstate(t)
	e.answer("cloudfront", "ListFunctions", cloudfrontAnswer(`<FunctionList><Items><FunctionSummary><Name>draft</Name>
		<FunctionMetadata><FunctionARN>arn:aws:cloudfront::123456789012:function/draft</FunctionARN></FunctionMetadata></FunctionSummary></Items></FunctionList>`))
	e.answer("cloudfront", "ListTagsForResource", cloudfrontAnswer(`<Tags></Tags>`))
	e.Proxy.Intercept("cloudfront", "GetFunction", func(c *testbed.Call, next func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		if c.Query.Get("Stage") == "LIVE" {
			return &testbed.Answer{Status: 404, Header: http.Header{"Content-Type": {"text/xml"}},
				Body: []byte(`<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchFunctionExists</Code><Message>none</Message></Error></ErrorResponse>`)}
		}
		return &testbed.Answer{Status: 200, Body: []byte("code")}
	})
	for _, r := range of(e.capture("cloudfront:function"), "cloudfront:function") {
		if strings.Contains(string(r.Configuration), "Live") || !strings.Contains(string(r.Configuration), "Development") || len(r.Unknown) > 0 {
			t.Errorf("got %s, unknown %v", r.Configuration, r.Unknown)
		}
		return
	}
	t.Error("no function")
}
