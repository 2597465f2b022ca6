package printer

import (
	"os"

	"golang.org/x/term"
)

// Style is how a cell looks where there is colour: the parameters of an SGR sequence.
type Style string

// The styles.
const (
	Plain   Style = ""
	Bold    Style = "1"
	Faint   Style = "2"
	Red     Style = "31"
	Green   Style = "32"
	Yellow  Style = "33"
	Magenta Style = "35"
	Cyan    Style = "36"
)

// paint colours a text that is safe already.
func (s Style) paint(text string) string {
	if s == Plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// IsTerminal reports whether a file is a terminal.
func IsTerminal(file *os.File) bool {
	return file != nil && term.IsTerminal(int(file.Fd()))
}

// widthOf is how many columns a terminal has, or 0 where it does not say, and for what is no terminal.
func widthOf(file *os.File) int {
	if !IsTerminal(file) {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// ColorFor decides whether output to a file is coloured: it is a terminal that understands colour, TERM is not "dumb",
// and NO_COLOR is unset or empty (https://no-color.org). env looks an environment variable up; pass os.Getenv.
func ColorFor(file *os.File, env func(string) string) bool {
	return IsTerminal(file) && wantsColor(env) && enableColor(file)
}

func wantsColor(env func(string) string) bool {
	return env("NO_COLOR") == "" && env("TERM") != "dumb"
}
