package collect

import (
	"testing"

	"golang.org/x/time/rate"
)

func TestBuckets(t *testing.T) {
	for _, test := range []struct{ service, operation, bucket string }{
		{"EC2", "DescribeVpcs", "EC2:DescribeVpcs"},
		{"EC2", "TerminateInstances", "EC2:TerminateInstances"},
		{"IAM", "ListRoles", "IAM:*"},
		{"Lambda", "GetPolicy", "Lambda:GetPolicy"},
		{"Lambda", "ListFunctions", "Lambda:*"},
		{"Never Heard Of", "ListThings", "Never Heard Of:*"},
	} {
		if _, got := rowFor(test.service, test.operation); got != test.bucket {
			t.Errorf("%s %s is metered as %s, want %s", test.service, test.operation, got, test.bucket)
		}
	}
	l := newLimits()
	if l.bucket("1", "eu-west-1", "IAM", "ListRoles") != l.bucket("1", "eu-west-1", "IAM", "ListUsers") {
		t.Error("operations that share a bucket have two")
	}
	if l.bucket("1", "eu-west-1", "EC2", "DescribeVpcs") == l.bucket("1", "eu-west-2", "EC2", "DescribeVpcs") {
		t.Error("two regions share a bucket")
	}
	if l.bucket("1", "eu-west-1", "EC2", "DescribeVpcs") == l.bucket("2", "eu-west-1", "EC2", "DescribeVpcs") {
		t.Error("two accounts share a bucket")
	}
}

func TestThrottlesHalveTheRate(t *testing.T) {
	b := newLimits().bucket("1", "eu-west-1", "EC2", "DescribeVpcs")
	full := b.limiter.Limit()
	if full != 10 {
		t.Fatalf("half of AWS's 20 a second is %v", full)
	}
	b.throttled()
	if got := b.limiter.Limit(); got != full/2 {
		t.Errorf("after a throttle %v, want %v", got, full/2)
	}
	for range 1000 {
		b.throttled()
	}
	if got := b.limiter.Limit(); got < 0.2 {
		t.Errorf("throttles stop it: %v", got)
	}
	last := rate.Limit(0)
	for range 1000 {
		b.answered()
		if now := b.limiter.Limit(); now < last || now > full {
			t.Fatalf("creeps from %v to %v, full is %v", last, now, full)
		} else {
			last = now
		}
	}
	if last != full {
		t.Errorf("it ends at %v, want %v", last, full)
	}
}
