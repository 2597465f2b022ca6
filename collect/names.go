package collect

import (
	"fmt"
	"slices"
	"strings"
)

// ByName finds kinds by what people type: a kind's name, its CloudFormation name, an alias, or a service for all of its
// kinds; case does not matter. An unknown word is an error that names the nearest ones.
func ByName(kinds []*Kind, words []string) ([]*Kind, error) {
	var found []*Kind
	for _, word := range words {
		n := len(found)
		for _, kind := range kinds {
			if kind.answersTo(word) && !slices.Contains(found, kind) {
				found = append(found, kind)
			} else if kind.answersTo(word) {
				n = -1
			}
		}
		if len(found) == n {
			return nil, fmt.Errorf("unknown resource type %q%s; aws-baseline kinds lists them", word, nearest(kinds, word))
		}
	}
	return found, nil
}

func (k *Kind) answersTo(word string) bool {
	names := append([]string{k.Name, k.CloudFormation, k.Service()}, k.Aliases...)
	for _, alias := range k.Aliases {
		if service, _, _ := strings.Cut(alias, ":"); !isCloudFormation(alias) {
			names = append(names, service)
		}
	}
	return slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, word) })
}

// nearest names kinds that hold a part of the word.
func nearest(kinds []*Kind, word string) string {
	_, part, ok := strings.Cut(strings.ToLower(word), ":")
	if !ok {
		part = strings.ToLower(word)
	}
	var near []string
	for _, kind := range kinds {
		if part != "" && strings.Contains(strings.ReplaceAll(kind.Name, "-", ""), strings.ReplaceAll(part, "-", "")) {
			near = append(near, kind.Name)
		}
	}
	if len(near) == 0 || len(near) > 5 {
		return ""
	}
	return " (did you mean " + strings.Join(near, ", ") + "?)"
}
