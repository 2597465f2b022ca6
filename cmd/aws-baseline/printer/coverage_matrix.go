package printer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// coverageMatrix is kind × region. A cell is how many resources were seen, and in a word what became of a scope that was
// not seen wholly. Regions that look alike share a column, and kinds of which there is nothing a line, but not in wide
// tables.
func coverageMatrix(s *snapshot.Snapshot, wide bool) Table {
	cells, kinds, regions := coverageCells(s)
	columnsOf := alike(regions, func(region string) string {
		parts := make([]string, len(kinds))
		for i, kind := range kinds {
			parts[i] = cells[kind][region]
		}
		return strings.Join(parts, "|")
	}, wide)
	t := Table{Columns: []Column{{Name: "KIND"}}}
	for _, same := range columnsOf {
		name := same[0]
		if len(same) > 1 {
			name = fmt.Sprintf("%d ALIKE", len(same))
		}
		t.Columns = append(t.Columns, Column{Name: strings.ToUpper(name), AlignRight: true, Style: matrixStyle})
	}
	empty := 0
	for _, kind := range kinds {
		row := []string{kind}
		something := wide
		for _, same := range columnsOf {
			cell := cells[kind][same[0]]
			row = append(row, cell)
			something = something || cell != "" && cell != "0"
		}
		if !something {
			empty++
			continue
		}
		t.Rows = append(t.Rows, Row{Cells: row})
	}
	if empty > 0 {
		t.Lines = append(t.Lines, fmt.Sprintf("%s: complete, and nothing there (see -o wide)", count(empty, "more kind")))
	}
	for _, same := range columnsOf {
		if len(same) > 1 {
			t.Lines = append(t.Lines, fmt.Sprintf("%d ALIKE: %s", len(same), strings.Join(same, ", ")))
		}
	}
	return t
}

// coverageCells are the matrix's cells, kind → region, and its kinds and regions, global first.
func coverageCells(s *snapshot.Snapshot) (cells map[string]map[string]string, kinds, regions []string) {
	type sum struct {
		resources int
		gaps      map[string]int
	}
	sums := make(map[string]map[string]*sum)
	for _, c := range s.Coverage {
		if sums[c.Kind] == nil {
			sums[c.Kind] = make(map[string]*sum)
			kinds = append(kinds, c.Kind)
		}
		at := sums[c.Kind][c.Region]
		if at == nil {
			at = &sum{gaps: make(map[string]int)}
			sums[c.Kind][c.Region] = at
		}
		at.resources += c.Resources
		if c.State != snapshot.Complete {
			word := string(c.State)
			if c.SCP && c.State == snapshot.Denied {
				word = "denied by SCP"
			}
			at.gaps[word]++
		}
		regions = append(regions, c.Region)
	}
	cells = make(map[string]map[string]string, len(sums))
	for kind, byRegion := range sums {
		cells[kind] = make(map[string]string, len(byRegion))
		for region, at := range byRegion {
			cells[kind][region] = matrixCell(at.resources, at.gaps, len(s.Accounts))
		}
	}
	slices.Sort(kinds)
	regions = distinct(regions)
	if at := slices.Index(regions, snapshot.Global); at > 0 {
		regions = slices.Insert(slices.Delete(regions, at, at+1), 0, snapshot.Global)
	}
	return cells, kinds, regions
}

// matrixCell is "3", "denied", "3 partial", and over several accounts "3, denied in 2".
func matrixCell(resources int, gaps map[string]int, accounts int) string {
	if len(gaps) == 0 {
		return strconv.Itoa(resources)
	}
	var words []string
	for word := range gaps {
		words = append(words, word)
	}
	slices.Sort(words)
	if accounts < 2 {
		if resources == 0 {
			return words[0]
		}
		return fmt.Sprintf("%d %s", resources, words[0])
	}
	for i, word := range words {
		words[i] = fmt.Sprintf("%s in %d", word, gaps[word])
	}
	return fmt.Sprintf("%d, %s", resources, strings.Join(words, ", "))
}

// alike puts what has the same key together, in the order of the first; apart keeps everything by itself.
func alike(items []string, key func(string) string, apart bool) [][]string {
	var groups [][]string
	index := make(map[string]int)
	for _, item := range items {
		k := key(item)
		if at, ok := index[k]; ok && !apart {
			groups[at] = append(groups[at], item)
			continue
		}
		index[k] = len(groups)
		groups = append(groups, []string{item})
	}
	return groups
}

func matrixStyle(cell string) Style {
	switch {
	case cell == "0" || cell == "" || strings.Contains(cell, string(snapshot.Unavailable)):
		return Faint
	case strings.Contains(cell, string(snapshot.Denied)), strings.Contains(cell, string(snapshot.Failed)):
		return Red
	case strings.Contains(cell, " ") || cell == string(snapshot.Partial) || cell == string(snapshot.Skipped):
		return Yellow
	}
	return Green
}

// coverageGaps are a snapshot's gaps as those of a comparison are listed.
func coverageGaps(s *snapshot.Snapshot) []diff.Gap {
	var gaps []diff.Gap
	for _, c := range s.Coverage {
		if c.State != snapshot.Complete {
			gaps = append(gaps, diff.Gap{
				Scope: c.Scope, AccountID: c.AccountID, Region: c.Region, Kind: c.Kind, Target: c.State,
				Reason: strings.TrimSuffix(string(c.State)+": "+coverageWhy(c), ": "),
			})
		}
	}
	return gaps
}
