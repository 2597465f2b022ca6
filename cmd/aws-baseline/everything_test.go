package main

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
	"github.com/aws-baseline/aws-baseline/diff"
)

// One of every kind is added to an empty account, and a restore takes all of it away again, in an order that a strict
// server accepts.
func TestRestoreOneOfEveryKind(t *testing.T) {
	w := newWorld(t)
	w.baseline()
	if err := testbed.OneOfEveryKind(t.Context(), w.proxy.Config(home), "all"); err != nil {
		t.Fatal(err)
	}
	// moto applies the policy that denies all but TLS without looking at its condition.
	for _, bucket := range no(s3.NewFromConfig(w.proxy.Config(home)).ListBuckets(t.Context(), &s3.ListBucketsInput{}))(t).Buckets {
		no(s3.NewFromConfig(w.proxy.Config(home)).DeleteBucketPolicy(t.Context(), &s3.DeleteBucketPolicyInput{Bucket: bucket.Name}))(t)
	}
	w.proxy.Strict()
	w.must(1, "restore", "--yes", "--max-deletes", "500")
	// What restore left for whoever needs the data again.
	for _, change := range w.diff(1).Changes {
		if change.Change != diff.Added || change.Kind != "rds:snapshot" || !strings.Contains(change.ID, "-aws-baseline-final-") {
			t.Errorf("left: %s %s %s", change.Change, change.Kind, change.ID)
		}
	}
	for _, call := range w.proxy.Calls() {
		if call.Operation == "DetachInternetGateway" {
			continue // that a public address is mapped in its VPC is told by no reference: restore tries again
		}
		if call.Code == "DependencyViolation" || call.Code == "DeleteConflict" {
			t.Errorf("%s was called out of order: %s", call.Name(), call.Code)
		}
	}
}
