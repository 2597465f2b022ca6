package testbed

import (
	"fmt"
	"strings"
	"sync"
)

// Pages cuts the lists of matching operations into pages of n items, whatever page size the client and the server
// like. Tokens work, and work again: a page asked for twice is the same page. Lists of one answer are cut as if they
// were one. What the pages show is the state when the first page was asked for.
//
// Only operations that have a row in listings are cut; Pages panics if the pattern fits none.
func (p *FaultProxy) Pages(service, operation string, n int, options ...Option) (remove func()) {
	return p.pages(service, operation, &pager{size: n}, options)
}

// LosePage is Pages, but page k, counted from 1, is an internal error for ever.
func (p *FaultProxy) LosePage(service, operation string, n, k int, options ...Option) (remove func()) {
	return p.pages(service, operation, &pager{size: n, lost: k}, options)
}

func (p *FaultProxy) pages(service, operation string, g *pager, options []Option) func() {
	mustList(service, operation)
	if g.size < 1 {
		panic("testbed: a page has at least one item")
	}
	return p.add(paging, service, operation, g.answer, options)
}

// pager keeps the complete lists that it cuts.
type pager struct {
	size, lost int

	mu    sync.Mutex
	books []book
}

// book is a complete answer: the document without items, and the items of each list.
type book struct {
	answer *Answer
	cover  *node
	items  [][]*node
}

func (g *pager) answer(c *Call, next func(*Call) *Answer) *Answer {
	l := listingOf(c)
	if l == nil {
		return next(c)
	}
	var index, page int
	if token := c.Param(l.in); strings.HasPrefix(token, "testbed-book-") {
		fmt.Sscanf(token, "testbed-book-%d-%d", &index, &page)
	} else {
		b, failed := gather(c, l, next)
		if failed != nil {
			return failed
		}
		g.mu.Lock()
		g.books = append(g.books, *b)
		index, page = len(g.books)-1, 1
		g.mu.Unlock()
	}
	if page == g.lost {
		return internalError(c)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if index >= len(g.books) || page < 1 {
		return errorAnswer(c, 400, "ValidationError", "The token is not valid.")
	}
	return g.books[index].page(l, page, g.size, fmt.Sprintf("testbed-book-%d-%d", index, page+1))
}

// gather asks for all pages of the server. An answer that is an error, or that can't be read, is returned as it is.
func gather(c *Call, l *listing, next func(*Call) *Answer) (*book, *Answer) {
	b := &book{items: make([][]*node, len(l.lists))}
	for {
		a := next(c)
		doc, err := decode(c.Protocol, a.Body)
		if !a.ok() || err != nil {
			return nil, a
		}
		for i, r := range l.lists {
			b.items[i] = append(b.items[i], r.items(doc)...)
		}
		if b.cover == nil {
			b.answer, b.cover = a, doc
		}
		token := l.token(doc)
		if token == "" || token == c.Param(l.in) {
			return b, nil
		}
		c = c.with(l.in, token)
	}
}

func (b *book) page(l *listing, page, size int, token string) *Answer {
	doc := b.cover.clone()
	skip, room := (page-1)*size, size
	for i, r := range l.lists {
		items := b.items[i]
		from := min(skip, len(items))
		to := min(from+room, len(items))
		skip, room = skip-from, room-(to-from)
		var kept []*node
		for _, item := range items[from:to] {
			kept = append(kept, item.clone())
		}
		r.setItems(doc, kept)
	}
	total := 0
	for _, items := range b.items {
		total += len(items)
	}
	if page*size >= total {
		token = ""
	}
	l.setToken(doc, token)
	return b.answer.withBody(doc.encode())
}

func internalError(c *Call) *Answer {
	code := "InternalFailure"
	if c.Protocol == EC2Query || c.Protocol == S3 {
		code = "InternalError"
	}
	return errorAnswer(c, 500, code, "An internal error has occurred")
}

// RepeatToken makes each answer of matching operations carry a token, and always the same one: the first that the
// server gives or, if there is none, one that the proxy makes up. Whichever page is asked for, the answer is the first.
//
// Only operations that have a row in listings are changed; RepeatToken panics if the pattern fits none.
func (p *FaultProxy) RepeatToken(service, operation string, options ...Option) (remove func()) {
	mustList(service, operation)
	var mu sync.Mutex
	tokens := map[string]string{}
	return p.add(paging, service, operation, func(c *Call, next func(*Call) *Answer) *Answer {
		l := listingOf(c)
		if l == nil {
			return next(c)
		}
		if c.Param(l.in) != "" {
			c = c.with(l.in, "")
		}
		a := next(c)
		doc, err := decode(c.Protocol, a.Body)
		if !a.ok() || err != nil {
			return a
		}
		mu.Lock()
		defer mu.Unlock()
		key := c.Name() + c.Account + c.Region
		if tokens[key] == "" {
			if tokens[key] = l.token(doc); tokens[key] == "" {
				tokens[key] = "testbed-again"
			}
		}
		l.setToken(doc, tokens[key])
		return a.withBody(doc.encode())
	}, options)
}
