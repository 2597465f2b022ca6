package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
	"github.com/aws-baseline/aws-baseline/diff"
)

func TestRolesDenied(t *testing.T) {
	for _, operation := range []string{"ListRoles", "GetAccountAuthorizationDetails"} {
		t.Run(operation, func(t *testing.T) {
			w := newWorld(t)
			w.role("kept")
			w.baseline("--types", "iam:role,sqs:queue")
			w.role("drifted")
			w.queue("drifted", nil)
			w.proxy.Deny("iam", operation)
			r := w.diff(2)
			w.wantTold(r, "added sqs:queue drifted", "unknown iam:role kept")
			if len(r.Coverage) != 1 || r.Coverage[0].Kind != "iam:role" || !strings.Contains(r.Coverage[0].Reason, "AccessDenied") {
				t.Errorf("the gap is not told: %+v", r.Coverage)
			}
			w.must(2, "restore", "--yes")
			w.proxy.Heal()
			w.wantTold(w.diff(1), "added iam:role drifted")
		})
	}
}

func TestBucketPolicyDenied(t *testing.T) {
	w := newWorld(t)
	name := w.bucket("logs")
	c := s3.NewFromConfig(w.proxy.Config(home))
	no(c.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: &name, Policy: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::` + name + `/*"}]}`)}))(t)
	w.baseline("--types", "s3:bucket")
	w.proxy.Deny("s3", "GetBucketPolicy")
	r := w.diff(2)
	w.wantTold(r, "unknown s3:bucket "+name)
	if p := r.Changes[0].Properties; len(p) != 1 || p[0].Path != "Policy" || !strings.Contains(r.Changes[0].Reason, "AccessDenied") {
		t.Errorf("told as %+v", r.Changes[0])
	}
	// The rest of the bucket is compared all the same.
	no(c.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{Bucket: &name, VersioningConfiguration: versioningOn()}))(t)
	w.wantTold(w.diff(2), "modified s3:bucket "+name, "unknown s3:bucket "+name)
	w.proxy.Heal()
	w.wantTold(w.diff(1), "modified s3:bucket "+name)
}

// What S3 answers of a policy has nothing around it that would break: half of one is none.
func TestBucketPolicyCut(t *testing.T) {
	w := newWorld(t)
	name := w.bucket("logs")
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::` + name + `/*"}]}`
	no(s3.NewFromConfig(w.proxy.Config(home)).PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: &name, Policy: &policy}))(t)
	w.baseline("--types", "s3:bucket")
	for _, body := range []string{policy[:len(policy)/2], "{}", `{"Version":"2012-10-17"}`} {
		w.proxy.Instead("s3", "GetBucketPolicy", body)
		r := w.diff(2)
		w.wantTold(r, "unknown s3:bucket "+name)
		if p := r.Changes[0].Properties; len(p) != 1 || p[0].Path != "Policy" || !strings.Contains(r.Changes[0].Reason, "Statement") {
			t.Errorf("%s: told as %+v", body, r.Changes[0])
		}
		w.proxy.Heal()
	}
	w.wantTold(w.diff(0))
}

// Lists that are empty are sent all the same, or an account without such things would be full of gaps.
func TestEmptyListsAreSent(t *testing.T) {
	w := newWorld(t)
	w.must(0, "snapshot", "create", "s", "--regions", home, "--types", "cloudtrail,logs,dynamodb,ecr,ecs,events,kms,lambda,ssm,secretsmanager")
}

// plain is what of a snapshot must not depend on how hard it was to get.
func plain(s *snapshot.Snapshot) string {
	var lines []string
	for _, r := range s.Resources {
		lines = append(lines, r.Key+" "+r.ConfigurationHash)
	}
	for _, c := range s.Coverage {
		lines = append(lines, c.Scope+" "+string(c.State))
	}
	return strings.Join(lines, "\n")
}

func TestThrottled(t *testing.T) {
	w := newWorld(t)
	w.bucket("a")
	w.role("r")
	w.queue("q", nil)
	w.group("g")
	w.must(0, "snapshot", "create", "calm", "--regions", home)
	w.proxy.Throttle("*", "*", testbed.Every(3), testbed.FirstAttempt())
	w.must(0, "snapshot", "create", "throttled", "--regions", home)
	calm, throttled := w.snapshotOf("calm"), w.snapshotOf("throttled")
	if throttled.Metadata.Throttles == 0 {
		t.Fatal("nothing was throttled")
	}
	if plain(calm) != plain(throttled) {
		t.Errorf("throttling changes the snapshot:\n%s\n---\n%s", plain(calm), plain(throttled))
	}
}

func TestPagesThatGoWrong(t *testing.T) {
	const count = 12
	for _, test := range []struct {
		name  string
		fault func(p *testbed.FaultProxy)
		code  int
		state snapshot.State
		seen  int
	}{
		{"cut into pages", func(p *testbed.FaultProxy) { p.Pages("sqs", "ListQueues", 5) }, 0, snapshot.Complete, count},
		{"a page lost", func(p *testbed.FaultProxy) { p.LosePage("sqs", "ListQueues", 5, 3) }, 2, snapshot.Partial, 10},
		{"a token that repeats", func(p *testbed.FaultProxy) { p.RepeatToken("sqs", "ListQueues") }, 2, snapshot.Partial, count},
		{"a web page", func(p *testbed.FaultProxy) { p.HTML("sqs", "ListQueues", 403) }, 2, snapshot.Failed, 0},
		{"an emulator that lacks it", func(p *testbed.FaultProxy) { p.HTML("sqs", "ListQueues", 500) }, 0, snapshot.Unavailable, 0},
		{"a broken body, once", func(p *testbed.FaultProxy) { p.TruncateBody("sqs", "ListQueues", testbed.FirstAttempt()) }, 0, snapshot.Complete, count},
		{"a reset connection, once", func(p *testbed.FaultProxy) { p.Reset("sqs", "ListQueues", testbed.FirstAttempt()) }, 0, snapshot.Complete, count},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			for i := range count {
				w.queue("q"+string(rune('a'+i)), nil)
			}
			test.fault(w.proxy)
			w.must(test.code, "snapshot", "create", "s", "--regions", home, "--types", "sqs,ec2:vpc")
			s := w.snapshotOf("s")
			at := slices.IndexFunc(s.Coverage, func(c snapshot.Coverage) bool { return c.Kind == "sqs:queue" })
			if c := s.Coverage[at]; c.State != test.state || c.Resources != test.seen {
				t.Errorf("%s with %d queues (%s), want %s with %d", c.State, c.Resources, c.Why(), test.state, test.seen)
			}
			active := strings.Contains(w.must(0, "snapshot", "list").stdout, "yes")
			if active != (test.code == 0) {
				t.Errorf("active: %v", active)
			}
		})
	}
}

// instead puts a text in the place of the answers of some operations.
func (w *world) instead(body string, operations ...string) {
	for _, name := range operations {
		service, operation, _ := strings.Cut(name, ":")
		w.proxy.Instead(service, operation, body)
	}
}

// wantUnknown checks that a report has something, and that nothing came, went or changed.
func (w *world) wantUnknown(r *diff.Report) {
	w.Helper()
	for _, word := range told(r) {
		if !strings.HasPrefix(word, "unknown ") {
			w.Errorf("told: %s", word)
		}
	}
	if len(r.Changes) == 0 {
		w.Error("nothing is told")
	}
}

// Whatever answers in AWS's place, that is no answer: nothing came, went or changed.
func TestAnswersThatAreNotAWSs(t *testing.T) {
	w := newWorld(t)
	w.role("r")
	w.queue("q", nil)
	w.group("g")
	name := w.bucket("b")
	buckets, keys := s3.NewFromConfig(w.proxy.Config(home)), kms.NewFromConfig(w.proxy.Config(home))
	no(buckets.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{Bucket: &name, VersioningConfiguration: versioningOn()}))(t)
	no(sns.NewFromConfig(w.proxy.Config(home)).CreateTopic(t.Context(), &sns.CreateTopicInput{Name: aws.String("t")}))(t)
	no(keys.CreateKey(t.Context(), &kms.CreateKeyInput{}))(t)
	w.baseline("--types", "iam:role,sqs:queue,ec2:security-group,s3:bucket,sns:topic,kms:key")

	xmlLists := []string{"iam:*", "ec2:DescribeSecurityGroups", "s3:ListBuckets", "sns:ListTopics"}
	xmlParts := []string{"s3:GetBucketVersioning", "s3:GetBucketAcl", "s3:GetBucketEncryption", "sns:GetTopicAttributes"}
	jsonLists, jsonParts := []string{"sqs:ListQueues", "kms:ListKeys"}, []string{"sqs:GetQueueAttributes", "kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus"}
	for _, test := range []struct {
		name, body        string
		operations        []string
		scopes, resources int // that are told
	}{
		{"text for lists", "OK", slices.Concat(xmlLists, jsonLists), 6, 6},
		{"other XML for lists", "<a></a>", slices.Concat(xmlLists, jsonLists), 6, 6},
		{"JSON for lists in XML", "{}", xmlLists, 4, 4},
		{"the beginning of a list", "<DescribeSecurityGroupsResponse/>", []string{"ec2:DescribeSecurityGroups"}, 1, 1},
		{"text for parts", "OK", slices.Concat(xmlParts, jsonParts), 0, 4},
		{"nothing for lists in JSON", "{}", []string{"kms:ListKeys"}, 1, 1},
		{"another's list for lists in JSON", `{"Vaults":[{"Name":"x"}],"RequestId":"1"}`, []string{"kms:ListKeys"}, 1, 1},
		{"another's list for parts", `{"Vaults":[{"Name":"x"}],"RequestId":"1"}`, jsonParts, 0, 2},
		{"nothing for parts", "{}", slices.Concat(xmlParts, jsonParts), 0, 4},
		{"other XML for parts", "<a></a>", slices.Concat(xmlParts, jsonParts), 0, 4},
	} {
		t.Run(test.name, func(t *testing.T) {
			defer w.proxy.Heal()
			w.instead(test.body, test.operations...)
			r := w.diff(2)
			w.wantUnknown(r)
			kinds := make(map[string]bool)
			for _, c := range r.Changes {
				kinds[c.Kind] = true
			}
			if len(r.Coverage) != test.scopes || len(kinds) != test.resources {
				t.Errorf("%d scopes and things of %d kinds are told, want %d and %d: %v", len(r.Coverage), len(kinds), test.scopes, test.resources, told(r))
			}
			for _, c := range r.Coverage {
				if c.Target != snapshot.Failed || !strings.Contains(c.Reason, "NotAnAWSAnswer") {
					t.Errorf("%s is %s: %s", c.Kind, c.Target, c.Reason)
				}
			}
		})
	}
	t.Run("once", func(t *testing.T) {
		for _, name := range slices.Concat(xmlLists, xmlParts, jsonLists, jsonParts) {
			service, operation, _ := strings.Cut(name, ":")
			w.proxy.Instead(service, operation, "OK", testbed.FirstAttempt())
		}
		w.wantTold(w.diff(0))
	})
}

// Which keys wait for their deletion is known from DescribeKey: where that is denied, none came and none went.
func TestKeysDenied(t *testing.T) {
	w := newWorld(t)
	c := kms.NewFromConfig(w.proxy.Config(home))
	key := func() string {
		return *no(c.CreateKey(t.Context(), &kms.CreateKeyInput{}))(t).KeyMetadata.KeyId
	}
	kept, dying := key(), key()
	no(c.ScheduleKeyDeletion(t.Context(), &kms.ScheduleKeyDeletionInput{KeyId: &dying}))(t)
	w.baseline("--types", "kms:key")
	w.proxy.Deny("kms", "DescribeKey")
	r := w.diff(2)
	w.wantTold(r, "unknown kms:key "+kept, "unknown kms:key "+dying)
	for _, change := range r.Changes {
		if !strings.Contains(change.Reason, "AccessDenied") {
			t.Errorf("%s: %s", change.ID, change.Reason)
		}
	}
	w.nextSecond()
	w.must(2, "snapshot", "create", "denied", "--regions", home, "--types", "kms:key")
	w.proxy.Heal()
	w.wantTold(w.diff(0))
	w.wantTold(w.diff(2, "denied"), "unknown kms:key "+kept, "unknown kms:key "+dying)

	// Nor is a key of AWS's a new one.
	w.proxy.Deny("kms", "ListAliases")
	w.proxy.Deny("kms", "DescribeKey")
	w.wantTold(w.diff(2), "unknown kms:key "+kept, "unknown kms:key "+dying)
}

// No scope complete: nothing is saved. Complete but empty is saved.
func TestNothingSeen(t *testing.T) {
	w := newWorld(t)
	w.proxy.Deny("sqs", "*")
	got := w.must(2, "snapshot", "create", "s", "--regions", home, "--types", "sqs")
	if !strings.Contains(got.stderr, "nothing was saved") || !strings.Contains(got.stderr, "AccessDenied") || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("said: %s", got.stderr)
	}
	w.must(2, "snapshot", "show", "s")
	w.proxy.Heal()
	w.must(0, "snapshot", "create", "s", "--regions", home, "--types", "sqs")
	if s := w.snapshotOf("s"); len(s.Resources) != 0 || !s.Whole() {
		t.Errorf("%d resources, whole %v", len(s.Resources), s.Whole())
	}
}

func TestExpiredOnTheWay(t *testing.T) {
	w := newWorld(t)
	w.queue("q", nil)
	w.proxy.Expire("*", "*", testbed.From(12))
	got := w.must(3, "snapshot", "create", "s", "--regions", home, "--concurrency", "1")
	if !strings.Contains(got.stderr, "expired") {
		t.Errorf("said: %s", got.stderr)
	}
	// The breaker: what was under way ends, and nothing new is asked.
	if n := w.proxy.Total(); n > 20 {
		t.Errorf("%d calls were made after the credentials expired", n-11)
	}
	if strings.Contains(w.run("snapshot", "list").stdout, "yes") {
		t.Error("it became active")
	}
}

func TestNoWayIn(t *testing.T) {
	for _, test := range []struct {
		name string
		env  map[string]string
		args []string
		set  func(p *testbed.FaultProxy)
		code int
		says string
	}{
		{name: "no credentials", env: map[string]string{"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": ""}, code: 3, says: "unable to locate credentials"},
		{name: "no such profile", args: []string{"--profile", "nobody"}, code: 3, says: `the profile "nobody" does not exist`},
		{name: "expired", set: func(p *testbed.FaultProxy) { p.Expire("sts", "*") }, code: 3, says: "credentials expired"},
		{name: "refused", args: []string{"--endpoint-url", "http://127.0.0.1:1"}, code: 2, says: "can't reach AWS at http://127.0.0.1:1"},
		{name: "no URL", args: []string{"--endpoint-url", "nonsense"}, code: 80, says: "not an endpoint URL"},
		{name: "no such region", args: []string{"--regions", "mars-north-1"}, code: 80, says: "mars-north-1"},
	} {
		for _, command := range [][]string{{"snapshot", "create"}, {"diff"}, {"restore", "--yes"}, {"restore", "plan"}, {"cost"}} {
			if test.name == "no such region" && command[0] != "snapshot" {
				continue
			}
			t.Run(test.name+" "+command[0], func(t *testing.T) {
				w := newWorld(t)
				t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:1")
				for name, value := range test.env {
					t.Setenv(name, value)
				}
				if test.set != nil {
					test.set(w.proxy)
				}
				got := w.must(test.code, append(command, test.args...)...)
				if !strings.Contains(got.stderr, test.says) || strings.Count(got.stderr, "\n") != 1 || got.stdout != "" {
					t.Errorf("said on stdout %q, on stderr %q", got.stdout, got.stderr)
				}
				if _, err := os.Stat("snapshots"); err == nil {
					t.Error("something was written")
				}
			})
		}
	}
}
