package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func logGroupLives() []life {
	return []life{{
		kind: "logs:log-group",
		create: func(e *estate) made {
			c, name := cloudwatchlogs.NewFromConfig(e.Config), aws.String("/log-group/life")
			must(c.CreateLogGroup(e, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: name, Tags: teamTags}))(e)
			must(c.PutRetentionPolicy(e, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: name, RetentionInDays: aws.Int32(30)}))(e)
			return made{ID: *name, ARN: "arn:aws:logs:us-east-1:" + e.Account + ":log-group:" + *name}
		},
		check:   func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "RetentionInDays", "30") },
		changes: logGroupChanges(), fewer: "moto changes neither the key nor the protection of a group",
	}}
}

// TestLogGroupOfFunction: a function's log group is the function's, and nobody's once the function is gone.
func TestLogGroupOfFunction(t *testing.T) {
	e := newEstate(t)
	arn := makeFunction(e, "resize")
	for _, name := range []string{"/aws/lambda/resize", "/aws/lambda/gone"} {
		must(cloudwatchlogs.NewFromConfig(e.Config).CreateLogGroup(e, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &name}))(e)
	}
	seen := 0
	for _, r := range of(e.capture("logs:log-group", "lambda:function"), "logs:log-group") {
		seen++
		owned := r.Owner != nil && r.Owner.Key == snapshot.ResourceKey(e.Account, testRegion, "lambda:function", arn)
		if want := r.ID == "/aws/lambda/resize"; owned != want || r.Marked(snapshot.MarkOwned) != want {
			t.Errorf("%s: got owner %+v, marks %v, want owned %v", r.ID, r.Owner, r.Marks, want)
		}
	}
	if seen != 2 {
		t.Errorf("got %d log groups, want 2", seen)
	}
}
