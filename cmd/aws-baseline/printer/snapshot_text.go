package printer

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// WriteSnapshotText writes a snapshot as text that reads well in git diff: a line for each property, under a line for its
// resource, sorted. Equal snapshots give equal text. Lists whose order means nothing are sorted by the rules, JSON documents
// in strings are opened, secrets are words. Hashes, digests, call counts and known paths are not in it; but that a file was
// edited by hand is. A secret's line has the beginning of its digest, so that a change shows.
func WriteSnapshotText(w io.Writer, s *snapshot.Snapshot, rules snapshot.Rules) error {
	out := bufio.NewWriter(w)
	line := func(format string, args ...any) { fmt.Fprintln(out, Escape(fmt.Sprintf(format, args...))) }
	line("snapshot %s", s.Name)
	line("  accounts = %s", strings.Join(s.AccountIDs(), ", "))
	line("  created by = %s", s.Metadata.CallerARN)
	line("  cut-off = %s", Time(&s.Cutoff))
	if s.Edited {
		line("  edited = the content is not what the digest says")
	}
	for _, key := range slices.Sorted(maps.Keys(s.Metadata.User)) {
		line("  note %s = %s", key, s.Metadata.User[key])
	}
	if !s.Selectors.Empty() {
		line("  selected = after %s, before %s, tags %s", cmp.Or(Time(s.Selectors.After), "-"), cmp.Or(Time(s.Selectors.Before), "-"), cmp.Or(pairs(s.Selectors.Tags), "-"))
	}
	coverage := slices.SortedFunc(slices.Values(s.Coverage), func(a, b snapshot.Coverage) int { return strings.Compare(a.Scope, b.Scope) })
	line("coverage")
	for _, c := range coverage {
		line("  %s = %s", c.Scope, c.Why())
	}
	if len(s.Stubs) > 0 {
		line("left out by the selectors")
		for _, stub := range slices.SortedFunc(slices.Values(s.Stubs), func(a, b snapshot.Stub) int { return strings.Compare(a.Key, b.Key) }) {
			line("  %s", stub.Key)
		}
	}
	resources := make([]*snapshot.Resource, len(s.Resources))
	for i := range s.Resources {
		resources[i] = &s.Resources[i]
	}
	slices.SortFunc(resources, func(a, b *snapshot.Resource) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Key, b.Key))
	})
	for _, r := range resources {
		if err := writeResourceText(line, r, rules[r.Kind].Sets); err != nil {
			return err
		}
	}
	return out.Flush()
}

func writeResourceText(line func(string, ...any), r *snapshot.Resource, sets map[snapshot.Path]string) error {
	// It begins with a letter: git takes it for the title of the hunks below.
	line("%s %s %s %s", r.Kind, r.AccountID, r.Region, r.Label())
	fact := func(word, value string) {
		if value != "" {
			line("  %s = %s", word, value)
		}
	}
	if r.ARN != "" {
		fact("id", r.ID)
	}
	fact("created", Time(r.CreatedAt))
	fact("marks", strings.Join(r.Marks, ", "))
	fact("name", r.Name)
	fact("owner", owner(r.Owner))
	fact("unique id", r.UniqueID)
	tree, err := snapshot.Tree(r.Configuration)
	if err != nil {
		return fmt.Errorf("%s: the configuration is no JSON: %w", r.Label(), err)
	}
	t := textWalk{sets: sets}
	t.walk("", "", tree)
	slices.Sort(t.lines)
	for _, text := range t.lines {
		line("  configuration%s", text)
	}
	for _, key := range slices.Sorted(maps.Keys(r.Tags)) {
		line("  tags.%s = %s", key, r.Tags[key])
	}
	for _, u := range slices.SortedFunc(slices.Values(r.Unknown), func(a, b snapshot.Unknown) int { return strings.Compare(string(a.Path), string(b.Path)) }) {
		line("  unknown %s = %s", u.Path, u.Code)
	}
	return nil
}

// textWalk makes a line of every value in a configuration.
type textWalk struct {
	sets  map[snapshot.Path]string
	lines []string
}

func (t *textWalk) walk(pattern snapshot.Path, label string, tree any) {
	switch node := tree.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(node)) {
			step := "." + key
			if strings.ContainsAny(key, ` .[]"`) || key == "" {
				step = fmt.Sprintf("[%q]", key)
			}
			t.walk(pattern.Join(key), label+step, node[key])
		}
		if len(node) == 0 {
			t.add(label, "{}")
		}
		return
	case []any:
		t.list(pattern, label, node)
		return
	case string:
		if mark, ok := maskedValue(node); ok {
			t.add(label, mark)
			return
		}
		if inner := opened(node); inner != tree {
			if _, same := inner.(string); !same {
				t.walk(pattern, label, inner)
				return
			}
		}
	}
	t.add(label, string(snapshot.Canonical(tree)))
}

func (t *textWalk) list(pattern snapshot.Path, label string, list []any) {
	if len(list) == 0 {
		t.add(label, "[]")
		return
	}
	key, unordered := t.sets[pattern]
	fields := snapshot.KeyFields(key)
	for i, element := range list {
		step := fmt.Sprintf("[%03d]", i) // sorts as it counts
		if unordered {
			object, ok := element.(map[string]any)
			if !ok || len(fields) == 0 || slices.ContainsFunc(fields, func(field string) bool { return object[field] == nil }) {
				t.add(label+"[]", string(snapshot.Canonical(t.normal(pattern.Join(snapshot.Each), element))))
				continue
			}
			step = "[" + snapshot.KeyLabel(object, fields) + "]"
		}
		t.walk(pattern.Join(snapshot.Each), label+step, element)
	}
}

// normal is an element in a form in which equal ones are equal: its lists without order are sorted.
func (t *textWalk) normal(pattern snapshot.Path, tree any) any {
	switch node := tree.(type) {
	case map[string]any:
		out := make(map[string]any, len(node))
		for key, child := range node {
			out[key] = t.normal(pattern.Join(key), child)
		}
		return out
	case []any:
		out := make([]any, len(node))
		for i, child := range node {
			out[i] = t.normal(pattern.Join(snapshot.Each), child)
		}
		if _, unordered := t.sets[pattern]; unordered {
			slices.SortFunc(out, func(a, b any) int {
				return strings.Compare(string(snapshot.Canonical(a)), string(snapshot.Canonical(b)))
			})
		}
		return out
	case string:
		if mark, ok := maskedValue(node); ok {
			return mark
		}
	}
	return tree
}

func (t *textWalk) add(label, value string) { t.lines = append(t.lines, label+" = "+value) }
