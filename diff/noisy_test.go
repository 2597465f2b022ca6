package diff

import (
	"reflect"
	"testing"
)

func TestNoisyPlaces(t *testing.T) {
	property := func(path string) Property { return Property{Path: path} }
	change := func(kind, id string, unattributed bool, actors int, paths ...string) Change {
		c := Change{Change: Modified, Kind: kind, Key: id, Unattributed: unattributed, Actors: make([]Actor, actors)}
		for _, path := range paths {
			c.Properties = append(c.Properties, property(path))
		}
		return c
	}
	r := &Report{Changes: []Change{
		change("a:b", "1", true, 0, "Count", "L[Id=1].Seen", "L[Id=2].Seen"),
		change("a:b", "2", true, 0, "Count"),
		change("a:b", "3", false, 1, "Name"),    // somebody did
		change("a:b", "4", false, 0, "Unknown"), // nobody can tell
		change("c:d", "5", true, 0, `Vars["x.y"].Z`, `Vars["plain name"]`),
		{Change: Added, Kind: "a:b", Key: "6", Unattributed: true},
	}}
	r.Changes[4].Properties = append(r.Changes[4].Properties, Property{Path: `Tags["aws:x.y"]`, Part: PartTags})
	places, untold := NoisyPlaces(r)
	want := []Noisy{
		{"a:b", "Count", 2, "1"}, {"a:b", "L[].Seen", 1, "1"},
		{"c:d", "Tags.aws:x.y", 1, "5"}, {"c:d", "Vars.*.Z", 1, "5"}, {"c:d", "Vars.plain name", 1, "5"},
	}
	if !reflect.DeepEqual(places, want) || untold != 1 {
		t.Errorf("got %+v and %d untold", places, untold)
	}
}
