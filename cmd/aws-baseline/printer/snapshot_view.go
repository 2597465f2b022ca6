package printer

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// SnapshotView is the view of one snapshot. Its document is the snapshot as its file has it; its CSV is the resources,
// with tags as a JSON object and without configurations.
func SnapshotView(s *snapshot.Snapshot) View {
	return View{
		Document: snapshotDocument{s},
		Tables:   func(wide bool) []Table { return []Table{snapshotProperties(s, wide), resourceTable(s)} },
		Names: func() []string {
			names := make([]string, 0, len(s.Resources))
			for i := range s.Resources {
				names = append(names, s.Resources[i].Label())
			}
			return names
		},
		CSV: func() Table { return resourceCSV(s) },
	}
}

// snapshotDocument is a snapshot in the layout of its file.
type snapshotDocument struct {
	snapshot *snapshot.Snapshot
}

// WriteDocument implements [Documenter]. An edited snapshot keeps the digest that does not fit: to print it must not
// be to seal it.
func (d snapshotDocument) WriteDocument(w io.Writer, format Format) error {
	as := *d.snapshot
	if !as.Edited {
		return snapshot.Write(w, &as, snapshot.Format(format))
	}
	var text bytes.Buffer
	if err := snapshot.Write(&text, &as, snapshot.JSON); err != nil {
		return err
	}
	found, err := json.Marshal(d.snapshot.Digest)
	if err != nil {
		return err
	}
	document := bytes.Replace(text.Bytes(), []byte(`"digest": "`+as.Digest+`"`), append([]byte(`"digest": `), found...), 1)
	if format == FormatYAML {
		return snapshot.JSONToYAML(w, document)
	}
	_, err = w.Write(document)
	return err
}

// snapshotProperties says what a snapshot is, in lines of a name and a value.
func snapshotProperties(s *snapshot.Snapshot, wide bool) Table {
	t := Table{Columns: columns("property", "value"), NoHeader: true}
	add := func(name, value string) {
		if value != "" {
			t.Rows = append(t.Rows, Row{Cells: []string{name + ":", value}})
		}
	}
	add("Name", s.Name)
	add("Cut-off", Time(&s.Cutoff))
	add("Created", Time(&s.Metadata.CreatedAt))
	add("Created by", s.Metadata.CallerARN)
	for _, account := range s.Accounts {
		add("Account", account.AccountID+" ("+regions(account, wide)+")")
	}
	if !s.Selectors.Empty() {
		add("Selected", selected(s.Selectors))
		add("Left out", count(len(s.Stubs), "resource"))
	}
	add("Resources", strconv.Itoa(len(s.Resources)))
	add("Coverage", coverageCounts(s))
	if n := s.UnknownParts(); n > 0 {
		add("Unread parts", strconv.Itoa(n))
	}
	if s.Census != nil {
		add("Not collected", notCollected(s.Census, wide))
		if n, words := found(s.Census.NotFound()); n > 0 {
			add("Not found", fmt.Sprintf("%s of collected types, known elsewhere: %s. They came or went meanwhile, or were not listed", count(n, "resource"), Some(words, named(words, wide))))
		}
	}
	add("Notes", pairs(s.Metadata.User))
	approvals, seals := approvalWords(s)
	for _, words := range approvals {
		add("Approved", words)
	}
	for _, words := range seals {
		add("Sealed", words)
	}
	if s.Edited {
		add("Digest", s.Digest+" (does not fit: the file was edited after it was written)")
	} else if wide {
		add("Digest", s.Digest)
	}
	if wide {
		add("Partition", s.Metadata.Partition)
		add("Tool", s.Metadata.Tool)
		add("SDK", s.Metadata.SDK)
		add("Command line", strings.Join(s.Metadata.CommandLine, " "))
		add("API calls", strconv.FormatInt(s.Metadata.APICalls, 10)+", "+strconv.FormatInt(s.Metadata.Throttles, 10)+" throttled")
		add("Masking key", s.MaskKeyID)
	}
	return t
}

// found puts totals by type into words.
func found(totals map[string]int) (sum int, words []string) {
	for name, n := range totals {
		words = append(words, fmt.Sprintf("%s (%d)", name, n))
		sum += n
	}
	slices.Sort(words)
	return sum, words
}

// named is how many of some words are shown.
func named(words []string, wide bool) int {
	if wide {
		return len(words)
	}
	return 6
}

