package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// The documents that aws-baseline writes, as far as the demonstration checks them: like any user's script it knows the
// JSON, not the program's types.

// report is what diff exports.
type report struct {
	Document string
	Coverage []json.RawMessage
	Changes  []struct {
		Change, Kind, ID string
		Owner            *struct{ Kind, ID string }
	}
}

func (r *report) read(file string) error { return readDocument(file, "diff", &r.Document, r) }

// check wants a report to say what a drift did, no more and no less. What an added instance brought along (its first
// interface) is nothing that anybody made by itself.
func (r *report) check(drift *testbed.Drift) error {
	if drift == nil {
		drift = new(testbed.Drift)
	}
	if len(r.Coverage) > 0 {
		return fmt.Errorf("the diff could not see everything: %s", r.Coverage[0])
	}
	var want, got []string
	for change, kinds := range map[string]map[string][]string{"added": drift.Added, "modified": drift.Modified, "removed": drift.Removed} {
		for kind, ids := range kinds {
			for _, id := range ids {
				want = append(want, change+" "+kind+" "+id)
			}
		}
	}
	for _, c := range r.Changes {
		line := c.Change + " " + c.Kind + " " + c.ID
		if c.Owner != nil && c.Change == "added" && !slices.Contains(want, line) && slices.Contains(drift.Added[c.Owner.Kind], c.Owner.ID) {
			continue
		}
		got = append(got, line)
	}
	return compare("the diff", got, want)
}

// plan is what restore plan writes.
type plan struct {
	Document string
	Actions  []struct{ Do, Kind, ID string }
	Held     []struct{ Kind, ID, Reason string }
	Left     []struct{ Kind, ID string }
}

func (p *plan) read(file string) error { return readDocument(file, "restore-plan", &p.Document, p) }

// check wants everything that a drift added to be planned, and what it changed or removed to be listed.
func (p *plan) check(drift *testbed.Drift) error {
	if len(p.Held) > 0 {
		return fmt.Errorf("the plan holds %s %s back: %s", p.Held[0].Kind, p.Held[0].ID, p.Held[0].Reason)
	}
	var deletes, want []string
	for kind, ids := range drift.Added {
		for _, id := range ids {
			want = append(want, kind+" "+id)
		}
	}
	for _, a := range p.Actions {
		if line := a.Kind + " " + a.ID; a.Do == "delete" && slices.Contains(want, line) {
			deletes = append(deletes, line)
		}
	}
	if err := compare("the plan's deletions", deletes, want); err != nil {
		return err
	}
	var left, changed []string
	for _, l := range p.Left {
		left = append(left, l.Kind+" "+l.ID)
	}
	for _, kinds := range []map[string][]string{drift.Modified, drift.Removed} {
		for kind, ids := range kinds {
			for _, id := range ids {
				changed = append(changed, kind+" "+id)
			}
		}
	}
	return compare("what the plan leaves", left, changed)
}

// snapshotList is what snapshot create and snapshot list export.
type snapshotList struct {
	Document  string
	Snapshots []struct {
		Name          string
		Active        bool
		AccountIDs    []string
		Resources     int
		Gaps          int
		UnknownParts  int
		SchemaVersion int
	}
}

func (l *snapshotList) read(file string) error {
	return readDocument(file, "snapshots", &l.Document, l)
}

func (l *snapshotList) check(name, account string) error {
	if len(l.Snapshots) != 1 {
		return fmt.Errorf("there are %d snapshots, and should be one", len(l.Snapshots))
	}
	s := l.Snapshots[0]
	if s.Name != name || !s.Active || !slices.Equal(s.AccountIDs, []string{account}) || s.Gaps > 0 || s.UnknownParts > 0 || s.Resources < 50 {
		return fmt.Errorf("the snapshot should be %s of account %s, active and complete; it is %+v", name, account, s)
	}
	return nil
}

// readDocument reads a JSON file that must say which document it is.
func readDocument(file, document string, is *string, into any) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if *is != document {
		return fmt.Errorf("%s is the document %q, and should be %q", file, *is, document)
	}
	return nil
}

// compare wants two lists to have the same lines.
func compare(what string, got, want []string) error {
	slices.Sort(got)
	slices.Sort(want)
	var wrong []string
	for _, line := range want {
		if !slices.Contains(got, line) {
			wrong = append(wrong, "it lacks "+line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			wrong = append(wrong, "it has "+line)
		}
	}
	if len(wrong) > 0 {
		return errors.New(what + " is not what it should be: " + strings.Join(wrong, "; "))
	}
	return nil
}
