package diff

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

type object = map[string]any

func TestWhoMadeAChange(t *testing.T) {
	const sg, arn = "sg-0123456789abcdef0", "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0123456789abcdef0"
	items := func(key, id string) object { return object{"items": []any{object{key: id}}} }
	for _, test := range []struct {
		name   string
		events func(f *fakeTrail)
		change Change
		want   string
	}{
		{"a user", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "ec2", "AuthorizeSecurityGroupIngress", "alice", object{"groupId": sg}, nil)
		}, changed(Modified, "ec2:security-group", "eu-west-1", sg, arn), "user/alice ec2:AuthorizeSecurityGroupIngress exact"},
		{"a role's session", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "ec2", "AuthorizeSecurityGroupIngress", "Admin/alice@example.com", object{"groupId": sg}, nil)
		}, changed(Modified, "ec2:security-group", "eu-west-1", sg, arn), "role/Admin alice@example.com ec2:AuthorizeSecurityGroupIngress exact"},
		{"root", func(f *fakeTrail) {
			f.event("us-east-1", 5, "iam", "DeleteRole", "root", object{"roleName": "ops"}, nil)
		},
			changed(Removed, "iam:role", "global", "ops", "arn:aws:iam::111122223333:role/ops"), "root iam:DeleteRole exact"},
		{"a service", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "ec2", "TerminateInstances", "autoscaling.amazonaws.com", object{"instancesSet": items("instanceId", "i-0123456789abcdef0")}, nil)
		}, changed(Removed, "ec2:instance", "eu-west-1", "i-0123456789abcdef0", ""), "autoscaling.amazonaws.com ec2:TerminateInstances exact"},
		{"the latest first, the same once", func(f *fakeTrail) {
			f.event("eu-west-1", 1, "ec2", "CreateTags", "alice", object{"resourcesSet": items("resourceId", sg)}, nil)
			f.event("eu-west-1", 2, "ec2", "CreateTags", "alice", object{"resourcesSet": items("resourceId", sg)}, nil)
			f.event("eu-west-1", 3, "ec2", "RevokeSecurityGroupIngress", "bob", object{"groupId": sg}, nil)
		}, changed(Modified, "ec2:security-group", "eu-west-1", sg, arn),
			"user/bob ec2:RevokeSecurityGroupIngress exact; user/alice ec2:CreateTags exact"},
		{"an event that names it and changes another counts less", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "ec2", "RunInstances", "bob", object{"groupSet": items("groupId", sg)}, nil)
			f.event("eu-west-1", 1, "ec2", "AuthorizeSecurityGroupIngress", "alice", object{"groupId": sg}, nil)
		}, changed(Modified, "ec2:security-group", "eu-west-1", sg, arn), "user/alice ec2:AuthorizeSecurityGroupIngress exact"},
		{"and is told where there is no other", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "ec2", "ModifyInstanceAttribute", "bob", object{"instanceId": "i-0123456789abcdef0", "groupSet": items("groupId", sg)}, nil)
		}, changed(Modified, "ec2:security-group", "eu-west-1", sg, arn), "user/bob ec2:ModifyInstanceAttribute resource"},
		{"denied calls changed nothing", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "ec2", "DeleteSecurityGroup", "mallory", object{"groupId": sg}, nil)["errorCode"] = "Client.UnauthorizedOperation"
		}, changed(Removed, "ec2:security-group", "eu-west-1", sg, arn), "unattributed"},
		{"before the baseline", func(f *fakeTrail) {
			f.event("eu-west-1", -5, "ec2", "DeleteSecurityGroup", "alice", object{"groupId": sg}, nil)
		}, changed(Removed, "ec2:security-group", "eu-west-1", sg, arn), "unattributed"},
		{"another region", func(f *fakeTrail) {
			f.event("eu-central-1", 5, "ec2", "DeleteSecurityGroup", "alice", object{"groupId": sg}, nil)
		}, changed(Removed, "ec2:security-group", "eu-west-1", sg, arn), "unattributed"},
		{"a user of the role's name", func(f *fakeTrail) {
			f.event("us-east-1", 5, "iam", "CreateUser", "alice", object{"userName": "ops"}, object{"user": object{"userName": "ops"}})
			f.event("us-east-1", 6, "iam", "CreateRole", "bob", object{"roleName": "ops"}, object{"role": object{"roleName": "ops"}})
		}, changed(Added, "iam:role", "global", "ops", "arn:aws:iam::111122223333:role/ops"), "user/bob iam:CreateRole exact"},
		{"a queue of the role's name", func(f *fakeTrail) {
			f.event("us-east-1", 5, "sqs", "CreateQueue", "alice", object{"queueName": "ops"}, nil)
			f.event("us-east-1", 6, "sqs", "CreateQueue", "alice", object{"queueName": "other"}, nil)
		}, changed(Added, "iam:role", "global", "ops", "arn:aws:iam::111122223333:role/ops"), "unattributed"},
		{"a queue by its URL", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "sqs", "SetQueueAttributes", "alice", object{"queueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/orders"}, nil)
		}, changed(Modified, "sqs:queue", "eu-west-1", "orders", "arn:aws:sqs:eu-west-1:111122223333:orders"), "user/alice sqs:SetQueueAttributes exact"},
		{"a policy given to a role changes the role", func(f *fakeTrail) {
			f.event("us-east-1", 5, "iam", "AttachRolePolicy", "alice", object{"roleName": "ops", "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess"}, nil)
		}, changed(Modified, "iam:role", "global", "ops", "arn:aws:iam::111122223333:role/ops"), "user/alice iam:AttachRolePolicy exact"},
		{"two subjects", func(f *fakeTrail) {
			f.event("us-east-1", 5, "iam", "AddRoleToInstanceProfile", "alice", object{"roleName": "ops", "instanceProfileName": "web"}, nil)
		}, changed(Modified, "iam:instance-profile", "global", "web", "arn:aws:iam::111122223333:instance-profile/web"), "user/alice iam:AddRoleToInstanceProfile exact"},
		{"a version in the event's name", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "lambda", "UpdateFunctionConfiguration20150331v2", "alice", object{"functionName": "resize"}, nil)
		}, changed(Modified, "lambda:function", "eu-west-1", "resize", "arn:aws:lambda:eu-west-1:111122223333:function:resize"),
			"user/alice lambda:UpdateFunctionConfiguration20150331v2 exact"},
		{"CloudWatch by its old name", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "monitoring", "DeleteAlarms", "alice", object{"alarmNames": []any{"cpu"}}, nil)
		}, changed(Removed, "cloudwatch:alarm", "eu-west-1", "cpu", "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:cpu"), "user/alice monitoring:DeleteAlarms exact"},
		{"a kind with an odd name", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "rds", "CreateDBParameterGroup", "alice", object{"dBParameterGroupName": "pg15"}, object{"dBParameterGroupName": "pg15"})
		}, changed(Added, "rds:pg", "eu-west-1", "pg15", ""), "user/alice rds:CreateDBParameterGroup exact"},
		{"an address", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "ec2", "ReleaseAddress", "alice", object{"allocationId": "eipalloc-0123456789abcdef0"}, nil)
		}, changed(Removed, "ec2:elastic-ip", "eu-west-1", "eipalloc-0123456789abcdef0", ""), "user/alice ec2:ReleaseAddress exact"},
		{"a key scheduled for deletion", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "kms", "ScheduleKeyDeletion", "alice", object{"keyId": "11111111-2222-3333-4444-555555555555"}, nil)
		}, changed(Removed, "kms:key", "eu-west-1", "11111111-2222-3333-4444-555555555555", ""), "user/alice kms:ScheduleKeyDeletion exact"},
		{"the tagging service", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "tagging", "TagResources", "alice", object{"resourceARNList": []any{arn}}, nil)
		}, changed(Modified, "ec2:security-group", "eu-west-1", sg, arn), "user/alice tagging:TagResources exact"},
		{"the only event of the service", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "ec2", "ModifySomethingElse", "alice", nil, nil)
		}, changed(Modified, "ec2:security-group", "eu-west-1", sg, arn), "user/alice ec2:ModifySomethingElse window"},
		{"not the only one", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "ec2", "ModifySomethingElse", "alice", nil, nil)
			f.event("eu-west-1", 6, "ec2", "ModifySomethingElse", "bob", nil, nil)
		}, changed(Modified, "ec2:security-group", "eu-west-1", sg, arn), "unattributed"},
		{"the only one, of another kind", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "ec2", "ModifyVolume", "alice", object{"volumeId": "vol-0123456789abcdef0"}, nil)
		}, changed(Modified, "ec2:security-group", "eu-west-1", sg, arn), "unattributed"},
		{"the only one, of the opposite", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "ec2", "CreateSomethingElse", "alice", nil, nil)
		}, changed(Removed, "ec2:security-group", "eu-west-1", sg, arn), "unattributed"},
		{"what can't be told has nobody", func(f *fakeTrail) {
			f.event("eu-west-1", 5, "ec2", "AuthorizeSecurityGroupIngress", "alice", object{"groupId": sg}, nil)
		}, changed(Unknown, "ec2:security-group", "eu-west-1", sg, arn), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := newFakeTrail(t)
			test.events(f)
			r := f.attribute(ActorOptions{}, test.change)
			if got := by(r.Changes[0]); got != test.want {
				t.Errorf("it was %q, want %q", got, test.want)
			}
			if late := slices.Contains(r.Notes, lateNote); late != (test.want == "unattributed") || len(r.Notes) > 1 {
				t.Errorf("notes %q", r.Notes)
			}
		})
	}
}

