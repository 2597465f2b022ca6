package main

import (
	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
	"github.com/aws-baseline/aws-baseline/cost"
)

type kindsCmd struct{ outputFlags }

func (c *kindsCmd) Run(a *app) error {
	if err := c.check(); err != nil {
		return err
	}
	return c.print(a, printer.KindsView(kindEntries(kinds.All())))
}

// kindEntries describes kinds as they are printed, here and in the README.
func kindEntries(all []*collect.Kind) []printer.KindEntry {
	entries := make([]printer.KindEntry, 0, len(all))
	for _, kind := range all {
		entries = append(entries, printer.KindEntry{
			Kind: kind.Name, CloudFormation: kind.CloudFormation, Aliases: kind.Aliases, Service: kind.Service(), Global: kind.Global,
			Deletable: kind.Delete != nil, Why: kind.NoDelete, Priced: cost.Priced(kind.Name),
		})
	}
	return entries
}
