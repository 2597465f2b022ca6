package diff

import (
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

const ruleFederated = "trust-federated"

// access are the rules and words for what a policy opens.
type access struct {
	anybody, account string // rules
	another          Severity
	verb             string // after who: "may assume this role"
	actions          bool   // say which
	deputies         bool   // services that act for whoever
}

// trustPoints judges who may assume a role, and whether those of its own account must come with a second factor.
func trustPoints(v *view, w *snapshot.Weakness) ([]point, bool) {
	points, known := v.accessPoints(w, access{anybody: "trust-anybody", account: "trust-another-account", another: High, verb: "may assume this role"})
	if !known {
		return nil, false
	}
	docs, _ := policiesAt(v, w)
	for _, doc := range docs {
		points = append(points, factorPoints(doc, v.r.AccountID)...)
	}
	return points, true
}

func policyPoints(v *view, w *snapshot.Weakness) ([]point, bool) {
	return v.accessPoints(w, access{anybody: "policy-anybody", account: "policy-another-account", another: Medium, verb: "has access", actions: true, deputies: true})
}

func keyPolicyPoints(v *view, w *snapshot.Weakness) ([]point, bool) {
	return v.accessPoints(w, access{anybody: "key-policy-anybody", account: "key-policy-another-account", another: High, verb: "has access", actions: true})
}

// bucketPoints judges a bucket's policy. With RestrictPublicBuckets, S3 lets nobody in by a policy that lets everybody in
// but the bucket's own account and AWS's services (S3 User Guide, "Blocking public access to your Amazon S3 storage").
func bucketPoints(v *view, w *snapshot.Weakness) ([]point, bool) {
	points, known := v.accessPoints(w, access{anybody: "public-bucket", account: "policy-another-account", another: Medium, verb: "has access", actions: true, deputies: true})
	if known && (v.isTrue("PublicAccessBlock.RestrictPublicBuckets") || v.accountBlocks("RestrictPublicBuckets")) {
		points = slices.DeleteFunc(points, func(p point) bool { return p.rule == "public-bucket" })
	}
	return points, known
}

// accountBlocks reports whether the account's own public access block, which goes for all of its buckets, has a part of it on.
// A side that did not look would seem open beside one that did, so both must have looked.
func (v *view) accountBlocks(part snapshot.Path) bool {
	const kind, id = "s3:account-public-access-block", "account-public-access-block"
	key := snapshot.ResourceKey(v.r.AccountID, snapshot.Global, kind, id)
	if v.c.byID(0)[key] == nil || v.c.byID(1)[key] == nil {
		return false
	}
	block := v.other(kind, snapshot.Global, id)
	tree, err := snapshot.Tree(block.Configuration)
	return err == nil && (&view{tree: tree}).isTrue(part)
}

// isTrue reports whether a place holds true.
func (v *view) isTrue(path snapshot.Path) bool {
	is := false
	path.Find(v.tree, func(value any) { is = is || value == true })
	return is
}

// accessPoints judges whom a policy lets in, and what it denies.
func (v *view) accessPoints(w *snapshot.Weakness, a access) ([]point, bool) {
	docs, known := policiesAt(v, w)
	if !known {
		return nil, false
	}
	var points []point
	for _, doc := range docs {
		narrowed := slices.ContainsFunc(doc.statements, takesBack)
		for i := range doc.statements {
			s := &doc.statements[i]
			if !s.allow {
				points = append(points, deniedPoint(s, doc.label))
				continue
			}
			for _, o := range s.openings(v.r.AccountID, v.c.covered(), v.c.organisations(), narrowed) {
				if p, ok := v.opened(w, a, s, o, narrowed); ok {
					p.path = doc.label
					points = append(points, p)
				}
			}
		}
	}
	return points, true
}

// opened is the point of an opening.
func (v *view) opened(w *snapshot.Weakness, a access, s *statement, o opening, narrowed bool) (point, bool) {
	if len(s.actions) == 0 && len(s.notActions) == 0 || !a.actions && !s.assumes() {
		return point{}, false
	}
	p := point{subject: o.subject, whole: true, rule: a.account, severity: a.another}
	switch o.to {
	case anybody:
		p.rule, p.severity = a.anybody, Critical
		if a.actions && s.reads() {
			p.severity = High
		}
	case service:
		if !a.deputies {
			return point{}, false // keys let services in for whatever they keep, and roles have no way to tell
		}
		p.severity = Low
	case federated:
		p.rule = ruleFederated
		p.severity = v.federatedSeverity(s, &o)
		o.steps = 0
		if narrowed {
			p.severity = lower(p.severity, 1)
		}
		o.phrase = "whoever " + o.phrase + " vouches for"
	}
	verb := a.verb
	if a.actions {
		verb += ": " + s.does()
	}
	tail := s.condition.words()
	if narrowed {
		tail += "; a Deny statement takes some of it back"
	}
	p.severity = lower(p.severity, o.steps)
	inside := false
	if o.to == anybody {
		if p.severity, inside = v.behind(p.severity, w); inside {
			tail += ", from inside its network"
		}
	}
	p.severity = capped(p.severity, w)
	p.weak = o.phrase + " " + verb + tail
	p.strong = notAnyMore(o.phrase, verb)
	if o.byCondition {
		s = s.only(o.account)
	}
	p.who, p.access, p.allows, p.to = o.phrase, a, []*statement{s}, o
	p.covers = func(other point) bool {
		return o.takesIn(other.to) && !slices.ContainsFunc(other.allows, func(part *statement) bool {
			return a.actions && !s.coversActions(part) || !s.asked.covers(part.asked)
		})
	}
	if o.to == another {
		p.partly = notAnyMore(o.phrase, verb) + " as a whole"
	}
	return p, true
}

// takesIn reports whether whoever is let in by another opening is let in by this one: everybody's takes in accounts, and an
// account's its roles. Where some are excepted, or a Deny statement takes something back from this one alone, that can't be
// told.
func (o *opening) takesIn(other opening) bool {
	switch {
	case other.phrase == "" || o.except || o.narrowed && !other.narrowed:
		return false
	case o.to == anybody:
		return other.to == anybody || other.to == another
	}
	return o.to == another && other.to == another && strings.HasPrefix(other.subject, o.subject+" ")
}

// notAnyMore turns "X may Y" and "X has access: Y" round.
func notAnyMore(who, verb string) string {
	verb = strings.Replace(verb, "may ", "may no longer ", 1)
	verb = strings.Replace(verb, "has access", "no longer has access", 1)
	return who + " " + verb
}

// federatedSeverity goes by whether the conditions say who. Providers of OIDC are often shared by all their customers,
// and the audience alone lets every one of them in; a SAML provider is of one organisation. A subject that others can fit by
// their name lies between.
func (v *view) federatedSeverity(s *statement, o *opening) Severity {
	saml := slices.ContainsFunc(s.principals, func(p principal) bool { return p.kind == federated && "federated "+p.name == o.subject && p.saml })
	switch {
	case s.condition.name || (saml && s.condition.any()):
		return Low
	case saml || s.condition.vague:
		return Medium
	}
	return High
}

// takesBack reports whether a statement denies whoever is not of an organisation, account or network.
func takesBack(s statement) bool {
	if s.allow || !(s.everybody || s.exceptedByName) {
		return false
	}
	return s.exceptedByName || slices.ContainsFunc(s.condition.keys, func(key string) bool {
		return slices.Contains([]string{
			"aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn", "aws:sourceaccount", "aws:sourcearn",
			"aws:sourceip", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceorgid", "kms:calleraccount",
		}, strings.ToLower(key))
	})
}

// sharedPoints judges lists of those that something is shared with: accounts, principals, organisations, "all" or "*".
func sharedPoints(v *view, w *snapshot.Weakness) ([]point, bool) {
	var points []point
	for _, f := range walkTo(v.tree, w.Path, w.By) {
		if !f.present {
			continue
		}
		holds, known := v.holds(w, f)
		if !known || maskedWithin(f.value) {
			return nil, false
		}
		with, ok := text(f.value)
		if !holds || !ok || with == "" {
			continue
		}
		p := point{path: f.label, whole: true, severity: Medium, rule: "shared-with-account", subject: with}
		var to string
		switch {
		case strings.EqualFold(with, "all") || with == "*":
			p.rule, p.severity, to = "shared-with-anybody", Critical, "everybody"
		case strings.Contains(with, ":organizations::"):
			to = "the organisation or unit " + with
			if slices.ContainsFunc(v.c.organisations(), func(org string) bool { return strings.Contains(with, "/"+org) }) {
				p.severity = Low
			}
		default:
			who := awsPrincipal(with, v.r.AccountID)
			if who.kind != another {
				continue
			}
			to = "another account (" + who.account + ")"
			if slices.Contains(v.c.covered(), who.account) {
				p.severity = Low
			}
		}
		p.severity = capped(p.severity, w)
		p.weak, p.strong = "it is shared with "+to, "it is not shared with "+to+" any more"
		points = append(points, p)
	}
	return points, true
}
