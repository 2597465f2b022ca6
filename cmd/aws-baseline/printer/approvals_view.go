package printer

import (
	"fmt"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// Approval is the outcome of approving drift, or of looking what would be approved.
type Approval struct {
	Document      string          `json:"document"` // "approval"
	SchemaVersion int             `json:"schemaVersion"`
	Baseline      string          `json:"baseline"`
	Snapshot      string          `json:"snapshot,omitempty"` // the new baseline; empty in a dry run without a name
	Digest        string          `json:"digest,omitempty"`   // of the new baseline, once it is saved
	DryRun        bool            `json:"dryRun"`
	Active        bool            `json:"active"` // it was made the active baseline
	At            time.Time       `json:"at"`
	By            snapshot.Person `json:"by"`
	Reason        string          `json:"reason,omitempty"`
	Until         *time.Time      `json:"until,omitempty"`
	Approved      []diff.Change   `json:"approved"`
	Refused       []Refused       `json:"refused"`
}

// Refused is a change that was chosen and can't be approved.
type Refused struct {
	Change diff.Class `json:"change"`
	Key    string     `json:"key"`
	ARN    string     `json:"arn,omitempty"`
	Why    string     `json:"why"`
}

// ApprovalView is the view of an approval. Names and CSV are of what was approved; CSV has what was refused too, with the
// reason.
func ApprovalView(a *Approval) View {
	a.Document, a.SchemaVersion = "approval", snapshot.SchemaVersion
	return View{
		Document: a,
		Tables: func(wide bool) []Table {
			tables := []Table{approvalTable(a, wide)}
			if len(a.Refused) > 0 {
				tables = append(tables, lines("Can't be approved", indented(refusals(a.Refused, wide))...))
			}
			return append(tables, lines("", approvalSummary(a)))
		},
		Names: func() []string {
			var names []string
			for i := range a.Approved {
				names = append(names, a.Approved[i].Label())
			}
			return names
		},
		CSV: func() Table {
			t := Table{Columns: columns("outcome", "change", "kind", "account_id", "region", "key", "arn", "id", "name", "why")}
			for _, c := range a.Approved {
				t.Rows = append(t.Rows, Row{Cells: []string{"approved", string(c.Change), c.Kind, c.AccountID, c.Region, c.Key, c.ARN, c.ID, c.Name, ""}})
			}
			for _, r := range a.Refused {
				account, region, _ := snapshot.SplitScope(r.Key)
				t.Rows = append(t.Rows, Row{Cells: []string{"refused", string(r.Change), snapshot.KindOfKey(r.Key), account, region, r.Key, r.ARN, "", "", r.Why}})
			}
			return t
		},
	}
}

// approvalTable shows what is taken, by kind, with the properties.
func approvalTable(a *Approval, wide bool) Table {
	t := Table{Columns: []Column{
		{Name: "CHANGE", Style: changeStyle}, {Name: "NAME"}, {Name: "ID"}, {Name: "ACCOUNT", Wide: true}, {Name: "REGION"}, {Name: "ARN", Wide: true},
	}}
	for i := range a.Approved {
		c := &a.Approved[i]
		if n := len(t.Groups); n == 0 || t.Groups[n-1].Title != c.Kind {
			t.Groups = append(t.Groups, Group{Title: c.Kind})
		}
		row := Row{Cells: []string{sign(c.Change) + " " + string(c.Change), c.Name, c.ID, c.AccountID, c.Region, c.ARN}}
		for _, p := range c.Properties {
			old, now := values(p.Old, p.New, wide)
			row.Details = append(row.Details, fmt.Sprintf("%s: %s → %s", p.Path, old, now))
		}
		group := &t.Groups[len(t.Groups)-1]
		group.Rows = append(group.Rows, row)
	}
	return t
}

// refusals are lines of what was refused, one for each reason.
func refusals(refused []Refused, wide bool) []string {
	var order []string
	labels := make(map[string][]string)
	for _, r := range refused {
		if labels[r.Why] == nil {
			order = append(order, r.Why)
		}
		label := r.ARN
		if label == "" {
			label = r.Key
		}
		labels[r.Why] = append(labels[r.Why], label)
	}
	out := make([]string, len(order))
	for i, why := range order {
		out[i] = why + ": " + Some(labels[why], named(labels[why], wide))
	}
	return out
}

func approvalSummary(a *Approval) string {
	until := "for good"
	if a.Until != nil {
		until = "until " + Time(a.Until)
	}
	switch name := a.Snapshot; {
	case a.DryRun && name == "":
		return fmt.Sprintf("%s would be approved %s; nothing was saved.", count(len(a.Approved), "change"), until)
	case a.DryRun:
		return fmt.Sprintf("%s of %s would be approved into %s, %s; nothing was saved.", count(len(a.Approved), "change"), a.Baseline, name, until)
	case a.Active:
		return fmt.Sprintf("%s approved into %s, %s. It is the active baseline now; %s stays as it was.", count(len(a.Approved), "change"), name, until, a.Baseline)
	default:
		return fmt.Sprintf("%s approved into %s, %s; %s stays as it was.", count(len(a.Approved), "change"), name, until, a.Baseline)
	}
}

// approvalWords are lines about a snapshot's approvals and seals, for its properties.
func approvalWords(s *snapshot.Snapshot) (approvals, seals []string) {
	for _, a := range s.Metadata.Approvals {
		words := fmt.Sprintf("%s: %s by %s", Time(&a.At), count(len(a.Changes), "change"), a.By)
		if a.Until != nil {
			words += ", until " + Time(a.Until)
		}
		approvals = append(approvals, words+": "+a.Reason)
	}
	for _, seal := range s.Metadata.Seals {
		words := fmt.Sprintf("%s: an edit, by %s", Time(&seal.At), seal.By)
		if seal.Reason != "" {
			words += ": " + seal.Reason
		}
		seals = append(seals, words)
	}
	return approvals, seals
}

// approvedRow is an approved change in the document of a list.
type approvedRow struct {
	Standing          snapshot.Standing `json:"standing"` // "in force", "superseded" or "expired"
	Change            string            `json:"change"`
	Kind              string            `json:"kind"`
	AccountID         string            `json:"accountId"`
	Region            string            `json:"region"`
	Key               string            `json:"key"`
	ARN               string            `json:"arn,omitempty"`
	ID                string            `json:"id"`
	Name              string            `json:"name,omitempty"`
	ConfigurationHash string            `json:"configurationHash,omitempty"`
}

type approvalRow struct {
	At             time.Time       `json:"at"`
	By             snapshot.Person `json:"by"`
	Reason         string          `json:"reason"`
	Until          *time.Time      `json:"until,omitempty"`
	Baseline       string          `json:"baseline"`
	BaselineDigest string          `json:"baselineDigest"`
	Target         string          `json:"target,omitempty"`
	Tool           string          `json:"toolVersion"`
	Changes        []approvedRow   `json:"changes"`
}

type approvalList struct {
	Document      string          `json:"document"` // "approvals"
	SchemaVersion int             `json:"schemaVersion"`
	Snapshot      string          `json:"snapshot"`
	Approvals     []approvalRow   `json:"approvals"` // the oldest first
	Seals         []snapshot.Seal `json:"seals"`
}

// ApprovalsView is the view of a snapshot's approvals as they stand at a time, and of its seals. CSV is of the approved
// changes.
func ApprovalsView(s *snapshot.Snapshot, now time.Time) View {
	document := approvalList{Document: "approvals", SchemaVersion: snapshot.SchemaVersion, Snapshot: s.Name, Approvals: []approvalRow{}, Seals: s.Metadata.Seals}
	if document.Seals == nil {
		document.Seals = []snapshot.Seal{}
	}
	standings := s.Standings(now)
	for i, a := range s.Metadata.Approvals {
		row := approvalRow{At: a.At, By: a.By, Reason: a.Reason, Until: a.Until, Baseline: a.Baseline, BaselineDigest: a.BaselineDigest, Target: a.Target, Tool: a.Tool, Changes: []approvedRow{}}
		for j := range a.Changes {
			c := &a.Changes[j]
			row.Changes = append(row.Changes, approvedRow{
				Standing: standings[i][j], Change: c.Change, Kind: c.Kind(), AccountID: c.AccountID(), Region: c.Region(), Key: c.Key,
				ARN: c.ARN, ID: c.ID, Name: c.Name, ConfigurationHash: c.ConfigurationHash,
			})
		}
		document.Approvals = append(document.Approvals, row)
	}
	return View{
		Document: document,
		Tables:   func(bool) []Table { return document.tables() },
		Names: func() []string {
			var names []string
			for i := range s.Metadata.Approvals {
				for j := range s.Metadata.Approvals[i].Changes {
					names = append(names, s.Metadata.Approvals[i].Changes[j].Label())
				}
			}
			return names
		},
		CSV: document.csv,
	}
}

func (l approvalList) tables() []Table {
	var tables []Table
	for i, a := range l.Approvals {
		title := fmt.Sprintf("Approved %s by %s", Time(&a.At), a.By)
		if a.Until != nil {
			title += ", until " + Time(a.Until)
		}
		t := Table{Title: title + ": " + a.Reason, Columns: []Column{
			{Name: "STANDING", Style: standingStyle}, {Name: "CHANGE"}, {Name: "TYPE"}, {Name: "NAME"}, {Name: "ID"}, {Name: "ACCOUNT", Wide: true}, {Name: "REGION"}, {Name: "ARN", Wide: true},
		}}
		for _, c := range l.Approvals[i].Changes {
			t.Rows = append(t.Rows, Row{Cells: []string{string(c.Standing), c.Change, c.Kind, c.Name, c.ID, c.AccountID, c.Region, c.ARN}})
		}
		tables = append(tables, t)
	}
	for _, seal := range l.Seals {
		tables = append(tables, sealTable(seal))
	}
	if len(tables) == 0 {
		return []Table{lines("", "No approvals and no seals.")}
	}
	return tables
}

func standingStyle(cell string) Style {
	switch snapshot.Standing(cell) {
	case snapshot.InForce:
		return Green
	case snapshot.Expired:
		return Yellow
	}
	return Faint
}

func (l approvalList) csv() Table {
	t := Table{Columns: columns("approved_at", "caller_arn", "user", "reason", "until", "baseline", "target", "standing", "change", "kind", "account_id", "region", "key", "arn", "id", "name")}
	for _, a := range l.Approvals {
		for _, c := range a.Changes {
			t.Rows = append(t.Rows, Row{Cells: []string{Time(&a.At), a.By.CallerARN, a.By.User, a.Reason, Time(a.Until), a.Baseline, a.Target,
				string(c.Standing), c.Change, c.Kind, c.AccountID, c.Region, c.Key, c.ARN, c.ID, c.Name}})
		}
	}
	return t
}

// sealTable says what an edit was, as far as that shows.
func sealTable(seal snapshot.Seal) Table {
	title := fmt.Sprintf("Edited, and sealed %s by %s", Time(&seal.At), seal.By)
	if seal.Reason != "" {
		title += ": " + seal.Reason
	}
	found := seal.Found
	if len(found) == 0 {
		found = []string{"nothing shows what was edited: tags, names, dates and metadata leave no trace"}
	}
	return lines(title, indented(found)...)
}

// sealed is the document of a seal.
type sealed struct {
	Document      string         `json:"document"` // "seal"
	SchemaVersion int            `json:"schemaVersion"`
	Snapshot      string         `json:"snapshot"`
	Digest        string         `json:"digest"` // the new one
	Seal          *snapshot.Seal `json:"seal"`   // null where nothing was edited
}

// SealView is the view of a snapshot that was just sealed, or, where nothing was edited, was not.
func SealView(s *snapshot.Snapshot, edited bool) View {
	document := sealed{Document: "seal", SchemaVersion: snapshot.SchemaVersion, Snapshot: s.Name, Digest: s.Digest}
	if edited {
		document.Seal = &s.Metadata.Seals[len(s.Metadata.Seals)-1]
	}
	return View{
		Document: document,
		Tables: func(bool) []Table {
			if !edited {
				return []Table{lines("", fmt.Sprintf("Snapshot %s is as it was written; there is nothing to seal.", s.Name))}
			}
			return []Table{sealTable(*document.Seal), lines("", fmt.Sprintf("Snapshot %s is sealed: its digest is %s and was %s.", s.Name, s.Digest, document.Seal.Digest))}
		},
		Names: func() []string { return []string{s.Name} },
		CSV: func() Table {
			t := Table{Columns: columns("snapshot", "digest", "edited", "old_digest", "found")}
			row := []string{s.Name, s.Digest, "false", "", ""}
			if edited {
				row[2], row[3], row[4] = "true", document.Seal.Digest, strings.Join(document.Seal.Found, "; ")
			}
			t.Rows = []Row{{Cells: row}}
			return t
		},
	}
}
