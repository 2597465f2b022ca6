package kinds

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// physicalIDs are how CloudFormation calls a resource, by kind, where that is not our id: what Ref returns, by the
// template reference. A queue's is its URL in the region it is in.
var physicalIDs = map[string]func(r *snapshot.Resource) string{
	"acm:certificate":               arnOf,
	"apigateway:api-stage":          lastOf,
	"apigateway:stage":              lastOf,
	"autoscaling:scheduled-action":  lastOf,
	"autoscaling:scaling-policy":    arnOf,
	"batch:compute-environment":     arnOf,
	"batch:job-definition":          arnOf,
	"batch:job-queue":               arnOf,
	"cloudformation:stack":          arnOf,
	"cloudfront:function":           arnOf,
	"ec2:elastic-ip":                func(r *snapshot.Resource) string { return r.Name },
	"ecs:service":                   arnOf,
	"ecs:task-definition":           arnOf,
	"elasticloadbalancing:listener": arnOf, "elasticloadbalancing:listener-rule": arnOf,
	"elasticloadbalancing:loadbalancer": arnOf, "elasticloadbalancing:targetgroup": arnOf,
	"glue:table":         lastOf,
	"iam:oidc-provider":  arnOf,
	"iam:policy":         arnOf,
	"iam:saml-provider":  arnOf,
	"kafka:cluster":      arnOf,
	"lambda:layer":       arnOf,
	"logs:metric-filter": func(r *snapshot.Resource) string { return r.ID[strings.Index(r.ID, "|")+1:] },
	"logs:subscription-filter": func(r *snapshot.Resource) string { // the two the other way round
		group, name, _ := strings.Cut(r.ID, "|")
		return name + "|" + group
	},
	"route53:recordset":     func(r *snapshot.Resource) string { return r.Name },
	"scheduler:schedule":    lastOf,
	"secretsmanager:secret": arnOf,
	"securityhub:hub":       arnOf,
	"sns:subscription":      arnOf,
	"sns:topic":             arnOf,
	"sqs:queue": func(r *snapshot.Resource) string {
		return "https://sqs.us-east-1.amazonaws.com/" + r.AccountID + "/" + r.ID
	},
	"states:activity":     arnOf,
	"states:statemachine": arnOf,
}

func arnOf(r *snapshot.Resource) string  { return r.ARN }
func lastOf(r *snapshot.Resource) string { return lastPart(r.ID) }

// TestStackMembersOfEveryKind lists resources of every kind as a stack's, by the ids that CloudFormation has for them:
// each must become the stack's.
func TestStackMembersOfEveryKind(t *testing.T) {
	e := newEstate(t)
	if err := testbed.OneOfEveryKind(e, e.Config, "members"); err != nil {
		t.Fatal(err)
	}
	for _, l := range lives() {
		l.create(e)
	}
	var listed []types.StackResourceSummary
	want := make(map[string]string) // key → physical id
	had := make(map[string]bool)
	byName := make(map[string]*collect.Kind)
	for _, kind := range All() {
		byName[kind.Name] = kind
	}
	for _, r := range e.captureAll(nil).Resources {
		if r.Owner != nil || r.Marked(snapshot.MarkProvider) || r.Kind == stack.Name {
			continue
		}
		id := r.ID
		if physicalID := physicalIDs[r.Kind]; physicalID != nil {
			id = physicalID(&r)
		}
		want[r.Key], had[r.Kind] = id, true
		listed = append(listed, types.StackResourceSummary{ResourceType: &byName[r.Kind].CloudFormation, PhysicalResourceId: &id})
	}
	e.answer("cloudformation", "ListStackResources", stackResources(listed))
	for _, r := range e.captureAll(nil).Resources {
		if id := want[r.Key]; id != "" && (r.Owner == nil || r.Owner.Kind != stack.Name) {
			t.Errorf("CloudFormation calls %s %s, and it is not the stack's: %+v", r.Key, id, r.Owner)
		}
	}
	for _, kind := range All() {
		if !had[kind.Name] {
			t.Logf("nothing of %s to list", kind.Name)
		}
	}
	t.Logf("%d resources of %d kinds", len(want), len(had))
}

// stackResources is the answer of ListStackResources.
func stackResources(members []types.StackResourceSummary) string {
	var body strings.Builder
	body.WriteString(`<ListStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><ListStackResourcesResult><StackResourceSummaries>`)
	for i, m := range members {
		fmt.Fprintf(&body, "<member><LogicalResourceId>R%d</LogicalResourceId><ResourceType>%s</ResourceType><PhysicalResourceId>%s</PhysicalResourceId>"+
			"<ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-01-02T03:04:05Z</LastUpdatedTimestamp></member>",
			i, *m.ResourceType, strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(*m.PhysicalResourceId))
	}
	body.WriteString(`</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`)
	return body.String()
}
