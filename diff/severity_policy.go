package diff

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// statement is a statement of an IAM policy.
type statement struct {
	allow                     bool
	principals                []principal
	actions, notActions       []string
	resources, notResources   []string
	condition                 conditions
	asked                     asked
	who, notWho               []string // Principal and NotPrincipal as words: "AWS 111122223333"; nil where there is none
	form                      string   // canonical
	sid                       string
	everybody, exceptedByName bool // Principal "*"; NotPrincipal
}

// parsePolicy reads a policy. It reports false for what is no policy: nothing is said of that.
func parsePolicy(text, account string) ([]statement, bool) {
	tree, ok := document(text)
	if !ok {
		return nil, false
	}
	object, ok := tree.(map[string]any)
	if !ok {
		return nil, false
	}
	list, ok := object["Statement"].([]any)
	if !ok {
		if object["Statement"] == nil {
			return nil, len(object) == 0 || object["Version"] != nil
		}
		list = []any{object["Statement"]}
	}
	var out []statement
	for _, element := range list {
		fields, ok := element.(map[string]any)
		if !ok {
			return nil, false
		}
		effect, _ := fields["Effect"].(string)
		if effect != "Allow" && effect != "Deny" {
			return nil, false
		}
		s := statement{allow: effect == "Allow"}
		for _, part := range []struct {
			field string
			to    *[]string
		}{{"Action", &s.actions}, {"NotAction", &s.notActions}, {"Resource", &s.resources}, {"NotResource", &s.notResources}} {
			if *part.to, ok = policyWords(fields[part.field]); !ok {
				return nil, false
			}
		}
		if s.condition, ok = parseConditions(fields["Condition"], account); !ok {
			return nil, false
		}
		if s.principals, ok = parsePrincipals(fields["Principal"], account); !ok {
			return nil, false
		}
		if s.asked, ok = parseAsked(fields["Condition"]); !ok {
			return nil, false
		}
		s.who, s.notWho = principalWords(fields["Principal"]), principalWords(fields["NotPrincipal"])
		if fields["NotPrincipal"] != nil {
			s.exceptedByName = true
			if s.allow {
				s.principals = append(s.principals, principal{kind: anybody, except: true})
			}
		}
		s.everybody = slices.ContainsFunc(s.principals, func(p principal) bool { return p.kind == anybody })
		s.sid, _ = fields["Sid"].(string)
		s.form = statementForm(fields)
		out = append(out, s)
	}
	return out, true
}

// statementForm is equal for statements that say the same in another order, or under another name.
func statementForm(fields map[string]any) string {
	out := make(map[string]any)
	for field, value := range fields {
		if field != "Sid" {
			out[field] = sortedWords(value)
		}
	}
	return string(snapshot.Canonical(out))
}

// sortedWords is a value in which lists of words are sorted, and a word is a list of one.
func sortedWords(value any) any {
	switch node := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(node))
		for key, child := range node {
			out[key] = sortedWords(child)
		}
		return out
	case []any:
		out := make([]any, 0, len(node))
		for _, child := range node {
			out = append(out, string(snapshot.Canonical(child)))
		}
		slices.SortFunc(out, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
		return out
	case string:
		return []any{string(snapshot.Canonical(node))}
	}
	return value
}

// policyWords reads a word or a list of words.
func policyWords(value any) ([]string, bool) {
	switch node := value.(type) {
	case nil:
		return nil, true
	case string:
		return []string{node}, true
	case bool:
		return []string{fmt.Sprint(node)}, true
	case []any:
		out := make([]string, 0, len(node))
		for _, element := range node {
			word, ok := text(element)
			if !ok {
				return nil, false
			}
			out = append(out, word)
		}
		return out, true
	}
	word, ok := text(value)
	return []string{word}, ok
}

// does says what a statement allows, in some words.
func (s *statement) does() string {
	if len(s.notActions) > 0 {
		return "everything but " + someOf(s.notActions)
	}
	if len(s.actions) == 0 {
		return "nothing"
	}
	return someOf(s.actions)
}

// someOf is the first few words of a list.
func someOf(list []string) string {
	sorted := slices.Clone(list)
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	if len(sorted) <= 3 {
		return strings.Join(sorted, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(sorted[:3], ", "), len(sorted)-3)
}

// reads reports whether a statement allows reading alone, going by the names of the actions. What it excepts is not
// taken for that.
func (s *statement) reads() bool {
	if len(s.notActions) > 0 || len(s.actions) == 0 {
		return false
	}
	return !slices.ContainsFunc(s.actions, func(action string) bool {
		_, name, _ := strings.Cut(strings.ToLower(action), ":")
		return !slices.ContainsFunc([]string{"get", "list", "describe", "head", "batchget", "batchcheck", "query", "scan"}, func(verb string) bool {
			return strings.HasPrefix(name, verb)
		})
	})
}

// assumes reports whether a statement speaks of assuming a role, and not of what goes with that alone: tagging a session.
func (s *statement) assumes() bool {
	return len(s.notActions) > 0 || slices.ContainsFunc(s.actions, func(a string) bool {
		return slices.ContainsFunc([]string{"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"}, func(call string) bool { return fitsAction(a, call) })
	})
}

// policy is a policy at its place.
type policy struct {
	label      string
	statements []statement
}

// policiesAt reads the policies at a place. It reports false where one can't be read.
func policiesAt(v *view, w *snapshot.Weakness) ([]policy, bool) {
	docs, known := documentsAt(v, w)
	if !known {
		return nil, false
	}
	var out []policy
	for _, doc := range docs {
		written, _ := text(doc.value)
		statements, ok := parsePolicy(written, v.r.AccountID)
		if !ok {
			return nil, false
		}
		out = append(out, policy{doc.label, statements})
	}
	return out, true
}

// documentsAt are the policies at a place that has some. It reports false for a secret.
func documentsAt(v *view, w *snapshot.Weakness) (docs []found, known bool) {
	for _, f := range walkTo(v.tree, w.Path, w.By) {
		if !f.present {
			continue
		}
		holds, known := v.holds(w, f)
		if !known || maskedWithin(f.value) {
			return nil, false
		}
		if word, ok := text(f.value); holds && ok && strings.TrimSpace(word) != "" {
			docs = append(docs, f)
		}
	}
	return docs, true
}
