package diff

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// PatchDocument is what the document field of a patch says.
const PatchDocument = "json-patch"

// Patch is a report as JSON Patches (RFC 6902), the document that -o json-patch prints. The operations of all patches,
// one after the other, turn the baseline's [Form] into the target's, as far as both were seen and compared: resources
// without a change among the report's are left as they are.
//
// What could not be read stays as the baseline has it, and is named: a place in KeptAsBaseline, a resource in Unknown, a
// scope in Coverage. Beyond that a patch is exact: what a rule of comparison passes over (the order of a set) is in it too,
// where something else of the resource changed.
type Patch struct {
	Document      string          `json:"document"`
	SchemaVersion int             `json:"schemaVersion"`
	Patches       []ResourcePatch `json:"patches"` // in the report's order
	Unknown       []Unpatched     `json:"unknown"`
	Coverage      []Gap           `json:"coverage"`
}

// ResourcePatch is what happened to one resource. Its operations change nothing but what is under its own key.
type ResourcePatch struct {
	Key            string          `json:"key"`
	Kind           string          `json:"kind"`
	Operations     []Operation     `json:"operations"`
	KeptAsBaseline []snapshot.Path `json:"keptAsBaseline,omitempty"` // could not be read on one side, or is masked under another key
}

// Unpatched is a resource of which it is not known what happened to it.
type Unpatched struct {
	Key    string `json:"key"`
	Kind   string `json:"kind"`
	Reason string `json:"reason"`
}

// Operation is an operation of RFC 6902: add, remove or replace. Path is a JSON Pointer (RFC 6901). Value is JSON, and nil
// in a removal only.
type Operation struct {
	Op    string          `json:"op"`
	Path  string          `json:"path"`
	Value json.RawMessage `json:"value,omitempty"`
}

// Form is the canonical form of a snapshot, which patches change: an object with a member for every resource, under its
// key, {"configuration": …, "tags": {…}}. It is a tree of map[string]any, []any, string, bool, nil and json.Number.
func Form(s *snapshot.Snapshot) (map[string]any, error) {
	form := make(map[string]any, len(s.Resources))
	for i := range s.Resources {
		tree, err := FormOf(&s.Resources[i])
		if err != nil {
			return nil, err
		}
		form[s.Resources[i].Key] = tree
	}
	return form, nil
}

// FormOf is the canonical form of one resource: what is compared of it.
func FormOf(r *snapshot.Resource) (map[string]any, error) {
	configuration, err := snapshot.Tree(r.Configuration)
	if err != nil {
		return nil, fmt.Errorf("%s: the configuration is no JSON: %w", r.Label(), err)
	}
	tags := make(map[string]any, len(r.Tags))
	for key, value := range r.Tags {
		tags[key] = value
	}
	return map[string]any{"configuration": configuration, "tags": tags}, nil
}

// Patch makes the patches of a report that was made by [Compare]. A report that was read from a file has no configurations,
// and every difference of it is in Unknown.
func (r *Report) Patch() (*Patch, error) {
	out := &Patch{Document: PatchDocument, SchemaVersion: snapshot.SchemaVersion, Patches: []ResourcePatch{}, Unknown: []Unpatched{}, Coverage: r.Coverage}
	if out.Coverage == nil {
		out.Coverage = []Gap{}
	}
	for i := range r.Changes {
		c := &r.Changes[i]
		if c.Change == Outside {
			continue // neither a difference nor a gap
		}
		if c.Change == Unknown {
			out.Unknown = append(out.Unknown, Unpatched{c.Key, c.Kind, c.Reason})
			continue
		}
		if !c.AtHand() {
			out.Unknown = append(out.Unknown, Unpatched{c.Key, c.Kind, "it is " + string(c.Change) + ", and its configuration is not at hand"})
			continue
		}
		patch, err := c.patch()
		if err != nil {
			return nil, err
		}
		out.Patches = append(out.Patches, patch)
	}
	return out, nil
}

// AtHand reports whether a change carries the resources that its class has: not where the report was read from a file.
func (c *Change) AtHand() bool {
	switch c.Change {
	case Added, Missed:
		return c.Target != nil
	case Removed:
		return c.Baseline != nil
	}
	return c.Baseline != nil && c.Target != nil
}

// Forms are the two states of a resource, nil where a side has none. What one side could not read, and is not known to
// differ, is in both as the baseline has it.
func (c *Change) Forms() (old, found map[string]any, err error) {
	old, found, _, err = c.forms()
	return old, found, err
}

// forms also returns the places that were kept as the baseline has them.
func (c *Change) forms() (old, found map[string]any, kept []snapshot.Path, err error) {
	if c.Change != Added && c.Change != Missed && c.Baseline != nil {
		if old, err = FormOf(c.Baseline); err != nil {
			return nil, nil, nil, err
		}
	}
	if c.Change != Removed && c.Target != nil {
		if found, err = FormOf(c.Target); err != nil {
			return nil, nil, nil, err
		}
	}
	if old != nil && found != nil {
		kept = unreadPaths(c.Baseline, c.Target)
		for _, hidden := range kept {
			keep(old, found, hidden)
		}
	}
	return old, found, kept, nil
}

