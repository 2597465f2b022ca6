package diff

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// found is a value on a path, with the names of the elements and members on the way.
type found struct {
	value   any
	present bool
	element any // the innermost list element or map member on the way; the whole tree where there is none
	names   []string
	label   string
}

// subject is what names the value among others of its path.
func (f found) subject() string { return strings.Join(f.names, " ") }

// walkTo collects what stands at a path. by names the elements of lists.
func walkTo(tree any, path, by snapshot.Path) []found {
	here := []found{{value: tree, present: true, element: tree}}
	for _, step := range path.Steps() {
		var next []found
		for _, f := range here {
			next = append(next, f.into(step, by)...)
		}
		here = next
	}
	return here
}

func (f found) into(step string, by snapshot.Path) []found {
	switch node := f.value.(type) {
	case map[string]any:
		if step == snapshot.Any {
			var out []found
			for _, key := range keysOf(node) {
				out = append(out, f.inside(node[key], key, f.label+member(key)))
			}
			return out
		}
		value, present := node[step]
		f.value, f.present, f.label = value, present && value != nil, strings.TrimPrefix(f.label+member(step), ".")
		return []found{f}
	case []any:
		if step != snapshot.Each {
			break
		}
		var out []found
		for _, element := range node {
			name, label := "", "[]"
			if by != "" {
				by.Find(element, func(value any) { name, _ = text(value) })
				if name != "" {
					label = "[" + string(by) + "=" + name + "]"
				}
			} else if scalar, ok := text(element); ok {
				name = scalar
			}
			out = append(out, f.inside(element, name, f.label+label))
		}
		return out
	}
	if step == snapshot.Each || step == snapshot.Any {
		return nil // an absent list has no elements
	}
	f.value, f.present = nil, false
	return []found{f}
}

// inside is one element or member below f.
func (f found) inside(value any, name, label string) found {
	out := found{value: value, present: true, element: value, names: slices.Clone(f.names), label: strings.TrimPrefix(label, ".")}
	if name != "" {
		out.names = append(out.names, name)
	}
	return out
}

// plainPoints evaluates a weakness that a value decides.
func plainPoints(v *view, w *snapshot.Weakness) ([]point, bool) {
	if w.Path == "" {
		if ok, known := v.holds(w, found{element: v.tree}); !ok || !known {
			return nil, known
		}
		return []point{{guard: w.Guard}}, true
	}
	var points []point
	for _, f := range walkTo(v.tree, w.Path, w.By) {
		if f.present && maskedWithin(f.value) {
			return nil, false
		}
		if !named(w, f) {
			continue
		}
		ok, known := v.holds(w, f)
		if !known {
			return nil, false
		}
		if !ok {
			continue
		}
		p := point{path: f.label, subject: f.subject(), guard: w.Guard}
		if w.Says != "" {
			p.subject = w.Says
		}
		if w.Shrinks {
			level, counted := levelOf(f, w)
			if !counted {
				return nil, false
			}
			p.guard, p.level = true, level
			points = append(points, p)
			continue
		}
		if isWeak(w, f) {
			value, _ := text(f.value)
			p.weak = value // the sentences' {value}
			if w.ByValue {
				p.subject, p.weak = value, ""
			}
			points = append(points, p)
		}
	}
	return points, true
}

// named reports whether an element is meant.
func named(w *snapshot.Weakness, f found) bool {
	for _, name := range f.names {
		if slices.Contains(w.Skip, name) {
			return false
		}
	}
	return len(w.Only) == 0 || slices.ContainsFunc(f.names, func(name string) bool { return slices.Contains(w.Only, name) })
}

// isWeak judges a value. With a Guard it says that the value guards.
func isWeak(w *snapshot.Weakness, f found) bool {
	value, scalar := text(f.value)
	switch {
	case !f.present || (scalar && value == ""):
		return w.Absent
	case len(w.Is) > 0:
		return scalar && slices.Contains(w.Is, value)
	case len(w.Not) > 0:
		return scalar && !slices.Contains(w.Not, value)
	case w.Absent:
		return false // only absence is weak
	}
	return true
}

// holds reports whether the conditions of a weakness hold at a value, and whether that is known.
func (v *view) holds(w *snapshot.Weakness, f found) (holds, known bool) {
	for _, path := range keysOf(w.When) {
		values, known := v.at(w, f, path)
		if !known {
			return false, false
		}
		want := w.When[path]
		if other, ok := strings.CutPrefix(want, "@"); ok {
			want = ""
			snapshot.Path(other).Find(v.tree, func(value any) { want, _ = text(value) })
		}
		if !slices.Contains(values, want) {
			return false, true
		}
	}
	for _, path := range keysOf(w.Unless) {
		values, known := v.at(w, f, path)
		if !known {
			return false, false
		}
		if want := w.Unless[path]; slices.Contains(values, want) || (want == anyValue && len(values) > 0) {
			return false, true
		}
	}
	return true, true
}

// anyValue, in Unless, is whatever value there is.
const anyValue = "*"

// at reads the values of a condition's place: in the same element where it lies in the same list.
func (v *view) at(w *snapshot.Weakness, f found, path snapshot.Path) (values []string, known bool) {
	tree := v.tree
	if list := lastList(w.Path); list != "" && path.Under(list) && path != list {
		tree, path = f.element, snapshot.Path(strings.TrimPrefix(strings.TrimPrefix(string(path), string(list)), "."))
	}
	known = true
	path.Find(tree, func(value any) {
		if maskedWithin(value) {
			known = false
		}
		if word, ok := text(value); ok && word != "" {
			values = append(values, word)
		}
	})
	return values, known
}

// lastList is a path up to its last list.
func lastList(path snapshot.Path) snapshot.Path {
	if end := strings.LastIndex(string(path), snapshot.Each); end >= 0 {
		return path[:end+len(snapshot.Each)]
	}
	return ""
}

// levelOf reads the number of a guard that goes by its size. A value that is none tells nothing.
func levelOf(f found, w *snapshot.Weakness) (int64, bool) {
	if !f.present {
		return forEver, w.Absent
	}
	word, _ := text(f.value)
	level, err := strconv.ParseInt(word, 10, 64)
	return level, err == nil
}

// keysOf are the keys of a map, in order.
func keysOf[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