// lateNote is what is said of one change that CloudTrail may not show yet.
const lateNote = "CloudTrail shows calls up to 20 minutes late: 1 unattributed change may be of such a call"

// What is surely older than CloudTrail is late is unattributed without more ado: what was made before, and what a capture of
// before shows.
func TestUnattributedForSure(t *testing.T) {
	f := newFakeTrail(t)
	made := func(minute int, marks ...string) Change {
		c := changed(Added, "sqs:queue", "eu-west-1", "orders", "")
		at := lastCut.Add(time.Duration(minute) * time.Minute)
		c.CreatedAt, c.Target = &at, &snapshot.Resource{CreatedAt: &at, Marks: marks}
		return c
	}
	target := &snapshot.Snapshot{Cutoff: lastCut.Add(3 * time.Hour), Accounts: []snapshot.Account{{AccountID: account}}}
	young := &snapshot.Snapshot{Cutoff: lastCut.Add(6*time.Hour - time.Minute), Accounts: []snapshot.Account{{AccountID: account}}}
	for name, test := range map[string]struct {
		change  Change
		options ActorOptions
		late    bool
	}{
		"made hours ago":                         {change: made(10)},
		"made just now":                          {change: made(355), late: true},
		"made hours ago by a date that can move": {change: made(10, snapshot.MarkApproximateDate), late: true},
		"changed at an unknown time":             {change: changed(Modified, "sqs:queue", "eu-west-1", "orders", ""), late: true},
		"changed before an older capture":        {change: changed(Modified, "sqs:queue", "eu-west-1", "orders", ""), options: ActorOptions{Target: target}},
		"changed before a young capture":         {change: changed(Modified, "sqs:queue", "eu-west-1", "orders", ""), options: ActorOptions{Target: young}, late: true},
	} {
		r := f.attribute(test.options, test.change)
		if by(r.Changes[0]) != "unattributed" || slices.Contains(r.Notes, lateNote) != test.late {
			t.Errorf("%s: %q, notes %q", name, by(r.Changes[0]), r.Notes)
		}
	}
}

