package cost

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

const account = "123456789012"

var cutoff = at("2026-09-01T00:00:00Z")

// world makes a snapshot in which everything was seen wholly: every kind of the table in two regions.
func world(resources ...snapshot.Resource) *snapshot.Snapshot {
	s := &snapshot.Snapshot{
		Name: "b", Cutoff: cutoff, Resources: resources,
		Accounts: []snapshot.Account{{AccountID: account, AllRegions: true, Regions: []snapshot.Region{
			{Name: "eu-west-1", OptIn: "opt-in-not-required", Captured: true}, {Name: "us-east-1", OptIn: "opt-in-not-required", Captured: true},
			{Name: "me-south-1", OptIn: "not-opted-in"},
		}}},
	}
	kinds := map[string]bool{"autoscaling:autoscalinggroup": true}
	for _, svc := range services {
		for _, kind := range append(append([]string{}, svc.kinds...), svc.also...) {
			kinds[kind] = true
		}
	}
	for kind := range kinds {
		regions := []string{"eu-west-1", "us-east-1"}
		if kind == "s3:bucket" || kind == "route53:hostedzone" || kind == "cloudfront:distribution" {
			regions = []string{snapshot.Global}
		}
		for _, region := range regions {
			s.Coverage = append(s.Coverage, snapshot.Coverage{
				Scope: snapshot.ScopeKey(account, region, kind), AccountID: account, Region: region, Kind: kind, State: snapshot.Complete,
			})
		}
	}
	return s
}

func resource(kind, region, id string, changes ...func(*snapshot.Resource)) snapshot.Resource {
	r := snapshot.Resource{
		Key: snapshot.ResourceKey(account, region, kind, id), Scope: snapshot.ScopeKey(account, region, kind), Kind: kind, ID: id,
		AccountID: account, Region: region, UniqueID: "u-" + id,
	}
	if kind == "s3:bucket" {
		r.Scope = snapshot.ScopeKey(account, snapshot.Global, kind)
	}
	for _, change := range changes {
		change(&r)
	}
	return r
}

func ownedBy(owner snapshot.Resource) func(*snapshot.Resource) {
	return func(r *snapshot.Resource) {
		r.Owner = &snapshot.Owner{Kind: owner.Kind, ID: owner.ID, Key: owner.Key}
		r.Mark(snapshot.MarkOwned)
	}
}

func ownerNobodySaw(r *snapshot.Resource) {
	r.Owner = &snapshot.Owner{Kind: "eks:cluster", ID: "prod"}
}

func byAWS(r *snapshot.Resource) { r.Mark(snapshot.MarkProvider) }

func typed(interfaceType string) func(*snapshot.Resource) {
	return func(r *snapshot.Resource) {
		r.Configuration = []byte(`{"InterfaceType":"` + interfaceType + `"}`)
	}
}

func unique(id string) func(*snapshot.Resource) {
	return func(r *snapshot.Resource) { r.UniqueID = id }
}

func created(when string) func(*snapshot.Resource) {
	return func(r *snapshot.Resource) { t := at(when); r.CreatedAt = &t }
}

func approximately(r *snapshot.Resource) { r.Mark(snapshot.MarkApproximateDate) }

// without sets the state of a kind in a snapshot, or takes its scopes out where the state is empty.
func without(s *snapshot.Snapshot, kind, region string, state snapshot.State) *snapshot.Snapshot {
	var left []snapshot.Coverage
	for _, c := range s.Coverage {
		if c.Kind == kind && (region == "" || c.Region == region) {
			if state == "" {
				continue
			}
			c.State, c.Code = state, "AccessDenied"
		}
		left = append(left, c)
	}
	s.Coverage = left
	return s
}

// only makes a snapshot one of a capture that was asked for one region.
func only(region string, s *snapshot.Snapshot) *snapshot.Snapshot {
	s.Accounts[0].AllRegions = false
	for i := range s.Accounts[0].Regions {
		s.Accounts[0].Regions[i].Captured = s.Accounts[0].Regions[i].Name == region
	}
	return s
}

func stub(s *snapshot.Snapshot, r snapshot.Resource) *snapshot.Snapshot {
	s.Stubs = append(s.Stubs, snapshot.Stub{Key: r.Key, Scope: r.Scope, UniqueID: r.UniqueID})
	return s
}

