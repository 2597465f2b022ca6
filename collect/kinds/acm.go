package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func acmKinds() []collect.Kind {
	return []collect.Kind{certificate}
}

// certificate: ACM renews what it issued by itself, so that serial numbers and dates are status. That somebody imported
// one anew shows in ImportedAt.
var certificate = collect.Kind{
	Name: "acm:certificate", CloudFormation: "AWS::CertificateManager::Certificate", Tagging: "acm:certificate",
	List: func(s *collect.Scope) {
		c := acm.NewFromConfig(s.Config)
		list := collect.Pages[types.CertificateSummary](s, c.ListCertificates, &acm.ListCertificatesInput{
			// Without this the list has certificates with RSA keys of 1,024 and 2,048 bits only.
			Includes: &types.Filters{KeyTypes: types.KeyAlgorithm("").Values()}, MaxItems: aws.Int32(1000),
		})
		collect.Each(s, list, func(summary types.CertificateSummary) {
			arn := summary.CertificateArn
			item := collect.Item{
				ID: aws.String(lastPart(aws.ToString(arn))), UniqueID: arn, ARN: arn, Name: summary.DomainName, Created: summary.CreatedAt,
			}
			if service := summary.ManagedBy; service != "" {
				item.Managed(string(service) + " manages this certificate")
			}
			s.Add(item, collect.Ask(s, "Certificate", c.DescribeCertificate, &acm.DescribeCertificateInput{CertificateArn: arn}).Of("Certificate"),
				collect.AskTags(s, c.ListTagsForCertificate, &acm.ListTagsForCertificateInput{CertificateArn: arn}, collect.TagsIn))
		})
	},
	Status: []collect.Path{
		"Certificate.InUseBy", "Certificate.Status", "Certificate.FailureReason", "Certificate.IssuedAt", "Certificate.NotBefore",
		"Certificate.NotAfter", "Certificate.Serial", "Certificate.Issuer", "Certificate.SignatureAlgorithm", "Certificate.RenewalEligibility",
		"Certificate.RenewalSummary", "Certificate.UpdateSummary", "Certificate.RevokedAt", "Certificate.RevocationReason",
		"Certificate.DomainValidationOptions[].ValidationStatus",
		"Certificate.KeyUsages", "Certificate.ExtendedKeyUsages", // known once it is issued
		"Certificate.DomainValidationOptions[].ResourceRecord", "Certificate.DomainValidationOptions[].HttpRedirect", // come seconds after the request
		"Certificate.DomainValidationOptions[].ValidationEmails", // ACM looks these up in WHOIS
	},
	Sets: map[collect.Path]string{"Certificate.SubjectAlternativeNames": "", "Certificate.DomainValidationOptions": "DomainName"},
	// One in use is refused.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, acm.NewFromConfig(s.Config).DeleteCertificate, &acm.DeleteCertificateInput{CertificateArn: &r.ARN})
	},
}
