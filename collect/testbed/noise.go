package testbed

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
)

// Family is one sort of noise.
type Family string

// The sorts of noise.
const (
	Shuffled  Family = "shuffled"  // lists whose order means nothing come in another order
	Unknown   Family = "unknown"   // objects have members that no SDK knows
	Advancing Family = "advancing" // counters and times that change by themselves have changed
	Defaulted Family = "defaulted" // members at their default are there, or aren't
	Repeated  Family = "repeated"  // one row of each page is there twice
	Hidden    Family = "hidden"    // what is new isn't listed yet
)

// NoiseOptions changes what Noise does. The zero value is all families but Hidden and Defaulted, which have nothing to
// do without Hide and Defaults.
type NoiseOptions struct {
	Seed     uint64    // the same seed and the same order of calls make the same noise
	Only     []Family  // if not empty, no other families
	Hide     int       // how many answers of a list do without a thing that was created since the noise began
	Defaults []Default // see CommonDefaults
}

// Noise changes the answers of operations that read (Describe, List, Get, BatchGet) in ways that mean nothing, as AWS
// does by itself: a capture with noise must differ in nothing from one without, and a real change must still show.
//
// keepOrder, advancing and mapMembers in noise_tables.go hold what must not be shuffled, what advances and where an unknown
// member would be a value. Repeated and Hidden work for operations with a row in listings. What is new: what CreateX,
// RunX, PutX, … named or returned, where the list is one of X and hasn't listed it before.
func (p *FaultProxy) Noise(o NoiseOptions) (remove func()) {
	n := &noise{
		NoiseOptions: o, random: rand.New(rand.NewPCG(o.Seed, 0)),
		fresh: map[thing][]string{}, hidden: map[thing]int{}, listed: map[thing]bool{},
	}
	return p.add(noising, "*", "*", n.answer, nil)
}

type noise struct {
	NoiseOptions

	mu     sync.Mutex
	random *rand.Rand
	tick   int64
	fresh  map[thing][]string // what was created since the noise began → as what
	hidden map[thing]int      // how often a list did without it
	listed map[thing]bool     // a list has had it
}

// thing is something that an account has, or a list's view of it.
type thing struct{ account, region, service, list, name string }

func (n *noise) on(f Family) bool { return len(n.Only) == 0 || slices.Contains(n.Only, f) }

func (n *noise) answer(c *Call, next func(*Call) *Answer) *Answer {
	a := next(c)
	if !a.ok() || len(a.Body) == 0 && !c.creates() {
		return a
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	doc, err := decode(c.Protocol, a.Body)
	if c.creates() {
		n.remember(c, doc)
		return a
	}
	if err != nil || !reads(c) {
		return a
	}
	n.tick++
	l := listingOf(c)
	if l != nil && n.on(Hidden) {
		n.hide(c, l, doc)
	}
	if n.on(Defaulted) {
		n.addDefaults(c, doc, n.Defaults)
	}
	if n.on(Advancing) {
		n.addDefaults(c, doc, appearing)
		n.advance(c, doc)
	}
	if n.on(Unknown) {
		n.addUnknown(doc, true)
	}
	if n.on(Shuffled) {
		n.shuffle(doc)
	}
	if l != nil && n.on(Repeated) {
		n.repeat(l, doc)
	}
	return a.withBody(doc.encode())
}

func reads(c *Call) bool {
	for _, prefix := range []string{"Describe", "List", "Get", "BatchGet"} {
		if strings.HasPrefix(c.Operation, prefix) {
			return true
		}
	}
	return false
}

// remember takes every text of a creating call and its answer for the name of something new. doc may be nil.
func (n *noise) remember(c *Call, doc *node) {
	names := c.values()
	if doc != nil {
		doc.leaves(func(m *node) { names = append(names, m.text()) })
	}
	for _, name := range names {
		if len(name) > 1 {
			t := thing{c.Account, c.Region, c.Service, "", name}
			n.fresh[t] = append(n.fresh[t], stem(c.Operation))
		}
	}
}

// hide takes new things out of a list until it has done so Hide times for each.
func (n *noise) hide(c *Call, l *listing, doc *node) {
	for _, r := range l.lists {
		items := r.items(doc)
		kept := slices.DeleteFunc(slices.Clone(items), func(item *node) bool {
			ids := r.ids(item)
			if len(ids) == 0 {
				return false
			}
			view := thing{c.Account, c.Region, c.Service, l.operation + r.path, ids[0]}
			if n.hidden[view] < n.Hide && !n.listed[view] && slices.ContainsFunc(ids, func(id string) bool {
				return n.isNew(thing{c.Account, c.Region, c.Service, "", id}, l, r)
			}) {
				n.hidden[view]++
				return true
			}
			n.listed[view] = true
			return false
		})
		if len(kept) < len(items) {
			r.setItems(doc, kept)
		}
	}
}

// isNew says whether a call that creates things of this list named it: RunInstances for DescribeInstances, CreateRole
// for RoleDetailList.
func (n *noise) isNew(t thing, l *listing, r rows) bool {
	return slices.ContainsFunc(n.fresh[t], func(made string) bool {
		return strings.HasPrefix(strings.ToLower(r.path), made) || strings.HasPrefix(stem(l.operation), made)
	})
}

// stem is an operation without its verb and the end of its noun, which is another in the plural.
func stem(operation string) string {
	noun := strings.TrimLeftFunc(operation[1:], func(r rune) bool { return r < 'A' || r > 'Z' })
	return strings.TrimRight(strings.ToLower(noun), "sy")
}

// repeat puts a copy of one row somewhere into each list.
func (n *noise) repeat(l *listing, doc *node) {
	for _, r := range l.lists {
		items := r.items(doc)
		if len(items) == 0 {
			continue
		}
		copied := items[n.random.IntN(len(items))].clone()
		r.setItems(doc, slices.Insert(slices.Clone(items), n.random.IntN(len(items)+1), copied))
	}
}
