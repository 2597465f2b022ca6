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
	FormatTable Format = "table"
	FormatWide  Format = "wide" // a table with more columns and nothing shortened
	FormatName  Format = "name" // one ARN or name a line
	FormatJSON  Format = "json"
	FormatYAML  Format = "yaml"
	FormatCSV   Format = "csv"
)

// Formats lists all formats in the order of help texts.
func Formats() []Format {
	return []Format{FormatTable, FormatWide, FormatName, FormatJSON, FormatYAML, FormatCSV}
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

// ForFile is the format of a file by its ending, without regard to case. An ending that says nothing is a [UsageError].
func ForFile(path string) (Format, error) {
	switch ending := strings.ToLower(filepath.Ext(path)); ending {
	case ".json":
		return FormatJSON, nil
	case ".yaml", ".yml":
		return FormatYAML, nil
	case ".csv":
		return FormatCSV, nil
	case ".txt", ".table":
		return FormatTable, nil
	default:
		return "", &UsageError{fmt.Sprintf("can't tell the format of %q by its ending: use .json, .yaml, .yml, .csv, .txt or .table", path)}
	}
}

func list(formats []Format) string {
	words := make([]string, len(formats))
	for i, f := range formats {
		words[i] = string(f)
	}
	return strings.Join(words, ", ")
}
