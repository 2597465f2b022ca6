package diff

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// properties compares two states of one resource. The second list holds the parts that one side could not read.
func (c *comparison) properties(old, found *snapshot.Resource) (changed, unread []Property) {
	hidden := unreadPaths(old, found)
	for _, at := range hidden {
		property := Property{Path: string(at), Part: PartConfiguration}
		if at == snapshot.TagsPath {
			property.Part = PartTags
		}
		property.Old, property.OldUnknown = readAt(old, at)
		property.New, property.NewUnknown = readAt(found, at)
		unread = append(unread, property)
	}
	w := &walk{
		c: c, resource: found, kind: old.Kind, rules: c.options.Rules[old.Kind], hidden: hidden, ignoring: c.ignoring.of(found),
	}
	if !slices.Contains(hidden, snapshot.TagsPath) {
		changed = w.tags(old.Tags, found.Tags)
	}
	trusted := !c.baseline.Edited && !c.target.Edited
	if trusted && old.ConfigurationHash == found.ConfigurationHash {
		return changed, unread
	}
	before, err := snapshot.Tree(old.Configuration)
	if err != nil {
		before = string(old.Configuration)
	}
	now, err := snapshot.Tree(found.Configuration)
	if err != nil {
		now = string(found.Configuration)
	}
	w.foreign = foreignKeys(before, now)
	w.compare(place{shapes: [2]*shape{c.shapeOf(0, old), c.shapeOf(1, found)}}, before, now)
	if len(w.ignored) > 0 {
		change := changeOf(Modified, old, found)
		change.Properties = w.ignored
		c.hiding = append(c.hiding, change)
	}
	return append(changed, w.found...), unread
}

// readAt is what one side read at a place, or that it could not.
func readAt(r *snapshot.Resource, at snapshot.Path) (value json.RawMessage, unknown bool) {
	if r.Unread(at) {
		return nil, true
	}
	if at == snapshot.TagsPath {
		if len(r.Tags) == 0 {
			return nil, false
		}
		tags := make(map[string]any, len(r.Tags))
		for key, value := range r.Tags {
			tags[key] = value
		}
		return snapshot.Canonical(tags), false
	}
	tree, err := snapshot.Tree(r.Configuration)
	if err != nil {
		return r.Configuration, false
	}
	var values []any
	at.Find(tree, func(value any) { values = append(values, value) })
	switch len(values) {
	case 0:
		return nil, false
	case 1:
		return snapshot.Canonical(values[0]), false
	}
	return snapshot.Canonical(values), false
}

func unreadPaths(old, found *snapshot.Resource) []snapshot.Path {
	var paths []snapshot.Path
	for _, r := range []*snapshot.Resource{old, found} {
		for _, u := range r.Unknown {
			if !slices.Contains(paths, u.Path) {
				paths = append(paths, u.Path)
			}
		}
	}
	slices.Sort(paths)
	return paths
}

func unreadReason(old, found *snapshot.Resource) string {
	for i, r := range []*snapshot.Resource{found, old} {
		if len(r.Unknown) > 0 {
			when := [2]string{"now", "in the baseline"}[i]
			return fmt.Sprintf("%s could not be read %s: %s: %s", r.Unknown[0].Path, when, r.Unknown[0].Code, r.Unknown[0].Message)
		}
	}
	return ""
}

