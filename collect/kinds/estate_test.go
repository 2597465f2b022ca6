package kinds_test

import (
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// notInEstate are the kinds that [testbed.OneOfEveryKind] makes nothing of, and why.
var notInEstate = map[string]string{}

// TestEstateHasEveryKind keeps the estate that tests of the whole tool use up with the kinds: what AWS or moto makes by
// itself doesn't count. Every part of every resource must have been read, and the estate's one secret shows nowhere.
func TestEstateHasEveryKind(t *testing.T) {
	const region = "us-east-1"
	proxy := testbed.Proxy(t, testbed.Moto(t).URL)
	if err := testbed.OneOfEveryKind(t.Context(), proxy.Config(region), "kinds"); err != nil {
		t.Fatal(err)
	}
	for _, setting := range proxy.Environ(region) {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	session, err := collect.Open(t.Context(), collect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := collect.Capture(t.Context(), session, collect.Request{
		Kinds: kinds.All(), Regions: []string{region}, MaskKey: collect.NewMaskKey("the key of the estate's test"),
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, scope := range s.Coverage {
		if scope.State != snapshot.Complete {
			t.Errorf("%s: %s", scope.Scope, scope.Why())
		}
	}
	found := make(map[string]int)
	for _, r := range s.Resources {
		if r.Marked(snapshot.MarkProvider) {
			continue
		}
		found[r.Kind]++
		for _, unknown := range r.Unknown {
			t.Errorf("%s: %s is unknown: %s: %s", r.Label(), unknown.Path, unknown.Code, unknown.Message)
		}
		if strings.Contains(string(r.Configuration), "correct-horse-battery") || strings.Contains(string(r.Status), "correct-horse-battery") {
			t.Errorf("%s holds a secret: %s, %s", r.Label(), r.Configuration, r.Status)
		}
	}
	for _, kind := range kinds.All() {
		reason, excepted := notInEstate[kind.Name]
		switch {
		case found[kind.Name] == 0 && !excepted:
			t.Errorf("the estate has no %s", kind.Name)
		case found[kind.Name] > 0 && excepted:
			t.Errorf("the estate has %s, and is excused from it: %s", kind.Name, reason)
		}
	}
}
