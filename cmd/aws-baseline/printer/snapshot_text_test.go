package printer

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func snapshotText(t *testing.T, s *snapshot.Snapshot, rules snapshot.Rules) string {
	t.Helper()
	var out strings.Builder
	if err := WriteSnapshotText(&out, s, rules); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestSnapshotText(t *testing.T) {
	text := snapshotText(t, sampleSnapshot(), nil)
	golden(t, "snapshot.text", text)
	if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
		t.Error("control characters")
	}
	if strings.Contains(text, "sha256") || strings.Contains(text, "masked:") {
		t.Error("there is digest noise, or a mark")
	}
}

// TestSnapshotTextIsStable holds that what means the same reads the same, and that what differs shows in one line.
func TestSnapshotTextIsStable(t *testing.T) {
	rules := snapshot.Rules{"ec2:security-group": {Sets: map[snapshot.Path]string{"Rules": "", "Rules[].Ranges": "", "Keyed": "Id"}}}
	with := func(configuration string) string {
		s := sampleSnapshot()
		s.Resources = []snapshot.Resource{{Key: "k", Kind: "ec2:security-group", ID: "sg", Configuration: json.RawMessage(configuration)}}
		return snapshotText(t, s, rules)
	}
	a := with(`{"Keyed":[{"Id":"x","v":1},{"Id":"y","v":2}],"Rules":[{"Ranges":["b","a"]},{"Ranges":[]}],"Policy":"{\"a\":1, \"b\":[1]}"}`)
	if b := with(`{"Policy":"{\"b\":[1],\"a\":1}","Rules":[{"Ranges":[]},{"Ranges":["a","b"]}],"Keyed":[{"Id":"y","v":2},{"Id":"x","v":1}]}`); a != b {
		t.Errorf("the same in another order reads otherwise:\n%s\n%s", a, b)
	}
	c := with(`{"Keyed":[{"Id":"x","v":1},{"Id":"y","v":3}],"Rules":[{"Ranges":["b","a"]},{"Ranges":[]}],"Policy":"{\"a\":1, \"b\":[1]}"}`)
	before, now := strings.Split(a, "\n"), strings.Split(c, "\n")
	gone := slices.DeleteFunc(slices.Clone(before), func(line string) bool { return slices.Contains(now, line) })
	came := slices.DeleteFunc(slices.Clone(now), func(line string) bool { return slices.Contains(before, line) })
	if len(gone) != 1 || len(came) != 1 || came[0] != "  configuration.Keyed[Id=y].v = 3" {
		t.Errorf("gone %q, came %q", gone, came)
	}
	s := sampleSnapshot()
	slices.Reverse(s.Resources)
	slices.Reverse(s.Coverage)
	if snapshotText(t, s, nil) != snapshotText(t, sampleSnapshot(), nil) {
		t.Error("the order of the file shows")
	}
	s.Edited = true
	if !strings.Contains(snapshotText(t, s, nil), "\n  edited = ") {
		t.Error("an edit by hand does not show")
	}
}
