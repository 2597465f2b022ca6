package exporter

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"

	"github.com/aws-baseline/aws-baseline/collect/history"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// running starts Run on a free port and returns its address and a function that ends it and returns its error.
func running(t *testing.T, options Options) (url string, stop func() error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	options.Logger = slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, options, []net.Listener{listener}) }()
	t.Cleanup(cancel)
	return "http://" + listener.Addr().String(), func() error {
		cancel()
		return <-ended
	}
}

func ask(t *testing.T, url string, change func(*http.Request)) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(request)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	begin, captured := make(chan bool), make(chan bool, 9)
	options := Options{
		History: dir, Now: func() time.Time { return start }, Pprof: true,
		Capture: func(ctx context.Context, _ string) (*snapshot.Snapshot, Counts, error) {
			select {
			case <-begin:
				return capture(start, oneVPC), Counts{}, nil
			case <-ctx.Done():
				return nil, Counts{}, ctx.Err()
			}
		},
		Baseline: func(context.Context, string) (*snapshot.Snapshot, error) {
			captured <- true // the capture is kept by now, and swapped in soon
			return nil, snapshot.ErrNoActive
		},
	}
	url, stop := running(t, options)
	if answer, _ := ask(t, url+"/-/ready", nil); answer.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("ready before the first capture: %d", answer.StatusCode)
	}
	if answer, _ := ask(t, url+"/-/healthy", nil); answer.StatusCode != http.StatusOK {
		t.Errorf("not healthy: %d", answer.StatusCode)
	}
	begin <- true
	<-captured
	if err := stop(); err != nil { // waits for the capture under way
		t.Fatalf("Run: %v", err)
	}

	// The next one serves what the first one captured, before it captures anything.
	url, stop = running(t, options)
	if answer, _ := ask(t, url+"/-/ready", nil); answer.StatusCode != http.StatusOK {
		t.Errorf("not ready after a restart: %d", answer.StatusCode)
	}
	<-captured
	answer, body := ask(t, url+"/metrics", func(r *http.Request) { r.Header.Set("Accept", "application/openmetrics-text; version=1.0.0") })
	if got := answer.Header.Get("Content-Type"); !strings.HasPrefix(got, "application/openmetrics-text") || !strings.HasSuffix(body, "# EOF\n") {
		t.Errorf("no OpenMetrics: %s", got)
	}
	for _, want := range []string{`aws_baseline_resources{account_id="111111111111"`, "go_goroutines", "aws_baseline_captures_total{"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
	answer, _ = ask(t, url+"/metrics", func(r *http.Request) {
		r.Header.Set("Accept", "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited")
	})
	if format := expfmt.ResponseFormat(answer.Header); format.FormatType() != expfmt.TypeProtoDelim {
		t.Errorf("no protobuf: %s", format)
	}
	for path, want := range map[string]int{"/": 200, "/debug/pprof/": 200, "/-/reload": 405, "/nothing": 404} {
		if answer, _ := ask(t, url+path, nil); answer.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, answer.StatusCode, want)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	store, err := history.Open(dir, history.Options{Retention: time.Hour})
	if err != nil {
		t.Fatalf("the history is not closed: %v", err)
	}
	store.Close()
}

// The bill waits for the first capture, and its query runs beside the captures after that.
func TestRunAsksForTheBillAfterTheFirstCapture(t *testing.T) {
	asked := make(chan *snapshot.Snapshot)
	_, stop := running(t, Options{
		History: t.TempDir(), Now: func() time.Time { return start }, CostInterval: time.Hour,
		Capture: func(context.Context, string) (*snapshot.Snapshot, Counts, error) {
			return capture(start, oneVPC), Counts{}, nil
		},
		Cost: func(ctx context.Context, _, live *snapshot.Snapshot) (CostReport, error) {
			select {
			case asked <- live:
			case <-ctx.Done():
			}
			return april(), ctx.Err()
		},
	})
	if live := <-asked; live == nil || len(live.Resources) != 1 {
		t.Errorf("asked with %v", live)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}

func TestRunAsksForPasswords(t *testing.T) {
	file := filepath.Join(t.TempDir(), "web.yml")
	// The password is "secret", at the lowest cost of bcrypt.
	users := "basic_auth_users:\n  ops: $2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW\n"
	if err := os.WriteFile(file, []byte(users), 0o600); err != nil {
		t.Fatal(err)
	}
	url, stop := running(t, Options{History: t.TempDir(), WebConfigFile: file, Capture: never})
	if answer, _ := ask(t, url+"/metrics", nil); answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a password: %d", answer.StatusCode)
	}
	if answer, _ := ask(t, url+"/metrics", func(r *http.Request) { r.SetBasicAuth("ops", "secret") }); answer.StatusCode != http.StatusOK {
		t.Errorf("with the password: %d", answer.StatusCode)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}

func never(ctx context.Context, _ string) (*snapshot.Snapshot, Counts, error) {
	<-ctx.Done()
	return nil, Counts{}, ctx.Err()
}

func TestRunRefuses(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	held := t.TempDir()
	store, err := history.Open(held, history.Options{Retention: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for name, c := range map[string]struct {
		options Options
		want    string
	}{
		"no capture":         {Options{History: t.TempDir()}, "nothing to capture with"},
		"no history":         {Options{Capture: never}, "--history"},
		"a negative time":    {Options{Capture: never, History: t.TempDir(), Interval: -1}, "can't be negative"},
		"an address taken":   {Options{Capture: never, History: t.TempDir(), ListenAddresses: []string{taken.Addr().String()}}, "listen tcp"},
		"no web config":      {Options{Capture: never, History: t.TempDir(), WebConfigFile: "/nonexistent.yml"}, "no such file"},
		"a history in use":   {Options{Capture: never, History: held}, "another process has it open"},
		"a folder of a file": {Options{Capture: never, History: os.Args[0]}, "not a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			c.options.Logger = slog.New(slog.DiscardHandler)
			if err := Run(t.Context(), c.options); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

func TestLandingPageEscapes(t *testing.T) {
	r := newRig(t, t.TempDir(), nil)
	if _, body := r.get(http.MethodGet, "/"); !strings.Contains(body, "none yet") {
		t.Errorf("%s", body)
	}
	r.baseline = capture(start.Add(-time.Hour), oneVPC)
	r.baseline.Name = "<script>alert(1)</script>"
	r.capturing(capture(start, scope{region: "eu-west-1", kind: "ec2:vpc", ids: []string{"a=2", "new"}}))
	code, body := r.get(http.MethodGet, "/")
	if code != http.StatusOK || strings.Contains(body, "<script>") || !strings.Contains(body, "&lt;script&gt;") {
		t.Errorf("%d %s", code, body)
	}
	for _, want := range []string{"111111111111", "2026-04-10T06:00:00Z, 0s ago", "1 added, 0 removed, 1 modified"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q in %s", want, body)
		}
	}
	r.now = start.Add(99 * time.Hour)
	r.next, r.err = nil, errors.New("no")
	if r.capture(t.Context()) == nil {
		t.Error("no error")
	}
	if _, body := r.get(http.MethodGet, "/"); !strings.Contains(body, "too old to be shown") || !strings.Contains(body, "failed, see the log") {
		t.Errorf("%s", body)
	}
}
