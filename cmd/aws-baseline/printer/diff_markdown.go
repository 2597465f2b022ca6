package printer

import (
	"fmt"
	"html"
	"strings"

	"github.com/aws-baseline/aws-baseline/diff"
)

const (
	// markdownSize bounds a report in bytes: GitHub takes comments of 65,536 characters, GitLab more.
	markdownSize = 60_000
	// markdownWidth is where values are cut: a code block scrolls, but nobody scrolls far.
	markdownWidth = 140
	// markdownFindings is how many findings stand outside of the folds.
	markdownFindings = 20
)

// diffMarkdown is a comparison for a pull request or a chat: what was compared, the counts, what is bad, what could not be
// seen, and folded under each service what changed. What comes from outside stands in code spans, code blocks or escaped
// HTML only, so that a name can't be a heading, a link, an image or a mention. Where the size runs out the end says how many
// changes are left out.
func diffMarkdown(r *diff.Report, expand bool) string {
	var out strings.Builder
	out.WriteString("## aws-baseline diff\n\n" + markdownWords(summary(r)) + "\n\n")
	out.WriteString("| side | name | cut-off | accounts | resources | |\n|---|---|---|---|---:|---|\n")
	for _, row := range sides(r, false).Rows {
		cells := row.Cells
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | %s |\n", cells[0], codeCell(cells[1]), strings.TrimPrefix(cells[2], "cut-off "),
			codeCell(strings.TrimPrefix(strings.TrimPrefix(cells[3], "accounts "), "account ")), strings.Fields(cells[4])[0], cells[5])
	}
	if len(r.Changes) > 0 {
		out.WriteString("\n")
		writeMarkdownTable(&out, overview(r, "Service", func(c *diff.Change) string { return diff.ServiceOf(c.Kind) }))
	}
	writeMarkdownFindings(&out, r)
	if len(r.Coverage) > 0 {
		fmt.Fprintf(&out, "\n**Not seen wholly: %s.** Nothing is said of what is there.\n\n", count(len(r.Coverage), "scope"))
		t := gapLines(r.Coverage, false)
		for _, row := range t.Rows {
			fmt.Fprintf(&out, "- %s: %s in %s: %s\n", strings.TrimSpace(row.Cells[0]), codeSpan(row.Cells[1]), codeSpan(row.Cells[2]), codeSpan(row.Cells[3]))
		}
		for _, line := range t.Lines {
			out.WriteString("- " + strings.TrimSpace(line) + "\n")
		}
	}
	if len(r.Notes) > 0 {
		out.WriteString("\nNotes:\n\n")
		for i, text := range r.Notes {
			if i == gapReasons && len(r.Notes) > gapReasons+1 {
				fmt.Fprintf(&out, "- and %d more\n", len(r.Notes)-i)
				break
			}
			out.WriteString("- " + codeSpan(shorten(text, 4*reasonWidth, false)) + "\n")
		}
	}
	writeMarkdownChanges(&out, r, expand)
	return out.String()
}

// writeMarkdownChanges writes a fold for each service as long as there is room.
func writeMarkdownChanges(out *strings.Builder, r *diff.Report, expand bool) {
	const endRoom = 300 // for closing what is open, and for the last sentence
	sections, _ := changeSections(r, markdownWidth, expand)
	shown := 0
	for _, s := range sections {
		opening := fmt.Sprintf("\n<details><summary><b>%s</b>: %s</summary>\n\n", html.EscapeString(Escape(s.service)), count(s.changes, "change"))
		text, whole := fencedLines(s.lines, markdownSize-endRoom-out.Len()-len(opening))
		if text != "" {
			out.WriteString(opening + text + "\n</details>\n")
		}
		if !whole {
			left := fmt.Sprintf("of the %s the list ends within **%s**", count(len(r.Changes), "change"), codeSpan(s.service))
			if text == "" {
				left = fmt.Sprintf("of the %s the list has %d", count(len(r.Changes), "change"), shown)
			}
			fmt.Fprintf(out, "\n**Not all is shown:** %s, since a comment holds no more than this. `-o html` and `-o json` have all.\n", left)
			return
		}
		shown += s.changes
	}
}

