package kinds

import (
	"iter"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func iamAccess() []collect.Kind {
	return []collect.Kind{samlProvider, oidcProvider, accessKey, loginProfile, passwordPolicy, serverCertificate, mfaDevice}
}

var samlProvider = collect.Kind{
	Name: "iam:saml-provider", CloudFormation: "AWS::IAM::SAMLProvider", Global: true,
	List: func(s *collect.Scope) {
		c := iam.NewFromConfig(s.Config)
		out, ok := collect.Call(s, c.ListSAMLProviders, &iam.ListSAMLProvidersInput{}) // has no pages
		if !ok {
			return
		}
		collect.Each(s, slices.Values(out.SAMLProviderList), func(p types.SAMLProviderListEntry) {
			name := path.Base(aws.ToString(p.Arn))
			item := collect.Item{ID: p.Arn, ARN: p.Arn, Name: &name, Created: p.CreateDate}
			if strings.HasPrefix(name, "AWSSSO_") && strings.HasSuffix(name, "_DO_NOT_DELETE") {
				item.Managed("IAM Identity Center signs people in by it")
			}
			provider := collect.Ask(s, "Provider", c.GetSAMLProvider, &iam.GetSAMLProviderInput{SAMLProviderArn: p.Arn})
			provider = collect.WithTags(provider, func(out *iam.GetSAMLProviderOutput) (collect.Tags, error) { return collect.TagsOf(out.Tags), nil })
			s.Add(item, p, collect.Fill(collect.Through(provider, samlOf), func(item *collect.Item, p saml) { item.UniqueID = p.SAMLProviderUUID }))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "identity-provider"},
		{Rule: "identity-provider-trust", Path: "Provider.SAMLMetadataDocument", Check: snapshot.CheckCertificate},
	},
	Sets: map[collect.Path]string{"Provider.PrivateKeyList": "KeyId"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, iam.NewFromConfig(s.Config).DeleteSAMLProvider, &iam.DeleteSAMLProviderInput{SAMLProviderArn: &r.ARN})
	},
}

// saml is what the list of SAML providers lacks.
type saml struct {
	AssertionEncryptionMode                types.AssertionEncryptionModeType
	PrivateKeyList                         []types.SAMLPrivateKey
	SAMLMetadataDocument, SAMLProviderUUID *string
}

func samlOf(out *iam.GetSAMLProviderOutput) saml {
	return saml{out.AssertionEncryptionMode, out.PrivateKeyList, out.SAMLMetadataDocument, out.SAMLProviderUUID}
}

var oidcProvider = collect.Kind{
	Name: "iam:oidc-provider", CloudFormation: "AWS::IAM::OIDCProvider", Global: true,
	List: func(s *collect.Scope) {
		c := iam.NewFromConfig(s.Config)
		out, ok := collect.Call(s, c.ListOpenIDConnectProviders, &iam.ListOpenIDConnectProvidersInput{}) // has no pages
		if !ok {
			return
		}
		collect.Each(s, slices.Values(out.OpenIDConnectProviderList), func(p types.OpenIDConnectProviderListEntry) {
			_, name, _ := strings.Cut(aws.ToString(p.Arn), ":oidc-provider/")
			provider := collect.Ask(s, "Provider", c.GetOpenIDConnectProvider, &iam.GetOpenIDConnectProviderInput{OpenIDConnectProviderArn: p.Arn})
			provider = collect.WithTags(provider, func(out *iam.GetOpenIDConnectProviderOutput) (collect.Tags, error) {
				return collect.TagsOf(out.Tags), nil
			})
			s.Add(collect.Item{ID: p.Arn, ARN: p.Arn, Name: &name}, p,
				collect.Fill(collect.Through(provider, oidcOf), func(item *collect.Item, p oidc) { item.Created = p.CreateDate }))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "identity-provider"},
		{Rule: "identity-provider-trust", Path: "Provider.ClientIDList[]"},
		{Rule: "identity-provider-trust", Path: "Provider.ThumbprintList[]"},
	},
	Sets: map[collect.Path]string{"Provider.ClientIDList": "", "Provider.ThumbprintList": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, iam.NewFromConfig(s.Config).DeleteOpenIDConnectProvider, &iam.DeleteOpenIDConnectProviderInput{OpenIDConnectProviderArn: &r.ARN})
	},
}

// oidc is an OIDC provider without its tags.
type oidc struct {
	ClientIDList, ThumbprintList []string
	CreateDate                   *time.Time
	Url                          *string
}

func oidcOf(out *iam.GetOpenIDConnectProviderOutput) oidc {
	return oidc{out.ClientIDList, out.ThumbprintList, out.CreateDate, out.Url}
}

// accessKey is without its secret, which AWS tells once, and without its last use, which is a call for each key. The
// credential report would have all keys in two calls, but it has no ids and can be four hours old (User Guide, "Generate
// credential reports"): a key of the last hours would seem absent. It has neither ARN nor tags.
var accessKey = collect.Kind{
	Name: "iam:access-key", CloudFormation: "AWS::IAM::AccessKey", Global: true,
	List: func(s *collect.Scope) {
		c := iam.NewFromConfig(s.Config)
		pages, _ := authorization(s)
		for _, page := range pages {
			collect.Each(s, slices.Values(page.UserDetailList), func(u types.UserDetail) {
				keys := collect.Children(s, func(s *collect.Scope) iter.Seq[types.AccessKeyMetadata] {
					return collect.Pages[types.AccessKeyMetadata](s, c.ListAccessKeys, &iam.ListAccessKeysInput{UserName: u.UserName})
				})
				for _, key := range keys {
					s.Add(collect.Item{ID: key.AccessKeyId, Name: key.UserName, Created: key.CreateDate}, key)
				}
			})
		}
	},
	Weak:    []collect.Weakness{{Rule: "access-key", Path: "Status", Is: []string{"Active"}}},
	Refs:    map[collect.Path]string{"UserName": "iam:user"},
	Protect: ownKey,
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		key, err := collect.Stored[types.AccessKeyMetadata](r)
		if err != nil {
			return err
		}
		return collect.Do(s, iam.NewFromConfig(s.Config).DeleteAccessKey, &iam.DeleteAccessKeyInput{UserName: key.UserName, AccessKeyId: key.AccessKeyId})
	},
}

