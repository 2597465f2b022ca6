package snapshot

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// written puts a file with edits into a folder: pairs of what stands there and what is to.
func written(t *testing.T, s *Snapshot, format Format, edits ...string) Folder {
	t.Helper()
	f := newFolder(t)
	if err := f.Save(s, format); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(string(f.Files.(Disk)), s.Name+endings[format])
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(edits); i += 2 {
		if !bytes.Contains(text, []byte(edits[i])) {
			t.Fatalf("there is no %s in\n%s", edits[i], text)
		}
		text = bytes.ReplaceAll(text, []byte(edits[i]), []byte(edits[i+1]))
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestSeal(t *testing.T) {
	for _, format := range []Format{JSON, YAML} {
		t.Run(string(format), func(t *testing.T) {
			f := written(t, things(t, "base", thing("a", `{"X":10}`), thing("b", `{"X":987654321}`)), format, "987654321", "123456789")
			edited, err := f.Load("base")
			if err != nil || !edited.Edited {
				t.Fatalf("not edited: %v", err)
			}
			sealed, err := f.Seal("BASE", Seal{At: approveTime, By: Person{User: "ann"}, Reason: "a typo", Tool: "test"})
			if err != nil {
				t.Fatal(err)
			}
			back, err := f.Load("base")
			if err != nil || back.Edited || back.Digest != sealed.Digest || back.Digest == edited.Digest {
				t.Fatalf("%v: %+v", err, back)
			}
			if got := back.Resources[1].ConfigurationHash; got != Hash([]byte(`{"X":123456789}`)) {
				t.Errorf("the hash is %s", got)
			}
			seal := back.Metadata.Seals[0]
			if seal.Digest != edited.Digest || seal.Reason != "a typo" || seal.By.User != "ann" || len(seal.Found) != 1 || !strings.HasPrefix(seal.Found[0], "the configuration of "+thingScope+"/b is not the one of its hash sha256:") {
				t.Errorf("recorded: %+v", seal)
			}
			entries, err := f.Entries()
			if err != nil || len(entries) != 1 || entries[0].Format != format {
				t.Errorf("the folder has %+v, %v", entries, err)
			}
			// It is as it was written now.
			file := filepath.Join(string(f.Files.(Disk)), "base"+endings[format])
			before, _ := os.ReadFile(file)
			if _, err := f.Seal("base", Seal{}); !errors.Is(err, ErrNotEdited) {
				t.Errorf("sealed again: %v", err)
			}
			if after, _ := os.ReadFile(file); !bytes.Equal(before, after) {
				t.Error("a second seal changed the file")
			}
		})
	}
}

func TestSealTellsWhatIsGone(t *testing.T) {
	s := things(t, "base", thing("a", `{"X":1}`))
	f := written(t, s, JSON, `"resources":1`, `"resources":2`)
	sealed, err := f.Seal("base", Seal{})
	if err != nil || len(sealed.Metadata.Seals[0].Found) != 1 || sealed.Metadata.Seals[0].Found[0] != thingScope+" has 1 of the 2 resources that its coverage counts" {
		t.Errorf("%v: %+v", err, sealed)
	}
	if sealed.Coverage[0].Resources != 1 {
		t.Errorf("the coverage counts %d", sealed.Coverage[0].Resources)
	}
	// A tag leaves no trace.
	tagged := things(t, "base", thing("a", `{}`, func(r *Resource) { r.Tags = map[string]string{"team": "a-team"} }))
	sealed, err = written(t, tagged, JSON, "a-team", "b-team").Seal("base", Seal{})
	if err != nil || len(sealed.Metadata.Seals[0].Found) != 0 || sealed.Resources[0].Tags["team"] != "b-team" {
		t.Errorf("%v: %+v", err, sealed)
	}
}

func TestSealRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		edits []string
		says  string
	}{
		"what is no JSON":     {[]string{`"resources": [`, `"resources": [[`}, "base.json: damaged: "},
		"a mistyped field":    {[]string{`"accountId": "`, `"acountId": "`}, `base.json: damaged: json: unknown field "acountId"`},
		"a key of another":    {[]string{`"key": "111122223333/eu-west-1/ec2:thing/a"`, `"key": "111122223333/eu-west-2/ec2:thing/a"`}, "resources[0]: the key 111122223333/eu-west-2/ec2:thing/a is not one of its account, region and kind"},
		"a scope of another":  {[]string{`"scope": "111122223333/eu-west-1/ec2:thing"`, `"scope": "111122223333/eu-west-1/ec2:other"`}, "resources[0]: the scope 111122223333/eu-west-1/ec2:other is not one of its account and kind"},
		"a state of its own":  {[]string{`"state":"complete"`, `"state":"completed"`}, `coverage[0]: "completed" is no state of a scope`},
		"coverage of another": {[]string{`"kind":"ec2:thing","state"`, `"kind":"ec2:other","state"`}, "coverage[0]: the scope 111122223333/eu-west-1/ec2:thing is not that of its account, region and kind"},
	} {
		f := written(t, things(t, "base", thing("a", `{"X":1}`)), JSON, test.edits...)
		file := filepath.Join(string(f.Files.(Disk)), "base.json")
		before, _ := os.ReadFile(file)
		_, err := f.Seal("base", Seal{})
		if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), test.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
		if after, _ := os.ReadFile(file); !bytes.Equal(before, after) {
			t.Errorf("%s: the file changed", name)
		}
	}
}
