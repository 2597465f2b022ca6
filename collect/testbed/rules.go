package testbed

import (
	"path"
	"slices"
	"sync"
)

// Option narrows the calls that a fault applies to.
type Option func(*selection)

// In selects calls to a region, as signed. Behind a custom endpoint the SDK signs calls to global services for the
// client's region, not for us-east-1 as it does on AWS.
func In(region string) Option {
	return When(func(c *Call) bool { return c.Region == region })
}

// By selects calls made by an account.
func By(account string) Option {
	return When(func(c *Call) bool { return c.Account == account })
}

// Naming selects calls that name s in path, query or body: an id, a bucket.
func Naming(s string) Option {
	return When(func(c *Call) bool { return c.Mentions(s) })
}

// When selects calls for which match is true. It is called from many goroutines at once.
func When(match func(*Call) bool) Option {
	return func(s *selection) { s.match = append(s.match, match) }
}

// FirstAttempt selects the first attempt of each request, so that the retry succeeds.
func FirstAttempt() Option {
	return When(func(c *Call) bool { return c.Attempt <= 1 })
}

// Nth selects the nth request, counted from 1, with all its attempts. Like all numbers here it counts the requests
// that this one fault would otherwise apply to; a retry has the number of its request.
func Nth(n int) Option { return numbered(func(k int) bool { return k == n }) }

// From selects the nth request and all after it.
func From(n int) Option { return numbered(func(k int) bool { return k >= n }) }

// First selects the first n requests.
func First(n int) Option { return numbered(func(k int) bool { return k <= n }) }

// Every selects each nth request: the nth, the 2nth, …
func Every(n int) Option { return numbered(func(k int) bool { return k%n == 0 }) }

func numbered(fits func(int) bool) Option {
	return func(s *selection) { s.numbers = append(s.numbers, fits) }
}

// selection decides whether a fault applies to a call.
type selection struct {
	service, operation string // path.Match patterns
	match              []func(*Call) bool
	numbers            []func(int) bool

	mu    sync.Mutex
	count int
	seen  map[string]int // number by invocation, so that a retry keeps it
}

func newSelection(service, operation string, options []Option) *selection {
	s := &selection{service: canonicalService(service), operation: operation, seen: map[string]int{}}
	for _, pattern := range []string{s.service, operation} {
		if _, err := path.Match(pattern, ""); err != nil {
			panic("testbed: " + pattern + ": " + err.Error())
		}
	}
	for _, o := range options {
		o(s)
	}
	return s
}

// takes says whether the fault applies, and counts the request.
func (s *selection) takes(c *Call) bool {
	if !s.fits(c) {
		return false
	}
	n := s.number(c)
	return !slices.ContainsFunc(s.numbers, func(f func(int) bool) bool { return !f(n) })
}

// fits is takes without counting. FirstAttempt must not keep a retry from its request's number, so it comes after.
func (s *selection) fits(c *Call) bool {
	if ok, _ := path.Match(s.service, c.Service); !ok {
		return false
	}
	if ok, _ := path.Match(s.operation, c.Operation); !ok && s.operation != "*" { // "GET /a/b" has slashes
		return false
	}
	return !slices.ContainsFunc(s.match, func(f func(*Call) bool) bool { return !f(c) })
}

func (s *selection) number(c *Call) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n, ok := s.seen[c.invocation]; ok && c.invocation != "" {
		return n
	}
	s.count++
	s.seen[c.invocation] = s.count
	return s.count
}

// stage orders faults from the client to the server, whatever order they were added in; within a stage the first added
// is the outermost.
type stage int

const (
	refusing  stage = iota // answers instead of the server
	tearing                // spoils the connection
	counting               // sees what gets through
	paging                 // cuts complete lists
	lingering              // adds to what the server lists
	noising                // changes the server's answers
	checking               // asks the server before it lets a call through
)

type rule struct {
	stage stage
	*selection
	apply Interceptor
}

// Interceptor stands between client and server. It may answer itself, call next, or both. next never returns nil.
type Interceptor func(c *Call, next func(*Call) *Answer) *Answer
