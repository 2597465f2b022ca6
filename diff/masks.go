package diff

import "github.com/aws-baseline/aws-baseline/collect/snapshot"

// otherKey reports whether two values are secrets that were masked under different keys. Nothing can be said of them.
//
// They are counted and told in one line and in the last one, and are no gap, which would be trouble: the key is each
// user's own, so between two users, or after a key was lost, every secret reads so for good. Trouble that is always
// there would hide the gaps that can be closed. What is not said is that nothing differs.
func otherKey(old, found any) bool {
	a, b := snapshot.MaskedUnder(old), snapshot.MaskedUnder(found)
	return a != "" && b != "" && a != b
}

// foreignKeys are the ids of the keys that each side of a configuration was masked under and the other was not. They
// are empty unless both sides have such a key: a mark that merely came or went is a change.
func foreignKeys(old, found any) [2]map[string]bool {
	ids := [2]map[string]bool{{}, {}}
	maskIDs(old, ids[0])
	maskIDs(found, ids[1])
	var foreign [2]map[string]bool
	for side := range ids {
		foreign[side] = make(map[string]bool)
		for id := range ids[side] {
			if !ids[1-side][id] {
				foreign[side][id] = true
			}
		}
	}
	if len(foreign[0]) == 0 || len(foreign[1]) == 0 {
		return [2]map[string]bool{}
	}
	return foreign
}

func maskIDs(value any, ids map[string]bool) {
	switch node := value.(type) {
	case map[string]any:
		for _, child := range node {
			maskIDs(child, ids)
		}
	case []any:
		for _, child := range node {
			maskIDs(child, ids)
		}
	case string:
		if id := snapshot.MaskedUnder(node); id != "" {
			ids[id] = true
		}
	}
}
