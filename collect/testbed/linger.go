package testbed

import "sync"

// Linger makes what was deleted stay in lists: the first n answers of matching list operations after a deletion that
// would no longer have it have it still, as it was when it was last listed. AWS does so for seconds to minutes.
//
// What lingers must have been listed before it was deleted, through this proxy and by a call with the same parameters,
// and the deleting call (Call.Deletes, of the same service) must name it, by the id in the operation's row in listings.
// A list in pages shows what lingers on its last page. Reading one thing by its id isn't changed: it is gone.
//
// Only operations that have a row in listings are changed; Linger panics if the pattern fits none.
func (p *FaultProxy) Linger(service, operation string, n int, options ...Option) (remove func()) {
	mustList(service, operation)
	g := &ghosts{answers: n, seen: map[question][]*sighting{}}
	list := p.add(lingering, service, operation, g.list, options)
	watch := p.add(lingering, service, "*", g.deletion, []Option{When((*Call).Deletes)})
	return func() {
		watch()
		list()
	}
}

// ghosts remembers what lists have had.
type ghosts struct {
	answers int

	mu   sync.Mutex
	seen map[question][]*sighting
}

// question is the same for all pages of the same list.
type question struct {
	account, region, parameters string
	*listing
}

func ask(c *Call, l *listing) question {
	c = c.with(l.in, "")
	return question{c.Account, c.Region, c.Path + "?" + c.rawQuery + "\n" + string(c.Body), l}
}

// sighting is an item of one list.
type sighting struct {
	rows
	id   string
	item *node
	left int  // answers in which it lingers; 0 while it lives
	now  bool // in the answer whose pages are being read
}

// deletion turns what a call deletes into ghosts.
func (g *ghosts) deletion(c *Call, next func(*Call) *Answer) *Answer {
	a := next(c)
	if !a.ok() {
		return a
	}
	named := map[string]bool{}
	for _, v := range c.values() {
		if v != "" {
			named[v] = true
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for q, all := range g.seen {
		if q.account != c.Account || q.region != c.Region || q.service != c.Service {
			continue
		}
		for _, s := range all {
			if s.named(s.item, named) {
				s.left = g.answers
			}
		}
	}
	return a
}

// list adds ghosts to the last page.
func (g *ghosts) list(c *Call, next func(*Call) *Answer) *Answer {
	a := next(c)
	l := listingOf(c)
	if l == nil || !a.ok() {
		return a
	}
	doc, err := decode(c.Protocol, a.Body)
	if err != nil {
		return a
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	q := ask(c, l)
	if c.Param(l.in) == "" {
		for _, s := range g.seen[q] {
			s.now = false
		}
	}
	for _, r := range l.lists {
		for _, item := range r.items(doc) {
			g.see(q, r, item)
		}
	}
	if l.token(doc) != "" {
		return a
	}
	var kept []*sighting
	for _, s := range g.seen[q] {
		if !s.now && s.left > 0 {
			s.setItems(doc, append(s.items(doc), s.item.clone()))
			s.left--
		}
		if s.now || s.left > 0 {
			kept = append(kept, s)
		}
	}
	g.seen[q] = kept
	return a.withBody(doc.encode())
}

func (g *ghosts) see(q question, r rows, item *node) {
	ids := r.ids(item)
	if len(ids) == 0 {
		return
	}
	for _, s := range g.seen[q] {
		if s.rows == r && s.id == ids[0] {
			s.item, s.now = item.clone(), true
			return
		}
	}
	g.seen[q] = append(g.seen[q], &sighting{rows: r, id: ids[0], item: item.clone(), now: true})
}
