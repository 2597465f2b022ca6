package main

import (
	"github.com/aws-baseline/aws-baseline/cmd/aws-baseline/printer"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
)

type kindsCmd struct{ outputFlags }

// kindRow is what kinds prints of a kind.
type kindRow struct {
	Name           string `json:"kind"`
	CloudFormation string `json:"cloudFormation"`
	Service        string `json:"service"`
	Global         bool   `json:"global"`
	Deletable      bool   `json:"deletable"`
	Why            string `json:"whyNotDeletable,omitempty"`
}

func (c *kindsCmd) Run(a *app) error {
	var rows []kindRow
	table := printer.Table{Columns: []printer.Column{{Name: "KIND"}, {Name: "CLOUDFORMATION"}, {Name: "GLOBAL"}, {Name: "DELETABLE"}}}
	var names []string
	for _, kind := range kinds.All() {
		row := kindRow{kind.Name, kind.CloudFormation, kind.Service(), kind.Global, kind.Delete != nil, kind.NoDelete}
		rows = append(rows, row)
		names = append(names, kind.Name)
		table.Rows = append(table.Rows, printer.Row{Cells: []string{kind.Name, kind.CloudFormation, yesNo(row.Global), yesNo(row.Deletable)}})
	}
	return c.print(a, printer.View{
		Document: map[string]any{"document": "kinds", "schemaVersion": 1, "kinds": rows},
		Tables:   func(bool) []printer.Table { return []printer.Table{table} },
		Names:    func() []string { return names },
		CSV: func() printer.Table {
			flat := table
			flat.Columns = []printer.Column{{Name: "kind"}, {Name: "cloudformation"}, {Name: "global"}, {Name: "deletable"}}
			return flat
		},
	})
}

func yesNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}
