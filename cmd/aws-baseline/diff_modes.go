package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// modeFlags choose what is compared besides two snapshots, or a baseline and the live account.
type modeFlags struct {
	Since      moment `help:"Show only what changed after a time: 24h, 7d, 2026-11-01 or 2026-11-01T00:00Z. What can't be placed in time is shown, marked." placeholder:"T"`
	From       moment `help:"Compare with the history: the newest capture at or before a time. Who made the changes is in the history, too." placeholder:"T"`
	To         moment `help:"Up to which capture of the history, at or before a time; without it, or now, the newest." placeholder:"T"`
	Live       bool   `help:"With --from: up to the live account instead."`
	History    string `env:"AWS_BASELINE_HISTORY" help:"Folder of the exporter's history." placeholder:"DIR"`
	MapAccount pairs  `help:"Accounts of the target that stand for the baseline's, to compare one account with another: the baseline's, and after = the target's." placeholder:"A=B,…"`
	MapRegion  pairs  `help:"Regions of the target that stand for the baseline's, in the same way." placeholder:"A=B,…"`
}

// moment is a flag that holds a time, or how long ago.
type moment struct {
	text string
	at   time.Time     // where it is a time
	ago  time.Duration // otherwise; 0 is now
}

// Decode implements kong's MapperValue.
func (m *moment) Decode(ctx *kong.DecodeContext) error {
	if err := ctx.Scan.PopValueInto("time", &m.text); err != nil {
		return err
	}
	m.at, m.ago = time.Time{}, 0
	if m.text == "now" {
		return nil
	}
	var err error
	if m.ago, err = parseDuration(m.text); err == nil {
		return nil
	}
	if m.at, err = parseDate(m.text); err != nil {
		return fmt.Errorf("%q is not a time: write 24h, 7d, 2026-11-23, 2026-11-23T08:30Z or now", m.text)
	}
	return nil
}

func (m moment) given() bool { return m.text != "" }

// time is the moment as a time.
func (m moment) time(now time.Time) time.Time {
	if !m.at.IsZero() {
		return m.at
	}
	return now.Add(-m.ago).UTC()
}

func (f *modeFlags) maps() diff.Maps {
	return diff.Maps{Accounts: f.MapAccount, Regions: f.MapRegion}
}

// checkModes refuses what can't be meant together, before anything is read.
func (c *diffCmd) checkModes(now time.Time) error {
	f := &c.modeFlags
	switch {
	case !f.From.given() && f.To.given():
		return usagef("--to is for the history: give --from, too")
	case !f.From.given() && f.Live:
		return usagef("--live is for the history: give --from, too; without it the live account is compared anyway")
	case f.Since.given() && f.Since.time(now).After(now):
		return usagef("--since %s is in the future: nothing changed after it", f.Since.text)
	case !f.From.given():
	case c.Baseline != "":
		return usagef("--from compares captures of the history: it takes no snapshot, and %s is one", c.Baseline)
	case f.History == "":
		return usagef("--from needs the history's folder: give --history DIR, the folder that the exporter has")
	case f.Live && f.To.given():
		return usagef("--live compares up to now: give it or --to")
	case f.To.given() && f.To.time(now).Before(f.From.time(now)):
		return usagef("--to %s is before --from %s", f.To.text, f.From.text)
	case !f.maps().Empty():
		return usagef("--map-account and --map-region are for two snapshots, or a snapshot and the live account: the captures of a history are of one account")
	case c.Org:
		return usagef("a history is of single accounts: --org means nothing with --from")
	}
	for _, id := range slices.Concat(keysAndValues(f.MapAccount)) {
		if len(id) != 12 || strings.Trim(id, "0123456789") != "" {
			return usagef("--map-account: %q is not an account id of 12 digits", id)
		}
	}
	if len(f.MapAccount) > 0 && c.Baseline == "" {
		return usagef("--map-account needs the baseline's name: the active baseline of the credentials' account is that of the target")
	}
	return nil
}

func keysAndValues(m map[string]string) []string {
	var words []string
	for key, value := range m {
		words = append(words, key, value)
	}
	slices.Sort(words)
	return words
}

// snapshotOrFile loads a snapshot by its name, or from the file that a path names: a path has a slash, or ends in .json,
// .yaml, .yml or .zst and names no snapshot of the folder.
func (a *app) snapshotOrFile(name string) (*snapshot.Snapshot, error) {
	ending := filepath.Ext(name)
	path := strings.ContainsRune(name, '/') || strings.ContainsRune(name, filepath.Separator)
	if !path && slices.Contains([]string{".json", ".yaml", ".yml", ".zst"}, ending) && exists(name) {
		taken, err := a.folder().Exists(name)
		if err != nil {
			return nil, err
		}
		path = !taken
	}
	if !path {
		return a.baseline(name, "")
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("can't read the snapshot: %w", err)
	}
	s, err := snapshot.Read(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s.Name = strings.TrimSuffix(strings.TrimSuffix(filepath.Base(name), ending), ".json")
	if s.Edited {
		a.warn("warning: the snapshot %s was edited after it was written", name)
	}
	return s, nil
}
