package diff

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// timePattern is a time as snapshots have it.
var timePattern = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$`)

// face is what can be told of a resource without the ids that AWS invented: two resources that stand for each other
// have the same face, as far as they are equal and what they name is matched.
type face struct {
	name    string // without what AWS invented in it; "" where nothing is left
	raw     string // the name as it is
	tags    string // of the user and of the stack
	tagList []string
	parents []string // what it names and belongs to, as far as that is matched
	callers []string // what names it, as far as that is matched
	leaves  []string // of the configuration, sorted
	whole   string   // the configuration, with every list sorted
}

// nameOf is what people call a resource: its name, its tag Name, or an id that somebody chose; as it is, and without
// what AWS invented in it.
func nameOf(r *snapshot.Resource) (name, raw string) {
	for _, candidate := range []string{r.Name, r.Tags["Name"], r.ID} {
		if candidate == "" || ipv4.MatchString(candidate) {
			continue
		}
		if raw == "" {
			raw = candidate
		}
		name := stem(candidate)
		if strings.Trim(name, "*-_/:|. ") == "" || candidate == r.ID && name != candidate {
			continue // an id with an invented part is no name
		}
		return name, raw
	}
	return "", raw
}

// faceOf looks at a resource of one side. symbols has what is matched, and the kinds of what isn't.
func faceOf(r *snapshot.Resource, symbols *idTable, own []string) face {
	name, raw := nameOf(r)
	f := face{name: name, raw: raw}
	self := make(map[string]bool, len(own))
	for _, id := range own {
		self[id] = true
	}
	text := func(field, s string) string {
		if self[s] {
			return "‹self›"
		}
		return neutral(field, symbols.text(s))
	}
	tags := make([]string, 0, len(r.Tags))
	for key, value := range r.Tags {
		tags = append(tags, key+"="+text("", value))
	}
	slices.Sort(tags)
	f.tags, f.tagList = strings.Join(tags, "\x00"), tags
	if tree, err := snapshot.Tree(r.Configuration); err == nil {
		leavesOf(&f.leaves, "", "", tree, text)
		f.whole = string(snapshot.Canonical(unordered("", tree, text)))
	}
	slices.Sort(f.leaves)
	return f
}

// neutral is a text without what AWS chose in it.
func neutral(field, s string) string {
	switch {
	case timePattern.MatchString(s):
		return "‹time›"
	case zoneID.MatchString(s):
		return "‹zone›"
	case privateName.MatchString(field) && (field != "IpAddress" || private.MatchString(s)):
		return "‹address›"
	}
	return stem(s)
}

// leavesOf lists the values of a tree with their places. Places in lists are not numbered: their order may mean nothing.
func leavesOf(out *[]string, at, field string, value any, text func(field, s string) string) {
	switch node := value.(type) {
	case map[string]any:
		if len(node) == 0 {
			*out = append(*out, at+"={}")
		}
		for key, child := range node {
			leavesOf(out, at+"."+text("", key), key, child, text)
		}
	case []any:
		if len(node) == 0 {
			*out = append(*out, at+"=[]")
		}
		for _, child := range node {
			leavesOf(out, at+snapshot.Each, field, child, text)
		}
	case string:
		*out = append(*out, at+"="+text(field, node))
	default:
		*out = append(*out, at+"="+fmt.Sprint(node))
	}
}

// form is the face in one text: equal for what looks alike in everything.
func (f *face) form() string {
	return strings.Join([]string{
		f.name, f.tags, strings.Join(f.parents, "\x00"), strings.Join(f.callers, "\x00"), f.whole,
	}, "\x01")
}

// alike reports whether two configurations have at least half of their values in common. What is neither named nor
// tagged, and less alike, is another thing.
func alike(a, b *face) bool { return 4*common(a, b) >= len(a.leaves)+len(b.leaves) }

// common counts the values that two configurations have in common.
func common(a, b *face) int { return inBoth(a.leaves, b.leaves) }

// closeness counts everything that two resources have in common: values, tags, what they name and are named by.
func closeness(a, b *face) int {
	return common(a, b) + inBoth(a.tagList, b.tagList) + inBoth(a.parents, b.parents) + inBoth(a.callers, b.callers)
}

// inBoth counts what two sorted lists have in common.
func inBoth(a, b []string) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch c := strings.Compare(a[i], b[j]); {
		case c == 0:
			n, i, j = n+1, i+1, j+1
		case c < 0:
			i++
		default:
			j++
		}
	}
	return n
}

// unordered is a tree with its texts rewritten and all lists sorted.
func unordered(field string, value any, text func(field, s string) string) any {
	switch node := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(node))
		for key, child := range node {
			out[text("", key)] = unordered(key, child, text)
		}
		return out
	case []any:
		out := make([]any, len(node))
		for i, child := range node {
			out[i] = unordered(field, child, text)
		}
		slices.SortFunc(out, func(a, b any) int {
			return strings.Compare(string(snapshot.Canonical(a)), string(snapshot.Canonical(b)))
		})
		return out
	case string:
		return text(field, node)
	}
	return value
}
