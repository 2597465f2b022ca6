package printer

import "io"

// View is a result in all its shapes. A shape that has no meaning for a result is nil; asking for it is a [UsageError].
// Functions are called only for the format that was asked for.
type View struct {
	// Document is what JSON and YAML print: a value with JSON tags, or a [Documenter].
	Document any
	// Tables are what people read, one after the other. wide says that nothing is to be shortened.
	Tables func(wide bool) []Table
	// Tree, where a result has one, is what people read first: it is then printed where no format is asked for. width is
	// how many columns there are.
	Tree func(width int) []Table
	// Names are what "-o name" prints, one a line: ARNs, keys, or names of snapshots.
	Names func() []string
	// CSV is one flat table, with lower-case names of columns that never change. Groups, titles and lines are not
	// printed.
	//
	// The file follows RFC 4180, and its data is exact: no cell is altered to please a program. A spreadsheet takes a
	// cell that starts with =, +, -, @ for a formula, and such names can come from whoever may tag a resource;
	// quoting does not help, and a prefix would corrupt the data for every other reader. So [Printer.Warn] says how
	// many such cells there are: import the file with all columns as text. On a terminal, where no program reads it,
	// CSV is escaped as tables are.
	CSV func() Table
	// Markdown is for pull requests and chat, HTML one page that works offline, Diff a unified diff, Patch the document of
	// -o json-patch.
	Markdown func() string
	HTML     func(w io.Writer) error
	Diff     func() (string, error)
	Patch    func() (any, error)
}

// Default is the format in which people read a result.
func (v View) Default() Format {
	if v.Tree != nil {
		return FormatTree
	}
	return FormatTable
}

// Documenter is a document that has a layout of its own. WriteDocument writes it as FormatJSON or FormatYAML, with a
// line feed at the end.
type Documenter interface {
	WriteDocument(w io.Writer, format Format) error
}

// Table is a table without borders: a title, column names, rows, groups of rows, and lines below. All parts are
// optional; a table without columns is its title and its lines. The rows of all groups stand under the same columns.
// Cells need not be safe: the printer escapes them.
type Table struct {
	Title   string
	Columns []Column
	// NoHeader leaves the column names out, as in a list of properties.
	NoHeader bool
	Rows     []Row
	Groups   []Group // after the rows, each under its title
	Tree     []Line  // after the groups
	Lines    []string
	// DetailStyle colours a line under a row by its text; nil is plain.
	DetailStyle func(line string) Style
}

// Column is a column. An empty cell is printed as "-" where there is a header.
type Column struct {
	Name       string
	Wide       bool // shown in wide tables only
	AlignRight bool // numbers
	// Style colours a cell by its text; nil is plain.
	Style func(cell string) Style
}

// Row is a row: a cell for every column, wide ones included, and lines that are printed indented under it.
type Row struct {
	Cells   []string
	Details []string
}

// Group is rows under a title.
type Group struct {
	Title string
	Rows  []Row
}

// columns makes plain columns.
func columns(names ...string) []Column {
	out := make([]Column, len(names))
	for i, name := range names {
		out[i].Name = name
	}
	return out
}

// lines makes a table that has no columns.
func lines(title string, text ...string) Table { return Table{Title: title, Lines: text} }
