package exporter

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

var oneVPC = scope{region: "eu-west-1", kind: "ec2:vpc", ids: []string{"a"}}

func TestRestartServesTheLastCapture(t *testing.T) {
	dir := t.TempDir()
	first := newRig(t, dir, nil)
	first.baseline = capture(start.Add(-time.Hour), scope{region: "eu-west-1", kind: "ec2:vpc", ids: []string{"a", "b"}})
	first.capturing(capture(start, oneVPC))
	content := func(r *rig) []string {
		text := r.scrape()
		var lines []string
		for _, prefix := range []string{
			"aws_baseline_resources", "aws_baseline_drift", "aws_baseline_scope", "aws_baseline_baseline", "aws_baseline_capture_last_success",
		} {
			lines = append(lines, samples(text, prefix)...)
		}
		return lines
	}
	want := content(first)
	first.store.Close()

	second := newRig(t, dir, nil)
	second.baseline, second.now = first.baseline, start.Add(time.Hour)
	if wait, err := second.restore(t.Context(), identity{account: account}); wait != 5*time.Hour || err != nil {
		t.Errorf("the next capture is due in %v, want 5h; %v", wait, err)
	}
	got := content(second)
	if fmt.Sprint(got) != fmt.Sprint(want) || len(want) < 10 {
		t.Errorf("after a restart:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	success := fmt.Sprintf("aws_baseline_capture_last_success_timestamp_seconds{account_id=%q} %v", account, float64(start.Unix()))
	if text := second.scrape(); !strings.Contains(text, success) {
		t.Errorf("no %s in\n%s", success, text)
	}
	if second.captures != 0 {
		t.Errorf("%d captures were made to restore", second.captures)
	}
	if code, _ := second.get(http.MethodGet, "/-/ready"); code != http.StatusOK {
		t.Errorf("not ready: %d", code)
	}
	second.store.Close()

	for name, c := range map[string]struct {
		now  time.Time
		wait time.Duration
	}{
		"overdue":                {start.Add(99 * time.Hour), 0},
		"a clock that went back": {start.Add(-99 * time.Hour), DefaultInterval},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, dir, func(r *rig, _ *Options) { r.now = c.now })
			if wait, err := r.restore(t.Context(), identity{}); wait != c.wait || !r.state.ready() || err != nil {
				t.Errorf("due in %v, ready %v, %v", wait, r.state.ready(), err)
			}
			r.store.Close()
		})
	}
}

func TestScrapeMakesNoCapture(t *testing.T) {
	r := newRig(t, t.TempDir(), nil)
	for range 2 { // before the first capture, and after
		for range 20 {
			if code, _ := r.get(http.MethodGet, "/metrics"); code != http.StatusOK {
				t.Fatal(code)
			}
		}
		if r.captures > 1 {
			t.Fatalf("%d captures", r.captures)
		}
		r.capturing(capture(start, oneVPC))
	}
}

// A capture that failed leaves everything as it was, its time included.
func TestFailingCaptureKeepsTheOld(t *testing.T) {
	expired := capture(start.Add(6*time.Hour), scope{region: "eu-west-1", kind: "ec2:vpc", state: snapshot.Failed, code: "ExpiredToken"})
	other := capture(start.Add(6*time.Hour), oneVPC)
	other.Accounts[0].AccountID = "999999999999"
	for name, c := range map[string]struct {
		next *snapshot.Snapshot
		err  error
		log  string
	}{
		"an error":            {nil, errors.New("no credentials"), "no credentials"},
		"nothing was seen":    {expired, nil, "saw none of its 1 scopes"},
		"nothing to look at":  {capture(start.Add(6 * time.Hour)), nil, "looked at nothing"},
		"of another account":  {other, nil, "not of 111111111111"},
		"of no account":       {&snapshot.Snapshot{}, nil, "not of 111111111111"},
		"an error and a part": {other, errors.New("half way"), "half way"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, t.TempDir(), nil)
			r.capturing(capture(start, oneVPC))
			before := samples(r.scrape(), "aws_baseline_resources")
			r.next, r.err, r.counts, r.now = c.next, c.err, Counts{Calls: 7}, start.Add(6*time.Hour)
			if err := r.capture(t.Context()); err == nil {
				t.Fatal("it counts as a success")
			}
			text := r.scrape()
			if after := samples(text, "aws_baseline_resources"); fmt.Sprint(after) != fmt.Sprint(before) {
				t.Errorf("%v became %v", before, after)
			}
			for _, want := range []string{
				fmt.Sprintf("aws_baseline_capture_last_success_timestamp_seconds{account_id=%q} %v", account, float64(start.Unix())),
				`aws_baseline_capture_last_attempt_success{account_id="111111111111"} 0`,
				`aws_baseline_captures_total{account_id="111111111111",result="failure"} 1`,
				`aws_baseline_api_calls_total{account_id="111111111111"} 7`,
			} {
				if !strings.Contains(text, want) {
					t.Errorf("no %s in\n%s", want, text)
				}
			}
			if !strings.Contains(r.log.String(), c.log) {
				t.Errorf("the log doesn't say %q:\n%s", c.log, &r.log)
			}
			if entries, err := r.store.List(""); err != nil || len(entries) != 1 {
				t.Errorf("the history has %v, %v", entries, err)
			}
		})
	}
}

func TestCaptureHasADeadline(t *testing.T) {
	r := newRig(t, t.TempDir(), func(_ *rig, o *Options) {
		o.CaptureTimeout = time.Nanosecond
		o.Capture = func(ctx context.Context, _ string) (*snapshot.Snapshot, Counts, error) {
			<-ctx.Done()
			return nil, Counts{}, ctx.Err()
		}
	})
	if err := r.capture(t.Context()); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "did not end within") {
		t.Errorf("%v", err)
	}
	// The end of the program is no failure.
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.capture(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if text := r.scrape(); !strings.Contains(text, `result="failure"} 1`) {
		t.Errorf("%s", text)
	}
}

