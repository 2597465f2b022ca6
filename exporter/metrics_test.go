package exporter

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// Objects in, exposition text out. The file full.txt has every metric: the tests of the dashboards read it.
func TestExposition(t *testing.T) {
	baseline := capture(start.Add(-time.Hour),
		scope{region: "eu-west-1", kind: "ec2:vpc", ids: []string{"gone", "same", "other=1"}},
		scope{region: "eu-west-1", kind: "ec2:subnet", ids: []string{"unseen"}},
		scope{region: "eu-west-1", kind: "ec2:instance"},
		scope{region: "eu-west-1", kind: "lambda:function", ids: []string{"f=1"}},
		scope{region: "eu-west-1", kind: "sqs:queue", state: snapshot.Failed, code: "InternalError"},
		scope{region: "global", kind: "s3:bucket", ids: []string{"logs@us-east-1"}},
		scope{region: "global", kind: "iam:role", ids: []string{"admin"}},
	)
	baseline.Name, baseline.Digest = "prod-2026-04", "sha256:0123"
	now := []scope{
		{region: "eu-west-1", kind: "ec2:vpc", ids: []string{"same", "other=2", "new-vpc", "old-vpc"}},
		{region: "eu-west-1", kind: "ec2:subnet", state: snapshot.Denied, code: "UnauthorizedOperation", scp: true},
		{region: "eu-west-1", kind: "ec2:instance"},
		{region: "eu-west-1", kind: "lambda:function", state: snapshot.Partial, code: "Throttling", ids: []string{"f=2"}},
		{region: "eu-west-1", kind: "sqs:queue", ids: []string{"new-queue"}},
		{region: "eu-west-1", kind: "apprunner:service", state: snapshot.Unavailable, code: "NoSuchHost"},
		{region: "global", kind: "s3:bucket", ids: []string{"logs@us-east-1"}},
		{region: "global", kind: "iam:role", ids: []string{"admin"}},
	}
	for name, build := range map[string]func(t *testing.T) *rig{
		"full.txt": func(t *testing.T) *rig {
			r := newRig(t, t.TempDir(), func(r *rig, o *Options) {
				o.CostInterval = 24 * time.Hour
				o.Cost = func(context.Context, *snapshot.Snapshot, *snapshot.Snapshot) (CostReport, error) { return april(), nil }
				o.Attribute = func(context.Context, string, *diff.Report, diff.ActorOptions) (Counts, error) { return Counts{}, nil }
				o.MaxSeries = 12
			})
			r.baseline = baseline
			r.counts = Counts{Calls: 40, Throttles: 3, Failures: 5, Operations: map[string]int64{"EC2: DescribeVpcs": 30, "IAM: ListRoles": 8}}
			s := capture(start, now...)
			for i := range s.Resources {
				if s.Resources[i].Kind == "s3:bucket" {
					s.Resources[i].Unknown = []snapshot.Unknown{{Path: "Policy", Code: "AccessDenied", Message: "no"}}
				}
			}
			r.capturing(s)
			if err := r.queryCost(t.Context()); err != nil {
				t.Fatal(err)
			}
			r.rememberActors(actorsNote{Succeeded: start})
			return r
		},
		"no_baseline.txt": func(t *testing.T) *rig {
			r := newRig(t, t.TempDir(), nil)
			r.capturing(capture(start, now...))
			return r
		},
		"nothing_yet.txt": func(t *testing.T) *rig { return newRig(t, t.TempDir(), nil) },
		"too_old.txt": func(t *testing.T) *rig {
			r := newRig(t, t.TempDir(), nil)
			r.baseline = baseline
			r.capturing(capture(start, now...))
			r.now = start.Add(3*DefaultInterval + time.Second)
			return r
		},
	} {
		t.Run(name, func(t *testing.T) {
			text := build(t).scrape()
			golden(t, name, text)
			problems, err := promlint.New(strings.NewReader(text)).Lint()
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range problems {
				t.Errorf("%s: %s", p.Metric, p.Text)
			}
		})
	}
}

// Every family is in the golden scrape, so that what is compared with it is compared with all.
func TestGoldenScrapeIsFull(t *testing.T) {
	text := readGolden(t, "full.txt")
	for _, f := range newMetrics().all() {
		if len(samples(text, f.name+"{"))+len(samples(text, f.name+" ")) == 0 {
			t.Errorf("full.txt has no %s", f.name)
		}
		// Pages are sorted by the labels in this order, and a scrape wants the alphabet.
		if !slices.IsSorted(f.labels) {
			t.Errorf("the labels of %s are not sorted: %v", f.name, f.labels)
		}
	}
}