func (c *Change) patch() (ResourcePatch, error) {
	patch := ResourcePatch{Key: c.Key, Kind: c.Kind, Operations: []Operation{}}
	at := "/" + pointerStep.Replace(c.Key)
	old, found, kept, err := c.forms()
	switch {
	case err != nil:
		return patch, err
	case old == nil:
		patch.Operations = append(patch.Operations, Operation{"add", at, snapshot.Canonical(found)})
		return patch, nil
	case found == nil:
		patch.Operations = append(patch.Operations, Operation{Op: "remove", Path: at})
		return patch, nil
	}
	w := patchWalk{kept: make(map[snapshot.Path]bool)}
	for _, hidden := range kept {
		w.kept[hidden] = true
	}
	w.compare(at, old, found)
	patch.Operations = append(patch.Operations, w.operations...)
	patch.KeptAsBaseline = slices.Sorted(maps.Keys(w.kept))
	return patch, nil
}

// pointerStep writes a key as a step of a JSON Pointer.
var pointerStep = strings.NewReplacer("~", "~0", "/", "~1")

// patchWalk collects the operations that make one tree of another.
type patchWalk struct {
	operations []Operation
	kept       map[snapshot.Path]bool
}

// keep gives the target what the baseline has at a place that one of them could not read: the nearest place above it that
// no list stands before, since elements can't be told apart.
func keep(old, found map[string]any, hidden snapshot.Path) {
	if hidden == snapshot.TagsPath {
		found["tags"] = old["tags"]
		return
	}
	before, _ := old["configuration"].(map[string]any)
	now, _ := found["configuration"].(map[string]any)
	steps := hidden.Steps()
	for i, step := range steps {
		if before == nil || now == nil || len(steps) == 0 {
			return
		}
		nextBefore, okBefore := before[step].(map[string]any)
		nextNow, okNow := now[step].(map[string]any)
		if i < len(steps)-1 && okBefore && okNow && steps[i+1] != snapshot.Each && steps[i+1] != snapshot.Any {
			before, now = nextBefore, nextNow
			continue
		}
		if value, ok := before[step]; ok {
			now[step] = value
		} else {
			delete(now, step)
		}
		return
	}
}

func (w *patchWalk) compare(at string, old, found any) {
	switch before := old.(type) {
	case map[string]any:
		if now, ok := found.(map[string]any); ok {
			w.objects(at, before, now)
			return
		}
	case []any:
		if now, ok := found.([]any); ok {
			w.lists(at, before, now)
			return
		}
	}
	switch {
	case equalJSON(old, found):
	case otherKey(old, found):
		w.kept[placeOf(at)] = true
	default:
		w.operations = append(w.operations, Operation{"replace", at, snapshot.Canonical(found)})
	}
}

func (w *patchWalk) objects(at string, old, found map[string]any) {
	for _, key := range slices.Sorted(maps.Keys(old)) {
		below := at + "/" + pointerStep.Replace(key)
		if now, ok := found[key]; ok {
			w.compare(below, old[key], now)
		} else {
			w.operations = append(w.operations, Operation{Op: "remove", Path: below})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		if _, ok := old[key]; !ok {
			w.operations = append(w.operations, Operation{"add", at + "/" + pointerStep.Replace(key), snapshot.Canonical(found[key])})
		}
	}
}

// lists leaves what is equal at both ends, compares the middle element by element, and adds or removes the rest where it
// stands.
func (w *patchWalk) lists(at string, old, found []any) {
	from := 0
	for from < min(len(old), len(found)) && equalJSON(old[from], found[from]) {
		from++
	}
	same := 0
	for same < min(len(old), len(found))-from && equalJSON(old[len(old)-1-same], found[len(found)-1-same]) {
		same++
	}
	before, now := old[from:len(old)-same], found[from:len(found)-same]
	for i := range min(len(before), len(now)) {
		w.compare(fmt.Sprintf("%s/%d", at, from+i), before[i], now[i])
	}
	for i := len(before) - 1; i >= len(now); i-- {
		w.operations = append(w.operations, Operation{Op: "remove", Path: fmt.Sprintf("%s/%d", at, from+i)})
	}
	for i := len(before); i < len(now); i++ {
		w.operations = append(w.operations, Operation{"add", fmt.Sprintf("%s/%d", at, from+i), snapshot.Canonical(now[i])})
	}
}

// placeOf is the place in a configuration that a pointer names. Steps to elements are numbers there.
func placeOf(pointer string) snapshot.Path {
	steps := strings.Split(pointer, "/")[2:] // the first is empty, the second the resource's key
	if len(steps) > 0 && steps[0] == "configuration" {
		steps = steps[1:]
	}
	return snapshot.Path(strings.NewReplacer("~1", "/", "~0", "~").Replace(strings.Join(steps, ".")))
}
