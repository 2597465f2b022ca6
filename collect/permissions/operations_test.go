package permissions

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
)

var update = flag.Bool("update", false, "write operations.json anew")

// TestOperations holds that operations.json is what the kinds' code says.
func TestOperations(t *testing.T) {
	table := load(t, "collect/kinds").calls()
	for _, kind := range kinds.All() {
		calls, ok := table[kind.Name]
		if !ok || len(calls.List) == 0 {
			t.Errorf("%s: no call of its List was found", kind.Name)
		}
		if kind.Delete != nil && len(calls.Delete) == 0 {
			t.Errorf("%s: no call of its Delete was found", kind.Name)
		}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(table); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("operations.json", out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(out.Bytes(), operationsFile) {
		t.Error("operations.json is not what the kinds' code says: run make generate")
	}
	for name := range table {
		if !slices.ContainsFunc(kinds.All(), func(k *collect.Kind) bool { return k.Name == name }) {
			t.Errorf("%s has a block and is in no list", name)
		}
	}
}

// TestRehearsals holds that what a kind's List calls on made-up answers was found in its code.
func TestRehearsals(t *testing.T) {
	table := load(t, "collect/kinds").calls()
	for _, kind := range kinds.All() {
		rehearsal, err := collect.Rehearse(kind)
		if err != nil {
			t.Errorf("%s: %v", kind.Name, err)
		}
		for _, operation := range rehearsal.Operations {
			if !slices.Contains(table[kind.Name].List, operation) {
				t.Errorf("%s calls %s, and its code does not say so", kind.Name, operation)
			}
		}
	}
}
