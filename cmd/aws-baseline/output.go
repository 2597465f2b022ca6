package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
)

// outputFlags choose how a result is printed.
type outputFlags struct {
	// Empty is what people read: a tree where the result has one, otherwise a table.
	Output string `short:"o" placeholder:"FORMAT" help:"Output: table, wide, name, json, yaml or csv; of a diff also tree (the default there), markdown, html, diff or json-patch."`
	Export string `placeholder:"FILE" help:"Also write the result to a file; its ending says how (.json, .yaml, .csv, .txt; of a diff also .md, .html, .diff, .patch.json)."`
}

// alias takes the format from --format, which some commands accept besides -o.
func (f *outputFlags) alias(format string) error {
	if format == "" {
		return nil
	}
	if f.Output != "" && f.Output != format {
		return usagef("--output and --format say different things: %s and %s", f.Output, format)
	}
	f.Output = format
	return nil
}

// check refuses a format or an ending that has no meaning for most results, and a file that can't be written, before any
// work is done.
func (f *outputFlags) check() error { return f.checkFor(printer.CommonFormats()) }

// checkFor is check for a result that has these formats.
func (f *outputFlags) checkFor(formats []printer.Format) error {
	format, err := f.format()
	if err != nil {
		return err
	}
	if err := printer.CheckFormat(format, formats); err != nil {
		return usage{err}
	}
	if f.Export == "" {
		return nil
	}
	if format, err = printer.ForFile(f.Export); err == nil {
		err = printer.CheckFormat(format, formats)
	}
	if err != nil {
		return usage{err}
	}
	if folder := filepath.Dir(f.Export); !exists(folder) {
		return fmt.Errorf("can't export to %s: the folder %s does not exist", f.Export, folder)
	}
	return writableFile(f.Export)
}

// format is the format that was asked for, or that in which people read.
func (f *outputFlags) format() (printer.Format, error) {
	if f.Output == "" {
		return printer.FormatDefault, nil
	}
	format, err := printer.Parse(f.Output)
	if err != nil {
		return "", usage{err}
	}
	return format, nil
}

// print writes a view to the standard output, and to the file of --export.
func (f *outputFlags) print(a *app, view printer.View) error {
	format, err := f.format()
	if err != nil {
		return err
	}
	if f.Export != "" {
		if err := printer.Export(f.Export, view, a.caution); err != nil {
			return err
		}
	}
	return a.printer(a.stdout).Print(format, view)
}

// printer prints to a stream, with colour where it is a terminal that has some.
func (a *app) printer(out io.Writer) printer.Printer {
	p := printer.Printer{Out: out}
	if file, ok := out.(*os.File); ok {
		p = printer.For(file, os.Getenv)
	}
	p.Warn = a.caution
	return p
}

func (a *app) caution(message string) { a.warn("warning: %s", message) }

// count is a number with its word.
func count(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return fmt.Sprintf("%d %s", n, word)
}
