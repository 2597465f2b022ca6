package kinds

import (
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func logsRouting() []collect.Kind {
	return []collect.Kind{metricFilter, subscriptionFilter, logDestination, logsResourcePolicy, queryDefinition}
}

// inGroup is the id of what has a name only within its log group. Neither has a "|" in it.
func inGroup(group, name *string) *string {
	return aws.String(aws.ToString(group) + "|" + aws.ToString(name))
}

// milliseconds reads a time that AWS writes as milliseconds since 1970.
func milliseconds(since *int64) *time.Time {
	if since == nil {
		return nil
	}
	return aws.Time(time.UnixMilli(*since).UTC())
}

// metricFilter has neither ARN nor tags.
var metricFilter = collect.Kind{
	Name: "logs:metric-filter", CloudFormation: "AWS::Logs::MetricFilter",
	List: func(s *collect.Scope) {
		c := cloudwatchlogs.NewFromConfig(s.Config)
		filters := slices.Collect(collect.Pages[types.MetricFilter](s, c.DescribeMetricFilters, &cloudwatchlogs.DescribeMetricFiltersInput{Limit: aws.Int32(50)}))
		names := onlyOnce(filters, func(f types.MetricFilter) *string { return f.FilterName })
		for _, f := range filters {
			s.Add(collect.Item{ID: inGroup(f.LogGroupName, f.FilterName), Name: names[aws.ToString(f.FilterName)], Created: milliseconds(f.CreationTime)}, f)
		}
	},
	Weak:  []collect.Weakness{{Rule: "alarm-removed", Guard: true}},
	Omit:  []collect.Path{"CreationTime"},
	Names: map[collect.Path]string{"LogGroupName": "logs:log-group"}, // which goes with its filters
	Sets:  map[collect.Path]string{"MetricTransformations": "", "EmitSystemFieldDimensions": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		group, name, _ := strings.Cut(r.ID, "|")
		return collect.Do(s, cloudwatchlogs.NewFromConfig(s.Config).DeleteMetricFilter, &cloudwatchlogs.DeleteMetricFilterInput{LogGroupName: &group, FilterName: &name})
	},
}

// subscriptionFilter has neither ARN nor tags. There is no list of all of them: it takes a call for each log group of
// the standard class, since the others have none.
var subscriptionFilter = collect.Kind{
	Name: "logs:subscription-filter", CloudFormation: "AWS::Logs::SubscriptionFilter",
	List: func(s *collect.Scope) {
		c := cloudwatchlogs.NewFromConfig(s.Config)
		groups, _ := logGroups(s)
		var mutex sync.Mutex
		var all []types.SubscriptionFilter
		collect.Each(s, slices.Values(groups), func(g types.LogGroup) {
			if g.LogGroupClass != "" && g.LogGroupClass != types.LogGroupClassStandard {
				return
			}
			filters := collect.Children(s, func(s *collect.Scope) iter.Seq[types.SubscriptionFilter] {
				return collect.Pages[types.SubscriptionFilter](s, c.DescribeSubscriptionFilters, &cloudwatchlogs.DescribeSubscriptionFiltersInput{
					LogGroupName: g.LogGroupName, Limit: aws.Int32(50),
				})
			})
			mutex.Lock()
			defer mutex.Unlock()
			all = append(all, filters...)
		})
		names := onlyOnce(all, func(f types.SubscriptionFilter) *string { return f.FilterName })
		for _, f := range all {
			s.Add(collect.Item{ID: inGroup(f.LogGroupName, f.FilterName), Name: names[aws.ToString(f.FilterName)], Created: milliseconds(f.CreationTime)}, f)
		}
	},
	Weak:  []collect.Weakness{{Rule: "log-forwarding-removed", Guard: true}},
	Omit:  []collect.Path{"CreationTime"},
	Names: map[collect.Path]string{"LogGroupName": "logs:log-group"}, // which goes with its filters
	Sets:  map[collect.Path]string{"EmitSystemFields": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		group, name, _ := strings.Cut(r.ID, "|")
		return collect.Do(s, cloudwatchlogs.NewFromConfig(s.Config).DeleteSubscriptionFilter,
			&cloudwatchlogs.DeleteSubscriptionFilterInput{LogGroupName: &group, FilterName: &name})
	},
}

// logDestination is where other accounts send their logs.
var logDestination = collect.Kind{
	Name: "logs:destination", CloudFormation: "AWS::Logs::Destination",
	List: func(s *collect.Scope) {
		c := cloudwatchlogs.NewFromConfig(s.Config)
		list := collect.Pages[types.Destination](s, c.DescribeDestinations, &cloudwatchlogs.DescribeDestinationsInput{Limit: aws.Int32(50)})
		collect.Each(s, list, func(d types.Destination) {
			s.Add(collect.Item{ID: d.DestinationName, ARN: d.Arn, Created: milliseconds(d.CreationTime)}, d,
				collect.AskTags(s, c.ListTagsForResource, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: d.Arn}, collect.TagsIn))
		})
	},
	Weak: []collect.Weakness{{Rule: "policy-anybody", Path: "AccessPolicy", Check: snapshot.CheckPolicy}},
	Omit: []collect.Path{"CreationTime"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, cloudwatchlogs.NewFromConfig(s.Config).DeleteDestination, &cloudwatchlogs.DeleteDestinationInput{DestinationName: &r.ID})
	},
}

// logsResourcePolicy lets services write logs. It has neither ARN nor tags nor creation date. Those of a single log group
// are not listed: a call for each would be needed.
var logsResourcePolicy = collect.Kind{
	Name: "logs:resource-policy", CloudFormation: "AWS::Logs::ResourcePolicy",
	List: func(s *collect.Scope) {
		c := cloudwatchlogs.NewFromConfig(s.Config)
		for p := range collect.Pages[types.ResourcePolicy](s, c.DescribeResourcePolicies, &cloudwatchlogs.DescribeResourcePoliciesInput{}) {
			s.Add(collect.Item{ID: p.PolicyName}, p)
		}
	},
	Weak:   []collect.Weakness{{Rule: "policy-anybody", Path: "PolicyDocument", Check: snapshot.CheckPolicy}},
	Status: []collect.Path{"LastUpdatedTime", "RevisionId"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, cloudwatchlogs.NewFromConfig(s.Config).DeleteResourcePolicy, &cloudwatchlogs.DeleteResourcePolicyInput{PolicyName: &r.ID})
	},
}

// queryDefinition is a query that somebody saved. It has neither ARN nor tags nor creation date.
var queryDefinition = collect.Kind{
	Name: "logs:query-definition", CloudFormation: "AWS::Logs::QueryDefinition",
	List: func(s *collect.Scope) {
		c := cloudwatchlogs.NewFromConfig(s.Config)
		list := collect.Pages[types.QueryDefinition](s, c.DescribeQueryDefinitions, &cloudwatchlogs.DescribeQueryDefinitionsInput{MaxResults: aws.Int32(1000)})
		for q := range list {
			s.Add(collect.Item{ID: q.QueryDefinitionId, UniqueID: q.QueryDefinitionId, Name: q.Name}, q)
		}
	},
	Status: []collect.Path{"LastModified"},
	Names:  map[collect.Path]string{"LogGroupNames[]": "logs:log-group"},
	Sets:   map[collect.Path]string{"LogGroupNames": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, cloudwatchlogs.NewFromConfig(s.Config).DeleteQueryDefinition, &cloudwatchlogs.DeleteQueryDefinitionInput{QueryDefinitionId: &r.ID})
	},
}
