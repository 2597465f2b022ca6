package printer

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/aws-baseline/aws-baseline/diff"
)

var (
	//go:embed page/report.html
	pageHTML string
	//go:embed page/report.css
	pageStyle string
	//go:embed page/report.js
	pageScript string
)

const (
	pageWidth = 1 << 20 // a page wraps by itself; nothing is cut
	pageWorst = 12      // findings that stand at the top
	pageBars  = 12      // bars of a chart; the rest is one
)

// page is what the template shows. Its texts are escaped as for a terminal, so that nothing hides in them; the template
// escapes them for HTML. There is no data in the script.
type page struct {
	Title, Summary        string
	Style                 template.CSS
	Script                template.JS
	StyleHash, ScriptHash string // for the page's own policy: no other style or script runs in it
	Sides                 []pageSide
	Cards                 []pageCount
	Severities            []pageCount
	Worst                 []pageFinding
	MoreWorst             string
	Gaps                  []pageGap
	GapCount              string
	Charts                []pageChart
	Timeline              *pageTimeline
	Groups                [][]pageLine
	Services, Regions     []string
	Sections              []pageSection
	Notes                 []string
}

type pageSide struct{ Word, Name, Cutoff, Accounts, Resources, State string }

type pageCount struct {
	Class, Severity, Sign string
	Count                 int
}

type pageFinding struct {
	Severity, Text string
	Resources      []pageLink
	Others         string // how many there are besides
}

type pageLink struct{ Anchor, Label string }

type pageGap struct{ Scopes, What, Where, Why string }

type pageSection struct {
	Kind  string
	Count string
	Rows  []pageRow
}

type pageRow struct {
	Anchor, Class, Sign, Service, Region, Account, Severity, Name string
	Facts                                                         []pageFact
	Findings                                                      []diff.Finding
	Lines                                                         []pageLine
	Actors                                                        []string
}

type pageFact struct{ Word, Value string }

type pageLine struct {
	Depth           int
	Sign, SignStyle string
	Spans           []pageSpan
}

type pageSpan struct{ Style, Text string }

// writeHTML writes a comparison as one page that needs nothing else: no network, no library, and to be read no script.
func writeHTML(w io.Writer, r *diff.Report) error {
	parsed, err := template.New("report").Parse(pageHTML)
	if err != nil {
		return err
	}
	return parsed.Execute(w, newPage(r))
}

func newPage(r *diff.Report) page {
	p := page{
		Title: "aws-baseline diff: " + Escape(sideTitle(r.Baseline)) + " and " + Escape(sideTitle(r.Target)), Summary: Escape(summary(r)),
		Style: template.CSS(pageStyle), Script: template.JS(pageScript), StyleHash: hashOf(pageStyle), ScriptHash: hashOf(pageScript),
		Worst: nil, GapCount: count(len(r.Coverage), "scope"), Timeline: timelineOf(r),
	}
	for _, row := range sides(r, false).Rows {
		c := row.Cells
		p.Sides = append(p.Sides, pageSide{c[0], Escape(c[1]), strings.TrimPrefix(c[2], "cut-off "), c[3], c[4], c[5]})
	}
	all := tally(r, func(*diff.Change) string { return "" })
	for _, class := range all.classes() {
		p.Cards = append(p.Cards, pageCount{Class: string(class), Sign: sign(class), Count: all[0].byClass[class]})
	}
	for _, severity := range all.severities() {
		p.Severities = append(p.Severities, pageCount{Severity: string(severity), Count: all[0].bySeverity[severity]})
	}
	for _, row := range gapLines(r.Coverage, true).Rows {
		p.Gaps = append(p.Gaps, pageGap{strings.TrimSpace(row.Cells[0]), Escape(row.Cells[1]), Escape(row.Cells[2]), Escape(row.Cells[3])})
	}
	if len(r.Changes) > 0 {
		p.Charts = []pageChart{
			chartOf(r, "By service", func(c *diff.Change) string { return diff.ServiceOf(c.Kind) }),
			chartOf(r, "By region", func(c *diff.Change) string { return c.Region }),
		}
	}
	for _, g := range diff.Groups(r.Changes) {
		kinds := Line{Text: []Span{{Some(g.Kinds, len(g.Kinds)), Faint}}}
		p.Groups = append(p.Groups, pageLines(append([]Line{kinds}, groupLines(r, &g, 0, pageWidth)...)))
	}
	for _, note := range r.Notes {
		p.Notes = append(p.Notes, Escape(note))
	}
	p.fillChanges(r)
	p.fillWorst(r)
	return p
}

