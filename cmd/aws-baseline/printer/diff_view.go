package printer

import (
	"fmt"
	"io"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// DiffView is the view of a comparison: both sides, the changes grouped by kind with their properties, what could not
// be seen, what was not compared, and the counts. Names are those of all changes, each once.
//
// CSV has a record for every changed property, and one with an empty path for a change without properties. A scope
// that was not seen wholly is a record whose change is "gap" and whose key is the scope's: without it, a file without
// records would say more than is known. So is each note, whose change is "note". Old and new are JSON; empty means that
// the side has no value, and the bare word unknown that it could not be read.
//
// The tree is what people read first: the changes by AWS service and kind, the same change on many resources as one line.
// Tables and CSV list every change. The document is the report with its groups.
func DiffView(r *diff.Report) View { return DiffViewOf(r, DiffOptions{}) }

// DiffOptions say how much of a comparison people see.
type DiffOptions struct {
	Expand bool // the tree lists every resource, also where the same happened to many
}

// DiffViewOf is [DiffView] with options.
func DiffViewOf(r *diff.Report, options DiffOptions) View {
	return View{
		Document: r.Grouped(),
		Tree:     func(width int) []Table { return diffTree(r, width, options.Expand) },
		Markdown: func() string { return diffMarkdown(r, options.Expand) },
		HTML:     func(w io.Writer) error { return writeHTML(w, r) },
		Diff:     func() (string, error) { return unified(r) },
		Patch:    func() (any, error) { return r.Patch() },
		Tables: func(wide bool) []Table {
			tables := []Table{sides(r, wide)}
			if len(r.Changes) > 0 {
				tables = append(tables, changes(r, wide))
			}
			if len(r.Coverage) > 0 {
				tables = append(tables, gapLines(r.Coverage, wide))
			}
			if len(r.Notes) > 0 {
				tables = append(tables, lines("Notes", indented(r.Notes)...))
			}
			return append(tables, lines("", summary(r)))
		},
		Names: func() []string {
			var names []string
			seen := make(map[string]bool)
			for i := range r.Changes {
				if label := r.Changes[i].Label(); !seen[label] {
					seen[label] = true
					names = append(names, label)
				}
			}
			return names
		},
		CSV: func() Table { return diffCSV(r) },
	}
}

// sides names what is compared.
func sides(r *diff.Report, wide bool) Table {
	t := Table{Columns: columns("side", "name", "cutoff", "accounts", "resources", "state"), NoHeader: true}
	for _, s := range []struct {
		word string
		side diff.Side
	}{{"Baseline", r.Baseline}, {"Target", r.Target}} {
		name, state := s.side.Name, ""
		if s.side.Live {
			name = "(live)"
		} else if name == "" {
			name = "(unnamed)"
		}
		if s.side.Edited {
			state = "edited after it was written"
		}
		named := 3
		if wide {
			named = len(s.side.AccountIDs)
		}
		accounts := "account " + Some(s.side.AccountIDs, named)
		if len(s.side.AccountIDs) > 1 {
			accounts = "accounts " + Some(s.side.AccountIDs, named)
		}
		t.Rows = append(t.Rows, Row{Cells: []string{
			s.word, name, "cut-off " + Time(&s.side.Cutoff), accounts, count(s.side.Resources, "resource"), state,
		}})
	}
	return t
}

// sign is the mark before the word of a change, as terraform has them.
func sign(class diff.Class) string {
	switch class {
	case diff.Added:
		return "+"
	case diff.Removed:
		return "-"
	case diff.Replaced:
		return "-/+"
	case diff.Modified:
		return "~"
	case diff.Missed:
		return "!"
	case diff.Outside:
		return "o"
	}
	return "?"
}

func changeStyle(cell string) Style {
	_, word, _ := strings.Cut(cell, " ")
	switch diff.Class(word) {
	case diff.Added:
		return Green
	case diff.Removed, diff.Replaced:
		return Red
	case diff.Modified:
		return Yellow
	case diff.Unknown:
		return Magenta
	case diff.Missed:
		return Cyan
	case diff.Outside:
		return Faint
	}
	return Plain
}

// changes groups the changes by kind, in the report's order.
func changes(r *diff.Report, wide bool) Table {
	t := Table{DetailStyle: severityDetailStyle, Columns: []Column{
		{Name: "CHANGE", Style: changeStyle}, {Name: "NAME"}, {Name: "ID"}, {Name: "ACCOUNT", Wide: len(r.Target.AccountIDs) < 2},
		{Name: "REGION"}, {Name: "CREATED"}, {Name: "MARKS"}, {Name: "OWNER", Wide: true}, {Name: "ARN", Wide: true},
	}}
	for i := range r.Changes {
		c := &r.Changes[i]
		if n := len(t.Groups); n == 0 || t.Groups[n-1].Title != c.Kind {
			t.Groups = append(t.Groups, Group{Title: c.Kind})
		}
		group := &t.Groups[len(t.Groups)-1]
		group.Rows = append(group.Rows, Row{
			Cells: []string{
				sign(c.Change) + " " + string(c.Change), c.Name, c.ID, c.AccountID, c.Region, Time(c.CreatedAt),
				strings.Join(c.Marks, ","), owner(c.Owner), c.ARN,
			},
			Details: details(c, wide),
		})
	}
	return t
}

// details says why, and what changed.
func details(c *diff.Change, wide bool) []string {
	var out []string
	if c.Reason != "" {
		out = append(out, shorten(c.Reason, reasonWidth, wide))
	}
	out = append(out, severityDetails(c)...)
	for _, p := range c.Properties {
		old, now := values(p.Old, p.New, wide)
		if p.OldUnknown {
			old = unknownValue
		}
		if p.NewUnknown {
			now = unknownValue
		}
		out = append(out, fmt.Sprintf("%s: %s → %s", p.Path, old, now))
	}
	return append(out, actorDetails(c, wide)...)
}

// summary is the last line: the counts that are not zero. It says that nothing differs only as far as was seen,
// compared and asked for.
func summary(r *diff.Report) string {
	s := r.Summary
	var parts []string
	add := func(n int, words string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, words))
		}
	}
	add(s.Added, "added")
	add(s.Removed, "removed")
	add(s.Modified, "modified")
	add(s.Replaced, "replaced")
	add(s.Missed, "missed")
	add(s.Unknown, "unknown")
	add(s.Outside, "outside the baseline's selectors")
	var line string
	switch changed := strings.Join(parts, ", "); {
	case r.Differences():
		line = changed
	case r.Incomplete():
		line = "No differences in what could be seen"
	case r.NotCompared():
		line = "No differences in what could be compared"
	case s.FilteredOut > 0:
		line = "No differences in what was asked for"
	default:
		line = "No differences"
	}
	if !r.Differences() && len(parts) > 0 {
		line += ": " + strings.Join(parts, ", ")
	}
	if bad := severityWords(r); bad != "" {
		line += "; " + bad
	}
	if hidden := hiddenResources(s); hidden != "" {
		line += "; " + hidden
	}
	if s.Gaps > 0 {
		line += "; " + count(s.Gaps, "scope") + " not seen wholly"
	}
	if missing := notCompared(s); missing != "" {
		line += "; not compared: " + missing + " (see the notes)"
	}
	if s.Ignored > 0 {
		line += "; " + count(s.Ignored, "difference") + " ignored by rules of yours"
		if bad := severityCountWords(s.IgnoredSeverities); bad != "" {
			line += " (" + bad + ")"
		}
	}
	if s.FilteredOut > 0 {
		line += "; " + count(s.FilteredOut, "other change") + " filtered out"
		if s.UnknownFilteredOut > 0 {
			line += fmt.Sprintf(", %d of them unknown, which could be what was asked for", s.UnknownFilteredOut)
		}
	}
	return line + "."
}

