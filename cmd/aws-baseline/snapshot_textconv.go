package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// textconvFlags make git show snapshot files by property: git calls the program with the name of a temporary file.
type textconvFlags struct {
	Textconv bool `help:"The argument is a file; print it as text for git diff, one line a property. Asks neither AWS nor the snapshot folder."`
}

// textconv prints a snapshot's file as text, and any other document as it is.
func (a *app) textconv(file string) error {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no file %s; --textconv takes a file, not a snapshot's name", file)
	}
	if err != nil {
		return err
	}
	s, err := snapshot.Read(data)
	if errors.Is(err, snapshot.ErrNotSnapshot) {
		// active.json, plans and reports lie beside snapshots: where this fails, git shows no diff at all.
		_, err := a.stdout.Write(data)
		return err
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return printer.WriteSnapshotText(a.stdout, s, collect.Rules(kinds.All()))
}
