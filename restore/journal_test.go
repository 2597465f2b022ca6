package restore

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadJournal(t *testing.T) {
	const plan = "sha256:mine"
	first := `{"time":"2026-03-01T12:00:00Z","plan":"sha256:mine"}` + "\n"
	started := `{"do":"delete","key":"a","state":"started"}` + "\n"
	accepted := `{"do":"delete","key":"a","state":"accepted"}` + "\n"
	for _, test := range []struct {
		name, text      string
		begun, accepted bool
		refused         string
	}{
		{"empty", "", false, false, ""},
		{"begun", first + started, true, false, ""},
		{"accepted", first + started + accepted, true, true, ""},
		{"a torn line at the end", first + started + `{"do":"delete","key":"b","sta`, true, false, ""},
		{"a torn line in the middle", first + `{"do":"dele` + "\n" + started, true, false, ""},
		{"a torn line before", `{"plan":"sha2` + "\n\n" + first + started, true, false, ""},
		{"several runs", first + started + "\n" + first + accepted, true, true, ""},
		{"skipped is not begun", first + `{"do":"delete","key":"a","state":"skipped"}` + "\n", false, false, ""},
		{"of another plan", `{"plan":"sha256:other"}` + "\n" + started, false, false, "another plan"},
		{"also of another plan", first + started + `{"plan":"sha256:other"}` + "\n", false, false, "another plan"},
		{"of nobody knows which plan", started, false, false, "another plan"},
		{"no lines", strings.Repeat("x", 2<<20), false, false, "can't read"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "journal")
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			j, err := readJournal(path, plan)
			if test.refused != "" {
				if err == nil || !strings.Contains(err.Error(), test.refused) {
					t.Errorf("err = %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if j.begun("a") != test.begun || j.accepted("a") != test.accepted || j.begun("b") {
				t.Errorf("begun %t, accepted %t", j.begun("a"), j.accepted("a"))
			}
		})
	}
}

// What is written after a torn line can be read.
func TestJournalAfterATornLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	if err := os.WriteFile(path, []byte(`{"plan":"sha256:mi`), 0o600); err != nil {
		t.Fatal(err)
	}
	j, err := readJournal(path, "sha256:mine")
	if err != nil {
		t.Fatal(err)
	}
	if err := j.open(path, "sha256:mine", appendTo); err != nil {
		t.Fatal(err)
	}
	if err := j.write(Record{Do: Delete, Key: "a", State: Started}); err != nil {
		t.Fatal(err)
	}
	if err := j.close(); err != nil {
		t.Fatal(err)
	}
	if err := j.write(Record{Do: Delete, Key: "b", State: Started}); err == nil || j.begun("b") {
		t.Errorf("written to a closed file: err = %v, begun %t", err, j.begun("b"))
	}
	again, err := readJournal(path, "sha256:mine")
	if err != nil || !again.begun("a") || again.begun("b") {
		t.Errorf("err = %v, begun %t %t", err, again.begun("a"), again.begun("b"))
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, err := readJournal(path, "sha256:other"); err == nil {
		t.Error("another plan's journal was read")
	}
}
