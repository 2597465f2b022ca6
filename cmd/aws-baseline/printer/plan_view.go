package printer

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/aws-baseline/aws-baseline/diff"
	"github.com/aws-baseline/aws-baseline/restore"
)

// PlanView is the view of a restore plan: what goes, in order; what is held back, and why; what restore can't put back.
// Names are those of what goes. CSV has a record for every action, every held resource and every one that is left.
func PlanView(p *restore.Plan) View {
	return View{
		Document: p,
		Tables: func(wide bool) []Table {
			tables := []Table{lines(fmt.Sprintf("Restore of account %s to %s (cut-off %s)", p.AccountID, p.Baseline.Name, Time(&p.Baseline.Cutoff)))}
			if len(p.Actions) > 0 {
				tables = append(tables, actionTable(p.Actions, wide))
			}
			if len(p.Held) > 0 {
				tables = append(tables, heldTable(p.Held, wide))
			}
			if len(p.Left) > 0 {
				tables = append(tables, leftTable(p.Left))
			}
			if len(p.Coverage) > 0 {
				tables = append(tables, gapLines(p.Coverage, wide))
			}
			if len(p.Notes) > 0 {
				tables = append(tables, lines("Before you carry it out", indented(p.Notes)...))
			}
			return append(tables, lines("", fmt.Sprintf("%s to make, %d held back, %d that restore can't put back.",
				count(p.Summary.Deletions, "deletion"), p.Summary.Held, p.Summary.Left)))
		},
		Names: func() []string {
			var names []string
			for i := range p.Actions {
				if p.Actions[i].Do == restore.Delete {
					names = append(names, p.Actions[i].Label())
				}
			}
			return names
		},
		CSV: func() Table {
			t := Table{Columns: columns("step", "action", "kind", "name", "id", "region", "arn", "key", "change", "reason")}
			for i := range p.Actions {
				a := &p.Actions[i]
				t.Rows = append(t.Rows, Row{Cells: []string{
					strconv.Itoa(a.Step), string(a.Do), a.Kind, a.Name, a.ID, a.Region, a.ARN, a.Key, string(diff.Added), a.Reason,
				}})
			}
			for _, h := range p.Held {
				t.Rows = append(t.Rows, Row{Cells: []string{"", "hold", h.Kind, h.Name, h.ID, h.Region, h.ARN, h.Key, string(h.Change), h.Reason}})
			}
			for _, l := range p.Left {
				t.Rows = append(t.Rows, Row{Cells: []string{
					"", "leave", l.Kind, l.Name, l.ID, l.Region, l.ARN, l.Key, string(l.Change), strings.Join(l.Properties, " "),
				}})
			}
			return t
		},
	}
}

func actionTable(actions []restore.Action, wide bool) Table {
	t := Table{Title: "To delete, in this order", Columns: []Column{
		{Name: "STEP", AlignRight: true}, {Name: "ACTION", Style: func(string) Style { return Red }}, {Name: "KIND"}, {Name: "NAME"}, {Name: "ID"},
		{Name: "REGION"}, {Name: "CREATED"}, {Name: "MARKS"}, {Name: "ARN", Wide: true},
	}}
	for i := range actions {
		a := &actions[i]
		row := Row{Cells: []string{
			strconv.Itoa(a.Step), string(a.Do), a.Kind, a.Name, a.ID, a.Region, Time(a.CreatedAt), strings.Join(a.Marks, ","), a.ARN,
		}}
		if wide || a.Do == restore.Unlink {
			row.Details = []string{a.Reason}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func heldTable(held []restore.Held, wide bool) Table {
	t := Table{Title: "Held back", Columns: []Column{
		{Name: "CHANGE", Style: func(cell string) Style { return changeStyle(" " + cell) }}, {Name: "KIND"}, {Name: "NAME"}, {Name: "ID"}, {Name: "REGION"},
	}}
	for _, h := range held {
		t.Rows = append(t.Rows, Row{
			Cells: []string{string(h.Change), h.Kind, h.Name, h.ID, h.Region}, Details: []string{shorten(h.Reason, reasonWidth, wide)},
		})
	}
	return t
}

func leftTable(left []restore.Left) Table {
	t := Table{Title: "Restore can't put back yet", Columns: []Column{
		{Name: "CHANGE", Style: func(cell string) Style { return changeStyle(" " + cell) }}, {Name: "KIND"}, {Name: "NAME"}, {Name: "ID"}, {Name: "REGION"}, {Name: "PROPERTIES"},
	}}
	for _, l := range left {
		t.Rows = append(t.Rows, Row{Cells: []string{string(l.Change), l.Kind, l.Name, l.ID, l.Region, Some(l.Properties, 3)}})
	}
	return t
}

// OutcomeView is the view of an apply: what became of every action, and the comparison that proves it. Names are those
// of what is gone.
func OutcomeView(o *restore.Outcome) View {
	return View{
		Document: struct {
			Document      string `json:"document"`
			SchemaVersion int    `json:"schemaVersion"`
			*restore.Outcome
		}{"restore-outcome", 1, o},
		Tables: func(wide bool) []Table {
			t := Table{Title: "Done", Columns: []Column{{Name: "RESULT", Style: outcomeStyle}, {Name: "ACTION"}, {Name: "KIND"}, {Name: "NAME"}, {Name: "ID"}, {Name: "REGION"}}}
			for _, r := range o.Results {
				row := Row{Cells: []string{string(r.State), string(r.Action.Do), r.Action.Kind, r.Action.Name, r.Action.ID, r.Action.Region}}
				if r.Reason != "" {
					row.Details = []string{shorten(r.Reason, reasonWidth, wide)}
				}
				t.Rows = append(t.Rows, row)
			}
			summary := fmt.Sprintf("%d gone, %d failed, %d skipped. A fresh capture compared with the baseline:",
				o.Count(restore.Gone), o.Count(restore.Failed), o.Count(restore.Skipped))
			return append([]Table{t, lines("", summary)}, DiffView(o.Report).Tables(wide)...)
		},
		Names: func() []string {
			var names []string
			for i := range o.Results {
				if o.Results[i].State == restore.Gone {
					names = append(names, o.Results[i].Action.Label())
				}
			}
			return names
		},
		CSV: func() Table {
			t := Table{Columns: columns("result", "action", "kind", "name", "id", "region", "arn", "key", "reason")}
			for i := range o.Results {
				r := &o.Results[i]
				a := &r.Action
				t.Rows = append(t.Rows, Row{Cells: []string{string(r.State), string(a.Do), a.Kind, a.Name, a.ID, a.Region, a.ARN, a.Key, r.Reason}})
			}
			return t
		},
	}
}

func outcomeStyle(cell string) Style {
	switch restore.State(cell) {
	case restore.Gone, restore.Undone:
		return Green
	case restore.Failed:
		return Red
	}
	return Yellow
}

// RecordLine is one step of an apply as a line of its progress.
func RecordLine(a restore.Action, r restore.Record) string {
	line := fmt.Sprintf("%s %s %s: %s", a.Do, a.Kind, a.Label(), r.State)
	if r.Reason != "" {
		line += ": " + r.Reason
	}
	return Escape(line)
}
