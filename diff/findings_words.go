package diff

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// phrased makes the findings, joining those that differ in their subjects alone.
func phrased(told []toldPoint, rules map[string]snapshot.FindingRule) []Finding {
	var out []Finding
	type form struct {
		rule     string
		severity Severity
		better   bool
		lead     string
	}
	joined := make(map[form][]toldPoint)
	var order []form
	for _, t := range told {
		if t.text != "" {
			out = append(out, Finding{Rule: t.rule, Severity: t.severity, Better: t.better, Path: t.path, Text: t.text})
			continue
		}
		f := form{t.rule, t.severity, t.better, t.lead}
		if joined[f] == nil {
			order = append(order, f)
		}
		joined[f] = append(joined[f], t)
	}
	for _, f := range order {
		out = append(out, sentence(joined[f], rules[f.rule]))
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		if a.Better != b.Better {
			return map[bool]int{false: -1, true: 1}[a.Better]
		}
		return cmp.Or(severityIndex(b.Severity)-severityIndex(a.Severity), strings.Compare(a.Rule, b.Rule), strings.Compare(a.Text, b.Text))
	})
	return slices.CompactFunc(out, func(a, b Finding) bool {
		return a.Rule == b.Rule && a.Text == b.Text && a.Better == b.Better && a.Severity == b.Severity
	})
}

// sentence writes the rule's sentence over several points.
func sentence(points []toldPoint, rule snapshot.FindingRule) Finding {
	first := points[0]
	text := rule.Weak
	switch {
	case first.lead != "":
		text = first.lead + rule.Weak
	case first.better:
		text = rule.Strong
	}
	path := first.path
	var subjects, values []string
	for _, p := range points {
		if p.path != path {
			path = plainPart(string(first.w.Path))
		}
		if p.subject != "" && !slices.Contains(subjects, p.subject) {
			subjects = append(subjects, p.subject)
		}
		if value := p.weak; value != "" && !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	if len(subjects) > 0 && !strings.Contains(text, "{subject}") && !(len(subjects) == 1 && first.w.Path == "") {
		text += " (" + strings.Join(subjects, ", ") + ")"
	}
	text = strings.NewReplacer(
		"{subject}", strings.Join(subjects, ", "), " ({value})", valueList(values), "{old}", amount(first.old), "{new}", amount(first.new),
	).Replace(text)
	return Finding{Rule: rule.Name, Severity: first.severity, Better: first.better, Path: path, Text: text}
}

func valueList(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return " (" + strings.Join(values, ", ") + ")"
}

// amount writes the size of a guard.
func amount(n int64) string {
	if n == forEver {
		return "without end"
	}
	return fmt.Sprint(n)
}
