package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/permissions"
)

// permissions tries what a capture calls.
func (v *visit) permissions(session *collect.Session, chosen []*collect.Kind, regions []string) {
	trials, err := permissions.Probe(v.ctx, session, chosen, regions)
	if err != nil {
		v.fault("permissions", "", "%s", v.describe(err))
		return
	}
	classes := make(map[string]int)
	refused := make(map[refusal][]permissions.Trial)
	for _, t := range trials {
		classes[t.Class]++
		switch t.Class {
		case permissions.Allowed, string(collect.ClassUnavailable):
		default:
			service, _, _ := strings.Cut(t.Operation, ": ")
			why := refusal{service: service, class: t.Class, scp: t.SCP}
			refused[why] = append(refused[why], t)
		}
	}
	var words []string
	for _, class := range slices.Sorted(maps.Keys(classes)) {
		words = append(words, fmt.Sprintf("%d %s", classes[class], class))
	}
	found := fmt.Sprintf("%s tried for %s in %s: %s", count(len(trials), "call"), count(len(chosen), "type"), strings.Join(regions, ", "), strings.Join(words, ", "))
	if left := untried(trials, chosen); left > 0 {
		found += fmt.Sprintf("; for %d there is nothing to try them on", left)
	}
	if classes[string(collect.ClassUnavailable)] > 0 {
		found += "; what is unavailable is in none of these regions, or the endpoint lacks it: a capture says nothing about it"
	}
	if classes[string(collect.ClassDenied)] > 0 {
		v.fault("permissions", "", "%s", found)
	} else {
		v.fine("permissions", "%s", found)
	}
	for _, why := range slices.SortedFunc(maps.Keys(refused), refusal.compare) {
		v.refused(why, refused[why])
	}
}

// untried counts the calls of the types that were tried nowhere.
func untried(trials []permissions.Trial, chosen []*collect.Kind) int {
	tried := make(map[string]bool)
	for _, t := range trials {
		tried[t.Operation] = true
	}
	left := make(map[string]bool)
	for _, kind := range chosen {
		calls, err := permissions.CallsOf(kind.Name)
		if err != nil {
			continue // a test holds that there is none
		}
		for _, operation := range calls.List {
			if !tried[operation] {
				left[operation] = true
			}
		}
	}
	return len(left)
}

// refusal is why calls of a service were not answered.
type refusal struct {
	service, class string
	scp            bool
}

func (r refusal) compare(other refusal) int {
	return cmp.Or(strings.Compare(r.service, other.service), strings.Compare(r.class, other.class))
}

// refused tells of calls that were not answered: which actions, and for which types.
func (v *visit) refused(why refusal, trials []permissions.Trial) {
	var actions, types []string
	for _, t := range trials {
		needed, _, err := permissions.Actions(t.Operation, "aws")
		if err != nil || len(needed) == 0 {
			needed = []string{t.Operation}
		}
		actions = append(actions, needed...)
		if t.Kind != "" {
			types = append(types, t.Kind)
		}
	}
	actions, types = distinct(actions), distinct(types)
	check := "permissions: " + why.service
	found := fmt.Sprintf("%s %s", strings.Join(actions, ", "), why.class)
	if len(types) > 0 {
		found += ", for " + strings.Join(types, ", ")
	}
	policy := v.name + " policy --for snapshot"
	if len(types) > 0 {
		policy += " --types " + strings.Join(types, ",")
	}
	switch {
	case why.class == string(collect.ClassDenied) && why.scp:
		v.fault(check, "a service control policy denies it: choose other --regions or --types", "%s", found)
	case why.class == string(collect.ClassDenied):
		v.fault(check, "allow it; the policy: "+policy, "%s", found)
	case why.class == string(collect.ClassExpired):
		v.fault(check, "renew the credentials", "%s", found)
	default:
		v.warning(check, "try again later", "%s: %s", found, trials[0].Message)
	}
}

func distinct(words []string) []string {
	slices.Sort(words)
	return slices.Compact(words)
}
