package kinds

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func makeComputeEnvironment(e *estate, name string) *batch.CreateComputeEnvironmentOutput {
	network := defaultNetwork(e).AwsvpcConfiguration
	return must(batch.NewFromConfig(e.Config).CreateComputeEnvironment(e, &batch.CreateComputeEnvironmentInput{
		ComputeEnvironmentName: &name, Type: types.CETypeManaged, State: types.CEStateEnabled, ServiceRole: roleFor(e, name, "batch"), Tags: teamTags,
		ComputeResources: &types.ComputeResource{
			Type: types.CRTypeFargate, MaxvCpus: aws.Int32(4), Subnets: network.Subnets, SecurityGroupIds: network.SecurityGroups,
		},
	}))(e)
}

func batchTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(batch.NewFromConfig(e.Config).TagResource(e, &batch.TagResourceInput{ResourceArn: &m.ARN, Tags: map[string]string{key: value}}))(e)
	})
}

func batchLives() []life {
	return []life{{
		kind: "batch:compute-environment", undated: true, with: []string{"ec2:subnet", "ec2:security-group", "iam:role"},
		refs: []collect.Path{"ComputeResources.Subnets[]", "ComputeResources.SecurityGroupIds[]", "ServiceRole"},
		create: func(e *estate) made {
			roleFor(e, "batch-compute-environment-other", "batch")
			out := makeComputeEnvironment(e, "batch-compute-environment-life")
			return made{ID: *out.ComputeEnvironmentName, ARN: *out.ComputeEnvironmentArn}
		},
		check: func(t *testing.T, r *collect.Resource) { wantStatus(t, r, "Status", "VALID") },
		changes: []change{
			batchTagChange(),
			flip("state", func(e *estate, m made, changed bool) {
				must(batch.NewFromConfig(e.Config).UpdateComputeEnvironment(e, &batch.UpdateComputeEnvironmentInput{
					ComputeEnvironment: &m.ID, State: either(changed, types.CEStateDisabled, types.CEStateEnabled),
				}))(e)
			}, "State"),
			flip("role", func(e *estate, m made, changed bool) {
				must(batch.NewFromConfig(e.Config).UpdateComputeEnvironment(e, &batch.UpdateComputeEnvironmentInput{
					ComputeEnvironment: &m.ID,
					ServiceRole:        aws.String("arn:aws:iam::" + e.Account + ":role/" + either(changed, "batch-compute-environment-other", "batch-compute-environment-life")),
				}))(e)
			}, "ServiceRole"),
		},
	}, {
		kind: "batch:job-queue", undated: true, with: []string{"batch:compute-environment"},
		refs: []collect.Path{"ComputeEnvironmentOrder[].ComputeEnvironment"},
		create: func(e *estate) made {
			environment := makeComputeEnvironment(e, "batch-job-queue-life")
			out := must(batch.NewFromConfig(e.Config).CreateJobQueue(e, &batch.CreateJobQueueInput{
				JobQueueName: aws.String("batch-job-queue-life"), Priority: aws.Int32(1), State: types.JQStateEnabled, Tags: teamTags,
				ComputeEnvironmentOrder: []types.ComputeEnvironmentOrder{{Order: aws.Int32(1), ComputeEnvironment: environment.ComputeEnvironmentArn}},
			}))(e)
			return made{ID: *out.JobQueueName, ARN: *out.JobQueueArn}
		},
		changes: []change{
			batchTagChange(),
			flip("state", func(e *estate, m made, changed bool) {
				must(batch.NewFromConfig(e.Config).UpdateJobQueue(e, &batch.UpdateJobQueueInput{
					JobQueue: &m.ID, State: either(changed, types.JQStateDisabled, types.JQStateEnabled),
				}))(e)
			}, "State"),
			flip("priority", func(e *estate, m made, changed bool) {
				must(batch.NewFromConfig(e.Config).UpdateJobQueue(e, &batch.UpdateJobQueueInput{JobQueue: &m.ID, Priority: aws.Int32(either[int32](changed, 5, 1))}))(e)
			}, "Priority"),
		},
	}, {
		kind: "batch:job-definition", undated: true,
		create: func(e *estate) made {
			out := must(batch.NewFromConfig(e.Config).RegisterJobDefinition(e, &batch.RegisterJobDefinitionInput{
				JobDefinitionName: aws.String("batch-job-definition-life"), Type: types.JobDefinitionTypeContainer, Tags: teamTags,
				Parameters: map[string]string{"password": "hunter2"},
				ContainerProperties: &types.ContainerProperties{
					Image: aws.String("orders:1"), Vcpus: aws.Int32(1), Memory: aws.Int32(128),
					Environment: []types.KeyValuePair{{Name: aws.String("PASSWORD"), Value: aws.String("hunter2")}},
				},
			}))(e)
			return made{ID: "batch-job-definition-life:1", ARN: *out.JobDefinitionArn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "ContainerProperties.Environment[].Name", "PASSWORD")
			if strings.Contains(string(r.Configuration), "hunter2") {
				t.Errorf("a secret is in %s", r.Configuration)
			}
		},
		changes: []change{batchTagChange()},
		fewer:   "a job definition gets further revisions, and is not changed",
	}}
}

