package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/s3control/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// accountBlockClient is as the kind's own.
func accountBlockClient(e *estate) *s3control.Client {
	return s3ControlClient(e.session.Scope(e, &accountPublicAccessBlock, snapshot.Global))
}

// blockAll is the whole block, changed by edit.
func blockAll(e *estate, edit func(*types.PublicAccessBlockConfiguration)) {
	block := &types.PublicAccessBlockConfiguration{
		BlockPublicAcls: aws.Bool(true), IgnorePublicAcls: aws.Bool(true), BlockPublicPolicy: aws.Bool(true), RestrictPublicBuckets: aws.Bool(true),
	}
	if edit != nil {
		edit(block)
	}
	must(accountBlockClient(e).PutPublicAccessBlock(e, &s3control.PutPublicAccessBlockInput{AccountId: &e.Account, PublicAccessBlockConfiguration: block}))(e)
}

func accountBlockLives() []life {
	put := func(name string, edit func(*types.PublicAccessBlockConfiguration), path string) change {
		return change{
			name: name, paths: []string{path},
			do:   func(e *estate, _ made) { blockAll(e, edit) },
			undo: func(e *estate, _ made) { blockAll(e, nil) },
		}
	}
	return []life{{
		kind: "s3:account-public-access-block", always: true, undated: true, untagged: true, keeps: true,
		create: func(e *estate) made {
			blockAll(e, nil)
			return made{ID: "account-public-access-block"}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "RestrictPublicBuckets", "true")
			if r.Protection != "every account has it" {
				t.Errorf("protection: got %q", r.Protection)
			}
		},
		changes: []change{
			put("new grants", func(b *types.PublicAccessBlockConfiguration) { b.BlockPublicAcls = aws.Bool(false) }, "BlockPublicAcls"),
			put("public policies", func(b *types.PublicAccessBlockConfiguration) { b.RestrictPublicBuckets = aws.Bool(false) }, "RestrictPublicBuckets"),
			{
				name: "the whole",
				do: func(e *estate, _ made) {
					must(accountBlockClient(e).DeletePublicAccessBlock(e, &s3control.DeletePublicAccessBlockInput{AccountId: &e.Account}))(e)
				},
				undo:  func(e *estate, _ made) { blockAll(e, nil) },
				paths: []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"},
			},
		},
	}}
}

// TestWithoutAccountBlock: an account without one blocks nothing, which is the same as one of four times false; one that
// may not ask is a gap.
func TestWithoutAccountBlock(t *testing.T) {
	e := newEstate(t)
	none := of(e.capture("s3:account-public-access-block"), "s3:account-public-access-block")
	if len(none) != 1 {
		t.Fatalf("got %d settings, want one", len(none))
	}
	for _, r := range none {
		if string(r.Configuration) != "{}" {
			t.Errorf("got %s", r.Configuration)
		}
	}
	if told := findingsBetween(t, "s3:account-public-access-block", `{}`, `{"BlockPublicAcls":false,"BlockPublicPolicy":false}`); len(told) > 0 {
		t.Errorf("told: %s", toldFindings(told))
	}
	e.Proxy.Deny("s3control", "GetPublicAccessBlock")
	s, err := collect.Capture(t.Context(), e.session, collect.Request{
		Kinds: kindsNamed(t, "s3:account-public-access-block"), Regions: []string{testRegion}, MaskKey: collect.NewMaskKey("the key of the block's test"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Resources) != 0 || s.Coverage[0].State != snapshot.Denied || s.Coverage[0].Code != "AccessDenied" {
		t.Errorf("got %+v, coverage %+v", s.Resources, s.Coverage)
	}
}

// TestAccountsHost: on AWS the account's id is part of the host's name, and on no other endpoint.
func TestAccountsHost(t *testing.T) {
	for endpoint, want := range map[string]string{
		"": "https://123456789012.s3-control.eu-west-1.amazonaws.com", "http://127.0.0.1:5000": "http://127.0.0.1:5000", "https://aws.test/a": "https://aws.test/a",
	} {
		resolver, params := s3control.NewDefaultEndpointResolverV2(), s3control.EndpointParameters{
			Region: aws.String("eu-west-1"), AccountId: aws.String("123456789012"), RequiresAccountId: aws.Bool(true),
		}
		if endpoint != "" {
			resolver, params.Endpoint = oneHost{resolver}, &endpoint
		}
		got, err := resolver.ResolveEndpoint(t.Context(), params)
		if err != nil || got.URI.String() != want {
			t.Errorf("%q: got %s, %v, want %s", endpoint, got.URI.String(), err, want)
		}
	}
}
