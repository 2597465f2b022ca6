package printer

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

const (
	columnGap    = "   "    // between columns, as kubectl has it
	groupIndent  = "  "     // of rows under a group's title
	detailIndent = "      " // of lines under a row
	emptyCell    = "-"
)

// writeTables prints tables with an empty line between them.
func (p Printer) writeTables(out *bufio.Writer, tables []Table, wide bool) error {
	for i, table := range tables {
		if i > 0 {
			out.WriteByte('\n')
		}
		if err := p.writeTable(out, table, wide); err != nil {
			return err
		}
	}
	return nil
}

func (p Printer) writeTable(out *bufio.Writer, t Table, wide bool) error {
	if t.Title != "" {
		fmt.Fprintln(out, p.style(Bold, Escape(t.Title)))
	}
	rows := t.Rows
	for _, group := range t.Groups {
		rows = append(rows[:len(rows):len(rows)], group.Rows...)
	}
	if len(t.Columns) > 0 && len(rows) > 0 {
		if err := p.writeRows(out, t, rows, wide); err != nil {
			return err
		}
	}
	p.writeTree(out, t.Tree)
	for _, line := range t.Lines {
		fmt.Fprintln(out, Escape(line))
	}
	return nil
}

// writeRows lays all rows out as one table, so that they share their columns, and puts titles and details between its
// lines.
func (p Printer) writeRows(out *bufio.Writer, t Table, rows []Row, wide bool) error {
	laidOut, err := p.layOut(t, rows, wide)
	if err != nil {
		return err
	}
	indent := ""
	if len(t.Groups) > 0 {
		indent = groupIndent
	}
	if !t.NoHeader {
		if !p.NoHeaders {
			fmt.Fprintln(out, indent+laidOut[0])
		}
		laidOut = laidOut[1:]
	}
	next := 0
	write := func(rows []Row) {
		for _, row := range rows {
			fmt.Fprintln(out, indent+laidOut[next])
			next++
			for _, line := range row.Details {
				style := Plain
				if t.DetailStyle != nil {
					style = t.DetailStyle(line)
				}
				fmt.Fprintln(out, detailIndent+p.style(style, Escape(line)))
			}
		}
	}
	write(t.Rows)
	for _, group := range t.Groups {
		fmt.Fprintln(out, p.style(Bold, Escape(group.Title)))
		write(group.Rows)
	}
	return nil
}

// layOut returns a line for the header, if there is one, and one for each row. Columns are as wide on a screen as their
// widest cell; nothing is wrapped or cut.
func (p Printer) layOut(t Table, rows []Row, wide bool) ([]string, error) {
	var shown []int
	var header []string
	var aligned []tw.Align
	for i, column := range t.Columns {
		if column.Wide && !wide {
			continue
		}
		shown = append(shown, i)
		header = append(header, Escape(column.Name))
		if column.AlignRight {
			aligned = append(aligned, tw.AlignRight)
		} else {
			aligned = append(aligned, tw.AlignLeft)
		}
	}
	var text bytes.Buffer
	table := borderless(&text, aligned)
	if !t.NoHeader {
		table.Header(header)
	}
	plain := make([][]string, len(rows))
	for i, row := range rows {
		for _, at := range shown {
			plain[i] = append(plain[i], t.cell(at, row))
		}
		if err := table.Append(plain[i]); err != nil {
			return nil, err
		}
	}
	if err := table.Render(); err != nil {
		return nil, err
	}
	laidOut := strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
	top := 1
	if t.NoHeader {
		top = 0
	}
	if len(laidOut) != top+len(rows) {
		return nil, fmt.Errorf("a table of %d lines was laid out in %d", top+len(rows), len(laidOut))
	}
	for i, line := range laidOut {
		laidOut[i] = strings.TrimRight(line, " ")
		if p.Color && i >= top {
			laidOut[i] = t.colored(laidOut[i], shown, plain[i-top])
		}
	}
	return laidOut, nil
}

// cell is a cell's text: safe, and never empty under a header.
func (t Table) cell(at int, row Row) string {
	text := ""
	if at < len(row.Cells) {
		text = Escape(row.Cells[at])
	}
	if text == "" && !t.NoHeader {
		return emptyCell
	}
	return text
}

// colored colours the cells of a line that is laid out already, so that no escape sequence counts for a column's width.
func (t Table) colored(line string, shown []int, cells []string) string {
	var out strings.Builder
	for i, at := range shown {
		text := strings.TrimSpace(cells[i])
		before, after, ok := strings.Cut(line, text)
		if !ok || text == "" {
			continue
		}
		style := Plain
		if t.Columns[at].Style != nil {
			style = t.Columns[at].Style(text)
		}
		out.WriteString(before + style.paint(text))
		line = after
	}
	return out.String() + line
}

func (p Printer) style(style Style, text string) string {
	if !p.Color {
		return text
	}
	return style.paint(text)
}

// borderless is a tablewriter that looks like kubectl. What it does by itself is switched off: it would reformat
// headers, wrap or cut cells, trim them, and double the width of arrows and dots in some locales.
func borderless(out *bytes.Buffer, aligned []tw.Align) *tablewriter.Table {
	cells := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoFormat: tw.Off, AutoWrap: tw.WrapNone},
		Padding:    tw.CellPadding{Global: tw.Padding{Left: tw.Empty, Right: columnGap, Overwrite: true}},
		Alignment:  tw.CellAlignment{Global: tw.AlignLeft, PerColumn: aligned},
	}
	return tablewriter.NewTable(out,
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithConfig(tablewriter.Config{
			Header: cells, Row: cells,
			Behavior: tw.Behavior{TrimSpace: tw.Off, TrimTab: tw.Off, TrimLine: tw.Off},
		}),
		tablewriter.WithRenderer(renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone,
			Symbols: tw.NewSymbols(tw.StyleNone),
			Settings: tw.Settings{
				Lines:      tw.LinesNone,
				Separators: tw.SeparatorsNone,
			},
		})),
	)
}
