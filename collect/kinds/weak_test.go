package kinds

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// byEvaluators are the rules that evaluators find under a weakness of another rule.
var byEvaluators = []string{
	"ingress-from-unknown-list", "policy-another-account", "key-policy-another-account", "trust-another-account", "trust-federated",
	"policy-deny-removed", "policy-deny-rewritten", "privilege-escalation", "role-lending", "shared-with-account",
}

// TestWeak checks what the blocks say of weaknesses without AWS: the rules that they name, and every place against the
// types that the lists really answer with.
func TestWeak(t *testing.T) {
	rules := make(map[string]snapshot.FindingRule)
	used := make(map[string]bool)
	for _, rule := range snapshot.FindingRules() {
		if rules[rule.Name].Name != "" {
			t.Errorf("there are two rules %s", rule.Name)
		}
		rules[rule.Name] = rule
	}
	for _, name := range byEvaluators {
		used[name] = true
	}
	for _, kind := range All() {
		if len(kind.Weak) == 0 {
			continue
		}
		t.Run(strings.ReplaceAll(kind.Name, "/", "-"), func(t *testing.T) {
			rehearsal, err := collect.Rehearse(kind)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range kind.Weak {
				rule, there := rules[w.Rule]
				if !there {
					t.Errorf("%s is no rule", w.Rule)
				}
				used[w.Rule] = true
				checkWeakPlaces(t, kind, w, places(rehearsal.Known))
				checkWeakSense(t, w, rule)
			}
		})
	}
	for name := range rules {
		if !used[name] {
			t.Errorf("no kind has a weakness under the rule %s", name)
		}
	}
}

func checkWeakPlaces(t *testing.T, kind *collect.Kind, w collect.Weakness, known places) {
	t.Helper()
	for _, path := range w.Reads() {
		if !known.has(path) {
			t.Errorf("%s: the configuration has no %s", w.Rule, path)
		}
		for _, removed := range slices.Concat(kind.Status, kind.Omit) {
			if path.Under(removed) {
				t.Errorf("%s: %s is taken away by %s", w.Rule, path, removed)
			}
		}
		for _, secret := range kind.Secrets {
			if path.Under(secret) {
				t.Errorf("%s: %s is masked by %s: nothing could be said of it", w.Rule, path, secret)
			}
		}
	}
	if w.By != "" {
		end := strings.LastIndex(string(w.Path), snapshot.Each)
		list := strings.Index(string(w.Path), snapshot.Each)
		if end < 0 {
			t.Errorf("%s: By names the elements of a list, and %s has none", w.Rule, w.Path)
		} else if !known.has((w.Path[:end] + snapshot.Each).Join(string(w.By))) && !known.has((w.Path[:list] + snapshot.Each).Join(string(w.By))) {
			t.Errorf("%s: elements on %s have no %s", w.Rule, w.Path, w.By)
		}
	}
}

// checkWeakSense refuses what would never, or always, be told.
func checkWeakSense(t *testing.T, w collect.Weakness, rule snapshot.FindingRule) {
	t.Helper()
	switch {
	case w.Check != "" && !slices.Contains(snapshot.Checks(), w.Check):
		t.Errorf("%s: there is no check %q", w.Rule, w.Check)
	case w.Check != "" && (w.Path == "" || w.Guard || w.Shrinks || len(w.Is)+len(w.Not) > 0):
		t.Errorf("%s: the check %s takes a path, and no values", w.Rule, w.Check)
	case w.Check == "" && rule.Weak == "":
		t.Errorf("%s: the rule has no sentence, and nothing but values decides %s", w.Rule, w.Path)
	case w.ByValue && (!w.Guard || w.Path == "" || rule.Strong != ""):
		t.Errorf("%s: one value for another in %s is no better than the other way round", w.Rule, w.Path)
	case w.Path == "" && (w.Absent || w.Shrinks || len(w.Is)+len(w.Not) > 0):
		t.Errorf("%s: values of no place", w.Rule)
	case w.Path == "" && (rule.OnChange || w.OnChange):
		t.Errorf("%s: a resource that comes or goes would never be told", w.Rule)
	case len(w.Is) > 0 && len(w.Not) > 0:
		t.Errorf("%s: values that are weak, and values that are not, of %s", w.Rule, w.Path)
	case w.Absent && strings.Contains(string(w.Path), snapshot.Each) && !w.Shrinks:
		t.Errorf("%s: %s has no place that could be absent", w.Rule, w.Path)
	case w.Absent && !rule.OnChange && !w.OnChange:
		t.Errorf("%s: what is absent in %s from the start would be told of all that is new", w.Rule, w.Path)
	case (w.Guard && w.Path != "" || w.Shrinks) && !rule.OnChange && !w.OnChange:
		t.Errorf("%s: what guards in %s would be told of all that is new", w.Rule, w.Path)
	}
}
