package main

import (
	"errors"
	"time"

	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

type snapshotSealCmd struct {
	Name   string `arg:"" help:"Name of the snapshot."`
	Reason string `help:"Why it was edited; it is kept in the snapshot." placeholder:"TEXT"`
	outputFlags
}

// Help is shown by snapshot seal --help.
func (snapshotSealCmd) Help() string {
	return "After an edit by hand a snapshot's digest does not fit: diff warns about it and restore refuses it. To seal it is to say that the edit was meant."
}

func (c *snapshotSealCmd) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	s, err := a.folder().Seal(c.Name, snapshot.Seal{
		At: time.Now().UTC().Truncate(time.Second), By: snapshot.Person{User: localUser()}, Reason: c.Reason, Tool: collect.Version,
	})
	if errors.Is(err, snapshot.ErrNotEdited) {
		if s, err = a.folder().Load(c.Name); err != nil {
			return err
		}
		return c.print(a, printer.SealView(s, false))
	}
	if err != nil {
		return err
	}
	return c.print(a, printer.SealView(s, true))
}