// ownKey guards the key that signs our calls, and all keys of the user whom AWS takes us for: a session's key is not the
// one that asked for the session, and whose user asked for a federated session nobody tells.
func ownKey(s *collect.Scope, r *collect.Resource) (string, error) {
	credentials, err := s.Config.Credentials.Retrieve(s.Context)
	if err != nil {
		return "", err
	}
	if credentials.AccessKeyID == r.ID {
		return "it is the key in use", nil
	}
	key, err := collect.Stored[types.AccessKeyMetadata](r)
	if err != nil {
		return "", err
	}
	arn, err := callerARN(s)
	if err != nil {
		return "", err
	}
	switch {
	case strings.Contains(arn, ":user/") && path.Base(arn) == aws.ToString(key.UserName):
		return "it is a key of the user in use", nil
	case strings.Contains(arn, ":federated-user/"):
		return "the credentials in use may rest on it", nil
	}
	return "", nil
}

// loginProfile is a user's password for the console. It is a call for each user: the credential report tells of all in two,
// but can be four hours old, as of keys. Its date is the first password's ("GetLoginProfile", IAM API reference); whether
// another must be chosen ends with the first sign-in.
var loginProfile = collect.Kind{
	Name: "iam:login-profile", CloudFormation: "AWS::IAM::LoginProfile", Global: true, // CloudFormation has it as a part of its users
	List: func(s *collect.Scope) {
		c := iam.NewFromConfig(s.Config)
		pages, _ := authorization(s)
		for _, page := range pages {
			collect.Each(s, slices.Values(page.UserDetailList), func(u types.UserDetail) {
				// That there is none is no failure, and has the code of a user who is gone.
				if out, ok := collect.Call(s, c.GetLoginProfile, &iam.GetLoginProfileInput{UserName: u.UserName}); ok && out.LoginProfile != nil {
					s.Add(collect.Item{ID: u.UserName, Created: out.LoginProfile.CreateDate}, out.LoginProfile)
				}
			})
		}
	},
	Weak:    []collect.Weakness{{Rule: "console-password"}},
	Status:  []collect.Path{"PasswordResetRequired"},
	Omit:    []collect.Path{"CreateDate"},
	Refs:    map[collect.Path]string{"UserName": "iam:user"},
	Protect: ownPassword,
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, iam.NewFromConfig(s.Config).DeleteLoginProfile, &iam.DeleteLoginProfileInput{UserName: &r.ID})
	},
}

