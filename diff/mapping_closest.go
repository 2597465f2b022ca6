package diff

import (
	"maps"
	"slices"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// mostCompared bounds the pairs of one kind and name that are compared with each other.
const mostCompared = 100_000

// leftByName is what is left on each side, by kind and name; what has none is together.
func (m *matching) leftByName() [2]map[string][]int {
	groups := [2]map[string][]int{}
	for side := range m.sides {
		groups[side] = make(map[string][]int)
		m.visit(side, amongLeft, func(i int, r *snapshot.Resource) {
			name, _ := nameOf(r)
			group := groupOf(r) + "\x00" + name
			groups[side][group] = append(groups[side][group], i)
		})
	}
	return groups
}

// closest matches, of what has the same name or none, two that have more in common with each other than either has with
// anything else. Two that are equally close to one are left alone: which of them it is can't be told.
func (m *matching) closest() bool {
	groups := m.leftByName()
	found := false
	for _, group := range slices.Sorted(maps.Keys(groups[ours])) {
		mine, other := groups[ours][group], groups[theirs][group]
		if len(other) == 0 || len(mine)*len(other) > mostCompared {
			continue
		}
		close := make([][]int, len(mine))
		for i, b := range mine {
			close[i] = make([]int, len(other))
			for j, t := range other {
				if a, z := m.face(ours, b), m.face(theirs, t); !contradict(a.parents, z.parents) && alike(a, z) {
					close[i][j] = closeness(a, z) + 1
				}
			}
		}
		for i, b := range mine {
			j, ok := strictlyBest(len(other), func(j int) int { return close[i][j] })
			if !ok {
				continue
			}
			if back, ok := strictlyBest(len(mine), func(i int) int { return close[i][j] }); ok && back == i {
				m.pair(b, other[j], &m.out.ByPlace)
				found = true
			}
		}
	}
	return found
}

// strictlyBest is the one of some numbers that is larger than all others, and than 0.
func strictlyBest(n int, of func(int) int) (best int, ok bool) {
	most := 0
	for i := range n {
		switch value := of(i); {
		case value > most:
			best, most, ok = i, value, true
		case value == most:
			ok = false
		}
	}
	return best, ok
}
