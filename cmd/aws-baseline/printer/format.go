package printer

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Format is how a result is printed. It implements encoding.TextUnmarshaler, so that a flag can have this type.
type Format string

// The formats.
const (
	FormatTree      Format = "tree" // by AWS service and kind, as terraform shows a plan
	FormatTable     Format = "table"
	FormatWide      Format = "wide" // a table with more columns and nothing shortened
	FormatName      Format = "name" // one ARN or name a line
	FormatJSON      Format = "json"
	FormatYAML      Format = "yaml"
	FormatCSV       Format = "csv"
	FormatMarkdown  Format = "markdown"
	FormatHTML      Format = "html"
	FormatDiff      Format = "diff"       // unified, of pretty JSON
	FormatJSONPatch Format = "json-patch" // RFC 6902

	// FormatDefault is the format in which people read a result: a tree where it has one, otherwise a table.
	FormatDefault Format = ""
)

// Formats lists all formats in the order of help texts.
func Formats() []Format {
	return []Format{FormatTree, FormatTable, FormatWide, FormatName, FormatJSON, FormatYAML, FormatCSV, FormatMarkdown, FormatHTML, FormatDiff, FormatJSONPatch}
}

// CommonFormats are those that nearly every result has.
func CommonFormats() []Format {
	return []Format{FormatTable, FormatWide, FormatName, FormatJSON, FormatYAML, FormatCSV}
}

// CheckFormat is a [UsageError] where a format is none of those that a result has. The default always has a meaning.
func CheckFormat(format Format, has []Format) error {
	if format == FormatDefault || slices.Contains(has, format) {
		return nil
	}
	return &UsageError{fmt.Sprintf("the output format %s has no meaning here: use one of %s", format, list(has))}
}

// UsageError says that what was asked for does not exist or does not fit: the command line is wrong, not its execution.
type UsageError struct {
	Message string
}

func (e *UsageError) Error() string { return e.Message }

// Parse reads the value of -o. A leading "=" is dropped, since "-o=json" arrives as "=json". Everything else that is no
// format is a [UsageError].
func Parse(s string) (Format, error) {
	format := Format(strings.TrimPrefix(s, "="))
	if slices.Contains(Formats(), format) {
		return format, nil
	}
	return "", &UsageError{fmt.Sprintf("unknown output format %q: use one of %s", s, list(Formats()))}
}

// UnmarshalText implements encoding.TextUnmarshaler by [Parse].
func (f *Format) UnmarshalText(text []byte) (err error) {
	*f, err = Parse(string(text))
	return err
}

// endings are the formats of files. A text file is what people read.
var endings = [...]struct {
	ending string
	format Format
}{
	{".json", FormatJSON}, {".yaml", FormatYAML}, {".yml", FormatYAML}, {".csv", FormatCSV}, {".md", FormatMarkdown},
	{".html", FormatHTML}, {".htm", FormatHTML}, {".diff", FormatDiff}, {".patch", FormatDiff}, {".txt", FormatDefault}, {".table", FormatTable},
}

// ForFile is the format of a file by its ending, without regard to case; ".patch.json" is a JSON Patch. An ending that says
// nothing is a [UsageError].
func ForFile(path string) (Format, error) {
	name := strings.ToLower(path)
	if strings.HasSuffix(name, ".patch.json") {
		return FormatJSONPatch, nil
	}
	words := make([]string, len(endings))
	for i, e := range endings {
		if filepath.Ext(name) == e.ending {
			return e.format, nil
		}
		words[i] = e.ending
	}
	return "", &UsageError{fmt.Sprintf("can't tell the format of %q by its ending: use %s or %s", path, strings.Join(words[:len(words)-1], ", "), words[len(words)-1])}
}

func list(formats []Format) string {
	words := make([]string, len(formats))
	for i, f := range formats {
		words[i] = string(f)
	}
	return strings.Join(words, ", ")
}