// One RunInstances makes the instance and its interface, and both get it, and so does who tagged the one since. What is not named
// doesn't.
func TestSeveralChangesOfOneEvent(t *testing.T) {
	f := newFakeTrail(t)
	f.event("eu-west-1", 5, "ec2", "RunInstances", "Deploy/ci", object{"instanceType": "t3.micro"}, object{"instancesSet": object{"items": []any{object{
		"instanceId": "i-0123456789abcdef0", "networkInterfaceSet": object{"items": []any{object{"networkInterfaceId": "eni-0123456789abcdef0"}}},
	}}}})
	f.event("eu-west-1", 9, "ec2", "CreateTags", "bob", object{"resourcesSet": object{"items": []any{object{"resourceId": "i-0123456789abcdef0"}}}}, object{"_return": true})
	r := f.attribute(ActorOptions{},
		changed(Added, "ec2:instance", "eu-west-1", "i-0123456789abcdef0", ""),
		changed(Added, "ec2:network-interface", "eu-west-1", "eni-0123456789abcdef0", ""),
		changed(Added, "ec2:volume", "eu-west-1", "vol-0123456789abcdef0", ""))
	for i, want := range []string{"user/bob ec2:CreateTags exact; role/Deploy ci ec2:RunInstances exact", "role/Deploy ci ec2:RunInstances exact", "unattributed"} {
		if got := by(r.Changes[i]); got != want {
			t.Errorf("%s was made by %q, want %q", r.Changes[i].ID, got, want)
		}
	}
	if a := r.Changes[1].Actors[0]; a.AccountID != testAccount || a.SourceIP != "198.51.100.7" || a.UserAgent != "aws-cli/2.31" || a.EventID == "" || !a.Time.Equal(lastCut.Add(5*time.Minute)) {
		t.Errorf("the actor is %+v", a)
	}
}

