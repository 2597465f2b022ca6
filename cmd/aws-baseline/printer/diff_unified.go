package printer

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"

	linediff "github.com/rogpeppe/go-internal/diff"

	"github.com/aws-baseline/aws-baseline/diff"
)

// unified is a comparison as a unified diff: for every difference the two states of the resource as pretty JSON,
// "--- baseline/KEY" and "+++ target/KEY", /dev/null where a side has none. JSON documents within strings are opened, unless
// that would hide the difference. What is no difference stands in lines that start with "# ", which patch and viewers pass
// over: the two sides, what is unknown, what was not seen wholly, the notes, and the counts.
func unified(r *diff.Report) (string, error) {
	var out strings.Builder
	comment := func(text string) { out.WriteString("# " + Escape(text) + "\n") }
	for _, row := range sides(r, true).Rows {
		comment(strings.TrimSpace(strings.Join(row.Cells, "  ")))
	}
	for i := range r.Changes {
		c := &r.Changes[i]
		if c.Change == diff.Outside {
			comment("outside: " + c.Key)
			continue
		}
		if c.Change == diff.Unknown || !c.AtHand() {
			why := c.Reason
			if c.Change != diff.Unknown {
				why = "its configuration is not at hand"
			}
			comment(string(c.Change) + ": " + c.Key + ": " + why)
			continue
		}
		text, err := unifiedChange(c)
		if err != nil {
			return "", err
		}
		out.WriteString(text)
	}
	for _, gap := range r.Coverage {
		comment("not seen wholly: " + gap.Scope + ": " + gap.Reason)
	}
	for _, note := range r.Notes {
		comment("note: " + note)
	}
	comment(summary(r))
	return out.String(), nil
}

func unifiedChange(c *diff.Change) (string, error) {
	for _, open := range []bool{true, false} {
		old, found, err := c.Forms()
		if err != nil {
			return "", err
		}
		before, err := pretty(old, open)
		if err != nil {
			return "", err
		}
		now, err := pretty(found, open)
		if err != nil {
			return "", err
		}
		if text := linediff.Diff(sideName("baseline", c, old == nil), before, sideName("target", c, found == nil), now); text != nil {
			_, text, _ := bytes.Cut(text, []byte("\n")) // its first line repeats the names
			return string(text), nil
		}
	}
	return fmt.Sprintf("# %s: %s: %s\n", c.Change, Escape(c.Key), Escape("nothing of what is written down differs: "+c.Reason)), nil
}

// sideName is a side's name in a header. A tab ends one that has spaces, as git has it.
func sideName(side string, c *diff.Change, none bool) string {
	if none {
		return "/dev/null"
	}
	name := side + "/" + Escape(c.Key)
	if strings.Contains(name, " ") {
		name += "\t"
	}
	return name
}

// pretty is a resource's form as indented JSON in which nothing can steer a terminal; nothing for none.
func pretty(form map[string]any, open bool) ([]byte, error) {
	if form == nil {
		return nil, nil
	}
	var tree any = form
	if open {
		tree = opened(form)
	}
	var text bytes.Buffer
	err := encodeJSON(&documentWriter{to: &text}, tree)
	return text.Bytes(), err
}

// writeDiff writes a unified diff, coloured where there is colour.
func (p Printer) writeDiff(out *bufio.Writer, text string) {
	if !p.Color {
		out.WriteString(text)
		return
	}
	for line := range strings.Lines(text) {
		bare := strings.TrimSuffix(line, "\n")
		style := Plain
		switch {
		case strings.HasPrefix(bare, "--- "), strings.HasPrefix(bare, "+++ "):
			style = Bold
		case strings.HasPrefix(bare, "+"):
			style = Green
		case strings.HasPrefix(bare, "-"):
			style = Red
		case strings.HasPrefix(bare, "@@"):
			style = Cyan
		case strings.HasPrefix(bare, "#"):
			style = Faint
		}
		out.WriteString(style.paint(bare) + "\n")
	}
}
