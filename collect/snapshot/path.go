package snapshot

import (
	"slices"
	"strings"
)

// Path names places in a configuration: field names joined by dots, "[]" for every element of a list and "*" for every
// member of a map whose keys are data ("IpPermissions[].IpRanges[].CidrIp", "Environment.Variables.*").
type Path string

// Each is the step of a path that stands for all elements of a list.
const Each = "[]"

// Any is the step of a path that stands for all members of a map.
const Any = "*"

// Steps splits a path into field names, [Each] and [Any].
func (p Path) Steps() []string {
	if p == "" {
		return nil
	}
	var steps []string
	for part := range strings.SplitSeq(string(p), ".") {
		lists := 0
		for strings.HasSuffix(part, Each) {
			part = strings.TrimSuffix(part, Each)
			lists++
		}
		if part != "" {
			steps = append(steps, part)
		}
		for range lists {
			steps = append(steps, Each)
		}
	}
	return steps
}

// Join appends a step to a path. The step may be a field name, [Each] or [Any].
func (p Path) Join(step string) Path {
	if p == "" || step == Each {
		return p + Path(step)
	}
	return p + "." + Path(step)
}

// Under reports whether p is other or lies below it.
func (p Path) Under(other Path) bool {
	rest, ok := strings.CutPrefix(string(p), string(other))
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// Find calls visit for every value at the path in a tree of map[string]any, []any and scalars.
func (p Path) Find(tree any, visit func(value any)) {
	find(tree, p.Steps(), visit)
}

func find(tree any, steps []string, visit func(any)) {
	if len(steps) == 0 {
		visit(tree)
		return
	}
	switch node := tree.(type) {
	case map[string]any:
		if steps[0] == Any {
			for _, key := range sortedKeys(node) {
				find(node[key], steps[1:], visit)
			}
		} else if child, ok := node[steps[0]]; ok {
			find(child, steps[1:], visit)
		}
	case []any:
		if steps[0] == Each {
			for _, element := range node {
				find(element, steps[1:], visit)
			}
		}
	}
}

// Edit replaces every value at the path by what edit returns, and removes it from its parent where keep is false.
// Elements of a list can be replaced but not removed. It changes the tree in place and reports whether it met a value.
func (p Path) Edit(tree any, edit func(value any) (replacement any, keep bool)) bool {
	return editAt(tree, p.Steps(), edit)
}

func editAt(tree any, steps []string, edit func(any) (any, bool)) bool {
	if len(steps) == 0 {
		return false
	}
	met := false
	switch node := tree.(type) {
	case map[string]any:
		keys := []string{steps[0]}
		if steps[0] == Any {
			keys = sortedKeys(node)
		}
		for _, key := range keys {
			child, ok := node[key]
			if !ok {
				continue
			}
			if len(steps) > 1 {
				met = editAt(child, steps[1:], edit) || met
				continue
			}
			met = true
			if replacement, keep := edit(child); keep {
				node[key] = replacement
			} else {
				delete(node, key)
			}
		}
	case []any:
		if steps[0] != Each {
			return false
		}
		for i, element := range node {
			if len(steps) > 1 {
				met = editAt(element, steps[1:], edit) || met
				continue
			}
			met = true
			if replacement, keep := edit(element); keep {
				node[i] = replacement
			}
		}
	}
	return met
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
