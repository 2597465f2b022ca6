package printer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// gapReasons is how many reasons a table gives before it says how many more there are.
const gapReasons = 10

// gapLines lists what was not seen wholly, one line for each reason. Messages that differ in the account or region that
// they name only are one reason. wide lists all reasons.
func gapLines(gaps []diff.Gap, wide bool) Table {
	type group struct {
		reason         string
		kinds, regions []string
		scopes         int
	}
	var groups []*group
	index := make(map[string]*group)
	for _, gap := range gaps {
		reason := general(gap)
		g := index[reason]
		if g == nil {
			g = &group{reason: gap.Reason}
			index[reason] = g
			groups = append(groups, g)
		}
		if g.reason != gap.Reason {
			g.reason = reason
		}
		g.scopes++
		g.kinds = append(g.kinds, gap.Kind)
		g.regions = append(g.regions, gap.Region)
	}
	slices.SortStableFunc(groups, func(a, b *group) int { return b.scopes - a.scopes })
	t := Table{Title: "Not seen wholly: " + count(len(gaps), "scope"), Columns: columns("scopes", "what", "where", "why"), NoHeader: true}
	named := 2
	if wide {
		named = len(gaps)
	}
	for i, g := range groups {
		if i == gapReasons && !wide {
			left := 0
			for _, g := range groups[i:] {
				left += g.scopes
			}
			t.Lines = []string{fmt.Sprintf("%sand %s in %s: see -o wide or -o json", groupIndent, count(len(groups)-i, "more reason"), count(left, "scope"))}
			break
		}
		t.Rows = append(t.Rows, Row{Cells: []string{
			groupIndent + count(g.scopes, "scope"), Some(distinct(g.kinds), named), Some(distinct(g.regions), named), shorten(g.reason, reasonWidth, wide),
		}})
	}
	return t
}

// general is a gap's reason without the account and region that it names.
func general(gap diff.Gap) string {
	reason := gap.Reason
	if gap.Region != "" && gap.Region != snapshot.Global {
		reason = strings.ReplaceAll(reason, gap.Region, "*")
	}
	if gap.AccountID != "" {
		reason = strings.ReplaceAll(reason, gap.AccountID, "*")
	}
	return reason
}
