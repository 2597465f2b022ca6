package printer

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// coverageDocument is what became of the scopes of a snapshot, and the parts of resources that could not be read.
type coverageDocument struct {
	Document      string              `json:"document"`
	SchemaVersion int                 `json:"schemaVersion"`
	Snapshot      string              `json:"snapshot"`
	Coverage      []snapshot.Coverage `json:"coverage"`
	Unknown       []unknownPart       `json:"unknown"`
}

type unknownPart struct {
	Key string `json:"key"`
	snapshot.Unknown
}

// CoverageView is the view of what a snapshot could see and could not: a matrix of kinds and regions, why scopes were not
// seen wholly, and the parts of resources that could not be read. Names are the scopes that say less than everything. CSV
// has a record for every scope, and one with the key of a resource and a path for every part.
func CoverageView(s *snapshot.Snapshot) View {
	unknown := unknownParts(s)
	return View{
		Document: coverageDocument{Document: "coverage", SchemaVersion: snapshot.SchemaVersion, Snapshot: s.Name, Coverage: nonNil(s.Coverage), Unknown: unknown},
		Tables: func(wide bool) []Table {
			tables := []Table{coverageMatrix(s, wide)}
			if gaps := coverageGaps(s); len(gaps) > 0 {
				tables = append(tables, gapLines(gaps, wide))
			}
			if len(unknown) > 0 {
				tables = append(tables, unknownTable(unknown, wide))
			}
			return append(tables, lines("", strings.TrimSuffix("Coverage: "+coverageCounts(s), " ")+"."))
		},
		Names: func() []string {
			var names []string
			for _, c := range s.Incomplete() {
				names = append(names, c.Scope)
			}
			return names
		},
		CSV: func() Table { return coverageCSV(s, unknown) },
	}
}

func nonNil(list []snapshot.Coverage) []snapshot.Coverage {
	if list == nil {
		return []snapshot.Coverage{}
	}
	return list
}

func unknownParts(s *snapshot.Snapshot) []unknownPart {
	parts := []unknownPart{}
	for i := range s.Resources {
		for _, u := range s.Resources[i].Unknown {
			parts = append(parts, unknownPart{Key: s.Resources[i].Key, Unknown: u})
		}
	}
	return parts
}

// states are the states in the order of a report: what needs attention first.
func states() []snapshot.State {
	return []snapshot.State{snapshot.Failed, snapshot.Denied, snapshot.Partial, snapshot.Skipped, snapshot.Unavailable, snapshot.Complete}
}

// coverageCounts counts the scopes by state: "540 scopes: 12 denied, 528 complete".
func coverageCounts(s *snapshot.Snapshot) string {
	counts := make(map[snapshot.State]int)
	for _, c := range s.Coverage {
		counts[c.State]++
	}
	if len(counts) == 1 && counts[snapshot.Complete] > 0 {
		return count(len(s.Coverage), "scope") + ", all complete"
	}
	var parts []string
	for _, state := range states() {
		if n := counts[state]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, state))
		}
	}
	if len(parts) == 0 {
		return "no scopes"
	}
	return count(len(s.Coverage), "scope") + ": " + strings.Join(parts, ", ")
}

// coverageWhy is the reason without the state, which has a column of its own.
func coverageWhy(c snapshot.Coverage) string {
	why := strings.TrimPrefix(strings.TrimPrefix(c.Why(), string(c.State)), ": ")
	if c.SCP {
		why = "by a service control policy: " + why
	}
	return why
}

func unknownTable(unknown []unknownPart, wide bool) Table {
	t := Table{Title: "Parts of resources that could not be read", Columns: columns("RESOURCE", "PART", "CODE", "WHY")}
	for _, u := range unknown {
		t.Rows = append(t.Rows, Row{Cells: []string{u.Key, string(u.Path), u.Code, shorten(u.Message, reasonWidth, wide)}})
	}
	return t
}

func coverageCSV(s *snapshot.Snapshot, unknown []unknownPart) Table {
	t := Table{Columns: columns("scope", "account_id", "region", "kind", "state", "resources", "scp", "operation", "code", "message", "key", "path")}
	for _, c := range s.Coverage {
		t.Rows = append(t.Rows, Row{Cells: []string{
			c.Scope, c.AccountID, c.Region, c.Kind, string(c.State), strconv.Itoa(c.Resources), strconv.FormatBool(c.SCP), c.Operation, c.Code, c.Message, "", "",
		}})
	}
	scopes := make(map[string]string, len(s.Resources))
	for i := range s.Resources {
		scopes[s.Resources[i].Key] = s.Resources[i].Scope
	}
	for _, u := range unknown {
		account, region, kind := snapshot.SplitScope(scopes[u.Key])
		t.Rows = append(t.Rows, Row{Cells: []string{
			scopes[u.Key], account, region, kind, "unknown part", "", "", "", u.Code, u.Message, u.Key, string(u.Path),
		}})
	}
	return t
}
