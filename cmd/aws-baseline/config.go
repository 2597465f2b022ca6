package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// config is the user's configuration file. Only a file of the user's own counts, or one that the user names: one that lay in
// the folder where the program happens to run could hide what it likes.
type config struct {
	Ignore []ignoreEntry `json:"ignore"`
	Gaps   []gapEntry    `json:"gaps"`
}

// ignoreEntry is a rule of what doesn't count in a diff.
type ignoreEntry struct {
	Kind   string `json:"kind"` // as --types has it; empty for all
	ARN    string `json:"arn"`  // glob
	Path   string `json:"path"`
	Reason string `json:"reason"`
	Until  string `json:"until"`
}

// gapEntry accepts gaps of a baseline.
type gapEntry struct {
	Kind    string `json:"kind"`
	Region  string `json:"region"`
	Account string `json:"account"`
	Reason  string `json:"reason"`
	Until   string `json:"until"`
}

// configFile is where the configuration is, and whether somebody named it.
func (a *app) configFile() (file string, named bool) {
	if a.flags.Config != "" {
		return a.flags.Config, true
	}
	folder, err := os.UserConfigDir()
	if err != nil {
		return "", false // without a home there is nothing of the user's own
	}
	return filepath.Join(folder, "aws-baseline", "config.yaml"), false
}

// config reads the configuration; without a file it is empty.
func (a *app) config() (config, error) {
	file, named := a.configFile()
	if file == "" {
		return config{}, nil
	}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) && !named {
		return config{}, nil
	}
	if err != nil {
		return config{}, fmt.Errorf("the configuration can't be read: %w", err)
	}
	var c config
	if err := yaml.UnmarshalStrict(data, &c); err != nil {
		return config{}, fmt.Errorf("%s: %s", file, strings.TrimPrefix(err.Error(), "error unmarshaling JSON: while decoding JSON: "))
	}
	return c, nil
}

// rules makes of the configuration what comparing takes. An entry that says too little or something odd is an error: it
// might hide what nobody meant to hide.
func (a *app) rules() (ignore []diff.Ignore, accept []diff.AcceptedGap, err error) {
	c, err := a.config()
	if err != nil {
		return nil, nil, err
	}
	file, _ := a.configFile()
	fault := func(list string, i int, format string, args ...any) error {
		return fmt.Errorf("%s: %s[%d]: %s", file, list, i, fmt.Sprintf(format, args...))
	}
	for i, entry := range c.Ignore {
		rule := diff.Ignore{Name: fmt.Sprintf("ignore[%d]", i), ARN: entry.ARN, Path: entry.Path, Reason: entry.Reason}
		if rule.Kinds, rule.Until, err = entry.check(); err != nil {
			return nil, nil, fault("ignore", i, "%s", err)
		}
		ignore = append(ignore, rule)
	}
	for i, entry := range c.Gaps {
		gap := diff.AcceptedGap{Name: fmt.Sprintf("gaps[%d]", i), Reason: entry.Reason}
		if gap.Kinds, gap.Until, err = entry.check(); err != nil {
			return nil, nil, fault("gaps", i, "%s", err)
		}
		if entry.Region != "" {
			gap.Regions = []string{entry.Region}
		}
		if entry.Account != "" {
			gap.Accounts = []string{entry.Account}
		}
		accept = append(accept, gap)
	}
	return ignore, accept, nil
}

func (e ignoreEntry) check() (kinds []string, until time.Time, err error) {
	if e.Kind == "" && e.ARN == "" && e.Path == "" {
		return nil, until, errors.New("it would hide everything: give kind, arn or path")
	}
	return checkEntry(e.Kind, e.Reason, e.Until)
}

func (e gapEntry) check() (kinds []string, until time.Time, err error) {
	if e.Kind == "" && e.Region == "" && e.Account == "" {
		return nil, until, errors.New("it would accept every gap: give kind, region or account, or use --accept-gaps")
	}
	if e.Account != "" && !accountID.MatchString(e.Account) {
		return nil, until, fmt.Errorf("%q is not an account id: give 12 digits, in quotes", e.Account)
	}
	return checkEntry(e.Kind, e.Reason, e.Until)
}

func checkEntry(kind, reason, last string) (kinds []string, until time.Time, err error) {
	if strings.TrimSpace(reason) == "" {
		return nil, until, errors.New("it has no reason: say why, for whoever reads it next year")
	}
	if kind != "" {
		if kinds, err = kindNames([]string{kind}); err != nil {
			return nil, until, err
		}
	}
	if last == "" {
		return kinds, until, nil
	}
	until, err = parseDate(last)
	return kinds, until, err
}

// noiseFlags say what of a difference counts.
type noiseFlags struct {
	IgnoreTags  []string `help:"Tag keys that don't count (globs)." placeholder:"GLOB"`
	ShowIgnored bool     `help:"Also list the differences that rules hide, with the rule."`
	AcceptGaps  bool     `help:"Leave gaps that the baseline has too out of the exit code."`
}

func (f *noiseFlags) check() error {
	for _, glob := range f.IgnoreTags {
		if _, err := path.Match(glob, ""); err != nil {
			return usagef("--ignore-tags: %q is not a pattern", glob)
		}
	}
	return nil
}

// options are those of a comparison, with the configuration's rules.
func (f *noiseFlags) options(a *app, rules snapshot.Rules) (diff.Options, error) {
	ignore, accept, err := a.rules()
	return diff.Options{
		Rules: rules, IgnoreTags: f.IgnoreTags, ShowIgnored: f.ShowIgnored, AcceptAllGaps: f.AcceptGaps, Ignore: ignore, AcceptGaps: accept,
	}, err
}
