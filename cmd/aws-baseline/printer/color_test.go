package printer

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/aws-baseline/aws-baseline/diff"
)

func environment(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestWantsColor(t *testing.T) {
	for _, c := range []struct {
		env  func(string) string
		want bool
	}{
		{environment("TERM", "xterm-256color"), true},
		{environment(), true},
		{environment("NO_COLOR", ""), true},
		{environment("NO_COLOR", "0"), false},
		{environment("NO_COLOR", "1", "TERM", "xterm"), false},
		{environment("TERM", "dumb"), false},
	} {
		if got := wantsColor(c.env); got != c.want {
			t.Errorf("NO_COLOR=%q TERM=%q: %t", c.env("NO_COLOR"), c.env("TERM"), got)
		}
	}
}

func TestNoColorIntoFiles(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if p := For(file, environment("TERM", "xterm")); p.Color || p.Terminal {
		t.Errorf("a file is taken for a terminal: %+v", p)
	}
	if ColorFor(nil, environment()) {
		t.Error("colour for no file")
	}
}

func TestChangeStyles(t *testing.T) {
	seen := make(map[Style]bool)
	for _, class := range diff.Classes() {
		style := changeStyle(sign(class) + " " + string(class))
		if style == Plain {
			t.Errorf("%s has no colour", class)
		}
		seen[style] = true
	}
	if len(seen) != len(diff.Classes())-1 { // removed and replaced are both red
		t.Errorf("%d styles for %d classes", len(seen), len(diff.Classes()))
	}
	if changeStyle("added") != Plain || changeStyle("") != Plain {
		t.Error("what is no change is coloured")
	}
}
