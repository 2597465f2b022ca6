package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
	"github.com/aws-baseline/aws-baseline/diff"
)

// world is an account on moto behind a proxy that can fail, and a folder to run the program in.
type world struct {
	*testing.T
	proxy  *testbed.FaultProxy
	folder string
}

const home = "us-east-1"

func newWorld(t *testing.T) *world {
	w := &world{T: t, proxy: testbed.Proxy(t, testbed.Moto(t).URL), folder: t.TempDir()}
	for _, pair := range w.proxy.Environ(home) {
		name, value, _ := strings.Cut(pair, "=")
		t.Setenv(name, value)
	}
	isolate(t, w.folder)
	return w
}

// isolate keeps the program away from the person's own files.
func isolate(t *testing.T, folder string) {
	t.Chdir(folder)
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(folder, "config"))
	t.Setenv("HOME", folder)
	t.Setenv("AWS_BASELINE_SNAPSHOT_DIR", filepath.Join(folder, "snapshots"))
}

// result is what a run of the program left behind.
type result struct {
	code           int
	stdout, stderr string
}

// run runs the program in this process.
func (w *world) run(args ...string) result {
	w.Helper()
	return runProgram(w.T, args...)
}

func runProgram(t *testing.T, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// must runs the program and ends the test unless it exits with the code.
func (w *world) must(code int, args ...string) result {
	w.Helper()
	got := w.run(args...)
	if got.code != code {
		w.Fatalf("aws-baseline %s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got.code, code, got.stdout, got.stderr)
	}
	return got
}

// snapshotOf loads a snapshot from the folder.
func (w *world) snapshotOf(name string) *snapshot.Snapshot {
	w.Helper()
	s, err := snapshot.Folder{Files: snapshot.Disk(os.Getenv("AWS_BASELINE_SNAPSHOT_DIR"))}.Load(name)
	if err != nil {
		w.Fatal(err)
	}
	return s
}

// diff compares the live account and returns the report.
func (w *world) diff(code int, args ...string) *diff.Report {
	w.Helper()
	got := w.must(code, append([]string{"diff", "-o", "json"}, args...)...)
	report := new(diff.Report)
	if err := json.Unmarshal([]byte(got.stdout), report); err != nil {
		w.Fatalf("%v\n%s", err, got.stdout)
	}
	return report
}

// told is what a report says, as "class kind name-or-id".
func told(r *diff.Report) []string {
	var words []string
	for _, c := range r.Changes {
		name := c.Name
		if name == "" {
			name = c.ID
		}
		words = append(words, string(c.Change)+" "+c.Kind+" "+name)
	}
	slices.Sort(words)
	return words
}

func (w *world) wantTold(r *diff.Report, want ...string) {
	w.Helper()
	slices.Sort(want)
	if got := told(r); !slices.Equal(got, want) {
		w.Errorf("the diff says\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// nextSecond returns once AWS's clock shows another second: creation dates and cut-offs are compared in whole seconds.
func (w *world) nextSecond() {
	w.Helper()
	start := ""
	for {
		response, err := http.Get(w.proxy.URL + "/moto-api/")
		if err != nil {
			w.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		now := response.Header.Get("Date")
		if start == "" {
			start = now
		}
		if now != start {
			return
		}
	}
}

// baseline captures a snapshot of the home region between two seconds, so that what was made before is a member and
// what is made after is an addition.
func (w *world) baseline(args ...string) {
	w.Helper()
	w.nextSecond()
	w.must(0, append([]string{"snapshot", "create", "base", "--regions", home}, args...)...)
	w.nextSecond()
}

// no fails the test on an error from the SDK.
func no[T any](out T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

const trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

func (w *world) role(name string) {
	w.Helper()
	no(iam.NewFromConfig(w.proxy.Config(home)).CreateRole(w.Context(), &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(trust)}))(w)
}

// bucket makes a bucket; names are unique over all accounts of a moto.
func (w *world) bucket(name string) string {
	w.Helper()
	name += "-" + w.proxy.Account
	no(s3.NewFromConfig(w.proxy.Config(home)).CreateBucket(w.Context(), &s3.CreateBucketInput{Bucket: &name}))(w)
	return name
}

func (w *world) queue(name string, tags map[string]string) string {
	w.Helper()
	return *no(sqs.NewFromConfig(w.proxy.Config(home)).CreateQueue(w.Context(), &sqs.CreateQueueInput{QueueName: &name, Tags: tags}))(w).QueueUrl
}

func (w *world) vpc() string {
	w.Helper()
	return *no(ec2.NewFromConfig(w.proxy.Config(home)).DescribeVpcs(w.Context(), &ec2.DescribeVpcsInput{}))(w).Vpcs[0].VpcId
}

func (w *world) group(name string) string {
	w.Helper()
	return *no(ec2.NewFromConfig(w.proxy.Config(home)).CreateSecurityGroup(w.Context(), &ec2.CreateSecurityGroupInput{
		GroupName: &name, Description: &name, VpcId: aws.String(w.vpc()),
	}))(w).GroupId
}

// now is AWS's clock.
func (w *world) now() string {
	w.Helper()
	response, err := http.Get(w.proxy.URL + "/moto-api/")
	if err != nil {
		w.Fatal(err)
	}
	response.Body.Close()
	at, err := http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		w.Fatal(err)
	}
	return at.UTC().Format("2006-01-02T15:04:05Z")
}

// groupNamed is the id of a security group.
func (w *world) groupNamed(name string) string {
	w.Helper()
	out := no(ec2.NewFromConfig(w.proxy.Config(home)).DescribeSecurityGroups(w.Context(), &ec2.DescribeSecurityGroupsInput{
		Filters: []ec2types.Filter{{Name: aws.String("group-name"), Values: []string{name}}},
	}))(w)
	return *out.SecurityGroups[0].GroupId
}