func notCompared(s diff.Summary) string {
	var parts []string
	for _, part := range []struct {
		n    int
		word string
	}{{s.ScopesNotCompared, "scope"}, {s.ResourcesNotCompared, "resource"}, {s.NotCompared, "value"}} {
		if part.n > 0 {
			parts = append(parts, count(part.n, part.word))
		}
	}
	return strings.Join(parts, ", ")
}

func hiddenResources(s diff.Summary) string {
	var kinds []string
	if s.Owned > 0 {
		kinds = append(kinds, fmt.Sprintf("%d owned", s.Owned))
	}
	if s.Provider > 0 {
		kinds = append(kinds, fmt.Sprintf("%d provider", s.Provider))
	}
	switch {
	case len(kinds) == 0:
		return ""
	case s.Owned+s.Provider == 1:
		return kinds[0] + " resource came or went (not shown)"
	}
	return strings.Join(kinds, " and ") + " resources came or went (not shown)"
}

func indented(text []string) []string {
	out := make([]string, len(text))
	for i, line := range text {
		out[i] = groupIndent + line
	}
	return out
}

// diffCSV has a record for every property, for every change without one, for every gap and for every note.
func diffCSV(r *diff.Report) Table {
	t := Table{Columns: columns(append([]string{"change", "kind", "account_id", "region", "key", "arn", "id", "name", "created_at", "marks",
		"owner_kind", "owner_id", "reason", "part", "path", "old", "new", "severity", "findings"}, actorColumns()...)...)}
	for i := range r.Changes {
		c := &r.Changes[i]
		ownerKind, ownerID := ownerKindAndID(c.Owner)
		common := []string{string(c.Change), c.Kind, c.AccountID, c.Region, c.Key, c.ARN, c.ID, c.Name, Time(c.CreatedAt),
			strings.Join(c.Marks, ";"), ownerKind, ownerID, c.Reason}
		for _, p := range c.Properties {
			old, now := string(p.Old), string(p.New)
			if p.OldUnknown {
				old = "unknown"
			}
			if p.NewUnknown {
				now = "unknown"
			}
			cells := append(common[:len(common):len(common)], string(p.Part), p.Path, old, now)
			cells = append(append(cells, severityCells(c)...), actorCells(c)...)
			t.Rows = append(t.Rows, Row{Cells: cells})
		}
		if len(c.Properties) == 0 {
			t.Rows = append(t.Rows, Row{Cells: append(append(append(common, "", "", "", ""), severityCells(c)...), actorCells(c)...)})
		}
	}
	for _, g := range r.Coverage {
		cells := make([]string, len(t.Columns))
		cells[0], cells[1], cells[2], cells[3], cells[4], cells[12] = "gap", g.Kind, g.AccountID, g.Region, g.Scope, g.Reason
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	for _, note := range r.Notes {
		cells := make([]string, len(t.Columns))
		cells[0], cells[12] = "note", note
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	return t
}

// maskedValue is a mark of a secret, shortened: enough of the digest to tell two secrets apart.
func maskedValue(text string) (string, bool) {
	if snapshot.MaskedUnder(text) == "" {
		return "", false
	}
	digest := text[strings.LastIndexByte(text, ':')+1:]
	return "(masked " + digest[:min(len(digest), 8)] + ")", true
}
