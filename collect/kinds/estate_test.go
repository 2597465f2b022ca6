package kinds

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
	"github.com/aws-baseline/aws-baseline/diff"
)

// notInEstate are the kinds of which the estate has nothing, and why: what no server can make has a life of documented
// answers, or a test of its own, instead.
var notInEstate = map[string]string{
	"ec2:ebs-encryption-by-default":  "every account has it: what AWS makes is not counted",
	"s3:account-public-access-block": "every account has it: what AWS makes is not counted",
}

// TestEstateOfEveryKind makes one of every kind in one account, besides the estate that tests of the whole tool use. Every
// kind is there, what moto serves was seen wholly, the estate's one secret shows nowhere, and a second capture, through
// an emulator's noise, differs in nothing.
func TestEstateOfEveryKind(t *testing.T) {
	e := newEstate(t)
	if err := testbed.OneOfEveryKind(e, e.Config, "kinds"); err != nil {
		t.Fatal(err)
	}
	unserved := make(map[string]bool)
	for _, l := range lives() {
		if l.unserved != "" {
			unserved[l.kind] = true
			continue
		}
		l.create(e)
	}
	look := func() (*snapshot.Snapshot, error) {
		return collect.Capture(e, e.session, collect.Request{
			Kinds: All(), Regions: []string{testRegion}, MaskKey: collect.NewMaskKey("the key of the estate's test"), Census: true,
		})
	}
	first, err := look()
	if err != nil {
		t.Fatal(err)
	}
	lacking := make(map[string]bool)
	for _, scope := range first.Coverage {
		switch scope.State {
		case snapshot.Unavailable:
			lacking[scope.Kind] = true
		case snapshot.Complete:
		default:
			if scope.Code == "NotAnAWSAnswer" { // of one of several lists
				lacking[scope.Kind] = true
				continue
			}
			t.Errorf("%s: %s", scope.Scope, scope.Why())
		}
	}
	found := make(map[string]int)
	for _, r := range first.Resources {
		if !r.Marked(snapshot.MarkProvider) {
			found[r.Kind]++
		}
		if strings.Contains(string(r.Configuration), "correct-horse-battery") || strings.Contains(string(r.Status), "correct-horse-battery") {
			t.Errorf("%s holds a secret: %s, %s", r.Label(), r.Configuration, r.Status)
		}
	}
	for _, kind := range All() {
		reason, excepted := notInEstate[kind.Name]
		excepted = excepted || unserved[kind.Name] || lacking[kind.Name]
		switch {
		case found[kind.Name] == 0 && !excepted:
			t.Errorf("the estate has no %s", kind.Name)
		case found[kind.Name] > 0 && reason != "":
			t.Errorf("the estate has %s, and is excused from it: %s", kind.Name, reason)
		}
	}
	t.Logf("%d resources of %d kinds, %d calls; not served: %s", len(first.Resources), len(found), first.Metadata.APICalls,
		strings.Join(slices.Sorted(maps.Keys(lacking)), ", "))
	for _, row := range first.Census.Types {
		if row.Collected {
			t.Errorf("the Tagging API knows %d %s in %s that the capture does not have", row.Resources, row.Type, row.Region)
		}
	}

	options := diff.Options{Rules: collect.Rules(All()), Live: true, Reread: func(ctx context.Context, scopes []string) (*snapshot.Snapshot, error) {
		return collect.Capture(ctx, e.session, collect.Request{
			Kinds: All(), Regions: []string{testRegion}, MaskKey: collect.NewMaskKey("the key of the estate's test"), Scopes: snapshot.ScopeSet(scopes),
		})
	}}
	same := func(how string) {
		again, err := look()
		if err != nil {
			t.Error(err)
			return
		}
		report, err := diff.Compare(e, first, again, options)
		if err != nil {
			t.Error(err)
			return
		}
		for _, change := range report.Changes {
			if change.Kind == "athena:workgroup" {
				continue // moto gives another creation date at every look
			}
			if change.Change == diff.Unknown && change.Baseline != nil && len(change.Baseline.Unknown) > 0 {
				continue // what moto can't answer for, both times
			}
			t.Errorf("%s: nothing changed, and the diff says: %s %s %s %v", how, change.Change, change.Kind, change.ID, fmt.Sprint(change.Properties))
		}
	}
	// Five times under load, as many captures at once as moto bears, and five times through noise.
	var group sync.WaitGroup
	for i := range 5 {
		group.Go(func() { same(fmt.Sprint("look ", i+1)) })
	}
	group.Wait()
	for seed := range uint64(5) {
		remove := e.Proxy.Noise(testbed.NoiseOptions{Seed: 7 + seed})
		same(fmt.Sprint("noise ", seed+7))
		remove()
	}
}
