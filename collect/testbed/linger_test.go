package testbed

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// deletions has, for some protocols, how to delete item 5 of the fake's lists, and the list without it.
var deletions = map[string]func(*testing.T, *fake, aws.Config) error{
	"ec2": func(t *testing.T, f *fake, cfg aws.Config) error {
		return errOf(ec2.NewFromConfig(cfg).DeleteSecurityGroup(t.Context(), &ec2.DeleteSecurityGroupInput{GroupId: aws.String("sg-5")}))
	},
	"iam": func(t *testing.T, f *fake, cfg aws.Config) error {
		return errOf(iam.NewFromConfig(cfg).DeleteRole(t.Context(), &iam.DeleteRoleInput{RoleName: aws.String("r5")}))
	},
	"sqs": func(t *testing.T, f *fake, cfg aws.Config) error {
		return errOf(sqs.NewFromConfig(cfg).DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: aws.String("https://sqs/q5")}))
	},
}

func TestLinger(t *testing.T) {
	eachProtocol(t, func(t *testing.T, x probe, f *fake, p *FaultProxy, cfg aws.Config) {
		remove := deletions[x.service]
		if remove == nil {
			t.Skip("one service for each kind of request is enough")
		}
		count := func() int {
			t.Helper()
			items, _, err := x.page(t.Context(), cfg, nil)
			if err != nil {
				t.Fatal(err)
			}
			return len(items)
		}
		p.Linger(x.service, x.operation, 2)
		if n := count(); n != 5 {
			t.Fatalf("lists %d before the deletion", n)
		}
		f.set("ec2:DeleteSecurityGroup", `<R><return>true</return></R>`)
		f.set("iam:DeleteRole", `<R></R>`)
		if err := remove(t, f, cfg); err != nil {
			t.Fatal(err)
		}
		f.set(x.service+":"+x.operation, empty[x.operation])
		if got := []int{count(), count(), count()}; !slices.Equal(got, []int{1, 1, 0}) {
			t.Errorf("after the deletion of one of five, all being gone, lists %v", got)
		}
	})
}

func TestFailedDeletionsLeaveNoGhost(t *testing.T) {
	f := newFake(t)
	p := Proxy(t, f.URL)
	cfg := noRetries(p.Config("eu-west-1"))
	p.Linger("ec2", "DescribeSecurityGroups", 2)
	p.Deny("ec2", "Delete*")
	if _, _, err := probes[0].page(t.Context(), cfg, nil); err != nil {
		t.Fatal(err)
	}
	if deletions["ec2"](t, f, cfg) == nil {
		t.Fatal("not denied")
	}
	f.set("ec2:DescribeSecurityGroups", empty["DescribeSecurityGroups"])
	if items, _, _ := probes[0].page(t.Context(), cfg, nil); len(items) != 0 {
		t.Errorf("lists %v", items)
	}
}

func TestLingerOfMoto(t *testing.T) {
	p := Proxy(t, Moto(t).URL)
	cfg := p.Config("eu-west-1")
	client := sqs.NewFromConfig(cfg)
	q, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")})
	if err != nil {
		t.Fatal(err)
	}
	p.Linger("sqs", "ListQueues", 1)
	var counts []int
	list := func() {
		out, err := client.ListQueues(t.Context(), &sqs.ListQueuesInput{})
		if err != nil {
			t.Fatal(err)
		}
		counts = append(counts, len(out.QueueUrls))
	}
	list()
	if _, err := client.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: q.QueueUrl}); err != nil {
		t.Fatal(err)
	}
	list()
	list()
	if !slices.Equal(counts, []int{1, 1, 0}) {
		t.Errorf("before, just after and later: %v queues", counts)
	}
}

func TestGhostsKeepToTheirRegion(t *testing.T) {
	f := newFake(t)
	f.set("ec2:DeleteSecurityGroup", `<R><return>true</return></R>`)
	p := Proxy(t, f.URL)
	here, there := noRetries(p.Config("eu-west-1")), noRetries(p.Config("us-east-1"))
	p.Linger("ec2", "DescribeSecurityGroups", 2)
	if _, _, err := probes[0].page(t.Context(), here, nil); err != nil {
		t.Fatal(err)
	}
	if err := deletions["ec2"](t, f, there); err != nil {
		t.Fatal(err)
	}
	f.set("ec2:DescribeSecurityGroups", empty["DescribeSecurityGroups"])
	if items, _, _ := probes[0].page(t.Context(), here, nil); len(items) != 0 {
		t.Errorf("a deletion in another region leaves %v", items)
	}
}
