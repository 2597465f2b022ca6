package snapshot

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

// slowly decodes a document as encoding/json does.
func slowly(t *testing.T, text []byte) *Snapshot {
	t.Helper()
	s := new(Snapshot)
	if err := json.Unmarshal(text, s); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestReadTrusted: what the program wrote is read the fast way, and is the same as decoded; what somebody changed is not.
func TestReadTrusted(t *testing.T) {
	odd := example()
	odd.Name = `a "resources":[ name`
	odd.Metadata.User = map[string]string{"resources": `,"resources":[`, "\x01": "é\u2028<>&"}
	odd.Resources[0].Tags = map[string]string{`quote"`: `back\slash`, "": "\t", "a,b": "]}"}
	odd.Resources[0].Name = "]},{\"key\":"
	empty := &Snapshot{}
	for name, s := range map[string]*Snapshot{"example": example(), "odd": odd, "empty": empty} {
		var written bytes.Buffer
		if err := Write(&written, s, JSON); err != nil {
			t.Fatal(err)
		}
		text := bytes.TrimSpace(written.Bytes())
		got, ok := readTrusted(text)
		if !ok {
			t.Fatalf("%s: what was written is not trusted:\n%s", name, text)
		}
		want := slowly(t, text)
		for i := range want.Resources { // a fast one keeps the text as it is written, without indentation
			var compact bytes.Buffer
			if err := json.Compact(&compact, want.Resources[i].Configuration); err != nil {
				t.Fatal(err)
			}
			want.Resources[i].Configuration = compact.Bytes()
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %+v\nwant %+v", name, got, want)
		}
		// As git may hand it out, and as somebody's editor may lay it out.
		for _, same := range [][]byte{bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")), compactOf(t, text)} {
			if _, ok := readTrusted(same); !ok {
				t.Errorf("%s: other white space is taken for a change", name)
			}
		}
		for _, edited := range []string{
			strings.Replace(string(text), `"schemaVersion": 1`, `"schemaVersion": 0`, 1), string(text[:len(text)/2]), string(text) + "}",
			strings.Replace(string(text), `"resources": [`, `"resources": [ {},`, 1), "{}", "[]", `"`, "",
		} {
			if _, ok := readTrusted([]byte(edited)); ok {
				t.Errorf("%s: a change is trusted:\n%s", name, edited)
			}
		}
	}
}

func compactOf(t *testing.T, text []byte) []byte {
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		t.Fatal(err)
	}
	return compact.Bytes()
}

// TestCompressed: a compressed file is read as any other, and a damaged one is named as such.
func TestCompressed(t *testing.T) {
	folder := Folder{Files: Disk(t.TempDir())}
	s := example()
	s.Name = "small"
	if err := folder.Save(s, Compressed); err != nil {
		t.Fatal(err)
	}
	entries, err := folder.Entries()
	if err != nil || len(entries) != 1 || entries[0].Name != "small" || entries[0].Format != Compressed {
		t.Fatalf("%+v, %v", entries, err)
	}
	got, err := folder.Load("small")
	if err != nil || got.Edited || len(got.Resources) != len(s.Resources) {
		t.Fatalf("%+v, %v", got, err)
	}
	if err := folder.Rename("small", "other"); err != nil {
		t.Fatal(err)
	}
	data, err := folder.Files.ReadFile("other.json.zst")
	if err != nil {
		t.Fatal(err)
	}
	for _, damaged := range [][]byte{data[:len(data)/2], append(bytes.Clone(data[:len(data)-8]), "12345678"...), zstdMagic} {
		if _, err := Read(damaged); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("a damaged file: %v", err)
		}
	}
}
