package printer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/diff"
)

// overviews are the summary of a long list: by service, with a column for each class and severity that is there, and by
// region.
func overviews(r *diff.Report) []Table {
	byService := overview(r, "SERVICE", func(c *diff.Change) string { return diff.ServiceOf(c.Kind) })
	byRegion := overview(r, "REGION", func(c *diff.Change) string { return c.Region })
	byService.Title = "Summary: " + count(len(r.Changes), "change")
	return []Table{byService, byRegion}
}

func overview(r *diff.Report, title string, of func(*diff.Change) string) Table {
	totals := tally(r, of)
	t := Table{Columns: []Column{{Name: title}}}
	classes, severities := totals.classes(), totals.severities()
	for _, class := range classes {
		t.Columns = append(t.Columns, Column{Name: strings.ToUpper(string(class)), AlignRight: true})
	}
	for _, severity := range severities {
		t.Columns = append(t.Columns, Column{Name: strings.ToUpper(string(severity)), AlignRight: true})
	}
	for _, total := range totals {
		row := Row{Cells: []string{total.name}}
		for _, class := range classes {
			row.Cells = append(row.Cells, blankZero(total.byClass[class]))
		}
		for _, severity := range severities {
			row.Cells = append(row.Cells, blankZero(total.bySeverity[severity]))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func blankZero(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// total counts the changes of a service or a region.
type total struct {
	name       string
	all        int
	byClass    map[diff.Class]int
	bySeverity map[diff.Severity]int // by each change's worst
}

type totals []*total

// tally counts by a word of each change; the most come first.
func tally(r *diff.Report, of func(*diff.Change) string) totals {
	var out totals
	index := make(map[string]*total)
	for i := range r.Changes {
		c := &r.Changes[i]
		name := of(c)
		t := index[name]
		if t == nil {
			t = &total{name: name, byClass: make(map[diff.Class]int), bySeverity: make(map[diff.Severity]int)}
			index[name], out = t, append(out, t)
		}
		t.all++
		t.byClass[c.Change]++
		if worst := c.Worst(); worst != "" {
			t.bySeverity[worst]++
		}
	}
	slices.SortFunc(out, func(a, b *total) int {
		if a.all != b.all {
			return b.all - a.all
		}
		return strings.Compare(a.name, b.name)
	})
	return out
}

// classes are those that are there, in the order of a report.
func (ts totals) classes() []diff.Class {
	return slices.DeleteFunc(diff.Classes(), func(class diff.Class) bool {
		return !slices.ContainsFunc(ts, func(t *total) bool { return t.byClass[class] > 0 })
	})
}

// severities are those that are there, the worst first.
func (ts totals) severities() []diff.Severity {
	all := diff.Severities()
	slices.Reverse(all)
	return slices.DeleteFunc(all, func(s diff.Severity) bool {
		return !slices.ContainsFunc(ts, func(t *total) bool { return t.bySeverity[s] > 0 })
	})
}