// notCollected says what a census found that there is no kind for.
func notCollected(census *snapshot.Census, wide bool) string {
	sum, words := found(census.NotCollected())
	text := "nothing"
	if sum > 0 {
		text = fmt.Sprintf("%s: %s", count(sum, "resource"), Some(words, named(words, wide)))
	}
	for _, api := range []struct{ service, name string }{{"tag", "the Tagging API"}, {"resource-explorer-2", "Resource Explorer"}} {
		var gaps []snapshot.CensusGap
		for _, gap := range census.NotAsked {
			if cmp.Or(gap.Service, "tag") == api.service {
				gaps = append(gaps, gap)
			}
		}
		if len(gaps) > 0 {
			text += fmt.Sprintf("; %s could not be asked in %s: %s", api.name, count(len(gaps), "region"), gaps[0].Code)
		}
	}
	if n := len(census.Explored); n > 0 {
		return text + fmt.Sprintf(". What was never tagged was looked for by Resource Explorer, in %s, and can't be seen elsewhere", count(n, "region"))
	}
	return text + ". What was never tagged can't be seen this way"
}

func regions(account snapshot.Account, wide bool) string {
	var captured []string
	for _, r := range account.Regions {
		if r.Captured {
			captured = append(captured, r.Name)
		}
	}
	names := Some(captured, 4)
	if wide {
		names = strings.Join(captured, ", ")
	}
	if account.AllRegions {
		return "all " + count(len(captured), "enabled region") + ": " + names
	}
	return count(len(captured), "region") + ": " + names
}

func selected(s snapshot.Selectors) string {
	var parts []string
	if s.After != nil {
		parts = append(parts, "created at or after "+Time(s.After))
	}
	if s.Before != nil {
		parts = append(parts, "created before "+Time(s.Before))
	}
	if len(s.Tags) > 0 {
		parts = append(parts, "tagged "+pairs(s.Tags))
	}
	return strings.Join(parts, "; ")
}

func resourceTable(s *snapshot.Snapshot) Table {
	if len(s.Resources) == 0 {
		return lines("", "No resources.")
	}
	t := Table{Columns: []Column{
		{Name: "KIND"}, {Name: "NAME"}, {Name: "ID"}, {Name: "ACCOUNT", Wide: len(s.Accounts) < 2}, {Name: "REGION"}, {Name: "CREATED"},
		{Name: "MARKS"}, {Name: "OWNER", Wide: true}, {Name: "UNREAD", Wide: true}, {Name: "TAGS", Wide: true}, {Name: "ARN", Wide: true},
	}}
	for _, r := range byKind(s.Resources) {
		t.Rows = append(t.Rows, Row{Cells: []string{
			r.Kind, r.Name, r.ID, r.AccountID, r.Region, Time(r.CreatedAt), strings.Join(r.Marks, ","), owner(r.Owner), unread(r), pairs(r.Tags), r.ARN,
		}})
	}
	return t
}

// byKind sorts resources for people: by kind, then by key.
func byKind(resources []snapshot.Resource) []*snapshot.Resource {
	out := make([]*snapshot.Resource, len(resources))
	for i := range resources {
		out[i] = &resources[i]
	}
	slices.SortFunc(out, func(a, b *snapshot.Resource) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Key, b.Key))
	})
	return out
}

func unread(r *snapshot.Resource) string {
	var paths []string
	for _, u := range r.Unknown {
		paths = append(paths, string(u.Path))
	}
	return strings.Join(distinct(paths), ",")
}

func resourceCSV(s *snapshot.Snapshot) Table {
	t := Table{Columns: columns("kind", "account_id", "region", "key", "arn", "unique_id", "id", "name", "created_at", "marks", "owner_kind",
		"owner_id", "tags", "unread", "configuration_hash")}
	for i := range s.Resources {
		r := &s.Resources[i]
		ownerKind, ownerID := ownerKindAndID(r.Owner)
		t.Rows = append(t.Rows, Row{Cells: []string{
			r.Kind, r.AccountID, r.Region, r.Key, r.ARN, r.UniqueID, r.ID, r.Name, Time(r.CreatedAt), strings.Join(r.Marks, ";"), ownerKind, ownerID,
			jsonPairs(r.Tags), strings.ReplaceAll(unread(r), ",", ";"), r.ConfigurationHash,
		}})
	}
	return t
}
