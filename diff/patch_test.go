package diff

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// TestPatchGivesTarget is the stated property: the patches of diff(a, b), applied to the canonical form of a, give that of b.
func TestPatchGivesTarget(t *testing.T) {
	operations := 0
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 7))
		a, b := randomPair(random)
		report, err := Compare(context.Background(), a, b, Options{})
		if err != nil {
			t.Fatal(err)
		}
		patch, err := report.Patch()
		if err != nil {
			t.Fatal(err)
		}
		if len(patch.Unknown) > 0 {
			t.Fatalf("seed %d: unknown %v", seed, patch.Unknown)
		}
		text, err := json.Marshal(patch) // as somebody else reads it
		if err != nil {
			t.Fatal(err)
		}
		var read Patch
		if err := json.Unmarshal(text, &read); err != nil {
			t.Fatal(err)
		}
		var got any = form(t, a)
		for _, resource := range read.Patches {
			for _, operation := range resource.Operations {
				operations++
				if got, err = apply(got, operation); err != nil {
					t.Fatalf("seed %d: %v: %v", seed, operation, err)
				}
			}
		}
		if want := snapshot.Canonical(form(t, b)); string(snapshot.Canonical(got)) != string(want) {
			t.Fatalf("seed %d: got\n%s\nwant\n%s", seed, snapshot.Canonical(got), want)
		}
	}
	if operations < 1000 {
		t.Errorf("only %d operations were applied", operations)
	}
}

// TestPatchKeepsWhatIsUnknown holds that what one side could not read is not removed, changed or added.
func TestPatchKeepsWhatIsUnknown(t *testing.T) {
	for _, test := range []struct {
		hidden          snapshot.Path
		old, found      string
		want            string // the configuration after the patch
		tags, foundTags map[string]string
		wantTags        string
	}{
		{hidden: "Policy", old: `{"Delay":1,"Policy":"{}"}`, found: `{"Delay":2}`, want: `{"Delay":2,"Policy":"{}"}`},
		{hidden: "Policy", old: `{"Delay":1}`, found: `{"Delay":2,"Policy":"{}"}`, want: `{"Delay":2}`},
		{hidden: "A.B", old: `{"A":{"B":1,"C":1}}`, found: `{"A":{"C":2}}`, want: `{"A":{"B":1,"C":2}}`},
		{hidden: "A[].B", old: `{"A":[{"B":1}],"D":1}`, found: `{"A":[{}],"D":2}`, want: `{"A":[{"B":1}],"D":2}`},
		{hidden: "A.*.B", old: `{"A":{"x":{"B":1}},"D":1}`, found: `{"A":{"y":{}},"D":2}`, want: `{"A":{"x":{"B":1}},"D":2}`},
		{hidden: snapshot.TagsPath, old: `{"D":1}`, found: `{"D":2}`, want: `{"D":2}`, tags: map[string]string{"a": "1"}, wantTags: `{"a":"1"}`},
		{hidden: "None", old: `{"S":"masked:0a:00","D":1}`, found: `{"S":"masked:0b:11","D":2}`, want: `{"D":2,"S":"masked:0a:00"}`},
	} {
		old := &snapshot.Resource{Key: "k~/1", Kind: "x:y", Configuration: json.RawMessage(test.old), Tags: test.tags}
		found := &snapshot.Resource{Key: "k~/1", Kind: "x:y", Configuration: json.RawMessage(test.found), Tags: test.foundTags,
			Unknown: []snapshot.Unknown{{Path: test.hidden}}}
		report := &Report{Changes: []Change{{Change: Modified, Key: "k~/1", Kind: "x:y", Baseline: old, Target: found}}}
		patch, err := report.Patch()
		if err != nil || len(patch.Patches) != 1 {
			t.Fatalf("%v, %v", patch, err)
		}
		var got any = map[string]any{"k~/1": formOf(t, old)}
		for _, operation := range patch.Patches[0].Operations {
			if got, err = apply(got, operation); err != nil {
				t.Fatal(err)
			}
		}
		after := got.(map[string]any)["k~/1"].(map[string]any)
		if text := string(snapshot.Canonical(after["configuration"])); text != test.want {
			t.Errorf("%s: got %s, want %s", test.hidden, text, test.want)
		}
		if text := string(snapshot.Canonical(after["tags"])); test.wantTags != "" && text != test.wantTags {
			t.Errorf("%s: got the tags %s", test.hidden, text)
		}
		if !slices.Contains(patch.Patches[0].KeptAsBaseline, test.hidden) {
			t.Errorf("%s is not named: %v", test.hidden, patch.Patches[0].KeptAsBaseline)
		}
	}
}

// TestPatchSaysWhatItLacks holds that unknown resources, gaps and changes without their resources are named.
func TestPatchSaysWhatItLacks(t *testing.T) {
	report := &Report{
		Changes: []Change{
			{Change: Unknown, Key: "a", Kind: "x:y", Reason: "denied"}, {Change: Removed, Key: "b", Kind: "x:y"}, {Change: Outside, Key: "c", Kind: "x:y"},
		},
		Coverage: []Gap{{Scope: "s"}},
	}
	patch, err := report.Patch()
	if err != nil || len(patch.Patches) != 0 || len(patch.Coverage) != 1 {
		t.Fatalf("%+v, %v", patch, err)
	}
	if len(patch.Unknown) != 2 || patch.Unknown[0].Reason != "denied" || !strings.Contains(patch.Unknown[1].Reason, "not at hand") {
		t.Errorf("unknown: %+v", patch.Unknown)
	}
}

