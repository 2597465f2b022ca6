package kinds

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

func sesTags() []types.Tag {
	return tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
}

// sesLives is empty: SES has changed how it lists identities and configuration sets, and no server here follows.
func sesLives() []life {
	return nil
}

// unlistedLife runs the life of a resource whose list no server here serves: prepare answers for the list in AWS's place.
func unlistedLife(t *testing.T, l life, prepare func(e *estate)) (*estate, *collect.Resource) {
	t.Helper()
	e := newEstate(t)
	prepare(e)
	want := l.create(e)
	seen := of(e.capture(append([]string{l.kind}, l.with...)...), l.kind)
	r := l.newcomer(t, nil, seen)
	if t.Failed() {
		t.FailNow()
	}
	l.checkNames(t, r, want, e)
	l.checkParts(t, r)
	l.check(t, r)
	if again := of(e.capture(l.kind), l.kind)[r.Key]; again == nil || again.ConfigurationHash != r.ConfigurationHash {
		t.Errorf("nothing changed, and the second capture differs: %s", r.Configuration)
	}
	kind := kindsNamed(t, l.kind)[0]
	if err := kind.Delete(e.session.Scope(e, kind, testRegion), r); err != nil {
		t.Fatalf("delete: %v", err)
	}
	if !slices.ContainsFunc(e.Proxy.Calls(), func(c testbed.Record) bool { return c.Operation == l.deletes }) {
		t.Errorf("its Delete did not call %q", l.deletes)
	}
	return e, r
}

func TestEmailIdentityLifecycle(t *testing.T) {
	const name = "example.com"
	e, r := unlistedLife(t, life{
		kind: "ses:identity", undated: true, deletes: "DeleteEmailIdentity",
		create: func(e *estate) made {
			must(sesv2.NewFromConfig(e.Config).CreateEmailIdentity(e, &sesv2.CreateEmailIdentityInput{EmailIdentity: aws.String(name), Tags: sesTags()}))(e)
			return made{ID: name, ARN: "arn:aws:ses:us-east-1:" + e.Account + ":identity/" + name}
		},
		check: func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "Identity.IdentityType", "DOMAIN") },
	}, func(e *estate) {
		e.answer("ses", "ListEmailIdentities", `{"EmailIdentities":[{"IdentityName":"`+name+`","IdentityType":"DOMAIN"}]}`)
	})
	wantGone(t, e, r)
}

// Moto's configuration sets can't be read: it wraps a boolean in an object.
func TestConfigurationSetLifecycle(t *testing.T) {
	e, r := unlistedLife(t, life{
		kind: "ses:configuration-set", undated: true, deletes: "DeleteConfigurationSet",
		create: func(e *estate) made {
			return made{ID: "orders", ARN: "arn:aws:ses:us-east-1:" + e.Account + ":configuration-set/orders"}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "ConfigurationSet.DeliveryOptions.TlsPolicy", "REQUIRE")
			wantConfiguration(t, r, "EventDestinations[].Name", "bounces")
			wantStatus(t, r, "ConfigurationSet.ReputationOptions.LastFreshStart", "2017-05-09T23:09:33Z")
		},
	}, func(e *estate) {
		e.answer("ses", "ListConfigurationSets", `{"ConfigurationSets":["orders"]}`)
		e.answer("ses", "GetConfigurationSet", `{"ConfigurationSetName":"orders","DeliveryOptions":{"TlsPolicy":"REQUIRE"},"SendingOptions":{"SendingEnabled":true},
			"ReputationOptions":{"ReputationMetricsEnabled":true,"LastFreshStart":1494371373},"Tags":[{"Key":"team","Value":"blue"},{"Key":"cost centre","Value":"7"}]}`)
		e.answer("ses", "GetConfigurationSetEventDestinations", `{"EventDestinations":[{"Name":"bounces","Enabled":true,"MatchingEventTypes":["BOUNCE"],
			"SnsDestination":{"TopicArn":"arn:aws:sns:us-east-1:123456789012:bounces"}}]}`)
		e.answer("ses", "DeleteConfigurationSet", `{}`)
	})
	e.Proxy.Heal()
	e.answer("ses", "ListConfigurationSets", `{"ConfigurationSets":["orders"]}`)
	for _, operation := range []string{"GetConfigurationSet", "GetConfigurationSetEventDestinations", "DeleteConfigurationSet"} {
		e.Proxy.Error("ses", operation, 404, "NotFoundException", "Configuration set <orders> does not exist.")
	}
	wantGone(t, e, r)
}

// wantGone checks that what is still listed, and not there any more, is dropped, and that deleting it again is nothing.
func wantGone(t *testing.T, e *estate, r *collect.Resource) {
	t.Helper()
	if left := of(e.capture(r.Kind), r.Kind); len(left) != 0 {
		t.Errorf("%d are left", len(left))
	}
	kind := kindsNamed(t, r.Kind)[0]
	if err := kind.Delete(e.session.Scope(e, kind, testRegion), r); err != nil && collect.Classify(err) != collect.ClassNotFound {
		t.Errorf("deleting what is gone: %v", err)
	}
}

// What SES finds out about an identity is status; what it signs with is configuration.
func TestEmailIdentityStatus(t *testing.T) {
	e := newEstate(t)
	e.answer("ses", "ListEmailIdentities", `{"EmailIdentities":[{"IdentityName":"example.com","IdentityType":"DOMAIN","SendingEnabled":true}]}`)
	e.answer("ses", "GetEmailIdentity", `{"IdentityType":"DOMAIN","ConfigurationSetName":"orders","VerifiedForSendingStatus":true,"VerificationStatus":"SUCCESS",
		"DkimAttributes":{"SigningEnabled":true,"Status":"SUCCESS","Tokens":["b","a"],"CurrentSigningKeyLength":"RSA_1024_BIT","NextSigningKeyLength":"RSA_2048_BIT"},
		"MailFromAttributes":{"MailFromDomain":"mail.example.com","MailFromDomainStatus":"PENDING"},"Tags":[{"Key":"team","Value":"blue"}]}`)
	for _, r := range of(e.capture("ses:identity"), "ses:identity") {
		wantConfiguration(t, r, "Identity.DkimAttributes.NextSigningKeyLength", "RSA_2048_BIT")
		wantConfiguration(t, r, "Identity.MailFromAttributes.MailFromDomain", "mail.example.com")
		wantStatus(t, r, "Identity.VerificationStatus", "SUCCESS")
		wantNot(t, r, "Tags")
		if r.Tags["team"] != "blue" {
			t.Errorf("got tags %v", r.Tags)
		}
	}
}
