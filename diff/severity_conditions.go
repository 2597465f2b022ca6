package diff

import (
	"slices"
	"strings"
)

// conditions is what the conditions of a statement come to, as far as they are known.
type conditions struct {
	accounts []string // nobody but these accounts; nil for no such condition
	orgs     []string // nobody but these organisations
	network  []string // the keys by which a network is asked for
	name     bool     // it says who: the subject of a token
	steps    int      // by how much the rest makes it less bad
	keys     []string // what is asked for, as it is written
}

// any reports whether anything is asked for.
func (c *conditions) any() bool { return len(c.keys) > 0 }

// narrowing are the operators that ask for a value; with the negated ones, and those that pass where the key is absent,
// who is let in can't be told.
func narrowing(operator string) bool {
	switch strings.ToLower(operator) {
	case "stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "ipaddress", "bool",
		"foranyvalue:stringequals", "foranyvalue:stringlike", "foranyvalue:stringequalsignorecase":
		return true
	}
	return false
}

// parseConditions reads a Condition. It reports false for what is none.
func parseConditions(value any, account string) (conditions, bool) {
	var c conditions
	if value == nil {
		return c, true
	}
	operators, ok := value.(map[string]any)
	if !ok {
		return c, false
	}
	for _, operator := range keysOf(operators) {
		keys, ok := operators[operator].(map[string]any)
		if !ok {
			return c, false
		}
		for _, key := range keysOf(keys) {
			values, ok := policyWords(keys[key])
			if !ok {
				return c, false
			}
			c.add(operator, key, values)
		}
	}
	return c, true
}

// add takes one condition in. Global condition keys are those of the IAM User Guide, "AWS global condition context keys".
func (c *conditions) add(operator, key string, values []string) {
	lower := strings.ToLower(key)
	if lower == "aws:securetransport" {
		return // how, and not who
	}
	if !narrowing(operator) || len(values) == 0 || slices.ContainsFunc(values, fitsAnything) {
		if narrowing(operator) && len(values) > 0 {
			return // asks for nothing
		}
		c.keys, c.steps = append(c.keys, key), c.steps+1
		return
	}
	switch {
	case slices.Contains([]string{"aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount"}, lower):
		c.toAccounts(key, values)
	case lower == "aws:principalarn" || lower == "aws:sourcearn" || lower == "aws:userarn":
		ids := make([]string, len(values))
		for i, arn := range values {
			ids[i] = accountOf(arn)
		}
		if slices.Contains(ids, "") { // a bucket's ARN has none, and patterns hide it
			c.network = append(c.network, key)
			c.keys = append(c.keys, key)
			return
		}
		c.toAccounts(key, ids)
	case slices.Contains([]string{"aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths"}, lower):
		for _, value := range values {
			org, _, _ := strings.Cut(value, "/")
			c.orgs = append(c.orgs, org)
		}
		c.keys = append(c.keys, key)
	case slices.Contains([]string{"aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn", "elasticfilesystem:accessedviamounttarget"}, lower):
		if lower == "elasticfilesystem:accessedviamounttarget" && !slices.Contains(values, "true") {
			c.steps++
		} else {
			c.network = append(c.network, key)
		}
		c.keys = append(c.keys, key)
	case lower == "aws:sourceip" || lower == "aws:vpcsourceip":
		if !slices.ContainsFunc(values, isWorld) {
			c.network = append(c.network, key)
			c.keys = append(c.keys, key)
		}
	case strings.HasSuffix(lower, ":sub") || lower == "saml:namequalifier":
		c.name = c.name || !slices.ContainsFunc(values, wideSubject)
		c.keys, c.steps = append(c.keys, key), c.steps+1
	default:
		c.keys, c.steps = append(c.keys, key), c.steps+1
	}
}

// fitsAnything reports whether a pattern fits whatever there is.
func fitsAnything(value string) bool { return value != "" && strings.Trim(value, "*") == "" }

// wideSubject reports whether a pattern of a token's subject fits whole organisations of others: "*", "repo:*".
func wideSubject(value string) bool {
	_, rest, ok := strings.Cut(value, ":")
	return strings.HasPrefix(value, "*") || (ok && strings.HasPrefix(rest, "*"))
}

// toAccounts narrows to accounts. Where one can't be read the condition is one of the unknown sort.
func (c *conditions) toAccounts(key string, ids []string) {
	c.keys = append(c.keys, key)
	if slices.ContainsFunc(ids, func(id string) bool { return !isAccount(id) }) {
		c.steps++
		return
	}
	if c.accounts == nil {
		c.accounts = []string{}
		c.accounts = append(c.accounts, ids...)
		return
	}
	c.accounts = slices.DeleteFunc(c.accounts, func(id string) bool { return !slices.Contains(ids, id) })
}

// in says with what conditions, for the end of a sentence.
func (c *conditions) words() string {
	if !c.any() {
		return ""
	}
	return " (with conditions: " + someOf(c.keys) + ")"
}

// isAccount reports whether a word is an account's id.
func isAccount(word string) bool {
	return len(word) == 12 && strings.Trim(word, "0123456789") == ""
}

// accountOf is the account in an ARN, or "".
func accountOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || !isAccount(parts[4]) {
		return ""
	}
	return parts[4]
}
