package restore

import (
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/graph"
	"gonum.org/v1/gonum/graph/simple"
	"gonum.org/v1/gonum/graph/topo"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// edge says that one planned resource must be gone before another.
type edge struct {
	before, after string
	reference     *snapshot.Reference // of the one before; nil between owner and child
}

// order sorts the planned deletions: what names another goes before it, an owner before what it made. References inside
// a cycle are undone first, where their kind can. It returns those that can't be ordered, with the reason.
func (b *builder) order() (actions []Action, stuck map[string]string) {
	keys := make([]string, 0, len(b.candidates))
	for key := range b.candidates {
		if b.planned(key) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	edges := b.edges(keys)
	unlinks, edges, stuck := b.breakCycles(keys, edges)
	if len(stuck) > 0 {
		return nil, stuck
	}
	steps := levels(keys, edges, b.late)
	after := make(map[string][]string)
	for _, e := range edges {
		after[e.after] = append(after[e.after], e.before)
	}
	for _, e := range unlinks {
		action := b.action(e.before, Unlink, 1)
		action.Reference = e.reference
		action.Reason = fmt.Sprintf("it and %s name each other", e.after)
		actions = append(actions, action)
	}
	for _, key := range keys {
		action := b.action(key, Delete, steps[key])
		slices.Sort(after[key])
		action.After = slices.Compact(after[key])
		action.Reason = b.reasons[key]
		if owner := b.candidates[key].Owner; owner != nil {
			action.Reason += fmt.Sprintf("; made by %s %s, and goes after it if it was left, even on purpose (a stack's DeletionPolicy)", owner.Kind, owner.ID)
		}
		actions = append(actions, action)
	}
	slices.SortStableFunc(actions, func(x, y Action) int {
		if x.Step != y.Step {
			return x.Step - y.Step
		}
		if x.Do != y.Do {
			return strings.Compare(string(y.Do), string(x.Do)) // unlink before delete
		}
		return strings.Compare(x.Key, y.Key)
	})
	return actions, nil
}

func (b *builder) action(key string, do Do, step int) Action {
	r := b.candidates[key]
	return Action{
		Step: step, Do: do, Key: r.Key, ARN: r.ARN, Kind: r.Kind, ID: r.ID, Name: r.Name, AccountID: r.AccountID, Region: r.Region,
		Scope: r.Scope, UniqueID: r.UniqueID, ConfigurationHash: r.ConfigurationHash, Tags: r.Tags, CreatedAt: r.CreatedAt, Marks: r.Marks,
	}
}

// edges come from the kinds' Refs and from owners; what the generic scan found orders nothing. An owner that its child
// names goes first all the same.
func (b *builder) edges(keys []string) []edge {
	var edges []edge
	for _, key := range keys {
		r := b.candidates[key]
		owner := ""
		if r.Owner != nil && b.planned(r.Owner.Key) {
			owner = r.Owner.Key
			edges = append(edges, edge{before: owner, after: key})
		}
		for i := range r.References {
			ref := &r.References[i]
			if !ref.Scanned && ref.Key != key && ref.Key != owner && b.planned(ref.Key) {
				edges = append(edges, edge{before: key, after: ref.Key, reference: ref})
			}
		}
	}
	return edges
}

// breakCycles takes references out of cycles where their kind can undo them.
func (b *builder) breakCycles(keys []string, edges []edge) (unlinks, rest []edge, stuck map[string]string) {
	for _, ring := range rings(keys, edges) {
		var within []edge
		for _, e := range edges {
			if ring[e.before] && ring[e.after] {
				within = append(within, e)
			}
		}
		for _, e := range within {
			kind := b.account.kind(b.candidates[e.before].Kind)
			if e.reference != nil && kind != nil && kind.Unlink != nil {
				unlinks = append(unlinks, e)
			}
		}
	}
	rest = slices.DeleteFunc(slices.Clone(edges), func(e edge) bool {
		return slices.Contains(unlinks, e) // an owner still goes before what it made
	})
	stuck = make(map[string]string)
	for _, ring := range rings(keys, rest) {
		names := make([]string, 0, len(ring))
		for key := range ring {
			names = append(names, key)
		}
		slices.Sort(names)
		for _, key := range names {
			stuck[key] = "it and others name each other in a circle that can't be undone: " + strings.Join(names, ", ")
		}
	}
	return unlinks, rest, stuck
}

// network is the edges as gonum wants them.
type network struct {
	*simple.DirectedGraph
	keys []string
}

func newNetwork(keys []string, edges []edge) network {
	n := network{simple.NewDirectedGraph(), keys}
	ids := make(map[string]int64, len(keys))
	for i, key := range keys {
		ids[key] = int64(i)
		n.AddNode(simple.Node(int64(i)))
	}
	for _, e := range edges {
		if e.before != e.after {
			n.SetEdge(n.NewEdge(simple.Node(ids[e.before]), simple.Node(ids[e.after])))
		}
	}
	return n
}

// rings are the sets of resources that reach each other.
func rings(keys []string, edges []edge) []map[string]bool {
	n := newNetwork(keys, edges)
	var found []map[string]bool
	for _, component := range topo.TarjanSCC(n) {
		if len(component) < 2 {
			continue
		}
		ring := make(map[string]bool, len(component))
		for _, node := range component {
			ring[keys[node.ID()]] = true
		}
		found = append(found, ring)
	}
	return found
}

// levels numbers the steps, from 1: a resource's is one more than the latest of those before it. Late ones, and what
// waits for them, come after all others.
func levels(keys []string, edges []edge, late func(key string) bool) map[string]int {
	n := newNetwork(keys, edges)
	sorted, err := topo.SortStabilized(n, func(nodes []graph.Node) {
		slices.SortFunc(nodes, func(a, b graph.Node) int { return int(a.ID() - b.ID()) })
	})
	if err != nil {
		panic(err) // cycles were broken before
	}
	steps, last := make(map[string]int, len(keys)), make(map[string]bool)
	floor := 1
	for _, node := range sorted { // the early ones
		key, step := keys[node.ID()], 1
		last[key] = late(key)
		for before := n.To(node.ID()); before.Next(); {
			name := keys[before.Node().ID()]
			last[key] = last[key] || last[name]
			step = max(step, steps[name]+1)
		}
		if !last[key] {
			steps[key] = step
			floor = max(floor, step+1)
		}
	}
	for _, node := range sorted {
		key := keys[node.ID()]
		if !last[key] {
			continue
		}
		steps[key] = floor
		for before := n.To(node.ID()); before.Next(); {
			steps[key] = max(steps[key], steps[keys[before.Node().ID()]]+1)
		}
	}
	return steps
}

func (b *builder) late(key string) bool {
	kind := b.account.kind(b.candidates[key].Kind)
	return kind != nil && kind.Late
}
