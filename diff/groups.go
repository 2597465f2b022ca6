package diff

import (
	"slices"
	"strconv"
	"strings"
)

const (
	// sameFrom is how many resources must have changed alike before they are one group.
	sameFrom = 3
	// manyFrom is how many resources of a kind must have come, gone or be unknown alike before they are one group: their
	// names are what people look for, so a few are better listed.
	manyFrom = 10
)

// Group is the same thing that happened to many resources: the same properties changed from the same values to the same
// values, or resources of one kind came or went. A change of tags alone may span kinds (a tag policy that was rolled out),
// everything else is of one kind. Findings are the same for all of them; who did it may differ.
type Group struct {
	Change     Class      `json:"change"`
	Kinds      []string   `json:"kinds"` // sorted
	Keys       []string   `json:"keys"`  // of the changes, in the report's order
	Properties []Property `json:"properties,omitempty"`
	Reason     string     `json:"reason,omitempty"`

	// Members are the places of its changes in the list that was grouped.
	Members []int `json:"-"`
}

// Groups finds what is the same on many resources. Changes that are like few others are in no group; none is in two. The
// groups are in the order of their first members. It changes nothing and is safe for concurrent use.
func Groups(changes []Change) []Group {
	index := make(map[string]int)
	var groups []Group
	for i := range changes {
		c := &changes[i]
		signature := likeness(c)
		at, ok := index[signature]
		if !ok {
			at = len(groups)
			index[signature] = at
			groups = append(groups, Group{Change: c.Change, Properties: c.Properties, Reason: commonReason(c)})
		}
		g := &groups[at]
		g.Members, g.Keys = append(g.Members, i), append(g.Keys, c.Key)
		if at, found := slices.BinarySearch(g.Kinds, c.Kind); !found {
			g.Kinds = slices.Insert(g.Kinds, at, c.Kind)
		}
	}
	return slices.DeleteFunc(groups, func(g Group) bool {
		if len(g.Properties) == 0 || g.Change == Unknown {
			return len(g.Members) < manyFrom
		}
		return len(g.Members) < sameFrom
	})
}

// Grouped is a report with its groups, as -o json prints it.
type Grouped struct {
	*Report
	Groups []Group `json:"groups,omitempty"` // the same change on many resources, by keys of changes
}

// Grouped adds the groups of a report's changes as they are now.
func (r *Report) Grouped() Grouped { return Grouped{Report: r, Groups: Groups(r.Changes)} }

// likeness is equal for changes that say the same.
func likeness(c *Change) string {
	parts := []string{string(c.Change), commonReason(c)}
	tagsOnly := len(c.Properties) > 0 && c.Change == Modified
	for _, p := range c.Properties {
		tagsOnly = tagsOnly && p.Part == PartTags
		parts = append(parts, p.Path, string(p.Part), propertySide(p.Old, p.OldUnknown), propertySide(p.New, p.NewUnknown))
	}
	for _, f := range c.Findings {
		parts = append(parts, f.Rule, string(f.Severity), strconv.FormatBool(f.Better), f.Path)
	}
	if !tagsOnly {
		parts = append(parts, c.Kind)
	}
	return strings.Join(parts, "\x00")
}

func propertySide(value []byte, unknown bool) string {
	if unknown {
		return "unknown"
	}
	return "=" + string(value)
}

// commonReason is a change's reason as far as others can share it: why something counts as replaced names its own ids.
func commonReason(c *Change) string {
	if c.Change == Replaced {
		return ""
	}
	return c.Reason
}

// ServiceOf is the AWS service that a kind belongs to, as AWS's ARNs spell it ("ec2" of "ec2:vpc").
func ServiceOf(kind string) string {
	service, _, _ := strings.Cut(kind, ":")
	return service
}
