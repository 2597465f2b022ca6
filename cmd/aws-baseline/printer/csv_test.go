package printer

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"
)

func TestCSV(t *testing.T) {
	cells := []string{"plain", "", `a "b", c`, "two\nlines", "=1+1", " x", hostile, "Größe"}
	view := View{CSV: func() Table {
		return Table{Columns: columns("a", "b", "c", "d", "e", "f", "g", "h"), Rows: []Row{{Cells: cells}}}
	}}
	got := render(t, Printer{}, FormatCSV, view)
	if !strings.HasPrefix(got, "a,b,c,d,e,f,g,h\r\nplain,,\"a \"\"b\"\", c\",\"two\nlines\",=1+1,\" x\",") || !strings.HasSuffix(got, ",Größe\r\n") {
		t.Errorf("%q", got)
	}
	records, err := csv.NewReader(strings.NewReader(got)).ReadAll()
	if err != nil || len(records) != 2 || !slices.Equal(records[1], cells) {
		t.Errorf("read back %q, %v", records, err)
	}
	if got := render(t, Printer{NoHeaders: true}, FormatCSV, view); strings.HasPrefix(got, "a,b") {
		t.Errorf("a header in %q", got)
	}
	terminal := render(t, Printer{Terminal: true}, FormatCSV, view)
	if strings.ContainsAny(terminal, "\x1b\a\u202e\u009b\u200b\x7f") || !strings.Contains(terminal, `two\nlines`) {
		t.Errorf("on a terminal: %q", terminal)
	}
}

func TestFormulaWarning(t *testing.T) {
	var warnings []string
	table := Table{Columns: columns("a", "b"), Rows: []Row{
		{Cells: []string{"-12.50", "+1"}}, {Cells: []string{"=A1", "@x"}}, {Cells: []string{"-x", "1-2"}}, {Cells: []string{"\tx", "-"}},
	}}
	p := Printer{Warn: func(message string) { warnings = append(warnings, message) }}
	got := render(t, p, FormatCSV, View{CSV: func() Table { return table }})
	if len(warnings) != 1 || !strings.HasPrefix(warnings[0], "5 cells") {
		t.Errorf("%q", warnings)
	}
	if !strings.Contains(got, "\r\n=A1,@x\r\n") {
		t.Errorf("data was altered: %q", got)
	}
	warnings, table.Rows = nil, table.Rows[:1]
	render(t, p, FormatCSV, View{CSV: func() Table { return table }})
	if warnings != nil {
		t.Errorf("numbers are no formulas: %q", warnings)
	}
}

// TestRectangles holds that every record of the library's views has a cell for every column.
func TestRectangles(t *testing.T) {
	for name, view := range map[string]View{
		"diff": DiffView(sampleReport()), "snapshots": SnapshotsView(sampleEntries()),
		"snapshot": SnapshotView(sampleSnapshot()), "coverage": CoverageView(sampleSnapshot()),
	} {
		tables := append(view.Tables(true), view.CSV())
		for _, table := range tables {
			rows := table.Rows
			for _, group := range table.Groups {
				rows = append(rows, group.Rows...)
			}
			for _, row := range rows {
				if len(row.Cells) != len(table.Columns) {
					t.Errorf("%s: %d cells under %d columns: %q", name, len(row.Cells), len(table.Columns), row.Cells)
				}
			}
		}
	}
}
