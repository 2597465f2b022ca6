package main

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// examine runs the doctor and returns what it found, by check.
func (w *world) examine(code int, args ...string) map[string]printer.Check {
	w.Helper()
	got := w.must(code, append([]string{"doctor", "-o", "json"}, args...)...)
	var list struct{ Checks []printer.Check }
	if err := json.Unmarshal([]byte(got.stdout), &list); err != nil {
		w.Fatal(err)
	}
	checks := make(map[string]printer.Check)
	for _, c := range list.Checks {
		checks[c.Check] = c
	}
	return checks
}

// AWS's clock is told by the Date of its answers.
func TestDoctorClock(t *testing.T) {
	for _, test := range []struct {
		name   string
		ahead  time.Duration // of AWS's clock
		state  printer.State
		within string
		code   int
	}{
		{"agrees", 0, printer.Fine, "agrees", 0},
		{"a minute behind", time.Minute, printer.Warning, "behind AWS's", 0},
		{"a minute ahead", -time.Minute, printer.Warning, "ahead of AWS's", 0},
		{"an hour behind", time.Hour, printer.Fault, "behind AWS's", 2},
		{"an hour ahead", -time.Hour, printer.Fault, "ahead of AWS's", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld(t)
			w.proxy.Intercept("*", "*", func(c *testbed.Call, next func(*testbed.Call) *testbed.Answer) *testbed.Answer {
				answer := next(c)
				answer.Header = answer.Header.Clone()
				answer.Header.Set("Date", time.Now().Add(test.ahead).UTC().Format(http.TimeFormat))
				return answer
			})
			clock := w.examine(test.code, "--types", "sqs")["clock"]
			if clock.State != test.state || !strings.Contains(clock.Found, test.within) {
				t.Errorf("told as %+v", clock)
			}
		})
	}
}

// Everything that a policy can deny is told with its action, and a service control policy as what it is.
func TestDoctorDenied(t *testing.T) {
	w := newWorld(t)
	w.bucket("one")
	w.queue("one", nil)
	w.proxy.Deny("s3", "GetBucketEncryption")
	w.proxy.DenySCP("sqs", "*")
	checks := w.examine(2, "--types", "s3:bucket,sqs:queue,sns:topic")
	for check, want := range map[string]string{
		"permissions":      "1 type", // there is more than one
		"permissions: S3":  "s3:GetEncryptionConfiguration denied, for s3:bucket",
		"permissions: SQS": "sqs:ListQueues denied, for sqs:queue",
	} {
		found := checks[check]
		if check == "permissions" {
			if found.State != printer.Fault || strings.Contains(found.Found, want+" ") {
				t.Errorf("told as %+v", found)
			}
			continue
		}
		if found.State != printer.Fault || found.Found != want {
			t.Errorf("%s is told as %+v, want %q", check, found, want)
		}
	}
	if do := checks["permissions: SQS"].Do; !strings.Contains(do, "service control policy") {
		t.Errorf("what to do: %s", do)
	}
	if do := checks["permissions: S3"].Do; !strings.Contains(do, "policy --for snapshot --types s3:bucket") {
		t.Errorf("what to do: %s", do)
	}
	if _, told := checks["permissions: SNS"]; told {
		t.Error("a service that answers is told as refused")
	}
}

// A session that runs out is exit code 3.
func TestDoctorExpired(t *testing.T) {
	w := newWorld(t)
	w.proxy.Expire("sqs", "*")
	if got := w.examine(3, "--types", "sqs")["permissions: SQS"]; got.Do != "renew the credentials" {
		t.Errorf("told as %+v", got)
	}
}

// What is stored is looked at, and no secret is printed.
func TestDoctorStore(t *testing.T) {
	w := newWorld(t)
	w.must(0, "snapshot", "create", "base", "--regions", home, "--types", "sqs")
	key := filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "aws-baseline", collect.MaskKeyFile)
	secret, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	got := w.must(0, "doctor", "--types", "sqs")
	for _, word := range []string{strings.TrimSpace(string(secret)), os.Getenv("AWS_SECRET_ACCESS_KEY"), os.Getenv("AWS_SESSION_TOKEN")} {
		if word != "" && strings.Contains(got.stdout+got.stderr, word) {
			t.Errorf("a secret is printed:\n%s%s", got.stdout, got.stderr)
		}
	}

	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	if c := w.examine(0, "--types", "sqs")["masking key"]; c.State != printer.Warning || c.Do != "chmod 600 "+key {
		t.Errorf("told as %+v", c)
	}
	if err := os.Remove(key); err != nil {
		t.Fatal(err)
	}
	if c := w.examine(0, "--types", "sqs")["masking key"]; c.State != printer.Warning || !strings.Contains(c.Found, "none here") {
		t.Errorf("told as %+v", c)
	}
	t.Setenv(collect.MaskKeyVariable, "another key, long enough")
	if c := w.examine(0, "--types", "sqs")["masking key"]; c.State != printer.Warning || !strings.Contains(c.Found, "made with another") {
		t.Errorf("told as %+v", c)
	}

	file := filepath.Join(os.Getenv("AWS_BASELINE_SNAPSHOT_DIR"), "base.json")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(text), `"stubs": []`, `"stubs": [ ]`, 1)[:len(text)/2]), 0o600); err != nil {
		t.Fatal(err)
	}
	if c := w.examine(2, "--types", "sqs")["baseline"]; c.State != printer.Fault {
		t.Errorf("told as %+v", c)
	}
}