// What was added is what it is by whoever made it and by whoever changed it since: nobody's part is taken over by approving
// another's, however often things were changed.
func TestAddedAndChangedByAnother(t *testing.T) {
	const arn = "arn:aws:sqs:eu-west-1:111122223333:shop"
	f := newFakeTrail(t)
	queue := object{"queueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/shop"}
	f.event("eu-west-1", 1, "sqs", "CreateQueue", "alice", object{"queueName": "shop"}, queue)
	f.event("eu-west-1", 2, "sqs", "SetQueueAttributes", "bob", queue, nil)
	added := changed(Added, "sqs:queue", "eu-west-1", "shop", arn)
	r := f.attribute(ActorOptions{}, added)
	if got, want := by(r.Changes[0]), "user/bob sqs:SetQueueAttributes exact; user/alice sqs:CreateQueue exact"; got != want {
		t.Errorf("it was made by %q, want %q", got, want)
	}
	if r.Changes[0].OnlyBy([]string{"*alice"}) || r.Changes[0].OnlyBy([]string{"*bob"}) || !r.Changes[0].OnlyBy([]string{"*alice", "*bob"}) {
		t.Error("whose it alone is, is wrong")
	}
	for i := range 5 {
		f.event("eu-west-1", 3+i, "sqs", "TagQueue", fmt.Sprint("user", i), queue, nil)
	}
	r = f.attribute(ActorOptions{}, added)
	if got := r.Changes[0].Actors; len(got) != 3 || !strings.HasSuffix(got[0].Principal, "user4") || got[2].Event != "sqs:CreateQueue" {
		t.Errorf("the first are %+v", got)
	}
	for _, glob := range []string{"*bob", "*user0", "*alice"} {
		if !r.Changes[0].by([]string{glob}) || r.Changes[0].OnlyBy([]string{glob}) {
			t.Errorf("%s has a part in it, and is not alone", glob)
		}
	}
	// An event that only names the resource is enough for doubt.
	f.event("eu-west-1", 20, "sqs", "DeleteMessageBatch", "carol", queue, nil)
	f.event("eu-west-1", 30, "ec2", "AssociateAddress", "dave", object{"queueUrl": arn}, nil)
	r = f.attribute(ActorOptions{}, added)
	everybody := []string{"*alice", "*bob", "*user?", "*carol"}
	if r.Changes[0].OnlyBy(everybody) || !r.Changes[0].OnlyBy(append(everybody, "*dave")) {
		t.Errorf("dave's event names it: %+v, %+v", r.Changes[0].Actors, r.Changes[0].others)
	}
}

