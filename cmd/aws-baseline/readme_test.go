package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/kinds"
)

const (
	readme     = "../../README.md"
	tableStart = "<!-- kinds: made by make generate -->\n"
	tableEnd   = "<!-- /kinds -->"
)

// The README's table of kinds is that of the program.
func TestReadmeKinds(t *testing.T) {
	var table strings.Builder
	entries := kindEntries(kinds.All())
	fmt.Fprintf(&table, "%d kinds; `aws-baseline kinds` lists them too.\n\n| kind | CloudFormation | service | global | deletable | revertable | priced |\n|---|---|---|---|---|---|---|\n", len(entries))
	for _, e := range entries {
		global, deletable := "", "yes"
		if e.Global {
			global = "yes"
		}
		if !e.Deletable {
			deletable = "no: " + e.Why
		}
		yes := map[bool]string{true: "yes"}
		fmt.Fprintf(&table, "| `%s` | `%s` | %s | %s | %s | %s | %s |\n", e.Kind, e.CloudFormation, e.Service, global, deletable, yes[e.Revertable], yes[e.Priced])
	}
	data, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), tableStart)
	_, after, closed := strings.Cut(rest, tableEnd)
	if !found || !closed {
		t.Fatal("the README has no place for the table")
	}
	want := before + tableStart + table.String() + tableEnd + after
	if *update {
		if err := os.WriteFile(readme, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(data) != want {
		t.Error("the README's table of kinds is not the program's: run make generate")
	}
}
