package diff

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Parts takes a property apart whose two values are JSON documents in strings (a policy, a state machine, a dashboard):
// it returns the places within the documents that differ, each with its old and new value. Elements of a list are matched
// by a field that names them (Sid, Id, Name), and else by being equal; what is left is matched in order. The words of IAM
// policies (actions, resources, principals) have no order, and one word is a list of one.
//
// It is for showing a difference, not for finding one. ok is false where the values are no two documents, or where the
// parts show nothing: then the values are to be shown whole.
func Parts(old, found json.RawMessage) (parts []Property, ok bool) {
	before, okBefore := documentIn(old)
	now, okNow := documentIn(found)
	if !okBefore || !okNow {
		return nil, false
	}
	if isPolicy(before) && isPolicy(now) {
		before, now = policyInOrder(before), policyInOrder(now)
	}
	p := &partsWalk{}
	p.compare("", before, now)
	return p.found, len(p.found) > 0
}

// documentIn is the document that a JSON string holds.
func documentIn(raw json.RawMessage) (any, bool) {
	var text string
	if len(raw) == 0 || raw[0] != '"' || json.Unmarshal(raw, &text) != nil {
		return nil, false
	}
	return document(text)
}

// policyInOrder brings a policy into a form in which lists have the same order wherever they hold the same.
func policyInOrder(policy any) any {
	object := policy.(map[string]any)
	out := make(map[string]any, len(object))
	for key, value := range object {
		out[key] = value
	}
	statements, ok := object["Statement"].([]any)
	if !ok {
		statements = []any{object["Statement"]}
	}
	list := make([]any, len(statements))
	for i, statement := range statements {
		fields := statement.(map[string]any)
		ordered := make(map[string]any, len(fields))
		for field, value := range fields {
			switch field {
			case "Action", "NotAction", "Resource", "NotResource":
				value = wordList(value)
			case "Principal", "NotPrincipal":
				if by, ok := value.(map[string]any); ok {
					principals := make(map[string]any, len(by))
					for who, ids := range by {
						principals[who] = wordList(ids)
					}
					value = principals
				}
			}
			ordered[field] = value
		}
		list[i] = ordered
	}
	out["Statement"] = list
	return out
}

// wordList is a word or a list of words as a sorted list.
func wordList(value any) any {
	list, ok := value.([]any)
	if !ok {
		return []any{value}
	}
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return sorted
}

// partsWalk collects what differs within two documents.
type partsWalk struct{ found []Property }

func (p *partsWalk) compare(path string, old, found any) {
	switch before := old.(type) {
	case map[string]any:
		if now, ok := found.(map[string]any); ok {
			p.objects(path, before, now)
			return
		}
	case []any:
		if now, ok := found.([]any); ok {
			p.lists(path, before, now)
			return
		}
	}
	if _, gone := old.(absent); gone || !samePart(old, found) {
		p.found = append(p.found, Property{Path: path, Part: PartConfiguration, Old: raw(old), New: raw(found)})
	}
}

func samePart(a, b any) bool {
	if _, gone := b.(absent); gone {
		return false
	}
	return equalJSON(a, b)
}

func (p *partsWalk) objects(path string, old, found map[string]any) {
	keys := make([]string, 0, len(old))
	for key := range old {
		keys = append(keys, key)
	}
	for key := range found {
		if _, ok := old[key]; !ok {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		p.compare(strings.TrimPrefix(path+member(key), "."), valueOf(old, key), valueOf(found, key))
	}
}

// nameFields are the fields that name an element of a list, the most usual first.
var nameFields = [...]string{"Sid", "Id", "ID", "id", "Name", "name", "Key"}

func (p *partsWalk) lists(path string, old, found []any) {
	for _, field := range nameFields {
		if allNamed(old, field) && allNamed(found, field) {
			p.byName(path, field, old, found)
			return
		}
	}
	gone, came := unmatchedIn(old, found)
	if len(gone)+len(came) == 0 && !equalJSON(old, found) { // the order is all that differs
		p.found = append(p.found, Property{Path: path, Part: PartConfiguration, Old: raw(old), New: raw(found)})
		return
	}
	for i := range max(len(gone), len(came)) {
		switch {
		case i >= len(came):
			p.compare(fmt.Sprintf("%s[%d]", path, gone[i]), old[gone[i]], absent{})
		case i >= len(gone):
			p.compare(fmt.Sprintf("%s[%d]", path, came[i]), absent{}, found[came[i]])
		case isScalar(old[gone[i]]) || isScalar(found[came[i]]):
			p.compare(fmt.Sprintf("%s[%d]", path, gone[i]), old[gone[i]], absent{})
			p.compare(fmt.Sprintf("%s[%d]", path, came[i]), absent{}, found[came[i]])
		default:
			p.compare(fmt.Sprintf("%s[%d]", path, gone[i]), old[gone[i]], found[came[i]])
		}
	}
}

func isScalar(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// allNamed reports whether every element of a list is an object that a field names, each by another name.
func allNamed(list []any, field string) bool {
	for _, element := range list {
		object, ok := element.(map[string]any)
		if !ok {
			return false
		}
		if name, ok := object[field].(string); !ok || name == "" {
			return false
		}
	}
	return keyed(list, field)
}

func (p *partsWalk) byName(path, field string, old, found []any) {
	now := make(map[string]any, len(found))
	for _, element := range found {
		now[element.(map[string]any)[field].(string)] = element
	}
	at := func(name string) string { return fmt.Sprintf("%s[%s=%s]", path, field, name) }
	before := make(map[string]bool, len(old))
	for _, element := range old {
		name := element.(map[string]any)[field].(string)
		before[name] = true
		p.compare(at(name), element, valueOf(now, name))
	}
	for _, element := range found {
		if name := element.(map[string]any)[field].(string); !before[name] {
			p.compare(at(name), absent{}, element)
		}
	}
}

// unmatchedIn are the places of elements that have no equal on the other side, however often each is there.
func unmatchedIn(old, found []any) (gone, came []int) {
	left := make(map[string]int)
	for _, element := range found {
		left[string(snapshot.Canonical(element))]++
	}
	for i, element := range old {
		if form := string(snapshot.Canonical(element)); left[form] > 0 {
			left[form]--
		} else {
			gone = append(gone, i)
		}
	}
	for i := len(found) - 1; i >= 0; i-- { // of equal ones the last are those that came
		if form := string(snapshot.Canonical(found[i])); left[form] > 0 {
			left[form]--
			came = append(came, i)
		}
	}
	slices.Reverse(came)
	return gone, came
}
