package main

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/permissions"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// A restore of one of every kind calls nothing that the policy for it does not allow, as the proxy saw it on the wire.
func TestRestorePolicy(t *testing.T) {
	w := newWorld(t)
	// What the server here can't list leaves gaps, which are not this test's business.
	w.nextSecond()
	w.run("snapshot", "create", "base", "--regions", home, "--set-active")
	w.nextSecond()
	if err := testbed.OneOfEveryKind(t.Context(), w.proxy.Config(home), "policy"); err != nil {
		t.Fatal(err)
	}
	// moto applies the policy that denies all but TLS without looking at its condition.
	for _, bucket := range no(s3.NewFromConfig(w.proxy.Config(home)).ListBuckets(t.Context(), &s3.ListBucketsInput{}))(t).Buckets {
		no(s3.NewFromConfig(w.proxy.Config(home)).DeleteBucketPolicy(t.Context(), &s3.DeleteBucketPolicyInput{Bucket: bucket.Name}))(t)
	}
	w.proxy.Forget()
	restored := w.run("restore", "--yes", "--max-deletes", "500")

	needs, err := permissions.Needs(permissions.Request{Purpose: permissions.Restore, Partition: "aws", Kinds: kinds.All()})
	if err != nil {
		t.Fatal(err)
	}
	// Calls by the name under which they are allowed in IAM and the operation's own.
	allowed := map[string]bool{"sts:GetCallerIdentity": true}
	for _, need := range needs {
		prefix, _, _ := strings.Cut(need.Action, ":")
		for _, operation := range need.Operations {
			_, name, _ := strings.Cut(operation, ": ")
			allowed[prefix+":"+name] = true
		}
	}
	deletions := make(map[string]bool)
	for _, call := range w.proxy.Calls() {
		service := call.Service
		switch service {
		case "tagging":
			service = "tag"
		case "s3control":
			service = "s3"
		}
		if !allowed[service+":"+call.Operation] {
			t.Errorf("%s was called, and the policy for restore does not allow it", call.Name())
			allowed[service+":"+call.Operation] = true // once
		}
		if call.Deletes() {
			deletions[call.Name()] = true
		}
	}
	if len(deletions) < 20 {
		t.Errorf("only %d sorts of deletions were made\n%s", len(deletions), restored.stderr)
	}
}
