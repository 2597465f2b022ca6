package snapshot

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite golden files")

func encoded(t *testing.T, s *Snapshot, format Format) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, s, format); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestDocumentIsStable(t *testing.T) {
	for _, format := range []Format{JSON, YAML} {
		golden := "testdata/example." + string(format)
		got := encoded(t, example(), format)
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s changed; a change of the document needs a new schema version\n%s", golden, got)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	for _, format := range []Format{JSON, YAML} {
		t.Run(string(format), func(t *testing.T) {
			first := encoded(t, example(), format)
			s, err := Read(first)
			if err != nil {
				t.Fatal(err)
			}
			if s.Edited {
				t.Error("reading what was written says that it was edited")
			}
			if got := string(encoded(t, s, format)); got != string(first) {
				t.Errorf("read and written again:\n%s", got)
			}
			// No digit is lost in either format.
			if got := string(encoded(t, s, JSON)); got != string(encoded(t, example(), JSON)) {
				t.Errorf("as JSON:\n%s", got)
			}
		})
	}
}

func TestDigestIgnoresLayout(t *testing.T) {
	text := encoded(t, example(), JSON)
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		t.Fatal(err)
	}
	renamed := bytes.Replace(text, []byte(`"name": "base"`), []byte(`"name": "other"`), 1)
	for name, variant := range map[string][]byte{
		"line endings": bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")), "compact": compact.Bytes(), "renamed": renamed,
	} {
		s, err := Read(variant)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if s.Edited {
			t.Errorf("%s: counts as an edit", name)
		}
	}
	for name, edit := range map[string][2]string{
		"configuration": {`10.0.0.0/16`, `10.1.0.0/16`}, "tag": {`"team": "platform"`, `"team": "other"`},
		"coverage": {`"state":"denied"`, `"state":"complete"`}, "cut-off": {`"cutoff": "2026-11-01`, `"cutoff": "2025-11-01`},
	} {
		edited := bytes.ReplaceAll(text, []byte(edit[0]), []byte(edit[1]))
		if bytes.Equal(edited, text) {
			t.Fatalf("%s: the edit did not apply", name)
		}
		s, err := Read(edited)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !s.Edited {
			t.Errorf("%s: the edit went unnoticed", name)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	text := string(encoded(t, example(), JSON))
	for _, test := range []struct {
		name, text string
		want       error
	}{
		{"empty", "", ErrDamaged},
		{"spaces", " \n", ErrDamaged},
		{"truncated", text[:len(text)/2], ErrDamaged},
		{"not JSON", "{nonsense", ErrDamaged},
		{"another document", `{"document":"restore-plan","schemaVersion":1}`, ErrNotSnapshot},
		{"no document", `{}`, ErrNotSnapshot},
		{"newer", strings.Replace(text, `"schemaVersion": 1`, `"schemaVersion": 99`, 1), ErrNewer},
		{"no version", `{"document":"snapshot"}`, ErrDamaged},
		{"wrong types", `{"document":"snapshot","schemaVersion":1,"resources":{}}`, ErrDamaged},
		{"a key twice", `{"document":"snapshot","schemaVersion":1,"resources":[{"key":"a","kind":"b","scope":"c"},{"key":"a","kind":"b","scope":"c"}]}`, ErrDamaged},
		{"no key", `{"document":"snapshot","schemaVersion":1,"resources":[{"kind":"b","scope":"c"}]}`, ErrDamaged},
		{"configuration is a list", `{"document":"snapshot","schemaVersion":1,"resources":[{"key":"a","kind":"b","scope":"c","configuration":[]}]}`, ErrDamaged},
		{"YAML alias", "document: &a snapshot\nschemaVersion: 1\nname: *a\n", ErrDamaged},
	} {
		_, err := Read([]byte(test.text))
		if !errors.Is(err, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: the error has more than one line: %q", test.name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	var out bytes.Buffer
	for _, format := range []Format{JSON, YAML} {
		out.Reset()
		if err := Write(&out, example(), format); err != nil {
			f.Fatal(err)
		}
		f.Add(bytes.Clone(out.Bytes()))
	}
	f.Add([]byte(`{"document":"snapshot","schemaVersion":1,"resources":[{"key":"a","kind":"b","scope":"c","configuration":{"x":1e999}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := Read(data)
		if err != nil {
			return
		}
		var first, second bytes.Buffer
		if err := Write(&first, s, JSON); err != nil {
			t.Fatalf("what was read can't be written: %v", err)
		}
		fast, ok := readTrusted(first.Bytes())
		if !ok {
			t.Fatalf("what was written is not trusted:\n%s", first.Bytes())
		}
		slow := new(Snapshot)
		if err := json.Unmarshal(first.Bytes(), slow); err != nil {
			t.Fatal(err)
		}
		if a, b := digest(fast), digest(slow); a != b {
			t.Fatalf("read in two ways it is two things: %s, %s\n%s", a, b, first.Bytes())
		}
		again, err := Read(first.Bytes())
		if err != nil {
			t.Fatalf("what was written can't be read: %v\n%s", err, first.Bytes())
		}
		if again.Edited {
			t.Fatal("what was written counts as edited")
		}
		if err := Write(&second, again, JSON); err != nil || second.String() != first.String() {
			t.Fatalf("not stable (%v):\n%s\n%s", err, first.Bytes(), second.Bytes())
		}
	})
}

// A file whose resource was made to say that it is of another kind, or in another place, than its key is damaged: it would be
// compared with one thing and named as another.
func TestReadRefusesWhatContradictsItself(t *testing.T) {
	written := string(encoded(t, example(), JSON))
	for _, field := range []string{`"kind": "`, `"region": "`, `"accountId": "`, `"scope": "`} {
		at := strings.LastIndex(written, "\n      "+field) + len("\n      "+field)
		edited := written[:at] + "x" + written[at:]
		if _, err := Read([]byte(edited)); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s was edited: %v", field, err)
		}
	}
}
