package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// matching finds out which resources of a target stand for which of a baseline.
type matching struct {
	raw      *snapshot.Snapshot // the target as it is
	target   *snapshot.Snapshot // in the baseline's accounts and regions
	baseline *snapshot.Snapshot
	places   *placeWords
	sides    [2]*mapSide
	ids      *idTable // the target's names → the baseline's
	rounds   int      // in which one of several twins was chosen
	out      *Mapped
}

// mapSide is one side: the baseline, or the target in the baseline's words.
type mapSide struct {
	s       *snapshot.Snapshot
	byKey   map[string]int
	callers map[string][]namedBy // key → what names it
	match   []int                // the counterpart, or -1
	faces   map[int]*face        // of what is not matched, as of this round
	symbols *idTable             // as of this round
}

// namedBy is a resource that names another, and where.
type namedBy struct {
	by int
	at snapshot.Path
}

const (
	ours   = 0
	theirs = 1
)

func newMatching(baseline *snapshot.Snapshot, w *placeWords, raw *snapshot.Snapshot) *matching {
	target := w.snapshot(raw)
	m := &matching{raw: raw, places: w, target: target, baseline: baseline, ids: newIDTable(), out: &Mapped{Ambiguous: map[string]int{}, originals: map[string]*snapshot.Resource{}}}
	for side, s := range []*snapshot.Snapshot{baseline, target} {
		h := &mapSide{s: s, byKey: make(map[string]int, len(s.Resources)), callers: make(map[string][]namedBy), match: make([]int, len(s.Resources))}
		for i := range s.Resources {
			r := &s.Resources[i]
			h.byKey[r.Key], h.match[i] = i, -1
			for _, ref := range r.References {
				if ref.Key != "" && ref.Key != r.Key {
					h.callers[ref.Key] = append(h.callers[ref.Key], namedBy{i, ref.Path})
				}
			}
		}
		m.sides[side] = h
	}
	return m
}

// pair records a match and what it tells.
func (m *matching) pair(b, t int, count *int) {
	m.sides[ours].match[b], m.sides[theirs].match[t] = t, b
	*count++
	ours, theirs := &m.baseline.Resources[b], &m.target.Resources[t]
	m.ids.learn(ours, theirs)
	m.learnOwn(ours, theirs)
}

// run matches until nothing is added. The surest rule goes first, and again after every match that a weaker one made.
func (m *matching) run() {
	rules := []func() bool{
		m.byKeys,
		func() bool { return m.unique(&m.out.ByName, amongAll, rawName) },
		func() bool {
			return m.unique(&m.out.ByName, amongLeft, nameAnd(func(f *face) string { return strings.Join(f.parents, "\x00") }))
		},
		func() bool { return m.unique(&m.out.ByTags, amongAll, logicalID) },
		func() bool {
			return m.unique(&m.out.ByName, amongLeft, nameAnd(func(f *face) string { return f.form() }))
		},
		func() bool {
			return m.unique(&m.out.ByName, amongLeft, nameAnd(func(f *face) string { return f.tags }))
		},
		func() bool { return m.unique(&m.out.ByName, amongAll, onlyName) },
		func() bool {
			return m.unique(&m.out.ByPlace, amongLeft, nameless(func(f *face) string { return "\x02" + f.form() }))
		},
		func() bool {
			return m.unique(&m.out.ByTags, amongLeft, nameless(func(f *face) string { return f.tags }))
		},
		func() bool {
			return m.unique(&m.out.ByPlace, amongLeft, nameless(func(f *face) string { return strings.Join(f.callers, "\x00") }))
		},
		func() bool {
			return m.unique(&m.out.ByPlace, amongLeft, nameless(func(f *face) string { return strings.Join(f.parents, "\x00") }))
		},
		func() bool {
			return m.unique(&m.out.ByPlace, amongLeft, nameless(func(*face) string { return "\x02" }))
		},
		m.closest,
		m.twins,
	}
	for {
		for _, h := range m.sides {
			h.faces, h.symbols = nil, nil
		}
		if !slices.ContainsFunc(rules, func(rule func() bool) bool { return rule() }) {
			return
		}
	}
}

// byKeys matches what has the same key, once what is known of the target's ids is rewritten in it.
func (m *matching) byKeys() bool {
	found := false
	for t := range m.target.Resources {
		if m.sides[theirs].match[t] >= 0 {
			continue
		}
		b, ok := m.sides[ours].byKey[m.ids.text(m.target.Resources[t].Key)]
		if ok && m.sides[ours].match[b] < 0 {
			m.pair(b, t, &m.out.ByKey)
			found = true
		}
	}
	return found
}

// amongWhat say among which resources a sign must be the only one of its side.
type amongWhat bool

const (
	amongAll  amongWhat = true
	amongLeft amongWhat = false
)

// sign is what two resources have in common that stand for each other; "" is none.
type sign func(r *snapshot.Resource, face func() *face) string

