package diff

import (
	"slices"
	"strings"
)

// widened tells of somebody who has access on both sides what was added and what was taken away: things to do, and
// conditions under which to do them.
func widened(old, now weighed, severity Severity) []toldPoint {
	if len(old.allows) == 0 || len(now.allows) == 0 {
		return nil
	}
	var told []toldPoint
	add := func(p weighed, better bool, severity Severity, text string) {
		if text != "" {
			told = append(told, toldPoint{weighed: p, severity: severity, better: better, text: text})
		}
	}
	for _, way := range []struct {
		better bool
		p, o   weighed
	}{{false, now, old}, {true, old, now}} {
		do, under := beyond(way.p, way.o)
		add(way.p, way.better, severity, way.p.does(do, way.o.allows, way.better))
		bad := severity
		if way.p.rule == ruleFederated && foreign(under, way.o.allows) {
			bad = worse(bad, Medium)
		}
		add(way.p, way.better, bad, way.p.under(under, way.o.allows, way.better))
	}
	return told
}

// beyond are the statements of one side that allow what those of the other don't: something else to do, or the same under
// other conditions.
func beyond(p, o weighed) (do, under []*statement) {
	for _, s := range p.allows {
		switch {
		case slices.ContainsFunc(o.allows, func(other *statement) bool {
			return (!p.access.actions || other.coversActions(s)) && other.asked.covers(s.asked)
		}):
		case p.access.actions && !slices.ContainsFunc(o.allows, func(other *statement) bool { return other.coversActions(s) }):
			do = append(do, s)
		default:
			under = append(under, s)
		}
	}
	return do, under
}

// does says what else somebody may do, or what no longer: the actions that the other side has not, and where it has them all,
// on what else.
func (p point) does(beyond, others []*statement, better bool) string {
	if len(beyond) == 0 {
		return ""
	}
	var actions []string
	for _, s := range beyond {
		part := *s
		part.actions = slices.DeleteFunc(slices.Clone(s.actions), func(action string) bool {
			one := *s
			one.actions = []string{action}
			return slices.ContainsFunc(others, func(o *statement) bool { return o.coversActions(&one) })
		})
		if len(part.actions)+len(part.notActions) > 0 {
			actions = append(actions, part.does())
		}
	}
	if len(actions) == 0 { // other statements have it all, in pieces
		return ""
	}
	if better {
		return p.who + " has access to less: no longer " + strings.Join(actions, "; ")
	}
	return p.who + " has access to more: " + strings.Join(actions, "; ") + p.allows[0].condition.words()
}

// under says under which other conditions somebody has access, or no longer has.
func (p point) under(beyond, others []*statement, better bool) string {
	if len(beyond) == 0 {
		return ""
	}
	var conditions []string
	for _, s := range beyond {
		words := s.conditionsBeyond(others)
		if better {
			words = strings.Replace(words, "under other conditions", "under earlier conditions", 1)
		}
		if p.access.actions {
			words += ": " + s.does()
		}
		conditions = append(conditions, words)
	}
	slices.Sort(conditions)
	which := strings.Join(slices.Compact(conditions), "; ")
	if better {
		return notAnyMore(p.who, p.access.verb) + " " + which
	}
	return p.who + " " + p.access.verb + " " + which
}

// conditionsBeyond says what a statement asks for that others ask for otherwise, or that it does not ask for what they do.
func (s *statement) conditionsBeyond(others []*statement) string {
	var own, lost []string
	for _, operator := range keysOf(s.asked) {
		for _, key := range keysOf(s.asked[operator]) {
			values := s.asked[operator][key]
			if slices.ContainsFunc(others, func(o *statement) bool { return slices.Equal(o.asked[operator][key], values) }) {
				continue
			}
			word := s.condition.written(key) + " "
			if strings.Contains(operator, "not") {
				word += "not "
			}
			own = append(own, word+someOf(values))
		}
	}
	if len(own) > 0 {
		return "under other conditions (" + strings.Join(own, ", ") + ")"
	}
	for _, o := range others {
		for _, keys := range o.asked {
			for key := range keys {
				lost = append(lost, o.condition.written(key))
			}
		}
	}
	lost = slices.DeleteFunc(lost, func(key string) bool {
		return slices.ContainsFunc(s.condition.keys, func(own string) bool { return strings.EqualFold(own, key) })
	})
	if len(lost) == 0 {
		return "under other conditions"
	}
	return "without the condition on " + someOf(lost)
}

// written is a key as the policy writes it, where it is one that counts.
func (c *conditions) written(key string) string {
	if at := slices.IndexFunc(c.keys, func(own string) bool { return strings.EqualFold(own, key) }); at >= 0 {
		return c.keys[at]
	}
	return key
}

// foreign reports whether tokens of other organisations are let in than by other statements, going by whose their subjects
// say that they are.
func foreign(statements, others []*statement) bool {
	known := owners(others)
	return slices.ContainsFunc(owners(statements), func(owner string) bool { return !slices.Contains(known, owner) })
}

func owners(statements []*statement) []string {
	var out []string
	for _, s := range statements {
		for _, keys := range s.asked {
			for key, values := range keys {
				if strings.HasSuffix(key, ":sub") {
					for _, value := range values {
						out = append(out, subjectOwner(value))
					}
				}
			}
		}
	}
	return out
}
