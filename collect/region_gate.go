package collect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// closingServices is how many services a service control policy must deny in a region, none answering, before the rest
// of the region is taken to be denied too. Under Control Tower regions are enabled and denied as a whole: asking on
// would put hundreds of AccessDenied into people's alarms.
const closingServices = 3

// errClosed is what calls into a closed region end with.
var errClosed = errors.New("skipped")

// gates keep the regions of one capture: the first few services of a region go ahead, and the others follow once one of
// them was answered. Safe for concurrent use.
type gates struct {
	mutex   sync.Mutex
	regions map[string]*gate
}

type gate struct {
	open     chan struct{} // closed when the others may follow
	opened   bool
	pilots   map[*Scope]bool // that have not ended
	services map[string]bool // of the pilots, while they are chosen
	denied   map[string]bool // services
	answered bool
	operator string // AWS's word of the first denial
}

// newGates chooses the pilots, and returns the scopes with the pilots first, so that nobody waits for one that was not
// started.
func newGates(scopes []*Scope) (*gates, []*Scope) {
	g := &gates{regions: make(map[string]*gate)}
	var first, rest []*Scope
	for _, s := range scopes {
		if s.Region == snapshot.Global {
			rest = append(rest, s)
			continue
		}
		region := g.regions[s.Region]
		if region == nil {
			region = &gate{
				open: make(chan struct{}), pilots: make(map[*Scope]bool), services: make(map[string]bool), denied: make(map[string]bool),
			}
			g.regions[s.Region] = region
		}
		if service := s.Kind.Service(); len(region.services) < closingServices && !region.services[service] {
			region.services[service], region.pilots[s] = true, true
			first = append(first, s)
			continue
		}
		rest = append(rest, s)
	}
	return g, slices.Concat(first, rest)
}

// enter waits until a scope may begin.
func (g *gates) enter(ctx context.Context, s *Scope) {
	region := g.region(s)
	if region == nil {
		return
	}
	g.mutex.Lock()
	pilot := region.pilots[s]
	g.mutex.Unlock()
	if pilot {
		return
	}
	select {
	case <-region.open:
	case <-ctx.Done():
	}
}

// leave notes that a scope ended: when all pilots did, the others need not wait for an answer.
func (g *gates) leave(s *Scope) {
	region := g.region(s)
	if region == nil {
		return
	}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	delete(region.pilots, s)
	if len(region.pilots) == 0 {
		region.letIn()
	}
}

// heard notes what became of a call.
func (g *gates) heard(s *Scope, err error) {
	region := g.region(s)
	if region == nil {
		return
	}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	switch {
	case err == nil:
		region.answered = true
		region.letIn()
	case BySCP(err):
		region.denied[s.Kind.Service()] = true
		if region.operator == "" {
			region.operator = Message(err)
		}
	}
}

// closed says why nothing more is asked of a scope's region, or returns nil.
func (g *gates) closed(s *Scope) error {
	region := g.region(s)
	if region == nil {
		return nil
	}
	g.mutex.Lock()
	defer g.mutex.Unlock()
	if region.answered || len(region.denied) < closingServices {
		return nil
	}
	return fmt.Errorf("%w: a service control policy denied %d services in %s and none answered, so the rest of the region was not asked: %s",
		errClosed, len(region.denied), s.Region, region.operator)
}

func (g *gates) region(s *Scope) *gate {
	if g == nil {
		return nil
	}
	return g.regions[s.Region] // not written after newGates
}

func (g *gate) letIn() {
	if !g.opened {
		g.opened = true
		close(g.open)
	}
}
