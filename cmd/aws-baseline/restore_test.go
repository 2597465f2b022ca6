package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
	"github.com/aws-baseline/aws-baseline/restore"
)

// plan makes a plan and reads its file.
func (w *world) plan(code int, args ...string) *restore.Plan {
	w.Helper()
	w.must(code, append([]string{"restore", "plan", "--out", "plan.json"}, args...)...)
	data, err := os.ReadFile("plan.json")
	if err != nil {
		w.Fatal(err)
	}
	plan, err := restore.ReadPlan(data)
	if err != nil {
		w.Fatal(err)
	}
	return plan
}

// held are the reasons of what a plan holds back, by id.
func held(p *restore.Plan) map[string]string {
	reasons := make(map[string]string)
	for _, h := range p.Held {
		reasons[h.ID] = h.Reason
	}
	return reasons
}

// network is a VPC with everything in it that makes an order of deletion necessary.
func (w *world) network() {
	w.Helper()
	ctx, c := w.Context(), ec2.NewFromConfig(w.proxy.Config(home))
	vpc := no(c.CreateVpc(ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.9.0.0/16")}))(w).Vpc.VpcId
	subnet := no(c.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: vpc, CidrBlock: aws.String("10.9.1.0/24")}))(w).Subnet.SubnetId
	gateway := no(c.CreateInternetGateway(ctx, &ec2.CreateInternetGatewayInput{}))(w).InternetGateway.InternetGatewayId
	no(c.AttachInternetGateway(ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: gateway, VpcId: vpc}))(w)
	table := no(c.CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: vpc}))(w).RouteTable.RouteTableId
	no(c.CreateRoute(ctx, &ec2.CreateRouteInput{RouteTableId: table, DestinationCidrBlock: aws.String("0.0.0.0/0"), GatewayId: gateway}))(w)
	no(c.AssociateRouteTable(ctx, &ec2.AssociateRouteTableInput{RouteTableId: table, SubnetId: subnet}))(w)
	group := func(name string) *string {
		return no(c.CreateSecurityGroup(ctx, &ec2.CreateSecurityGroupInput{GroupName: &name, Description: &name, VpcId: vpc}))(w).GroupId
	}
	a, b := group("a"), group("b")
	for _, pair := range [][2]*string{{a, b}, {b, a}} {
		no(c.AuthorizeSecurityGroupIngress(ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: pair[0], IpPermissions: []ec2types.IpPermission{{
			IpProtocol: aws.String("tcp"), FromPort: aws.Int32(443), ToPort: aws.Int32(443), UserIdGroupPairs: []ec2types.UserIdGroupPair{{GroupId: pair[1]}},
		}}}))(w)
	}
	eni := no(c.CreateNetworkInterface(ctx, &ec2.CreateNetworkInterfaceInput{SubnetId: subnet, Groups: []string{*a}}))(w).NetworkInterface.NetworkInterfaceId
	instance := no(c.RunInstances(ctx, &ec2.RunInstancesInput{
		ImageId: aws.String("ami-12345678"), MinCount: aws.Int32(1), MaxCount: aws.Int32(1), SubnetId: subnet, SecurityGroupIds: []string{*b},
	}))(w).Instances[0].InstanceId
	no(c.AttachNetworkInterface(ctx, &ec2.AttachNetworkInterfaceInput{NetworkInterfaceId: eni, InstanceId: instance, DeviceIndex: aws.Int32(1)}))(w)
	address := no(c.AllocateAddress(ctx, &ec2.AllocateAddressInput{Domain: ec2types.DomainTypeVpc}))(w).AllocationId
	no(c.AssociateAddress(ctx, &ec2.AssociateAddressInput{AllocationId: address, NetworkInterfaceId: eni}))(w)
}

