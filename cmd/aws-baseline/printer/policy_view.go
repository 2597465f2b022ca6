package printer

import (
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/permissions"
)

// PolicyView is the view of an IAM policy. Its document, as JSON or YAML, is what IAM takes and nothing else; tables and
// CSV say what each action is needed for.
func PolicyView(document permissions.Document, needs []permissions.Need) View {
	return View{
		Document: document,
		Tables:   func(wide bool) []Table { return []Table{policyTable(needs, wide)} },
		Names: func() []string {
			var actions []string
			for _, need := range needs {
				actions = append(actions, need.Action)
			}
			return actions
		},
		CSV: func() Table {
			t := Table{Columns: columns("action", "resource", "statement", "operations", "kinds", "why")}
			for _, need := range needs {
				t.Rows = append(t.Rows, Row{Cells: []string{
					need.Action, need.Resource, need.Statement, strings.Join(need.Operations, ";"), strings.Join(need.Kinds, ";"), need.Why,
				}})
			}
			return t
		},
	}
}

func policyTable(needs []permissions.Need, wide bool) Table {
	t := Table{Columns: []Column{{Name: "STATEMENT"}, {Name: "ACTION"}, {Name: "RESOURCE", Wide: true}, {Name: "CALLS", Wide: true}, {Name: "FOR"}}}
	for _, need := range needs {
		named := 2
		if wide {
			named = len(need.Kinds)
		}
		var uses []string
		for _, use := range []string{need.Why, Some(need.Kinds, named)} {
			if use != "" {
				uses = append(uses, use)
			}
		}
		t.Rows = append(t.Rows, Row{Cells: []string{
			need.Statement, need.Action, need.Resource, strings.Join(need.Operations, ", "), strings.Join(uses, "; "),
		}})
	}
	return t
}
