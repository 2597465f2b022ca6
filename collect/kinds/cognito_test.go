package kinds

import (
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	identity "github.com/aws/aws-sdk-go-v2/service/cognitoidentity/types"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func makeUserPool(e *estate, name string, protection types.DeletionProtectionType) *types.UserPoolType {
	return must(cognito.NewFromConfig(e.Config).CreateUserPool(e, &cognito.CreateUserPoolInput{
		PoolName: &name, DeletionProtection: protection, UserPoolTags: teamTags,
		LambdaConfig: &types.LambdaConfigType{PreSignUp: aws.String("arn:aws:lambda:us-east-1:" + e.Account + ":function:check")},
	}))(e).UserPool
}

func makePoolClient(e *estate, pool *string, name string) *types.UserPoolClientType {
	return must(cognito.NewFromConfig(e.Config).CreateUserPoolClient(e, &cognito.CreateUserPoolClientInput{
		UserPoolId: pool, ClientName: &name, GenerateSecret: true, PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled, CallbackURLs: []string{"https://app.example.com/"},
	}))(e).UserPoolClient
}

// updatePool, updateClient and updateIdentityPool say all that is to stay, since what is not said is reset.
func updatePool(e *estate, m made, edit func(*cognito.UpdateUserPoolInput)) {
	in := &cognito.UpdateUserPoolInput{
		UserPoolId: &m.ID, UserPoolTags: maps.Clone(teamTags), DeletionProtection: types.DeletionProtectionTypeInactive,
		LambdaConfig: &types.LambdaConfigType{PreSignUp: aws.String("arn:aws:lambda:us-east-1:" + e.Account + ":function:check")},
	}
	edit(in)
	must(cognito.NewFromConfig(e.Config).UpdateUserPool(e, in))(e)
}

func updateClient(e *estate, m made, edit func(*cognito.UpdateUserPoolClientInput)) {
	c := cognito.NewFromConfig(e.Config)
	pool := must(c.ListUserPools(e, &cognito.ListUserPoolsInput{MaxResults: aws.Int32(1)}))(e).UserPools[0].Id
	in := &cognito.UpdateUserPoolClientInput{
		UserPoolId: pool, ClientId: &m.ID, ClientName: aws.String("user-pool-client-life"), CallbackURLs: []string{"https://app.example.com/"},
		PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled,
	}
	edit(in)
	must(c.UpdateUserPoolClient(e, in))(e)
}

func updateIdentityPool(e *estate, m made, edit func(*cognitoidentity.UpdateIdentityPoolInput)) {
	c := cognitoidentity.NewFromConfig(e.Config)
	now := must(c.DescribeIdentityPool(e, &cognitoidentity.DescribeIdentityPoolInput{IdentityPoolId: &m.ID}))(e)
	in := &cognitoidentity.UpdateIdentityPoolInput{
		IdentityPoolId: &m.ID, IdentityPoolName: now.IdentityPoolName, AllowUnauthenticatedIdentities: now.AllowUnauthenticatedIdentities,
		CognitoIdentityProviders: now.CognitoIdentityProviders, IdentityPoolTags: maps.Clone(teamTags),
	}
	edit(in)
	must(c.UpdateIdentityPool(e, in))(e)
}

func cognitoLives() []life {
	return []life{
		{
			kind: "cognito-idp:userpool",
			create: func(e *estate) made {
				pool := makeUserPool(e, "user-pool-life", types.DeletionProtectionTypeInactive)
				must(cognito.NewFromConfig(e.Config).CreateUserPoolDomain(e, &cognito.CreateUserPoolDomainInput{
					UserPoolId: pool.Id, Domain: aws.String("user-pool-life-" + e.Account),
				}))(e)
				return made{ID: *pool.Id, ARN: *pool.Arn, UniqueID: *pool.Id}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "UserPool.Name", "user-pool-life")
				if strings.Contains(string(r.Configuration), "Issuer\"") {
					t.Errorf("the issuer is derived, and stored: %s", r.Configuration)
				}
			},
			changes: []change{
				flip("a tag", func(e *estate, m made, changed bool) {
					updatePool(e, m, func(in *cognito.UpdateUserPoolInput) { in.UserPoolTags["team"] = either(changed, "green", "blue") })
				}, "Tags.team"),
				flip("deletion protection", func(e *estate, m made, changed bool) {
					updatePool(e, m, func(in *cognito.UpdateUserPoolInput) {
						in.DeletionProtection = either(changed, types.DeletionProtectionTypeActive, types.DeletionProtectionTypeInactive)
					})
				}, "UserPool.DeletionProtection"),
				flip("second factors", func(e *estate, m made, changed bool) {
					must(cognito.NewFromConfig(e.Config).SetUserPoolMfaConfig(e, &cognito.SetUserPoolMfaConfigInput{
						UserPoolId: &m.ID, MfaConfiguration: either(changed, types.UserPoolMfaTypeOn, types.UserPoolMfaTypeOff),
						SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: changed},
					}))(e)
				}, "MFA.SoftwareToken", "UserPool.MfaConfiguration"),
			},
		},
		{
			kind: "cognito-idp:userpoolclient", untagged: true, undated: true, // moto has no date for clients; AWS has
			create: func(e *estate) made {
				return made{ID: *makePoolClient(e, makeUserPool(e, "user-pool-client-life", "").Id, "user-pool-client-life").ClientId}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Client.CallbackURLs[]", "https://app.example.com/")
				if !strings.Contains(string(r.Configuration), `"ClientSecret":"`+snapshot.MaskPrefix) {
					t.Errorf("the secret is not masked: %s", r.Configuration)
				}
			},
			changes: []change{
				flip("name", func(e *estate, m made, changed bool) {
					updateClient(e, m, func(in *cognito.UpdateUserPoolClientInput) {
						in.ClientName = aws.String(either(changed, "renamed", "user-pool-client-life"))
					})
				}, "Client.ClientName"),
				flip("where it may return to", func(e *estate, m made, changed bool) {
					updateClient(e, m, func(in *cognito.UpdateUserPoolClientInput) {
						in.CallbackURLs = []string{either(changed, "https://evil.example.com/", "https://app.example.com/")}
					})
				}, "Client.CallbackURLs[]"),
				flip("tells who exists", func(e *estate, m made, changed bool) {
					updateClient(e, m, func(in *cognito.UpdateUserPoolClientInput) {
						in.PreventUserExistenceErrors = either(changed, types.PreventUserExistenceErrorTypesLegacy, types.PreventUserExistenceErrorTypesEnabled)
					})
				}, "Client.PreventUserExistenceErrors"),
			},
		},
		{
			kind: "cognito-identity:identitypool", undated: true, with: []string{"cognito-idp:userpool", "cognito-idp:userpoolclient"},
			create: func(e *estate) made {
				pool := makeUserPool(e, "identity-pool-life", "")
				out := must(cognitoidentity.NewFromConfig(e.Config).CreateIdentityPool(e, &cognitoidentity.CreateIdentityPoolInput{
					IdentityPoolName: aws.String("identity-pool-life"), IdentityPoolTags: teamTags,
					CognitoIdentityProviders: []identity.CognitoIdentityProvider{{
						ProviderName: aws.String("cognito-idp.us-east-1.amazonaws.com/" + *pool.Id), ClientId: makePoolClient(e, pool.Id, "identity-pool-life").ClientId,
						ServerSideTokenCheck: aws.Bool(true),
					}},
				}))(e)
				e.answer("cognito-identity", "GetIdentityPoolRoles", `{"IdentityPoolId": "`+*out.IdentityPoolId+`",
					"Roles": {"authenticated": "arn:aws:iam::`+e.Account+`:role/signed-in"}}`)
				return made{ID: *out.IdentityPoolId, ARN: "arn:aws:cognito-identity:us-east-1:" + e.Account + ":identitypool/" + *out.IdentityPoolId}
			},
			check: func(t *testing.T, r *collect.Resource) {
				if !strings.Contains(string(r.Configuration), ":role/signed-in") {
					t.Errorf("no roles in %s", r.Configuration)
				}
				named := make(map[string]string)
				for _, ref := range r.References {
					kind, _, _ := strings.Cut(strings.SplitN(ref.Key, "/", 3)[2], "/")
					named[string(ref.Path)] = kind
				}
				for path, want := range map[string]string{"ProviderName": "cognito-idp:userpool", "ClientId": "cognito-idp:userpoolclient"} {
					if got := named["IdentityPool.CognitoIdentityProviders[]."+path]; got != want {
						t.Errorf("%s names %q, want a %s: %+v", path, got, want, r.References)
					}
				}
			},
			changes: []change{
				flip("guests", func(e *estate, m made, changed bool) {
					updateIdentityPool(e, m, func(in *cognitoidentity.UpdateIdentityPoolInput) { in.AllowUnauthenticatedIdentities = changed })
				}, "IdentityPool.AllowUnauthenticatedIdentities"),
				flip("a check of tokens", func(e *estate, m made, changed bool) {
					updateIdentityPool(e, m, func(in *cognitoidentity.UpdateIdentityPoolInput) {
						in.CognitoIdentityProviders[0].ServerSideTokenCheck = aws.Bool(!changed)
					})
				}, "IdentityPool.CognitoIdentityProviders[].ServerSideTokenCheck"),
				flip("a tag", func(e *estate, m made, changed bool) {
					updateIdentityPool(e, m, func(in *cognitoidentity.UpdateIdentityPoolInput) {
						in.IdentityPoolTags["team"] = either(changed, "green", "blue")
					})
				}, "Tags.team"),
			},
		},
	}
}

