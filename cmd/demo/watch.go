package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// watch starts the exporter, scrapes it once its first capture is done, as Prometheus would, and stops it.
func (d *demo) watch(ctx context.Context) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	address := listener.Addr().String()
	listener.Close()
	d.say("The exporter captures on a schedule, keeps a history, and tells Prometheus what differs from the baseline.", "")
	args := []string{"exporter", "--history", "history", "--web.listen-address", address, "--cost-interval", "0"}
	d.program.prompt(args)
	cmd := d.program.command(ctx, args)
	cmd.Stdout, cmd.Stderr = d.out, d.progress
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	text, err := scrape(ctx, "http://"+address, ended)
	if err != nil {
		cmd.Process.Kill()
		return err
	}
	if err := stop(cmd, ended); err != nil {
		return err
	}
	m := metrics(strings.Split(text, "\n"))
	d.say("", "Some lines of http://"+address+"/metrics:", "")
	d.say(m.some()...)
	d.say("", "The exporter was stopped by a signal.")
	return m.check(&testbed.Drift{Modified: d.drift.Modified, Removed: d.drift.Removed})
}

// firstCapture bounds how long the exporter's first capture may take.
const firstCapture = 2 * time.Minute

// scrape waits until the exporter is ready and reads its metrics.
func scrape(ctx context.Context, url string, ended <-chan error) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, firstCapture)
	defer cancel()
	for {
		if _, err := get(ctx, url+"/-/ready"); err == nil {
			return get(ctx, url+"/metrics")
		}
		select {
		case err := <-ended:
			return "", fmt.Errorf("the exporter ended by itself: %v", err)
		case <-ctx.Done():
			return "", fmt.Errorf("the exporter's first capture is not done: %w", ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func get(ctx context.Context, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, response.Status)
	}
	return string(body), err
}

// stop ends the exporter by a signal; it must end well, and soon.
func stop(cmd *exec.Cmd, ended <-chan error) error {
	if err := interrupt(cmd.Process); err != nil {
		return err
	}
	select {
	case err := <-ended:
		if err != nil && runtime.GOOS != "windows" { // where it was killed
			return fmt.Errorf("the exporter should end with exit code 0 after a signal: %w", err)
		}
		return nil
	case <-time.After(30 * time.Second):
		cmd.Process.Kill()
		return errors.New("the exporter does not end after a signal")
	}
}

// metrics are the lines of a scrape.
type metrics []string

// of are the series of a metric whose value isn't 0, and which have all the labels.
func (m metrics) of(name string, labels ...string) []string {
	var found []string
	for _, line := range m {
		value := line[strings.LastIndexByte(line, ' ')+1:]
		missing := func(label string) bool { return !strings.Contains(line, label) }
		if strings.HasPrefix(line, "aws_baseline_"+name+"{") && value != "0" && !slices.ContainsFunc(labels, missing) {
			found = append(found, line)
		}
	}
	return found
}

// some are the lines to show.
func (m metrics) some() []string {
	lines := slices.Concat(
		m.of("resources", `kind="ec2:vpc"`), m.of("resources", `kind="s3:bucket"`), m.of("drift_resources"),
		m.of("scope_state", `kind="kms:key"`), m.of("capture_last_success_timestamp_seconds"))
	for i := range lines {
		lines[i] = "  " + lines[i]
	}
	return lines
}

// check wants the metrics to say what a drift did, no more and no less, and that everything was seen that the emulator
// has.
func (m metrics) check(drift *testbed.Drift) error {
	states, complete, lacking := m.of("scope_state"), m.of("scope_state", `state="complete"`), m.of("scope_state", `state="unavailable"`)
	if len(complete) == 0 || len(complete)+len(lacking) != len(states) {
		return fmt.Errorf("the exporter saw %d of %d scopes wholly, and the emulator lacks %d", len(complete), len(states), len(lacking))
	}
	if len(m.of("resources", `kind="s3:bucket"`)) == 0 {
		return errors.New("the exporter counts no buckets")
	}
	var want, got []string
	for change, kinds := range map[string]map[string][]string{"added": drift.Added, "modified": drift.Modified, "removed": drift.Removed} {
		for kind, ids := range kinds {
			want = append(want, fmt.Sprintf("%s %s %d", change, kind, len(ids)))
		}
	}
	for _, line := range m.of("drift_resources") {
		got = append(got, fmt.Sprintf("%s %s %s", label(line, "change"), label(line, "kind"), line[strings.LastIndexByte(line, ' ')+1:]))
	}
	return compare("the exporter's drift", got, want)
}

// label is the value of a label of a line. Those of aws-baseline's that are asked for need no escapes.
func label(line, name string) string {
	_, rest, _ := strings.Cut(line, name+`="`)
	value, _, _ := strings.Cut(rest, `"`)
	return value
}