func rawName(r *snapshot.Resource, _ func() *face) string {
	_, raw := nameOf(r)
	if raw == r.ID && stem(raw) != raw {
		return ""
	}
	return raw
}

// logicalID is a member of a stack, as the stack's template calls it.
func logicalID(r *snapshot.Resource, _ func() *face) string {
	stack, id := r.Tags["aws:cloudformation:stack-name"], r.Tags["aws:cloudformation:logical-id"]
	if stack == "" || id == "" {
		return ""
	}
	return stack + "\x00" + id
}

func onlyName(r *snapshot.Resource, _ func() *face) string {
	name, _ := nameOf(r)
	return name
}

func nameAnd(more func(*face) string) sign {
	return func(r *snapshot.Resource, look func() *face) string {
		name, _ := nameOf(r)
		if name == "" {
			return ""
		}
		if text := more(look()); text != "" {
			return name + "\x00" + text
		}
		return ""
	}
}

// nameless is a sign of what has no name: what has one is found by it, or not at all.
func nameless(more func(*face) string) sign {
	return func(r *snapshot.Resource, look func() *face) string {
		if name, _ := nameOf(r); name != "" {
			return ""
		}
		return more(look())
	}
}

// unique matches what has a sign that one resource of each side has, of the same kind in the same scope and region.
func (m *matching) unique(count *int, among amongWhat, of sign) bool {
	signs := [2]map[string]int{}
	for side, h := range m.sides {
		signs[side] = make(map[string]int, len(h.match))
		m.visit(side, among, func(i int, r *snapshot.Resource) {
			text := of(r, func() *face { return m.face(side, i) })
			if text == "" {
				return
			}
			text = groupOf(r) + "\x00" + text
			if _, twice := signs[side][text]; twice {
				i = -1
			}
			signs[side][text] = i
		})
	}
	found := false
	for _, text := range slices.Sorted(maps.Keys(signs[ours])) {
		b := signs[ours][text]
		t, ok := signs[theirs][text]
		if !ok || b < 0 || t < 0 || m.sides[ours].match[b] >= 0 || m.sides[theirs].match[t] >= 0 {
			continue
		}
		if among == amongLeft {
			mine, other := m.face(ours, b), m.face(theirs, t)
			if contradict(mine.parents, other.parents) || mine.name == "" && !alike(mine, other) {
				continue
			}
		}
		m.pair(b, t, count)
		found = true
	}
	return found
}

func (m *matching) visit(side int, among amongWhat, do func(int, *snapshot.Resource)) {
	for i := range m.sides[side].s.Resources {
		if among == amongAll || m.sides[side].match[i] < 0 {
			do(i, &m.sides[side].s.Resources[i])
		}
	}
}

// groupOf is within what a resource can have a counterpart.
func groupOf(r *snapshot.Resource) string { return r.Scope + "\x00" + r.Region }

// face is that of a resource as of this round.
func (m *matching) face(side, i int) *face {
	h := m.sides[side]
	if h.faces == nil {
		h.faces = make(map[int]*face)
	}
	if f := h.faces[i]; f != nil {
		return f
	}
	r := &h.s.Resources[i]
	f := faceOf(r, m.symbols(side), namesOf(r))
	for _, ref := range r.References {
		if key := m.known(side, ref.Key); key != "" && ref.Key != r.Key {
			f.parents = append(f.parents, string(ref.Path)+"="+key)
		}
	}
	if r.Owner != nil {
		if key := m.known(side, r.Owner.Key); key != "" {
			f.parents = append(f.parents, "owner="+key)
		}
	}
	for _, c := range h.callers[r.Key] {
		if key := m.known(side, h.s.Resources[c.by].Key); key != "" {
			f.callers = append(f.callers, string(c.at)+"="+key)
		}
	}
	slices.Sort(f.parents)
	slices.Sort(f.callers)
	h.faces[i] = &f
	return &f
}

// known is the baseline's key of what a key of one side names, where that is matched.
func (m *matching) known(side int, key string) string {
	i, ok := m.sides[side].byKey[key]
	if !ok || m.sides[side].match[i] < 0 {
		return ""
	}
	if side == theirs {
		i = m.sides[theirs].match[i]
	}
	return m.baseline.Resources[i].Key
}

// contradict reports whether two resources name, in the same place, things that are known to be others.
func contradict(a, b []string) bool {
	values := make(map[string]map[string]bool)
	for _, parent := range a {
		at, key, _ := strings.Cut(parent, "=")
		if values[at] == nil {
			values[at] = make(map[string]bool)
		}
		values[at][key] = true
	}
	common := make(map[string]bool)
	for _, parent := range b {
		at, key, _ := strings.Cut(parent, "=")
		if values[at] != nil {
			common[at] = common[at] || values[at][key]
		}
	}
	for _, is := range common {
		if !is {
			return true
		}
	}
	return false
}
