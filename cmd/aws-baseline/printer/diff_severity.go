package printer

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/diff"
)

// betterMark starts the line of what a change closes or strengthens.
const betterMark = "better: "

// severityDetails are the lines under a change that say how bad it is: "high: port 22 (SSH) is open to the world".
func severityDetails(c *diff.Change) []string {
	var out []string
	for _, f := range c.Findings {
		mark := string(f.Severity) + ": "
		if f.Better {
			mark = betterMark
		}
		out = append(out, mark+f.Text)
	}
	return out
}

// severityDetailStyle colours a detail line by the severity that it starts with.
func severityDetailStyle(line string) Style {
	if strings.HasPrefix(line, betterMark) {
		return Green
	}
	for severity, style := range map[diff.Severity]Style{diff.Critical: Red, diff.High: Red, diff.Medium: Yellow, diff.Low: Cyan} {
		if strings.HasPrefix(line, string(severity)+": ") {
			return style
		}
	}
	return Plain
}

// severityWords says in the last line how bad it is: "2 high, 1 medium, 1 better"; "" where there is nothing to say.
func severityWords(r *diff.Report) string { return severityCountWords(r.Summary.Severities) }

func severityCountWords(counts diff.SeverityCounts) string {
	var parts []string
	for _, severity := range slices.Backward(diff.Severities()) {
		if n := counts.Of(severity); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, severity))
		}
	}
	if counts.Better > 0 {
		parts = append(parts, fmt.Sprintf("%d better", counts.Better))
	}
	return strings.Join(parts, ", ")
}

// severityCells are a change's cells in CSV: the worst of what it opens or weakens, and all that is found, each with its
// severity and separated by "; ".
func severityCells(c *diff.Change) []string {
	return []string{string(c.Worst()), strings.Join(severityDetails(c), "; ")}
}
