package diff

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// addFindings says of every change what it opens or weakens, and what it closes or strengthens.
func (c *comparison) addFindings(changes []Change) {
	rules := findingRules()
	for i := range changes {
		change := &changes[i]
		switch change.Change {
		case Added, Missed, Removed, Modified, Replaced:
			change.Findings = c.findingsOf(change, rules)
		}
	}
}

func findingRules() map[string]snapshot.FindingRule {
	rules := make(map[string]snapshot.FindingRule)
	for _, rule := range snapshot.FindingRules() {
		rules[rule.Name] = rule
	}
	return rules
}

// pointKey is what two sides' points are matched by.
type pointKey struct{ rule, place, subject string }

// findingsOf compares what both sides are found to be. Of a weakness that can't be seen wholly on a side, nothing is said.
func (c *comparison) findingsOf(change *Change, rules map[string]snapshot.FindingRule) []Finding {
	weak := c.options.Rules[change.Kind].Weak
	if len(weak) == 0 {
		return nil
	}
	var views [2]*view
	for side, r := range []*snapshot.Resource{change.Baseline, change.Target} {
		if r == nil {
			continue
		}
		tree, err := snapshot.Tree(r.Configuration)
		if err != nil {
			return nil
		}
		views[side] = &view{c: c, side: side, r: r, tree: tree}
	}
	both := views[0] != nil && views[1] != nil
	var told []toldPoint
	for _, group := range grouped(weak) {
		if both && !touched(change.Properties, group) {
			continue
		}
		sides, known := evaluate(views, group)
		if known {
			told = append(told, matched(sides, both, rules)...)
		}
	}
	return phrased(told, rules)
}

// grouped puts weaknesses together that mean the same, or stand at one place under one rule.
func grouped(weak []snapshot.Weakness) [][]*snapshot.Weakness {
	var groups [][]*snapshot.Weakness
	index := make(map[[2]string]int)
	for i := range weak {
		w := &weak[i]
		key := [2]string{w.Rule, cmp.Or(w.Same, string(w.Path))}
		at, seen := index[key]
		if !seen {
			at = len(groups)
			index[key] = at
			groups = append(groups, nil)
		}
		groups[at] = append(groups[at], w)
	}
	return groups
}

// touched reports whether a changed property lies where a group of weaknesses looks, by the part of the paths before the
// first list: what the comparison found equal, hid or could not compare is not judged either.
func touched(properties []Property, group []*snapshot.Weakness) bool {
	for _, w := range group {
		for _, path := range w.Reads() {
			place := plainPart(string(path))
			for _, property := range properties {
				changed := plainPart(property.Path)
				if property.Part == PartConfiguration && (snapshot.Path(changed).Under(snapshot.Path(place)) || snapshot.Path(place).Under(snapshot.Path(changed))) {
					return true
				}
			}
		}
	}
	return false
}

// plainPart is a path up to its first list or map.
func plainPart(path string) string {
	if end := strings.IndexAny(path, "[*"); end >= 0 {
		path = path[:end]
	}
	return strings.TrimSuffix(path, ".")
}

// evaluate looks at both sides, where there are two.
func evaluate(views [2]*view, group []*snapshot.Weakness) (sides [2]map[pointKey]weighed, known bool) {
	evaluators := evaluators()
	for side, v := range views {
		sides[side] = make(map[pointKey]weighed)
		if v == nil {
			continue
		}
		for _, w := range group {
			check := evaluators[w.Check]
			if check == nil || !v.sight(w) {
				return sides, false
			}
			points, known := check(v, w)
			if !known {
				return sides, false
			}
			for _, p := range points {
				p.rule = cmp.Or(p.rule, w.Rule)
				key := pointKey{p.rule, cmp.Or(w.Same, string(w.Path)), p.subject}
				had, twice := sides[side][key]
				p.allows = slices.Concat(had.allows, p.allows)
				if twice && !had.less(p) {
					had.allows = p.allows
					sides[side][key] = had
					continue
				}
				sides[side][key] = weighed{p, w}
			}
		}
	}
	return sides, true
}

// weighed is a point with the weakness that it was found by.
type weighed struct {
	point
	w *snapshot.Weakness
}

// less reports whether another point of the same subject counts instead: a worse one.
func (a weighed) less(b point) bool {
	return b.severity != a.severity && b.severity.AtLeast(a.severity)
}

// toldPoint is a point that is on one side alone, or not the same on both.
type toldPoint struct {
	weighed
	severity Severity
	better   bool
	text     string // where the sentence is complete
	lead     string // before the sentence of what is weak, where that is better
	old, new int64
}

// What begins the sentence of a weakness that is better now.
const (
	goneWithIt     = "gone with it: "     // with its resource; nothing else was closed
	lessThanBefore = "less than before: " // it is there still
)

