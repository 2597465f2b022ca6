package printer

import (
	"fmt"
	"strings"

	"github.com/aws-baseline/aws-baseline/diff"
)

// actorDetails say under a change in a table who made it: "by alice@example.com (role Admin) ec2:CreateTags 2026-… from
// 198.51.100.7 [exact]". Wide ones have the principal's ARN, the program and the event's id.
func actorDetails(c *diff.Change, wide bool) []string {
	var out []string
	for _, a := range c.Actors {
		line := "by " + actorName(a)
		if wide {
			line = "by " + a.Principal
			if a.Session != "" {
				line += ", session " + a.Session
			}
		}
		line += " " + a.Event + " " + Time(&a.Time)
		if a.SourceIP != "" {
			line += " from " + a.SourceIP
		}
		if wide && a.UserAgent != "" {
			line += fmt.Sprintf(" with %q", a.UserAgent)
		}
		if wide && a.EventID != "" {
			line += " event " + a.EventID
		}
		out = append(out, line+" ["+string(a.Confidence)+"]")
	}
	if c.Unattributed {
		out = append(out, diff.Unattributed)
	}
	return out
}

// actorName is what people call somebody: a user's name, a session with its role, root, or a service.
func actorName(a diff.Actor) string {
	parts := strings.SplitN(a.Principal, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return a.Principal
	}
	what, name, ok := strings.Cut(parts[5], "/")
	switch {
	case !ok:
		return what + " of " + parts[4]
	case a.Session != "":
		return fmt.Sprintf("%s (%s %s)", a.Session, what, name)
	}
	return fmt.Sprintf("%s (%s)", name, what)
}

// actorColumns are the columns of CSV that say who made a change: the latest actor alone.
func actorColumns() []string {
	return []string{"actor", "actor_session", "actor_event", "actor_time", "actor_source_ip", "actor_confidence"}
}

// actorCells are the cells of a change under actorColumns. Empty means that nobody knows, the word unattributed that
// nothing fits.
func actorCells(c *diff.Change) []string {
	cells := make([]string, len(actorColumns()))
	switch {
	case len(c.Actors) > 0:
		a := c.Actors[0]
		return []string{a.Principal, a.Session, a.Event, Time(&a.Time), a.SourceIP, string(a.Confidence)}
	case c.Unattributed:
		cells[0] = diff.Unattributed
	}
	return cells
}
