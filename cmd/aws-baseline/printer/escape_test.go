package printer

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

func TestEscape(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "",
		"plain text":               "plain text",
		`a\b`:                      `a\b`,
		"Größe 日本語 →":              "Größe 日本語 →",
		"e\u0301":                  "e\u0301",
		"a\nb\tc\rd":               `a\nb\tc\rd`,
		"\x00\x1b[31m\x7f":         `\x00\x1b[31m\x7f`,
		"\x1b]8;;http://x\x1b\\t":  `\x1b]8;;http://x\x1b\t`,
		"\u009b31m\u0085":          `\u009b31m\u0085`,
		"\u202e\u2066\u200f\u061c": `\u202e\u2066\u200f\u061c`,
		"\u200b\ufeff\u00ad\u00a0": `\u200b\ufeff\u00ad\u00a0`,
		"\u2028\u2029":             `\u2028\u2029`,
		"\U000e0041":               `\U000e0041`,
		"\xff\xc3":                 `\xff\xc3`,
		"\ufffd":                   "\ufffd",
		"\xed\xa0\x80":             `\xed\xa0\x80`,
	} {
		if got := Escape(in); got != want {
			t.Errorf("Escape(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, seed := range []string{"", hostile, "日本語", "\xff\u202e", `\x1b`, "a\u0301\u200d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := Escape(in)
		if !utf8.ValidString(out) {
			t.Fatalf("%q is no UTF-8", out)
		}
		for _, r := range out {
			if !unicode.IsPrint(r) {
				t.Fatalf("%q holds %U", out, r)
			}
		}
		if again := Escape(out); again != out {
			t.Fatalf("%q becomes %q the second time", out, again)
		}
		if utf8.ValidString(in) && !strings.ContainsFunc(in, func(r rune) bool { return !unicode.IsPrint(r) }) && out != in {
			t.Fatalf("%q was fine and became %q", in, out)
		}
	})
}

// FuzzDocument holds that JSON and YAML show nothing that is not printable, and hold the same value.
func FuzzDocument(f *testing.F) {
	for _, seed := range []string{"", hostile, "日本語\n  x\n", "\u202e:\n- a", "yes", "22:30", "1e3", "0777", "\U000e0041", "\xff", " a\n b ", "<&>", "null", "2026-01-01", "- x", "=", "<<"} {
		f.Add(seed, 7)
	}
	f.Fuzz(func(t *testing.T, text string, chunk int) {
		text = strings.ToValidUTF8(text, "\ufffd")
		document := map[string]string{"k": text, text: "v"}
		for _, format := range []Format{FormatJSON, FormatYAML} {
			var out bytes.Buffer
			if err := (Printer{Out: &out}).Print(format, View{Document: document}); err != nil {
				t.Fatal(err)
			}
			for _, r := range out.String() {
				if r != '\n' && !unicode.IsPrint(r) {
					t.Fatalf("%s holds %U: %q", format, r, out.String())
				}
			}
			back := make(map[string]string)
			var err error
			if format == FormatJSON {
				err = json.Unmarshal(out.Bytes(), &back)
			} else {
				err = yaml.Unmarshal(out.Bytes(), &back)
			}
			if err != nil {
				t.Fatalf("%v in %s", err, out.String())
			}
			if back["k"] != document["k"] || back[text] != document[text] || len(back) != len(document) {
				t.Fatalf("%q became %q in %s", document, back, out.String())
			}
		}
		// However the document is cut into writes, the result is one.
		whole, parts := new(bytes.Buffer), new(bytes.Buffer)
		if _, err := (&documentWriter{to: whole}).Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		writer, size := &documentWriter{to: parts}, max(1, chunk&15)
		for rest := []byte(text); len(rest) > 0; {
			n := min(size, len(rest))
			if _, err := writer.Write(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		if whole.String() != parts.String() {
			t.Fatalf("%q in one write, %q in writes of %d", whole, parts, size)
		}
	})
}

// TestNumbers holds that no digit is lost.
func TestNumbers(t *testing.T) {
	numbers := []string{"123456789012345678901234567890", "0.10", "1.2345678901234567890123", "9007199254740993", "-0.0", "1E+400"}
	for _, format := range []Format{FormatJSON, FormatYAML} {
		for _, number := range numbers {
			var out bytes.Buffer
			if err := (Printer{Out: &out}).Print(format, View{Document: map[string]json.Number{"n": json.Number(number)}}); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.String(), " "+number+"\n") {
				t.Errorf("%s: %s was written as %q", format, number, out.String())
			}
		}
	}
}
