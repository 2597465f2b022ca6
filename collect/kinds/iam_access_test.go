package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// iamAnswer is an answer of IAM's, with the tests' tags for <Tags/>.
func iamAnswer(operation, result string) string {
	var tags strings.Builder
	for key, value := range teamTags {
		tags.WriteString("<member><Key>" + key + "</Key><Value>" + value + "</Value></member>")
	}
	result = strings.ReplaceAll(result, "<Tags/>", "<Tags>"+tags.String()+"</Tags>")
	return "<" + operation + `Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><` + operation + "Result>" + result +
		"</" + operation + "Result></" + operation + "Response>"
}

func makeUser(e *estate, name string) *types.User {
	return must(iam.NewFromConfig(e.Config).CreateUser(e, &iam.CreateUserInput{UserName: &name}))(e).User
}

func iamAccessLives() []life {
	return []life{
		{
			kind: "iam:saml-provider",
			create: func(e *estate) made {
				answerSAMLProvider(e)
				arn := must(iam.NewFromConfig(e.Config).CreateSAMLProvider(e, &iam.CreateSAMLProviderInput{
					Name: aws.String("saml-provider-life"), SAMLMetadataDocument: aws.String(strings.Repeat("<EntityDescriptor/>", 60)),
				}))(e).SAMLProviderArn
				return made{ID: *arn, ARN: *arn, UniqueID: "ASAMLEXAMPLE1234567890"}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Provider.SAMLMetadataDocument", strings.Repeat("<EntityDescriptor/>", 60))
				wantConfiguration(t, r, "Provider.PrivateKeyList[].KeyId", "K1")
			},
			changes: samlProviderChanges(), fewer: "moto has neither tags nor keys of providers",
		},
		{
			kind: "iam:oidc-provider",
			create: func(e *estate) made {
				arn := must(iam.NewFromConfig(e.Config).CreateOpenIDConnectProvider(e, &iam.CreateOpenIDConnectProviderInput{
					Url: aws.String("https://oidc-provider-life.example.com/id"), ClientIDList: []string{"sts.amazonaws.com"},
					ThumbprintList: []string{strings.Repeat("ab", 20)}, Tags: iamTags(),
				}))(e).OpenIDConnectProviderArn
				return made{ID: *arn, ARN: *arn}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Provider.ClientIDList[]", "sts.amazonaws.com")
				if r.Name != "oidc-provider-life.example.com/id" {
					t.Errorf("name: got %q", r.Name)
				}
			},
			changes: oidcProviderChanges(), fewer: "moto has no other audiences added",
		},
		{
			kind: "iam:access-key", untagged: true, with: []string{"iam:user"}, refs: []collect.Path{"UserName"},
			create: func(e *estate) made {
				user := makeUser(e, "access-key-life")
				key := must(iam.NewFromConfig(e.Config).CreateAccessKey(e, &iam.CreateAccessKeyInput{UserName: user.UserName}))(e).AccessKey
				return made{ID: *key.AccessKeyId}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Status", "Active")
				if strings.Contains(string(r.Configuration), "Secret") {
					t.Errorf("the configuration holds a secret: %s", r.Configuration)
				}
			},
			changes: accessKeyChanges(), fewer: "a key has nothing but its status",
		},
		{
			kind: "iam:login-profile", untagged: true, with: []string{"iam:user"}, refs: []collect.Path{"UserName"},
			fewer: "a password has nothing that could be seen, but whether it must be changed, and that ends by itself",
			create: func(e *estate) made {
				user := makeUser(e, "login-profile-life").UserName
				makeUser(e, "login-profile-without")
				makeLoginProfile(e, user)
				return made{ID: *user}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantStatus(t, r, "PasswordResetRequired", "false")
				if string(r.Configuration) != `{"UserName":"login-profile-life"}` {
					t.Errorf("configuration: %s", r.Configuration)
				}
			},
		},
		{
			kind: "iam:account-password-policy", untagged: true, undated: true,
			create: func(e *estate) made {
				must(iam.NewFromConfig(e.Config).UpdateAccountPasswordPolicy(e, &iam.UpdateAccountPasswordPolicyInput{
					MinimumPasswordLength: aws.Int32(14), RequireSymbols: true, MaxPasswordAge: aws.Int32(90),
				}))(e)
				return made{ID: "account-password-policy"}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "MinimumPasswordLength", "14")
				wantConfiguration(t, r, "RequireNumbers", "false")
			},
			changes: passwordPolicyChanges(),
		},
		{
			kind: "iam:server-certificate", fewer: "moto changes nothing of a certificate",
			create: func(e *estate) made {
				const name = "server-certificate-life"
				must(iam.NewFromConfig(e.Config).UploadServerCertificate(e, &iam.UploadServerCertificateInput{
					ServerCertificateName: aws.String(name), CertificateBody: aws.String("PEM"), PrivateKey: aws.String("hunter2"),
				}))(e)
				// moto has no tags of certificates.
				e.answer("iam", "GetServerCertificate", iamAnswer("GetServerCertificate", `<ServerCertificate><ServerCertificateMetadata>
<ServerCertificateName>`+name+`</ServerCertificateName></ServerCertificateMetadata><CertificateBody>PEM</CertificateBody><Tags/></ServerCertificate>`))
				return made{ID: name, ARN: "arn:aws:iam::" + e.Account + ":server-certificate/" + name, UniqueID: "ASCACKCEVSQ6C2EXAMPLE"}
			},
			check: func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "Certificate.CertificateBody", "PEM") },
		},
		{
			kind: "iam:mfa", fewer: "moto tags no device, and to take one from its user and give it back leaves another date", with: []string{"iam:user"}, refs: []collect.Path{"User.Arn"},
			create: func(e *estate) made {
				arn := makeMFADevice(e, "mfa-life", makeUser(e, "mfa-life").UserName)
				return made{ID: arn, ARN: arn}
			},
			check: func(t *testing.T, r *collect.Resource) {
				if !r.Marked(snapshot.MarkApproximateDate) || r.Name != "mfa-life" {
					t.Errorf("got name %q and marks %v", r.Name, r.Marks)
				}
				wantConfiguration(t, r, "User.UserName", "mfa-life")
			},
		},
	}
}

