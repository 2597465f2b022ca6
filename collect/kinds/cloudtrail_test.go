package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func trailLives() []life {
	return []life{{
		kind: "cloudtrail:trail", undated: true,
		create: func(e *estate) made {
			name := makeBucket(e, "trail")
			c := cloudtrail.NewFromConfig(e.Config)
			arn := must(c.CreateTrail(e, &cloudtrail.CreateTrailInput{
				Name: aws.String("audit"), S3BucketName: &name, IsMultiRegionTrail: aws.Bool(true), IncludeGlobalServiceEvents: aws.Bool(true),
				TagsList: tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} }),
			}))(e).TrailARN
			must(c.StartLogging(e, &cloudtrail.StartLoggingInput{Name: aws.String("audit")}))(e)
			must(c.PutEventSelectors(e, &cloudtrail.PutEventSelectorsInput{TrailName: aws.String("audit"), EventSelectors: []types.EventSelector{
				{ReadWriteType: types.ReadWriteTypeWriteOnly, IncludeManagementEvents: aws.Bool(true)},
			}}))(e)
			return made{ID: "audit", ARN: *arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Logging.IsLogging", "true")
			wantConfiguration(t, r, "Selectors.EventSelectors[].ReadWriteType", "WriteOnly")
		},
		changes: []change{
			tagChange(func(e *estate, m made, key, value string) {
				must(cloudtrail.NewFromConfig(e.Config).AddTags(e, &cloudtrail.AddTagsInput{ResourceId: &m.ARN, TagsList: []types.Tag{{Key: &key, Value: &value}}}))(e)
			}),
			flip("logging", func(e *estate, m made, changed bool) {
				c := cloudtrail.NewFromConfig(e.Config)
				if changed {
					must(c.StopLogging(e, &cloudtrail.StopLoggingInput{Name: &m.ID}))(e)
				} else {
					must(c.StartLogging(e, &cloudtrail.StartLoggingInput{Name: &m.ID}))(e)
				}
			}, "Logging.IsLogging"),
			flip("one region", func(e *estate, m made, changed bool) {
				must(cloudtrail.NewFromConfig(e.Config).UpdateTrail(e, &cloudtrail.UpdateTrailInput{Name: &m.ID, IsMultiRegionTrail: aws.Bool(!changed)}))(e)
			}, "IsMultiRegionTrail"),
			flip("what is logged", func(e *estate, m made, changed bool) {
				must(cloudtrail.NewFromConfig(e.Config).PutEventSelectors(e, &cloudtrail.PutEventSelectorsInput{TrailName: &m.ID, EventSelectors: []types.EventSelector{
					{ReadWriteType: either(changed, types.ReadWriteTypeAll, types.ReadWriteTypeWriteOnly), IncludeManagementEvents: aws.Bool(true)},
				}}))(e)
			}, "Selectors.EventSelectors[].ReadWriteType"),
		},
	}}
}

func TestTrailTags(t *testing.T) {
	if got := trailTags(&cloudtrail.ListTagsOutput{}); got != nil {
		t.Errorf("no list: got %v, want nil", got)
	}
}
