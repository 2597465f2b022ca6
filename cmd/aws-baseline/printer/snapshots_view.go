package printer

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// SnapshotEntry is a snapshot in a list. Times are UTC.
type SnapshotEntry struct {
	Name       string    `json:"name"`
	Active     bool      `json:"active"`
	AccountIDs []string  `json:"accountIds"`
	Cutoff     time.Time `json:"cutoff,omitzero"`
	CreatedAt  time.Time `json:"createdAt,omitzero"`
	Resources  int       `json:"resources"`
	// Gaps counts scopes that say less than everything, UnknownParts parts of resources that could not be read.
	Gaps         int             `json:"gaps"`
	Unavailable  int             `json:"unavailable"` // types that are in none of the regions
	UnknownParts int             `json:"unknownParts"`
	Edited       bool            `json:"edited,omitempty"`
	Format       snapshot.Format `json:"format,omitempty"`
	SizeBytes    int64           `json:"sizeBytes"` // of the file; 0 where nobody asked
	// Problem says why the file can't be read; the fields that would come from its content are empty then.
	Problem string `json:"problem,omitempty"`
}

// EntryOf describes a snapshot that was read from a file. Active is for the caller to set.
func EntryOf(s *snapshot.Snapshot, file snapshot.Entry) SnapshotEntry {
	return SnapshotEntry{
		Name: file.Name, AccountIDs: accountIDs(s), Cutoff: s.Cutoff, CreatedAt: s.Metadata.CreatedAt, Resources: len(s.Resources),
		Gaps: len(s.Incomplete()), Unavailable: len(s.Nowhere()), UnknownParts: s.UnknownParts(), Edited: s.Edited, Format: file.Format, SizeBytes: file.Size,
	}
}

func accountIDs(s *snapshot.Snapshot) []string {
	ids := make([]string, 0, len(s.Accounts))
	for _, account := range s.Accounts {
		ids = append(ids, account.AccountID)
	}
	return ids
}

// snapshotList is the document of a list.
type snapshotList struct {
	Document      string          `json:"document"`
	SchemaVersion int             `json:"schemaVersion"`
	Snapshots     []SnapshotEntry `json:"snapshots"`
}

// SnapshotsView is the view of a list of snapshots, in the order given.
func SnapshotsView(entries []SnapshotEntry) View {
	if entries == nil {
		entries = []SnapshotEntry{}
	}
	return View{
		Document: snapshotList{Document: "snapshots", SchemaVersion: snapshot.SchemaVersion, Snapshots: entries},
		Tables:   func(wide bool) []Table { return []Table{snapshotsTable(entries, wide)} },
		Names: func() []string {
			var names []string
			for _, e := range entries {
				names = append(names, e.Name)
			}
			return names
		},
		CSV: func() Table { return snapshotsCSV(entries) },
	}
}

func snapshotsTable(entries []SnapshotEntry, wide bool) Table {
	if len(entries) == 0 {
		return lines("", "No snapshots.")
	}
	t := Table{Columns: []Column{
		{Name: "NAME"}, {Name: "ACTIVE", Style: yesStyle}, {Name: "ACCOUNTS"}, {Name: "CREATED"}, {Name: "CUT-OFF", Wide: true},
		{Name: "RESOURCES", AlignRight: true}, {Name: "COVERAGE", Style: coverageStyle}, {Name: "SIZE", AlignRight: true}, {Name: "FORMAT", Wide: true},
	}}
	for _, e := range entries {
		active, accounts, resources, size := "no", Some(e.AccountIDs, 2), strconv.Itoa(e.Resources), ""
		if e.Active {
			active = "yes"
		}
		if wide {
			accounts = strings.Join(e.AccountIDs, ",")
		}
		if e.Problem != "" {
			resources = "?"
		}
		if e.SizeBytes > 0 {
			size = Size(e.SizeBytes)
		}
		t.Rows = append(t.Rows, Row{Cells: []string{
			e.Name, active, accounts, Time(&e.CreatedAt), Time(&e.Cutoff), resources, coverageWords(e), size, string(e.Format),
		}})
	}
	return t
}

func yesStyle(cell string) Style {
	if cell == "yes" {
		return Green
	}
	return Plain
}

// coverageWords says how much of what it was to look at a snapshot has.
func coverageWords(e SnapshotEntry) string {
	if e.Problem != "" {
		return "unreadable: " + e.Problem
	}
	var parts []string
	if e.Gaps > 0 {
		parts = append(parts, count(e.Gaps, "gap"))
	}
	if e.UnknownParts > 0 {
		parts = append(parts, count(e.UnknownParts, "unread part"))
	}
	if len(parts) == 0 {
		parts = append(parts, "complete")
	}
	if e.Unavailable > 0 {
		parts = append(parts, count(e.Unavailable, "type")+" unavailable")
	}
	if e.Edited {
		parts = append(parts, "edited")
	}
	return strings.Join(parts, ", ")
}

func coverageStyle(cell string) Style {
	switch {
	case cell == "complete":
		return Green
	case strings.HasPrefix(cell, "unreadable"):
		return Red
	}
	return Yellow
}

func snapshotsCSV(entries []SnapshotEntry) Table {
	t := Table{Columns: columns("name", "active", "account_ids", "created_at", "cutoff", "resources", "gaps", "unknown_parts", "edited",
		"size_bytes", "format", "problem", "unavailable_types")}
	for _, e := range entries {
		t.Rows = append(t.Rows, Row{Cells: []string{
			e.Name, strconv.FormatBool(e.Active), strings.Join(e.AccountIDs, ";"), Time(&e.CreatedAt), Time(&e.Cutoff), strconv.Itoa(e.Resources),
			strconv.Itoa(e.Gaps), strconv.Itoa(e.UnknownParts), strconv.FormatBool(e.Edited), fmt.Sprint(e.SizeBytes), string(e.Format), e.Problem,
			strconv.Itoa(e.Unavailable),
		}})
	}
	return t
}
