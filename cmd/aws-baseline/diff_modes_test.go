package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/aws-baseline/aws-baseline/collect/history"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
	"github.com/aws-baseline/aws-baseline/diff"
)

// elsewhere is a second account on the same moto: staging, where the world is production.
type elsewhere struct {
	*world
	proxy *testbed.FaultProxy
}

const away = "eu-west-1"

func (w *world) elsewhere() *elsewhere {
	w.Helper()
	return &elsewhere{w, testbed.Proxy(w.T, testbed.Moto(w.T).URL)}
}

// enter makes the program see the second account.
func (e *elsewhere) enter() {
	e.Helper()
	for _, pair := range e.proxy.Environ(away) {
		name, value, _ := strings.Cut(pair, "=")
		e.Setenv(name, value)
	}
}

// Two accounts in two regions that were built by the same hands differ in nothing; what somebody changed by hand in one
// of them shows as that.
func TestStagingIsBuiltLikeProduction(t *testing.T) {
	w := newWorld(t)
	staging := w.elsewhere()
	zones := map[*testbed.FaultProxy]string{w.proxy: home, staging.proxy: away}
	for proxy, region := range zones {
		if _, err := testbed.LandingZone(t.Context(), proxy.Config(region)); err != nil {
			t.Fatal(err)
		}
		if err := testbed.OneOfEveryKind(t.Context(), proxy.Config(region), "twin"); err != nil {
			t.Fatal(err)
		}
	}
	w.run("snapshot", "create", "production", "--regions", home)
	staging.enter()
	staging.run("snapshot", "create", "staging", "--regions", away)
	report := compareTwins(t, w.proxy.Account, staging.proxy.Account, "production", "staging")
	for _, c := range report.Changes {
		t.Errorf("%s %s %s %s %s", c.Change, c.Kind, c.ID, c.Name, c.Reason)
		for _, p := range c.Properties {
			t.Logf("    %s: %.150s → %.150s", p.Path, p.Old, p.New)
		}
	}
	t.Log(strings.Join(report.Notes, "\n"))

	queues := sqs.NewFromConfig(staging.proxy.Config(away))
	no(queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("by-hand")}))(t)
	report = compareTwins(t, w.proxy.Account, staging.proxy.Account, "production")
	added := slices.DeleteFunc(slices.Clone(report.Changes), func(c diff.Change) bool { return c.Kind != "sqs:queue" })
	if len(added) != 1 || added[0].Change != diff.Added || added[0].AccountID != staging.proxy.Account || added[0].Region != away {
		t.Errorf("somebody made a queue: %v", added)
	}
}

func compareTwins(t *testing.T, production, staging string, args ...string) *diff.Report {
	t.Helper()
	args = append([]string{"diff", "-o", "json", "--map-account", production + "=" + staging, "--map-region", home + "=" + away}, args...)
	got := runProgram(t, args...)
	report := new(diff.Report)
	if err := json.Unmarshal([]byte(got.stdout), report); err != nil {
		t.Fatalf("%v: %s", err, got.stderr)
	}
	return report
}

// The history is read while the exporter has it open, over its socket; after the exporter ended; and after it was killed,
// which leaves a socket that nobody answers on.
func TestDiffOfTheHistory(t *testing.T) {
	w := newWorld(t)
	w.queue("first", nil)
	args := []string{"--history", "history", "--regions", home, "--interval", "1s"}
	p := w.start(nil, args...)
	p.until(captured)
	w.nextSecond()
	between := w.now()
	w.nextSecond()
	w.queue("second", nil)
	p.until(func(m string) bool { return strings.HasSuffix(line(m, queues), " 2") })

	compare := func(when string) {
		t.Helper()
		r := w.diff(1, "--from", between, "--history", "history")
		w.wantTold(r, "added sqs:queue second")
		if !strings.HasPrefix(r.Baseline.Name, "capture of ") || !strings.HasPrefix(r.Target.Name, "capture of ") || r.Baseline.Live || r.Target.Live {
			t.Errorf("%s: of %+v and %+v", when, r.Baseline, r.Target)
		}
		if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, "--from "+between+": "+r.Baseline.Name) || !strings.Contains(notes, "--to now: "+r.Target.Name) {
			t.Errorf("%s: %s", when, notes)
		}
	}
	socket := filepath.Join("history", history.SocketFile)
	info, err := os.Stat(socket)
	if err != nil || info.Mode() != os.ModeSocket|0o600 {
		t.Fatalf("the socket: %v, %v", info, err)
	}
	compare("while it runs")
	if got := w.must(2, "diff", "--from", "3650d", "--history", "history"); !strings.Contains(got.stderr, "--from 3650d: no capture that old in the history in history: it has ") || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("none that old: %s", got.stderr)
	}
	r := w.diff(1, "--from", between, "--live", "--history", "history")
	w.wantTold(r, "added sqs:queue second")
	if !r.Target.Live {
		t.Errorf("the target is %+v", r.Target)
	}
	p.stop()
	if exists(socket) {
		t.Error("an orderly end leaves the socket")
	}
	compare("after it ended")
	if got := w.must(2, "diff", "--from", "now", "--history", "history"); !strings.Contains(got.stderr, "--from now and --to now are the same capture, of ") {
		t.Errorf("one capture: %s", got.stderr)
	}

	p = w.start(nil, args...)
	p.until(captured)
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-p.gone
	if !exists(socket) {
		t.Fatal("the test is about a socket that is left behind")
	}
	compare("after it was killed")
	p = w.start(nil, args...)
	p.until(captured)
	compare("with another in its place")
	// Somebody took the socket away: one line says who has the history.
	if err := os.Remove(socket); err != nil {
		t.Fatal(err)
	}
	got := w.must(2, "diff", "--from", between, "--history", "history")
	if !strings.Contains(got.stderr, "another process has it open (process ") || !strings.Contains(got.stderr, "and it does not answer on "+socket) || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("without a socket: %s", got.stderr)
	}
	p.stop()
}