func TestPromtool(t *testing.T) {
	if os.Getenv("AWS_BASELINE_INTEGRATION") != "1" {
		t.Skip("set AWS_BASELINE_INTEGRATION=1")
	}
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed; Debian has it in the package prometheus")
	}
	for _, name := range []string{"full.txt", "no_baseline.txt", "nothing_yet.txt", "too_old.txt"} {
		check := exec.Command(promtool, "check", "metrics")
		check.Stdin = strings.NewReader(readGolden(t, name))
		if out, err := check.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

// What could not be looked at goes away; it does not become 0, and what could be stays.
func TestFailedScopeDropsOut(t *testing.T) {
	r := newRig(t, t.TempDir(), nil)
	vpcs := scope{region: "eu-west-1", kind: "ec2:vpc", ids: []string{"a", "b=1", "c"}}
	roles := scope{region: "global", kind: "iam:role", ids: []string{"admin"}}
	r.baseline = capture(start.Add(-time.Hour), vpcs, roles)
	vpcs.ids = []string{"a", "b=2"}
	r.capturing(capture(start, vpcs, roles))
	const vpc = `{account_id="111111111111",aws_region="eu-west-1",`
	for _, want := range []string{
		`aws_baseline_resources` + vpc + `kind="ec2:vpc"} 2`,
		`aws_baseline_drift_resources` + vpc + `change="modified",kind="ec2:vpc"} 1`,
		`aws_baseline_drift_resources` + vpc + `change="removed",kind="ec2:vpc"} 1`,
		`aws_baseline_drift_resources` + vpc + `change="added",kind="ec2:vpc"} 0`,
	} {
		if text := r.scrape(); !strings.Contains(text, want+"\n") {
			t.Errorf("no %s in\n%s", want, text)
		}
	}

	r.capturing(capture(start.Add(6*time.Hour), scope{region: "eu-west-1", kind: "ec2:vpc", state: snapshot.Denied, code: "UnauthorizedOperation"}, roles))
	text := r.scrape()
	for _, family := range []string{"aws_baseline_resources", "aws_baseline_drift_resources"} {
		for _, line := range samples(text, family+"{") {
			if strings.Contains(line, "ec2:vpc") {
				t.Errorf("the list was denied: %s", line)
			}
		}
		if !slices.ContainsFunc(samples(text, family+"{"), func(line string) bool { return strings.Contains(line, "iam:role") }) {
			t.Errorf("%s lost the roles", family)
		}
	}
	for _, want := range []string{
		`aws_baseline_scope_state` + vpc + `code="UnauthorizedOperation",kind="ec2:vpc",scp="",state="denied"} 1`,
		`aws_baseline_drift_undetermined_resources` + vpc + `kind="ec2:vpc"} 3`,
		`aws_baseline_capture_incomplete_scopes{account_id="111111111111",state="denied"} 1`,
		`aws_baseline_drift_gap_scopes{account_id="111111111111"} 1`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
}

func TestSeriesAboveTheLimitAreCounted(t *testing.T) {
	f := newFamily(1, "many", "Many.", "account_id", "kind")
	s := series{}
	for _, kind := range []string{"e", "d", "c", "b", "a"} {
		s.add(0, account, kind)
	}
	s.add(3, account, "d")
	s.add(1, account, "e")
	p := s.page(f, 3)
	var kept []string
	for key := range map[string]bool{"a": true, "d": true, "e": true} {
		kept = append(kept, key)
	}
	slices.Sort(kept)
	if p.dropped != 2 || len(p.metrics) != 3 {
		t.Fatalf("%d kept, %d dropped", len(p.metrics), p.dropped)
	}
	for i, want := range kept { // what is not 0 stays, in order
		if text := metricText(t, p.metrics[i]); !strings.Contains(text, `value:"`+want+`"`) {
			t.Errorf("series %d is %s, want %s", i, text, want)
		}
	}
	if p := s.page(f, 5); p.dropped != 0 || len(p.metrics) != 5 {
		t.Errorf("%d kept, %d dropped", len(p.metrics), p.dropped)
	}
}

// A zero is said only of what somebody could see.
func TestNoZeroOfWhatIsNotKnown(t *testing.T) {
	const bucket = `aws_baseline_drift_resources{account_id="111111111111",aws_region="us-east-1",change=%q,kind="s3:bucket"} 0`
	buckets := scope{region: "global", kind: "s3:bucket", ids: []string{"logs@us-east-1"}}
	zeros := func(change func(baseline, now *snapshot.Snapshot)) map[string]bool {
		r := newRig(t, t.TempDir(), nil)
		r.baseline = capture(start.Add(-time.Hour), buckets)
		now := capture(start, buckets)
		change(r.baseline, now)
		r.capturing(now)
		text, found := r.scrape(), make(map[string]bool)
		for _, class := range differences() {
			found[string(class)] = strings.Contains(text, fmt.Sprintf(bucket, class))
		}
		return found
	}
	for name, c := range map[string]struct {
		change          func(baseline, now *snapshot.Snapshot)
		added, modified bool
	}{
		"all is seen": {func(*snapshot.Snapshot, *snapshot.Snapshot) {}, true, true},
		"a policy can't be read": {func(_, now *snapshot.Snapshot) {
			now.Resources[0].Unknown = []snapshot.Unknown{{Path: "Policy", Code: "AccessDenied", Message: "no"}}
		}, true, false},
		"a region is left out": {func(_, now *snapshot.Snapshot) {
			now.Accounts[0] = snapshot.Account{AccountID: account, Regions: []snapshot.Region{{Name: "eu-west-1", Captured: true}}}
			now.Resources = nil
		}, false, false},
		"a region was left out": {func(baseline, _ *snapshot.Snapshot) {
			baseline.Accounts[0] = snapshot.Account{AccountID: account, Regions: []snapshot.Region{{Name: "eu-west-1", Captured: true}}}
			baseline.Resources = nil
		}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := zeros(c.change); got["added"] != c.added || got["modified"] != c.modified {
				t.Errorf("zeros: %v", got)
			}
		})
	}
}
