package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func sesKinds() []collect.Kind {
	return []collect.Kind{emailIdentity, configurationSet}
}

// emailIdentity is an address or a domain to send from. It has no creation date. DKIM's tokens are configuration: they
// stay while SES changes the keys behind them, and are others only when the identity is made anew.
var emailIdentity = collect.Kind{
	Name: "ses:identity", CloudFormation: "AWS::SES::EmailIdentity", Aliases: []string{"sesv2:email-identity"},
	List: func(s *collect.Scope) {
		c := sesv2.NewFromConfig(s.Config)
		identities := collect.Pages[types.IdentityInfo](s, c.ListEmailIdentities, &sesv2.ListEmailIdentitiesInput{PageSize: aws.Int32(1000)})
		collect.Each(s, identities, func(i types.IdentityInfo) {
			item := collect.Item{ID: i.IdentityName, ARN: s.ARN("ses", "identity/"+aws.ToString(i.IdentityName))}
			if i.IdentityType == types.IdentityTypeManagedDomain {
				item.Managed("SES manages this domain")
			}
			identity := collect.Ask(s, "Identity", c.GetEmailIdentity, &sesv2.GetEmailIdentityInput{EmailIdentity: i.IdentityName})
			s.Add(item, collect.WithTags(identity, func(out *sesv2.GetEmailIdentityOutput) (collect.Tags, error) { return collect.TagsOf(out.Tags), nil }))
		})
	},
	Status: []collect.Path{
		"Identity.VerificationInfo", "Identity.VerificationStatus", "Identity.VerifiedForSendingStatus", "Identity.DkimAttributes.Status",
		"Identity.DkimAttributes.LastKeyGenerationTimestamp", "Identity.DkimAttributes.CurrentSigningKeyLength",
		"Identity.MailFromAttributes.MailFromDomainStatus",
	},
	Omit:  []collect.Path{"Identity.Tags"},
	Names: map[collect.Path]string{"Identity.ConfigurationSetName": "ses:configuration-set"},
	Sets:  map[collect.Path]string{"Identity.DkimAttributes.Tokens": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, sesv2.NewFromConfig(s.Config).DeleteEmailIdentity, &sesv2.DeleteEmailIdentityInput{EmailIdentity: &r.ID})
	},
}

// configurationSet has no creation date.
var configurationSet = collect.Kind{
	Name: "ses:configuration-set", CloudFormation: "AWS::SES::ConfigurationSet", Aliases: []string{"sesv2:configuration-set"},
	List: func(s *collect.Scope) {
		c := sesv2.NewFromConfig(s.Config)
		collect.Each(s, collect.Pages[string](s, c.ListConfigurationSets, &sesv2.ListConfigurationSetsInput{}), func(name string) {
			set := collect.Ask(s, "ConfigurationSet", c.GetConfigurationSet, &sesv2.GetConfigurationSetInput{ConfigurationSetName: &name})
			s.Add(collect.Item{ID: &name, ARN: s.ARN("ses", "configuration-set/"+name)},
				collect.WithTags(set, func(out *sesv2.GetConfigurationSetOutput) (collect.Tags, error) { return collect.TagsOf(out.Tags), nil }),
				collect.Ask(s, "EventDestinations", c.GetConfigurationSetEventDestinations,
					&sesv2.GetConfigurationSetEventDestinationsInput{ConfigurationSetName: &name}).Of("EventDestinations"))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "transit-encryption-off", Path: "ConfigurationSet.DeliveryOptions.TlsPolicy", Is: []string{"OPTIONAL"}, OnChange: true},
	},
	Status: []collect.Path{"ConfigurationSet.ReputationOptions.LastFreshStart"},
	Omit:   []collect.Path{"ConfigurationSet.Tags"},
	Sets: map[collect.Path]string{
		"EventDestinations": "Name", "EventDestinations[].MatchingEventTypes": "", "ConfigurationSet.SuppressionOptions.SuppressedReasons": "",
		"EventDestinations[].CloudWatchDestination.DimensionConfigurations": "DimensionName",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, sesv2.NewFromConfig(s.Config).DeleteConfigurationSet, &sesv2.DeleteConfigurationSetInput{ConfigurationSetName: &r.ID})
	},
}
