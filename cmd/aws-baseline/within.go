package main

import (
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// within refuses a filter that asks for what the baseline never looked at: a comparison would then find nothing, and
// that would read as "no differences". session is nil between two snapshots.
func (a *app) within(session *collect.Session, baseline *snapshot.Snapshot, types, regions []string) error {
	var kinds []string
	for _, c := range baseline.Coverage {
		kinds = append(kinds, c.Kind)
	}
	for _, word := range types {
		names, err := kindNames([]string{word})
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(names, func(name string) bool { return slices.Contains(kinds, name) }) {
			return usagef("the baseline %s did not look at %s; it has: %s", baseline.Name, word, a.some(kinds, baseline))
		}
	}
	return a.withinRegions(session, baseline, regions)
}

func (a *app) withinRegions(session *collect.Session, baseline *snapshot.Snapshot, asked []string) error {
	var captured, since []string
	all := false
	known := make(map[string]bool)
	for _, account := range baseline.Accounts {
		all = all || account.AllRegions
		for _, region := range account.Regions {
			known[region.Name] = true
			if region.Captured {
				captured = append(captured, region.Name)
			}
		}
	}
	for _, region := range asked {
		switch {
		case slices.Contains(captured, region), all && known[region]:
		case all && session != nil:
			since = append(since, region) // AWS may have opened it after the baseline
		default:
			return usagef("the baseline %s did not look at the region %q; it has: %s", baseline.Name, region, a.some(captured, baseline))
		}
	}
	if len(since) == 0 {
		return nil
	}
	_, _, err := session.Regions(a.ctx, since, false)
	return err
}

// some lists a few words, or says where all of them are.
func (a *app) some(words []string, baseline *snapshot.Snapshot) string {
	words = slices.Compact(slices.Sorted(slices.Values(words)))
	const most = 12
	if len(words) == 0 {
		return "nothing"
	}
	if len(words) <= most {
		return strings.Join(words, ", ")
	}
	return strings.Join(words[:most], ", ") + ", …; see: " + a.name + " snapshot show " + baseline.Name + " --coverage"
}
