package kinds

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

func samlProviderChanges() []change {
	return []change{swap("its metadata", strings.Repeat("<EntityDescriptor/>", 60), strings.Repeat("<IDPSSODescriptor/>", 60),
		func(e *estate, m made, document string) {
			must(iam.NewFromConfig(e.Config).UpdateSAMLProvider(e, &iam.UpdateSAMLProviderInput{SAMLProviderArn: &m.ARN, SAMLMetadataDocument: &document}))(e)
		}, "Provider.SAMLMetadataDocument")}
}

func oidcProviderChanges() []change {
	client := func(e *estate) *iam.Client { return iam.NewFromConfig(e.Config) }
	return []change{
		tagChange(func(e *estate, m made, key, value string) {
			must(client(e).TagOpenIDConnectProvider(e, &iam.TagOpenIDConnectProviderInput{OpenIDConnectProviderArn: &m.ARN, Tags: iamTag(key, value)}))(e)
		}),
		swap("whose certificate it trusts", "ab", "cd", func(e *estate, m made, print string) {
			must(client(e).UpdateOpenIDConnectProviderThumbprint(e, &iam.UpdateOpenIDConnectProviderThumbprintInput{
				OpenIDConnectProviderArn: &m.ARN, ThumbprintList: []string{strings.Repeat(print, 20)},
			}))(e)
		}, "Provider.ThumbprintList[]"),
	}
}

func accessKeyChanges() []change {
	return []change{swap("whether it works", types.StatusTypeActive, types.StatusTypeInactive, func(e *estate, m made, status types.StatusType) {
		must(iam.NewFromConfig(e.Config).UpdateAccessKey(e, &iam.UpdateAccessKeyInput{AccessKeyId: &m.ID, UserName: aws.String("access-key-life"), Status: status}))(e)
	}, "Status")}
}

func passwordPolicyChanges() []change {
	put := func(e *estate, edit func(*iam.UpdateAccountPasswordPolicyInput)) {
		in := &iam.UpdateAccountPasswordPolicyInput{MinimumPasswordLength: aws.Int32(14), RequireSymbols: true, MaxPasswordAge: aws.Int32(90)}
		edit(in)
		must(iam.NewFromConfig(e.Config).UpdateAccountPasswordPolicy(e, in))(e)
	}
	return []change{
		swap("how short a password may be", 14, 8, func(e *estate, _ made, length int32) {
			put(e, func(in *iam.UpdateAccountPasswordPolicyInput) { in.MinimumPasswordLength = &length })
		}, "MinimumPasswordLength"),
		swap("symbols", true, false, func(e *estate, _ made, symbols bool) {
			put(e, func(in *iam.UpdateAccountPasswordPolicyInput) { in.RequireSymbols = symbols })
		}, "RequireSymbols"),
		swap("how many passwords must be new", nil, aws.Int32(5), func(e *estate, _ made, many *int32) {
			put(e, func(in *iam.UpdateAccountPasswordPolicyInput) { in.PasswordReusePrevention = many })
		}, "PasswordReusePrevention"),
	}
}
