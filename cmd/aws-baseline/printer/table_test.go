package printer

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/clipperhouse/displaywidth"
)

func one(table Table) View { return View{Tables: func(bool) []Table { return []Table{table} }} }

func TestTable(t *testing.T) {
	table := Table{
		Title:   "Title",
		Columns: []Column{{Name: "Name"}, {Name: "N", AlignRight: true}, {Name: "MORE", Wide: true}, {Name: "LAST", Style: yesStyle}},
		Rows:    []Row{{Cells: []string{"日本語", "1", "w", "yes"}}, {Cells: []string{"a  b", "1000"}, Details: []string{"why\n"}}},
		Lines:   []string{"end\x1b"},
	}
	for _, c := range []struct {
		name    string
		printer Printer
		format  Format
		want    string
	}{
		{"table", Printer{}, FormatTable, "Title\nName        N   LAST\n日本語      1   yes\na  b     1000   -\n      why\\n\nend\\x1b\n"},
		{"wide", Printer{}, FormatWide, "Title\nName        N   MORE   LAST\n日本語      1   w      yes\na  b     1000   -      -\n      why\\n\nend\\x1b\n"},
		{"no headers", Printer{NoHeaders: true}, FormatTable, "Title\n日本語      1   yes\na  b     1000   -\n      why\\n\nend\\x1b\n"},
		{"colour", Printer{Color: true}, FormatTable, "\x1b[1mTitle\x1b[0m\nName        N   LAST\n日本語      1   \x1b[32myes\x1b[0m\na  b     1000   -\n      why\\n\nend\\x1b\n"},
	} {
		if got := render(t, c.printer, c.format, one(table)); got != c.want {
			t.Errorf("%s:\n%q\nwant\n%q", c.name, got, c.want)
		}
	}
}

func TestColumnsWithoutRows(t *testing.T) {
	if got := render(t, Printer{}, FormatTable, one(Table{Columns: columns("A"), Lines: []string{"nothing"}})); got != "nothing\n" {
		t.Errorf("%q", got)
	}
}

// TestLongCells holds that nothing is wrapped or cut.
func TestLongCells(t *testing.T) {
	long := strings.Repeat("日本語 wide  words ", 2000)
	got := render(t, Printer{}, FormatTable, one(Table{Columns: columns("A", "B"), Rows: []Row{{Cells: []string{long, "end"}}}}))
	if want := "\n" + long + columnGap + "end\n"; !strings.HasSuffix(got, want) {
		t.Errorf("a cell of %d bytes became a line of %d", len(long), len(got))
	}
}

// FuzzTable holds that a row is one line that has its cells whole, and that columns begin where they should.
func FuzzTable(f *testing.F) {
	f.Add("a", "b", "c", "d")
	f.Add(hostile, "日本語", "", " ")
	f.Add("e\u0301", "\U0001f468\u200d\U0001f469", "a\tb", "x  ")
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		table := Table{Columns: columns("FIRST", "SECOND"), Rows: []Row{{Cells: []string{a, b}}, {Cells: []string{c, d}}}}
		for _, color := range []bool{false, true} {
			lines := strings.Split(render(t, Printer{Color: color}, FormatTable, one(table)), "\n")
			if len(lines) != 4 {
				t.Fatalf("%d lines: %q", len(lines), lines)
			}
			width := displaywidth.String("FIRST")
			for _, row := range table.Rows {
				width = max(width, displaywidth.String(table.cell(0, row)))
			}
			for i, row := range table.Rows {
				first, second := table.cell(0, row), table.cell(1, row)
				pad := strings.Repeat(" ", width-displaywidth.String(first))
				if want := strings.TrimRight(first+pad+columnGap+second, " "); lines[i+1] != want {
					t.Fatalf("%q, want %q", lines[i+1], want)
				}
			}
		}
	})
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestWriteErrors(t *testing.T) {
	views := map[string]View{"diff": DiffView(sampleReport()), "snapshot": SnapshotView(sampleSnapshot())}
	for name, view := range views {
		for _, format := range view.formats() {
			if err := (Printer{Out: full{}}).Print(format, view); err == nil || err.Error() != "disk full" {
				t.Errorf("%s as %s: %v", name, format, err)
			}
		}
	}
	if err := (Printer{Out: io.Discard}).Print(FormatJSON, View{Document: func() {}}); err == nil {
		t.Error("a function became JSON")
	}
}
