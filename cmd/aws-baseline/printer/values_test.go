package printer

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws-baseline/aws-baseline/diff"
)

func TestValues(t *testing.T) {
	long := strings.Repeat("a", 200)
	for _, c := range []struct {
		old, now, before, after string
	}{
		{``, `1`, "(none)", "1"},
		{`null`, `""`, "null", `""`},
		{`"masked:k:0123456789abcdef"`, `"masked:k:ff"`, "(masked 01234567)", "(masked ff)"},
		{`"masked: not"`, `"masked"`, "(masked  not)", `"masked"`},
		{`"` + long + `x"`, `"` + long + `y"`, "…" + long[:leadIn] + `x"`, "…" + long[:leadIn] + `y"`},
		{`"` + long + `"`, `1`, `"` + long[:valueWidth-1] + "…", "1"},
	} {
		before, after := values(json.RawMessage(c.old), json.RawMessage(c.now), false)
		if before != c.before || after != c.after {
			t.Errorf("%s → %s: %s → %s, want %s → %s", c.old, c.now, before, after, c.before, c.after)
		}
	}
	if before, after := values(json.RawMessage(`"`+long+`x"`), json.RawMessage(`"`+long+`y"`), true); len(before) != 203 || len(after) != 203 {
		t.Errorf("wide shortens: %s → %s", before, after)
	}
}

// FuzzValues holds that values that differ look different, and that shortened ones are short.
func FuzzValues(f *testing.F) {
	f.Add("a", "b")
	f.Add(strings.Repeat("日本", 100)+"x", strings.Repeat("日本", 100)+"y")
	f.Add(strings.Repeat("a", 100), strings.Repeat("a", 101))
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = strings.ToValidUTF8(a, ""), strings.ToValidUTF8(b, "")
		if a == b || strings.HasPrefix(a, "masked:") || strings.HasPrefix(b, "masked:") || strings.Contains(a+b, ellipsis) {
			return
		}
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		before, after := values(x, y, false)
		if before == after {
			t.Fatalf("%q and %q look the same: %s", a, b, before)
		}
		for _, text := range []string{before, after} {
			if utf8.RuneCountInString(text) > valueWidth+2 {
				t.Fatalf("%d characters: %s", utf8.RuneCountInString(text), text)
			}
		}
	})
}

func TestSummary(t *testing.T) {
	for want, s := range map[string]diff.Summary{
		"No differences.": {Unchanged: 5},
		"2 added, 1 removed, 1 modified; 3 owned and 2 provider resources came or went (not shown).": {Added: 2, Removed: 1, Modified: 1, Owned: 3, Provider: 2},
		"No differences; 1 owned resource came or went (not shown).":                                 {Owned: 1},
		"No differences: 4 outside the baseline's selectors.":                                        {Outside: 4},
		"No differences in what could be seen: 2 unknown; 1 scope not seen wholly.":                  {Unknown: 2, Gaps: 1},
		"No differences in what could be seen; 7 scopes not seen wholly.":                            {Gaps: 7},
		"1 missed, 2 unknown.": {Missed: 1, Unknown: 2},
		"No differences in what could be compared; not compared: 3 values (see the notes).":                                         {NotCompared: 3},
		"No differences in what could be compared; not compared: 2 scopes, 1 resource, 1 value (see the notes).":                    {ScopesNotCompared: 2, ResourcesNotCompared: 1, NotCompared: 1},
		"No differences in what could be seen; 1 scope not seen wholly; not compared: 1 value (see the notes).":                     {Gaps: 1, NotCompared: 1},
		"1 added; not compared: 1 scope (see the notes).":                                                                           {Added: 1, ScopesNotCompared: 1},
		"No differences in what was asked for; 4 other changes filtered out.":                                                       {FilteredOut: 4},
		"1 added; 1 other change filtered out.":                                                                                     {Added: 1, FilteredOut: 1},
		"No differences in what could be seen; 2 other changes filtered out, 1 of them unknown, which could be what was asked for.": {FilteredOut: 2, UnknownFilteredOut: 1},
		"No differences in what could be compared; not compared: 1 value (see the notes); 1 other change filtered out.":             {NotCompared: 1, FilteredOut: 1},
	} {
		if got := summary(&diff.Report{Summary: s}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestSize(t *testing.T) {
	for bytes, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1572864: "1.5 MiB", 1<<20 - 1: "1.0 MiB", 1 << 62: "4.0 EiB"} {
		if got := Size(bytes); got != want {
			t.Errorf("%d: %s, want %s", bytes, got, want)
		}
	}
}

func TestSome(t *testing.T) {
	for n, want := range map[int]string{0: "", 2: "a, a", 3: "a, a, a", 4: "a, a and 2 more"} {
		if got := Some(strings.Split("a,a,a,a", ",")[:n], 2); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
	}
}

// TestManyGaps holds that reasons beyond those shown are counted, and that wide shows all.
func TestManyGaps(t *testing.T) {
	var gaps []diff.Gap
	for i := range 14 {
		gaps = append(gaps, diff.Gap{Kind: "a:b", Region: "global", Reason: strings.Repeat("x", i+1)})
	}
	table := gapLines(gaps, false)
	if len(table.Rows) != gapReasons || len(table.Lines) != 1 || !strings.Contains(table.Lines[0], "4 more reasons in 4 scopes") {
		t.Errorf("%d rows, %q", len(table.Rows), table.Lines)
	}
	if table := gapLines(gaps, true); len(table.Rows) != 14 || len(table.Lines) != 0 {
		t.Errorf("wide: %d rows, %q", len(table.Rows), table.Lines)
	}
}
