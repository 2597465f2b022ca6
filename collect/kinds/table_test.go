package kinds

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

var (
	kindName           = regexp.MustCompile(`^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*(/[a-z0-9-]+)*$`)
	cloudFormationName = regexp.MustCompile(`^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$`)
)

// TestTable checks what the blocks say without AWS: names, what they refer to, and every place they name against the
// types that their lists really answer with.
func TestTable(t *testing.T) {
	all := All()
	byName := make(map[string]*collect.Kind)
	words := make(map[string]string) // whatever finds one kind → its name
	for _, kind := range all {
		byName[kind.Name] = kind
		for _, word := range append([]string{kind.Name, kind.CloudFormation}, kind.Aliases...) {
			word = strings.ToLower(word)
			if other, taken := words[word]; taken {
				t.Errorf("%s and %s both answer to %s", other, kind.Name, word)
			}
			words[word] = kind.Name
		}
	}
	for _, kind := range all {
		t.Run(strings.ReplaceAll(kind.Name, "/", "-"), func(t *testing.T) {
			checkNames(t, kind)
			for path, target := range kind.Refs {
				if byName[target] == nil {
					t.Errorf("Refs: %s names %s, which is no kind", path, target)
				}
			}
			for path, target := range kind.Names {
				if target != "" && target != collect.Everything && byName[target] == nil {
					t.Errorf("Names: %s names %s, which is no kind", path, target)
				}
			}
			for _, taken := range kind.Takes {
				if taken != collect.Everything && byName[taken] == nil {
					t.Errorf("Takes names %s, which is no kind", taken)
				}
			}
			checkDeletion(t, kind)
			checkPlaces(t, kind)
		})
	}
}

func checkNames(t *testing.T, kind *collect.Kind) {
	if !kindName.MatchString(kind.Name) {
		t.Errorf("the name %q is not like service:type", kind.Name)
	}
	if !cloudFormationName.MatchString(kind.CloudFormation) {
		t.Errorf("the CloudFormation name %q is not like AWS::Service::Type", kind.CloudFormation)
	}
	if kind.List == nil {
		t.Fatal("no List")
	}
}

func checkDeletion(t *testing.T, kind *collect.Kind) {
	switch {
	case kind.Delete != nil && kind.NoDelete != "":
		t.Error("it has a Delete, and a reason why not")
	case kind.Delete == nil && kind.NoDelete == "":
		t.Error("it has no Delete, and no reason why not")
	case kind.Delete == nil && (len(kind.Takes) > 0 || kind.Unlink != nil || kind.Protect != nil):
		t.Error("Takes, Unlink and Protect serve a deletion, and it has none")
	}
}

// checkPlaces rehearses the kind and looks every path of its rules up in what the rehearsal met.
func checkPlaces(t *testing.T, kind *collect.Kind) {
	rehearsal, err := collect.Rehearse(kind)
	if err != nil {
		t.Fatalf("rehearsal: %v", err)
	}
	if len(rehearsal.Resources) == 0 {
		t.Fatal("the rehearsal added nothing")
	}
	known := places(rehearsal.Known)
	has := func(where string, path collect.Path) {
		t.Helper()
		if !known.has(path) {
			t.Errorf("%s: its configuration has no %s", where, path)
		}
	}
	for path := range kind.Refs {
		has("Refs", path)
	}
	for path := range kind.Names {
		has("Names", path)
	}
	for _, path := range kind.Addresses {
		has("Addresses", path)
	}
	for _, path := range kind.Status {
		has("Status", path)
	}
	for _, path := range kind.UsedBy {
		has("UsedBy", path)
	}
	for _, path := range kind.Omit {
		has("Omit", path)
	}
	for _, path := range kind.Secrets {
		has("Secrets", path)
	}
	for path, key := range kind.Sets {
		has("Sets", path.Join(snapshot.Each))
		for _, field := range snapshot.KeyFields(key) {
			has("Sets, key of "+string(path), path.Join(snapshot.Each).Join(field))
		}
	}
	for where, values := range map[string]map[collect.Path]string{"Defaults": kind.Defaults, "Protected": kind.Protected} {
		for path, value := range values {
			has(where, path)
			if !json.Valid([]byte(value)) {
				t.Errorf("%s: %s is given as %s, which is not JSON", where, path, value)
			}
		}
	}
	checkOverlaps(t, kind)
	checkScalars(t, kind, known)
}

