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

// cut takes the first step off a path, without making a list of all.
func (p Path) cut() (step string, rest Path) {
	if strings.HasPrefix(string(p), Each) {
		return Each, p[len(Each):].afterDot()
	}
	end := strings.IndexAny(string(p), ".[")
	if end > 0 && p[end] == '[' && !strings.HasPrefix(string(p[end:]), Each) {
		end = strings.IndexByte(string(p), '.')
	}
	if end < 0 {
		return string(p), ""
	}
	return string(p[:end]), p[end:].afterDot()
}

func (p Path) afterDot() Path { return Path(strings.TrimPrefix(string(p), ".")) }

// Find calls visit for every value at the path in a tree of map[string]any, []any and scalars.
func (p Path) Find(tree any, visit func(value any)) {
	if p == "" {
		visit(tree)
		return
	}
	step, rest := p.cut()
	switch node := tree.(type) {
	case map[string]any:
		if step == Any {
			for _, key := range sortedKeys(node) {
				rest.Find(node[key], visit)
			}
		} else if child, ok := node[step]; ok {
			rest.Find(child, visit)
		}
	case []any:
		if step == Each {
			for _, element := range node {
				rest.Find(element, visit)
			}
		}
	}
}

// Edit replaces every value at the path by what edit returns, and removes it from its parent where keep is false.
// Elements of a list can be replaced but not removed. It changes the tree in place and reports whether it met a value.
func (p Path) Edit(tree any, edit func(value any) (replacement any, keep bool)) bool {
	if p == "" {
		return false
	}
	step, rest := p.cut()
	met := false
	switch node := tree.(type) {
	case map[string]any:
		if step == Any {
			for _, key := range sortedKeys(node) {
				met = rest.editMember(node, key, edit) || met
			}
			return met
		}
		return rest.editMember(node, step, edit)
	case []any:
		if step != Each {
			return false
		}
		for i, element := range node {
			if rest != "" {
				met = rest.Edit(element, edit) || met
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

// editMember edits a member of an object, or what lies below it at p.
func (p Path) editMember(node map[string]any, key string, edit func(any) (any, bool)) bool {
	child, ok := node[key]
	switch {
	case !ok:
		return false
	case p != "":
		return p.Edit(child, edit)
	}
	if replacement, keep := edit(child); keep {
		node[key] = replacement
	} else {
		delete(node, key)
	}
	return true
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
