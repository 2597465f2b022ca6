package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// lists compares two lists by their kind's rule: in order, by a key field, or as a bag of whole elements.
func (w *walk) lists(at place, old, found []any) {
	field, unordered := w.rules.Sets[at.pattern]
	switch {
	case !unordered:
		w.ordered(at, old, found)
	case field != "" && keyed(old, field) && keyed(found, field):
		w.byField(at, field, old, found)
	default:
		w.bag(at, old, found)
	}
}

func (w *walk) ordered(at place, old, found []any) {
	for i := range max(len(old), len(found)) {
		var before, now any = absent{}, absent{}
		if i < len(old) {
			before = old[i]
		}
		if i < len(found) {
			now = found[i]
		}
		w.compare(at.element(fmt.Sprint(i)), before, now)
	}
}

// keyed reports whether every element is an object with a field of its own value.
func keyed(list []any, field string) bool {
	seen := make(map[string]bool, len(list))
	for _, element := range list {
		object, ok := element.(map[string]any)
		if !ok || object[field] == nil {
			return false
		}
		key := string(snapshot.Canonical(object[field]))
		if seen[key] {
			return false
		}
		seen[key] = true
	}
	return true
}

func (w *walk) byField(at place, field string, old, found []any) {
	index := func(list []any) map[string]any {
		elements := make(map[string]any, len(list))
		for _, element := range list {
			elements[fmt.Sprint(element.(map[string]any)[field])] = element
		}
		return elements
	}
	before, now := index(old), index(found)
	keys := make([]string, 0, len(before))
	for key := range before {
		keys = append(keys, key)
	}
	for key := range now {
		if _, ok := before[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		w.compare(at.element(field+"="+key), valueOf(before, key), valueOf(now, key))
	}
}

// bag compares whole elements, however often each is there. Where one element went and one came, they are taken for
// the same and compared inside.
func (w *walk) bag(at place, old, found []any) {
	inner := at.element("")
	count := make(map[string]int)
	for _, element := range found {
		count[w.canonical(inner, 0, element)]++
	}
	var gone, came []any
	for _, element := range old {
		if key := w.canonical(inner, 1, element); count[key] > 0 {
			count[key]--
		} else {
			gone = append(gone, element)
		}
	}
	for _, element := range slices.Backward(found) {
		if key := w.canonical(inner, 0, element); count[key] > 0 {
			count[key]--
			came = append(came, element)
		}
	}
	slices.Reverse(came)
	if len(gone) == 1 && len(came) == 1 {
		w.compare(inner, gone[0], came[0])
		return
	}
	for _, element := range gone {
		w.compare(inner, element, absent{})
	}
	for _, element := range came {
		w.compare(inner, absent{}, element)
	}
}

// canonical is a form in which elements that mean the same are equal: nested lists without order are sorted, JSON in
// strings is compared as JSON, and left out are volatile places, defaults, and what the other side could not know.
func (w *walk) canonical(at place, other int, value any) string {
	return string(snapshot.Canonical(w.normal(at, other, value)))
}

func (w *walk) normal(at place, other int, value any) any {
	switch node := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(node))
		for key, child := range node {
			below := at.member(key)
			if slices.Contains(w.rules.Volatile, below.pattern) {
				continue
			}
			if below.shapes[other] == nil && w.c.known[other][w.kind] != nil {
				continue
			}
			normal := w.normal(below, other, child)
			if byDefault, ok := w.rules.Defaults[below.pattern]; ok && byDefault == string(snapshot.Canonical(normal)) {
				continue
			}
			out[key] = normal
		}
		return out
	case []any:
		out := make([]any, len(node))
		for i, child := range node {
			out[i] = w.normal(at.element(""), other, child)
		}
		if _, unordered := w.rules.Sets[at.pattern]; unordered {
			slices.SortFunc(out, func(a, b any) int {
				return strings.Compare(string(snapshot.Canonical(a)), string(snapshot.Canonical(b)))
			})
		}
		return out
	case string:
		if tree, ok := document(node); ok {
			return tree
		}
	}
	return value
}