func makeLoginProfile(e *estate, user *string) {
	must(iam.NewFromConfig(e.Config).CreateLoginProfile(e, &iam.CreateLoginProfileInput{UserName: user, Password: aws.String("Correct-Horse-7")}))(e)
}

// answerSAMLProvider adds what moto lacks to what it knows of a provider: tags, a unique id and a key.
func answerSAMLProvider(e *estate) {
	e.Proxy.Intercept("iam", "GetSAMLProvider", func(c *testbed.Call, next func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		a := next(c)
		_, more, _ := strings.Cut(iamAnswer("GetSAMLProvider", `<SAMLProviderUUID>ASAMLEXAMPLE1234567890</SAMLProviderUUID><AssertionEncryptionMode>Allowed</AssertionEncryptionMode>
<Tags/><PrivateKeyList><member><KeyId>K1</KeyId><Timestamp>2026-01-02T03:04:05Z</Timestamp></member></PrivateKeyList>`), "<GetSAMLProviderResult>")
		more, _, _ = strings.Cut(more, "</GetSAMLProviderResult>")
		a.Body = []byte(strings.Replace(string(a.Body), "<GetSAMLProviderResult>", "<GetSAMLProviderResult>"+more, 1))
		return a
	})
}

// makeMFADevice makes a virtual device, switches it on for a user, and answers for its tags, which moto can't list.
func makeMFADevice(e *estate, name string, user *string) string {
	c := iam.NewFromConfig(e.Config)
	e.answer("iam", "ListMFADeviceTags", iamAnswer("ListMFADeviceTags", "<Tags/><IsTruncated>false</IsTruncated>"))
	serial := must(c.CreateVirtualMFADevice(e, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: &name, Tags: iamTags()}))(e).VirtualMFADevice.SerialNumber
	if user != nil {
		must(c.EnableMFADevice(e, &iam.EnableMFADeviceInput{
			UserName: user, SerialNumber: serial, AuthenticationCode1: aws.String("123456"), AuthenticationCode2: aws.String("654321"),
		}))(e)
	}
	return *serial
}

