package main

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
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
