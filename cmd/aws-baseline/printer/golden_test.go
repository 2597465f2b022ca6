package printer

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"unicode"

	"github.com/aws-baseline/aws-baseline/collect/permissions"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

var update = flag.Bool("update", false, "write the golden files anew")

func render(t *testing.T, p Printer, format Format, view View) string {
	t.Helper()
	var out bytes.Buffer
	p.Out = &out
	if err := p.Print(format, view); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (go test -update writes it anew); got:\n%s", file, got)
	}
}

func TestGolden(t *testing.T) {
	views := map[string]View{
		"diff":      DiffView(sampleReport()),
		"nothing":   DiffView(emptyReport()),
		"snapshots": SnapshotsView(sampleEntries()),
		"none":      SnapshotsView(nil),
		"snapshot":  SnapshotView(sampleSnapshot()),
		"coverage":  CoverageView(sampleSnapshot()),
		"doctor":    DoctorView(sampleChecks()),
		"kinds":     KindsView(sampleKinds()),
		"policy":    PolicyView(permissions.Policy(sampleNeeds()), sampleNeeds()),
	}
	for name, view := range views {
		for _, format := range Formats() {
			t.Run(name+"."+string(format), func(t *testing.T) {
				if !slices.Contains(view.formats(), format) {
					t.Skip("has no such shape")
				}
				got := render(t, Printer{}, format, view)
				golden(t, name+"."+string(format), got)
				if format == FormatCSV {
					return // exact by contract
				}
				for i, r := range got {
					if r != '\n' && !unicode.IsPrint(r) {
						t.Fatalf("%U at byte %d", r, i)
					}
				}
			})
		}
	}
	t.Run("color", func(t *testing.T) {
		golden(t, "diff.color", render(t, Printer{Color: true}, FormatTable, views["diff"]))
		golden(t, "diff.tree.color", render(t, Printer{Color: true}, FormatTree, views["diff"]))
	})
	t.Run("headless", func(t *testing.T) {
		golden(t, "snapshot.headless", render(t, Printer{NoHeaders: true}, FormatTable, views["snapshot"]))
	})
}

// TestSnapshotDocument compares what is printed with what the folder stores.
func TestSnapshotDocument(t *testing.T) {
	for _, format := range []Format{FormatJSON, FormatYAML} {
		var file bytes.Buffer
		if err := snapshot.Write(&file, sampleSnapshot(), snapshot.Format(format)); err != nil {
			t.Fatal(err)
		}
		stored, err := snapshot.Read(file.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		printed, err := snapshot.Read([]byte(render(t, Printer{}, format, SnapshotView(stored))))
		if err != nil {
			t.Fatal(err)
		}
		if printed.Edited || printed.Digest != stored.Digest {
			t.Errorf("%s: the digest of what was printed does not fit: %s and %s", format, printed.Digest, stored.Digest)
		}
		tame := sampleSnapshot()
		tame.Resources, tame.Coverage = tame.Resources[:2], tame.Coverage[:1]
		file.Reset()
		if err := snapshot.Write(&file, tame, snapshot.Format(format)); err != nil {
			t.Fatal(err)
		}
		if got := render(t, Printer{}, format, SnapshotView(tame)); got != file.String() {
			t.Errorf("%s: printed otherwise than stored:\n%s\n%s", format, got, file.String())
		}
	}
}

// TestEditedSnapshot holds that printing an edited snapshot does not seal it.
func TestEditedSnapshot(t *testing.T) {
	for _, format := range []Format{FormatJSON, FormatYAML} {
		for _, digest := range []string{"sha256:0123", `no "digest": at \ all`, ""} {
			s := sampleSnapshot()
			s.Edited, s.Digest = true, digest
			printed, err := snapshot.Read([]byte(render(t, Printer{}, format, SnapshotView(s))))
			if err != nil {
				t.Fatal(err)
			}
			if !printed.Edited || printed.Digest != digest {
				t.Errorf("%s: printed with the digest %q, want %q (edited: %t)", format, printed.Digest, digest, printed.Edited)
			}
			if s.Digest != digest {
				t.Errorf("%s: printing changed the snapshot", format)
			}
		}
	}
}

// TestReportDocument reads the JSON of a report back.
func TestReportDocument(t *testing.T) {
	var back diff.Report
	if err := json.Unmarshal([]byte(render(t, Printer{}, FormatJSON, DiffView(sampleReport()))), &back); err != nil {
		t.Fatal(err)
	}
	change := back.Changes[5]
	if change.Name != hostile || string(change.Properties[4].New) != "12345678901234567890123.10" {
		t.Errorf("read back %q and %s", change.Name, change.Properties[4].New)
	}
}
