package restore

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// somePlan is a plan with something in every field.
func somePlan(t testing.TB) *Plan {
	t.Helper()
	w := newWorld()
	old := &thing{kind: "t:plain", id: "old", created: after(-time.Hour)}
	w.add(old)
	baseline := w.baseline(t)
	old.value++
	a, b := &thing{kind: "t:linked", id: "a <&> \u2028", created: after(time.Minute), tags: map[string]string{"Name": "ü"}}, &thing{kind: "t:linked", id: "b", unique: "u"}
	w.add(a, b, &thing{kind: "t:plain", id: "guarded", created: after(time.Minute), protection: "it is dear"})
	a.typed, b.typed = []string{b.key()}, []string{a.key()}
	w.coverage[snapshot.ScopeKey(accountID, worldRegions[0], "t:fixed")] = snapshot.Denied
	plan, err := Build(t.Context(), w.account(), baseline, Filter{Kinds: []string{"t:linked", "t:plain"}, ExcludeTags: map[string]string{"keep": "*"}})
	if err != nil {
		t.Fatal(err)
	}
	if s := plan.Summary; s != (PlanSummary{Deletions: 2, Held: 1, Left: 1, Gaps: 1}) || len(plan.Actions) != 4 {
		t.Fatalf("the summary is %+v of %d actions", s, len(plan.Actions))
	}
	return plan
}

func TestPlanRoundTrip(t *testing.T) {
	plan := somePlan(t)
	data, err := plan.Encode()
	if err != nil {
		t.Fatal(err)
	}
	read, err := ReadPlan(data)
	if err != nil {
		t.Fatal(err)
	}
	want := *plan
	want.Report, want.judge = nil, nil
	if !reflect.DeepEqual(read, &want) {
		t.Errorf("read\n%+v\nwrote\n%+v", read, &want)
	}
	again, err := read.Encode()
	if err != nil || !bytes.Equal(again, data) {
		t.Errorf("written again it differs (%v)", err)
	}
}

// Every value of the file is under the seal.
func TestEditedPlan(t *testing.T) {
	data, err := somePlan(t).Encode()
	if err != nil {
		t.Fatal(err)
	}
	var document any
	if err := json.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	edits := 0
	var edit func(value any, put func(any))
	try := func(where string) {
		edited, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		edits++
		if _, err := ReadPlan(edited); err == nil {
			t.Errorf("%s was edited and the plan was read", where)
		}
	}
	edit = func(value any, put func(any)) {
		switch v := value.(type) {
		case map[string]any:
			for key, child := range v {
				edit(child, func(other any) { v[key] = other })
				delete(v, key)
				try("without " + key)
				v[key] = child
			}
		case []any:
			for i, child := range v {
				edit(child, func(other any) { v[i] = other })
			}
			if len(v) > 0 {
				put(v[:len(v)-1])
				try("a shorter list")
				put(append(v[:len(v):len(v)], v[0]))
				try("a longer list")
				put(v)
			}
		case string:
			put(v + "x")
			try(v)
			put(v)
		case float64:
			put(v + 1)
			try("a number")
			put(v)
		}
	}
	edit(document, nil)
	if edits < 100 {
		t.Errorf("only %d edits were tried", edits)
	}
	if indented := bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n")); true {
		if _, err := ReadPlan(indented); err != nil {
			t.Errorf("line endings are no edit: %v", err)
		}
	}
}

func TestReadPlanRefuses(t *testing.T) {
	data, err := somePlan(t).Encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, data string
		want       error
	}{
		{"nothing", "", ErrNotPlan},
		{"no JSON", "{", ErrNotPlan},
		{"null", "null", ErrNotPlan},
		{"a list", "[]", ErrNotPlan},
		{"another document", `{"document":"snapshot"}`, ErrNotPlan},
		{"a newer version", `{"document":"restore-plan","schemaVersion":99}`, snapshot.ErrNewer},
		{"more after it", string(data) + "{}", ErrNotPlan},
		{"its first half", string(data[:len(data)/2]), ErrNotPlan},
		{"no digest", `{"document":"restore-plan","schemaVersion":1}`, ErrEditedPlan},
	} {
		if _, err := ReadPlan([]byte(test.data)); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", test.name, err, test.want)
		}
	}
}

// Whatever is read says what was written: a plan that passes is, value by value, one that was sealed.
func FuzzReadPlan(f *testing.F) {
	data, err := somePlan(f).Encode()
	if err != nil {
		f.Fatal(err)
	}
	sealed, err := ReadPlan(data)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"document":"restore-plan","schemaVersion":1,"digest":"sha256:"}`))
	f.Add([]byte(strings.Replace(string(data), `"actions": [`, `"actions": [], "Actions": [`, 1)))
	f.Fuzz(func(t *testing.T, data []byte) {
		plan, err := ReadPlan(data)
		if err != nil {
			return
		}
		if plan.Digest == sealed.Digest && !reflect.DeepEqual(plan, sealed) {
			t.Errorf("another plan under the same seal:\n%+v", plan)
		}
		again, err := plan.Encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadPlan(again); err != nil {
			t.Errorf("a plan that was read can't be written and read: %v", err)
		}
	})
}
