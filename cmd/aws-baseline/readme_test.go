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
	all := kinds.All()
	fmt.Fprintf(&table, "%d kinds; `aws-baseline kinds` lists them too.\n\n| kind | CloudFormation | |\n|---|---|---|\n", len(all))
	for _, kind := range all {
		var notes []string
		if kind.Global {
			notes = append(notes, "global")
		}
		if kind.Delete == nil {
			notes = append(notes, "not deletable: "+kind.NoDelete)
		}
		fmt.Fprintf(&table, "| `%s` | `%s` | %s |\n", kind.Name, kind.CloudFormation, strings.Join(notes, ", "))
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
