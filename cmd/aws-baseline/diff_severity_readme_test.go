package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

const (
	findingsStart = "<!-- findings: made by make generate -->\n"
	findingsEnd   = "<!-- /findings -->"
)

// The README's table of findings is that of the program, and every rule has a severity of the program's words.
func TestReadmeFindings(t *testing.T) {
	known := make(map[diff.Severity]bool)
	for _, severity := range diff.Severities() {
		known[severity] = true
	}
	var table strings.Builder
	table.WriteString("| rule | severity | what |\n|---|---|---|\n")
	for _, rule := range snapshot.FindingRules() {
		severity := rule.Severity
		if rule.Least != "" {
			severity = rule.Least + " to " + severity
		}
		if !known[diff.Severity(rule.Severity)] || (rule.Least != "" && !known[diff.Severity(rule.Least)]) || rule.What == "" {
			t.Errorf("the rule %s says %s: %s", rule.Name, severity, rule.What)
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s |\n", rule.Name, severity, rule.What)
	}
	data, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(data), findingsStart)
	_, after, closed := strings.Cut(rest, findingsEnd)
	if !found || !closed {
		t.Fatal("the README has no place for the table")
	}
	want := before + findingsStart + table.String() + findingsEnd + after
	if *update {
		if err := os.WriteFile(readme, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if string(data) != want {
		t.Error("the README's table of findings is not the program's: run make generate")
	}
}
