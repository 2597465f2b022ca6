package snapshot

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrEditedByHand refuses to make a baseline of a file that is not what its digest says.
var ErrEditedByHand = errors.New("it was edited after it was written")

// Proposal is a difference that somebody wants to approve.
type Proposal struct {
	Change string // its class, as a comparison says it
	Key    string
	Label  string
	Reason string    // what the comparison says besides; may be empty
	Now    *Resource // as it is; nil for what was removed
}

// Refusal is a proposal that can't be approved, and why.
type Refusal struct {
	Proposal Proposal
	Why      string
}

// Approve makes a new baseline: the snapshot as its approvals have it at approval.At, with the proposals applied and nothing
// else. The approval is added to its metadata with what was taken; without any the result has none either. Proposals are
// those of a comparison of the snapshot with the target; of two for one key, which a part that could not be read makes,
// neither is taken. The snapshot is not changed. The result has no digest until it is saved.
//
// The cut-off, the coverage and the facts about the capture stay the old ones. So what was made between the old cut-off and
// now, and is not approved, is still added to the new baseline, and not missed. A member that was approved is younger
// than the cut-off, which no reader minds: a cut-off judges only what a baseline does not have.
//
// Refused is what nobody can vouch for: what is unknown; a resource with a part that either side could not read; what lies
// in a scope that the snapshot did not see wholly; secrets that are masked under another key than the snapshot's.
func (s *Snapshot) Approve(target *Snapshot, approval Approval, proposals []Proposal) (*Snapshot, []Refusal, error) {
	for _, side := range []*Snapshot{s, target} {
		if side.Edited {
			return nil, nil, fmt.Errorf("%w: %s", ErrEditedByHand, side.Name)
		}
	}
	approval.Baseline, approval.BaselineDigest, approval.Changes = s.Name, s.Digest, nil
	a := newApproving(s.InForce(approval.At), target, approval)
	proposals = slices.Clone(proposals)
	slices.SortStableFunc(proposals, func(x, y Proposal) int { return strings.Compare(x.Key, y.Key) })
	times := make(map[string]int, len(proposals))
	for _, p := range proposals {
		times[p.Key]++
	}
	var refused []Refusal
	for i, p := range proposals {
		why := a.refuse(p)
		switch {
		case why == "" && times[p.Key] > 1:
			why = "another change of the same resource can't be approved with it"
		case why == "":
			a.take(p)
			continue
		case i > 0 && len(refused) > 0 && refused[len(refused)-1].Proposal.Key == p.Key:
			continue // one reason is enough
		}
		refused = append(refused, Refusal{p, why})
	}
	return a.result(), refused, nil
}

// approving is an approval on its way.
type approving struct {
	from, target *Snapshot
	approval     Approval
	coverage     map[string]Coverage
	members      map[string]*Resource // of the baseline
	stubs        map[string]*Stub     // of the baseline
	there        map[string]*Resource // of the target
	now          map[string]*Resource // what was taken; nil is gone
}

func newApproving(from, target *Snapshot, approval Approval) *approving {
	a := &approving{
		from: from, target: target, approval: approval, coverage: from.CoverageByScope(), members: make(map[string]*Resource),
		stubs: make(map[string]*Stub), there: make(map[string]*Resource), now: make(map[string]*Resource),
	}
	for i := range from.Resources {
		a.members[from.Resources[i].Key] = &from.Resources[i]
	}
	for i := range from.Stubs {
		a.stubs[from.Stubs[i].Key] = &from.Stubs[i]
	}
	for i := range target.Resources {
		a.there[target.Resources[i].Key] = &target.Resources[i]
	}
	return a
}

