package main

import (
	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/diff"
)

// shownFlags say how much of a comparison people see.
type shownFlags struct {
	Expand bool `help:"In the tree, list every resource, also where the same happened to many."`
}

func (f *shownFlags) view(r *diff.Report) printer.View {
	return printer.DiffViewOf(r, printer.DiffOptions{Expand: f.Expand})
}
