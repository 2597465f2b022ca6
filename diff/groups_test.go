package diff

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
)

func TestGroups(t *testing.T) {
	var changes []Change
	add := func(n int, make func(i int) Change) {
		for i := range n {
			c := make(i)
			c.Key = fmt.Sprintf("%s/%s/%d/%d", c.Kind, c.Change, len(changes), i)
			changes = append(changes, c)
		}
	}
	tag := func(now string) []Property {
		return []Property{{Path: "Tags.team", Part: PartTags, New: json.RawMessage(now)}}
	}
	memory := func(now string) []Property {
		return []Property{{Path: "Memory", Part: PartConfiguration, Old: json.RawMessage("1"), New: json.RawMessage(now)}}
	}
	add(12, func(i int) Change { return Change{Change: Added, Kind: "ec2:instance"} }) // a group
	add(9, func(int) Change { return Change{Change: Added, Kind: "sqs:queue"} })       // too few
	add(4, func(i int) Change {
		return Change{Change: Modified, Kind: []string{"a:b", "c:d"}[i%2], Properties: tag(`"x"`)}
	}) // of two kinds
	add(2, func(int) Change { return Change{Change: Modified, Kind: "a:b", Properties: tag(`"y"`)} }) // too few
	add(4, func(i int) Change {
		return Change{Change: Modified, Kind: []string{"a:b", "c:d"}[i%2], Properties: memory("2")}
	}) // two of each kind
	add(3, func(i int) Change {
		return Change{Change: Modified, Kind: "a:b", Properties: memory(fmt.Sprint(5 + i))}
	}) // unlike
	add(10, func(i int) Change { return Change{Change: Unknown, Kind: "a:b", Reason: "denied " + fmt.Sprint(i%2)} }) // five of each reason
	add(3, func(i int) Change {
		return Change{Change: Replaced, Kind: "a:b", Reason: fmt.Sprint(i), Properties: memory("7")}
	}) // reasons are their own
	add(3, func(int) Change {
		return Change{Change: Modified, Kind: "a:b", Properties: memory("2"), Findings: []Finding{{Rule: "r", Severity: High}}}
	}) // a finding makes another group

	groups := Groups(changes)
	var got []string
	seen := make(map[int]bool)
	for _, g := range groups {
		got = append(got, fmt.Sprintf("%s %v %d", g.Change, g.Kinds, len(g.Keys)))
		for at, i := range g.Members {
			if seen[i] {
				t.Errorf("change %d is in two groups", i)
			}
			seen[i] = true
			if changes[i].Key != g.Keys[at] {
				t.Errorf("key %d is %s", i, g.Keys[at])
			}
		}
	}
	want := []string{"added [ec2:instance] 12", "modified [a:b c:d] 4", "replaced [a:b] 3", "modified [a:b] 3"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if g := groups[3]; len(changes[g.Members[0]].Findings) == 0 {
		t.Error("what weakens something is grouped with what does not")
	}
	if Groups(nil) != nil && len(Groups(nil)) > 0 {
		t.Error("groups of nothing")
	}
}

func TestGroupedDocument(t *testing.T) {
	r := &Report{Document: Document}
	for i := range 3 {
		r.Changes = append(r.Changes, Change{Change: Modified, Key: fmt.Sprint(i), Kind: "a:b", Properties: []Property{{Path: "A"}}})
	}
	text, err := json.Marshal(r.Grouped())
	if err != nil {
		t.Fatal(err)
	}
	var back struct {
		Document string
		Changes  []Change
		Groups   []Group
	}
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if back.Document != Document || len(back.Changes) != 3 || len(back.Groups) != 1 || !slices.Equal(back.Groups[0].Keys, []string{"0", "1", "2"}) {
		t.Errorf("%s", text)
	}
}
