package main

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// An account with one of every kind does not differ from itself: not right after the snapshot, and not through a proxy
// that changes what AWS changes by itself. A real change still shows.
func TestNoFalseDrift(t *testing.T) {
	w := newWorld(t)
	cfg := w.proxy.Config(home)
	if err := testbed.OneOfEveryKind(t.Context(), cfg, "noise"); err != nil {
		t.Fatal(err)
	}
	w.baseline()
	w.wantTold(w.diff(0))
	for seed := range uint64(4) {
		quiet := w.proxy.Noise(testbed.NoiseOptions{Seed: seed, Defaults: testbed.CommonDefaults()})
		w.wantTold(w.diff(0))
		if seed == 3 {
			group := w.groupNamed("default")
			no(ec2.NewFromConfig(cfg).AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &group, IpPermissions: []ec2types.IpPermission{{
				IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22), IpRanges: []ec2types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}},
			}}}))(t)
			w.role("new")
			w.wantTold(w.diff(1), "modified ec2:security-group default", "added iam:role new")
		}
		quiet()
	}
}

// What is new is not listed everywhere at once: what looks added or removed is looked at again before it is said.
func TestEventuallyConsistent(t *testing.T) {
	w := newWorld(t)
	w.queue("kept", nil)
	w.nextSecond()
	w.must(0, "snapshot", "create", "base", "--regions", home, "--types", "sqs")
	flicker := w.proxy.Intercept("sqs", "ListQueues", func(c *testbed.Call, next func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		answer := next(c)
		answer.Body = []byte("{}")
		return answer
	}, testbed.First(1))
	defer flicker()
	w.wantTold(w.diff(0))
}
