package printer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Printer prints views. It is not safe for concurrent use of one Out.
type Printer struct {
	Out       io.Writer
	Terminal  bool // Out is a terminal: CSV is escaped
	Color     bool
	NoHeaders bool // tables and CSV without column names
	Width     int  // columns of the terminal, for trees; 0 where there is none
	// Warn hears what a reader of the output should know and the output can't say; nil drops it.
	Warn func(message string)
}

// For is a printer to a file, with colour where [ColorFor] says so.
func For(file *os.File, env func(string) string) Printer {
	return Printer{Out: file, Terminal: IsTerminal(file), Color: ColorFor(file, env), Width: widthOf(file)}
}

// Print prints a view. A format that has no meaning for it is a [UsageError], and nothing is printed then. Output is
// buffered; the first error of writing ends it.
func (p Printer) Print(format Format, view View) error {
	out := bufio.NewWriterSize(p.Out, 1<<16)
	if err := p.print(out, format, view); err != nil {
		return err
	}
	return out.Flush()
}

func (p Printer) print(out *bufio.Writer, format Format, view View) error {
	if format == FormatDefault {
		format = view.Default()
	}
	if !slices.Contains(view.formats(), format) {
		if _, err := Parse(string(format)); err != nil {
			return err
		}
		return CheckFormat(format, view.formats())
	}
	switch format {
	case FormatTree:
		return p.writeTables(out, view.Tree(p.treeWidth()), false)
	case FormatTable, FormatWide:
		return p.writeTables(out, view.Tables(format == FormatWide), format == FormatWide)
	case FormatName:
		for _, name := range view.Names() {
			fmt.Fprintln(out, Escape(name)) // the buffer keeps the error
		}
		return nil
	case FormatCSV:
		return p.writeCSV(out, view.CSV())
	case FormatMarkdown:
		_, err := out.WriteString(view.Markdown())
		return err
	case FormatHTML:
		return view.HTML(out)
	case FormatDiff:
		text, err := view.Diff()
		if err != nil {
			return err
		}
		p.writeDiff(out, text)
		return nil
	case FormatJSONPatch:
		patch, err := view.Patch()
		if err != nil {
			return err
		}
		return writeDocument(out, FormatJSON, patch)
	}
	return writeDocument(out, format, view.Document)
}

// formats lists what a view can be printed as.
func (v View) formats() []Format {
	var out []Format
	for _, f := range Formats() {
		has := map[Format]bool{
			FormatTree: v.Tree != nil, FormatTable: v.Tables != nil, FormatWide: v.Tables != nil, FormatName: v.Names != nil,
			FormatJSON: v.Document != nil, FormatYAML: v.Document != nil, FormatCSV: v.CSV != nil, FormatMarkdown: v.Markdown != nil,
			FormatHTML: v.HTML != nil, FormatDiff: v.Diff != nil, FormatJSONPatch: v.Patch != nil,
		}
		if has[f] {
			out = append(out, f)
		}
	}
	return out
}

// writeDocument writes JSON indented by two spaces, without HTML's escapes, or YAML with every digit of its numbers.
// (sigs.k8s.io/yaml takes what is larger than 64 bits, and every decimal, through floats.)
func writeDocument(out io.Writer, format Format, document any) error {
	safe := &documentWriter{to: out, yaml: format == FormatYAML}
	if own, ok := document.(Documenter); ok {
		return own.WriteDocument(safe, format)
	}
	if format == FormatJSON {
		return encodeJSON(safe, document)
	}
	var text bytes.Buffer
	if err := encodeJSON(&text, document); err != nil {
		return err
	}
	return snapshot.JSONToYAML(safe, text.Bytes())
}

func encodeJSON(w io.Writer, value any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
