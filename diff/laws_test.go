package diff

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// random makes estates of the kinds that the rules of these tests are about.
type random struct{ *rand.Rand }

func (r random) one(words ...string) string { return words[r.IntN(len(words))] }

// configuration has lists of every sort: in order, without order, keyed, nested, beside documents in strings.
func (r random) configuration() map[string]any {
	c := map[string]any{"Size": json.Number(fmt.Sprint(r.IntN(3))), "Mode": r.one("standard", "turbo"), "Seen": json.Number(fmt.Sprint(r.IntN(100)))}
	if r.IntN(2) == 0 {
		delete(c, "Mode")
	}
	var names, steps, versions, rules []any
	for _, name := range []string{"a", "b", "c", "d"} {
		if r.IntN(2) == 0 {
			names = append(names, name)
		}
		if r.IntN(2) == 0 {
			steps = append(steps, r.one("x", "y"))
		}
		if r.IntN(2) == 0 {
			versions = append(versions, map[string]any{"Id": name, "State": r.one("on", "off")})
		}
		if r.IntN(3) == 0 {
			rules = append(rules, map[string]any{"Port": json.Number(fmt.Sprint(r.IntN(3))), "Ranges": []any{
				map[string]any{"Cidr": r.one("10.0.0.0/8", "0.0.0.0/0"), "Text": r.one("one", "two")}, map[string]any{"Cidr": "192.168.0.0/16"},
			}})
		}
	}
	c["Names"], c["Steps"], c["Versions"], c["Rules"] = names, steps, versions, rules
	for key, list := range map[string][]any{"Names": names, "Steps": steps, "Versions": versions, "Rules": rules} {
		if list == nil {
			delete(c, key)
		}
	}
	if r.IntN(2) == 0 {
		c["Policy"] = fmt.Sprintf(`{"Statement":[{"Effect":"Allow","Action":["s3:Get%s"],"Resource":"*"}]}`, r.one("Object", "Bucket*"))
	}
	return c
}

// estate has some of ten things, in two scopes. Nothing has a date: what one side lacks was added.
func (r random) estate() estate {
	e := newEstate().in("ec2:thing", "us-east-1").scope(snapshot.Complete)
	for i := range 10 {
		if r.IntN(4) == 0 {
			continue
		}
		where := e.in("ec2:thing", r.one(region, "us-east-1"))
		where.add(fmt.Sprint("thing-", i), string(snapshot.Canonical(r.configuration())), tags("team", r.one("a", "b"), "i", fmt.Sprint(i)))
	}
	return e
}

// shuffled is the same estate with the lists whose order means nothing in another order, other counters, and policies
// written otherwise.
func (r random) shuffled(t *testing.T, e estate) *snapshot.Snapshot {
	out := *e.Snapshot
	out.Resources = slices.Clone(out.Resources)
	for i := range out.Resources {
		tree, err := snapshot.Tree(out.Resources[i].Configuration)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range []snapshot.Path{"Rules[].Ranges", "Names", "Versions", "Rules"} {
			path.Edit(tree, func(value any) (any, bool) {
				if list, ok := value.([]any); ok {
					r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
				}
				return value, true
			})
		}
		object := tree.(map[string]any)
		object["Seen"] = json.Number(fmt.Sprint(r.IntN(100)))
		if policy, ok := object["Policy"].(string); ok {
			object["Policy"] = strings.NewReplacer(`["`, `"`, `"]`, `"`, `,"Resource"`, ` , "Resource"`).Replace(policy)
		}
		out.Resources[i].Configuration = snapshot.Canonical(tree)
		out.Resources[i].ConfigurationHash = snapshot.Hash(out.Resources[i].Configuration)
	}
	return &out
}

// said is a report in words, a line for a change or a property, seen from the one side or from the other.
func said(r *Report, inverted bool) []string {
	var lines []string
	opposite := map[Class]Class{Added: Removed, Removed: Added}
	for _, c := range r.Changes {
		class := c.Change
		if other, ok := opposite[class]; ok && inverted {
			class = other
		}
		if len(c.Properties) == 0 {
			lines = append(lines, fmt.Sprint(class, " ", c.Key))
		}
		for _, p := range c.Properties {
			old, now := p.Old, p.New
			if inverted {
				old, now = now, old
			}
			lines = append(lines, fmt.Sprintf("%s %s %s %s → %s", class, c.Key, p.Path, old, now))
		}
	}
	slices.Sort(lines)
	return lines
}

func comparedAs(t *testing.T, baseline, target *snapshot.Snapshot) *Report {
	t.Helper()
	report, err := Compare(t.Context(), baseline, target, Options{Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// TestLaws holds for any two estates: nothing differs from itself, however AWS orders its lists; a comparison the other way
// round says the opposite; and what can't be seen is unknown, never gone, new or changed.
func TestLaws(t *testing.T) {
	for seed := range uint64(400) {
		r := random{rand.New(rand.NewPCG(seed, 2))}
		a, b := r.estate(), r.estate()
		if got := comparedAs(t, a.Snapshot, r.shuffled(t, a)); got.Differences() || got.Incomplete() || got.NotCompared() {
			t.Fatalf("seed %d: an estate differs from itself: %q", seed, said(got, false))
		}
		there, back := said(comparedAs(t, a.Snapshot, b.Snapshot), false), said(comparedAs(t, b.Snapshot, a.Snapshot), true)
		if !slices.Equal(there, back) {
			t.Fatalf("seed %d: there %q\nand back %q", seed, there, back)
		}
		if shuffled := said(comparedAs(t, r.shuffled(t, a), r.shuffled(t, b)), false); len(shuffled) != len(there) {
			t.Fatalf("seed %d: in another order\n%q\nbefore\n%q", seed, shuffled, there)
		}
		for _, state := range []snapshot.State{snapshot.Denied, snapshot.Failed, snapshot.Partial, snapshot.Skipped, snapshot.Unavailable} {
			for _, blind := range []struct {
				side estate
				lie  []Class // what can't be told where that side saw nothing
			}{{a, []Class{Added, Missed}}, {b, []Class{Removed}}} {
				blind.side.scope(state)
				for _, c := range comparedAs(t, a.Snapshot, b.Snapshot).Changes {
					if c.Region == blind.side.region && slices.Contains(blind.lie, c.Change) {
						t.Fatalf("seed %d: a scope is %s, and %s is %s", seed, state, c.ID, c.Change)
					}
				}
				blind.side.scope(snapshot.Complete)
			}
		}
	}
}