func (w *walk) tags(old, found map[string]string) []Property {
	if maps.Equal(old, found) {
		return nil
	}
	var changed []Property
	keys := slices.Sorted(maps.Keys(old))
	for key := range found {
		if _, ok := old[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		before, had := old[key]
		now, has := found[key]
		if had == has && before == now {
			continue
		}
		property := Property{Path: "Tags" + member(key), Part: PartTags}
		if had {
			property.Old = snapshot.Canonical(before)
		}
		if has {
			property.New = snapshot.Canonical(now)
		}
		if w.ignoresTag(key, property) {
			continue
		}
		changed = append(changed, property)
	}
	return changed
}

// ignoresTag files a tag that doesn't count, and reports whether it is one.
func (w *walk) ignoresTag(key string, p Property) bool {
	if slices.ContainsFunc(w.c.options.IgnoreTags, func(glob string) bool {
		fits, err := path.Match(glob, key)
		return err == nil && fits || Glob(glob).MatchString(key) // "*" is any text, "/" included
	}) {
		w.c.userIgnored(w.ignoredOf(RuleTag, p.Path, p.Old, p.New))
		return true
	}
	for _, rule := range w.ignoring {
		if rule.fitsTag(key) {
			w.byUser(rule, Ignored{Path: p.Path, Old: p.Old, New: p.New})
			return true
		}
	}
	return false
}

// member writes a step to a member: ".Name", or ["a.b"] where the key is no plain word.
func member(key string) string {
	if key == "" || strings.ContainsAny(key, `.[]"/: `) {
		return fmt.Sprintf("[%q]", key)
	}
	return "." + key
}

// walk compares two configurations.
type walk struct {
	c        *comparison
	resource *snapshot.Resource
	kind     string
	rules    snapshot.KindRules
	hidden   []snapshot.Path
	ignoring []ignoreRule // that speak of the resource
	// foreign are the keys of masks that say nothing to the other side.
	foreign [2]map[string]bool
	found   []Property
	ignored []Property // by rules of the user's
}

// place is where a walk is: the path as rules write it, the path as people read it, and what each side knew there.
type place struct {
	pattern snapshot.Path
	label   string
	shapes  [2]*shape
}

func (p place) member(key string) place {
	step := key
	for _, s := range p.shapes {
		if s != nil && s.steps[key] == nil && s.steps[snapshot.Any] != nil {
			step = snapshot.Any
		}
	}
	return place{
		pattern: p.pattern.Join(step), label: strings.TrimPrefix(p.label+member(key), "."),
		shapes: [2]*shape{p.shapes[0].below(key), p.shapes[1].below(key)},
	}
}

func (p place) element(label string) place {
	return place{
		pattern: p.pattern.Join(snapshot.Each), label: p.label + "[" + label + "]",
		shapes: [2]*shape{p.shapes[0].below(snapshot.Each), p.shapes[1].below(snapshot.Each)},
	}
}

// absent stands for no value, which is not null.
type absent struct{}

func (w *walk) compare(at place, old, found any) {
	if w.passesOver(at) {
		if slices.Contains(w.rules.Volatile, at.pattern) && !sameOrAbsent(old, found) {
			w.hide(RuleVolatile, at, old, found)
		}
		return
	}
	switch before := old.(type) {
	case absent:
		w.onlyOne(at, 0, old, found)
		return
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
	case string:
		if now, ok := found.(string); ok {
			w.strings(at, before, now)
			return
		}
	}
	if _, gone := found.(absent); gone {
		w.onlyOne(at, 1, old, found)
		return
	}
	if equalJSON(old, found) {
		return
	}
	if rule, same := w.sameForm(at, old, found); same {
		w.hide(rule, at, old, found)
		return
	}
	w.add(at, old, found)
}

// sameOrAbsent compares what may be absent.
func sameOrAbsent(old, found any) bool { return string(raw(old)) == string(raw(found)) }

// passesOver reports whether a place is not compared: one side could not read it, or it changes by itself.
func (w *walk) passesOver(at place) bool {
	return slices.ContainsFunc(w.hidden, at.pattern.Under) || slices.Contains(w.rules.Volatile, at.pattern)
}

// unknowable reports whether a side's collector did not know a place.
func (w *walk) unknowable(at place, side int) bool {
	return at.pattern != "" && at.shapes[side] == nil
}

// onlyOne judges a value that one side lacks: a path that side could not know is not compared, and a value that means
// the same as absence is no change.
func (w *walk) onlyOne(at place, lacking int, old, found any) {
	value := old
	if lacking == 0 {
		value = found
	}
	if w.unknowable(at, lacking) {
		w.c.notCompared[w.kind]++
		return
	}
	if byDefault, ok := w.rules.Defaults[at.pattern]; ok && byDefault == string(snapshot.Canonical(value)) {
		w.hide(RuleDefault, at, old, found)
		return
	}
	if isEmptyList(value) {
		w.hide(RuleEmpty, at, old, found)
		return
	}
	if w.opens(at, value) {
		w.objects(at, objectOrNone(old), objectOrNone(found))
		return
	}
	w.add(at, old, found)
}

// isEmptyList reports whether a value is a list of nothing. An empty object is none: AWS has such that mean something.
func isEmptyList(value any) bool {
	list, ok := value.([]any)
	return ok && len(list) == 0
}

func objectOrNone(value any) map[string]any {
	object, _ := value.(map[string]any)
	return object
}

func (w *walk) add(at place, old, found any) {
	if w.ignoreProperty(at, old, found) {
		return
	}
	w.found = append(w.found, Property{Path: at.label, Part: PartConfiguration, Old: raw(old), New: raw(found)})
}

func raw(value any) json.RawMessage {
	if _, gone := value.(absent); gone {
		return nil
	}
	return snapshot.Canonical(value)
}

func (w *walk) objects(at place, old, found map[string]any) {
	keys := slices.Collect(maps.Keys(old))
	for key := range found {
		if _, ok := old[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		w.compare(at.member(key), valueOf(old, key), valueOf(found, key))
	}
}

func valueOf(object map[string]any, key string) any {
	if value, ok := object[key]; ok {
		return value
	}
	return absent{}
}

func (w *walk) strings(at place, old, found string) {
	if old == found {
		return
	}
	if otherKey(old, found) {
		w.c.otherKey++
		return
	}
	if rule, same := sameDocument(old, found); same {
		w.hide(rule, at, old, found)
		return
	}
	if rule, same := w.sameForm(at, old, found); same {
		w.hide(rule, at, old, found)
		return
	}
	w.add(at, old, found)
}
