package main

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/aws-baseline/aws-baseline/"

// arrows says which packages each package may import, besides itself. An arrow includes what lies below its end.
var arrows = map[string][]string{
	"collect/snapshot":         {},
	"collect/history":          {"collect/snapshot"},
	"collect":                  {"collect/snapshot"},
	"collect/kinds":            {"collect", "collect/snapshot"},
	"collect/permissions":      {"collect", "collect/snapshot"},
	"diff":                     {"collect/snapshot"},
	"cost":                     {"collect/snapshot"},
	"restore":                  {"collect", "collect/snapshot", "diff"},
	"exporter":                 {"collect/history", "collect/snapshot", "diff", "cost"},
	"cmd/aws-baseline":         {"*"},
	"cmd/aws-baseline/printer": {"collect/permissions", "collect/snapshot", "diff", "cost", "restore"},
	"cmd/demo":                 {"collect/testbed"},
	"collect/testbed":          {},
	"dashboards":               {},
}

// Nothing imports these but commands and tests.
var forTests = []string{"collect/testbed"}

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func listPackages(t *testing.T) []goPackage {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", "-json=ImportPath,Imports,Deps", module+"...").Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			t.Fatalf("go list: %s", failed.Stderr)
		}
		t.Fatal(err)
	}
	var packages []goPackage
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(p.ImportPath, module) {
			packages = append(packages, p)
		}
	}
}

func TestImportArrows(t *testing.T) {
	for _, p := range listPackages(t) {
		from := strings.TrimPrefix(p.ImportPath, module)
		allowed, known := arrows[from]
		if !known {
			t.Errorf("package %s has no place in the layout: give it one in this test", from)
			continue
		}
		for _, imported := range p.Imports {
			to, ours := strings.CutPrefix(imported, module)
			if ours && (slices.Contains(forTests, to) && from != "cmd/demo" || !slices.Contains(allowed, to) && !slices.Contains(allowed, "*")) {
				t.Errorf("%s imports %s: no such arrow", from, to)
			}
		}
	}
}

// The model is read by those who must not reach AWS or a database, and nothing that the exporter imports can delete.
func TestFarImports(t *testing.T) {
	forbidden := map[string][]string{
		"collect/snapshot": {"github.com/aws/", "github.com/dgraph-io/"},
		"collect/history":  {"github.com/aws/"},
		"exporter":         {module + "restore", module + "collect/kinds"},
	}
	for _, p := range listPackages(t) {
		for _, prefix := range forbidden[strings.TrimPrefix(p.ImportPath, module)] {
			for _, dep := range p.Deps {
				if strings.HasPrefix(dep, prefix) {
					t.Errorf("%s depends on %s", p.ImportPath, dep)
				}
			}
		}
	}
}
