package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func makeLogGroup(e *estate, name string) *string {
	must(cloudwatchlogs.NewFromConfig(e.Config).CreateLogGroup(e, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name}))(e)
	return &name
}

func makeDestination(e *estate, name string) *types.Destination {
	return must(cloudwatchlogs.NewFromConfig(e.Config).PutDestination(e, &cloudwatchlogs.PutDestinationInput{
		DestinationName: &name, RoleArn: aws.String("arn:aws:iam::" + e.Account + ":role/logs"), Tags: teamTags,
		TargetArn: aws.String("arn:aws:kinesis:us-east-1:" + e.Account + ":stream/logs"),
	}))(e).Destination
}

func logsRoutingLives() []life {
	return []life{{
		kind: "logs:metric-filter", untagged: true, undated: true, // moto keeps no dates of them
		create: func(e *estate) made {
			must(cloudwatchlogs.NewFromConfig(e.Config).PutMetricFilter(e, &cloudwatchlogs.PutMetricFilterInput{
				LogGroupName: makeLogGroup(e, "/metric-filter/life"), FilterName: aws.String("failures"), FilterPattern: aws.String("ERROR"),
				MetricTransformations: []types.MetricTransformation{{
					MetricNamespace: aws.String("Orders"), MetricName: aws.String("Failures"), MetricValue: aws.String("1"),
				}},
			}))(e)
			return made{ID: "/metric-filter/life|failures"}
		},
		check:   func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "FilterPattern", "ERROR") },
		changes: metricFilterChanges(),
	}, {
		kind: "logs:subscription-filter", untagged: true,
		create: func(e *estate) made {
			must(cloudwatchlogs.NewFromConfig(e.Config).PutSubscriptionFilter(e, &cloudwatchlogs.PutSubscriptionFilterInput{
				LogGroupName: makeLogGroup(e, "/subscription-filter/life"), FilterName: aws.String("all"), FilterPattern: aws.String(""),
				DestinationArn: aws.String(makeFunction(e, "subscription-filter-life")),
			}))(e)
			return made{ID: "/subscription-filter/life|all"}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "LogGroupName", "/subscription-filter/life")
		},
		changes: subscriptionFilterChanges(),
	}, {
		kind: "logs:destination",
		create: func(e *estate) made {
			return made{ID: "destination-life", ARN: *makeDestination(e, "destination-life").Arn}
		},
		changes: logDestinationChanges(),
	}, {
		kind: "logs:resource-policy", untagged: true, undated: true,
		create: func(e *estate) made {
			must(cloudwatchlogs.NewFromConfig(e.Config).PutResourcePolicy(e, &cloudwatchlogs.PutResourcePolicyInput{
				PolicyName: aws.String("resource-policy-life"), PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`),
			}))(e)
			return made{ID: "resource-policy-life"}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "PolicyDocument", `{"Version":"2012-10-17","Statement":[]}`)
		},
		changes: logsResourcePolicyChanges(), fewer: "a policy has nothing but its document",
	}, {
		kind: "logs:query-definition", untagged: true, undated: true, unserved: "no server here keeps saved queries", deletes: "DeleteQueryDefinition",
		create: func(e *estate) made {
			const id = "123456ab-12ab-123a-789e-1234567890ab"
			e.answer("logs", "DescribeQueryDefinitions", `{"queryDefinitions":[{"queryDefinitionId":"`+id+`","name":"failures",
				"queryString":"fields @timestamp | filter @message like /ERROR/","lastModified":1549321515,"logGroupNames":["/orders/api"]}]}`)
			e.answer("logs", "DeleteQueryDefinition", `{"success":true}`)
			return made{ID: id, UniqueID: id}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "LogGroupNames[]", "/orders/api")
		},
	}}
}

// Log groups of other classes have no subscription filters, and are not asked for any.
func TestSubscriptionFiltersOfClasses(t *testing.T) {
	e := newEstate(t)
	e.answer("logs", "DescribeLogGroups", `{"logGroups":[{"logGroupName":"/a","logGroupClass":"STANDARD"},{"logGroupName":"/b","logGroupClass":"INFREQUENT_ACCESS"},
		{"logGroupName":"/c","logGroupClass":"DELIVERY"},{"logGroupName":"/d"}]}`)
	e.answer("logs", "DescribeSubscriptionFilters", `{"subscriptionFilters":[]}`)
	e.capture("logs:subscription-filter")
	if n := e.Proxy.Count("logs", "DescribeSubscriptionFilters"); n != 2 {
		t.Errorf("got %d calls, want 2", n)
	}
}

// Metric filters have dates on AWS. A name that two log groups have is no name to find a filter by.
func TestMetricFilters(t *testing.T) {
	e := newEstate(t)
	e.answer("logs", "DescribeMetricFilters", `{"metricFilters":[{"filterName":"failures","logGroupName":"/a","filterPattern":"ERROR","creationTime":1396224000000},
		{"filterName":"failures","logGroupName":"/b","filterPattern":"ERROR"},{"filterName":"slow","logGroupName":"/b","filterPattern":"slow"}]}`)
	names := make(map[string]string)
	for _, r := range of(e.capture("logs:metric-filter"), "logs:metric-filter") {
		names[r.ID] = r.Name
		if r.ID == "/a|failures" && (r.CreatedAt == nil || r.CreatedAt.Unix() != 1396224000) {
			t.Errorf("got date %v", r.CreatedAt)
		}
	}
	if len(names) != 3 || names["/a|failures"] != "" || names["/b|failures"] != "" || names["/b|slow"] != "slow" {
		t.Errorf("got names %v", names)
	}
}
