package restore

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// A member of the baseline that can't be seen now may have come to belong to what would take it along.
func TestUnseenMembers(t *testing.T) {
	kind := func(name string, takes ...string) *collect.Kind {
		return &collect.Kind{Name: name, Takes: takes, Delete: func(*collect.Scope, *collect.Resource) error { return errors.New("called") }}
	}
	for _, test := range []struct {
		takes  []string
		unseen string
		held   bool
	}{
		{[]string{collect.Everything}, "sqs:queue", true},
		{[]string{"ec2:volume", "ec2:network-interface"}, "ec2:volume", true},
		{[]string{"ec2:volume", "ec2:network-interface"}, "sqs:queue", false},
		{nil, "ec2:volume", false},
	} {
		const added = "t:owner"
		w := newWorld()
		w.kinds = []*collect.Kind{kind(added, test.takes...), kind(test.unseen)}
		w.add(&thing{kind: test.unseen, id: "old", created: after(-time.Hour)})
		baseline := w.baseline(t)
		w.add(&thing{kind: added, id: "added", created: after(time.Hour)})
		w.coverage[snapshot.ScopeKey(accountID, worldRegions[0], test.unseen)] = snapshot.Denied
		plan, err := Build(t.Context(), w.account(), baseline, Filter{})
		if err != nil {
			t.Fatal(err)
		}
		if (len(plan.Actions) == 0) != test.held {
			t.Errorf("an addition that takes %v along while %s can't be seen: actions %v, held %+v", test.takes, test.unseen, lines(plan), plan.Held)
		}
	}
}

// A log group outlives its function and a replica of a secret goes with its primary, so neither holds its owner.
func TestFamiliesThatPart(t *testing.T) {
	for _, test := range []struct {
		owner, child string
		protection   string
		want         string
	}{
		{"lambda:function", "logs:log-group", "", "1 delete owner"},
		{"lambda:function", "t:plain", "", ""},
		{"secretsmanager:secret", "secretsmanager:secret", "a replica", "1 delete owner"},
	} {
		w := newWorld()
		for _, name := range []string{test.owner, test.child} {
			w.kinds = append(w.kinds, &collect.Kind{Name: name, Delete: w.delete})
		}
		w.kinds = slices.CompactFunc(w.kinds, func(a, b *collect.Kind) bool { return a.Name == b.Name })
		child := &thing{kind: test.child, id: "child", created: after(-time.Hour), owner: keyOf(test.owner, "owner"), protection: test.protection}
		if test.protection != "" {
			child.created = after(time.Minute)
		} else {
			w.add(child) // which the baseline has
		}
		baseline := w.baseline(t)
		w.add(child, &thing{kind: test.owner, id: "owner", created: after(time.Minute)})
		plan, err := Build(t.Context(), w.account(), baseline, Filter{})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(lines(plan), ", "); got != test.want {
			t.Errorf("%s of %s: %q, want %q; held %+v", test.child, test.owner, got, test.want, plan.Held)
		}
	}
}
