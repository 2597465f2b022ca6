package main

import (
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/diff"
)

// severityFlags choose by how bad changes are.
type severityFlags struct {
	Severity string `help:"Show changes that open or weaken something this badly, or worse: low, medium, high or critical." placeholder:"SEVERITY"`
	FailOn   string `help:"Exit with 1 only where a change that is shown opens or weakens something this badly, or worse." placeholder:"SEVERITY"`
}

// check reads the words and puts the filter in.
func (f *severityFlags) check(filter *diff.Filter) error {
	for flag, word := range map[string]*string{"--severity": &f.Severity, "--fail-on": &f.FailOn} {
		*word = strings.ToLower(*word)
		if *word != "" && !slices.Contains(diff.Severities(), diff.Severity(*word)) {
			return usagef("%s: %q is none of %v", flag, *word, diff.Severities())
		}
	}
	filter.Severity = diff.Severity(f.Severity)
	return nil
}

// ofReport is the exit code of a comparison: with --fail-on, differences that are not as bad are none. What could not be
// seen is trouble all the same.
func (f *severityFlags) ofReport(r *diff.Report) error {
	if f.FailOn == "" || r.Incomplete() {
		return ofReport(r)
	}
	if r.AtLeast(diff.Severity(f.FailOn)) {
		return status(exitDifferences)
	}
	return nil
}
