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
	Output string `short:"o" default:"table" placeholder:"FORMAT" help:"Output: table, wide, name, json, yaml or csv."`
	Export string `placeholder:"FILE" help:"Also write the result to a file; its ending says how (.json, .yaml, .csv, .txt)."`
}

// alias takes the format from --format, which some commands accept besides -o.
func (f *outputFlags) alias(format string) error {
	if format == "" {
		return nil
	}
	if f.Output != "table" && f.Output != format {
		return usagef("--output and --format say different things: %s and %s", f.Output, format)
	}
	f.Output = format
	return nil
}

// check refuses a format or an ending that nothing writes, and a file that can't be written, before any work is done.
func (f *outputFlags) check() error {
	if _, err := printer.Parse(f.Output); err != nil {
		return usage{err}
	}
	if f.Export != "" {
		if _, err := printer.ForFile(f.Export); err != nil {
			return usage{err}
		}
		if folder := filepath.Dir(f.Export); !exists(folder) {
			return fmt.Errorf("can't export to %s: the folder %s does not exist", f.Export, folder)
		}
		return writableFile(f.Export)
	}
	return nil
}

// print writes a view to the standard output, and to the file of --export.
func (f *outputFlags) print(a *app, view printer.View) error {
	format, err := printer.Parse(f.Output)
	if err != nil {
		return usage{err}
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
