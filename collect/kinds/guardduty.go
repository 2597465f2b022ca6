package kinds

import (
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"

	"github.com/aws-baseline/aws-baseline/collect"
)

func guarddutyKinds() []collect.Kind {
	return []collect.Kind{detector, detectorFilter, detectorIPSet}
}

// detectors is the list that detectors, filters and IP sets start from: one a region, or none.
func detectors(s *collect.Scope) ([]string, bool) {
	return collect.Shared(s, "guardduty:ListDetectors", func(s *collect.Scope) iter.Seq[string] {
		return collect.Pages[string](s, guardduty.NewFromConfig(s.Config).ListDetectors, &guardduty.ListDetectorsInput{MaxResults: aws.Int32(50)})
	})
}

// notThere is what GuardDuty says, under a code that it has for everything, of a detector and of what lies in one when
// these are gone.
func notThere(err error) error {
	if err != nil && collect.Code(err) == "BadRequestException" {
		message := collect.Message(err)
		if strings.Contains(message, "is not owned by the current account") || strings.Contains(message, "no such resource found") {
			return asGone(err, "BadRequestException")
		}
	}
	return err
}

var detector = collect.Kind{
	Name: "guardduty:detector", CloudFormation: "AWS::GuardDuty::Detector",
	List: func(s *collect.Scope) {
		c := guardduty.NewFromConfig(s.Config)
		ids, _ := detectors(s)
		collect.Each(s, slices.Values(ids), func(id string) {
			settings := collect.WithTags(collect.Ask(s, "Detector", c.GetDetector, &guardduty.GetDetectorInput{DetectorId: &id}),
				func(out *guardduty.GetDetectorOutput) (collect.Tags, error) { return out.Tags, nil })
			s.Add(collect.Item{ID: &id, UniqueID: &id, ARN: s.ARN("guardduty", "detector/"+id)},
				collect.Fill(settings, func(item *collect.Item, d guardduty.GetDetectorOutput) { item.Created = timeOf(d.CreatedAt) }),
				collect.Fill(collect.Through(collect.Ask(s, "Administrator", c.GetAdministratorAccount,
					&guardduty.GetAdministratorAccountInput{DetectorId: &id}).Vital(), guardDutyAdministrator), managedByAdministrator))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "detector-off", Guard: true},
		{Rule: "detector-off", Path: "Detector.Status", Is: []string{"DISABLED"}},
		{Rule: "detector-part-off", Path: "Detector.Features[].Status", Is: []string{"ENABLED"}, Guard: true, By: "Name"},
	},
	Status: []collect.Path{"Detector.UpdatedAt", "Detector.Features[].UpdatedAt", "Detector.Features[].AdditionalConfiguration[].UpdatedAt"},
	Omit:   []collect.Path{"Detector.CreatedAt", "Detector.Tags", "Detector.DataSources"}, // the features say what data sources said, and more
	Sets:   map[collect.Path]string{"Detector.Features": "Name", "Detector.Features[].AdditionalConfiguration": "Name"},
	Takes:  []string{"guardduty:detector/filter", "guardduty:detector/ipset"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return notThere(collect.Do(s, guardduty.NewFromConfig(s.Config).DeleteDetector, &guardduty.DeleteDetectorInput{DetectorId: &r.ID}))
	},
}

// administrator is the account that runs a security service for this one, in an organisation or by invitation.
type administrator struct {
	AccountId, RelationshipStatus *string
}

func guardDutyAdministrator(out *guardduty.GetAdministratorAccountOutput) administrator {
	if a := out.Administrator; a != nil {
		return administrator{a.AccountId, a.RelationshipStatus}
	}
	return administrator{}
}

// managedByAdministrator: what an administrator enabled for its members they can't disable.
func managedByAdministrator(item *collect.Item, a administrator) {
	if strings.EqualFold(aws.ToString(a.RelationshipStatus), "Enabled") {
		item.Managed("the administrator account " + aws.ToString(a.AccountId) + " manages it")
	}
}

// timeOf reads a time that AWS writes as text.
func timeOf(text *string) *time.Time {
	at, err := time.Parse(time.RFC3339, aws.ToString(text))
	if err != nil {
		return nil
	}
	return &at
}

// inDetector is the part of a configuration that says which detector a thing is in.
type inDetector struct {
	DetectorId string
}

// detectorFilter can archive findings before anybody sees them. It has no dates. It goes with its detector.
var detectorFilter = collect.Kind{
	Name: "guardduty:detector/filter", CloudFormation: "AWS::GuardDuty::Filter", Aliases: []string{"guardduty:filter"},
	List: func(s *collect.Scope) {
		c := guardduty.NewFromConfig(s.Config)
		ids, _ := detectors(s)
		collect.Each(s, slices.Values(ids), func(id string) {
			names := collect.Children(s, func(s *collect.Scope) iter.Seq[string] {
				return collect.Pages[string](s, c.ListFilters, &guardduty.ListFiltersInput{DetectorId: &id, MaxResults: aws.Int32(50)})
			})
			for _, name := range names {
				s.Add(collect.Item{ID: &name, ARN: s.ARN("guardduty", "detector/"+id+"/filter/"+name)}, inDetector{id},
					collect.WithTags(collect.Ask(s, "Filter", c.GetFilter, &guardduty.GetFilterInput{DetectorId: &id, FilterName: &name}),
						func(out *guardduty.GetFilterOutput) (collect.Tags, error) { return out.Tags, nil }))
			}
		})
	},
	Weak:  []collect.Weakness{{Rule: "findings-hidden", When: map[collect.Path]string{"Filter.Action": "ARCHIVE"}}},
	Omit:  []collect.Path{"Filter.Tags"},
	Names: map[collect.Path]string{"DetectorId": "guardduty:detector"},
	Sets: map[collect.Path]string{
		"Filter.FindingCriteria.Criterion.*.Eq": "", "Filter.FindingCriteria.Criterion.*.Equals": "",
		"Filter.FindingCriteria.Criterion.*.Neq": "", "Filter.FindingCriteria.Criterion.*.NotEquals": "",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		in, err := collect.Stored[inDetector](r)
		if err != nil {
			return err
		}
		return notThere(collect.Do(s, guardduty.NewFromConfig(s.Config).DeleteFilter, &guardduty.DeleteFilterInput{DetectorId: &in.DetectorId, FilterName: &r.ID}))
	},
}

// detectorIPSet is a list of trusted addresses, which GuardDuty says nothing about. The list itself lies in S3.
var detectorIPSet = collect.Kind{
	Name: "guardduty:detector/ipset", CloudFormation: "AWS::GuardDuty::IPSet", Aliases: []string{"guardduty:ipset"},
	List: func(s *collect.Scope) {
		c := guardduty.NewFromConfig(s.Config)
		ids, _ := detectors(s)
		collect.Each(s, slices.Values(ids), func(id string) {
			sets := collect.Children(s, func(s *collect.Scope) iter.Seq[string] {
				return collect.Pages[string](s, c.ListIPSets, &guardduty.ListIPSetsInput{DetectorId: &id, MaxResults: aws.Int32(50)})
			})
			for _, set := range sets {
				settings := collect.WithTags(collect.Ask(s, "IPSet", c.GetIPSet, &guardduty.GetIPSetInput{DetectorId: &id, IpSetId: &set}).Vital(),
					func(out *guardduty.GetIPSetOutput) (collect.Tags, error) { return out.Tags, nil })
				s.Add(collect.Item{ID: &set, UniqueID: &set, ARN: s.ARN("guardduty", "detector/"+id+"/ipset/"+set)}, inDetector{id},
					collect.Fill(settings, func(item *collect.Item, out guardduty.GetIPSetOutput) {
						item.Name = out.Name
						item.Dead = out.Status == "DELETED" || out.Status == "DELETE_PENDING"
					}))
			}
		})
	},
	Weak:   []collect.Weakness{{Rule: "findings-hidden"}},
	Status: []collect.Path{"IPSet.Status"},
	Omit:   []collect.Path{"IPSet.Tags"},
	Names:  map[collect.Path]string{"DetectorId": "guardduty:detector", "IPSet.Location": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		in, err := collect.Stored[inDetector](r)
		if err != nil {
			return err
		}
		return notThere(collect.Do(s, guardduty.NewFromConfig(s.Config).DeleteIPSet, &guardduty.DeleteIPSetInput{DetectorId: &in.DetectorId, IpSetId: &r.ID}))
	},
}
