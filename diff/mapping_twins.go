package diff

import (
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// unresolved begins what stands for a name of something that is not matched yet.
const unresolved = "‽"

// symbols are what the names of one side stand for as of this round: the counterpart's key, or the kind.
func (m *matching) symbols(side int) *idTable {
	h := m.sides[side]
	if h.symbols != nil {
		return h.symbols
	}
	h.symbols = newIDTable()
	for i := range h.s.Resources {
		r := &h.s.Resources[i]
		meaning := unresolved + r.Kind
		if key := m.known(side, r.Key); key != "" {
			meaning = "‹" + key + "›"
		}
		for _, name := range namesOf(r) {
			h.symbols.add(name, meaning, true)
		}
	}
	return h.symbols
}

// twins matches what looks alike in amongAll, where both sides have as many: which is which makes no difference. Of
// those that name, or are named by, something that is not matched one pair is made at a time: it tells about the others.
// That needs all of one side to be able to change places with each other.
func (m *matching) twins() bool {
	groups := [2]map[string][]int{}
	for side := range m.sides {
		groups[side] = make(map[string][]int)
		m.visit(side, amongLeft, func(i int, r *snapshot.Resource) {
			form := groupOf(r) + "\x00" + m.face(side, i).form()
			groups[side][form] = append(groups[side][form], i)
		})
	}
	found := false
	var linked []string
	for _, form := range slices.Sorted(maps.Keys(groups[ours])) {
		mine, other := groups[ours][form], groups[theirs][form]
		switch {
		case len(mine) != len(other):
		case strings.Contains(form, unresolved) || m.called(ours, mine) || m.called(theirs, other):
			linked = append(linked, form)
		default:
			for k := range mine {
				m.pair(mine[k], other[k], &m.out.ByPlace)
			}
			found = true
		}
	}
	if found || len(linked) == 0 || m.rounds >= mostRounds {
		return found
	}
	colors := [2][]uint64{m.colors(ours), m.colors(theirs)}
	if b, t, ok := m.sameColor(colors); ok {
		m.rounds++
		m.pair(b, t, &m.out.ByPlace)
		return true
	}
	for _, form := range linked {
		mine, other := groups[ours][form], groups[theirs][form]
		if !oneColor(colors[ours], mine) && !oneColor(colors[theirs], other) {
			continue // they name, or are named by, different things: which of them it is matters
		}
		m.rounds++
		m.pair(mine[0], other[0], &m.out.ByPlace)
		return true
	}
	return false
}

// colors tell resources of one side apart by what they look like, what they name and are named by looks like, and so on
// over some steps. Equal colours mean that the resources can change places.
func (m *matching) colors(side int) []uint64 {
	h := m.sides[side]
	now := make([]uint64, len(h.s.Resources))
	sum := func(text string) uint64 {
		hash := fnv.New64a()
		hash.Write([]byte(text))
		return hash.Sum64()
	}
	m.visit(side, amongLeft, func(i int, r *snapshot.Resource) { now[i] = sum(groupOf(r) + m.face(side, i).form()) })
	const steps = 4
	for range steps {
		next := slices.Clone(now)
		m.visit(side, amongLeft, func(i int, r *snapshot.Resource) {
			var near []string
			for _, ref := range r.References {
				if j, ok := h.byKey[ref.Key]; ok && h.match[j] < 0 {
					near = append(near, fmt.Sprintf("%s>%x", ref.Path, now[j]))
				}
			}
			for _, c := range h.callers[r.Key] {
				if h.match[c.by] < 0 {
					near = append(near, fmt.Sprintf("%s<%x", c.at, now[c.by]))
				}
			}
			slices.Sort(near)
			next[i] = sum(fmt.Sprintf("%x%q", now[i], near))
		})
		now = next
	}
	return now
}

// sameColor is the first of a colour, on both sides, that both sides have as often.
func (m *matching) sameColor(colors [2][]uint64) (b, t int, ok bool) {
	having := [2]map[uint64][]int{}
	for side := range m.sides {
		having[side] = make(map[uint64][]int)
		m.visit(side, amongLeft, func(i int, _ *snapshot.Resource) {
			having[side][colors[side][i]] = append(having[side][colors[side][i]], i)
		})
	}
	for i, match := range m.sides[ours].match {
		color := colors[ours][i]
		if match < 0 && len(having[theirs][color]) > 0 && len(having[theirs][color]) == len(having[ours][color]) {
			return i, having[theirs][color][0], true
		}
	}
	return 0, 0, false
}

func oneColor(colors []uint64, list []int) bool {
	return !slices.ContainsFunc(list, func(i int) bool { return colors[i] != colors[list[0]] })
}

// mostRounds bounds how often one of several twins is chosen: each choice looks at amongAll again.
const mostRounds = 500

// called reports whether something that is not matched names one of some resources.
func (m *matching) called(side int, list []int) bool {
	h := m.sides[side]
	return slices.ContainsFunc(list, func(i int) bool {
		return slices.ContainsFunc(h.callers[h.s.Resources[i].Key], func(c namedBy) bool { return h.match[c.by] < 0 })
	})
}
