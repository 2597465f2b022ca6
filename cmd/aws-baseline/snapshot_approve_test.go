package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/restore"
)

// goes are the ids that a plan deletes, with the reasons.
func goes(p *restore.Plan) map[string]string {
	reasons := make(map[string]string)
	for _, action := range p.Actions {
		reasons[action.ID] = action.Reason
	}
	return reasons
}

// Drift is approved by ARN: a restore no longer wants to delete that, and still wants the rest. An expired approval no
// longer protects.
func TestApproveAndRestore(t *testing.T) {
	w := newWorld(t)
	changed := w.queue("changed", nil)
	w.queue("gone", nil)
	w.baseline("--types", "sqs")
	w.queue("shop", map[string]string{"team": "shop"})
	w.queue("scratch", nil)
	queues := sqs.NewFromConfig(w.proxy.Config(home))
	no(queues.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: &changed, Attributes: map[string]string{"VisibilityTimeout": "77"}}))(t)
	no(queues.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: no(queues.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("gone")}))(t).QueueUrl}))(t)
	w.wantTold(w.diff(1), "added sqs:queue shop", "added sqs:queue scratch", "modified sqs:queue changed", "removed sqs:queue gone")

	w.proxy.Forget()
	got := w.must(0, "snapshot", "approve", "--to", "second", "--arn", "arn:aws:sqs:*:shop", "--reason", "the new shop", "--until", "2999-01-01", "--set-active", "--yes")
	if !strings.Contains(got.stdout, "1 change approved into second, until 2999-01-01T00:00:00Z. It is the active baseline now; base stays as it was.") {
		t.Errorf("it says %s", got.stdout)
	}
	w.wantTold(w.diff(1), "added sqs:queue scratch", "modified sqs:queue changed", "removed sqs:queue gone")
	w.wantTold(w.diff(1, "base"), "added sqs:queue shop", "added sqs:queue scratch", "modified sqs:queue changed", "removed sqs:queue gone")
	approval := w.snapshotOf("second").Metadata.Approvals[0]
	if !strings.Contains(approval.By.CallerARN, ":"+w.proxy.Account+":") || approval.Reason != "the new shop" || approval.Baseline != "base" || approval.Changes[0].ID != "shop" {
		t.Errorf("recorded: %+v", approval)
	}
	if ids := goes(w.plan(0)); len(ids) != 1 || ids["scratch"] == "" {
		t.Errorf("the plan deletes %v", ids)
	}

	// The rest, by class; then nothing differs, and there is nothing to restore.
	w.must(0, "snapshot", "approve", "--to", "third", "--change", "modified,removed", "--reason", "so it is", "--set-active", "--yes")
	w.wantTold(w.diff(1), "added sqs:queue scratch")
	w.must(80, "snapshot", "approve", "--to", "fourth", "--filter-tags", "team=shop", "--reason", "again", "--yes")
	w.must(0, "snapshot", "approve", "--to", "fourth", "--all", "--reason", "all of it", "--yes")
	w.wantTold(w.diff(0, "fourth"))

	// Time goes on: in the second baseline the approval has ended.
	ended := w.snapshotOf("second")
	past := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	ended.Metadata.Approvals[0].Until, ended.Name = &past, "ended"
	if err := (snapshot.Folder{Files: snapshot.Disk(os.Getenv("AWS_BASELINE_SNAPSHOT_DIR"))}).Save(ended, snapshot.JSON); err != nil {
		t.Fatal(err)
	}
	w.wantTold(w.diff(1, "ended"), "added sqs:queue shop", "added sqs:queue scratch", "modified sqs:queue changed", "removed sqs:queue gone")
	if err := os.Remove("plan.json"); err != nil {
		t.Fatal(err)
	}
	if ids := goes(w.plan(0, "ended")); len(ids) != 2 || !strings.Contains(ids["shop"], "its approval expired at 2020-01-01T00:00:00Z (the new shop)") || strings.Contains(ids["scratch"], "approval") {
		t.Errorf("after the end the plan deletes %v", ids)
	}
	// Approved again, from there, it is safe again.
	w.must(0, "snapshot", "approve", "ended", "--to", "renewed", "--arn", "*:shop", "--reason", "still needed", "--yes")
	if ids := goes(w.plan(0, "renewed")); len(ids) != 1 || ids["scratch"] == "" {
		t.Errorf("renewed, the plan deletes %v", ids)
	}
	w.must(1, "restore", "renewed", "--yes") // what was modified and removed is left
	listed := no(queues.ListQueues(t.Context(), &sqs.ListQueuesInput{}))(t).QueueUrls
	if len(listed) != 2 || !slices.ContainsFunc(listed, func(url string) bool { return strings.HasSuffix(url, "/shop") }) {
		t.Errorf("after the restore there are %q", listed)
	}
}

// What can't be seen now is not approved, and the rest is.
func TestApproveAcrossAGap(t *testing.T) {
	w := newWorld(t)
	w.queue("kept", nil)
	w.role("kept")
	w.baseline("--types", "sqs,iam:role")
	w.queue("new", nil)
	w.proxy.Deny("iam", "*")
	got := w.must(2, "snapshot", "approve", "--to", "second", "--all", "--reason", "why", "--yes")
	if !strings.Contains(got.stdout, "unknown can't be approved") || !strings.Contains(got.stdout, "1 change approved into second") {
		t.Errorf("it says %s", got.stdout)
	}
	w.proxy.Heal()
	w.wantTold(w.diff(0, "second"))
}

// A baseline in a bucket is approved into and sealed as one on a disk; restore refuses it in between.
func TestApproveAndSealInABucket(t *testing.T) {
	w := newWorld(t)
	bucket := "approved-" + w.proxy.Account
	store := s3.NewFromConfig(w.proxy.Config(home))
	no(store.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}))(t)
	t.Setenv("AWS_BASELINE_SNAPSHOT_DIR", "s3://"+bucket+"/lz")
	w.baseline("--types", "sqs", "--format", "yaml")
	w.queue("shop", nil)
	w.must(0, "snapshot", "approve", "--to", "second", "--all", "--reason", "the new shop", "--yes", "--set-active")
	w.wantTold(w.diff(0))

	key := "lz/second.yaml"
	out := no(store.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key}))(t)
	text := no(io.ReadAll(out.Body))(t)
	out.Body.Close()
	edited := strings.Replace(string(text), "the new shop", "the new shops", 1)
	no(store.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(edited)}))(t)
	if got := w.must(2, "restore", "plan", "--out", filepath.Join(w.folder, "p.json")); !strings.Contains(got.stderr, "was edited after it was written") {
		t.Errorf("restore says %s", got.stderr)
	}
	w.must(0, "snapshot", "seal", "second", "--reason", "a typo")
	if got := w.must(0, "restore", "plan", "--out", filepath.Join(w.folder, "p.json")); strings.Contains(got.stderr, "edited") {
		t.Errorf("restore says %s", got.stderr)
	}
	if got := w.must(0, "snapshot", "seal", "second"); !strings.Contains(got.stdout, "there is nothing to seal") {
		t.Errorf("sealed again: %s", got.stdout)
	}
}
