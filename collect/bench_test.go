package collect_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"text/tabwriter"
	"time"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// latency is that of the simulated calls: a region of the same continent.
const latency = 50 * time.Millisecond

var simulatedRegions = []string{"us-east-1", "us-west-2", "eu-west-1", "eu-central-1"}

// BenchmarkCapture captures simulated estates and writes the snapshots. Its wall time is that of the simulated clock, in
// which computing takes no time; CPU time and memory are real, and the simulator's own are in them. The largest estates
// take half a minute each.
func BenchmarkCapture(b *testing.B) {
	rows := []string{"resources\taccounts\tcalls\tleast\tthrottled\twall s\tbound s\twall/bound\tbound at AWS's rates s\tCPU s\tpeak MiB\t"}
	for _, resources := range []int{500, 10_000, 100_000} {
		for _, accounts := range []int{1, 10, 100} {
			b.Run(fmt.Sprintf("resources=%d/accounts=%d", resources, accounts), func(b *testing.B) {
				var f figures
				for b.Loop() {
					f = simulate(b, resources, accounts)
				}
				f.report(b)
				rows = append(rows, fmt.Sprintf("%d\t%d\t%d\t%d\t%d\t%.2f\t%.2f\t%.2f\t%.2f\t%.1f\t%.0f\t", resources, accounts, f.calls, f.least,
					f.throttled, f.wall.Seconds(), f.bound.Seconds(), f.wall.Seconds()/f.bound.Seconds(), f.full.Seconds(), f.cpu.Seconds(), f.peak))
			})
		}
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range rows {
		fmt.Fprintln(table, row)
	}
	_ = table.Flush()
}

func (f figures) report(b *testing.B) {
	b.ReportMetric(float64(f.calls), "calls")
	b.ReportMetric(float64(f.least), "least-calls")
	b.ReportMetric(float64(f.throttled), "throttled")
	b.ReportMetric(f.wall.Seconds(), "wall-s")
	b.ReportMetric(f.bound.Seconds(), "bound-s")
	b.ReportMetric(f.wall.Seconds()/f.bound.Seconds(), "wall/bound")
	b.ReportMetric(f.cpu.Seconds(), "cpu-s")
	b.ReportMetric(f.peak, "peak-MiB")
	b.ReportMetric(0, "ns/op")
}

// figures are what a capture took.
type figures struct {
	calls, throttled int64         // throttled by the simulator
	least            int           // calls that AWS's APIs allow for, see [testbed.Simulator.Plan]
	wall             time.Duration // simulated
	bound, full      time.Duration // the shortest wall time at the rates that the limiter allows itself, and at AWS's
	cpu              time.Duration // of the process
	peak             float64       // MiB, the most memory held
}

// simulate captures an estate in simulated time.
func simulate(tb testing.TB, resources, accounts int) figures {
	simulatedCredentials(tb)
	estate := testbed.SimulatedEstate{Resources: resources, Accounts: accounts, Regions: simulatedRegions, Latency: latency}
	var f figures
	meter := startMeter()
	inBubble(tb, func(t *testing.T) {
		simulator := testbed.NewSimulator(estate)
		t.Setenv("AWS_ACCESS_KEY_ID", simulator.AccessKey(0))
		started := time.Now()
		s := captured(t, simulator, accounts)
		f.wall = time.Since(started)
		if len(s.Resources) != resources {
			t.Errorf("%d resources were captured, want %d", len(s.Resources), resources)
		}
		s.Name = "simulated"
		if err := (snapshot.Folder{Files: snapshot.Disk(t.TempDir())}).Save(s, snapshot.JSON); err != nil {
			t.Error(err)
		}
		counts := simulator.Counts()
		f.calls, f.throttled = counts.Calls, counts.Throttles
		plan := simulator.Plan("us-east-1")
		f.least = plan.Calls
		f.bound, f.full = bounds(plan)
		if testing.Verbose() {
			t.Log(differences(plan, counts))
		}
	})
	f.cpu, f.peak = meter.stop()
	return f
}

// captured captures an estate, all accounts of it.
func captured(t testing.TB, simulator *testbed.Simulator, accounts int) *snapshot.Snapshot {
	ctx := context.Background()
	session, err := collect.Open(ctx, collect.Options{Region: "us-east-1", HTTPClient: simulator})
	if err != nil {
		t.Fatal(err)
	}
	request := collect.Request{Kinds: simulatedKinds(t), MaskKey: collect.NewMaskKey("a key for the simulator")}
	var s *snapshot.Snapshot
	if accounts == 1 {
		s, err = collect.Capture(ctx, session, request)
	} else {
		var members []collect.AccountRef
		for i := range accounts {
			members = append(members, collect.AccountRef{ID: simulator.AccountID(i)})
		}
		s, err = collect.NewFleet(session, collect.Role{}, members).Capture(ctx, request)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range s.Incomplete() {
		t.Errorf("%s is %s: %s", c.Scope, c.State, c.Why())
	}
	for i := range s.Resources {
		if r := &s.Resources[i]; len(r.Unknown) > 0 {
			t.Fatalf("%s: %v is unknown", r.Key, r.Unknown)
		}
	}
	return s
}

func simulatedKinds(t testing.TB) []*collect.Kind {
	var names []string
	for _, k := range testbed.SimulatedKinds() {
		names = append(names, k.Name)
	}
	chosen, err := collect.ByName(kinds.All(), names)
	if err != nil {
		t.Fatal(err)
	}
	return chosen
}

// simulatedCredentials keeps the SDK away from the person's own.
func simulatedCredentials(tb testing.TB) {
	for _, name := range []string{"AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_CA_BUNDLE"} {
		tb.Setenv(name, "") // restored afterwards
		os.Unsetenv(name)
	}
	tb.Setenv("AWS_CONFIG_FILE", os.DevNull)
	tb.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
	tb.Setenv("AWS_SECRET_ACCESS_KEY", "simulated")
	tb.Setenv("AWS_ACCESS_KEY_ID", "")
}

// inBubble runs a function in simulated time. Bubbles are tests'; a benchmark runs one for itself.
func inBubble(tb testing.TB, f func(t *testing.T)) {
	if t, ok := tb.(*testing.T); ok {
		synctest.Test(t, f)
		return
	}
	everything := func(string, string) (bool, error) { return true, nil }
	if !testing.RunTests(everything, []testing.InternalTest{{Name: tb.Name(), F: func(t *testing.T) { synctest.Test(t, f) }}}) {
		tb.Fatal("the capture failed")
	}
}

// sdkNames are the services' names in the SDK, by which the limiter knows them.
var sdkNames = map[string]string{
	"ec2": "EC2", "iam": "IAM", "lambda": "Lambda", "logs": "CloudWatch Logs", "cloudwatch": "CloudWatch", "ssm": "SSM",
	"secretsmanager": "Secrets Manager", "sqs": "SQS", "sns": "SNS", "dynamodb": "DynamoDB", "kms": "KMS", "events": "EventBridge",
	"s3": "S3", "tagging": "Resource Groups Tagging API", "sts": "STS",
}

// bounds are the shortest wall times of a plan, at the rates that the limiter allows itself and at AWS's: the longest
// chain of dependent calls, or what the busiest bucket takes to let all its calls through, whichever is longer.
func bounds(plan testbed.SimulatedPlan) (allowed, full time.Duration) {
	type bucket struct {
		calls, burst int
		perSecond    float64
	}
	ours, theirs := make(map[string]*bucket), make(map[string]*bucket)
	add := func(buckets map[string]*bucket, key string, calls, burst int, perSecond float64) {
		if buckets[key] == nil {
			buckets[key] = &bucket{0, burst, perSecond}
		}
		buckets[key].calls += calls
	}
	for _, p := range plan.Planned {
		place := p.AccountID + "/" + p.Region + "/"
		service, operation, _ := strings.Cut(p.Operation, ":")
		perSecond, burst, name := collect.AllowedRate(sdkNames[service], operation)
		add(ours, place+name, p.Calls, burst, perSecond)
		limit, name := testbed.SimulatedLimitOf(p.Operation)
		add(theirs, place+name, p.Calls, limit.Burst, limit.PerSecond)
	}
	longest := func(buckets map[string]*bucket) time.Duration {
		most := time.Duration(plan.Chain) * latency
		for _, b := range buckets {
			if b.calls > b.burst {
				most = max(most, time.Duration(float64(b.calls-b.burst)/b.perSecond*float64(time.Second)))
			}
		}
		return most
	}
	return longest(ours), longest(theirs)
}
