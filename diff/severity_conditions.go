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
	vague    bool     // it says who with a pattern that others can fit
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

// accountKeys, arnKeys and orgKeys are the keys whose values are accounts, ARNs of who calls or is called for, and
// organisations, in small letters.
var (
	arnKeys     = [...]string{"aws:principalarn", "aws:sourcearn", "aws:userarn"}
	accountKeys = [...]string{"aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount"}
	orgKeys     = [...]string{"aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths"}
)

// add takes one condition in. Global condition keys are those of the IAM User Guide, "AWS global condition context keys".
func (c *conditions) add(operator, key string, values []string) {
	lower := strings.ToLower(key)
	if lower == "aws:securetransport" {
		return // how, and not who
	}
	if !narrowing(operator) || len(values) == 0 || slices.ContainsFunc(values, anyOfSort) {
		if narrowing(operator) && len(values) > 0 {
			return // asks for nothing
		}
		c.keys = append(c.keys, key)
		// Whoever's request has not got the key passes: what comes from no VPC, who is of no organisation. Requests mostly have
		// the address that they come from.
		if !strings.HasSuffix(strings.ToLower(operator), "ifexists") || lower == "aws:sourceip" {
			c.steps++
		}
		return
	}
	switch {
	case slices.Contains(accountKeys[:], lower):
		c.toAccounts(key, values)
	case slices.Contains(arnKeys[:], lower):
		c.toARNs(key, values)
	case slices.Contains(orgKeys[:], lower):
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
		switch {
		case slices.ContainsFunc(values, wideSubject):
		case slices.ContainsFunc(values, openSubject):
			c.vague = true
		default:
			c.name = true
		}
		c.keys, c.steps = append(c.keys, key), c.steps+1
	default:
		c.keys, c.steps = append(c.keys, key), c.steps+1
	}
}

// fitsAnything reports whether a pattern fits whatever there is.
func fitsAnything(value string) bool { return value != "" && strings.Trim(value, "*") == "" }

// anyOfSort reports whether a pattern fits whatever there is, or every id of a sort: each customer has organisations,
// networks and endpoints.
func anyOfSort(value string) bool {
	for _, sort := range []string{"o-", "vpc-", "vpce-"} {
		value = strings.TrimPrefix(value, sort)
	}
	return anyText(value)
}

// wideSubject reports whether a pattern of a token's subject fits whole organisations of others: "*", "repo*", "repo:?*:*".
func wideSubject(value string) bool {
	sort, name, named := cutSubject(subjectOwner(value))
	return strings.ContainsAny(sort, "*?") || strings.HasPrefix(name, "*") || named && name != "" && strings.Trim(name, "*?") == ""
}

// openSubject reports whether a pattern of a token's subject goes on where the organisation's name should end, so that one of
// another name fits: "repo:acme*" fits repo:acme-evil/app.
func openSubject(value string) bool { return strings.ContainsAny(subjectOwner(value), "*?") }

// subjectOwner is the part of a token's subject that says whose it is: the first two words of "repo:acme/app:ref:refs/heads/main"
// (GitHub Docs, "OpenID Connect reference") and of "organization:acme:project:app:workspace:w".
func subjectOwner(value string) string {
	sort, rest, ok := cutSubject(value)
	if !ok {
		return value
	}
	name, _, _ := cutSubject(rest)
	return value[:len(sort)+1] + name
}

// cutSubject parts a name at its first colon or slash.
func cutSubject(value string) (before, after string, found bool) {
	if at := strings.IndexAny(value, ":/"); at >= 0 {
		return value[:at], value[at+1:], true
	}
	return value, "", false
}

// toARNs narrows to the accounts of ARNs. A bucket's has none: it narrows all the same. A pattern that fits ARNs of whatever
// account asks for their names only, which whoever has an account may give, or for nothing.
func (c *conditions) toARNs(key string, arns []string) {
	ids, hidden := make([]string, len(arns)), false
	for i, arn := range arns {
		if everyOnesARN(arn) {
			return
		}
		ids[i] = accountOf(arn)
		parts := strings.SplitN(arn, ":", 6)
		hidden = hidden || ids[i] == "" && (len(parts) < 6 || strings.ContainsAny(parts[4], "*?"))
	}
	switch {
	case hidden:
		c.keys, c.steps = append(c.keys, key), c.steps+1
	case slices.Contains(ids, ""):
		c.keys, c.network = append(c.keys, key), append(c.network, key)
	default:
		c.toAccounts(key, ids)
	}
}

// everyOnesARN reports whether a pattern fits ARNs of every account, and of every name: "arn:aws:*", "arn:aws:iam::*:role/*".
func everyOnesARN(pattern string) bool {
	parts := strings.SplitN(pattern, ":", 6)
	if len(parts) < 6 {
		return strings.HasSuffix(pattern, "*") && !slices.ContainsFunc(parts, func(part string) bool { return isAccount(strings.Trim(part, "*?")) })
	}
	if strings.Trim(parts[4], "*?") != "" {
		return false
	}
	_, name, named := cutSubject(parts[5])
	return anyText(parts[5]) || parts[4] != "" && named && anyText(name) // a bucket's objects are the bucket's
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
