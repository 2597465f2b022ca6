package kinds

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

const queueTemplate = `{
	"Parameters": {"Password": {"Type": "String"}},
	"Resources": {"Orders": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders"}}},
	"Outputs": {"Url": {"Value": {"Ref": "Orders"}}}
}`

// makeStack makes a stack with one queue and returns its ARN.
func makeStack(e *estate, name string) *string {
	return must(cloudformation.NewFromConfig(e.Config).CreateStack(e, &cloudformation.CreateStackInput{
		StackName: &name, TemplateBody: aws.String(queueTemplate), RoleARN: makeRole(e, name+"-role").Arn,
		Tags:       tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} }),
		Parameters: []types.Parameter{{ParameterKey: aws.String("Password"), ParameterValue: aws.String("hunter2")}},
	}))(e).StackId
}

// updateStack updates a stack that makeStack made.
func updateStack(e *estate, m made, password, template, team string) {
	must(cloudformation.NewFromConfig(e.Config).UpdateStack(e, &cloudformation.UpdateStackInput{
		StackName: &m.ID, TemplateBody: &template, RoleARN: aws.String("arn:aws:iam::" + e.Account + ":role/" + m.ID + "-role"),
		Tags:       []types.Tag{{Key: aws.String("team"), Value: &team}, {Key: aws.String("cost centre"), Value: aws.String("7")}},
		Parameters: []types.Parameter{{ParameterKey: aws.String("Password"), ParameterValue: &password}},
	}))(e)
}

func stackLives() []life {
	return []life{{
		kind: "cloudformation:stack", with: []string{"iam:role"}, refs: []collect.Path{"RoleARN"},
		create: func(e *estate) made {
			arn := makeStack(e, "orders")
			return made{ID: "orders", ARN: *arn, UniqueID: *arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Parameters[].ParameterKey", "Password")
			if text := string(r.Configuration); strings.Contains(text, "hunter2") || !strings.Contains(text, `"ParameterValue":"`+snapshot.MaskPrefix) {
				t.Errorf("the parameter is not masked: %s", text)
			}
		},
		changes: []change{
			flip("a parameter", func(e *estate, m made, changed bool) {
				updateStack(e, m, either(changed, "hunter3", "hunter2"), queueTemplate, "blue")
			},
				"Parameters[ParameterKey=Password].ParameterValue"),
			flip("an output", func(e *estate, m made, changed bool) {
				updateStack(e, m, "hunter2", either(changed, strings.Replace(queueTemplate, `"Url"`, `"Address"`, 1), queueTemplate), "blue")
			}, "Outputs[OutputKey=Address]", "Outputs[OutputKey=Url]"),
			flip("a tag", func(e *estate, m made, changed bool) { // moto updates nothing for the sake of a tag alone
				updateStack(e, m, either(changed, "hunter3", "hunter2"), queueTemplate, either(changed, "green", "blue"))
			}, "Tags.team", "Parameters[ParameterKey=Password].ParameterValue"),
		},
	}}
}

// TestStackOwnsItsMembers: what a stack made is the stack's, and goes with it.
func TestStackOwnsItsMembers(t *testing.T) {
	e := newEstate(t)
	arn := makeStack(e, "orders")
	owner := func() string {
		for _, r := range of(e.capture("cloudformation:stack", "sqs:queue"), "sqs:queue") {
			if r.Owner == nil {
				return "nobody"
			}
			return r.Owner.Key
		}
		return "no queue"
	}
	if got, want := owner(), snapshot.ResourceKey(e.Account, testRegion, "cloudformation:stack", *arn); got != want {
		t.Errorf("the queue's owner: got %s, want %s", got, want)
	}
	r := &collect.Resource{Kind: stack.Name, ID: "orders", ARN: *arn}
	if err := stack.Delete(e.session.Scope(e, &stack, testRegion), r); err != nil {
		t.Fatal(err)
	}
	if got := owner(); got != "no queue" {
		t.Errorf("after the stack's deletion: got %s, want no queue", got)
	}
}

// TestStackOfUnknownMembers: a stack whose members can't be listed is there, and says what is missing.
func TestStackOfUnknownMembers(t *testing.T) {
	e := newEstate(t)
	makeStack(e, "orders")
	e.Proxy.Deny("cloudformation", "ListStackResources")
	found := of(e.capture("cloudformation:stack"), "cloudformation:stack")
	for _, r := range found {
		if !r.Unread("Resources") {
			t.Errorf("got unknown %v, want Resources", r.Unknown)
		}
	}
	if len(found) != 1 {
		t.Errorf("got %d stacks, want 1", len(found))
	}
}

func TestStackOwner(t *testing.T) {
	for name, test := range map[string]struct {
		stack types.Stack
		want  snapshot.Owner
	}{
		"nested":                {types.Stack{StackName: aws.String("root-Net-1A"), ParentId: aws.String("arn:root")}, snapshot.Owner{Kind: "cloudformation:stack", ID: "arn:root"}},
		"of a stack set":        {types.Stack{StackName: aws.String("StackSet-guard-rails-0b0c5a5e-8a1c-4c2d-9f5e-2f3b1a7c9d10")}, snapshot.Owner{Kind: "cloudformation:stackset", ID: "guard-rails"}},
		"called like one":       {types.Stack{StackName: aws.String("StackSet-mine")}, snapshot.Owner{}},
		"a stack of somebody's": {types.Stack{StackName: aws.String("orders")}, snapshot.Owner{}},
	} {
		got := stackOwner(test.stack)
		if got == nil {
			got = new(snapshot.Owner)
		}
		if *got != test.want {
			t.Errorf("%s: got %+v, want %+v", name, *got, test.want)
		}
	}
}

func TestMembersOf(t *testing.T) {
	got := membersOf([]types.StackResourceSummary{
		{ResourceType: aws.String("AWS::SQS::Queue"), PhysicalResourceId: aws.String("https://sqs.us-east-1.amazonaws.com/123456789012/orders"), ResourceStatus: types.ResourceStatusUpdateComplete},
		{ResourceType: aws.String("AWS::SNS::Topic"), PhysicalResourceId: aws.String("gone"), ResourceStatus: types.ResourceStatusDeleteComplete},
		{ResourceType: aws.String("AWS::EC2::VPC"), ResourceStatus: types.ResourceStatusCreateInProgress},
	})
	if want := []collect.Member{{CloudFormation: "AWS::SQS::Queue", ID: "orders"}}; !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
