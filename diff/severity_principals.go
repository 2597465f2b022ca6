package diff

import (
	"maps"
	"slices"
	"strings"
)

// who is a sort of principal.
type who int

const (
	harmless  who = iota // its own account, AWS's services, and who is gone
	anybody              // everybody in AWS, and for some resources everybody
	another              // another account, or somebody in it
	federated            // whom an identity provider vouches for
	canonical            // by an id that does not tell the account
	service              // a service of AWS's, for whichever of its customers the conditions name
)

// principal is one principal of a statement.
type principal struct {
	kind    who
	account string // of another, or its own
	name    string // as a person reads it: a role's name, a provider's, an id
	saml    bool
	except  bool // everybody but some
}

// parsePrincipals reads a Principal. It reports false for what is none.
func parsePrincipals(value any, account string) ([]principal, bool) {
	switch node := value.(type) {
	case nil:
		return nil, true
	case string:
		return []principal{awsPrincipal(node, account)}, true
	case map[string]any:
		var out []principal
		for _, sort := range keysOf(node) {
			ids, ok := policyWords(node[sort])
			if !ok {
				return nil, false
			}
			for _, id := range ids {
				switch sort {
				case "AWS":
					out = append(out, awsPrincipal(id, account))
				case "Federated":
					out = append(out, federatedPrincipal(id))
				case "CanonicalUser":
					out = append(out, principal{kind: canonical, name: id})
				case "Service":
					if id == "*" {
						out = append(out, principal{kind: anybody})
					} else {
						out = append(out, principal{kind: service, name: id})
					}
				default:
					return nil, false
				}
			}
		}
		return out, true
	}
	return nil, false
}

// awsPrincipal reads a principal of the AWS sort (IAM User Guide, "AWS JSON policy elements: Principal"): "*", an
// account's id, an ARN, or the unique id that stands for who was deleted.
func awsPrincipal(id, account string) principal {
	if fitsAnything(id) {
		return principal{kind: anybody}
	}
	if isAccount(id) {
		if id == account {
			return principal{account: id}
		}
		return principal{kind: another, account: id}
	}
	owner := accountOf(id)
	switch {
	case owner == "" && strings.HasPrefix(id, "arn:") && len(strings.Split(id, ":")) >= 6 && strings.Contains(strings.Split(id, ":")[4], "*"):
		return principal{kind: anybody}
	case owner == "":
		return principal{}
	}
	name := id[strings.LastIndexByte(id, ':')+1:]
	if name == "root" {
		name = ""
	}
	if owner == account {
		return principal{account: owner, name: name}
	}
	return principal{kind: another, account: owner, name: name}
}

func federatedPrincipal(id string) principal {
	name := id
	if _, provider, ok := strings.Cut(id, "-provider/"); ok {
		name = provider
	}
	return principal{kind: federated, name: name, saml: strings.Contains(id, ":saml-provider/")}
}

// opening is what a statement opens to one principal, after its conditions.
type opening struct {
	to      who
	subject string
	phrase  string // "another account (999988887777)"
	steps   int
	// byCondition says that a condition names whom it opens to, an account where there is one: that it names others too, is
	// their opening.
	byCondition bool
	account     string
	narrowed    bool // a Deny statement takes some of it back
	except      bool // some are excepted by name
}

// unknownSteps is by how much conditions make something less bad of which no more is known than that they are there.
func (c *conditions) unknownSteps() int { return min(c.steps, 1) }

// openings says to whom a statement opens something. An account that the comparison covers, and an organisation that it
// is of, are a step less bad than strangers. narrowed says that a Deny statement takes some of it back.
func (s *statement) openings(account string, covered, orgs []string, narrowed bool) []opening {
	var out []opening
	add := func(to who, subject, phrase string, steps int) *opening {
		if narrowed {
			steps++
		}
		out = append(out, opening{to: to, subject: subject, phrase: phrase, steps: steps, narrowed: narrowed})
		return &out[len(out)-1]
	}
	byAccount := func(id, subject, phrase string, steps int) {
		o := add(another, subject, phrase, steps)
		o.byCondition, o.account = true, id
	}
	c := &s.condition
	rest := c.unknownSteps()
	if len(c.network) > 0 {
		rest += 2
	}
	strange := func(id string) int {
		if slices.Contains(covered, id) {
			return 1
		}
		return 0
	}
	for _, p := range s.principals {
		switch p.kind {
		case anybody:
			switch {
			case c.accounts != nil:
				for _, id := range c.accounts {
					if id != account {
						byAccount(id, "account "+id, "another account ("+id+")", rest+strange(id))
					}
				}
			case len(c.orgs) > 0:
				for _, org := range c.orgs {
					whose, steps := "an organisation", rest
					if slices.Contains(orgs, org) {
						whose, steps = "its own organisation", steps+1
					}
					add(another, "organisation "+org, "everybody in "+whose+" ("+org+")", steps).byCondition = true
				}
			default:
				phrase := "anybody"
				if p.except {
					phrase = "everybody but some"
				}
				add(anybody, "anybody", phrase, rest).except = p.except
			}
		case another:
			phrase, subject := "another account ("+p.account+")", "account "+p.account
			if p.name != "" {
				phrase, subject = p.name+" of another account ("+p.account+")", subject+" "+p.name
			}
			steps := rest + strange(p.account)
			if len(c.orgs) > 0 || c.accounts != nil {
				steps++
			}
			add(another, subject, phrase, steps)
		case canonical:
			add(another, "canonical "+p.name, unknownUser(p.name), rest)
		case federated:
			add(federated, "federated "+p.name, p.name, rest)
		case service:
			for _, id := range c.accounts {
				if id != account {
					byAccount(id, "service "+p.name+" account "+id, p.name+", for another account ("+id+"),", rest+strange(id))
				}
			}
			if c.accounts == nil && !c.any() && forAnybody(p.name) {
				add(service, "service "+p.name, p.name+", for whoever's resources,", rest)
			}
		}
	}
	return out
}

// forAnybody reports whether a service calls for resources of any customer who points them at another's, and is usually held
// to some by a condition (IAM User Guide, "The confused deputy problem"). Those that deliver logs, and EventBridge, which
// long could not be held by one in a topic's policy, are commonly not.
func forAnybody(name string) bool {
	return slices.Contains([]string{"s3.amazonaws.com", "sns.amazonaws.com", "apigateway.amazonaws.com", "ses.amazonaws.com", "iot.amazonaws.com"}, name)
}

// only is a statement as it goes for an account, or an organisation, that its conditions name: without those that name
// accounts or organisations and nothing else, and without others' ARNs.
func (s *statement) only(account string) *statement {
	out := *s
	out.asked = make(asked, len(s.asked))
	for operator, keys := range s.asked {
		out.asked[operator] = maps.Clone(keys)
		maps.DeleteFunc(out.asked[operator], func(key string, _ []string) bool {
			return slices.Contains(accountKeys[:], key) || slices.Contains(orgKeys[:], key)
		})
		for key, arns := range out.asked[operator] {
			if account != "" && slices.Contains(arnKeys[:], key) {
				out.asked[operator][key] = slices.DeleteFunc(slices.Clone(arns), func(arn string) bool {
					owner := accountOf(arn)
					return owner != "" && owner != account
				})
			}
		}
	}
	return &out
}

// unknownUser names whom a canonical id stands for, of which the start will do.
func unknownUser(id string) string {
	return "a user whose account is not known (canonical id " + id[:min(len(id), 12)] + ")"
}
