package printer

import (
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// sampleWhole is a report whose changes carry their resources, as a comparison makes them.
func sampleWhole() *diff.Report {
	r := sampleReport()
	r.Changes = nil
	resource := func(id, configuration string, tags map[string]string) *snapshot.Resource {
		key := snapshot.ResourceKey("123456789012", "eu-west-1", "sqs:queue", id)
		return &snapshot.Resource{Key: key, Kind: "sqs:queue", ID: id, Configuration: json.RawMessage(configuration), Tags: tags}
	}
	change := func(class diff.Class, old, found *snapshot.Resource) {
		c := diff.Change{Change: class, Kind: "sqs:queue", AccountID: "123456789012", Region: "eu-west-1", Baseline: old, Target: found}
		for _, side := range []*snapshot.Resource{old, found} {
			if side != nil {
				c.Key, c.ID = side.Key, side.ID
			}
		}
		r.Changes = append(r.Changes, c)
	}
	policy := func(action string) string {
		text, _ := json.Marshal(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"` + action + `"}]}`)
		return `{"Policy":` + string(text) + `,"VisibilityTimeout":30}`
	}
	change(diff.Added, nil, resource("new", `{"VisibilityTimeout":12345678901234567890123.10}`, map[string]string{"team": "shop"}))
	change(diff.Removed, resource("old\x1b[2J", `{"Delay":0}`, nil), nil)
	change(diff.Modified, resource("with space", policy("sqs:SendMessage"), map[string]string{"a": "1"}), resource("with space", policy("sqs:*"), map[string]string{"a": "2"}))
	// Only the spelling of a document differs: opened, both look the same.
	change(diff.Modified, resource("spelling", `{"Pattern":"{\"a\": 1}"}`, nil), resource("spelling", `{"Pattern":"{\"a\":1}"}`, nil))
	unread := resource("unread", `{"Delay":0}`, nil)
	unread.Unknown = []snapshot.Unknown{{Path: "Policy", Code: "AccessDenied"}}
	change(diff.Modified, resource("unread", `{"Delay":5,"Policy":"{}"}`, nil), unread)
	change(diff.Unknown, resource("hidden", `{}`, nil), nil)
	r.Changes[len(r.Changes)-1].Reason = "can't be seen now: denied"
	r.Narrow(diff.Filter{})
	return r
}

func TestUnifiedAndPatch(t *testing.T) {
	for _, format := range []Format{FormatDiff, FormatJSONPatch} {
		got := render(t, Printer{}, format, DiffView(sampleWhole()))
		golden(t, "whole."+string(format), got)
		if strings.ContainsFunc(got, func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }) {
			t.Errorf("%s: control characters", format)
		}
	}
	text := render(t, Printer{}, FormatDiff, DiffView(sampleWhole()))
	if strings.Contains(text, `-    "Policy": "{}"`) {
		t.Error("a part that could not be read is shown as removed")
	}
}

// TestLongTree shows the summary of a long list, its groups, findings and actors.
func TestLongTree(t *testing.T) {
	text := render(t, Printer{Width: 110}, FormatTree, DiffView(sampleLong()))
	golden(t, "long.tree", text)
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "      ") && screenWidth(line) > 110 {
			t.Errorf("line %d takes %d columns: %s", i+1, screenWidth(line), line)
		}
	}
	folded, opened := strings.Count(text, "\n"), strings.Count(render(t, Printer{}, FormatTree, DiffViewOf(sampleLong(), DiffOptions{Expand: true})), "\n")
	if opened < folded+300 {
		t.Errorf("--expand: %d lines, and without it %d", opened, folded)
	}
	wide := render(t, Printer{}, FormatWide, DiffView(sampleLong()))
	for _, c := range sampleLong().Changes {
		if name := Escape(nameOf(&c)); !strings.Contains(wide, name) {
			t.Fatalf("-o wide lacks %s", name)
		}
	}
}

func TestTreeWidths(t *testing.T) {
	long := strings.Repeat("x", 400)
	for _, p := range []diff.Property{
		{Path: "A", Old: json.RawMessage(`"` + long + `1"`), New: json.RawMessage(`"` + long + `2"`)},
		{Path: strings.Repeat("Path.", 60), New: json.RawMessage(`{"A":"` + long + `","日本語":["` + long + `"]}`)},
		{Path: "B", Old: json.RawMessage(`"` + long + `"`), NewUnknown: true},
	} {
		for _, width := range []int{60, 80, 120} {
			for _, line := range propertyLines([]diff.Property{p}, 3, width) {
				if got := line.start() + screenWidth(line.plain()); got > width && !strings.HasPrefix(line.plain(), "Path.") {
					t.Errorf("%d of %d columns: %s", got, width, line.plain())
				}
			}
		}
	}
	// Where two long values part is in sight.
	var shown string
	for _, line := range propertyLines([]diff.Property{{Path: "A", Old: json.RawMessage(`"` + long + `1"`), New: json.RawMessage(`"` + long + `2"`)}}, 3, 80) {
		shown += line.plain() + "\n"
	}
	if !strings.Contains(shown, `xx1"`) || !strings.Contains(shown, `xx2"`) {
		t.Errorf("the difference is cut away:\n%s", shown)
	}
}

// TestSecretsInTree holds that no mark of a secret is shown as if it were a value.
func TestSecretsInTree(t *testing.T) {
	mark := func(digest string) string { return `"masked:0a1b2c3d:` + digest + `"` }
	for want, p := range map[string]diff.Property{
		"A  (secret changed)":                {Path: "A", Old: json.RawMessage(mark("00")), New: json.RawMessage(mark("11"))},
		"A  (secret)":                        {Path: "A", New: json.RawMessage(mark("11"))},
		`A  (secret) → "plain"`:              {Path: "A", Old: json.RawMessage(mark("00")), New: json.RawMessage(`"plain"`)},
		`A  {"Name":"X","Value":"(secret)"}`: {Path: "A", New: json.RawMessage(`{"Name":"X","Value":` + mark("11") + `}`)},
	} {
		lines := propertyLines([]diff.Property{p}, 3, 120)
		if len(lines) != 1 || lines[0].plain() != want {
			t.Errorf("got %q, want %q", lines[0].plain(), want)
		}
	}
}

func TestMarkdownIsBounded(t *testing.T) {
	r := sampleLong()
	whole := render(t, Printer{}, FormatMarkdown, DiffView(r))
	golden(t, "long.markdown", whole)
	if strings.Contains(whole, "Not all is shown") {
		t.Error("a report that fits says that it does not")
	}
	for range 3 {
		r.Changes = append(r.Changes, r.Changes...)
	}
	for i := range r.Changes { // alike no more
		r.Changes[i].Properties = append([]diff.Property{{Path: fmt.Sprintf("P%d", i), Part: diff.PartConfiguration, New: json.RawMessage("1")}}, r.Changes[i].Properties...)
	}
	text := render(t, Printer{}, FormatMarkdown, DiffView(r))
	if len(text) > markdownSize || !strings.Contains(text, "**Not all is shown:**") {
		t.Errorf("%d bytes, of at most %d; does the end say so?\n%s", len(text), markdownSize, text[len(text)-400:])
	}
	if open, closed := strings.Count(text, "<details>"), strings.Count(text, "</details>"); open != closed || strings.Count(text, "\n```")%2 != 0 {
		t.Errorf("%d details, %d closed, %d fences", open, closed, strings.Count(text, "\n```"))
	}
}