// withoutCovered leaves out what only one side says, and the other says with more: port 22 is open still where ports 0 to 1024
// are, and that it is open is no news where all were.
func withoutCovered(sides [2]map[pointKey]weighed) [2]map[pointKey]weighed {
	var out [2]map[pointKey]weighed
	for side, points := range sides {
		out[side] = make(map[pointKey]weighed, len(points))
		for key, p := range points {
			_, same := sides[1-side][key]
			covered := false
			var others []point
			for other, q := range sides[1-side] {
				if other.place == key.place {
					covered = covered || q.covers != nil && q.covers(p.point)
					p.takesIn = p.takesIn || p.covers != nil && p.covers(q.point)
					others = append(others, q.point)
				}
			}
			covered = covered || p.coveredBy != nil && p.coveredBy(others)
			if same || !covered {
				out[side][key] = p
			}
		}
	}
	return out
}

// matched compares the points of two sides.
func matched(sides [2]map[pointKey]weighed, both bool, rules map[string]snapshot.FindingRule) []toldPoint {
	if both {
		sides = withoutCovered(sides)
	}
	keys := slices.Collect(maps.Keys(sides[0]))
	for key := range sides[1] {
		if _, ok := sides[0][key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.SortFunc(keys, func(a, b pointKey) int {
		return cmp.Or(strings.Compare(a.rule, b.rule), strings.Compare(a.place, b.place), strings.Compare(a.subject, b.subject))
	})
	var told []toldPoint
	for _, key := range keys {
		rule := rules[key.rule]
		old, had := sides[0][key]
		now, has := sides[1][key]
		one := old
		if has {
			one = now
		}
		if !both && (rule.OnChange || one.w.OnChange || one.onChange) || had != has && one.implied {
			continue
		}
		severity := func(p weighed) Severity { return capped(cmp.Or(p.severity, Severity(rule.Severity)), p.w) }
		t := toldPoint{weighed: one, severity: severity(one)}
		switch {
		case had && has && one.guard:
			if old.level == now.level {
				continue
			}
			t.better, t.old, t.new = now.level > old.level, old.level, now.level
			if one.whole {
				t.text = one.sentence(t.better)
			}
		case had && has && one.open != nil:
			told = append(told, reopened(old, now)...)
			continue
		case had && has:
			before, after := severity(old), severity(now)
			if before == after {
				told = append(told, widened(old, now, after)...)
				continue
			}
			t.better, t.severity = before.AtLeast(after), worse(before, after)
			for _, w := range widened(old, now, lesser(before, after)) {
				if w.better != t.better { // what is less bad on the whole can let in whom it did not
					told = append(told, w)
				}
			}
			if t.better {
				t.lead = lessThanBefore
			}
			if one.whole {
				t.text = t.lead + now.weak
			}
		case one.onBoth:
			continue
		default:
			t.better = had != one.guard // what was open went, or what guards came
			if !both && had && t.better && one.w.Path != "" {
				t.lead = goneWithIt
			}
			switch {
			case one.whole && t.lead != "":
				t.text = t.lead + one.weak
			case one.whole:
				t.text = one.sentence(t.better)
			case t.better && rule.Strong == "":
				continue
			}
		}
		told = append(told, t)
	}
	return rewrittenDenials(told)
}

// sentence is what a whole point says.
func (p point) sentence(better bool) string {
	switch {
	case p.takesIn && p.less != "" && better:
		return p.more
	case p.takesIn && p.less != "":
		return p.less
	case better && p.takesIn && p.partly != "":
		return p.partly
	case better:
		return p.strong
	}
	return p.weak
}

func worse(a, b Severity) Severity {
	if a.AtLeast(b) {
		return a
	}
	return b
}

func lesser(a, b Severity) Severity {
	if a.AtLeast(b) {
		return b
	}
	return a
}

// covered are the accounts that either side covers.
func (c *comparison) covered() []string {
	return slices.Concat(c.baseline.AccountIDs(), c.target.AccountIDs())
}

// organisations are those that the sides are known to be of.
func (c *comparison) organisations() []string {
	var out []string
	for _, s := range []*snapshot.Snapshot{c.baseline, c.target} {
		if s.Organization != nil && s.Organization.ID != "" {
			out = append(out, s.Organization.ID)
		}
	}
	return out
}

// byID indexes the resources of a side by account, region, kind and id, at first use.
func (c *comparison) byID(side int) map[string]*snapshot.Resource {
	if c.ids[side] == nil {
		s := [2]*snapshot.Snapshot{c.baseline, c.target}[side]
		c.ids[side] = make(map[string]*snapshot.Resource, len(s.Resources))
		for i := range s.Resources {
			r := &s.Resources[i]
			c.ids[side][snapshot.ResourceKey(r.AccountID, r.Region, r.Kind, r.ID)] = r
		}
	}
	return c.ids[side]
}
