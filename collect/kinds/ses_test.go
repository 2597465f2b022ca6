package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func sesTags() []types.Tag {
	return tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
}

// sesLives: SES has changed how it lists identities and configuration sets, and no server here follows.
func sesLives() []life {
	return []life{{
		kind: "ses:identity", undated: true, unserved: "no server here lists identities as SES does", deletes: "DeleteEmailIdentity",
		create: func(e *estate) made {
			const name = "life.example.com"
			e.answer("ses", "ListEmailIdentities", `{"EmailIdentities":[{"IdentityName":"`+name+`","IdentityType":"DOMAIN"}]}`)
			must(sesv2.NewFromConfig(e.Config).CreateEmailIdentity(e, &sesv2.CreateEmailIdentityInput{EmailIdentity: aws.String(name), Tags: sesTags()}))(e)
			return made{ID: name, ARN: "arn:aws:ses:us-east-1:" + e.Account + ":identity/" + name}
		},
		check: func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "Identity.IdentityType", "DOMAIN") },
	}, {
		kind: "ses:configuration-set", undated: true, unserved: "moto wraps a boolean in an object", deletes: "DeleteConfigurationSet",
		create: func(e *estate) made {
			e.answer("ses", "ListConfigurationSets", `{"ConfigurationSets":["orders"]}`)
			e.answer("ses", "GetConfigurationSet", `{"ConfigurationSetName":"orders","DeliveryOptions":{"TlsPolicy":"REQUIRE"},"SendingOptions":{"SendingEnabled":true},
				"ReputationOptions":{"ReputationMetricsEnabled":true,"LastFreshStart":1494371373},"Tags":[{"Key":"team","Value":"blue"},{"Key":"cost centre","Value":"7"}]}`)
			e.answer("ses", "GetConfigurationSetEventDestinations", `{"EventDestinations":[{"Name":"bounces","Enabled":true,"MatchingEventTypes":["BOUNCE"],
				"SnsDestination":{"TopicArn":"arn:aws:sns:us-east-1:123456789012:bounces"}}]}`)
			e.answer("ses", "DeleteConfigurationSet", `{}`)
			return made{ID: "orders", ARN: "arn:aws:ses:us-east-1:" + e.Account + ":configuration-set/orders"}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "ConfigurationSet.DeliveryOptions.TlsPolicy", "REQUIRE")
			wantConfiguration(t, r, "EventDestinations[].Name", "bounces")
			wantStatus(t, r, "ConfigurationSet.ReputationOptions.LastFreshStart", "2017-05-09T23:09:33Z")
		},
	}}
}

// What is still listed, and not there any more, is dropped, and deleting it again is nothing.
func TestIdentitiesAndSetsOfTheGone(t *testing.T) {
	e := newEstate(t)
	e.answer("ses", "ListEmailIdentities", `{"EmailIdentities":[{"IdentityName":"example.com","IdentityType":"DOMAIN"}]}`)
	e.answer("ses", "ListConfigurationSets", `{"ConfigurationSets":["orders"]}`)
	for _, operation := range []string{
		"GetEmailIdentity", "DeleteEmailIdentity", "GetConfigurationSet", "GetConfigurationSetEventDestinations", "DeleteConfigurationSet",
	} {
		e.Proxy.Error("ses", operation, 404, "NotFoundException", "It does not exist.")
	}
	wantGone(t, e, &collect.Resource{Kind: "ses:identity", ID: "example.com"})
	wantGone(t, e, &collect.Resource{Kind: "ses:configuration-set", ID: "orders"})
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