// fencedLines is a tree in a code block that viewers colour as a diff: signs stand in the first column there. It ends before
// a change, and says so, where there is no room for more bytes.
func fencedLines(lines []Line, room int) (text string, whole bool) {
	ticks := 3
	for _, line := range lines {
		ticks = max(ticks, longestRun(line.plain(), '`')+1)
	}
	fence := strings.Repeat("`", ticks)
	var out strings.Builder
	out.WriteString(fence + "diff\n")
	for i := 0; i < len(lines); {
		end := i + 1 // of the change that begins here
		for end < len(lines) && lines[end].Depth > 1 {
			end++
		}
		var piece strings.Builder
		for _, line := range lines[i:end] {
			piece.WriteString(markdownLine(line) + "\n")
		}
		if out.Len()+piece.Len()+len(fence)+1 > room {
			if i == 0 {
				return "", false
			}
			out.WriteString(fence + "\n")
			return out.String(), false
		}
		out.WriteString(piece.String())
		i = end
	}
	out.WriteString(fence + "\n")
	return out.String(), true
}

func markdownLine(line Line) string {
	text := line.plain()
	if line.Sign == "" && line.Depth == 1 { // a kind
		return "# " + text
	}
	lead := " "
	switch line.Sign {
	case "+", "-", "~", "?", "!", "o":
		lead = line.Sign
	case "-/+":
		lead = "-/+"
	}
	return lead + strings.Repeat(" ", max(1, line.start()-4-len(lead))) + text
}

func writeMarkdownTable(out *strings.Builder, t Table) {
	var header, rule []string
	for _, column := range t.Columns {
		header = append(header, strings.ToLower(column.Name))
		rule = append(rule, map[bool]string{true: "---:", false: "---"}[column.AlignRight])
	}
	fmt.Fprintf(out, "| %s |\n|%s|\n", strings.Join(header, " | "), strings.Join(rule, "|"))
	for _, row := range t.Rows {
		cells := append([]string{codeCell(row.Cells[0])}, row.Cells[1:]...)
		fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
	}
}

// writeMarkdownFindings lists the worst of what was weakened, unfolded: it is what a reviewer must not miss.
func writeMarkdownFindings(out *strings.Builder, r *diff.Report) {
	all := weakenings(r)
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(out, "\n**%s that open or weaken something:**\n\n", count(findingsIn(all), "finding"))
	for i, w := range all {
		if i == markdownFindings {
			fmt.Fprintf(out, "- and %d more, below\n", findingsIn(all[i:]))
			break
		}
		named, others := w.named()
		spans := make([]string, len(named))
		for n, at := range named {
			spans[n] = codeSpan(shorten(r.Changes[at].Label(), 2*reasonWidth, false))
		}
		fmt.Fprintf(out, "- **%s** %s: %s", w.severity, codeSpan(shorten(w.text, 2*reasonWidth, false)), strings.Join(spans, ", "))
		if others > 0 {
			fmt.Fprintf(out, " and %d more", others)
		}
		out.WriteByte('\n')
	}
}

// codeSpan is a text in a code span: literal, whatever it is. A list item or a paragraph is one line, and the text has no
// line breaks.
func codeSpan(text string) string {
	text = Escape(text)
	if text == "" {
		return ""
	}
	fence := strings.Repeat("`", longestRun(text, '`')+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") || strings.Trim(text, " ") != text {
		text = " " + text + " "
	}
	return fence + text + fence
}

// codeCell is a code span in a table, where a bar would end the cell.
func codeCell(text string) string { return strings.ReplaceAll(codeSpan(text), "|", `\|`) }

// markdownWords is a sentence of the program's own, with what Markdown would take for markup written as references.
func markdownWords(text string) string {
	var out strings.Builder
	for _, r := range Escape(text) {
		if strings.ContainsRune("\\`*_{}[]<>#|~&@", r) {
			fmt.Fprintf(&out, "&#%d;", r)
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}

func longestRun(text string, of byte) int {
	longest, run := 0, 0
	for i := range len(text) {
		if text[i] != of {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}