// ownPassword guards the password of the user whom AWS takes us for: who signed in with it has no other way back in.
func ownPassword(s *collect.Scope, r *collect.Resource) (string, error) {
	arn, err := callerARN(s)
	if err == nil && strings.Contains(arn, ":user/") && path.Base(arn) == r.ID {
		return "it is the password of the user in use", nil
	}
	return "", err
}

// callerARN is whom AWS takes us for.
func callerARN(s *collect.Scope) (string, error) {
	caller, err := sts.NewFromConfig(s.Config).GetCallerIdentity(s.Context, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", err
	}
	return aws.ToString(caller.Arn), nil
}

// passwordPolicy is the account's. Where nobody set one, AWS's defaults hold, and there is none. CloudFormation has no type
// for it, so the name is one of our own.
var passwordPolicy = collect.Kind{
	Name: "iam:account-password-policy", CloudFormation: "AWS::IAM::AccountPasswordPolicy", Global: true,
	List: func(s *collect.Scope) {
		out, ok := collect.Call(s, iam.NewFromConfig(s.Config).GetAccountPasswordPolicy, &iam.GetAccountPasswordPolicyInput{})
		if ok && out.PasswordPolicy != nil {
			s.Add(collect.Item{ID: aws.String("account-password-policy")}, *out.PasswordPolicy)
		}
	},
	Weak: []collect.Weakness{
		{Rule: "password-policy-removed", Guard: true},
		{Rule: "password-policy-weakened", Path: "MinimumPasswordLength", Shrinks: true, Says: "the least length"},
		{Rule: "password-policy-weakened", Path: "PasswordReusePrevention", Shrinks: true, Says: "the number remembered"},
		{Rule: "password-policy-weakened", Path: "ExpirePasswords", Is: []string{"false"}, Says: "they never expire", AtMost: "low"},
		{Rule: "password-policy-weakened", Path: "RequireLowercaseCharacters", Is: []string{"false"}, Says: "lower case"},
		{Rule: "password-policy-weakened", Path: "RequireUppercaseCharacters", Is: []string{"false"}, Says: "upper case"},
		{Rule: "password-policy-weakened", Path: "RequireNumbers", Is: []string{"false"}, Says: "numbers"},
		{Rule: "password-policy-weakened", Path: "RequireSymbols", Is: []string{"false"}, Says: "symbols"},
	},
	Delete: func(s *collect.Scope, _ *collect.Resource) error {
		return collect.Do(s, iam.NewFromConfig(s.Config).DeleteAccountPasswordPolicy, &iam.DeleteAccountPasswordPolicyInput{})
	},
}