// checkOverlaps refuses rules for what other rules take away. Status and Omit leave the configuration before anything is
// masked, guarded by or referenced.
func checkOverlaps(t *testing.T, kind *collect.Kind) {
	removed := slices.Concat(kind.Status, kind.Omit)
	for i, path := range removed {
		for j, other := range removed {
			if i != j && path.Under(other) {
				t.Errorf("Status, Omit: %s lies in %s", path, other)
			}
		}
	}
	within := func(where string, path collect.Path) {
		for _, other := range removed {
			if path.Under(other) {
				t.Errorf("%s: %s is taken away by %s", where, path, other)
			}
		}
	}
	for _, secret := range kind.Secrets {
		within("Secrets", secret)
		for _, other := range removed {
			if other.Under(secret) {
				t.Errorf("Secrets: %s would be kept in clear by %s", secret, other)
			}
		}
	}
	for path := range kind.Names {
		within("Names", path)
	}
	for path := range kind.Refs {
		within("Refs", path)
	}
	for path := range kind.Protected {
		within("Protected", path)
	}
	for path := range kind.Sets {
		within("Sets", path)
	}
}

// checkScalars refuses references that name a whole part: they would never find an id.
func checkScalars(t *testing.T, kind *collect.Kind, known places) {
	scalar := func(where string, path collect.Path) {
		if !slices.ContainsFunc(known, func(k collect.Path) bool { return covers(k.Steps(), path.Steps()) }) {
			t.Errorf("%s: %s is not a string", where, path)
		}
	}
	for path := range kind.Refs {
		scalar("Refs", path)
	}
	for path := range kind.Names {
		scalar("Names", path)
	}
	for _, path := range kind.Addresses {
		scalar("Addresses", path)
	}
}

// places are the paths that a configuration can have, as collect learns them from types: leaves only, "*" for map keys,
// "**" for whatever may follow.
type places []collect.Path

// has reports whether a path, or something below it, is among them.
func (known places) has(path collect.Path) bool {
	steps := path.Steps()
	for _, k := range known {
		leaf := k.Steps()
		if end := slices.Index(leaf, "**"); end >= 0 && len(steps) >= end {
			leaf = leaf[:end+1]
		}
		if covers(leaf, steps) || (len(leaf) > len(steps) && covers(leaf[:len(steps)], steps)) {
			return true
		}
	}
	return false
}

// covers reports whether a known path is the same place as steps.
func covers(known, steps []string) bool {
	for i, step := range known {
		if step == "**" {
			return true
		}
		if i >= len(steps) || (step != snapshot.Any && step != steps[i] && steps[i] != snapshot.Any) {
			return false
		}
		if (step == snapshot.Each) != (steps[i] == snapshot.Each) {
			return false
		}
	}
	return len(known) == len(steps)
}

func TestPlaces(t *testing.T) {
	known := places{"Rules[].Port", "Attributes.*", "Tree.Name", "Tree.Child.**", "Plain"}
	for path, want := range map[collect.Path]bool{
		"Plain": true, "Plain.More": false, "Rules": true, "Rules[]": true, "Rules[].Port": true, "Rules[].Portal": false,
		"Rules.Port": false, "Attributes": true, "Attributes.Policy": true, "Attributes[]": false, "Tree.Child.Child.Name": true,
		"Tree.Child": true, "Tree.Other": false, "Tree.*": true, "Absent": false,
	} {
		if got := known.has(path); got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
}

// TestTableFindsFaults holds the checks themselves honest: rules that name what isn't there must be found.
func TestTableFindsFaults(t *testing.T) {
	rehearsal, err := collect.Rehearse(&queue)
	if err != nil {
		t.Fatal(err)
	}
	known := places(rehearsal.Known)
	for _, path := range []collect.Path{"Attribute.Policy", "Attributes[]", "Attributes.Policy.Statement"} {
		if known.has(path) {
			t.Errorf("%s passes for a place in the configuration of %s: %s", path, queue.Name, fmt.Sprint(known))
		}
	}
}