func TestClassify(t *testing.T) {
	const sqs = "Amazon Simple Queue Service"
	queue := func(id string, changes ...func(*snapshot.Resource)) snapshot.Resource {
		return resource("sqs:queue", "eu-west-1", id, changes...)
	}
	stack := resource("cloudformation:stack", "eu-west-1", "stack")
	group := resource("autoscaling:autoscalinggroup", "eu-west-1", "asg", ownedBy(stack))
	instance := resource("ec2:instance", "eu-west-1", "i-1", ownedBy(group))
	loop := resource("sqs:queue", "eu-west-1", "loop", ownedBy(resource("sqs:queue", "eu-west-1", "loop")))

	for _, test := range []struct {
		name            string
		service, region string
		baseline, live  *snapshot.Snapshot
		want            Class
		how             Way
		says            []string
	}{
		{name: "all of the baseline", service: sqs, region: "eu-west-1", baseline: world(queue("a"), queue("b")), live: world(queue("a"), queue("b")),
			want: Baseline, how: Inferred, says: []string{"all 2 live sqs:queue in eu-west-1 belong to the baseline"}},
		{name: "one of two deleted since", service: sqs, region: "eu-west-1", baseline: world(queue("a"), queue("b")), live: world(queue("a")), want: Baseline, how: Inferred},
		{name: "none of the baseline", service: sqs, region: "eu-west-1", baseline: world(), live: world(queue("a")), want: NonBaseline, how: Inferred, says: []string{"the only live sqs:queue in eu-west-1 does not belong to the baseline"}},
		{name: "none, and the baseline's is gone", service: sqs, region: "eu-west-1", baseline: world(queue("a")), live: world(queue("b")),
			want: NonBaseline, how: Inferred, says: []string{"1 of the baseline are gone and may have been billed before"}},
		{name: "mixed", service: sqs, region: "eu-west-1", baseline: world(queue("a")), live: world(queue("a"), queue("b"), queue("c")), want: Unmatched, says: []string{"1 of 3 live"}},
		{name: "nothing live", service: sqs, region: "eu-west-1", baseline: world(queue("a")), live: world(), want: Unmatched, says: []string{"nothing that it bills for is live"}},
		{name: "live elsewhere only", service: sqs, region: "us-east-1", baseline: world(queue("a")), live: world(queue("a")), want: Unmatched},
		{name: "mixed elsewhere", service: sqs, region: "eu-west-1", baseline: world(queue("a")), live: world(queue("a"), resource("sqs:queue", "us-east-1", "b")), want: Baseline, how: Inferred},
		{name: "another account", service: sqs, region: "eu-west-1", baseline: world(queue("a")), live: func() *snapshot.Snapshot {
			s := world(queue("a"))
			s.Resources[0].Key = strings.Replace(s.Resources[0].Key, account, "999999999999", 1)
			return s
		}(), want: Unmatched},

		{name: "replaced", service: sqs, region: "eu-west-1", baseline: world(queue("a")), live: world(queue("a", unique("other"))), want: NonBaseline, how: Inferred, says: []string{"1 of the baseline are gone"}},
		{name: "no unique id now", service: sqs, region: "eu-west-1", baseline: world(queue("a")), live: world(queue("a", unique(""))), want: Baseline, how: Inferred},
		{name: "no unique id then", service: sqs, region: "eu-west-1", baseline: world(queue("a", unique(""))), live: world(queue("a")), want: Baseline, how: Inferred},

		{name: "denied now", service: sqs, region: "eu-west-1", baseline: world(queue("a")), live: without(world(queue("a")), "sqs:queue", "eu-west-1", snapshot.Denied),
			want: Unmatched, says: []string{"sqs:queue in eu-west-1 could not be seen: denied: AccessDenied"}},
		{name: "partial now", service: sqs, region: "eu-west-1", baseline: world(), live: without(world(queue("a")), "sqs:queue", "eu-west-1", snapshot.Partial), want: Unmatched},
		{name: "denied elsewhere", service: sqs, region: "eu-west-1", baseline: world(queue("a")), live: without(world(queue("a")), "sqs:queue", "us-east-1", snapshot.Denied), want: Baseline, how: Inferred},
		{name: "region not captured now", service: sqs, region: "ap-south-1", baseline: world(), live: world(), want: Unmatched, says: []string{"sqs:queue in ap-south-1 was not looked at"}},
		{name: "nothing captured", service: sqs, region: "eu-west-1", baseline: world(), live: nil, want: Unmatched, says: []string{"nothing was captured"}},
		{name: "denied then", service: sqs, region: "eu-west-1", baseline: without(world(), "sqs:queue", "", snapshot.Denied), live: world(queue("a")),
			want: Unmatched, says: []string{"one of 1", "the baseline could not see sqs:queue"}},
		{name: "denied then, and made since", service: sqs, region: "eu-west-1", baseline: without(world(), "sqs:queue", "", snapshot.Denied),
			live: world(queue("a", created("2026-09-02T00:00:00Z"))), want: NonBaseline, how: Inferred},
		{name: "denied then, and made since as far as that date goes", service: sqs, region: "eu-west-1", baseline: without(world(), "sqs:queue", "", snapshot.Denied),
			live: world(queue("a", created("2026-09-02T00:00:00Z"), approximately)), want: Unmatched},
		{name: "denied then, and made at the cut-off", service: sqs, region: "eu-west-1", baseline: without(world(), "sqs:queue", "", snapshot.Denied),
			live: world(queue("a", created("2026-09-01T00:00:00Z"))), want: Unmatched},
		{name: "partial then, but a member", service: sqs, region: "eu-west-1", baseline: without(world(queue("a")), "sqs:queue", "", snapshot.Partial), live: world(queue("a")), want: Baseline, how: Inferred},
		{name: "kind not in the baseline", service: sqs, region: "eu-west-1", baseline: without(world(), "sqs:queue", "", ""), live: world(queue("a")),
			want: Unmatched, says: []string{"the baseline did not look at sqs:queue in eu-west-1"}},
		{name: "region enabled since", service: sqs, region: "me-south-1", baseline: world(), live: func() *snapshot.Snapshot {
			s := world(resource("sqs:queue", "me-south-1", "a"))
			s.Coverage = append(s.Coverage, snapshot.Coverage{Scope: account + "/me-south-1/sqs:queue", AccountID: account, Region: "me-south-1", Kind: "sqs:queue", State: snapshot.Complete})
			return s
		}(), want: NonBaseline, how: Inferred},
		{name: "left out by the baseline's selectors", service: sqs, region: "eu-west-1", baseline: stub(world(), queue("a")), live: world(queue("a")), want: NonBaseline, how: Inferred},
		{name: "a stub counts even where the list was partial", service: sqs, region: "eu-west-1",
			baseline: stub(without(world(), "sqs:queue", "", snapshot.Partial), queue("a")), live: world(queue("a")), want: NonBaseline, how: Inferred},
		{name: "live stub of a member", service: sqs, region: "eu-west-1", baseline: world(queue("a")), live: stub(world(), queue("a")), want: Baseline, how: Inferred},
		{name: "live stub of a stranger", service: sqs, region: "eu-west-1", baseline: world(queue("a")), live: stub(world(queue("a")), queue("b")), want: Unmatched},

		{name: "an instance of a baseline stack's group", service: "Amazon Elastic Compute Cloud - Compute", region: "eu-west-1", baseline: world(stack, group),
			live: world(stack, group, instance), want: Baseline, how: Inferred, says: []string{"dedicated hosts"}},
		{name: "an instance of a new group of a baseline stack", service: "Amazon Elastic Compute Cloud - Compute", region: "eu-west-1", baseline: world(stack),
			live: world(stack, group, instance), want: Baseline, how: Inferred},
		{name: "an instance of a new stack's group", service: "Amazon Elastic Compute Cloud - Compute", region: "eu-west-1", baseline: world(),
			live: world(stack, resource("autoscaling:autoscalinggroup", "eu-west-1", "asg", ownedBy(stack)), instance), want: NonBaseline, how: Inferred},
		{name: "an owner that was replaced", service: sqs, region: "eu-west-1", baseline: world(stack),
			live: world(resource("cloudformation:stack", "eu-west-1", "stack", unique("new")), queue("a", ownedBy(stack))), want: NonBaseline, how: Inferred},
		{name: "an owner that the baseline left out", service: sqs, region: "eu-west-1", baseline: stub(world(), stack), live: world(stack, queue("a", ownedBy(stack))), want: NonBaseline, how: Inferred},
		{name: "an owner that nobody could look up", service: sqs, region: "eu-west-1", baseline: world(), live: world(queue("a", ownerNobodySaw)),
			want: Unmatched, says: []string{"a belongs to the eks:cluster prod, which could not be looked up"}},
		{name: "such an owner, but a member", service: sqs, region: "eu-west-1", baseline: world(queue("a")), live: world(queue("a", ownerNobodySaw)), want: Baseline, how: Inferred},
		{name: "an owner that owns itself", service: sqs, region: "eu-west-1", baseline: world(), live: world(loop), want: Unmatched},

		{name: "AWS's own beside members", service: "AWS Key Management Service", region: "eu-west-1", baseline: world(resource("kms:key", "eu-west-1", "k")),
			live: world(resource("kms:key", "eu-west-1", "k"), resource("kms:key", "eu-west-1", "aws", byAWS)), want: Baseline, how: Inferred, says: []string{"1 that AWS made count for neither side"}},
		{name: "AWS's own only", service: "AWS Key Management Service", region: "eu-west-1", baseline: world(), live: world(resource("kms:key", "eu-west-1", "aws", byAWS)), want: Unmatched},
		{name: "AWS's own in the baseline", service: "AWS Key Management Service", region: "eu-west-1", baseline: world(resource("kms:key", "eu-west-1", "aws", byAWS)),
			live: world(resource("kms:key", "eu-west-1", "aws", byAWS)), want: Baseline, how: Inferred},

		{name: "buckets go by their own region", service: "Amazon Simple Storage Service", region: "us-east-1", baseline: world(resource("s3:bucket", "us-east-1", "a")),
			live: world(resource("s3:bucket", "us-east-1", "a"), resource("s3:bucket", "eu-west-1", "b")), want: Baseline, how: Inferred},
		{name: "no region: all buckets count", service: "Amazon Simple Storage Service", region: NoRegion, baseline: world(resource("s3:bucket", "us-east-1", "a")),
			live: world(resource("s3:bucket", "us-east-1", "a"), resource("s3:bucket", "eu-west-1", "b")), want: Unmatched, says: []string{"in any region"}},
		{name: "no region, and buckets of some regions only", service: "Amazon Simple Storage Service", region: "global", baseline: world(resource("s3:bucket", "eu-west-1", "a")),
			live: only("eu-west-1", world(resource("s3:bucket", "eu-west-1", "a"))), want: Unmatched, says: []string{"not all regions were looked at"}},
		{name: "buckets of a region that was not captured", service: "Amazon Simple Storage Service", region: "us-east-1", baseline: world(),
			live: only("eu-west-1", world()), want: Unmatched, says: []string{"s3:bucket in us-east-1 was not looked at"}},
		{name: "buckets of a region that was captured", service: "Amazon Simple Storage Service", region: "eu-west-1", baseline: world(resource("s3:bucket", "eu-west-1", "a")),
			live: only("eu-west-1", world(resource("s3:bucket", "eu-west-1", "a"))), want: Baseline, how: Inferred},
		{name: "a bucket in a region that the baseline did not capture", service: "Amazon Simple Storage Service", region: "us-east-1", baseline: only("eu-west-1", world()),
			live: world(resource("s3:bucket", "us-east-1", "a")), want: Unmatched, says: []string{"the baseline did not look at s3:bucket in us-east-1"}},
		{name: "a zone, and some regions only", service: "Amazon Route 53", region: NoRegion, baseline: world(), live: only("eu-west-1", world(resource("route53:hostedzone", snapshot.Global, "Z1"))), want: NonBaseline, how: Inferred},
		{name: "several strangers", service: sqs, region: "eu-west-1", baseline: world(), live: world(queue("a"), queue("b")), want: NonBaseline, how: Inferred, says: []string{"none of 2 live"}},
		{name: "no region: all queues count", service: sqs, region: "global", baseline: world(queue("a")), live: world(queue("a")), want: Baseline, how: Inferred},
		{name: "no region, and not all regions looked at", service: sqs, region: "global", baseline: world(queue("a")), live: func() *snapshot.Snapshot {
			s := world(queue("a"))
			s.Accounts[0].AllRegions = false
			return s
		}(), want: Unmatched, says: []string{"not all regions were looked at"}},
		{name: "no region, and one denied", service: sqs, region: "global", baseline: world(queue("a")), live: without(world(queue("a")), "sqs:queue", "us-east-1", snapshot.Denied), want: Unmatched},
		{name: "a zone is global", service: "Amazon Route 53", region: "global", baseline: world(resource("route53:hostedzone", snapshot.Global, "Z1")),
			live: world(resource("route53:hostedzone", snapshot.Global, "Z1")), want: Baseline, how: Inferred},
		{name: "CloudFront bills by edge", service: "Amazon CloudFront", region: "ap-south-1", baseline: world(),
			live: world(resource("cloudfront:distribution", snapshot.Global, "E1")), want: NonBaseline, how: Inferred},

		{name: "volumes and gateways", service: "EC2 - Other", region: "eu-west-1", baseline: world(resource("ec2:volume", "eu-west-1", "v")),
			live: world(resource("ec2:volume", "eu-west-1", "v"), resource("ec2:natgateway", "eu-west-1", "n")), want: Unmatched, says: []string{"1 of 2 live ec2:volume, ec2:network-interface (nat_gateway), ec2:natgateway"}},
		{name: "a gateway's interface", service: "EC2 - Other", region: "eu-west-1", baseline: world(resource("ec2:volume", "eu-west-1", "v")),
			live: world(resource("ec2:volume", "eu-west-1", "v"), resource("ec2:network-interface", "eu-west-1", "eni", typed("nat_gateway"))), want: Unmatched},
		{name: "any other interface", service: "EC2 - Other", region: "eu-west-1", baseline: world(resource("ec2:volume", "eu-west-1", "v")),
			live: world(resource("ec2:volume", "eu-west-1", "v"), resource("ec2:network-interface", "eu-west-1", "eni", typed("interface"))), want: Baseline, how: Inferred},
		{name: "any other interface, for addresses", service: "Amazon Virtual Private Cloud", region: "eu-west-1", baseline: world(),
			live: world(resource("ec2:network-interface", "eu-west-1", "eni", typed("interface"))), want: NonBaseline, how: Inferred},
		{name: "interfaces of a gateway that nobody could look up", service: "Amazon Virtual Private Cloud", region: "eu-west-1", baseline: world(),
			live: world(resource("ec2:network-interface", "eu-west-1", "eni", typed("natGateway"), ownerNobodySaw, byAWS)), want: Unmatched, says: []string{"could not be looked up"}},
		{name: "interfaces that nobody looked at", service: "EC2 - Other", region: "eu-west-1", baseline: world(resource("ec2:volume", "eu-west-1", "v")),
			live: without(world(resource("ec2:volume", "eu-west-1", "v")), "ec2:network-interface", "", ""), want: Unmatched, says: []string{"ec2:network-interface in eu-west-1 was not looked at"}},
		{name: "a lesser kind that nobody looked at", service: "EC2 - Other", region: "eu-west-1", baseline: world(resource("ec2:volume", "eu-west-1", "v")),
			live: without(world(resource("ec2:volume", "eu-west-1", "v")), "ec2:snapshot", "", ""), want: Baseline, how: Inferred, says: []string{"not looked at, and billed with them: ec2:snapshot, data transfer"}},
		{name: "a lesser kind that was denied", service: "EC2 - Other", region: "eu-west-1", baseline: world(resource("ec2:volume", "eu-west-1", "v")),
			live: without(world(resource("ec2:volume", "eu-west-1", "v")), "ec2:snapshot", "eu-west-1", snapshot.Denied), want: Unmatched},
		{name: "a kind that does not exist in the region", service: "EC2 - Other", region: "eu-west-1", baseline: world(resource("ec2:volume", "eu-west-1", "v")),
			live: without(world(resource("ec2:volume", "eu-west-1", "v")), "ec2:snapshot", "eu-west-1", snapshot.Unavailable), want: Baseline, how: Inferred},
		{name: "a service that did not exist then", service: sqs, region: "eu-west-1", baseline: without(world(), "sqs:queue", "eu-west-1", snapshot.Unavailable), live: world(queue("a")), want: NonBaseline, how: Inferred},
		{name: "a lesser kind that is foreign", service: "EC2 - Other", region: "eu-west-1", baseline: world(resource("ec2:volume", "eu-west-1", "v")),
			live: world(resource("ec2:volume", "eu-west-1", "v"), resource("ec2:snapshot", "eu-west-1", "s")), want: Unmatched},

		{name: "tax", service: "Tax", region: NoRegion, baseline: world(), live: world(), want: Shared, how: ByRule},
		{name: "support", service: "AWS Support (Business)", region: NoRegion, baseline: world(), live: world(), want: Shared, how: ByRule},
		{name: "the newer support", service: "AWS Business Support+", region: "global", baseline: world(), live: nil, want: Shared, how: ByRule},
		{name: "savings plan", service: "Savings Plans for AWS Compute usage", region: "global", baseline: world(), live: world(), want: Shared, how: ByRule},
		{name: "our own requests", service: "AWS Cost Explorer", region: "us-east-1", baseline: world(), live: world(), want: Shared, how: ByRule},
		{name: "no kinds", service: "Amazon GuardDuty", region: "eu-west-1", baseline: world(), live: world(queue("a")), want: Unmatched, says: []string{"no kind of resource is known"}},
		{name: "somebody's product", service: "Support Desk by Example", region: "eu-west-1", baseline: world(), live: world(), want: Unmatched},
	} {
		t.Run(test.name, func(t *testing.T) {
			bill := &Bill{AccountID: account, Lines: []Line{{AccountID: account, Service: test.service, Region: test.region, Currency: "USD", Amount: decimal.New(1, 0)}}}
			line := Classify(bill, test.baseline, test.live, Options{}).Lines[0]
			if test.want == Unmatched {
				test.how = NotAtAll
			}
			if line.Class != test.want || line.How != test.how {
				t.Errorf("%s, %s: %s", line.Class, line.How, line.Reason)
			}
			if line.Reason == "" {
				t.Error("no reason")
			}
			for _, part := range test.says {
				if !strings.Contains(line.Reason, part) {
					t.Errorf("%q does not say %q", line.Reason, part)
				}
			}
			if bill.Lines[0].Class != "" {
				t.Error("the bill was changed")
			}
		})
	}
}

