package main

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func versioningOn() *types.VersioningConfiguration {
	return &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled}
}

func TestBaselineSelectedByTag(t *testing.T) {
	w := newWorld(t)
	c := sqs.NewFromConfig(w.proxy.Config(home))
	member := w.queue("member", map[string]string{"lz": "yes"})
	old := w.queue("old", nil)
	w.baseline("--types", "sqs", "--filter-tags", "lz=yes")
	if s := w.snapshotOf("base"); len(s.Resources) != 1 || len(s.Stubs) != 1 {
		t.Fatalf("%d members and %d stubs", len(s.Resources), len(s.Stubs))
	}
	w.wantTold(w.diff(0), "outside sqs:queue old")

	no(c.UntagQueue(t.Context(), &sqs.UntagQueueInput{QueueUrl: &member, TagKeys: []string{"lz"}}))(t)
	no(c.TagQueue(t.Context(), &sqs.TagQueueInput{QueueUrl: &old, Tags: map[string]string{"lz": "yes"}}))(t)
	w.queue("new", nil)
	w.wantTold(w.diff(1), "modified sqs:queue member", "outside sqs:queue old", "added sqs:queue new")

	// Restore plans only the new one.
	w.must(1, "restore", "--yes")
	w.wantTold(w.diff(1), "modified sqs:queue member", "outside sqs:queue old")
}

func TestBaselineSelectedByDate(t *testing.T) {
	w := newWorld(t)
	w.queue("first", nil)
	w.nextSecond()
	w.nextSecond()
	date := w.now()
	w.nextSecond()
	w.queue("seen", nil) // by the capture, and made after the date
	w.nextSecond()
	w.must(0, "snapshot", "create", "base", "--regions", home, "--types", "sqs,ec2:security-group", "--before-date", date)
	if s := w.snapshotOf("base"); len(s.Resources) != 1 || s.Cutoff.Format("2006-01-02T15:04:05Z") != date {
		t.Fatalf("%d members, cut-off %s", len(s.Resources), s.Cutoff)
	}
	r := w.diff(1, "--change", "added")
	w.wantTold(r, "added sqs:queue seen")
	// What has no date was not selected by it, and is nobody's to delete.
	for _, change := range w.diff(1).Changes {
		if change.Kind == "ec2:security-group" && change.Change != "outside" {
			t.Errorf("%s is %s", change.ID, change.Change)
		}
	}
}
