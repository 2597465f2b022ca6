package diff

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// ErrNothingShared says that the two sides looked at nothing in common: to say that nothing differs would be an answer
// about nothing.
var ErrNothingShared = errors.New("nothing can be compared")

// checkShared refuses two sides that have no scope in common. A scope that counts as empty in the baseline is one.
func (c *comparison) checkShared() error {
	for scope := range c.targetScopes {
		if _, ok := c.baselineScopes[scope]; ok || c.baseline.EmptyThen(scope) {
			return nil
		}
	}
	name := func(s *snapshot.Snapshot, otherwise string) string {
		if s.Name == "" {
			return otherwise
		}
		return s.Name
	}
	target, advice := name(c.target, "the target"), "capture both with the same types and regions"
	if c.options.Live {
		target, advice = "the account now", "choose types and regions that the baseline has, or another baseline"
		for _, scope := range slices.Sorted(maps.Keys(c.baselineScopes)) {
			advice = c.whyNotSeen(scope) + "; " + advice
			break
		}
	}
	return fmt.Errorf("%w: %s covers %s, and %s covers %s; %s", ErrNothingShared,
		name(c.baseline, "the baseline"), covered(c.baseline), target, covered(c.target), advice)
}

// covered says in words what a snapshot looked at.
func covered(s *snapshot.Snapshot) string {
	regions, kinds := make(map[string]bool), make(map[string]bool)
	for _, c := range s.Coverage {
		regions[c.Region], kinds[c.Kind] = true, true
	}
	if len(kinds) == 0 {
		return "nothing"
	}
	return few(kinds) + " in " + few(regions)
}

// few lists the first of some words and counts the others.
func few(words map[string]bool) string {
	sorted := slices.Sorted(maps.Keys(words))
	const most = 4
	if len(sorted) <= most {
		return strings.Join(sorted, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(sorted[:most], ", "), len(sorted)-most)
}