// A user goes without taking its virtual device along: that can be of the baseline.
func TestDeletedUserLeavesDevice(t *testing.T) {
	e := newEstate(t)
	user := makeUser(e, "leaver")
	makeMFADevice(e, "leaver", user.UserName)
	if err := iamUser.Delete(e.session.Scope(e, &iamUser, snapshot.Global), &collect.Resource{Kind: iamUser.Name, ID: "leaver"}); err != nil {
		t.Fatal(err)
	}
	seen := e.capture("iam:mfa", "iam:user")
	if len(of(seen, "iam:user")) != 0 || len(of(seen, "iam:mfa")) != 1 {
		t.Errorf("got %d users and %d devices, want none and one", len(of(seen, "iam:user")), len(of(seen, "iam:mfa")))
	}
	for _, r := range of(seen, "iam:mfa") { // assigned to nobody
		if err := mfaDevice.Delete(e.session.Scope(e, &mfaDevice, snapshot.Global), r); err != nil {
			t.Error(err)
		}
	}
}

func TestRootDeviceIsProtected(t *testing.T) {
	e := newEstate(t)
	e.answer("iam", "ListMFADeviceTags", iamAnswer("ListMFADeviceTags", "<IsTruncated>false</IsTruncated>"))
	e.answer("iam", "ListVirtualMFADevices", iamAnswer("ListVirtualMFADevices", `<IsTruncated>false</IsTruncated><VirtualMFADevices><member>
<SerialNumber>arn:aws:iam::123456789012:mfa/root-account-mfa-device</SerialNumber><EnableDate>2026-01-02T03:04:05Z</EnableDate>
<User><UserName>us</UserName><Arn>arn:aws:iam::123456789012:root</Arn></User></member></VirtualMFADevices>`))
	for _, r := range of(e.capture("iam:mfa"), "iam:mfa") {
		if r.Protection != "it is the root user's" {
			t.Errorf("got protection %q", r.Protection)
		}
	}
}

// The key in use is guarded, and so are all keys of the user that the calls are made as.
func TestOwnKeyIsProtected(t *testing.T) {
	e := newEstate(t)
	key := func(id, user string) *collect.Resource {
		return &collect.Resource{Kind: accessKey.Name, ID: id, Configuration: []byte(`{"AccessKeyId":"` + id + `","UserName":"` + user + `"}`)}
	}
	scope := e.session.Scope(e, &accessKey, snapshot.Global)
	credentials := must(scope.Config.Credentials.Retrieve(e))(e)
	for arn, want := range map[string]map[string]string{
		"arn:aws:iam::123456789012:user/team/robot":          {"robot": "it is a key of the user in use", "other": "", "team": ""},
		"arn:aws:sts::123456789012:assumed-role/robot/robot": {"robot": "", "other": ""},
		"arn:aws:sts::123456789012:federated-user/somebody":  {"robot": "the credentials in use may rest on it"},
		"arn:aws:iam::123456789012:root":                     {"robot": ""},
	} {
		e.answer("sts", "GetCallerIdentity", `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>`+
			arn+`</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)
		for user, why := range want {
			if got, err := ownKey(scope, key("AKIAIOSFODNN7EXAMPLE", user)); got != why || err != nil {
				t.Errorf("%s, a key of %s: got %q, %v, want %q", arn, user, got, err, why)
			}
		}
		if got, err := ownKey(scope, key(credentials.AccessKeyID, "other")); got != "it is the key in use" || err != nil {
			t.Errorf("%s, its own key: got %q, %v", arn, got, err)
		}
		e.Proxy.Heal()
	}
	e.Proxy.Deny("sts", "GetCallerIdentity")
	if _, err := ownKey(scope, key("AKIAIOSFODNN7EXAMPLE", "robot")); collect.Classify(err) != collect.ClassDenied {
		t.Errorf("asked without permission: got %v", err)
	}
}

// The password of the user that the calls are made as is guarded.
func TestOwnPasswordIsProtected(t *testing.T) {
	e := newEstate(t)
	scope := e.session.Scope(e, &loginProfile, snapshot.Global)
	for arn, want := range map[string]string{
		"arn:aws:iam::123456789012:user/team/robot":          "it is the password of the user in use",
		"arn:aws:iam::123456789012:user/robot/other":         "",
		"arn:aws:sts::123456789012:assumed-role/robot/robot": "",
	} {
		e.answer("sts", "GetCallerIdentity", `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>`+
			arn+`</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)
		if got, err := ownPassword(scope, &collect.Resource{Kind: loginProfile.Name, ID: "robot"}); got != want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", arn, got, err, want)
		}
		e.Proxy.Heal()
	}
	e.Proxy.Deny("sts", "GetCallerIdentity")
	if _, err := ownPassword(scope, &collect.Resource{Kind: loginProfile.Name, ID: "robot"}); collect.Classify(err) != collect.ClassDenied {
		t.Errorf("asked without permission: got %v", err)
	}
}

