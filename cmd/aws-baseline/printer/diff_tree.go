package printer

import (
	"fmt"
	"strings"

	"github.com/aws-baseline/aws-baseline/diff"
)

const (
	// longList is how many changes a report may have before a summary comes first.
	longList = 40
	// nameWidth bounds a column of a change's line; what is longer pushes the others aside in its own line only.
	nameWidth = 44
	// namedMembers is how many members of a group its line names.
	namedMembers = 4
)

// diffTree is a comparison as people read it: the two sides, the changes by AWS service and kind with what changed of each,
// what could not be seen, and the counts. A change that is the same on many resources is one line unless expand is set.
func diffTree(r *diff.Report, width int, expand bool) []Table {
	tables := []Table{sides(r, false)}
	if len(r.Changes) > longList {
		tables = append(tables, overviews(r)...)
	}
	sections, folded := changeSections(r, width, expand)
	for _, s := range sections {
		tables = append(tables, Table{Title: s.service, Tree: s.lines})
	}
	if len(r.Coverage) > 0 {
		tables = append(tables, gapLines(r.Coverage, false))
	}
	if len(r.Notes) > 0 {
		tables = append(tables, lines("Notes", indented(r.Notes)...))
	}
	last := []string{summary(r)}
	if folded > 0 {
		last = append(last, fmt.Sprintf("%s the same on many resources: --expand, or -o wide, lists each.", isAre(folded, "line is", "lines are")))
	}
	return append(tables, lines("", last...))
}

