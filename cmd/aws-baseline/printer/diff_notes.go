package printer

import (
	"strings"

	"github.com/aws-baseline/aws-baseline/diff"
)

func findingLines(findings []diff.Finding, depth, width int) []Line {
	var out []Line
	for _, f := range findings {
		text, style := findingText(f), severityStyle(f.Severity)
		if f.Better {
			style = Green
		}
		out = append(out, note(text, style, depth, width))
	}
	return out
}

// findingText is a finding in a line: "high: …", or "better: …" where it closes something.
func findingText(f diff.Finding) string {
	if f.Better {
		return "better: " + f.Text
	}
	return string(f.Severity) + ": " + f.Text
}

// actorLines say who made a change: the latest, and of what was added whoever made it.
func actorLines(c *diff.Change, depth, width int) []Line {
	var out []Line
	for _, a := range c.Actors {
		out = append(out, note("by "+actorText(a, c.AccountID), Faint, depth, width))
	}
	if c.Unattributed {
		out = append(out, note(diff.Unattributed, Faint, depth, width))
	}
	return out
}

// actorText is who did what, when, from where, and how sure that is.
func actorText(a diff.Actor, accountID string) string {
	return principal(a, accountID) + ", " + Time(&a.Time) + ", " + actorDeed(a)
}

// actorDeed is what somebody did, from where, and how sure that is.
func actorDeed(a diff.Actor) string {
	parts := []string{a.Event}
	if a.SourceIP != "" {
		parts = append(parts, "from "+a.SourceIP)
	}
	switch a.Confidence {
	case diff.ByResource:
		parts = append(parts, "the event names the resource")
	case diff.ByWindow:
		parts = append(parts, "perhaps: the only event of that time")
	}
	return strings.Join(parts, ", ")
}

// principal is who acted, without what is the same for all of an account: "role/deploy (session)".
func principal(a diff.Actor, accountID string) string {
	who := a.Principal
	if rest, ok := strings.CutPrefix(who, "arn:"); ok {
		if parts := strings.SplitN(rest, ":", 5); len(parts) == 5 {
			who = parts[4]
			if parts[3] != accountID && parts[3] != "" {
				who = parts[3] + ":" + who
			}
		}
	}
	if a.Session != "" && !strings.HasSuffix(who, "/"+a.Session) {
		who += " (" + a.Session + ")"
	}
	return who
}

// classStyle is the colour of a class.
func classStyle(class diff.Class) Style { return changeStyle(sign(class) + " " + string(class)) }

func severityStyle(s diff.Severity) Style {
	switch s {
	case diff.Critical, diff.High:
		return Red
	case diff.Medium:
		return Yellow
	}
	return Plain
}
