package diff

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Noisy is a place of a kind that changed and that nobody changed.
type Noisy struct {
	Kind      string
	Path      string // as an [Ignore] has it
	Resources int
	Example   string // a resource's label
}

// NoisyPlaces are the places that changed by themselves between two captures: of resources for whose change CloudTrail has
// no event of writing. A change that could not be looked up for the whole time is not among them, and counted apart.
func NoisyPlaces(r *Report) (places []Noisy, untold int) {
	found := make(map[[2]string]*Noisy)
	for i := range r.Changes {
		change := &r.Changes[i]
		switch {
		case change.Change != Modified || len(change.Actors) > 0:
			continue
		case !change.Unattributed:
			untold++
			continue
		}
		seen := make(map[string]bool)
		for _, property := range change.Properties {
			path := patternOf(property)
			if seen[path] {
				continue
			}
			seen[path] = true
			key := [2]string{change.Kind, path}
			if found[key] == nil {
				found[key] = &Noisy{Kind: change.Kind, Path: path, Example: change.Label()}
			}
			found[key].Resources++
		}
	}
	for _, place := range found {
		places = append(places, *place)
	}
	slices.SortFunc(places, func(a, b Noisy) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.Path, b.Path))
	})
	return places, untold
}

// bracket is an element of a list, or a member whose name is no plain word.
var bracket = regexp.MustCompile(`\[("(?:[^"\\]|\\.)*"|[^\]]*)\]`)

// patternOf is a property's path without what tells elements apart.
func patternOf(p Property) string {
	path := bracket.ReplaceAllStringFunc(p.Path, func(step string) string {
		name := strings.Trim(step, `[]`)
		if !strings.HasPrefix(name, `"`) {
			return snapshot.Each
		}
		if name = strings.Trim(name, `"`); strings.ContainsAny(name, `.[]`) && p.Part != PartTags {
			name = snapshot.Any
		}
		return "." + name
	})
	return strings.TrimPrefix(path, ".")
}