// TestMarkdownEscapes puts into names what Markdown and HTML take for markup: outside of code nothing of it is left.
func TestMarkdownEscapes(t *testing.T) {
	r := sampleReport()
	hostile := "a|b `code` ``` <img src=x onerror=alert(1)> [x](http://evil.example) @everyone </details> #1\n```\n# heading"
	r.Baseline.Name = hostile
	for i := range r.Changes {
		c := &r.Changes[i]
		c.Name, c.Region, c.Reason, c.Kind, c.ARN = hostile, hostile, hostile, "s3:"+hostile, hostile
		c.Findings = []diff.Finding{{Rule: "x", Severity: diff.High, Text: hostile}}
	}
	r.Coverage[0].Reason, r.Notes = hostile, []string{hostile}
	text := render(t, Printer{}, FormatMarkdown, DiffView(r))
	fence := ""
	for _, line := range strings.Split(text, "\n") {
		if ticks := regexp.MustCompile("^`{3,}").FindString(line); fence == "" && ticks != "" && strings.HasSuffix(line, "diff") {
			fence = ticks
			continue
		}
		if fence != "" {
			if line == fence {
				fence = ""
			} else if strings.HasPrefix(strings.TrimSpace(line), fence) {
				t.Fatalf("a name closes the block: %s", line)
			}
			continue
		}
		outside := codeSpans(line)
		for _, bad := range []string{"<img", "[x](", "@everyone", "# heading", "http://evil"} {
			if strings.Contains(outside, bad) {
				t.Errorf("%s is markup in %s", bad, line)
			}
		}
		if strings.HasPrefix(line, "| Baseline") && strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") != 7 {
			t.Errorf("a bar makes a column: %s", line)
		}
	}
	if fence != "" {
		t.Error("a block is not closed")
	}
}

