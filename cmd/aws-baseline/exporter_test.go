package main

import (
	"bytes"
	"context"

	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// scraped is a running exporter.
type scraped struct {
	*world
	url  string
	stop func() int
}

// exporter starts the exporter in this process; stop ends it as a signal would and returns its exit code.
func (w *world) exporter(args ...string) *scraped {
	w.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		w.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	ctx, cancel := context.WithCancel(w.Context())
	code := make(chan int, 1)
	var log bytes.Buffer
	go func() {
		code <- run(ctx, append([]string{"exporter", "--history", "history", "--web.listen-address", address}, args...), strings.NewReader(""), io.Discard, &log)
	}()
	ended := false
	stop := func() int {
		ended = true
		cancel()
		return <-code
	}
	w.Cleanup(func() {
		if !ended {
			stop()
		}
		if w.Failed() {
			w.Logf("exporter:\n%s", log.String())
		}
	})
	return &scraped{w, "http://" + address, stop}
}

// metrics scrapes once; empty while nobody listens.
func (s *scraped) metrics() string {
	s.Helper()
	response, err := http.Get(s.url + "/metrics")
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.Fatal(err)
	}
	return string(text)
}

// until scrapes until the metrics are as they should be; the test's own deadline ends it otherwise.
func (s *scraped) until(fits func(metrics string) bool) string {
	s.Helper()
	for s.Context().Err() == nil {
		if text := s.metrics(); fits(text) {
			return text
		}
	}
	s.Fatal("the metrics never became so")
	return ""
}

// has reports whether a metric has a series with all of these labels.
func has(metrics, name string, labels ...string) bool {
	for line := range strings.Lines(metrics) {
		if !strings.HasPrefix(line, name+"{") {
			continue
		}
		all := true
		for _, label := range labels {
			all = all && strings.Contains(line, label)
		}
		if all {
			return true
		}
	}
	return false
}

func TestExporterLosesSight(t *testing.T) {
	w := newWorld(t)
	w.role("kept")
	w.baseline("--types", "iam:role,sqs:queue")
	w.role("drifted")
	e := w.exporter("--interval", "100ms", "--cost-interval", "0")
	e.until(func(m string) bool {
		return has(m, "aws_baseline_resources", `kind="iam:role"`) && has(m, "aws_baseline_drift_resources", `kind="iam:role"`, `change="added"`)
	})
	w.proxy.Deny("iam", "ListRoles")
	metrics := e.until(func(m string) bool { return has(m, "aws_baseline_scope_state", `kind="iam:role"`, `AccessDenied`) })
	if has(metrics, "aws_baseline_resources", `kind="iam:role"`) || has(metrics, "aws_baseline_drift_resources", `kind="iam:role"`) {
		t.Errorf("roles that can't be seen are counted:\n%s", metrics)
	}
	if !has(metrics, "aws_baseline_resources", `kind="sqs:queue"`) {
		t.Error("and what can be seen is not")
	}
	if code := e.stop(); code != 0 {
		t.Errorf("it ended with %d", code)
	}
}

func TestExporterServesTheLastCapture(t *testing.T) {
	w := newWorld(t)
	w.queue("q", nil)
	w.baseline("--types", "sqs:queue")
	const success = "aws_baseline_capture_last_success_timestamp_seconds"
	line := func(m string) string {
		for line := range strings.Lines(m) {
			if strings.HasPrefix(line, success+"{") {
				return line
			}
		}
		return ""
	}
	e := w.exporter("--cost-interval", "0")
	first := e.until(func(m string) bool { return line(m) != "" })
	before := w.proxy.Total()
	for range 20 {
		e.metrics()
	}
	if n := w.proxy.Total() - before; n != 0 {
		t.Errorf("20 scrapes made %d calls to AWS", n)
	}
	e.stop()
	w.nextSecond()

	// Started again, it serves what it has, with its true time, though no list works any more.
	w.proxy.Hang("sqs", "*")
	e = w.exporter("--cost-interval", "0")
	second := e.until(func(m string) bool { return has(m, "aws_baseline_resources", `kind="sqs:queue"`) })
	if line(first) != line(second) {
		t.Errorf("the time of the last capture was %s and is %s", line(first), line(second))
	}
	w.proxy.Heal()
}