func form(t *testing.T, s *snapshot.Snapshot) map[string]any {
	t.Helper()
	tree, err := Form(s)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func formOf(t *testing.T, r *snapshot.Resource) map[string]any {
	t.Helper()
	tree, err := FormOf(r)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// randomPair is a snapshot and what became of it: resources that came, went, and changed anywhere, with awkward keys.
func randomPair(random *rand.Rand) (a, b *snapshot.Snapshot) {
	const account, region, kind = "123456789012", "eu-west-1", "x:y"
	make1 := func() *snapshot.Snapshot {
		return &snapshot.Snapshot{
			Cutoff:   time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
			Accounts: []snapshot.Account{{AccountID: account, Regions: []snapshot.Region{{Name: region, Captured: true}}}},
			Coverage: []snapshot.Coverage{{Scope: snapshot.ScopeKey(account, region, kind), AccountID: account, Region: region, Kind: kind, State: snapshot.Complete}},
		}
	}
	a, b = make1(), make1()
	add := func(s *snapshot.Snapshot, id string, configuration any) {
		raw := snapshot.Canonical(configuration)
		s.Resources = append(s.Resources, snapshot.Resource{
			Key: snapshot.ResourceKey(account, region, kind, id), Scope: snapshot.ScopeKey(account, region, kind), Kind: kind, ID: id,
			AccountID: account, Region: region, Configuration: raw, ConfigurationHash: snapshot.Hash(raw),
			Tags: map[string]string{"a~/b": strconv.Itoa(random.IntN(3))},
		})
	}
	for i := range 1 + random.IntN(6) {
		id := fmt.Sprintf("r~%d/x", i)
		configuration := map[string]any{"A": randomTree(random, 3), "": randomTree(random, 2), "m~n/o": randomTree(random, 2)}
		switch random.IntN(6) {
		case 0:
			add(a, id, configuration)
		case 1:
			add(b, id, configuration)
		default:
			add(a, id, configuration)
			add(b, id, mutate(random, configuration))
		}
	}
	return a, b
}

func randomTree(random *rand.Rand, depth int) any {
	choices := 8
	if depth == 0 {
		choices = 5
	}
	switch random.IntN(choices) {
	case 0:
		return nil
	case 1:
		return random.IntN(2) == 0
	case 2:
		return json.Number(fmt.Sprintf("1%d.%d0", random.IntN(9), random.IntN(9)))
	case 3, 4:
		return []string{"", "text", "日本\x00語", `{"a":1}`, "~1"}[random.IntN(5)]
	case 5:
		list := make([]any, random.IntN(5))
		for i := range list {
			list[i] = randomTree(random, depth-1)
		}
		return list
	}
	object := make(map[string]any)
	for range random.IntN(4) {
		object[[]string{"", "a", "b", "c/d", "~", "0"}[random.IntN(6)]] = randomTree(random, depth-1)
	}
	return object
}

// mutate is a copy of a tree that may differ anywhere.
func mutate(random *rand.Rand, tree any) any {
	switch node := tree.(type) {
	case map[string]any:
		out := make(map[string]any)
		for _, key := range slices.Sorted(func(yield func(string) bool) {
			for key := range node {
				if !yield(key) {
					return
				}
			}
		}) {
			switch random.IntN(6) {
			case 0:
			case 1:
				out[key] = randomTree(random, 2)
			default:
				out[key] = mutate(random, node[key])
			}
		}
		if random.IntN(4) == 0 {
			out["new"] = randomTree(random, 1)
		}
		return out
	case []any:
		var out []any
		for _, element := range node {
			switch random.IntN(6) {
			case 0:
			case 1:
				out = append(out, randomTree(random, 1), element)
			default:
				out = append(out, mutate(random, element))
			}
		}
		if out == nil {
			out = []any{}
		}
		return out
	}
	if random.IntN(3) == 0 {
		return randomTree(random, 1)
	}
	return tree
}

// apply is RFC 6902 for add, remove and replace, written against the RFC and not against the code that it tests.
func apply(document any, operation Operation) (any, error) {
	var value any
	if operation.Op != "remove" {
		var err error
		if value, err = snapshot.Tree(operation.Value); err != nil || len(operation.Value) == 0 {
			return nil, fmt.Errorf("no value: %v", err)
		}
	}
	if !strings.HasPrefix(operation.Path, "/") {
		return nil, errors.New("not a pointer to a member")
	}
	var steps []string
	for _, step := range strings.Split(operation.Path, "/")[1:] {
		steps = append(steps, strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~"))
	}
	return applyAt(document, steps, operation.Op, value)
}

func applyAt(node any, steps []string, op string, value any) (any, error) {
	step, last := steps[0], len(steps) == 1
	switch node := node.(type) {
	case map[string]any:
		child, there := node[step]
		switch {
		case !there && !(last && op == "add"):
			return nil, fmt.Errorf("no member %q", step)
		case last && op == "remove":
			delete(node, step)
		case last:
			node[step] = value
		default:
			changed, err := applyAt(child, steps[1:], op, value)
			if err != nil {
				return nil, err
			}
			node[step] = changed
		}
		return node, nil
	case []any:
		at, err := strconv.Atoi(step)
		if err != nil || at < 0 || at > len(node) || (at == len(node) && !(last && op == "add")) {
			return nil, fmt.Errorf("no element %q of %d", step, len(node))
		}
		switch {
		case last && op == "add":
			return slices.Insert(node, at, value), nil
		case last && op == "remove":
			return slices.Delete(node, at, at+1), nil
		case last:
			node[at] = value
			return node, nil
		}
		if node[at], err = applyAt(node[at], steps[1:], op, value); err != nil {
			return nil, err
		}
		return node, nil
	}
	return nil, fmt.Errorf("%q lies within a %T", step, node)
}