// identities are a role in a profile with a policy attached.
func (w *world) identities() {
	w.Helper()
	ctx, c := w.Context(), iam.NewFromConfig(w.proxy.Config(home))
	w.role("app")
	policy := no(c.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("app"), PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}`)}))(w).Policy.Arn
	no(c.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String("app"), PolicyArn: policy}))(w)
	no(c.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String("app")}))(w)
	no(c.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: aws.String("app"), RoleName: aws.String("app")}))(w)
}

// On a server that refuses what AWS refuses, and whose deletions linger, everything goes and nothing else.
func TestRestoreInOrder(t *testing.T) {
	w := newWorld(t)
	w.role("kept")
	w.group("kept")
	bucket := w.bucket("kept")
	w.baseline()
	w.network()
	w.identities()
	data := w.bucket("data")
	no(s3.NewFromConfig(w.proxy.Config(home)).PutObject(t.Context(), &s3.PutObjectInput{Bucket: &data, Key: aws.String("k"), Body: strings.NewReader("v")}))(t)
	w.proxy.Strict()
	w.proxy.Linger("ec2", "DescribeInstances", 2)
	w.proxy.Linger("ec2", "DescribeNetworkInterfaces", 1)
	got := w.must(0, "restore", "--yes")
	if !strings.Contains(got.stdout, "No differences") {
		t.Errorf("the proof says\n%s", got.stdout)
	}
	for _, call := range w.proxy.Calls() {
		if call.Code == "DependencyViolation" || call.Code == "DeleteConflict" {
			t.Errorf("%s:%s was called out of order: %s", call.Service, call.Operation, call.Code)
		}
	}
	no(s3.NewFromConfig(w.proxy.Config(home)).HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: &bucket}))(t)
}

// The process is killed while a deletion is under way; another run finishes.
func TestRestoreKilled(t *testing.T) {
	for _, moment := range []testbed.Moment{testbed.Before, testbed.After} {
		w := newWorld(t)
		w.queue("kept", nil)
		w.baseline("--types", "sqs,iam")
		w.identities()
		w.queue("added", nil)
		plan := w.plan(0)
		child := exec.Command("aws-baseline", "restore", "apply", "plan.json")
		w.proxy.KillAt(2, moment, func(*testbed.Call) {
			_ = child.Process.Kill()
			_, _ = child.Process.Wait()
		})
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		_ = child.Wait()
		if left := w.diff(1); len(left.Changes) == 0 || len(left.Changes) > plan.Summary.Deletions {
			t.Fatalf("the kill left %q", told(left))
		}
		w.must(0, "restore", "apply", "plan.json")
		w.wantTold(w.diff(0))
		// And once more: there is nothing left to do.
		w.must(0, "restore", "apply", "plan.json")
	}
}

func TestRestoreHoldsBack(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.role("kept")
	w.baseline("--types", "sqs,iam,dynamodb")
	identities := iam.NewFromConfig(w.proxy.Config(home))

	w.queue("excluded", nil)
	w.queue("tagged", map[string]string{"keep": "yes"})
	w.queue("added", nil)
	no(identities.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("moto")}))(t) // whom moto takes every caller for
	no(dynamodb.NewFromConfig(w.proxy.Config(home)).CreateTable(ctx, &dynamodb.CreateTableInput{
		TableName: aws.String("guarded"), DeletionProtectionEnabled: aws.Bool(true), BillingMode: dynamodbtypes.BillingModePayPerRequest,
		AttributeDefinitions: []dynamodbtypes.AttributeDefinition{{AttributeName: aws.String("k"), AttributeType: dynamodbtypes.ScalarAttributeTypeS}},
		KeySchema:            []dynamodbtypes.KeySchemaElement{{AttributeName: aws.String("k"), KeyType: dynamodbtypes.KeyTypeHash}},
	}))(t)
	attached := no(identities.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: aws.String("attached"), PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}]}`)}))(t).Policy.Arn
	no(identities.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String("kept"), PolicyArn: attached}))(t)

	plan := w.plan(0, "--exclude", "arn:aws:sqs:us-east-1:"+w.proxy.Account+":excluded", "--exclude-tag", "keep=yes")
	var goes []string
	for _, action := range plan.Actions {
		goes = append(goes, action.ID)
	}
	if !slices.Equal(goes, []string{"added"}) {
		t.Errorf("the plan deletes %q", goes)
	}
	reasons := held(plan)
	for id, want := range map[string]string{
		"excluded": "--exclude", "tagged": "--exclude-tag", "moto": "credentials in use", "guarded": "protected", *attached: "role/kept",
	} {
		if !strings.Contains(reasons[id], want) {
			t.Errorf("%s is held because %q, want %q", id, reasons[id], want)
		}
	}
	w.must(1, "restore", "apply", "plan.json")
	for _, c := range w.proxy.Calls() {
		if c.Deletes() && !(c.Service == "sqs" && c.Operation == "DeleteQueue") {
			t.Errorf("%s:%s was called", c.Service, c.Operation)
		}
	}
}