// queues are changes of n queues, and an event for each.
func (f *fakeTrail) queues(region string, n int) (changes []Change) {
	for i := range n {
		name := fmt.Sprintf("q%03d", i)
		f.event(region, i%300+1, "sqs", "SetQueueAttributes", fmt.Sprintf("user%d", i), object{"queueUrl": "https://sqs/" + name}, nil, name)
		changes = append(changes, changed(Modified, "sqs:queue", region, name, "arn:aws:sqs:"+region+":111122223333:"+name))
	}
	return changes
}

// Every change of a region is found in one pass over its pages, through throttling.
func TestPages(t *testing.T) {
	f := newFakeTrail(t)
	changes := f.queues("eu-west-1", 120)
	f.throttle = 2
	r := f.attribute(ActorOptions{}, changes...)
	for i := range r.Changes {
		if want := fmt.Sprintf("user/user%d sqs:SetQueueAttributes exact", i); by(r.Changes[i]) != want {
			t.Errorf("%s: %q, want %q", r.Changes[i].ID, by(r.Changes[i]), want)
		}
	}
	if f.made.Load() != 3 || f.throttle != 0 {
		t.Errorf("%d calls were made for three pages", f.made.Load())
	}
	for _, call := range f.calls {
		if call.attribute != "ReadOnly" || call.value != "false" {
			t.Errorf("asked by %s=%s", call.attribute, call.value)
		}
	}
}

// Global services' events are in the partition's home region; every region is asked for its own.
func TestRegions(t *testing.T) {
	f := newFakeTrail(t)
	f.event("us-east-1", 1, "iam", "CreateRole", "alice", object{"roleName": "ops"}, nil)
	f.event("eu-west-1", 1, "sqs", "CreateQueue", "bob", object{"queueName": "orders"}, nil)
	r := f.attribute(ActorOptions{}, changed(Added, "iam:role", "global", "ops", ""), changed(Added, "sqs:queue", "eu-west-1", "orders", ""))
	if a, b := by(r.Changes[0]), by(r.Changes[1]); a != "user/alice iam:CreateRole exact" || b != "user/bob sqs:CreateQueue exact" {
		t.Errorf("they were %q and %q", a, b)
	}
	for partition, want := range map[string]string{"": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"} {
		if got := HomeRegion(partition); got != want {
			t.Errorf("the home of %q is %s", partition, got)
		}
	}
}

// A refusal is one note, asks in no other region of the account, and leaves the changes' makers unknown.
func TestDenied(t *testing.T) {
	f := newFakeTrail(t)
	regions := []string{"ap-south-1", "eu-west-1", "us-east-1"}
	var changes []Change
	for _, region := range regions {
		f.refuse[region] = "AccessDeniedException"
		changes = append(changes, changed(Added, "sqs:queue", region, "orders", ""))
	}
	r := f.attribute(ActorOptions{}, changes...)
	if f.made.Load() != 1 {
		t.Errorf("%d calls were made", f.made.Load())
	}
	if len(r.Notes) != 1 || !strings.HasPrefix(r.Notes[0], "who changed it is not known where CloudTrail could not be asked") || !strings.Contains(r.Notes[0], "AccessDeniedException: User: arn") {
		t.Errorf("the notes are %q", r.Notes)
	}
	for _, c := range r.Changes {
		if by(c) != "" {
			t.Errorf("%s: %q", c.Region, by(c))
		}
	}
	// That one region is closed says nothing about the others.
	delete(f.refuse, "ap-south-1")
	delete(f.refuse, "us-east-1")
	f.event("us-east-1", 1, "sqs", "CreateQueue", "alice", object{"queueName": "orders"}, nil)
	r = f.attribute(ActorOptions{}, changes...)
	if got := []string{by(r.Changes[0]), by(r.Changes[1]), by(r.Changes[2])}; !slices.Equal(got, []string{"unattributed", "", "user/alice sqs:CreateQueue exact"}) {
		t.Errorf("they were %q", got)
	}
	if len(r.Notes) != 2 || r.Notes[0] != lateNote || !strings.Contains(r.Notes[1], "eu-west-1") {
		t.Errorf("the notes are %q", r.Notes)
	}
}

