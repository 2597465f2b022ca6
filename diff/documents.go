package diff

import (
	"encoding/json"
	"slices"
	"strings"

	awspolicy "github.com/hashicorp/awspolicyequivalence"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// sameDocument reports whether two strings hold JSON that means the same, as IAM policies where both are, and by which rule.
func sameDocument(old, found string) (Rule, bool) {
	a, ok := document(old)
	if !ok {
		return "", false
	}
	b, ok := document(found)
	if !ok {
		return "", false
	}
	if equalJSON(a, b) {
		return RuleDocument, true
	}
	return RulePolicy, samePolicy(a, b)
}

func document(text string) (any, bool) {
	trimmed := strings.TrimSpace(text)
	if trimmed == "" || (trimmed[0] != '{' && trimmed[0] != '[') {
		return nil, false
	}
	tree, err := snapshot.Tree(json.RawMessage(trimmed))
	return tree, err == nil
}

func equalJSON(a, b any) bool { return string(snapshot.Canonical(a)) == string(snapshot.Canonical(b)) }

// samePolicy changes both trees, for the library's sake. It takes any two principals that are strings for equal, and a
// string for none at all, but compares objects well; and it reads a condition's numbers as floats, which lose digits.
func samePolicy(a, b any) bool {
	if !isPolicy(a) || !isPolicy(b) {
		return false
	}
	for _, policy := range []any{a, b} {
		// Case means nothing in actions (IAM User Guide, "IAM JSON policy elements: Action").
		for _, path := range actionPaths {
			path.Edit(policy, func(value any) (any, bool) {
				if text, ok := value.(string); ok {
					return strings.ToLower(text), true
				}
				return value, true
			})
		}
		for _, path := range []snapshot.Path{"Statement", "Statement[]"} {
			for _, field := range []string{"Principal", "NotPrincipal"} {
				path.Join(field).Edit(policy, func(value any) (any, bool) {
					if text, ok := value.(string); ok {
						return map[string]any{"(anyone)": text}, true
					}
					return value, true
				})
			}
		}
		for _, path := range []snapshot.Path{"Statement.Condition.*.*", "Statement[].Condition.*.*"} {
			for _, at := range []snapshot.Path{path, path.Join(snapshot.Each)} {
				at.Edit(policy, func(value any) (any, bool) {
					if number, ok := value.(json.Number); ok {
						return number.String(), true
					}
					return value, true
				})
			}
		}
	}
	same, err := awspolicy.PoliciesAreEquivalent(string(snapshot.Canonical(a)), string(snapshot.Canonical(b)))
	return err == nil && same
}

// actionPaths are where a policy's actions stand.
var actionPaths = [...]snapshot.Path{
	"Statement.Action", "Statement.Action[]", "Statement[].Action", "Statement[].Action[]",
	"Statement.NotAction", "Statement.NotAction[]", "Statement[].NotAction", "Statement[].NotAction[]",
}

// isPolicy reports whether a document is an IAM policy and nothing more: the library passes over what it does not know.
func isPolicy(tree any) bool {
	object, ok := tree.(map[string]any)
	if !ok || !onlyFields(object, "Version", "Id", "Statement") {
		return false
	}
	statements, ok := object["Statement"].([]any)
	if !ok {
		statements = []any{object["Statement"]}
	}
	for _, statement := range statements {
		fields, ok := statement.(map[string]any)
		if !ok || !onlyFields(fields, "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition") {
			return false
		}
		for _, field := range []string{"Action", "NotAction", "Resource", "NotResource"} {
			if !isWords(fields[field]) {
				return false
			}
		}
		for _, field := range []string{"Principal", "NotPrincipal"} {
			if !isPrincipal(fields[field]) {
				return false
			}
		}
	}
	return true
}

func isPrincipal(value any) bool {
	object, ok := value.(map[string]any)
	if !ok {
		_, list := value.([]any)
		return !list && isWords(value)
	}
	for _, words := range object {
		if !isWords(words) {
			return false
		}
	}
	return true
}

// isWords reports whether a value is absent, a string or a list of strings.
func isWords(value any) bool {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	return value == nil || !slices.ContainsFunc(list, func(word any) bool {
		_, text := word.(string)
		return !text
	})
}

func onlyFields(object map[string]any, fields ...string) bool {
	for field := range object {
		if !slices.Contains(fields, field) {
			return false
		}
	}
	return true
}
