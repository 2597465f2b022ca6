package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// finish rewrites the target by what was found.
func (m *matching) finish() *Mapped {
	s := *m.target
	s.Resources = make([]snapshot.Resource, 0, len(m.target.Resources))
	keys := make(map[string]string) // the target's → as rewritten
	for t, b := range m.sides[theirs].match {
		if b >= 0 {
			keys[m.target.Resources[t].Key] = m.baseline.Resources[b].Key
		}
	}
	originals := make(map[string]*snapshot.Resource, len(m.raw.Resources))
	for i := range m.raw.Resources {
		originals[m.originalKey(i)] = &m.raw.Resources[i]
	}
	taken := 0
	named := [2]map[string]bool{m.named(ours), m.named(theirs)}
	for t := range m.target.Resources {
		was := &m.target.Resources[t]
		r := rewritten(was, m.ids.text)
		for i := range r.References {
			r.References[i].Key = otherwise(keys, was.References[i].Key)
		}
		if r.Owner != nil {
			r.Owner.Key = otherwise(keys, was.Owner.Key)
		}
		if b := m.sides[theirs].match[t]; b >= 0 {
			a := &alignment{named: named}
			m.settle(&m.baseline.Resources[b], &r, a)
			taken, m.out.Masked = taken+a.taken, m.out.Masked+a.masked
		} else {
			r.Key, r.CreatedAt = was.Key, nil // when it was made says nothing about the baseline
			m.out.originals[r.Key] = originals[was.Key]
		}
		s.Resources = append(s.Resources, r)
	}
	m.out.Snapshot = &s
	m.selectors()
	m.ambiguous()
	s.Sort()
	m.notes(taken)
	return m.out
}

// originalKey is the key of a resource of the raw target in the baseline's accounts and regions. The raw target and the
// rewritten one are sorted by other keys.
func (m *matching) originalKey(i int) string { return m.places.text(m.raw.Resources[i].Key) }

// settle makes a resource of the target the counterpart of one of the baseline.
func (m *matching) settle(b, r *snapshot.Resource, a *alignment) {
	r.Key, r.Scope, r.ARN, r.ID, r.UniqueID, r.CreatedAt = b.Key, b.Scope, b.ARN, b.ID, b.UniqueID, b.CreatedAt
	r.AccountID, r.Region = b.AccountID, b.Region
	ours, err := snapshot.Tree(b.Configuration)
	if err != nil {
		return
	}
	theirs, err := snapshot.Tree(r.Configuration)
	if err != nil {
		return
	}
	theirs = a.align("", ours, theirs)
	r.Configuration = snapshot.Canonical(theirs)
	r.ConfigurationHash = snapshot.Hash(r.Configuration)
}

// named are the ids that mean something on a side: those of its resources, and those that references name.
func (m *matching) named(side int) map[string]bool {
	out := make(map[string]bool)
	s := m.sides[side].s
	for i := range s.Resources {
		r := &s.Resources[i]
		out[r.ID] = true
		for _, ref := range r.References {
			id := ref.ID
			if side == theirs {
				id = m.ids.text(id)
			}
			out[id] = true
		}
		if side == theirs {
			out[m.ids.text(r.ID)] = true
		}
	}
	return out
}

// ambiguous counts what both sides have of a kind under one name, or without any, and what could not be told apart.
func (m *matching) ambiguous() {
	groups := m.leftByName()
	for group, list := range groups[theirs] {
		others := groups[ours][group]
		if len(others) == 0 || len(list)+len(others) < 3 {
			continue
		}
		for _, t := range list {
			if slices.ContainsFunc(others, func(b int) bool {
				mine, other := m.face(ours, b), m.face(theirs, t)
				return alike(mine, other) && !contradict(mine.parents, other.parents)
			}) {
				m.out.Ambiguous[m.target.Resources[t].Kind]++
			}
		}
	}
}

func (m *matching) notes(taken int) {
	o := m.out
	total := o.ByKey + o.ByName + o.ByTags + o.ByPlace
	var how []string
	for _, part := range []struct {
		n    int
		word string
	}{{o.ByKey, "by key"}, {o.ByName, "by name"}, {o.ByTags, "by tags"}, {o.ByPlace, "by place"}} {
		if part.n > 0 {
			how = append(how, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	note := fmt.Sprintf("%s of the target's %d matched with the baseline's", count(total, "resource", "resources"), len(m.target.Resources))
	if len(how) > 0 {
		note += ": " + strings.Join(how, ", ")
	}
	o.Notes = append(o.Notes, note)
	if len(o.Ambiguous) > 0 {
		n := 0
		var kinds []string
		for _, kind := range slices.Sorted(maps.Keys(o.Ambiguous)) {
			n += o.Ambiguous[kind]
			kinds = append(kinds, fmt.Sprintf("%s %d", kind, o.Ambiguous[kind]))
		}
		o.Notes = append(o.Notes, fmt.Sprintf("%s of the target could stand for several of the baseline, and %s not matched: shown as added, and the baseline's as removed (%s)",
			count(n, "resource", "resources"), map[bool]string{true: "is", false: "are"}[n == 1], strings.Join(kinds, ", ")))
	}
	if taken > 0 {
		o.Notes = append(o.Notes, count(taken, "value that AWS chose and nothing names is", "values that AWS chose and nothing names are")+
			" taken for equal: private addresses, ids of associations, times of changes")
	}
	if o.Masked > 0 {
		o.Notes = append(o.Notes, count(o.Masked, "secret differs, and is", "secrets differ, and are")+" not compared: an account or an id in a secret can't be mapped")
	}
}
