package kinds

import (
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	identity "github.com/aws/aws-sdk-go-v2/service/cognitoidentity/types"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func cognitoKinds() []collect.Kind {
	return []collect.Kind{userPool, userPoolClient, identityPool}
}

// atOnce is the most that Cognito lists in one call.
const atOnce = 60

// userPools is the list that pools and clients start from.
func userPools(s *collect.Scope) ([]types.UserPoolDescriptionType, bool) {
	return collect.Shared(s, "cognito-idp:ListUserPools", func(s *collect.Scope) iter.Seq[types.UserPoolDescriptionType] {
		return collect.Pages[types.UserPoolDescriptionType](s, cognito.NewFromConfig(s.Config).ListUserPools, &cognito.ListUserPoolsInput{MaxResults: aws.Int32(atOnce)})
	})
}

// userPool is without its users, groups and identity providers.
var userPool = collect.Kind{
	Name: "cognito-idp:userpool", CloudFormation: "AWS::Cognito::UserPool", Aliases: []string{"cognito-idp:user-pool", "cognito:userpool"},
	List: func(s *collect.Scope) {
		c := cognito.NewFromConfig(s.Config)
		list, _ := userPools(s)
		collect.Each(s, slices.Values(list), func(p types.UserPoolDescriptionType) {
			settings := collect.WithTags(collect.Ask(s, "UserPool", c.DescribeUserPool, &cognito.DescribeUserPoolInput{UserPoolId: p.Id}), userPoolTags)
			s.Add(collect.Item{
				ID: p.Id, UniqueID: p.Id, Name: p.Name, Created: p.CreationDate, ARN: s.ARN("cognito-idp", "userpool/"+aws.ToString(p.Id)),
			}, issuer(s, p.Id), settings.Of("UserPool"),
				collect.Through(collect.Ask(s, "MFA", c.GetUserPoolMfaConfig, &cognito.GetUserPoolMfaConfigInput{UserPoolId: p.Id}), factorsOf))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "deletion-protection-off", Path: "UserPool.DeletionProtection", Is: []string{"INACTIVE"}},
		{Rule: "mfa-removed", Path: "UserPool.MfaConfiguration", Is: []string{"OFF"}, OnChange: true},
		{Rule: "password-policy-weakened", Path: "UserPool.Policies.PasswordPolicy.MinimumLength", Shrinks: true, Says: "the least length"},
		{Rule: "detector-part-off", Path: "UserPool.UserPoolAddOns.AdvancedSecurityMode", Is: []string{"OFF"}, Says: "threat protection"},
		{Rule: "password-policy-weakened", Path: "UserPool.Policies.PasswordPolicy.RequireLowercase", Is: []string{"false"}, Says: "lower case"},
		{Rule: "password-policy-weakened", Path: "UserPool.Policies.PasswordPolicy.RequireUppercase", Is: []string{"false"}, Says: "upper case"},
		{Rule: "password-policy-weakened", Path: "UserPool.Policies.PasswordPolicy.RequireNumbers", Is: []string{"false"}, Says: "numbers"},
		{Rule: "password-policy-weakened", Path: "UserPool.Policies.PasswordPolicy.RequireSymbols", Is: []string{"false"}, Says: "symbols"},
	},
	Status: []collect.Path{
		"UserPool.Status", "UserPool.EstimatedNumberOfUsers", "UserPool.LastModifiedDate", "UserPool.EmailConfigurationFailure",
		"UserPool.SmsConfigurationFailure",
	},
	Omit: []collect.Path{"UserPool.UserPoolTags", "UserPool.CreationDate", "Issuer"},
	// Identity pools and authorizers of APIs call a pool by its issuer. Its triggers are functions, which AWS lets go.
	Addresses: []collect.Path{"Issuer[]"},
	Sets: map[collect.Path]string{
		"UserPool.AliasAttributes": "", "UserPool.AutoVerifiedAttributes": "", "UserPool.UsernameAttributes": "", "UserPool.SchemaAttributes": "Name",
		"UserPool.AccountRecoverySetting.RecoveryMechanisms": "Name", "UserPool.Policies.SignInPolicy.AllowedFirstAuthFactors": "",
		"UserPool.UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate": "",
	},
	// A factor that was switched off and one that nobody ever set mean the same.
	Defaults:  map[collect.Path]string{"MFA.SoftwareToken": `{"Enabled":false}`},
	Takes:     []string{"cognito-idp:userpoolclient"},
	Protected: map[collect.Path]string{"UserPool.DeletionProtection": `"ACTIVE"`},
	Delete:    deleteUserPool,
}

func userPoolTags(out *cognito.DescribeUserPoolOutput) (collect.Tags, error) {
	if out.UserPool == nil {
		return nil, nil
	}
	return out.UserPool.UserPoolTags, nil
}

// poolIssuer are the names under which a pool issues tokens.
type poolIssuer struct {
	Issuer []string
}

func issuer(s *collect.Scope, pool *string) poolIssuer {
	name := "cognito-idp." + s.Region + "." + dnsSuffix(s) + "/" + aws.ToString(pool)
	return poolIssuer{[]string{name, "https://" + name}}
}

// factors are a pool's second factors, without what its description has.
type factors struct {
	Email         *types.EmailMfaConfigType
	SoftwareToken *types.SoftwareTokenMfaConfigType
	WebAuthn      *types.WebAuthnConfigurationType
}

func factorsOf(out *cognito.GetUserPoolMfaConfigOutput) factors {
	return factors{out.EmailMfaConfiguration, out.SoftwareTokenMfaConfiguration, out.WebAuthnConfiguration}
}

// deleteUserPool takes a pool's domains away, without which Cognito refuses. A custom one takes some minutes.
func deleteUserPool(s *collect.Scope, r *collect.Resource) error {
	c := cognito.NewFromConfig(s.Config)
	now, err := c.DescribeUserPool(s.Context, &cognito.DescribeUserPoolInput{UserPoolId: &r.ID})
	if err != nil {
		return err
	}
	if pool := now.UserPool; pool != nil {
		for _, domain := range []*string{pool.Domain, pool.CustomDomain} {
			if aws.ToString(domain) == "" {
				continue
			}
			if err := collect.DoUnlessGone(s, c.DeleteUserPoolDomain, &cognito.DeleteUserPoolDomainInput{UserPoolId: &r.ID, Domain: domain}); err != nil {
				return err
			}
		}
	}
	err = collect.Do(s, c.DeleteUserPool, &cognito.DeleteUserPoolInput{UserPoolId: &r.ID})
	if err != nil && strings.Contains(collect.Message(err), "domain") {
		return asInUse(err, "InvalidParameterException")
	}
	return err
}

// userPoolClient has neither ARN nor tags. It goes with its pool.
var userPoolClient = collect.Kind{
	Name: "cognito-idp:userpoolclient", CloudFormation: "AWS::Cognito::UserPoolClient", Aliases: []string{"cognito-idp:user-pool-client", "cognito:userpoolclient"},
	List: func(s *collect.Scope) {
		c := cognito.NewFromConfig(s.Config)
		pools, _ := userPools(s)
		collect.Each(s, slices.Values(pools), func(p types.UserPoolDescriptionType) {
			clients := collect.Children(s, func(s *collect.Scope) iter.Seq[types.UserPoolClientDescription] {
				return collect.Pages[types.UserPoolClientDescription](s, c.ListUserPoolClients,
					&cognito.ListUserPoolClientsInput{UserPoolId: p.Id, MaxResults: aws.Int32(atOnce)})
			})
			for _, client := range clients {
				settings := collect.Ask(s, "Client", c.DescribeUserPoolClient,
					&cognito.DescribeUserPoolClientInput{UserPoolId: p.Id, ClientId: client.ClientId}).Of("UserPoolClient")
				s.Add(collect.Item{ID: client.ClientId, UniqueID: client.ClientId, Name: client.ClientName}, inPool{p.Id},
					collect.Fill(settings, func(item *collect.Item, client types.UserPoolClientType) { item.Created = client.CreationDate }))
			}
		})
	},
	Status:  []collect.Path{"Client.LastModifiedDate"},
	Omit:    []collect.Path{"Client.CreationDate", "Client.UserPoolId"},
	Secrets: []collect.Path{"Client.ClientSecret"},
	Names:   map[collect.Path]string{"UserPoolId": "cognito-idp:userpool"},
	Sets: map[collect.Path]string{
		"Client.AllowedOAuthFlows": "", "Client.AllowedOAuthScopes": "", "Client.CallbackURLs": "", "Client.LogoutURLs": "",
		"Client.ExplicitAuthFlows": "", "Client.ReadAttributes": "", "Client.WriteAttributes": "", "Client.SupportedIdentityProviders": "",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		in, err := collect.Stored[inPool](r)
		if err != nil {
			return err
		}
		return collect.Do(s, cognito.NewFromConfig(s.Config).DeleteUserPoolClient, &cognito.DeleteUserPoolClientInput{UserPoolId: in.UserPoolId, ClientId: &r.ID})
	},
}

// inPool is the part of a client's configuration that says which pool it is of.
type inPool struct {
	UserPoolId *string
}

// identityPool has no creation date.
var identityPool = collect.Kind{
	Name: "cognito-identity:identitypool", CloudFormation: "AWS::Cognito::IdentityPool", Aliases: []string{"cognito-identity:identity-pool", "cognito:identitypool"},
	List: func(s *collect.Scope) {
		c := cognitoidentity.NewFromConfig(s.Config)
		list := collect.Pages[identity.IdentityPoolShortDescription](s, c.ListIdentityPools, &cognitoidentity.ListIdentityPoolsInput{MaxResults: aws.Int32(atOnce)})
		collect.Each(s, list, func(p identity.IdentityPoolShortDescription) {
			id := p.IdentityPoolId
			settings := collect.WithTags(collect.Ask(s, "IdentityPool", c.DescribeIdentityPool, &cognitoidentity.DescribeIdentityPoolInput{IdentityPoolId: id}),
				func(out *cognitoidentity.DescribeIdentityPoolOutput) (collect.Tags, error) {
					return out.IdentityPoolTags, nil
				})
			s.Add(collect.Item{ID: id, UniqueID: id, Name: p.IdentityPoolName, ARN: s.ARN("cognito-identity", "identitypool/"+aws.ToString(id))}, settings,
				collect.Through(collect.Ask(s, "Roles", c.GetIdentityPoolRoles, &cognitoidentity.GetIdentityPoolRolesInput{IdentityPoolId: id}), poolRolesOf))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "unauthenticated-access", Path: "IdentityPool.AllowUnauthenticatedIdentities", Is: []string{"true"}},
	},
	Omit: []collect.Path{"IdentityPool.IdentityPoolTags"},
	Names: map[collect.Path]string{
		"IdentityPool.CognitoIdentityProviders[].ProviderName": "", "IdentityPool.CognitoIdentityProviders[].ClientId": "cognito-idp:userpoolclient",
	},
	Sets: map[collect.Path]string{
		"IdentityPool.CognitoIdentityProviders": "", "IdentityPool.OpenIdConnectProviderARNs": "", "IdentityPool.SamlProviderARNs": "",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, cognitoidentity.NewFromConfig(s.Config).DeleteIdentityPool, &cognitoidentity.DeleteIdentityPoolInput{IdentityPoolId: &r.ID})
	},
}

// poolRoles are the roles that an identity pool hands out.
type poolRoles struct {
	Roles        map[string]string
	RoleMappings map[string]identity.RoleMapping
}

func poolRolesOf(out *cognitoidentity.GetIdentityPoolRolesOutput) poolRoles {
	return poolRoles{out.Roles, out.RoleMappings}
}
