package diff

import (
	"slices"
	"strings"
)

const ruleFactor = "mfa-removed"

// factorPoints are the principals of its own account that a role trusts, by whether they must have signed in with a second
// factor. Trusting them is no opening, so what is told is a change of that alone.
func factorPoints(doc policy, account string) []point {
	levels := make(map[string]int64)
	denied := slices.ContainsFunc(doc.statements, func(s statement) bool { return !s.allow && s.condition.asksFor(factorKeys[:]) })
	for i := range doc.statements {
		s := &doc.statements[i]
		if !s.allow || !s.assumes() {
			continue
		}
		var level int64
		if denied || s.asked.factor() {
			level = 1
		}
		for _, p := range s.principals {
			if p.kind == harmless && p.account == account {
				if had, twice := levels[p.name]; !twice || level < had {
					levels[p.name] = level
				}
			}
		}
	}
	var points []point
	for _, name := range keysOf(levels) {
		who := "its own account"
		if name != "" {
			who = name + " of its own account"
		}
		points = append(points, point{
			rule: ruleFactor, severity: High, path: doc.label, subject: "own " + name, guard: true, whole: true, onBoth: true, level: levels[name],
			weak: who + " may assume this role without a second factor", strong: who + " may assume this role with a second factor alone",
		})
	}
	return points
}

// factorKeys say whether, and when, somebody signed in with a second factor.
var factorKeys = [...]string{"aws:multifactorauthpresent", "aws:multifactorauthage"}

// asksFor reports whether a condition is on one of some keys, which are in small letters.
func (c *conditions) asksFor(keys []string) bool {
	return slices.ContainsFunc(c.keys, func(key string) bool { return slices.Contains(keys, strings.ToLower(key)) })
}

// factor reports whether nobody gets through without a second factor. Long-term keys have no aws:MultiFactorAuthPresent, and
// operators that end in IfExists let them through (IAM User Guide, "AWS global condition context keys").
func (a asked) factor() bool {
	return slices.Equal(a["bool"][factorKeys[0]], []string{"true"}) || a["numericlessthan"][factorKeys[1]] != nil ||
		a["numericlessthanequals"][factorKeys[1]] != nil || slices.Equal(a["null"][factorKeys[1]], []string{"false"})
}
