package diff

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// lists compares two lists by their kind's rule: in order, by a key, or as a bag of whole elements.
func (w *walk) lists(at place, old, found []any) {
	key, unordered := w.rules.Sets[at.pattern]
	fields := snapshot.KeyFields(key)
	changes, hidden := len(w.found), w.c.summary.Suppressed+w.c.summary.Ignored
	switch {
	case !unordered:
		w.ordered(at, old, found)
	case len(fields) > 0 && w.keyed(at, old, fields) && w.keyed(at, found, fields):
		w.byKey(at, fields, old, found)
	default:
		w.bag(at, old, found)
	}
	if unordered && len(w.found) == changes && w.c.summary.Suppressed+w.c.summary.Ignored == hidden && !equalJSON(old, found) {
		w.hide(RuleOrder, at, old, found)
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
	return keyedBy(list, []string{field}, func(_ string, value any) any { return value })
}

// keyed is that for values which mean the same in several forms, and for several fields together.
func (w *walk) keyed(at place, list []any, fields []string) bool {
	return keyedBy(list, fields, w.keyForm(at))
}

func keyedBy(list []any, fields []string, form func(field string, value any) any) bool {
	seen := make(map[string]bool, len(list))
	for _, element := range list {
		object, ok := element.(map[string]any)
		if !ok || slices.ContainsFunc(fields, func(field string) bool { return object[field] == nil }) {
			return false
		}
		key := keyOf(object, fields, form)
		if seen[key] {
			return false
		}
		seen[key] = true
	}
	return true
}

// keyOf is an element's key as JSON: "1" and 1 are two keys.
func keyOf(object map[string]any, fields []string, form func(field string, value any) any) string {
	if len(fields) == 1 {
		return string(snapshot.Canonical(form(fields[0], object[fields[0]])))
	}
	values := make([]any, len(fields))
	for i, field := range fields {
		values[i] = form(field, object[field])
	}
	return string(snapshot.Canonical(values))
}

// keyForm brings the values of key fields into the form in which those that mean the same are equal.
func (w *walk) keyForm(at place) func(field string, value any) any {
	element := at.element("")
	return func(field string, value any) any {
		text, ok := value.(string)
		if !ok {
			return value
		}
		if form := w.plainForm(element.member(field), text); form != text {
			return form
		}
		return value // as it is: to put it into an interface again takes memory
	}
}

func (w *walk) byKey(at place, fields []string, old, found []any) {
	labels := make(map[string]string) // by the key
	form := w.keyForm(at)
	index := func(list []any) map[string]any {
		elements := make(map[string]any, len(list))
		for _, element := range list {
			object := element.(map[string]any)
			key := keyOf(object, fields, form)
			elements[key], labels[key] = element, snapshot.KeyLabel(object, fields)
		}
		return elements
	}
	now := index(found)
	before := index(old) // whose way of writing a key is the label
	keys := slices.SortedFunc(maps.Keys(labels), func(a, b string) int {
		return cmp.Or(strings.Compare(labels[a], labels[b]), strings.Compare(a, b))
	})
	for _, key := range keys {
		w.compare(at.element(labels[key]), valueOf(before, key), valueOf(now, key))
	}
}

// bag compares whole elements, however often each is there. Where one element went and one came, they are taken for
// the same and compared inside.
func (w *walk) bag(at place, old, found []any) {
	inner := at.element("")
	unmatched := make(map[string][]int) // form → places in found
	for i, element := range found {
		form := w.form(inner, 1, element)
		unmatched[form] = append(unmatched[form], i)
	}
	matched := make([]bool, len(found))
	var gone, came []any
	for _, element := range old {
		form := w.form(inner, 0, element)
		same := unmatched[form]
		if len(same) == 0 {
			gone = append(gone, element)
			continue
		}
		unmatched[form], matched[same[0]] = same[1:], true
		w.within(inner, element, found[same[0]])
	}
	for i, element := range found {
		if !matched[i] {
			came = append(came, element)
		}
	}
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

// form is an element of one side in a form in which elements that mean the same are equal: nested lists without order
// are sorted, JSON in strings is compared as JSON, and left out are volatile and unread places, defaults, what the other
// side could not know, and what secrets hold that the other side masked under another key.
func (w *walk) form(at place, side int, element any) string {
	return string(snapshot.Canonical(w.normal(at, side, element)))
}

func (w *walk) normal(at place, side int, value any) any {
	switch node := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(node))
		for key, child := range node {
			below := at.member(key)
			if w.passesOver(below) {
				continue
			}
			if w.unknowable(below, 1-side) {
				continue
			}
			normal := w.normal(below, side, child)
			if byDefault, ok := w.rules.Defaults[below.pattern]; ok && byDefault == string(snapshot.Canonical(normal)) || isEmptyList(normal) {
				continue
			}
			out[key] = normal
		}
		return out
	case []any:
		out := make([]any, len(node))
		for i, child := range node {
			out[i] = w.normal(at.element(""), side, child)
		}
		if _, unordered := w.rules.Sets[at.pattern]; unordered {
			slices.SortFunc(out, func(a, b any) int {
				return strings.Compare(string(snapshot.Canonical(a)), string(snapshot.Canonical(b)))
			})
		}
		return out
	case string:
		if w.foreign[side][snapshot.MaskedUnder(node)] {
			return snapshot.MaskPrefix
		}
		if tree, ok := document(node); ok {
			return tree
		}
		return w.plainForm(at, node)
	}
	return value
}