func (p *page) fillChanges(r *diff.Report) {
	accounts := len(r.Target.AccountIDs) > 1 || len(r.Baseline.AccountIDs) > 1
	for i := range r.Changes {
		c := &r.Changes[i]
		service, region := Escape(diff.ServiceOf(c.Kind)), Escape(c.Region)
		p.Services, p.Regions = append(p.Services, service), append(p.Regions, region)
		if n := len(p.Sections); n == 0 || p.Sections[n-1].Kind != Escape(c.Kind) {
			p.Sections = append(p.Sections, pageSection{Kind: Escape(c.Kind)})
		}
		section := &p.Sections[len(p.Sections)-1]
		row := pageRow{
			Anchor: anchor(i), Class: string(c.Change), Sign: sign(c.Change), Service: service, Region: region,
			Severity: string(c.Worst()), Name: Escape(nameOf(c)), Facts: factsOf(c), Lines: pageLines(propertyLines(c.Properties, 0, pageWidth)),
		}
		if accounts {
			row.Account = Escape(c.AccountID)
		}
		for _, f := range c.Findings {
			f.Text = Escape(f.Text)
			row.Findings = append(row.Findings, f)
		}
		for _, a := range c.Actors {
			row.Actors = append(row.Actors, Escape("by "+actorText(a, c.AccountID)))
		}
		section.Rows = append(section.Rows, row)
		section.Count = fmt.Sprint(len(section.Rows))
	}
	p.Services, p.Regions = distinct(p.Services), distinct(p.Regions)
}

// fillWorst lists what weakens something, the worst first.
func (p *page) fillWorst(r *diff.Report) {
	all := weakenings(r)
	for i, w := range all {
		if i == pageWorst {
			p.MoreWorst = fmt.Sprintf("and %s in the list below", count(findingsIn(all[i:]), "more finding"))
			break
		}
		finding := pageFinding{Severity: string(w.severity), Text: Escape(w.text)}
		named, others := w.named()
		for _, at := range named {
			finding.Resources = append(finding.Resources, pageLink{anchor(at), Escape(nameOf(&r.Changes[at]))})
		}
		if others > 0 {
			finding.Others = fmt.Sprintf("and %d more", others)
		}
		p.Worst = append(p.Worst, finding)
	}
}

func factsOf(c *diff.Change) []pageFact {
	var facts []pageFact
	add := func(word, value string) {
		if value != "" {
			facts = append(facts, pageFact{word, Escape(value)})
		}
	}
	add("ARN", c.ARN)
	if c.ARN == "" {
		add("Key", c.Key)
	}
	if c.ID != nameOf(c) {
		add("Id", c.ID)
	}
	add("Account", c.AccountID)
	add("Created", Time(c.CreatedAt))
	add("Marks", strings.Join(c.Marks, ", "))
	add("Owner", owner(c.Owner))
	add("Reason", c.Reason)
	return facts
}

func nameOf(c *diff.Change) string {
	if c.Name != "" {
		return c.Name
	}
	return c.ID
}

func anchor(i int) string { return fmt.Sprintf("change-%d", i+1) }

func sideTitle(s diff.Side) string {
	if s.Live {
		return "the live account"
	}
	return s.Name
}

// pageLines turns a tree's lines into those of a page.
func pageLines(lines []Line) []pageLine {
	const deepest = 5
	out := make([]pageLine, len(lines))
	for i, line := range lines {
		out[i] = pageLine{Depth: min(line.Depth, deepest), Sign: line.Sign, SignStyle: styleName(line.Style)}
		for _, span := range line.Text {
			out[i].Spans = append(out[i].Spans, pageSpan{styleName(span.Style), Escape(span.Text)})
		}
	}
	return out
}

func styleName(s Style) string {
	switch s {
	case Bold:
		return "bold"
	case Faint:
		return "faint"
	case Red:
		return "red"
	case Green:
		return "green"
	case Yellow:
		return "yellow"
	case Magenta:
		return "magenta"
	case Cyan:
		return "cyan"
	}
	return "plain"
}

// hashOf is the source of a Content-Security-Policy that allows a text and no other.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