// TestUserPoolProtection is seen, and the pool's domain goes before it.
func TestUserPoolProtection(t *testing.T) {
	e := newEstate(t)
	pool := makeUserPool(e, "kept", types.DeletionProtectionTypeActive)
	for _, r := range of(e.capture("cognito-idp:userpool"), "cognito-idp:userpool") {
		if r.Protection == "" || !r.Marked(snapshot.MarkProtected) {
			t.Errorf("%s: protection %q, marks %v", *pool.Id, r.Protection, r.Marks)
		}
	}
}

func TestDeleteUserPoolWithDomain(t *testing.T) {
	e := newEstate(t)
	pool := makeUserPool(e, "with-domain", "")
	must(cognito.NewFromConfig(e.Config).CreateUserPoolDomain(e, &cognito.CreateUserPoolDomainInput{UserPoolId: pool.Id, Domain: aws.String("sign-in-" + e.Account)}))(e)
	scope, r := e.session.Scope(e, &userPool, testRegion), &collect.Resource{Kind: userPool.Name, ID: *pool.Id}
	remove := e.Proxy.Error("cognito-idp", "DeleteUserPool", 400, "InvalidParameterException", "User pool cannot be deleted. It has a domain configured that should be deleted first.")
	if err := userPool.Delete(scope, r); collect.Classify(err) != collect.ClassInUse || e.Proxy.Count("cognito-idp", "DeleteUserPoolDomain") != 1 {
		t.Errorf("while the domain goes: got %v, %d domains deleted", err, e.Proxy.Count("cognito-idp", "DeleteUserPoolDomain"))
	}
	remove()
	if err := userPool.Delete(scope, r); err != nil {
		t.Errorf("the second attempt: %v", err)
	}
}
