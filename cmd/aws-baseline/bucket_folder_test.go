package main

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// TestBucketFolder: a snapshot folder in a bucket of another region does what one on a disk does.
func TestBucketFolder(t *testing.T) {
	w := newWorld(t)
	bucket := "snapshots-" + w.proxy.Account
	no(s3.NewFromConfig(w.proxy.Config(home)).CreateBucket(w.Context(), &s3.CreateBucketInput{
		Bucket: &bucket, CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: "eu-west-1"},
	}))(w)
	t.Setenv("AWS_BASELINE_SNAPSHOT_DIR", "s3://"+bucket+"/team/lz/")
	w.queue("old", nil)
	w.nextSecond()
	w.must(0, "snapshot", "create", "base", "--regions", home, "--types", "sqs")
	w.must(0, "snapshot", "create", "second", "--regions", home, "--types", "sqs", "--format", "yaml")
	listed := w.must(0, "snapshot", "list", "-o", "name").stdout
	if listed != "base\nsecond\n" {
		t.Errorf("listed: %q", listed)
	}
	objects := no(s3.NewFromConfig(w.proxy.Config(home)).ListObjectsV2(w.Context(), &s3.ListObjectsV2Input{Bucket: &bucket}))(w).Contents
	var keys []string
	for _, object := range objects {
		keys = append(keys, aws.ToString(object.Key))
	}
	if got := strings.Join(keys, " "); got != "team/lz/active.json team/lz/base.json team/lz/second.yaml" {
		t.Errorf("objects: %s", got)
	}
	w.nextSecond()
	w.queue("new", nil)
	w.wantTold(w.diff(1), "added sqs:queue new")
	w.wantTold(w.diff(0, "base", "second"))
	if got := w.must(2, "snapshot", "create", "base", "--regions", home, "--types", "sqs"); !strings.Contains(got.stderr, "base") {
		t.Errorf("a taken name: %s", got.stderr)
	}
	w.must(2, "snapshot", "delete", "base") // it is active
	w.must(0, "snapshot", "set-active", "second")
	w.must(0, "snapshot", "rename", "base", "first")
	w.must(0, "snapshot", "delete", "first")
	if listed := w.must(0, "snapshot", "list", "-o", "name").stdout; listed != "second\n" {
		t.Errorf("listed: %q", listed)
	}
	w.must(0, "restore", "--yes")
	w.wantTold(w.diff(0))

	for _, test := range []struct {
		folder string
		code   int
		says   string
	}{
		{"s3://", exitUsage, "is not a folder in a bucket"},
		{"s3://UPPER/x", exitUsage, "is not a folder in a bucket"},
		{"s3://not-there-" + w.proxy.Account, exitTrouble, "there is no bucket"},
	} {
		t.Setenv("AWS_BASELINE_SNAPSHOT_DIR", test.folder)
		if got := w.run("snapshot", "list"); got.code != test.code || !strings.Contains(got.stderr, test.says) || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: %d %s", test.folder, got.code, got.stderr)
		}
	}
	t.Setenv("AWS_BASELINE_SNAPSHOT_DIR", "s3://"+bucket+"/team/lz")
	w.proxy.Deny("s3", "PutObject")
	if got := w.must(2, "snapshot", "create", "third", "--regions", home, "--types", "sqs"); !strings.Contains(got.stderr, "AccessDenied") || strings.Count(got.stderr, "\n") != 1 {
		t.Errorf("denied: %s", got.stderr)
	}
}