// A table that a subnet of the baseline uses stays: taking it away would change the subnet.
func TestUsedByTheBaseline(t *testing.T) {
	w := newWorld(t)
	ctx, c := t.Context(), ec2.NewFromConfig(w.proxy.Config(home))
	vpc := aws.String(w.vpc())
	subnet := no(c.CreateSubnet(ctx, &ec2.CreateSubnetInput{VpcId: vpc, CidrBlock: aws.String("172.31.200.0/24")}))(t).Subnet.SubnetId
	w.baseline("--types", "ec2")
	table := no(c.CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: vpc}))(t).RouteTable.RouteTableId
	no(c.AssociateRouteTable(ctx, &ec2.AssociateRouteTableInput{RouteTableId: table, SubnetId: subnet}))(t)
	free := no(c.CreateRouteTable(ctx, &ec2.CreateRouteTableInput{VpcId: vpc}))(t).RouteTable.RouteTableId
	plan := w.plan(0)
	if len(plan.Actions) != 1 || plan.Actions[0].ID != *free || !strings.Contains(held(plan)[*table], *subnet) {
		t.Errorf("actions %+v, held %v", plan.Actions, held(plan))
	}
}

// A protection that can't be read is a protection.
func TestProtectionUnknown(t *testing.T) {
	w := newWorld(t)
	w.baseline("--types", "ec2")
	w.network()
	w.proxy.Deny("ec2", "DescribeInstanceAttribute", testbed.When(func(c *testbed.Call) bool { return c.Mentions("disableApiTermination") }))
	plan := w.plan(0, "--types", "ec2:instance")
	if len(plan.Actions) > 0 {
		t.Errorf("the plan deletes %+v", plan.Actions)
	}
	found := false
	for _, h := range plan.Held {
		found = found || h.Kind == "ec2:instance" && strings.Contains(h.Reason, "can't be told")
	}
	if !found {
		t.Errorf("held: %+v", plan.Held)
	}
}

func TestPlanNoLongerFits(t *testing.T) {
	w := newWorld(t)
	c := sqs.NewFromConfig(w.proxy.Config(home))
	w.baseline("--types", "sqs")
	changed := w.queue("changed", nil)
	tagged := w.queue("tagged", nil)
	gone := w.queue("gone", nil)
	w.queue("fits", nil)
	w.plan(0)
	no(c.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: &changed, Attributes: map[string]string{"VisibilityTimeout": "77"}}))(t)
	no(c.TagQueue(t.Context(), &sqs.TagQueueInput{QueueUrl: &tagged, Tags: map[string]string{"keep": "me"}}))(t)
	no(c.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: &gone}))(t)
	w.queue("since", nil)
	got := w.must(1, "restore", "apply", "plan.json", "-o", "json")
	var outcome restore.Outcome
	if err := json.Unmarshal([]byte(got.stdout), &outcome); err != nil {
		t.Fatal(err)
	}
	results := make(map[string]string)
	for _, r := range outcome.Results {
		results[r.Action.ID] = string(r.State) + " " + r.Reason
	}
	for id, want := range map[string]string{
		"changed": "skipped its configuration changed", "tagged": "skipped its tags changed", "gone": "gone already gone", "fits": "gone",
	} {
		if !strings.HasPrefix(results[id], want) {
			t.Errorf("%s: %q, want %q", id, results[id], want)
		}
	}
	w.wantTold(w.diff(1), "added sqs:queue changed", "added sqs:queue tagged", "added sqs:queue since")
}

