package printer

import (
	"bufio"
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// Line is a line of a tree: a sign in a column of its own, and text in pieces. The printer escapes all of it.
type Line struct {
	Depth int    // steps of indentation
	Sign  string // "+", "~", "-/+" …; empty leaves its column out
	Style Style  // of the sign
	Text  []Span
}

// Span is a piece of a line.
type Span struct {
	Text  string
	Style Style
}

const (
	treeStep  = "  " // of indentation
	signWidth = 3    // of the longest sign
	// pipeWidth is the width of a tree where no terminal has one: of a pipe, a file, a build log.
	pipeWidth = 120
	// leastWidth is what a tree takes however narrow a terminal is: below it nothing can be told apart.
	leastWidth = 60
)

// treeWidth is how wide a tree may be.
func (p Printer) treeWidth() int {
	if p.Width == 0 {
		return pipeWidth
	}
	return max(p.Width, leastWidth)
}

func (p Printer) writeTree(out *bufio.Writer, lines []Line) {
	for _, line := range lines {
		out.WriteString(strings.Repeat(treeStep, line.Depth))
		if line.Sign != "" {
			out.WriteString(strings.Repeat(" ", max(0, signWidth-len(line.Sign))))
			out.WriteString(p.style(line.Style, Escape(line.Sign)) + " ")
		}
		for i, span := range line.Text {
			text := Escape(span.Text)
			if i == len(line.Text)-1 {
				text = strings.TrimRight(text, " ")
			}
			out.WriteString(p.style(span.Style, text))
		}
		out.WriteByte('\n')
	}
}

// start is the column at which a line's text begins.
func (l Line) start() int {
	at := l.Depth * len(treeStep)
	if l.Sign != "" {
		at += signWidth + 1
	}
	return at
}

// plain is a line's text without colour.
func (l Line) plain() string {
	var out strings.Builder
	for _, span := range l.Text {
		out.WriteString(Escape(span.Text))
	}
	return strings.TrimRight(out.String(), " ")
}

// screenWidth is how many columns of a terminal a text takes, in every locale the same.
func screenWidth(text string) int {
	return displaywidth.Options{}.String(text)
}

// fit makes a text safe and cuts it to a width on the screen; an ellipsis shows that it did. A width of 0 or less cuts
// nothing.
func fit(text string, width int) string {
	text = Escape(text)
	if width <= 0 || screenWidth(text) <= width {
		return text
	}
	used, end := 0, 0
	for at, r := range text {
		used += screenWidth(string(r))
		if used > width-1 {
			end = at
			break
		}
	}
	return text[:end] + ellipsis
}

// pad fills a text up to a width on the screen.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-screenWidth(text)))
}
