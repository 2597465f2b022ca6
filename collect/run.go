package collect

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// run is what the scopes of one capture share. Safe for concurrent use.
type run struct {
	encoder *encoder
	words   *words
	maskKey MaskKey
	within  []string // the regions asked for; nil for all
	started time.Time

	gates      *gates
	directTags bool     // see Request.DirectTags
	tagTypes   []string // by which the Tagging API knows the kinds

	mutex   sync.Mutex
	shared  map[string]*sharedCall
	left    map[string]int // scopes that have not ended, by what sharedPrefix says
	known   map[string]map[Path]bool
	learned map[learnKey]bool

	// rehearse, if any, answers instead of AWS: it is given what the refusing client said and an answer to fill.
	rehearse func(out any, err error) error
}

func newRun(maskKey MaskKey) *run {
	return &run{
		encoder: new(encoder), words: newWords(), maskKey: maskKey, shared: make(map[string]*sharedCall),
		known: make(map[string]map[Path]bool), learned: make(map[learnKey]bool),
	}
}

// sharedPrefix begins the keys of the lists that a scope's service shares between its kinds.
func sharedPrefix(s *Scope) string {
	return s.AccountID + "/" + s.Region + "/" + s.Kind.Service() + ":"
}

// expect counts the scopes to come.
func (r *run) expect(scopes []*Scope) {
	r.left = make(map[string]int)
	for _, s := range scopes {
		r.left[sharedPrefix(s)]++
	}
}

// ended lets go of a service's lists in a region when the last of its scopes there has ended: of a large account they
// take much memory, and the slowest service takes many times as long as the first. A service that asks for another's
// list later than that lists again.
func (r *run) ended(s *Scope) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	prefix := sharedPrefix(s)
	if r.left[prefix]--; r.left[prefix] == 0 {
		maps.DeleteFunc(r.shared, func(key string, _ *sharedCall) bool { return strings.HasPrefix(key, prefix) })
	}
}

type learnKey struct {
	kind, prefix string
	shape        reflect.Type
}

// sharedCall is the call of a key, and whether the caller is the first to ask and makes it.
func (r *run) sharedCall(key string) (call *sharedCall, first bool) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	call, ok := r.shared[key]
	if !ok {
		call = &sharedCall{done: make(chan struct{})}
		r.shared[key] = call
	}
	return call, !ok
}

// learn notes the paths that a part of a kind's configuration can have.
func (r *run) learn(kind *Kind, prefix Path, shape reflect.Type) {
	key := learnKey{kind.Name, string(prefix), shape}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.learned[key] || shape == nil {
		return
	}
	r.learned[key] = true
	paths := r.known[kind.Name]
	if paths == nil {
		paths = make(map[Path]bool)
		r.known[kind.Name] = paths
	}
	r.encoder.knownPaths(shape, prefix, func(path Path) { paths[path] = true })
}

func (r *run) knownPaths() map[string][]Path {
	known := make(map[string][]Path, len(r.known))
	for kind, paths := range r.known {
		known[kind] = slices.Sorted(maps.Keys(paths))
	}
	return known
}

// outside reports whether a region is not among those asked for. Global kinds find resources of all regions.
func (r *run) outside(region string) bool {
	return r.within != nil && region != snapshot.Global && !slices.Contains(r.within, region)
}