// TestClusterOfBatch: the ECS cluster that Batch makes for an environment is the environment's.
func TestClusterOfBatch(t *testing.T) {
	e := newEstate(t)
	environment := makeComputeEnvironment(e, "nodes")
	s := e.capture("batch:compute-environment", "ecs:cluster")
	clusters := of(s, "ecs:cluster")
	if len(clusters) != 1 {
		t.Fatalf("got %d clusters, want one", len(clusters))
	}
	for _, r := range clusters {
		if r.Owner == nil || r.Owner.ID != *environment.ComputeEnvironmentArn || !r.Marked(snapshot.MarkOwned) {
			t.Errorf("its owner: got %+v", r.Owner)
		}
	}
}

// TestDeletingBusyBatch: a queue and an environment are disabled first, and while Batch is at it they are in use.
func TestDeletingBusyBatch(t *testing.T) {
	e := newEstate(t)
	arn := "arn:aws:batch:us-east-1:" + e.Account + ":"
	e.answer("batch", "DescribeJobQueues", `{"jobQueues": [{"jobQueueName": "jobs", "jobQueueArn": "`+arn+`job-queue/jobs", "state": "ENABLED", "status": "UPDATING"}]}`)
	e.answer("batch", "DescribeComputeEnvironments", `{"computeEnvironments": [
		{"computeEnvironmentName": "nodes", "computeEnvironmentArn": "`+arn+`compute-environment/nodes", "state": "ENABLED", "status": "UPDATING"}]}`)
	for _, operation := range []string{"UpdateJobQueue", "UpdateComputeEnvironment", "DeleteJobQueue", "DeleteComputeEnvironment"} {
		e.answer("batch", operation, `{}`)
	}
	for _, kind := range []*collect.Kind{&jobQueue, &computeEnvironment} {
		r := &collect.Resource{Kind: kind.Name, ARN: arn + "x"}
		if err := kind.Delete(e.session.Scope(e, kind, testRegion), r); collect.Classify(err) != collect.ClassInUse {
			t.Errorf("%s: got %v, want that it is in use", kind.Name, err)
		}
	}
	var made []string
	for _, call := range e.Proxy.Calls() {
		if !strings.HasPrefix(call.Operation, "Describe") && call.Service == "batch" {
			made = append(made, call.Operation)
		}
	}
	if !slices.Equal(made, []string{"UpdateJobQueue", "UpdateComputeEnvironment"}) {
		t.Errorf("got the calls %q", made)
	}
}

func TestBatchRefusal(t *testing.T) {
	for message, want := range map[string]collect.Class{
		"Cannot delete, resource is being modified":           collect.ClassInUse,
		"Cannot delete, found existing JobQueue relationship": collect.ClassInUse,
		"Cannot delete, state must be DISABLED":               collect.ClassOther,
	} {
		if got := collect.Classify(batchRefusal(&types.ClientException{Message: &message})); got != want {
			t.Errorf("%q: got %s, want %s", message, got, want)
		}
	}
}
