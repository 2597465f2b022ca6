package printer

import (
	"errors"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, format := range Formats() {
		for _, text := range []string{string(format), "=" + string(format)} {
			var got Format
			if err := got.UnmarshalText([]byte(text)); err != nil || got != format {
				t.Errorf("%q is %q, %v", text, got, err)
			}
		}
	}
	for _, text := range []string{"", "JSON", "xml", "json "} {
		_, err := Parse(text)
		var usage *UsageError
		if !errors.As(err, &usage) || !strings.Contains(err.Error(), "tree, table, wide, name, json, yaml, csv, markdown, html, diff, json-patch") {
			t.Errorf("Parse(%q): %v", text, err)
		}
	}
}

func TestForFile(t *testing.T) {
	for path, want := range map[string]Format{
		"a.json": FormatJSON, "b/a.YAML": FormatYAML, "a.yml": FormatYAML, "a.b.csv": FormatCSV, "a.txt": FormatDefault, "a.table": FormatTable,
		"a.md": FormatMarkdown, "a.html": FormatHTML, "a.HTM": FormatHTML, "a.diff": FormatDiff, "a.patch": FormatDiff, "a.patch.json": FormatJSONPatch,
	} {
		if got, err := ForFile(path); err != nil || got != want {
			t.Errorf("ForFile(%q) = %q, %v", path, got, err)
		}
	}
	for _, path := range []string{"", "a", "a.pdf", "json", "a.json/"} {
		var usage *UsageError
		if _, err := ForFile(path); !errors.As(err, &usage) {
			t.Errorf("ForFile(%q): %v", path, err)
		}
	}
}

func TestWithoutMeaning(t *testing.T) {
	view := View{Document: map[string]int{}}
	for _, format := range []Format{FormatTable, FormatWide, FormatName, FormatCSV, "xml", ""} {
		var out strings.Builder
		err := Printer{Out: &out}.Print(format, view)
		var usage *UsageError
		if !errors.As(err, &usage) || out.Len() > 0 {
			t.Errorf("%s: %v, %q", format, err, out.String())
		}
	}
	if err := (Printer{}).Print(FormatCSV, view); !strings.Contains(err.Error(), "use one of json, yaml") {
		t.Errorf("the error does not name what there is: %v", err)
	}
}
