package kinds

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

func taskDefinitionLives() []life {
	return []life{{
		kind: "ecs:task-definition", with: []string{"logs:log-group"}, undated: true, // moto has no date for them; AWS has
		create: func(e *estate) made {
			must(cloudwatchlogs.NewFromConfig(e.Config).CreateLogGroup(e, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/ecs/orders")}))(e)
			out := must(ecs.NewFromConfig(e.Config).RegisterTaskDefinition(e, &ecs.RegisterTaskDefinitionInput{
				Family: aws.String("orders"), Memory: aws.String("512"), Tags: tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} }),
				ContainerDefinitions: []types.ContainerDefinition{{
					Name: aws.String("orders"), Image: aws.String("orders:1"), Memory: aws.Int32(512),
					Environment: []types.KeyValuePair{{Name: aws.String("PASSWORD"), Value: aws.String("hunter2")}},
					LogConfiguration: &types.LogConfiguration{LogDriver: types.LogDriverAwslogs, Options: map[string]string{
						"awslogs-group": "/ecs/orders", "awslogs-region": testRegion,
					}},
				}},
			}))(e)
			return made{ID: "orders:1", ARN: *out.TaskDefinition.TaskDefinitionArn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "ContainerDefinitions[].Environment[].Name", "PASSWORD")
			if strings.Contains(string(r.Configuration), "hunter2") {
				t.Errorf("a variable's value is in %s", r.Configuration)
			}
			if !slices.ContainsFunc(r.References, func(ref snapshot.Reference) bool { return ref.ID == "/ecs/orders" && ref.Key != "" }) {
				t.Errorf("the log group is not among %v", r.References)
			}
		},
		changes: []change{ecsTagChange()},
		fewer:   "a task definition gets further revisions, and is not changed",
	}}
}

// TestCapacityProvider answers for AWS: moto fails on DescribeCapacityProviders without names, so that no [life] can
// begin with a look at what is there.
func TestCapacityProvider(t *testing.T) {
	e := newEstate(t)
	arn := "arn:aws:ecs:us-east-1:" + e.Account + ":capacity-provider/"
	e.answer("ecs", "DescribeCapacityProviders", `{"capacityProviders": [
		{"capacityProviderArn": "`+arn+`FARGATE", "name": "FARGATE", "status": "ACTIVE", "tags": [], "type": "FARGATE"},
		{"capacityProviderArn": "`+arn+`nodes", "name": "nodes", "status": "ACTIVE", "type": "EC2_AUTOSCALING",
		 "autoScalingGroupProvider": {"autoScalingGroupArn": "arn:aws:autoscaling:us-east-1:`+e.Account+`:autoScalingGroup:a1b2c3d4-5678-90ab-cdef-EXAMPLE11111:autoScalingGroupName/MyASG",
		  "managedScaling": {"status": "ENABLED", "targetCapacity": 100, "minimumScalingStepSize": 1, "maximumScalingStepSize": 10000, "instanceWarmupPeriod": 300},
		  "managedTerminationProtection": "ENABLED"},
		 "tags": [{"key": "team", "value": "blue"}]}]}`)
	e.answer("ecs", "DeleteCapacityProvider", `{}`)
	found := of(e.capture("ecs:capacity-provider"), "ecs:capacity-provider")
	if len(found) != 2 {
		t.Fatalf("got %d, want two", len(found))
	}
	for _, r := range found {
		switch r.ID {
		case "FARGATE":
			if !r.Marked(snapshot.MarkProvider) {
				t.Error("FARGATE isn't AWS's")
			}
		case "nodes":
			wantStatus(t, r, "Status", "ACTIVE")
			wantConfiguration(t, r, "AutoScalingGroupProvider.ManagedScaling.TargetCapacity", "100")
			if r.ARN != arn+"nodes" || r.Tags["team"] != "blue" || r.Marked(snapshot.MarkProvider) {
				t.Errorf("got %s, tags %v, marks %v", r.ARN, r.Tags, r.Marks)
			}
			if err := capacityProvider.Delete(e.session.Scope(e, &capacityProvider, testRegion), r); err != nil {
				t.Error(err)
			}
		default:
			t.Errorf("got %s", r.ID)
		}
	}
	if !slices.ContainsFunc(e.Proxy.Calls(), func(c testbed.Record) bool { return c.Operation == "DeleteCapacityProvider" }) {
		t.Error("its Delete did not call DeleteCapacityProvider")
	}
}

// TestRevisionsLeftOut: of a family with more revisions than are read, the newest and those that services name are
// taken, and the scope is partial.
func TestRevisionsLeftOut(t *testing.T) {
	e := newEstate(t)
	revision := func(n int) string {
		return fmt.Sprintf("arn:aws:ecs:us-east-1:%s:task-definition/web:%d", e.Account, n)
	}
	var arns []string
	for n := range revisionsRead + 5 {
		arns = append(arns, strconv.Quote(revision(n+1)))
	}
	e.answer("ecs", "ListTaskDefinitions", `{"taskDefinitionArns": [`+strings.Join(arns, ",")+`]}`)
	e.answer("ecs", "ListClusters", `{"clusterArns": ["arn:aws:ecs:us-east-1:`+e.Account+`:cluster/web"]}`)
	e.answer("ecs", "ListServices", `{"serviceArns": ["arn:aws:ecs:us-east-1:`+e.Account+`:service/web/web"]}`)
	e.answer("ecs", "DescribeServices", `{"services": [{"serviceName": "web", "taskDefinition": "`+revision(2)+`"}]}`)
	e.Proxy.Intercept("ecs", "DescribeTaskDefinition", func(c *testbed.Call, _ func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		arn := c.Param("taskDefinition")
		body := fmt.Sprintf(`{"taskDefinition": {"taskDefinitionArn": %q, "family": "web", "revision": %s, "status": "ACTIVE"}}`, arn, arn[strings.LastIndex(arn, ":")+1:])
		return &testbed.Answer{Status: 200, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: []byte(body)}
	})
	s, err := collect.Capture(e, e.session, collect.Request{
		Kinds: kindsNamed(t, "ecs:task-definition"), Regions: []string{testRegion}, MaskKey: collect.NewMaskKey("the key of this test"),
	})
	if err != nil {
		t.Fatal(err)
	}
	read := make(map[string]bool)
	for _, r := range of(s, "ecs:task-definition") {
		read[r.ARN] = true
	}
	if len(read) != revisionsRead+1 || !read[revision(2)] || read[revision(5)] || !read[revision(6)] {
		t.Errorf("got %d: %v", len(read), read)
	}
	if c := s.Coverage[0]; c.State != snapshot.Partial || !strings.HasPrefix(c.Message, "4 active") {
		t.Errorf("got %s, %q, want partial: 4 were left out", c.State, c.Message)
	}
}