func TestAccountThatCantBeEntered(t *testing.T) {
	f := newFakeTrail(t)
	r := f.attribute(ActorOptions{Config: func(context.Context, string) (aws.Config, error) { return aws.Config{}, errors.New("no such role") }},
		changed(Added, "sqs:queue", "eu-west-1", "orders", ""))
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "no such role") || by(r.Changes[0]) != "" {
		t.Errorf("the notes are %q", r.Notes)
	}
}

// busy fills a region with events that say nothing of any change, from the cut-off on.
func (f *fakeTrail) busy(region string, n int) {
	for i := range n {
		f.event(region, 1+i*350/n, "logs", "CreateLogStream", "lambda.amazonaws.com", object{"logGroupName": "x", "logStreamName": fmt.Sprint(i)}, nil)
	}
}

// Where few things changed in a busy region, the resources are asked for by name.
func TestByName(t *testing.T) {
	f := newFakeTrail(t)
	f.busy("eu-west-1", 3000)
	f.event("eu-west-1", 30, "sqs", "CreateQueue", "alice", object{"queueName": "orders"}, nil, "orders")
	r := f.attribute(ActorOptions{}, changed(Added, "sqs:queue", "eu-west-1", "orders", "arn:aws:sqs:eu-west-1:111122223333:orders"),
		changed(Added, "sqs:queue", "eu-west-1", "returns", ""))
	if a, b := by(r.Changes[0]), by(r.Changes[1]); a != "user/alice sqs:CreateQueue exact" || b != "unattributed" {
		t.Errorf("they were %q and %q", a, b)
	}
	if f.made.Load() != 1+3 {
		t.Errorf("%d calls were made: %v", f.made.Load(), f.calls)
	}
}

// However many events and changes there are, no region costs more calls than are allowed, and what was not read is said.
func TestCallsAreBounded(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 5))
		f := newFakeTrail(t)
		most := 1 + random.IntN(12)
		f.page = 1 + random.IntN(pageSize)
		f.busy("eu-west-1", random.IntN(800))
		changes := f.queues("eu-west-1", 1+random.IntN(60))
		r := f.attribute(ActorOptions{MaxCalls: most}, changes...)
		if made := f.made.Load(); made > int64(most) {
			t.Fatalf("seed %d: %d calls were made, and %d allowed", seed, made, most)
		}
		for i, c := range r.Changes {
			want := fmt.Sprintf("user/user%d sqs:SetQueueAttributes exact", i)
			if got := by(c); got != want && (got != "" || len(r.Notes) == 0) {
				t.Fatalf("seed %d: %s was %q (%d notes), want %q or to be told that nobody knows", seed, c.ID, got, len(r.Notes), want)
			}
		}
	}
}

func TestRepeatedToken(t *testing.T) {
	f := newFakeTrail(t)
	f.page = 0
	f.busy("eu-west-1", 10)
	r := f.attribute(ActorOptions{MaxCalls: 50}, changed(Added, "sqs:queue", "eu-west-1", "orders", ""))
	if f.made.Load() != 2 || len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "same page token") {
		t.Errorf("%d calls, notes %q", f.made.Load(), r.Notes)
	}
}

// What is older than the baseline is looked for around its creation.
func TestMissed(t *testing.T) {
	f := newFakeTrail(t)
	created := lastCut.Add(-48 * time.Hour)
	missed := changed(Missed, "sqs:queue", "eu-west-1", "orders", "")
	missed.CreatedAt = &created
	f.event("eu-west-1", -48*60+1, "sqs", "CreateQueue", "alice", object{"queueName": "orders"}, nil, "orders")
	f.event("eu-west-1", -10, "sqs", "CreateQueue", "bob", object{"queueName": "orders"}, nil, "orders")
	if r := f.attribute(ActorOptions{}, missed); by(r.Changes[0]) != "user/alice sqs:CreateQueue exact" {
		t.Errorf("it was %q", by(r.Changes[0]))
	}
}

