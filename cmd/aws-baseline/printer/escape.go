package printer

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Escape makes a text safe to show in one line of a terminal. What Unicode does not call printable is written as an
// escape: \n, \r, \t, \xNN for other ASCII and for bytes that are no UTF-8, \uNNNN and \UNNNNNNNN for the rest, which
// includes C1 controls, bidirectional and zero-width formatting, line separators and spaces other than U+0020. A
// backslash stays as it is: the result is for reading, and escaping it again changes nothing. (The exact value is in
// JSON and YAML.)
func Escape(s string) string {
	if printable(s) {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, `\x%02x`, s[i])
		case unicode.IsPrint(r):
			out.WriteRune(r)
		case r == '\n':
			out.WriteString(`\n`)
		case r == '\r':
			out.WriteString(`\r`)
		case r == '\t':
			out.WriteString(`\t`)
		case r < utf8.RuneSelf:
			fmt.Fprintf(&out, `\x%02x`, r)
		case r <= 0xffff:
			fmt.Fprintf(&out, `\u%04x`, r)
		default:
			fmt.Fprintf(&out, `\U%08x`, r)
		}
		i += size
	}
	return out.String()
}

func printable(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c > '~' {
			return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
		}
	}
	return true
}

// documentWriter passes a JSON or YAML document on and writes what is not printable by the document's own escapes, so
// that the values stay the same. It rests on such characters standing only within quotes: in JSON they can't stand
// elsewhere, in YAML see snapshot.JSONToYAML.
type documentWriter struct {
	to   io.Writer
	yaml bool   // \UNNNNNNNN instead of surrogate pairs
	rest []byte // the beginning of a character that the next write completes
}

func (d *documentWriter) Write(data []byte) (int, error) {
	if len(d.rest) == 0 && plain(data) {
		return d.to.Write(data)
	}
	text := append(d.rest, data...)
	out := make([]byte, 0, len(text)+16)
	for len(text) > 0 && utf8.FullRune(text) {
		r, size := utf8.DecodeRune(text)
		switch {
		case r == '\n' || (unicode.IsPrint(r) && !(r == utf8.RuneError && size == 1)):
			out = append(out, text[:size]...)
		case r <= 0xffff: // a byte that is no UTF-8 becomes the replacement character, as encoding/json has it
			out = fmt.Appendf(out, `\u%04x`, r)
		case d.yaml:
			out = fmt.Appendf(out, `\U%08x`, r)
		default:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		}
		text = text[size:]
	}
	d.rest = append([]byte(nil), text...)
	if _, err := d.to.Write(out); err != nil {
		return 0, err
	}
	return len(data), nil
}

// plain reports whether bytes are printable ASCII and line feeds, which nearly all documents are wholly made of.
func plain(data []byte) bool {
	for _, c := range data {
		if (c < ' ' && c != '\n') || c > '~' {
			return false
		}
	}
	return true
}
