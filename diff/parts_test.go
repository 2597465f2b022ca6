package diff

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func TestParts(t *testing.T) {
	for _, test := range []struct {
		name, old, found string
		want             []string // nil: to be shown whole
	}{
		{"a member", `{"a":1,"b":{"c":2}}`, `{"a":1,"b":{"c":3}}`, []string{"b.c: 2 → 3"}},
		{"came and went", `{"a":1}`, `{"b":1}`, []string{"a: 1 → ", "b:  → 1"}},
		{"by name", `[{"Sid":"x","v":1},{"Sid":"y","v":1}]`, `[{"Sid":"z","v":1},{"Sid":"y","v":2}]`,
			[]string{`[Sid=x]: {"Sid":"x","v":1} → `, "[Sid=y].v: 1 → 2", `[Sid=z]:  → {"Sid":"z","v":1}`}},
		{"equal ones are not shown", `{"l":[{"p":1},{"p":2},{"p":3}]}`, `{"l":[{"p":3},{"p":9},{"p":1}]}`, []string{"l[1].p: 2 → 9"}},
		{"only the order", `{"l":[1,2]}`, `{"l":[2,1]}`, []string{"l: [1,2] → [2,1]"}},
		{"repeated", `{"l":[1]}`, `{"l":[1,1]}`, []string{"l[1]:  → 1"}},
		{"null is not absent", `{"a":null}`, `{}`, []string{"a: null → "}},
		{"another type", `{"a":[1]}`, `{"a":{"b":1}}`, []string{`a: [1] → {"b":1}`}},
		{"a policy's words have no order",
			`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:B","s3:A"],"Resource":"*","Principal":{"AWS":"1"}}}`,
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:A","s3:B","s3:C"],"Resource":["*"],"Principal":{"AWS":["1"]}}]}`,
			[]string{`Statement[0].Action[2]:  → "s3:C"`}},
		{"no document", `plain`, `{"a":1}`, nil},
		{"a number", `1`, `2`, nil},
		{"the same", `{"a":1}`, `{ "a": 1 }`, nil},
	} {
		parts, ok := Parts(snapshot.Canonical(test.old), snapshot.Canonical(test.found))
		var got []string
		for _, p := range parts {
			got = append(got, fmt.Sprintf("%s: %s → %s", p.Path, p.Old, p.New))
		}
		if ok != (test.want != nil) || !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, %t, want %q", test.name, got, ok, test.want)
		}
	}
	if _, ok := Parts(nil, snapshot.Canonical(`{"a":1}`)); ok {
		t.Error("one document was taken apart")
	}
	if _, ok := Parts(snapshot.Canonical(map[string]any{"a": 1}), snapshot.Canonical(map[string]any{"a": 2})); ok {
		t.Error("values that are no strings were taken apart")
	}
}