func isAre(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// section is the part of a tree that is about one service, or about changes of tags that are the same in several kinds.
type section struct {
	service string
	changes int // resources, not lines
	lines   []Line
}

// severalKinds is the title of the section for groups that span kinds.
const severalKinds = "several kinds"

// changeSections makes the sections of a report, and counts the groups that stand for several changes.
func changeSections(r *diff.Report, width int, expand bool) (sections []section, folded int) {
	var groups []diff.Group
	if !expand {
		groups = diff.Groups(r.Changes)
	}
	inGroup := make(map[int]int) // place of a change → of its group
	for g := range groups {
		for _, i := range groups[g].Members {
			inGroup[i] = g
		}
	}
	accounts := len(r.Target.AccountIDs) > 1 || len(r.Baseline.AccountIDs) > 1
	var wide section
	for g := range groups {
		if len(groups[g].Kinds) > 1 {
			wide.changes += len(groups[g].Members)
			wide.lines = append(wide.lines, groupLines(r, &groups[g], 1, width)...)
		}
	}
	if wide.lines != nil {
		wide.service = severalKinds
		sections = append(sections, wide)
	}
	for from := 0; from < len(r.Changes); {
		kind := r.Changes[from].Kind
		to := from
		for to < len(r.Changes) && r.Changes[to].Kind == kind {
			to++
		}
		service, name, _ := strings.Cut(kind, ":")
		lines := []Line{{Depth: 1, Text: []Span{{name, Faint}}}}
		var single []*diff.Change
		count := 0
		for i := from; i < to; i++ {
			g, grouped := inGroup[i]
			switch {
			case !grouped:
				single = append(single, &r.Changes[i])
				count++
			case len(groups[g].Kinds) > 1:
			case groups[g].Members[0] == i:
				lines = append(lines, groupLines(r, &groups[g], 1, width)...)
				count += len(groups[g].Members)
			}
		}
		lines = append(lines, singleLines(single, width, accounts)...)
		from = to
		if len(lines) == 1 {
			continue // all of them are in groups of several kinds
		}
		if n := len(sections); n == 0 || sections[n-1].service != service {
			sections = append(sections, section{service: service})
		}
		last := &sections[len(sections)-1]
		last.lines, last.changes = append(last.lines, lines...), last.changes+count
	}
	return sections, len(groups)
}

// singleLines are the changes of one kind, their names and places under each other.
func singleLines(changes []*diff.Change, width int, accounts bool) []Line {
	cells := make([][]string, len(changes))
	var widths []int
	for i, c := range changes {
		cells[i] = changeCells(c, accounts)
		for at, cell := range cells[i] {
			if at == len(widths) {
				widths = append(widths, 0)
			}
			if w := screenWidth(cell); w <= nameWidth {
				widths[at] = max(widths[at], w)
			}
		}
	}
	var out []Line
	for i, c := range changes {
		line := Line{Depth: 1, Sign: sign(c.Change), Style: classStyle(c.Change)}
		for at, cell := range cells[i] {
			if widths[at] == 0 && cell == "" {
				continue
			}
			style := Plain
			if at == 0 {
				style = Bold
			}
			line.Text = append(line.Text, Span{cell, style}, Span{strings.Repeat(" ", max(0, widths[at]-screenWidth(cell))+2), Plain})
		}
		for n := len(line.Text); n > 0 && strings.TrimSpace(line.Text[n-1].Text) == ""; n = len(line.Text) {
			line.Text = line.Text[:n-1]
		}
		out = append(out, line)
		out = append(out, changeDetails(c, 3, width)...)
	}
	return out
}

// changeCells are a change's name, id, account, region, date and marks.
func changeCells(c *diff.Change, accounts bool) []string {
	name, id := c.Name, c.ID
	if name == "" || name == id {
		name, id = c.ID, ""
	}
	account := ""
	if accounts {
		account = c.AccountID
	}
	created := ""
	if c.CreatedAt != nil && c.Change != diff.Modified {
		created = "created " + Time(c.CreatedAt)
	}
	cells := []string{name, id, account, c.Region, created, strings.Join(c.Marks, ",")}
	for i := range cells {
		cells[i] = Escape(cells[i])
	}
	return cells
}

// changeDetails are the lines under a change: why, how bad, what, and who.
func changeDetails(c *diff.Change, depth, width int) []Line {
	var out []Line
	if c.Reason != "" {
		out = append(out, note(c.Reason, Faint, depth, width))
	}
	out = append(out, findingLines(c.Findings, depth, width)...)
	out = append(out, propertyLines(c.Properties, depth, width)...)
	return append(out, actorLines(c, depth, width)...)
}

// note is a line of words.
func note(text string, style Style, depth, width int) Line {
	line := Line{Depth: depth + 2} // as far as the text after a sign
	line.Text = []Span{{fit(text, width-line.start()), style}}
	return line
}

// shownPrincipals is how many of those who made the same change on many resources are named.
const shownPrincipals = 2

// groupLines is the same change on many resources, in one line and its details.
func groupLines(r *diff.Report, g *diff.Group, depth, width int) []Line {
	first := &r.Changes[g.Members[0]]
	var names, regions, accounts, principals []string
	unattributed, unknown := 0, 0
	for _, i := range g.Members {
		c := &r.Changes[i]
		name := c.Name
		if name == "" {
			name = c.ID
		}
		names, regions, accounts = append(names, name), append(regions, c.Region), append(accounts, c.AccountID)
		switch {
		case len(c.Actors) > 0:
			principals = append(principals, principal(c.Actors[0], c.AccountID))
		case c.Unattributed:
			unattributed++
		default:
			unknown++
		}
	}
	what := count(len(g.Members), "resource")
	if len(g.Kinds) > 1 {
		what += " of " + count(len(g.Kinds), "kind")
	}
	where := Some(distinct(regions), 3)
	if n := len(distinct(accounts)); n > 1 {
		where += ", " + count(n, "account")
	}
	line := Line{Depth: depth, Sign: sign(g.Change), Style: classStyle(g.Change)}
	line.Text = []Span{{what + "  ", Bold}, {where, Plain}}
	out := []Line{line, note(Some(names, namedMembers), Plain, depth+2, width)}
	if len(g.Kinds) > 1 {
		out = append(out, note(Some(g.Kinds, namedMembers), Faint, depth+2, width))
	}
	if g.Reason != "" {
		out = append(out, note(g.Reason, Faint, depth+2, width))
	}
	out = append(out, findingLines(first.Findings, depth+2, width)...)
	out = append(out, propertyLines(g.Properties, depth+2, width)...)
	var who []string
	if len(principals) > 0 {
		who = append(who, "by "+Some(distinct(principals), shownPrincipals))
	}
	if unattributed > 0 {
		who = append(who, fmt.Sprintf("%d %s", unattributed, diff.Unattributed))
	}
	if unknown > 0 && len(who) > 0 {
		who = append(who, fmt.Sprintf("of %d it is not known", unknown))
	}
	if len(who) > 0 {
		out = append(out, note(strings.Join(who, "; "), Faint, depth+2, width))
	}
	return out
}