// A user whose password could not be asked about has none that is known, which is a gap, and takes no other's away; that
// the first sign-in ends a password's first days is no change of it.
func TestUnreadPassword(t *testing.T) {
	e := newEstate(t)
	c := iam.NewFromConfig(e.Config)
	for _, name := range []string{"read", "unread"} {
		makeLoginProfile(e, makeUser(e, name).UserName)
	}
	first := of(e.capture("iam:login-profile"), "iam:login-profile")
	must(c.UpdateLoginProfile(e, &iam.UpdateLoginProfileInput{UserName: aws.String("read"), Password: aws.String("Correct-Horse-8"), PasswordResetRequired: aws.Bool(true)}))(e)
	for key, r := range of(e.capture("iam:login-profile"), "iam:login-profile") {
		if first[key] == nil || r.ConfigurationHash != first[key].ConfigurationHash {
			t.Errorf("%s differs: %s", key, r.Configuration)
		}
	}
	e.Proxy.Deny("iam", "GetLoginProfile", testbed.Naming("unread"))
	s, err := collect.Capture(t.Context(), e.session, collect.Request{
		Kinds: kindsNamed(t, "iam:login-profile"), Regions: []string{testRegion}, MaskKey: collect.NewMaskKey("the key of the passwords' test"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Resources) != 1 || s.Resources[0].ID != "read" || s.Coverage[0].State != snapshot.Partial {
		t.Errorf("got %+v, coverage %+v", s.Resources, s.Coverage)
	}
}

// Users come with the bulk answer, and their keys a call each; a user who is gone meanwhile has none.
func TestKeysOfTheGone(t *testing.T) {
	e := newEstate(t)
	makeUser(e, "gone")
	e.Proxy.Error("iam", "ListAccessKeys", 404, "NoSuchEntity", "The user with name gone cannot be found.")
	if seen := e.capture("iam:access-key"); len(seen.Resources) != 0 {
		t.Errorf("got %d keys", len(seen.Resources))
	}
}

func TestIdentityCentersProvider(t *testing.T) {
	e := newEstate(t)
	for _, name := range []string{"AWSSSO_0123456789abcdef_DO_NOT_DELETE", "ours"} {
		must(iam.NewFromConfig(e.Config).CreateSAMLProvider(e, &iam.CreateSAMLProviderInput{
			Name: &name, SAMLMetadataDocument: aws.String(strings.Repeat("<EntityDescriptor/>", 60)),
		}))(e)
	}
	for _, r := range of(e.capture("iam:saml-provider"), "iam:saml-provider") {
		if r.Marked(snapshot.MarkProvider) != (r.Name != "ours") {
			t.Errorf("%s: got marks %v", r.Name, r.Marks)
		}
	}
}
