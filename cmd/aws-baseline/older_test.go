package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// TestOlderSnapshots: snapshots that older versions wrote are read as they were written, and what a newer version knows
// besides (another field of every resource, another type) is no drift. Each release adds a file to testdata/older, made
// with: aws-baseline snapshot create NAME --regions us-east-1 --types …, in the account of the demonstration.
func TestOlderSnapshots(t *testing.T) {
	files, err := filepath.Glob("testdata/older/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		older, err := snapshot.Read(data)
		if err != nil || older.Edited {
			t.Fatalf("%s: edited %v, %v", file, older.Edited, err)
		}
		compare := func(old, found *snapshot.Snapshot) *diff.Report {
			report, err := diff.Compare(t.Context(), old, found, diff.Options{Rules: collect.Rules(kinds.All())})
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			return report
		}
		if r := compare(older, older); r.Differences() || r.NotCompared() && r.Summary.ScopesNotCompared == 0 {
			t.Errorf("%s differs from itself: %+v, %q", file, r.Summary, r.Notes)
		}
		newer := since(t, older)
		for name, r := range map[string]*diff.Report{"old and new": compare(older, newer), "new and old": compare(newer, older)} {
			if r.Differences() || r.Incomplete() {
				t.Errorf("%s, %s: %+v, first %+v", file, name, r.Summary, r.Changes[:min(3, len(r.Changes))])
			}
			if r.Summary.NotCompared == 0 {
				t.Errorf("%s, %s: nothing is said of what could not be compared: %q", file, name, r.Notes)
			}
		}
		// A real change is seen all the same.
		at := slices.IndexFunc(newer.Resources, func(r snapshot.Resource) bool { return r.Kind == "iam:role" })
		changed := &newer.Resources[at]
		tree, err := snapshot.Tree(changed.Configuration)
		if err != nil {
			t.Fatal(err)
		}
		tree.(map[string]any)["MaxSessionDuration"] = json.Number("43200")
		changed.Configuration = snapshot.Canonical(tree)
		changed.ConfigurationHash = snapshot.Hash(changed.Configuration)
		if r := compare(older, newer); r.Summary.Modified != 1 || len(r.Changes[0].Properties) != 1 || r.Changes[0].Properties[0].Path != "MaxSessionDuration" {
			t.Errorf("%s: a real change: %+v, %+v", file, r.Summary, r.Changes)
		}
	}
}

// since is the same account as a version would see it that knows another field of every resource, and another type.
func since(t *testing.T, older *snapshot.Snapshot) *snapshot.Snapshot {
	newer := *older
	newer.Resources = slices.Clone(older.Resources)
	newer.KnownPaths = make(map[string][]snapshot.Path)
	for kind, paths := range older.KnownPaths {
		newer.KnownPaths[kind] = append(slices.Clone(paths), "AddedSince", "AddedSince.Deep[]", "AddedSince.Deep[].Name")
	}
	for i := range newer.Resources {
		r := &newer.Resources[i]
		tree, err := snapshot.Tree(r.Configuration)
		if err != nil {
			t.Fatal(err)
		}
		tree.(map[string]any)["AddedSince"] = map[string]any{"Deep": []any{map[string]any{"Name": "x"}}}
		r.Configuration = snapshot.Canonical(tree)
		r.ConfigurationHash = snapshot.Hash(r.Configuration)
	}
	account := older.AccountIDs()[0]
	scope := snapshot.ScopeKey(account, "us-east-1", "dynamodb:table")
	newer.Coverage = append(slices.Clone(older.Coverage), snapshot.Coverage{
		Scope: scope, AccountID: account, Region: "us-east-1", Kind: "dynamodb:table", State: snapshot.Complete, Resources: 1,
	})
	newer.Resources = append(newer.Resources, snapshot.Resource{
		Key: scope + "/orders", Scope: scope, Kind: "dynamodb:table", ID: "orders", AccountID: account, Region: "us-east-1", Configuration: json.RawMessage("{}"),
	})
	return &newer
}
