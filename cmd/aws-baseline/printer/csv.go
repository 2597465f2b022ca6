package printer

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"fmt"
	"regexp"
	"strings"
)

// writeCSV writes a table by RFC 4180: records end in CRLF, cells are exact. (encoding/csv's own CRLF mode would also
// alter the line breaks within cells.)
func (p Printer) writeCSV(out *bufio.Writer, t Table) error {
	var record bytes.Buffer
	writer := csv.NewWriter(&record)
	write := func(cells []string) error {
		if p.Terminal {
			safe := make([]string, len(cells))
			for i, cell := range cells {
				safe[i] = Escape(cell)
			}
			cells = safe
		}
		record.Reset()
		if err := writer.Write(cells); err != nil {
			return err
		}
		writer.Flush()
		out.Write(bytes.TrimSuffix(record.Bytes(), []byte("\n")))
		_, err := out.WriteString("\r\n")
		return err
	}
	if !p.NoHeaders {
		header := make([]string, len(t.Columns))
		for i, column := range t.Columns {
			header[i] = column.Name
		}
		if err := write(header); err != nil {
			return err
		}
	}
	formulas := 0
	for _, row := range t.Rows {
		for _, cell := range row.Cells {
			if formula(cell) {
				formulas++
			}
		}
		if err := write(row.Cells); err != nil {
			return err
		}
	}
	if formulas > 0 && p.Warn != nil {
		p.Warn(fmt.Sprintf("%s of the CSV would be taken for a formula by a spreadsheet: import all columns as text", count(formulas, "cell")))
	}
	return nil
}

// formula reports whether a spreadsheet would calculate a cell. Plain numbers may have a sign.
func formula(cell string) bool {
	return cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) && !signed.MatchString(cell)
}

var signed = regexp.MustCompile(`^[+-][0-9]+(\.[0-9]+)?$`)