// codeSpans takes code spans out of a line, as CommonMark finds them: a run of backticks to the next run of that length.
func codeSpans(line string) string {
	var out strings.Builder
	runs := regexp.MustCompile("`+").FindAllStringIndex(line, -1)
	at := 0
	for i := 0; i < len(runs); i++ {
		closing := -1
		for j := i + 1; j < len(runs); j++ {
			if runs[j][1]-runs[j][0] == runs[i][1]-runs[i][0] {
				closing = j
				break
			}
		}
		if closing < 0 {
			continue
		}
		out.WriteString(line[at:runs[i][0]])
		at, i = runs[closing][1], closing
	}
	return out.String() + line[at:]
}

// TestHTMLIsOneSafeFile holds that nothing of a name becomes markup or script, that the page loads nothing, and that its
// policy names its own script and style.
func TestHTMLIsOneSafeFile(t *testing.T) {
	r := sampleLong()
	r.Baseline.Name = `</title><script>alert(0)</script>`
	r.Changes[3].Properties = append(r.Changes[3].Properties, diff.Property{Path: `"><svg onload=alert(5)>`, New: json.RawMessage(`"</pre><script>alert(6)</script>"`)})
	r.Notes = append(r.Notes, "<b>note</b>")
	text := render(t, Printer{}, FormatHTML, DiffView(r))
	if n := strings.Count(text, "<script"); n != 1 {
		t.Errorf("%d scripts", n)
	}
	for _, bad := range []string{"<img", "<svg onload", "<b>note", "</pre><script", "@import", "url("} {
		if strings.Contains(text, bad) {
			t.Errorf("the page has %s", bad)
		}
	}
	for _, pattern := range []string{`href="[^#]`, `\son[a-z]+="`, `\sstyle="`, `<[^>]*\ssrc=`} {
		if found := regexp.MustCompile(pattern).FindString(text); found != "" {
			t.Errorf("the page has %s", found)
		}
	}
	for i, c := range text {
		if c != '\n' && !unicode.IsPrint(c) {
			t.Fatalf("%U at byte %d", c, i)
		}
	}
	for element, policy := range map[string]string{"script": "script-src", "style": "style-src"} {
		body := regexp.MustCompile(`(?s)<` + element + `>(.*)</` + element + `>`).FindStringSubmatch(text)
		head := html.UnescapeString(regexp.MustCompile(`content="(default-src[^"]*)"`).FindStringSubmatch(text)[1])
		if body == nil || !strings.Contains(head, policy+" '"+hashOf(body[1])+"'") {
			t.Errorf("the policy does not allow the page's own %s: %s", element, head)
		}
	}
	for i := range r.Changes {
		if !strings.Contains(text, `id="`+anchor(i)+`"`) {
			t.Errorf("change %d is not on the page", i)
		}
	}
	for _, want := range []string{"Not seen wholly: 1 scope", "arn:aws:iam::123456789012:user/audit", "12 properties are not compared", "(secret changed)"} {
		if !strings.Contains(html.UnescapeString(text), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

// Under a map a value that names the baseline's own account says which name stands for it.
func TestStandsFor(t *testing.T) {
	p := diff.Property{Path: "Policy", Part: diff.PartConfiguration, Old: json.RawMessage(`"111111111111"`), New: json.RawMessage(`"222222222222"`),
		StandsFor: map[string]string{"222222222222": "111111111111"}}
	var text []string
	for _, line := range propertyLines([]diff.Property{p}, 0, 120) {
		text = append(text, strings.TrimSpace(line.plain()))
	}
	if want := "222222222222 here stands for 111111111111, which the target names"; len(text) != 2 || text[1] != want {
		t.Errorf("got %q, want a line %q", text, want)
	}
}
