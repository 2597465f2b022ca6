package kinds

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
	"github.com/aws-baseline/aws-baseline/diff"
)

// kindless are the types of the architectures that have no kind, and why.
var kindless = map[string]string{
	"AWS::ApiGateway::Deployment":           "a part of its API",
	"AWS::ApiGateway::Method":               "a part of its API",
	"AWS::ApiGateway::Resource":             "a part of its API",
	"AWS::EC2::Route":                       "a part of its route table",
	"AWS::EC2::SecurityGroupIngress":        "a part of its group",
	"AWS::EC2::SubnetRouteTableAssociation": "a part of its route table",
	"AWS::EC2::VPCGatewayAttachment":        "a part of its gateway",
	"AWS::EC2::VolumeAttachment":            "a part of its volume",
	"AWS::EMR::InstanceGroupConfig":         "a part of its cluster",
	"AWS::EMR::SecurityConfiguration":       "not collected yet",
	"AWS::IAM::Policy":                      "a part of its roles and users",
	"AWS::IoT::Policy":                      "not collected yet",
	"AWS::IoT::Thing":                       "not collected yet",
	"AWS::IoT::ThingType":                   "not collected yet",
	"AWS::Lambda::Permission":               "a part of its function",
	"AWS::Lambda::Version":                  "a part of its function",
	"AWS::Route53::RecordSetGroup":          "its records are: they carry no name of the group",
	"AWS::SageMaker::NotebookInstance":      "not collected yet",
}

// nameless are the types whose physical ids moto's stacks do not tell. That such things resolve is shown by
// TestStackMembersOfEveryKind; here the snapshot must have as many of the kind as the stacks.
var nameless = []string{
	"AWS::AutoScaling::ScheduledAction", "AWS::EFS::AccessPoint", "AWS::Events::Archive", "AWS::Events::EventBus", "AWS::Lambda::LayerVersion",
	"AWS::RDS::DBParameterGroup", "AWS::RDS::DBSubnetGroup", "AWS::Redshift::Cluster", "AWS::Redshift::ClusterParameterGroup",
	"AWS::Redshift::ClusterSubnetGroup",
}

// gone are the types of which moto's stacks make what is dead at once, and why.
var gone = map[string]string{"AWS::EMR::Cluster": "moto ends a cluster that has no steps, whatever the template says"}

