package printer

import (
	"slices"

	"github.com/aws-baseline/aws-baseline/diff"
)

// weakening is what the changes of one or several resources open or weaken, in the same words.
type weakening struct {
	severity diff.Severity
	text     string
	at       []int // the places of the changes in the report
}

// weakenings are what a report's changes open or weaken, the worst first: what a reader must not miss. The same on many
// resources is one, so that it hides no other.
func weakenings(r *diff.Report) []weakening {
	type key struct {
		rule, text string
		severity   diff.Severity
	}
	index := make(map[key]int)
	var all []weakening
	for i := range r.Changes {
		for _, f := range r.Changes[i].Findings {
			if f.Better {
				continue
			}
			k := key{f.Rule, f.Text, f.Severity}
			at, seen := index[k]
			if !seen {
				at = len(all)
				index[k] = at
				all = append(all, weakening{severity: f.Severity, text: f.Text})
			}
			all[at].at = append(all[at].at, i)
		}
	}
	slices.SortStableFunc(all, func(a, b weakening) int {
		return slices.Index(diff.Severities(), b.severity) - slices.Index(diff.Severities(), a.severity)
	})
	return all
}

// fewResources is how many resources of a weakening are named.
const fewResources = 4

// named are the places of the changes that are named, and how many others there are.
func (w weakening) named() (at []int, others int) {
	if len(w.at) <= fewResources {
		return w.at, 0
	}
	return w.at[:fewResources], len(w.at) - fewResources
}

// findingsIn is how many findings some weakenings are.
func findingsIn(list []weakening) int {
	n := 0
	for _, w := range list {
		n += len(w.at)
	}
	return n
}
