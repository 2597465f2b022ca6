package kinds

import (
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func logsKinds() []collect.Kind {
	return []collect.Kind{logGroup}
}

// logGroups is the list that log groups and their subscription filters start from.
func logGroups(s *collect.Scope) ([]types.LogGroup, bool) {
	return collect.Shared(s, "logs:DescribeLogGroups", func(s *collect.Scope) iter.Seq[types.LogGroup] {
		return collect.Pages[types.LogGroup](s, cloudwatchlogs.NewFromConfig(s.Config).DescribeLogGroups, &cloudwatchlogs.DescribeLogGroupsInput{Limit: aws.Int32(50)})
	})
}

var logGroup = collect.Kind{
	Name: "logs:log-group", CloudFormation: "AWS::Logs::LogGroup", Tagging: "logs",
	List: func(s *collect.Scope) {
		c := cloudwatchlogs.NewFromConfig(s.Config)
		groups, _ := logGroups(s)
		collect.Each(s, slices.Values(groups), func(g types.LogGroup) {
			arn := strings.TrimSuffix(aws.ToString(g.Arn), ":*") // which stands for the group's streams
			item := collect.Item{ID: g.LogGroupName, ARN: &arn, Created: milliseconds(g.CreationTime)}
			if function, ok := strings.CutPrefix(aws.ToString(g.LogGroupName), "/aws/lambda/"); ok {
				item.Owner = &snapshot.Owner{Kind: "lambda:function", ID: function}
			}
			s.Add(item, g, collect.AskTags(s, c.ListTagsForResource, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: &arn}, collect.TagsIn))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "log-group-removed", Guard: true},
		{Rule: "retention-shortened", Path: "RetentionInDays", Absent: true, Shrinks: true, Says: "days"},
		{Rule: "encryption-key-dropped", Path: "KmsKeyId", Absent: true},
		{Rule: "deletion-protection-off", Path: "DeletionProtectionEnabled", Is: []string{"false"}},
	},
	Status:    []collect.Path{"StoredBytes", "MetricFilterCount"},
	Omit:      []collect.Path{"CreationTime"},
	Sets:      map[collect.Path]string{"InheritedProperties": ""},
	Protected: map[collect.Path]string{"DeletionProtectionEnabled": "true"},
	Late:      true, // functions that still run make theirs again
	Takes:     []string{"logs:metric-filter", "logs:subscription-filter"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, cloudwatchlogs.NewFromConfig(s.Config).DeleteLogGroup, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &r.ID})
	},
}
