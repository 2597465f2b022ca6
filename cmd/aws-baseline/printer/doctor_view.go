package printer

import "strings"

// State is what a check found.
type State string

// The states. Only faults are trouble.
const (
	Fine    State = "ok"
	Warning State = "warning"
	Fault   State = "fault"
	Skipped State = "skipped"
)

// Check is one thing that the doctor looked at.
type Check struct {
	Check string `json:"check"`
	State State  `json:"state"`
	Found string `json:"found"`
	// Do says what to do about it, in one line; empty where nothing is to be done.
	Do string `json:"do,omitempty"`
}

// checkList is the document of a visit to the doctor.
type checkList struct {
	Document      string  `json:"document"`
	SchemaVersion int     `json:"schemaVersion"`
	Faults        int     `json:"faults"`
	Warnings      int     `json:"warnings"`
	Checks        []Check `json:"checks"`
}

// DoctorView is the view of checks, in the order given.
func DoctorView(checks []Check) View {
	list := checkList{Document: "doctor", SchemaVersion: 1, Checks: checks}
	for _, c := range checks {
		switch c.State {
		case Fault:
			list.Faults++
		case Warning:
			list.Warnings++
		}
	}
	return View{
		Document: list,
		Tables:   func(bool) []Table { return []Table{checksTable(list)} },
		CSV: func() Table {
			t := Table{Columns: columns("check", "state", "found", "do")}
			for _, c := range checks {
				t.Rows = append(t.Rows, Row{Cells: []string{c.Check, string(c.State), c.Found, c.Do}})
			}
			return t
		},
	}
}

func checksTable(list checkList) Table {
	t := Table{Columns: []Column{{Name: "CHECK"}, {Name: "STATE", Style: checkStyle}, {Name: "FOUND"}}}
	for _, c := range list.Checks {
		row := Row{Cells: []string{c.Check, string(c.State), c.Found}}
		if c.Do != "" {
			row.Details = []string{"→ " + c.Do}
		}
		t.Rows = append(t.Rows, row)
	}
	var parts []string
	for _, part := range []struct {
		n    int
		noun string
	}{{list.Faults, "fault"}, {list.Warnings, "warning"}} {
		if part.n > 0 {
			parts = append(parts, count(part.n, part.noun))
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "No faults")
	}
	t.Lines = []string{"", strings.Join(parts, ", ") + "."}
	return t
}

func checkStyle(cell string) Style {
	switch State(cell) {
	case Fine:
		return Green
	case Warning:
		return Yellow
	case Fault:
		return Red
	}
	return Plain
}
