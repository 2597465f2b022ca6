package kinds

import (
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func securityHubKinds() []collect.Kind {
	return []collect.Kind{securityHub}
}

// securityHub is there where the service is enabled, one a region, with the standards that are.
var securityHub = collect.Kind{
	Name: "securityhub:hub", CloudFormation: "AWS::SecurityHub::Hub",
	List: func(s *collect.Scope) {
		c := securityhub.NewFromConfig(s.Config)
		hub, err := collect.Send(s, c.DescribeHub, &securityhub.DescribeHubInput{})
		if err = notEnabled(err); err != nil {
			if collect.Classify(err) != collect.ClassNotFound {
				s.Fail(err)
			}
			return
		}
		item := collect.Item{ID: aws.String(lastPart(aws.ToString(hub.HubArn))), ARN: hub.HubArn, Created: timeOf(hub.SubscribedAt)}
		standards, err := collect.All(s, func(s *collect.Scope) iter.Seq[types.StandardsSubscription] {
			return collect.Pages[types.StandardsSubscription](s, c.GetEnabledStandards, &securityhub.GetEnabledStandardsInput{MaxResults: aws.Int32(100)})
		})
		if err != nil {
			item.Unknown = append(item.Unknown, collect.Gap{Path: "Standards", Err: err})
			standards = nil
		}
		s.Add(item, hub, struct{ Standards []types.StandardsSubscription }{standards},
			collect.Fill(collect.Through(collect.Ask(s, "Administrator", c.GetAdministratorAccount, &securityhub.GetAdministratorAccountInput{},
				"ResourceNotFoundException").Vital(), securityHubAdministrator), managedByAdministrator),
			collect.AskTags(s, c.ListTagsForResource, &securityhub.ListTagsForResourceInput{ResourceArn: hub.HubArn}, collect.TagsIn))
	},
	Weak: []collect.Weakness{
		{Rule: "detector-off", Guard: true},
		{Rule: "detector-part-off", Path: "Standards[].StandardsArn", Guard: true, By: "StandardsArn"},
	},
	Status: []collect.Path{"Standards[].StandardsStatus", "Standards[].StandardsStatusReason", "Standards[].StandardsControlsUpdatable"},
	Omit:   []collect.Path{"SubscribedAt"},
	Sets:   map[collect.Path]string{"Standards": "StandardsArn"},
	// Its standards, findings and insights go with it.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return notEnabled(collect.Do(s, securityhub.NewFromConfig(s.Config).DisableSecurityHub, &securityhub.DisableSecurityHubInput{}))
	},
}

// notEnabled tells an account without Security Hub, which is no failure, from one that may not ask: AWS has the same code
// for both.
func notEnabled(err error) error {
	if err != nil && collect.Code(err) == "InvalidAccessException" && strings.Contains(collect.Message(err), "not subscribed") {
		return asGone(err, "InvalidAccessException")
	}
	return err
}

func securityHubAdministrator(out *securityhub.GetAdministratorAccountOutput) administrator {
	if a := out.Administrator; a != nil {
		return administrator{a.AccountId, a.MemberStatus}
	}
	return administrator{}
}
