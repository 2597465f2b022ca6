package restore

import (
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// An added address on an added gateway: the interface between them is AWS's, goes with the gateway and holds nothing.
// And an added subnet in the baseline's route table: the table names it only as its user.
func TestUsersThatGo(t *testing.T) {
	for _, test := range []struct {
		name  string
		owner bool // the gateway was added, and is planned
	}{
		{"the gateway goes", true},
		{"the gateway is the baseline's", false},
	} {
		w := newWorld()
		for _, name := range []string{"t:gateway", "t:interface"} {
			w.kinds = append(w.kinds, &collect.Kind{Name: name, Delete: w.delete})
		}
		gateway := &thing{kind: "t:gateway", id: "gateway", created: after(-time.Hour)}
		if test.owner {
			gateway.created = after(time.Hour)
		} else {
			w.add(gateway)
		}
		baseline := w.baseline(t)
		if test.owner {
			w.add(gateway)
		}
		w.add(&thing{kind: "t:interface", id: "interface", created: after(time.Hour), provider: true, owner: gateway.key()})
		w.add(&thing{kind: "t:used", id: "address", created: after(time.Hour), usedBy: []string{keyOf("t:interface", "interface")}})
		plan, err := Build(t.Context(), w.account(), baseline, Filter{})
		if err != nil {
			t.Fatal(err)
		}
		planned := make(map[string]bool)
		for _, action := range plan.Actions {
			planned[action.ID] = true
		}
		if planned["address"] != test.owner || planned["interface"] {
			t.Errorf("%s: planned %v, held %+v", test.name, lines(plan), plan.Held)
		}
	}

	w := newWorld()
	w.add(&thing{kind: "t:used", id: "table", created: after(-time.Hour), usedBy: []string{keyOf("t:plain", "subnet")}})
	baseline := w.baseline(t)
	w.add(&thing{kind: "t:plain", id: "subnet", created: after(time.Hour)})
	plan, err := Build(t.Context(), w.account(), baseline, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	if len(plan.Actions) != 1 || plan.Actions[0].Key != snapshot.ResourceKey(accountID, worldRegions[0], "t:plain", "subnet") {
		t.Errorf("a subnet in the baseline's route table: planned %v, held %+v", lines(plan), plan.Held)
	}
}
