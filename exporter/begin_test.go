package exporter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// withHistory is a folder with the history of one capture.
func withHistory(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	r := newRig(t, dir, nil)
	r.capturing(capture(start, oneVPC))
	if err := r.store.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Without AWS an exporter serves what it has, as old as it is, says that it can't look, and goes on when it can.
func TestRestartWithoutAWS(t *testing.T) {
	now := start.Add(time.Hour)
	works := make(chan bool)
	failed := make(chan bool)
	url, stop := running(t, Options{
		History: withHistory(t), Interval: time.Hour, Now: func() time.Time { return now },
		Identify: func(context.Context) (string, error) { return "", errors.New("connection refused") },
		Capture: func(context.Context, string) (*snapshot.Snapshot, Counts, error) {
			t.Error("AWS is asked again at once")
			return nil, Counts{}, errors.New("no")
		},
	})
	_, text := ask(t, url+"/metrics", nil)
	for _, want := range []string{
		`aws_baseline_resources{account_id="111111111111",aws_region="eu-west-1",kind="ec2:vpc"} 1`,
		fmt.Sprintf("aws_baseline_capture_last_success_timestamp_seconds{account_id=%q} %v", account, float64(start.Unix())),
		fmt.Sprintf("aws_baseline_capture_last_attempt_timestamp_seconds{account_id=%q} %v", account, float64(now.Unix())),
		`aws_baseline_capture_last_attempt_success{account_id="111111111111"} 0`,
		`aws_baseline_captures_total{account_id="111111111111",result="failure"} 1`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if answer, _ := ask(t, url+"/-/ready", nil); answer.StatusCode != 200 {
		t.Errorf("not ready: %d", answer.StatusCode)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}

	accounts := make(chan string, 1)
	url, stop = running(t, Options{
		History: withHistory(t), Interval: time.Millisecond, MaxAge: 99 * time.Hour, Now: func() time.Time { return now },
		Identify: func(context.Context) (string, error) { return "", errors.New("connection refused") },
		Capture: func(ctx context.Context, account string) (*snapshot.Snapshot, Counts, error) {
			select {
			case failed <- true:
				return nil, Counts{}, errors.New("connection refused")
			case <-works:
				select {
				case accounts <- account:
				default:
				}
				return capture(now, scope{region: "eu-west-1", kind: "ec2:vpc", ids: []string{"a", "b"}}), Counts{}, nil
			case <-ctx.Done():
				return nil, Counts{}, ctx.Err()
			}
		},
	})
	<-failed
	<-failed // it goes on trying
	works <- true
	works <- true // the one before is served by now
	if got := <-accounts; got != account {
		t.Errorf("asked for the account %q", got)
	}
	_, text = ask(t, url+"/metrics", nil)
	for _, want := range []string{
		`kind="ec2:vpc"} 2`, `aws_baseline_capture_last_attempt_success{account_id="111111111111"} 1`,
		fmt.Sprintf("aws_baseline_capture_last_success_timestamp_seconds{account_id=%q} %v", account, float64(now.Unix())),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
}

// What can't be right ends Run, at the start or when AWS answers at last; the history stays as it is.
func TestRunRefusesAnAccount(t *testing.T) {
	typo := Refusal{errors.New(`there is no region "eu-wst-1"`)}
	other := Refusal{errors.New("the credentials are of account 222222222222")}
	for name, c := range map[string]struct {
		history  bool
		identify error
		account  string // where identify is nil
		capture  error
		want     string
	}{
		"another account":          {history: true, account: "222222222222", want: "is of account 111111111111, and the credentials are of account 222222222222: give another --history"},
		"another account, later":   {history: true, identify: errors.New("down"), capture: other, want: "the credentials are of account 222222222222"},
		"a region":                 {identify: typo, want: "there is no region"},
		"a region, later":          {history: true, identify: errors.New("down"), capture: typo, want: "there is no region"},
		"a refusal of a later try": {history: true, identify: errors.New("down"), capture: fmt.Errorf("capture: %w", typo), want: "there is no region"},
		"neither AWS nor history":  {identify: errors.New("down"), want: "down; and the history in "},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "history")
			if c.history {
				dir = withHistory(t)
			}
			var log bytes.Buffer
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			err = run(t.Context(), Options{
				History: dir, Interval: time.Millisecond, Logger: slog.New(slog.NewTextHandler(&log, nil)),
				Identify: func(context.Context) (string, error) { return c.account, c.identify },
				Capture: func(context.Context, string) (*snapshot.Snapshot, Counts, error) {
					return nil, Counts{}, c.capture
				},
			}, []net.Listener{listener})
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want %s", err, c.want)
			}
			if _, err := os.Stat(dir); !c.history && err == nil {
				t.Error("a history is begun")
			}
			if c.history {
				r := newRig(t, dir, nil)
				if entries, err := r.store.List(""); err != nil || len(entries) != 1 {
					t.Errorf("%v, %v", entries, err)
				}
			}
		})
	}
}

// Once AWS answered as it should, credentials of another account are a capture that fails, as any other.
func TestARefusalLaterOn(t *testing.T) {
	r := newRig(t, t.TempDir(), nil)
	r.capturing(capture(start, oneVPC))
	r.err = Refusal{errors.New("the credentials are of account 222222222222")}
	if err := r.capture(t.Context()); err == nil || r.refused(err) {
		t.Errorf("%v ends the exporter: %v", err, r.refused(err))
	}
	if text := r.scrape(); !strings.Contains(text, `result="failure"} 1`) || len(samples(text, "aws_baseline_resources{")) != 1 {
		t.Errorf("%s", text)
	}
}

// A damaged history is moved aside, which the metrics say until somebody removes it.
func TestDamagedHistory(t *testing.T) {
	dir := withHistory(t)
	if err := os.Truncate(filepath.Join(dir, "MANIFEST"), 8); err != nil {
		t.Fatal(err)
	}
	url, stop := running(t, Options{History: dir, Capture: never})
	_, text := ask(t, url+"/metrics", nil)
	if !strings.Contains(text, "aws_baseline_history_damaged_folders 1") || strings.Contains(text, "aws_baseline_resources{") {
		t.Errorf("%s", text)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	// Without AWS there is then nothing to serve.
	err := Run(t.Context(), Options{
		History: dir, Capture: never, ListenAddresses: []string{"127.0.0.1:0"}, Logger: slog.New(slog.DiscardHandler),
		Identify: func(context.Context) (string, error) { return "", errors.New("down") },
	})
	if err == nil || !strings.Contains(err.Error(), "has no capture to serve") {
		t.Errorf("%v", err)
	}
}

func TestCheckAddress(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:9877": true, ":9877": true, "[::1]:9877": true, "localhost:http": true, "127.0.0.1:0": true,
		"foo": false, "": false, "127.0.0.1": false, "127.0.0.1:": false, ":": false, ":99999": false, ":-1": false, "::1:9877": false, "http://127.0.0.1:9877": false,
	} {
		if err := CheckAddress(address); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}
