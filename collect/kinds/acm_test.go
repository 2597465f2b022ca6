package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

func acmLives() []life {
	return []life{{
		kind: "acm:certificate",
		create: func(e *estate) made {
			arn := *must(acm.NewFromConfig(e.Config).RequestCertificate(e, &acm.RequestCertificateInput{
				DomainName: aws.String("certificate-life.example.com"), ValidationMethod: types.ValidationMethodDns,
				SubjectAlternativeNames: []string{"certificate-life.example.com", "www.certificate-life.example.com"},
				Tags:                    tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} }),
			}))(e).CertificateArn
			return made{ID: lastPart(arn), ARN: arn, UniqueID: arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Certificate.DomainName", "certificate-life.example.com")
			wantStatus(t, r, "Certificate.Status", "PENDING_VALIDATION")
			if r.Name != "certificate-life.example.com" {
				t.Errorf("name: got %q", r.Name)
			}
		},
		changes: []change{tagChange(func(e *estate, m made, key, value string) {
			must(acm.NewFromConfig(e.Config).AddTagsToCertificate(e, &acm.AddTagsToCertificateInput{
				CertificateArn: &m.ARN, Tags: []types.Tag{{Key: &key, Value: &value}},
			}))(e)
		})},
		fewer: "moto has no UpdateCertificateOptions, and AWS changes nothing else of a certificate that it issues",
	}}
}

// TestCertificateKeyTypes: ACM lists certificates with elliptic curves, and with long RSA keys, only for those who ask.
func TestCertificateKeyTypes(t *testing.T) {
	e := newEstate(t)
	var asked string
	e.Proxy.Intercept("acm", "ListCertificates", func(call *testbed.Call, next func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		asked = string(call.Body)
		return next(call)
	})
	e.capture("acm:certificate")
	for _, algorithm := range []string{"RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1"} {
		if !strings.Contains(asked, `"`+algorithm+`"`) {
			t.Errorf("did not ask for %s: %s", algorithm, asked)
		}
	}
}

// TestRenewedCertificate: ACM renews what it issued by itself, and that is no change.
func TestRenewedCertificate(t *testing.T) {
	e := newEstate(t)
	const arn = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
	hash := func(serial, status, validUntil, used string) string {
		e.Proxy.Intercept("acm", "DescribeCertificate", func(*testbed.Call, func(*testbed.Call) *testbed.Answer) *testbed.Answer {
			return &testbed.Answer{Status: 200, Body: []byte(`{"Certificate": {"CertificateArn": "` + arn + `", "DomainName": "example.com", "Type": "AMAZON_ISSUED",
				"Serial": "` + serial + `", "Status": "` + status + `", "NotAfter": ` + validUntil + `, "InUseBy": [` + used + `], "KeyAlgorithm": "RSA-2048",
				"SubjectAlternativeNames": ["example.com"], "DomainValidationOptions": [{"DomainName": "example.com", "ValidationStatus": "` + status + `"}]}}`)}
		})
		e.answer("acm", "ListCertificates", `{"CertificateSummaryList": [{"CertificateArn": "`+arn+`", "DomainName": "example.com", "CreatedAt": 1600000000}]}`)
		e.answer("acm", "ListTagsForCertificate", `{"Tags": []}`)
		defer e.Proxy.Heal()
		for _, r := range of(e.capture("acm:certificate"), "acm:certificate") {
			return r.ConfigurationHash
		}
		t.Fatal("no certificate")
		return ""
	}
	first := hash("01:02", "ISSUED", "1700000000", "")
	if second := hash("03:04", "PENDING_VALIDATION", "1800000000", `"arn:aws:cloudfront::123456789012:distribution/E1"`); second != first {
		t.Error("a renewal looks like a change")
	}
}