// refuse says why a proposal can't be approved, or "".
func (a *approving) refuse(p Proposal) string {
	if !slices.Contains(Approvable(), p.Change) {
		why := p.Change + " can't be approved: nobody can tell what it would be"
		if p.Change == "outside" {
			why = "it is outside the baseline's selectors, which is no drift"
		}
		if p.Reason != "" {
			why += " (" + p.Reason + ")"
		}
		return why
	}
	old := a.members[p.Key]
	fresh := p.Change == TookAdded || p.Change == TookMissed
	if fresh != (old == nil) || (p.Change == TookRemoved) != (p.Now == nil) {
		return "the baseline is not the one that it was compared with"
	}
	scope := ""
	for _, r := range []*Resource{old, p.Now} {
		if r == nil {
			continue
		}
		scope = r.Scope
		if len(r.Unknown) > 0 && p.Change != TookRemoved {
			when := map[bool]string{true: "could not be read in the baseline", false: "could not be read"}[r == old]
			return fmt.Sprintf("%s %s: %s", r.Unknown[0].Path, when, r.Unknown[0].Code)
		}
	}
	switch c, seen := a.coverage[scope]; {
	case seen && c.State != Complete:
		return "the baseline did not see its scope wholly: " + c.Why()
	case !seen && !a.from.EmptyThen(scope):
		return "the baseline did not look at its scope"
	}
	if p.Now != nil {
		if id := foreignMask(p.Now.Configuration, a.from.MaskKeyID); id != "" {
			return fmt.Sprintf("it has secrets that are masked under the key %s, and the baseline's are masked under %s", id, a.from.MaskKeyID)
		}
	}
	return ""
}

// foreignMask is the id of a key that something in a configuration is masked under and that is not the one given, or "".
func foreignMask(configuration []byte, key string) string {
	tree, err := Tree(configuration)
	if err != nil {
		return ""
	}
	var look func(value any) string
	look = func(value any) string {
		switch node := value.(type) {
		case map[string]any:
			for _, name := range sortedKeys(node) {
				if id := look(node[name]); id != "" {
					return id
				}
			}
		case []any:
			for _, element := range node {
				if id := look(element); id != "" {
					return id
				}
			}
		case string:
			if id := MaskedUnder(node); id != key {
				return id
			}
		}
		return ""
	}
	return look(tree)
}

// take takes a proposal.
func (a *approving) take(p Proposal) {
	old := a.members[p.Key]
	r := p.Now
	if r == nil {
		a.now[p.Key], r = nil, old
	} else {
		taken := *r
		// A second look captures a few scopes, and so knows less of what a resource names.
		if first := a.there[p.Key]; first != nil && first.ConfigurationHash == r.ConfigurationHash {
			taken.References = first.References
		}
		a.now[p.Key] = &taken
	}
	c := ApprovedChange{Change: p.Change, Key: p.Key, Scope: r.Scope, ARN: r.ARN, ID: r.ID, Name: r.Name}
	if p.Now != nil {
		c.ConfigurationHash = p.Now.ConfigurationHash
		a.learn(r.Kind)
	}
	if a.approval.Until != nil {
		c.Before, c.BeforeStub = old, a.stubs[p.Key]
	}
	a.approval.Changes = append(a.approval.Changes, c)
}

// learn keeps the paths that the target's collector knew of a kind, where the baseline knew others.
func (a *approving) learn(kind string) {
	paths, ok := a.target.KnownPaths[kind]
	if known, before := a.from.KnownPaths[kind]; !ok || before && slices.Equal(known, paths) {
		return
	}
	if a.approval.KnownPaths == nil {
		a.approval.KnownPaths = make(map[string][]Path)
	}
	a.approval.KnownPaths[kind] = paths
}

// result is the new baseline.
func (a *approving) result() *Snapshot {
	result := *a.from
	result.Digest, result.Lapsed = "", nil
	if len(a.approval.Changes) == 0 {
		return &result
	}
	result.Metadata.Approvals = append(slices.Clone(a.from.Metadata.Approvals), a.approval)
	taken := func(key string) bool { _, ok := a.now[key]; return ok }
	result.Resources = slices.DeleteFunc(slices.Clone(a.from.Resources), func(r Resource) bool { return taken(r.Key) })
	result.Stubs = slices.DeleteFunc(slices.Clone(a.from.Stubs), func(stub Stub) bool { return taken(stub.Key) && a.now[stub.Key] != nil })
	for _, r := range a.now {
		if r != nil {
			result.Resources = append(result.Resources, *r)
		}
	}
	result.sortMembers()
	result.Coverage = slices.Clone(a.from.Coverage)
	result.count()
	return &result
}
