package diff

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

const (
	ruleDeny      = "policy-deny-removed"
	ruleRewritten = "policy-deny-rewritten"
)

// deniedPoint is the point of a statement that denies: a guard. It covers another where it denies all that the other does.
func deniedPoint(s *statement, path string) point {
	name := ""
	if s.sid != "" {
		name = " (" + s.sid + ")"
	}
	return point{
		rule: ruleDeny, severity: Medium, path: path, subject: s.form, guard: true, whole: true, denies: s,
		weak: "a statement that denied " + s.does() + name + " is gone", strong: "a statement denies " + s.does() + name,
		less: "a statement that denied " + s.does() + name + " denies less", more: "a statement denies more: " + s.does() + name,
		covers: func(other point) bool { return other.denies != nil && s.covers(other.denies) },
		coveredBy: func(others []point) bool {
			return len(others) > 1 && s.coveredBy(others, func(other point, part *statement) bool { return other.denies != nil && other.denies.covers(part) })
		},
	}
}

// coveredBy reports whether each action of a statement on each of its resources is covered by one of others.
func (s *statement) coveredBy(others []point, covers func(other point, part *statement) bool) bool {
	for _, action := range alone(s.actions) {
		for _, resource := range alone(s.resources) {
			part := *s
			part.actions, part.resources = action, resource
			if !slices.ContainsFunc(others, func(other point) bool { return covers(other, &part) }) {
				return false
			}
		}
	}
	return true
}

// alone is a list of each word alone; of none there is one list.
func alone(words []string) [][]string {
	if len(words) == 0 {
		return [][]string{nil}
	}
	out := make([][]string, len(words))
	for i := range words {
		out[i] = words[i : i+1]
	}
	return out
}

// asked is what the conditions of a statement ask for: operator → key → values, operators and keys in small letters.
type asked map[string]map[string][]string

func parseAsked(value any) (asked, bool) {
	out := make(asked)
	operators, ok := value.(map[string]any)
	if !ok {
		return out, value == nil
	}
	for operator, keys := range operators {
		byKey, ok := keys.(map[string]any)
		if !ok {
			return nil, false
		}
		at := make(map[string][]string, len(byKey))
		for key, values := range byKey {
			words, ok := policyWords(values)
			if !ok {
				return nil, false
			}
			at[strings.ToLower(key)] = append(at[strings.ToLower(key)], words...)
		}
		out[strings.ToLower(operator)] = at
	}
	return out, true
}

// principalWords are the principals of a statement as words, "*" in whichever form. nil is none.
func principalWords(value any) []string {
	switch node := value.(type) {
	case string:
		return []string{"AWS " + node}
	case map[string]any:
		out := []string{}
		for _, sort := range keysOf(node) {
			ids, _ := policyWords(node[sort])
			for _, id := range ids {
				if account := accountOf(id); account != "" && strings.HasSuffix(id, ":root") {
					id = account
				}
				out = append(out, sort+" "+id)
			}
		}
		return out
	}
	return nil
}

// covers reports whether a statement says of all that another speaks of what that one says. What can't be told counts as
// no: patterns are compared as texts, and a list of what is excepted only with another such list.
func (s *statement) covers(o *statement) bool { return s.coversWho(o) && s.coversAccess(o) }

// coversAccess is that whoever is meant.
func (s *statement) coversAccess(o *statement) bool {
	return s.coversActions(o) && s.asked.covers(o.asked)
}

// coversActions is that under whatever conditions.
func (s *statement) coversActions(o *statement) bool {
	return coversWords(s.actions, s.notActions, o.actions, o.notActions, strings.ToLower) &&
		coversWords(s.resources, s.notResources, o.resources, o.notResources, strings.Clone)
}

// coversWords compares what is named, or named as excepted.
func coversWords(yes, not, otherYes, otherNot []string, form func(string) string) bool {
	takesIn := func(wide, narrow []string) bool {
		return !slices.ContainsFunc(narrow, func(n string) bool {
			return !slices.ContainsFunc(wide, func(w string) bool { return patternTakesIn(form(w), form(n)) })
		})
	}
	switch {
	case slices.ContainsFunc(yes, fitsAnything):
		return true
	case len(not) > 0:
		return len(otherNot) > 0 && takesIn(otherNot, not)
	case len(yes) == 0:
		return len(otherYes)+len(otherNot) == 0
	}
	return len(otherYes) > 0 && takesIn(yes, otherYes)
}

func (s *statement) coversWho(o *statement) bool {
	if s.who == nil && s.notWho == nil || o.who == nil && o.notWho == nil {
		return s.who == nil && s.notWho == nil && o.who == nil && o.notWho == nil
	}
	if slices.Contains(s.who, "AWS *") {
		return true
	}
	return coversWords(s.who, s.notWho, o.who, o.notWho, strings.Clone)
}

// covers reports whether whatever fits the other conditions fits these: they ask for nothing else, and of what both ask
// for they let as much through.
func (a asked) covers(o asked) bool {
	for operator, keys := range a {
		for key, values := range keys {
			if !slices.ContainsFunc(noWider(operator), func(other string) bool {
				others, there := o[other][key]
				return there && valuesCover(operator, values, other, others)
			}) {
				return false
			}
		}
	}
	return true
}