// What waits for others is checked too: a policy that was changed stays, though the role that it is attached to goes.
func TestPlanNoLongerFitsWhatWaits(t *testing.T) {
	w := newWorld(t)
	w.baseline("--types", "iam")
	w.identities()
	w.plan(0)
	c := iam.NewFromConfig(w.proxy.Config(home))
	arn := "arn:aws:iam::" + w.proxy.Account + ":policy/app"
	no(c.CreatePolicyVersion(t.Context(), &iam.CreatePolicyVersionInput{PolicyArn: &arn, SetAsDefault: true, PolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`)}))(t)
	w.must(1, "restore", "apply", "plan.json")
	w.wantTold(w.diff(1), "added iam:policy app")
}

func TestRestoreRefuses(t *testing.T) {
	w := newWorld(t)
	w.queue("old", nil)
	w.baseline("--types", "sqs")
	w.queue("a", nil)
	w.queue("b", nil)
	w.plan(0)
	plan, err := os.ReadFile("plan.json")
	if err != nil {
		t.Fatal(err)
	}
	write := func(name string, data []byte) {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("edited.json", []byte(strings.Replace(string(plan), `"id": "a"`, `"id": "old"`, 1)))
	write("garbage.json", []byte("{"))
	for _, test := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"no terminal", []string{"restore"}, 80, "--yes"},
		{"too many", []string{"restore", "--yes", "--max-deletes", "1"}, 2, "--max-deletes"},
		{"too many in a plan", []string{"restore", "apply", "plan.json", "--max-deletes", "1"}, 2, "--max-deletes"},
		{"an edited plan", []string{"restore", "apply", "edited.json"}, 2, "edited"},
		{"no plan", []string{"restore", "apply", "garbage.json"}, 2, "not a restore plan"},
		{"a snapshot for a plan", []string{"restore", "apply", "snapshots/base.json"}, 2, "not a restore plan"},
		{"a missing plan", []string{"restore", "apply", "missing.json"}, 2, "there is no plan"},
		{"a missing baseline", []string{"restore", "nobody", "--yes"}, 2, "no such snapshot"},
		{"an unknown type", []string{"restore", "--yes", "--types", "sqs:queues"}, 80, "sqs:queue"},
	} {
		if got := w.must(test.code, test.args...); !strings.Contains(got.stderr, test.says) || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: said %q", test.name, got.stderr)
		}
	}
	w.must(0, "restore", "--dry-run")
	other := testbed.Proxy(t, testbed.Moto(t).URL)
	if got := w.must(2, "restore", "apply", "plan.json", "--endpoint-url", other.URL); !strings.Contains(got.stderr, "another account") {
		t.Errorf("another account: said %q", got.stderr)
	}
	if got := w.run("restore", "base", "--yes", "--endpoint-url", other.URL); got.code != 2 || !strings.Contains(got.stderr, "another account") {
		t.Errorf("another account: %d, said %q", got.code, got.stderr)
	}
	file, err := os.ReadFile("snapshots/base.json")
	if err != nil {
		t.Fatal(err)
	}
	write("snapshots/base.json", []byte(strings.Replace(string(file), `:old"`, `:older"`, 1)))
	if got := w.run("restore", "--yes"); got.code != 2 || !strings.Contains(got.stderr, "edited") {
		t.Errorf("an edited baseline: %d, said %q", got.code, got.stderr)
	}
	if n := w.proxy.Count("sqs", "DeleteQueue"); n != 0 {
		t.Errorf("%d queues were deleted", n)
	}
}

// What was created before the baseline and is not in it was missed: never deleted.
func TestRestoreLeavesWhatWasMissed(t *testing.T) {
	w := newWorld(t)
	w.queue("missed", nil)
	w.nextSecond()
	hide := w.proxy.Intercept("sqs", "ListQueues", func(c *testbed.Call, next func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		answer := next(c)
		answer.Body = []byte("{}")
		return answer
	})
	w.must(0, "snapshot", "create", "base", "--regions", home, "--types", "sqs")
	hide()
	w.wantTold(w.diff(1), "missed sqs:queue missed")
	w.must(1, "restore", "--yes")
	if n := w.proxy.Count("sqs", "DeleteQueue"); n != 0 {
		t.Errorf("%d queues were deleted", n)
	}
}
