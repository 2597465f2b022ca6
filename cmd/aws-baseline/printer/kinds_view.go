package printer

import "strings"

// KindEntry is a type of resource that is collected.
type KindEntry struct {
	Kind           string   `json:"kind"`
	CloudFormation string   `json:"cloudFormation"`
	Aliases        []string `json:"aliases,omitempty"`
	Service        string   `json:"service"`
	Global         bool     `json:"global"`
	Deletable      bool     `json:"deletable"`
	// Revertable says that a change to one can be put back. None can so far.
	Revertable bool `json:"revertable"`
	// Priced says that the bill has lines for it.
	Priced bool `json:"priced"`
	// Why says why it is not deletable.
	Why string `json:"whyNotDeletable,omitempty"`
}

// kindList is the document of a list of kinds.
type kindList struct {
	Document      string      `json:"document"`
	SchemaVersion int         `json:"schemaVersion"`
	Kinds         []KindEntry `json:"kinds"`
}

// KindsView is the view of a list of kinds, in the order given.
func KindsView(entries []KindEntry) View {
	return View{
		Document: kindList{Document: "kinds", SchemaVersion: 1, Kinds: entries},
		Tables:   func(bool) []Table { return []Table{kindsTable(entries)} },
		Names: func() []string {
			var names []string
			for _, e := range entries {
				names = append(names, e.Kind)
			}
			return names
		},
		CSV: func() Table {
			t := Table{Columns: columns("kind", "cloudformation", "service", "global", "deletable", "revertable", "priced", "why_not_deletable", "aliases")}
			for _, e := range entries {
				t.Rows = append(t.Rows, Row{Cells: []string{
					e.Kind, e.CloudFormation, e.Service, yesNo(e.Global), yesNo(e.Deletable), yesNo(e.Revertable), yesNo(e.Priced), e.Why, strings.Join(e.Aliases, ";"),
				}})
			}
			return t
		},
	}
}

func kindsTable(entries []KindEntry) Table {
	t := Table{Columns: []Column{
		{Name: "KIND"}, {Name: "CLOUDFORMATION"}, {Name: "SERVICE"}, {Name: "GLOBAL"}, {Name: "DELETABLE", Style: yesStyle},
		{Name: "REVERTABLE"}, {Name: "PRICED"},
		{Name: "WHY NOT", Wide: true}, {Name: "ALIASES", Wide: true},
	}}
	for _, e := range entries {
		t.Rows = append(t.Rows, Row{Cells: []string{
			e.Kind, e.CloudFormation, e.Service, yesNo(e.Global), yesNo(e.Deletable), yesNo(e.Revertable), yesNo(e.Priced), e.Why, strings.Join(e.Aliases, ","),
		}})
	}
	return t
}

func yesNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}
