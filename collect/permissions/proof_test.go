package permissions

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// recorder is a transport that notes what goes through it, by operation: the name under which the request is signed.
type recorder struct {
	aws.HTTPClient
	mutex  sync.Mutex
	signed map[string]string
}

var signature = regexp.MustCompile(`Credential=[^/]+/[^/]+/[^/]+/([^/]+)/aws4_request`)

func (r *recorder) Do(request *http.Request) (*http.Response, error) {
	operation := awsmiddleware.GetServiceID(request.Context()) + ": " + awsmiddleware.GetOperationName(request.Context())
	service := ""
	if found := signature.FindStringSubmatch(request.Header.Get("Authorization")); found != nil {
		service = found[1]
	}
	r.mutex.Lock()
	r.signed[operation] = service
	r.mutex.Unlock()
	return r.HTTPClient.Do(request)
}

// signedOtherwise are the services whose name in signatures differs from that in IAM.
var signedOtherwise = map[string]string{"monitoring": "cloudwatch", "tagging": "tag"}

// unprovoked are the calls that neither the testbed's estate nor made-up answers give a reason for, and when they are made.
var unprovoked = map[string]string{
	"Account: ListRegions":                          "only where ec2:DescribeRegions is refused",
	"EC2: DescribeTransitGatewayConnects":           "only for attachments of that sort",
	"EC2: DescribeTransitGatewayPeeringAttachments": "only for attachments of that sort",
	"EC2: DescribeTransitGatewayVpcAttachments":     "only for attachments of that sort",
	"EMR: ListInstanceFleets":                       "only for clusters of instance fleets",
	"Lambda: ListLayerVersions":                     "only for layers whose newest version is not their first",
	"CloudTrail: LookupEvents":                      "by diff, which asks who made a change",
	"S3: GetBucketLocation":                         "only where the list does not tell a bucket's region",
}

