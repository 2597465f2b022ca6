package collect

import (
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// part is a resource whose id is made of its container's and its own name (an API and a stage, a zone and a record), for
// which CloudFormation's physical id is often the name alone.
type part struct {
	resource  int
	container string
}

// members finds what stacks and other owners mean by their members' ids.
type members struct {
	*finder
	types  map[string]string            // CloudFormation's name → kind
	ids    map[ownedName]bool           // of whatever kind
	listed map[ownedName]int            // how often an owner lists a name of a kind
	parts  map[string]map[string][]part // kind → a name within its container → which
}

// ownedName is how an owner calls something.
type ownedName struct{ owner, kind, id string }

func (f *finder) members(list []memberOf) *members {
	m := &members{
		finder: f, types: make(map[string]string), ids: make(map[ownedName]bool), listed: make(map[ownedName]int),
		parts: make(map[string]map[string][]part),
	}
	for _, kind := range f.kinds {
		m.types[kind.CloudFormation] = kind.Name
		for _, alias := range kind.Aliases {
			if isCloudFormation(alias) {
				m.types[alias] = kind.Name
			}
		}
	}
	for _, member := range list {
		kind := m.kind(member)
		m.ids[ownedName{owner: member.owner.Key, id: member.ID}] = true
		m.listed[ownedName{member.owner.Key, kind, undotted(member.ID)}]++
		if m.parts[kind] == nil {
			m.parts[kind] = make(map[string][]part)
		}
	}
	for i := range f.resources {
		r := &f.resources[i]
		if parts := m.parts[r.Kind]; parts != nil {
			for _, name := range namesWithin(r) {
				parts[name.name] = append(parts[name.name], part{i, name.container})
			}
		}
	}
	return m
}

func (m *members) kind(member memberOf) string {
	if kind, ok := m.types[member.CloudFormation]; ok {
		return kind
	}
	return member.Kind
}

// of returns the resources that a member is. A name within a container is one in a container of the same owner; if that
// has none, one that is there no more often than the owner lists the name. Else it tells nothing.
func (m *members) of(member memberOf) []int {
	account, region := ownerPlace(member.owner.Key)
	kind := m.kind(member)
	if at, ok := m.at(account, region, kind, member.ID); ok {
		return []int{at}
	}
	name := undotted(member.ID)
	var all, inside []int
	for _, p := range m.parts[kind][name] {
		r := &m.resources[p.resource]
		if r.AccountID != account || r.Region != region && r.Region != snapshot.Global {
			continue
		}
		all = append(all, p.resource)
		if m.ids[ownedName{owner: member.owner.Key, id: p.container}] {
			inside = append(inside, p.resource)
		}
	}
	switch {
	case len(inside) > 0:
		return inside
	case len(all) <= m.listed[ownedName{member.owner.Key, kind, name}]:
		return all
	}
	return nil
}

// nameWithin is a name that tells a resource from others of its container.
type nameWithin struct{ name, container string }

// namesWithin are the names of a resource whose id begins with that of another it names: with both, in either order, as
// CloudFormation joins them, and without the container. What follows the name in an id (a record's type) is left out.
func namesWithin(r *Resource) []nameWithin {
	for _, ref := range r.References {
		if ref.Kind == "" || ref.Kind == Everything || ref.ID == "" {
			continue
		}
		rest, ok := strings.CutPrefix(r.ID, ref.ID)
		if !ok || rest == "" || rest[0] != '/' && rest[0] != '|' {
			continue
		}
		rest = rest[1:]
		first, _, _ := strings.Cut(rest, "/")
		names := []string{rest, undotted(first), r.Name, ref.ID + "|" + rest, rest + "|" + ref.ID}
		slices.Sort(names)
		var within []nameWithin
		for _, name := range slices.Compact(names) {
			if name != "" {
				within = append(within, nameWithin{name, ref.ID})
			}
		}
		return within
	}
	return nil
}

// undotted is a domain name without the dot that some write after it.
func undotted(name string) string { return strings.TrimSuffix(name, ".") }

// isCloudFormation tells CloudFormation's names from other aliases.
func isCloudFormation(alias string) bool { return strings.HasPrefix(alias, "AWS::") }
