package kinds

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func cloudtrailKinds() []collect.Kind {
	return []collect.Kind{trail}
}

// trail has no creation date. Shadows (of trails of other regions, and of the organisation's) are left out: they would
// put one ARN into every region.
var trail = collect.Kind{
	Name: "cloudtrail:trail", CloudFormation: "AWS::CloudTrail::Trail", Tagging: "cloudtrail:trail",
	List: func(s *collect.Scope) {
		c := cloudtrail.NewFromConfig(s.Config)
		out, ok := collect.Call(s, c.DescribeTrails, &cloudtrail.DescribeTrailsInput{IncludeShadowTrails: aws.Bool(false)})
		if !ok {
			return
		}
		collect.Each(s, slices.Values(out.TrailList), func(t types.Trail) {
			name := t.Name
			s.Add(collect.Item{ID: name, ARN: t.TrailARN}, t,
				collect.Through(collect.Ask(s, "Logging", c.GetTrailStatus, &cloudtrail.GetTrailStatusInput{Name: name}), loggingOf),
				collect.Through(collect.Ask(s, "Selectors", c.GetEventSelectors, &cloudtrail.GetEventSelectorsInput{TrailName: name}), selectorsOf),
				collect.Ask(s, "Insights", c.GetInsightSelectors, &cloudtrail.GetInsightSelectorsInput{TrailName: name},
					"InsightNotEnabledException", "InsightNotEnabled").Of("InsightSelectors"),
				collect.AskTags(s, c.ListTags, &cloudtrail.ListTagsInput{ResourceIdList: []string{aws.ToString(t.TrailARN)}}, trailTags))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "trail-removed", Guard: true},
		{Rule: "trail-stopped", Path: "Logging.IsLogging", Is: []string{"false"}},
		{Rule: "trail-weakened", Path: "IsMultiRegionTrail", Is: []string{"false"}, Says: "all regions"},
		{Rule: "trail-weakened", Path: "LogFileValidationEnabled", Is: []string{"false"}, Says: "validation of its files"},
		{Rule: "trail-weakened", Path: "IncludeGlobalServiceEvents", Is: []string{"false"}, Says: "events of global services"},
		{Rule: "trail-weakened", Path: "IsOrganizationTrail", Is: []string{"false"}, Says: "all accounts of the organisation"},
		{Rule: "trail-weakened", Path: "Selectors.EventSelectors[].IncludeManagementEvents", Is: []string{"false"}, Says: "management events"},
		{Rule: "trail-weakened", Path: "Selectors.EventSelectors[].ReadWriteType", Not: []string{"All"}, Says: "reads and writes"},
		{Rule: "trail-moved", Path: "S3BucketName", Guard: true, ByValue: true},
		{Rule: "encryption-key-dropped", Path: "KmsKeyId", Absent: true},
		{Rule: "log-type-off", Path: "CloudWatchLogsLogGroupArn", Absent: true, Says: "to CloudWatch Logs"},
	},
	Names:  map[collect.Path]string{"S3BucketName": "s3:bucket", "SnsTopicName": "sns:topic"},
	Status: []collect.Path{"Logging.LatestDeliveryTime", "Logging.LatestDeliveryError", "Logging.LatestCloudWatchLogsDeliveryError"},
	Sets:   map[collect.Path]string{"Selectors.EventSelectors": "", "Selectors.AdvancedEventSelectors": "", "Insights": "InsightType"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, cloudtrail.NewFromConfig(s.Config).DeleteTrail, &cloudtrail.DeleteTrailInput{Name: &r.ID})
	},
}

// logging says whether a trail is on, which somebody set, and how it fares.
type logging struct {
	IsLogging                                              *bool
	LatestDeliveryTime                                     *time.Time
	LatestDeliveryError, LatestCloudWatchLogsDeliveryError *string
}

func loggingOf(out *cloudtrail.GetTrailStatusOutput) logging {
	return logging{out.IsLogging, out.LatestDeliveryTime, out.LatestDeliveryError, out.LatestCloudWatchLogsDeliveryError}
}

// selectors say which events a trail records; it has those of the one sort or of the other.
type selectors struct {
	EventSelectors         []types.EventSelector
	AdvancedEventSelectors []types.AdvancedEventSelector
}

func selectorsOf(out *cloudtrail.GetEventSelectorsOutput) selectors {
	return selectors{out.EventSelectors, out.AdvancedEventSelectors}
}

func trailTags(out *cloudtrail.ListTagsOutput) collect.Tags {
	if len(out.ResourceTagList) == 0 {
		return nil
	}
	return collect.TagsOf(out.ResourceTagList[0].TagsList)
}