var serverCertificate = collect.Kind{
	Name: "iam:server-certificate", CloudFormation: "AWS::IAM::ServerCertificate", Global: true,
	List: func(s *collect.Scope) {
		c := iam.NewFromConfig(s.Config)
		list := collect.Pages[types.ServerCertificateMetadata](s, c.ListServerCertificates, &iam.ListServerCertificatesInput{MaxItems: aws.Int32(1000)})
		collect.Each(s, list, func(m types.ServerCertificateMetadata) {
			certificate := collect.Ask(s, "Certificate", c.GetServerCertificate, &iam.GetServerCertificateInput{ServerCertificateName: m.ServerCertificateName})
			certificate = collect.WithTags(certificate, func(out *iam.GetServerCertificateOutput) (collect.Tags, error) {
				return collect.TagsOf(out.ServerCertificate.Tags), nil
			})
			s.Add(collect.Item{ID: m.ServerCertificateName, UniqueID: m.ServerCertificateId, ARN: m.Arn, Created: m.UploadDate}, m,
				collect.Through(certificate, func(out *iam.GetServerCertificateOutput) certificateText {
					return certificateText{out.ServerCertificate.CertificateBody, out.ServerCertificate.CertificateChain}
				}))
		})
	},
	// AWS refuses to delete one that a load balancer or a distribution uses.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, iam.NewFromConfig(s.Config).DeleteServerCertificate, &iam.DeleteServerCertificateInput{ServerCertificateName: &r.ID})
	},
}

// certificateText is the public part of a certificate. IAM never gives out the key.
type certificateText struct {
	CertificateBody, CertificateChain *string
}

// mfaDevice is a virtual one; hardware and passkeys are nothing that IAM lists. Its serial number is its ARN. When it was
// made AWS doesn't tell; that it was switched on is later, and can be done anew.
var mfaDevice = collect.Kind{
	Name: "iam:mfa", CloudFormation: "AWS::IAM::VirtualMFADevice", Aliases: []string{"iam:virtual-mfa-device"}, Global: true, Approximate: true,
	List: func(s *collect.Scope) {
		c := iam.NewFromConfig(s.Config)
		list := collect.Pages[types.VirtualMFADevice](s, c.ListVirtualMFADevices, &iam.ListVirtualMFADevicesInput{MaxItems: aws.Int32(1000)})
		collect.Each(s, list, func(d types.VirtualMFADevice) {
			name := path.Base(aws.ToString(d.SerialNumber))
			item := collect.Item{ID: d.SerialNumber, ARN: d.SerialNumber, Name: &name, Created: d.EnableDate}
			if d.User != nil {
				if strings.HasSuffix(aws.ToString(d.User.Arn), ":root") {
					item.Protect = "it is the root user's"
				}
				d.User = &types.User{Arn: d.User.Arn, UserName: d.User.UserName} // the rest is the user's configuration
			}
			in := &iam.ListMFADeviceTagsInput{SerialNumber: d.SerialNumber, MaxItems: aws.Int32(1000)} // one has fifty
			s.Add(item, d, collect.AskTags(s, c.ListMFADeviceTags, in, collect.TagsIn))
		})
	},
	Weak:    []collect.Weakness{{Rule: "mfa-removed", Guard: true}},
	Refs:    map[collect.Path]string{"User.Arn": "iam:user"},
	UsedBy:  []collect.Path{"User.Arn"}, // a user who stays keeps the second factor
	Secrets: []collect.Path{"Base32StringSeed", "QRCodePNG"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := iam.NewFromConfig(s.Config)
		device, err := collect.Stored[struct{ User *types.User }](r)
		if err != nil {
			return err
		}
		if device.User != nil && aws.ToString(device.User.UserName) != "" {
			in := &iam.DeactivateMFADeviceInput{UserName: device.User.UserName, SerialNumber: &r.ID}
			if err := collect.DoUnlessGone(s, c.DeactivateMFADevice, in); err != nil {
				return err
			}
		}
		return collect.Do(s, c.DeleteVirtualMFADevice, &iam.DeleteVirtualMFADeviceInput{SerialNumber: &r.ID})
	},
}