// CloudTrail can be asked about 90 days.
func TestOldBaseline(t *testing.T) {
	f := newFakeTrail(t)
	old := &snapshot.Snapshot{Cutoff: nowThen.Add(-100 * 24 * time.Hour), Accounts: []snapshot.Account{{AccountID: testAccount}}}
	f.event("eu-west-1", 5, "sqs", "CreateQueue", "alice", object{"queueName": "orders"}, nil, "orders")
	r := f.attribute(ActorOptions{Baseline: old}, changed(Added, "sqs:queue", "eu-west-1", "orders", ""), changed(Removed, "sqs:queue", "eu-west-1", "returns", ""))
	if a, b := by(r.Changes[0]), by(r.Changes[1]); a != "user/alice sqs:CreateQueue exact" || b != "" {
		t.Errorf("they were %q and %q", a, b)
	}
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], "CloudTrail keeps 90 days") {
		t.Errorf("the notes are %q", r.Notes)
	}
}

// Two snapshots bound the time at both ends, whichever is the older one.
func TestBetweenSnapshots(t *testing.T) {
	f := newFakeTrail(t)
	for minute, who := range map[int]string{-10: "before", 10: "between", 90: "after"} {
		f.event("eu-west-1", minute, "sqs", "SetQueueAttributes", who, object{"queueUrl": "https://sqs/orders"}, nil)
	}
	side := func(at time.Time) *snapshot.Snapshot {
		return &snapshot.Snapshot{Cutoff: at, Accounts: []snapshot.Account{{AccountID: testAccount}}}
	}
	for _, pair := range [][2]*snapshot.Snapshot{{side(lastCut), side(lastCut.Add(time.Hour))}, {side(lastCut.Add(time.Hour)), side(lastCut)}} {
		r := f.attribute(ActorOptions{Baseline: pair[0], Target: pair[1]}, changed(Modified, "sqs:queue", "eu-west-1", "orders", ""))
		if got := by(r.Changes[0]); got != "user/between sqs:SetQueueAttributes exact" {
			t.Errorf("it was %q", got)
		}
	}
}

func TestFilterByActor(t *testing.T) {
	report := func() *Report {
		f := newFakeTrail(t)
		f.event("eu-west-1", 5, "sqs", "SetQueueAttributes", "Admin/alice@example.com", object{"queueUrl": "https://sqs/a"}, nil)
		f.event("eu-west-1", 6, "sqs", "SetQueueAttributes", "bob", object{"queueUrl": "https://sqs/b"}, nil)
		f.refuse["us-east-1"] = "InternalFailure"
		return f.attribute(ActorOptions{}, changed(Modified, "sqs:queue", "eu-west-1", "a", ""), changed(Modified, "sqs:queue", "eu-west-1", "b", ""),
			changed(Modified, "sqs:queue", "eu-west-1", "c", ""), changed(Modified, "iam:role", "global", "d", ""), changed(Unknown, "sqs:queue", "eu-west-1", "e", ""))
	}
	for _, test := range []struct {
		globs         []string
		want          string
		filtered, may int
	}{
		{[]string{"alice@*"}, "a", 4, 2},
		{[]string{"*role/Admin"}, "a", 4, 2},
		{[]string{"*:user/bob", "alice*"}, "a b", 3, 2},
		{[]string{"carol"}, "", 5, 2},
		{[]string{Unattributed}, "c d e", 2, 0},
		{nil, "a b c d e", 0, 0},
	} {
		r := report()
		r.Narrow(Filter{Actors: test.globs})
		var ids []string
		for _, c := range r.Changes {
			ids = append(ids, c.ID)
		}
		if got := strings.Join(ids, " "); got != test.want || r.Summary.FilteredOut != test.filtered || r.Summary.UnknownFilteredOut != test.may {
			t.Errorf("%v: %q, %d filtered out, %d of them perhaps, want %+v", test.globs, got, r.Summary.FilteredOut, r.Summary.UnknownFilteredOut, test)
		}
	}
}