// noWider are the operators that let no more through than one does with the same values: itself, and those that compare
// more strictly, or ask that the key be there (IAM User Guide, "IAM JSON policy elements: Condition operators").
func noWider(operator string) []string {
	out := []string{operator}
	switch operator {
	case "stringlike":
		out = append(out, "stringequals")
	case "stringequals":
		out = append(out, "stringlike")
	case "stringequalsignorecase":
		out = append(out, "stringequals")
	case "arnlike":
		out = append(out, "arnequals")
	case "arnequals":
		out = append(out, "arnlike")
	}
	if asked, ok := strings.CutSuffix(operator, "ifexists"); ok && !strings.Contains(operator, "not") {
		out = append(out, noWider(asked)...)
	}
	return out
}

// valuesCover reports whether values let through whatever others do, of an operator that is no wider.
func valuesCover(operator string, values []string, other string, others []string) bool {
	wide, narrow := values, others
	if strings.Contains(operator, "not") { // the more is named, the less fits
		wide, narrow = others, values
	}
	takesIn := func(w, n string) bool { return w == n }
	switch {
	case strings.Contains(operator, "like") || strings.Contains(operator, "arn"): // stars mean the same in both operators of ARNs
		takesIn = patternTakesIn
	case strings.Contains(operator, "ipaddress"):
		takesIn = blockTakesIn
	case strings.HasPrefix(operator, "numericlessthan"):
		takesIn = func(w, n string) bool { return w == n || ordered(n, w) }
	case strings.HasPrefix(operator, "numericgreaterthan"):
		takesIn = func(w, n string) bool { return w == n || ordered(w, n) }
	case strings.Contains(other, "like"): // and this one takes a star for a star
		takesIn = func(w, n string) bool { return w == n && !strings.ContainsAny(n, "*?") }
	}
	return !slices.ContainsFunc(narrow, func(n string) bool {
		return !slices.ContainsFunc(wide, func(w string) bool { return takesIn(w, n) })
	})
}

// ordered reports whether words are numbers, the first the smaller one.
func ordered(small, great string) bool {
	s, err := strconv.ParseFloat(small, 64)
	g, other := strconv.ParseFloat(great, 64)
	return err == nil && other == nil && s < g
}

// blockTakesIn reports whether a block of addresses holds another. An address is a block of one.
func blockTakesIn(wide, narrow string) bool {
	w, wideOK := blockOf(wide)
	n, narrowOK := blockOf(narrow)
	if !wideOK || !narrowOK {
		return wide == narrow
	}
	return w.Bits() <= n.Bits() && w.Contains(n.Addr())
}

func blockOf(word string) (netip.Prefix, bool) {
	if prefix, err := netip.ParsePrefix(word); err == nil {
		return prefix, true
	}
	address, err := netip.ParseAddr(word)
	if err != nil {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(address.WithZone(""), address.BitLen()), true
}

// patternTakesIn reports whether whatever fits a pattern fits a wider one, as far as their texts tell.
func patternTakesIn(wide, narrow string) bool {
	// states are the places in wide at which the text so far may end.
	states := map[int]bool{0: true}
	step := func(from map[int]bool) map[int]bool { // past what may stand for nothing
		for at := range len(wide) {
			if from[at] && wide[at] == '*' {
				from[at+1] = true
			}
		}
		return from
	}
	states = step(states)
	for i := range len(narrow) {
		next := make(map[int]bool)
		for at := range states {
			switch {
			case at == len(wide):
			case wide[at] == '*':
				next[at] = true
			case wide[at] == narrow[i] && narrow[i] != '*', wide[at] == '?' && narrow[i] != '*':
				next[at+1] = true
			}
		}
		states = step(next)
	}
	return states[len(wide)]
}

// rewrittenDenials joins a statement that denies no more with one that denies now, where both have one name or the same actions:
// which of the two denies more, can't be told.
func rewrittenDenials(told []toldPoint) []toldPoint {
	for _, same := range []func(a, b *statement) bool{
		func(a, b *statement) bool { return a.sid != "" && a.sid == b.sid },
		func(a, b *statement) bool { return a.does() == b.does() },
	} {
		for i := 0; i < len(told); i++ {
			was := told[i].denies
			if was == nil || told[i].better {
				continue
			}
			with := slices.IndexFunc(told, func(o toldPoint) bool { return o.denies != nil && o.better && same(was, o.denies) })
			if with < 0 {
				continue
			}
			is := told[with].denies
			t := &told[i]
			t.rule, t.severity, t.denies = ruleRewritten, Low, nil
			t.text = "a statement that denied " + was.does() + " denies " + is.does() + " now: whether that is less can't be told"
			if was.does() == is.does() {
				t.text = "the statement that denies " + was.does() + " was rewritten: whether it denies less can't be told"
			}
			if told = slices.Delete(told, with, with+1); with < i {
				i--
			}
		}
	}
	return told
}