// TestSnapshotPolicy captures an account with one of every kind that the testbed can make, and holds that the policy
// allows every call that was made, and nothing else: what the capture did not call, a rehearsal of the kind on made-up
// answers must have, or unprovoked says why.
func TestSnapshotPolicy(t *testing.T) {
	proxy := testbed.Proxy(t, testbed.Moto(t).URL)
	if err := testbed.OneOfEveryKind(t.Context(), proxy.Config("us-east-1"), "policy"); err != nil {
		t.Fatal(err)
	}
	for _, setting := range proxy.Environ("us-east-1") {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	session, err := collect.Open(t.Context(), collect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	recorded := &recorder{HTTPClient: session.Config.HTTPClient, signed: make(map[string]string)}
	session.Config.HTTPClient = recorded
	if _, err := collect.Capture(t.Context(), session, collect.Request{
		Kinds: kinds.All(), Regions: []string{"us-east-1", "eu-west-1"}, MaskKey: collect.NewMaskKey("the key of this test"),
	}); err != nil {
		t.Fatal(err)
	}

	list, err := Needs(Request{Purpose: Snapshot, Partition: "aws", Kinds: kinds.All()})
	if err != nil {
		t.Fatal(err)
	}
	allowed := make(map[string]bool)
	for _, statement := range Policy(list).Statement {
		for _, action := range statement.Action {
			allowed[action] = true
		}
	}
	called := make(map[string]bool) // actions
	for operation, signed := range recorded.signed {
		actions, _, err := Actions(operation, "aws")
		if err != nil {
			t.Error(err)
		}
		for _, action := range actions {
			called[action] = true
			if !allowed[action] {
				t.Errorf("%s was called, and the policy does not allow %s", operation, action)
			}
		}
		if name, ok := signedOtherwise[signed]; ok {
			signed = name
		}
		if len(actions) > 0 && !strings.HasPrefix(actions[0], signed+":") {
			t.Errorf("%s is signed for %s, and its action is %s", operation, signed, actions[0])
		}
	}

	onWire := len(called)
	for _, kind := range kinds.All() {
		rehearsal, err := collect.Rehearse(kind)
		if err != nil {
			t.Fatal(err)
		}
		for _, operation := range rehearsal.Operations {
			actions, _, err := Actions(operation, "aws")
			if err != nil {
				t.Error(err)
			}
			for _, action := range actions {
				called[action] = true
			}
		}
	}
	for operation := range unprovoked {
		actions, _, _ := Actions(operation, "aws")
		for _, action := range actions {
			called[action] = true
		}
	}
	for _, need := range list {
		if !called[need.Action] {
			t.Errorf("the policy allows %s for %s of %s, and nothing here calls that: say in unprovoked when it is called", need.Action, strings.Join(need.Operations, ", "), strings.Join(need.Kinds, ", "))
		}
	}
	t.Logf("%d actions are allowed; %d were called on the server, the rest in rehearsals", len(list), onWire)
}

// TestProbe tries the permissions of an account in which some are denied.
func TestProbe(t *testing.T) {
	proxy := testbed.Proxy(t, testbed.Moto(t).URL)
	if err := testbed.OneOfEveryKind(t.Context(), proxy.Config("us-east-1"), "probe"); err != nil {
		t.Fatal(err)
	}
	for _, setting := range proxy.Environ("us-east-1") {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	session, err := collect.Open(t.Context(), collect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	chosen, err := collect.ByName(kinds.All(), []string{"s3:bucket", "kms:key", "sqs:queue", "iam:role", "iam:user"})
	if err != nil {
		t.Fatal(err)
	}
	proxy.Deny("s3", "GetBucketPolicy")
	proxy.Error("s3", "GetBucketLogging", 400, "InvalidAccessException", "The service was never switched on")
	proxy.DenySCP("kms", "ListKeys")
	proxy.Deny("tagging", "GetResources")
	proxy.Forget()
	trials, err := Probe(t.Context(), session, chosen, []string{"us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	told := make(map[string]Trial)
	for _, trial := range trials {
		if _, twice := told[trial.Kind+" "+trial.Operation]; twice {
			t.Errorf("%s is told twice for %s", trial.Operation, trial.Kind)
		}
		told[trial.Kind+" "+trial.Operation] = trial
		if trial.Class != Allowed && trial.Class != string(collect.ClassDenied) {
			t.Errorf("told as %+v", trial)
		}
	}
	for name, want := range map[string]string{
		"s3:bucket S3: ListBuckets": Allowed, "s3:bucket S3: GetBucketPolicy": "denied", "s3:bucket S3: GetBucketAcl": Allowed,
		"s3:bucket S3: GetBucketLogging": Allowed,
		"kms:key KMS: ListKeys":          "denied", "sqs:queue SQS: ListQueues": Allowed, "sqs:queue SQS: ListQueueTags": Allowed,
		" Resource Groups Tagging API: GetResources": "denied",
	} {
		if told[name].Class != want {
			t.Errorf("%s is told as %+v, want %s", name, told[name], want)
		}
	}
	if !told["kms:key KMS: ListKeys"].SCP || told["s3:bucket S3: GetBucketPolicy"].SCP {
		t.Error("who denied it is not told")
	}
	if told["s3:bucket S3: GetBucketLogging"].Code != "InvalidAccessException" {
		t.Errorf("an answer that is an error is told as %+v", told["s3:bucket S3: GetBucketLogging"])
	}
	if _, tried := told["kms:key KMS: DescribeKey"]; tried {
		t.Error("a key was described though none could be listed")
	}
	counts := make(map[string]int)
	for _, call := range proxy.Calls() {
		if call.Service != "ec2" { // the regions
			counts[call.Service+":"+call.Operation]++
		}
		if !strings.HasPrefix(call.Operation, "Get") && !strings.HasPrefix(call.Operation, "List") && !strings.HasPrefix(call.Operation, "Describe") {
			t.Errorf("%s was called", call.Name())
		}
	}
	for name, n := range counts {
		if n > 1 {
			t.Errorf("%s was called %d times", name, n)
		}
	}
	if !slices.IsSortedFunc(trials, func(a, b Trial) int { return strings.Compare(a.Kind, b.Kind) }) {
		t.Error("the trials are not sorted")
	}
}