// The reasons name the first of several, so they must not follow the order of a map.
func TestClassifyIsStable(t *testing.T) {
	var resources []snapshot.Resource
	for i := range 20 {
		resources = append(resources, resource("sqs:queue", "eu-west-1", fmt.Sprintf("q%02d", i), ownerNobodySaw))
	}
	bill := &Bill{AccountID: account, Lines: []Line{{AccountID: account, Service: "Amazon Simple Queue Service", Region: "eu-west-1", Currency: "USD"}}}
	for range 20 {
		if reason := Classify(bill, world(), world(resources...), Options{}).Lines[0].Reason; !strings.Contains(reason, "q00 belongs to") {
			t.Fatal(reason)
		}
	}
}

func TestClassifyIsFastEnoughForALargeAccount(t *testing.T) {
	var resources []snapshot.Resource
	for i := range 20000 {
		resources = append(resources, resource("sqs:queue", "eu-west-1", fmt.Sprintf("q%05d", i)))
	}
	bill := &Bill{AccountID: account}
	for day := range 365 {
		bill.Lines = append(bill.Lines, Line{AccountID: account, Start: DateOf(cutoff.Add(time.Duration(day) * 24 * time.Hour)), Service: "Amazon Simple Queue Service", Region: "eu-west-1", Currency: "USD"})
	}
	calls := testing.AllocsPerRun(1, func() { Classify(bill, world(resources...), world(resources...), Options{}) })
	// Once for a place and not for each of its lines: 365 times would be millions.
	if calls > 1_000_000 {
		t.Errorf("%.0f allocations", calls)
	}
}