func TestHistoryThatFails(t *testing.T) {
	r := newRig(t, t.TempDir(), nil)
	r.store.Close()
	r.capturing(capture(start, oneVPC))
	text := r.scrape()
	if len(samples(text, "aws_baseline_resources{")) == 0 || !strings.Contains(text, "aws_baseline_history_failures_total 1") {
		t.Errorf("%s", text)
	}
	r.baseline = capture(start.Add(-time.Hour), oneVPC)
	if err := r.reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	if text := r.scrape(); len(samples(text, "aws_baseline_drift_resources{")) == 0 {
		t.Errorf("a reload forgot the capture that could not be kept:\n%s", text)
	}
}

func TestReloadReadsTheBaselineAnew(t *testing.T) {
	r := newRig(t, t.TempDir(), nil)
	if err := r.reload(t.Context()); err != nil {
		t.Errorf("before the first capture: %v", err)
	}
	r.capturing(capture(start, oneVPC))
	if lines := samples(r.scrape(), "aws_baseline_drift"); len(lines) != 0 {
		t.Errorf("drift without a baseline: %v", lines)
	}
	r.baseline = capture(start.Add(-time.Hour), scope{region: "eu-west-1", kind: "ec2:vpc", ids: []string{"a", "b"}})
	r.baseline.Name = "second"
	if code, body := r.get(http.MethodPost, "/-/reload"); code != http.StatusOK {
		t.Fatalf("%d %s", code, body)
	}
	text := r.scrape()
	if !strings.Contains(text, `change="removed",kind="ec2:vpc"} 1`) || !strings.Contains(text, `baseline="second"`) {
		t.Errorf("%s", text)
	}
	r.options.Baseline = func(context.Context, string) (*snapshot.Snapshot, error) {
		return nil, errors.New("the folder is gone")
	}
	if code, body := r.get(http.MethodPut, "/-/reload"); code != http.StatusInternalServerError || !strings.Contains(body, "the folder is gone") {
		t.Errorf("%d %s", code, body)
	}
	if text := r.scrape(); len(samples(text, "aws_baseline_drift")) != 0 || !strings.Contains(text, `aws_baseline_baseline_loaded{account_id="111111111111"} 0`) {
		t.Errorf("drift from a baseline that can't be read:\n%s", text)
	}
	if r.captures != 1 {
		t.Errorf("a reload made a capture")
	}
}

// What looks added or removed is looked at twice, and a second look that fails doesn't hide the first.
func TestReread(t *testing.T) {
	var asked []string
	var again *snapshot.Snapshot
	r := newRig(t, t.TempDir(), func(_ *rig, o *Options) {
		o.Reread = func(_ context.Context, _ string, scopes []string) (*snapshot.Snapshot, Counts, error) {
			asked = scopes
			if again == nil {
				return nil, Counts{Calls: 1}, errors.New("throttled")
			}
			return again, Counts{Calls: 1}, nil
		}
	})
	r.baseline = capture(start.Add(-time.Hour), scope{region: "eu-west-1", kind: "ec2:vpc", ids: []string{"a", "late"}})
	again = r.baseline
	r.capturing(capture(start, oneVPC))
	if text := r.scrape(); !strings.Contains(text, `change="removed",kind="ec2:vpc"} 0`) || !strings.Contains(text, `aws_baseline_api_calls_total{account_id="111111111111"} 1`) {
		t.Errorf("%s", text)
	}
	if fmt.Sprint(asked) != "[111111111111/eu-west-1/ec2:vpc]" {
		t.Errorf("asked for %v", asked)
	}
	again = nil
	r.capturing(capture(start.Add(time.Hour), oneVPC))
	if text := r.scrape(); !strings.Contains(text, `change="removed",kind="ec2:vpc"} 1`) {
		t.Errorf("%s", text)
	}
}

// Scrapes beside captures see one capture or the next, never a mixture. The race detector watches.
func TestScrapesBesideCaptures(t *testing.T) {
	r := newRig(t, t.TempDir(), nil)
	r.options.Logger = slog.New(slog.DiscardHandler)
	handlers := sync.WaitGroup{}
	var done atomic.Bool
	for range 4 {
		handlers.Go(func() {
			for !done.Load() {
				text := r.scrape()
				const prefix = `aws_baseline_resources{account_id="111111111111",aws_region="eu-west-1",kind=`
				vpcs, subnets := samples(text, prefix+`"ec2:vpc"}`), samples(text, prefix+`"ec2:subnet"}`)
				if len(vpcs) != len(subnets) || (len(vpcs) == 1 && strings.Fields(vpcs[0])[1] != strings.Fields(subnets[0])[1]) {
					t.Errorf("half a capture: %v, %v", vpcs, subnets)
				}
			}
		})
	}
	for i := range 10 {
		ids := make([]string, i)
		for j := range ids {
			ids[j] = fmt.Sprint(j)
		}
		vpcs, subnets := scope{region: "eu-west-1", kind: "ec2:vpc", ids: ids}, scope{region: "eu-west-1", kind: "ec2:subnet", ids: ids}
		r.next = capture(start.Add(time.Duration(i)*time.Second), vpcs, subnets)
		if err := r.capture(t.Context()); err != nil {
			t.Error(err)
		}
	}
	done.Store(true)
	handlers.Wait()
}

func readGolden(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func metricText(t *testing.T, metric prometheus.Metric) string {
	t.Helper()
	var out dto.Metric
	if err := metric.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
