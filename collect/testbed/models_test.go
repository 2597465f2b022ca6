package testbed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestTablesAgreeWithTheServiceModels asks botocore, which comes with moto: a row with a typing error does nothing, and
// nobody would notice.
func TestTablesAgreeWithTheServiceModels(t *testing.T) {
	RequireIntegration(t)
	type list struct{ Path, Item, ID string }
	type row struct {
		Service, Operation, In, Out, More string
		Lists                             []list
	}
	type binding struct{ Service, Operation, Method, Path string }
	var tables struct {
		Listings []row
		Routes   []binding
	}
	for _, l := range listings {
		r := row{l.service, l.operation, l.in, l.out, l.more, nil}
		for _, x := range l.lists {
			r.Lists = append(r.Lists, list{x.path, x.item, x.id})
		}
		tables.Listings = append(tables.Listings, r)
	}
	for service, routes := range loadREST() {
		for _, r := range routes {
			tables.Routes = append(tables.Routes, binding{service, r.operation, r.method, "/" + strings.Join(r.segments, "/")})
		}
	}
	input, err := json.Marshal(tables)
	if err != nil {
		t.Fatal(err)
	}
	interpreter, err := python(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), interpreter, "testdata/models.py")
	cmd.Stdin = bytes.NewReader(input)
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if len(output) > 0 {
		t.Errorf("%s", output)
	}
}

func TestListingsAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, l := range listings {
		name := l.service + ":" + l.operation
		if seen[name] || canonicalService(l.service) != l.service {
			t.Errorf("%s is there twice, or under a name that no call has", name)
		}
		seen[name] = true
	}
}

// TestRoutesAreDistinct finds routes of which one can never be chosen.
func TestRoutesAreDistinct(t *testing.T) {
	for service, routes := range loadREST() {
		seen := map[string]string{}
		for _, r := range routes {
			query := sortedKeys(r.query)
			for i, name := range query {
				query[i] = name + "=" + r.query.Get(name)
			}
			key := fmt.Sprint(r.method, r.segments, slices.Sorted(slices.Values(query)))
			if other := seen[key]; other != "" {
				t.Errorf("%s: %s and %s have the same route", service, other, r.operation)
			}
			seen[key] = r.operation
		}
	}
}