// TestArchitectures captures an estate that no kind shaped: CloudFormation templates of common architectures. Whatever a
// stack lists is captured and is the stack's. The Tagging API knows of nothing that the capture lacks, and a second
// capture, through everything that AWS's answers do by themselves, differs in nothing.
func TestArchitectures(t *testing.T) {
	e := newEstate(t)
	templates, err := testbed.Architectures(e, e.Config)
	if err != nil {
		t.Fatal(err)
	}
	first := e.captureAll(nil)
	for _, scope := range first.Coverage {
		if scope.State != snapshot.Complete && scope.Code != "NotAnAWSAnswer" { // what moto has not, nothing below is of
			t.Errorf("%s: %s", scope.Scope, scope.Why())
		}
	}
	t.Logf("%d templates, %s; %d resources in the snapshot, %d calls", templates, checkStacks(e, first), len(first.Resources), first.Metadata.APICalls)
	for _, gap := range first.Census.NotAsked {
		t.Errorf("the Tagging API of %s: %s: %s", gap.Region, gap.Code, gap.Message)
	}
	for _, row := range first.Census.Types {
		if row.Collected {
			t.Errorf("the Tagging API knows %d %s in %s that the capture does not have", row.Resources, row.Type, row.Region)
		} else {
			t.Logf("the Tagging API knows %d %s that no kind is of", row.Resources, row.Type)
		}
	}

	e.Proxy.Noise(testbed.NoiseOptions{Seed: 7})
	report, err := diff.Compare(e, first, e.captureAll(nil), diff.Options{
		Rules: collect.Rules(All()), Live: true, ShowOwned: true,
		Reread: func(_ context.Context, scopes []string) (*snapshot.Snapshot, error) { return e.captureAll(scopes), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range report.Changes {
		if change.Change == diff.Unknown && change.Baseline != nil && len(change.Baseline.Unknown) > 0 {
			continue // what moto can't answer for, both times
		}
		t.Errorf("nothing changed, and the diff says: %s %s %s %v", change.Change, change.Kind, change.ID, fmt.Sprint(change.Properties))
	}
}

// captureAll looks at every kind, or at some scopes.
func (e *estate) captureAll(scopes []string) *snapshot.Snapshot {
	e.Helper()
	request := collect.Request{
		Kinds: All(), Regions: []string{testRegion}, Census: scopes == nil, MaskKey: collect.NewMaskKey("the key of the templates' tests"),
	}
	if scopes != nil {
		request.Scopes = snapshot.ScopeSet(scopes)
	}
	s, err := collect.Capture(e, e.session, request)
	if err != nil {
		e.Fatal(err)
	}
	return s
}

// stackMember is what a stack lists.
type stackMember struct{ stack, cloudFormation, id string }

func (m stackMember) String() string { return m.cloudFormation + " " + m.id + " of " + m.stack }

// checkStacks looks for everything that the stacks list, and says what it counted.
func checkStacks(e *estate, s *snapshot.Snapshot) string {
	e.Helper()
	byType := kindsByType()
	members, stacks := stackMembers(e)
	kinded, unnamed, found := 0, make(map[string]int), 0
	met := make(map[string]bool)
	claimed := make(map[string]stackMember)
	for _, m := range members {
		met[m.cloudFormation] = true
		kind := byType[m.cloudFormation]
		switch {
		case kind == nil && kindless[m.cloudFormation] == "":
			e.Errorf("%s: the type has no kind, and no reason is given", m)
			continue
		case kind == nil:
			continue
		case gone[m.cloudFormation] != "":
			kinded++
			continue
		case m.id == "":
			kinded++
			if unnamed[m.cloudFormation]++; !slices.Contains(nameless, m.cloudFormation) {
				e.Errorf("%s: it has no physical id", m)
			}
			continue
		}
		kinded++
		at := slices.IndexFunc(s.Resources, func(r snapshot.Resource) bool {
			_, taken := claimed[r.Key]
			return !taken && r.Kind == kind.Name && r.Owner != nil && strings.HasSuffix(r.Owner.Key, m.stack) && isCalled(&r, m.id)
		})
		if at < 0 {
			e.Errorf("%s: the snapshot has no such %s that is the stack's", m, kind.Name)
			continue
		}
		claimed[s.Resources[at].Key] = m
		found++
	}
	for name, made := range unnamed {
		if has := len(of(s, byType[name].Name)); has < made {
			e.Errorf("the stacks made %d %s, and the snapshot has %d %s", made, name, has, byType[name].Name)
		} else {
			found += made
		}
	}
	for _, name := range slices.Concat(slices.Collect(maps.Keys(kindless)), nameless, slices.Collect(maps.Keys(gone))) {
		if !met[name] {
			e.Errorf("no architecture has a %s any more", name)
		}
	}
	return fmt.Sprintf("%d stacks, %d resources of %d types, %d of them with a kind, %d found", stacks, len(members), len(met), kinded, found)
}

// isCalled compares what CloudFormation calls a resource with all that the snapshot says of its names.
func isCalled(r *snapshot.Resource, physicalID string) bool {
	name := strings.TrimSuffix(physicalID, ".") // of a record
	if r.Kind == queue.Name {
		name = lastPart(physicalID) // of a URL, which depends on where one asks from
	}
	return slices.Contains([]string{r.ID, r.ARN, r.UniqueID, r.Name}, name)
}

func kindsByType() map[string]*collect.Kind {
	byType := make(map[string]*collect.Kind)
	for _, kind := range All() {
		for _, name := range append([]string{kind.CloudFormation}, kind.Aliases...) {
			byType[name] = kind
		}
	}
	return byType
}

// stackMembers asks moto, which knows no pages here. What a condition kept from being made is listed without a type.
func stackMembers(e *estate) (members []stackMember, stacks int) {
	e.Helper()
	c := cloudformation.NewFromConfig(e.Config)
	in := &cloudformation.DescribeStacksInput{}
	for {
		out := must(c.DescribeStacks(e, in))(e)
		for _, stack := range out.Stacks {
			stacks++
			for _, r := range must(c.ListStackResources(e, &cloudformation.ListStackResourcesInput{StackName: stack.StackId}))(e).StackResourceSummaries {
				if name := aws.ToString(r.ResourceType); name != "" {
					members = append(members, stackMember{aws.ToString(stack.StackId), name, aws.ToString(r.PhysicalResourceId)})
				}
			}
		}
		if in.NextToken = out.NextToken; in.NextToken == nil {
			return members, stacks
		}
	}
}
