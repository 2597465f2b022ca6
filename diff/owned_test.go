package diff

import (
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// What a group of the baseline makes as it always did is hidden, however weak; what is weaker than its siblings is shown.
func TestWeakChildren(t *testing.T) {
	weak := snapshot.Rules{"ec2:thing": {Weak: []snapshot.Weakness{
		{Rule: "imdsv1", Path: "Tokens", Is: []string{"optional"}}, {Rule: "public-database", Path: "Public", Is: []string{"true"}},
	}}}
	group := snapshot.ResourceKey(account, region, "ec2:thing", "group")
	child := owned("autoscaling:autoscalinggroup", "group", group)
	for name, test := range map[string]struct {
		sibling, child string
		want           string
	}{
		"as weak as its siblings":   {`{"Tokens":"optional"}`, `{"Tokens":"optional"}`, ""},
		"weaker than its siblings":  {`{"Tokens":"required"}`, `{"Tokens":"optional"}`, "added new"},
		"weak in another way":       {`{"Tokens":"optional"}`, `{"Tokens":"optional","Public":true}`, "added new"},
		"stronger than its sibling": {`{"Tokens":"optional"}`, `{"Tokens":"required"}`, ""},
	} {
		baseline := newEstate().add("group", `{}`).add("old", test.sibling, child)
		target := newEstate().add("group", `{}`).add("new", test.child, created(time.Hour), child)
		r, err := Compare(t.Context(), baseline.Snapshot, target.Snapshot, Options{Rules: weak, Live: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := told(r); got != test.want {
			t.Errorf("%s: told %q, want %q", name, got, test.want)
		}
	}
}

// A comparison of some kinds knows the owners that the whole baseline has.
func TestOwnersOfANarrowedBaseline(t *testing.T) {
	const groups = "autoscaling:autoscalinggroup"
	whole := newEstate().add("old", `{}`, owned(groups, "g", snapshot.ResourceKey(account, region, groups, "g")))
	whole.in(groups, region).scope(snapshot.Complete).add("g", `{}`)
	target := newEstate().add("new", `{}`, created(time.Hour), owned(groups, "g", "")).add("other", `{}`, created(time.Hour), owned(groups, "h", ""))
	r, err := Compare(t.Context(), whole.Narrow([]string{"ec2:thing"}, nil), target.Snapshot, Options{Rules: rules, Live: true, Whole: whole.Snapshot})
	if err != nil {
		t.Fatal(err)
	}
	if got := told(r); got != "added other" || r.Summary.Owned != 2 {
		t.Errorf("told %q, %d owned", got, r.Summary.Owned)
	}
}
