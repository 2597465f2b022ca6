package diff

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

const ruleAdmin = "admin-policy"

// identityPoints judges policies that say what their holder may do.
func identityPoints(v *view, w *snapshot.Weakness) ([]point, bool) {
	docs, known := documentsAt(v, w)
	if !known {
		return nil, false
	}
	var points []point
	for _, doc := range docs {
		written, _ := text(doc.value)
		statements, ok := parsePolicy(written, v.r.AccountID)
		if !ok {
			return nil, false
		}
		for i := range statements {
			s := &statements[i]
			if !s.allow {
				points = append(points, deniedPoint(s, doc.label))
				continue
			}
			for _, p := range allowed(s) {
				p.path = doc.label
				p.severity = capped(p.severity, w)
				points = append(points, p)
			}
		}
	}
	return points, true
}

// allowed are the points of a statement that allows all there is, or that by which one gets there.
func allowed(s *statement) []point {
	where := ""
	switch {
	case len(s.notResources) > 0:
		where = " on all but " + someOf(s.notResources)
	case !slices.ContainsFunc(s.resources, everyResource):
		if slices.ContainsFunc(s.actions, everyIAMAction) && slices.ContainsFunc(s.resources, everyIdentity) {
			where = " on all of " + someOf(s.resources)
			break
		}
		return escalations(s)
	}
	p := point{rule: ruleAdmin, severity: High, whole: true}
	switch {
	case slices.ContainsFunc(s.actions, everyAction) && (len(s.notResources) > 0 || slices.ContainsFunc(s.resources, everyResource)):
		p.subject, p.weak, p.strong = "everything", "it allows every action"+where, "it does not allow every action any more"
	case slices.ContainsFunc(s.actions, everyIAMAction):
		p.subject, p.weak, p.strong = "iam", "it allows every action of IAM"+where, "it does not allow every action of IAM any more"
	case len(s.notActions) > 0:
		p.subject = "most"
		if slices.ContainsFunc(s.notActions, func(a string) bool { return fitsAction(a, "iam:PutRolePolicy") }) { // without IAM's it is not all there is
			p.severity = Medium
		}
		p.weak, p.strong = "it allows every action but "+someOf(s.notActions)+where, "it does not allow every action but "+someOf(s.notActions)+" any more"
	default:
		return escalations(s)
	}
	if s.condition.any() {
		p.severity = lower(p.severity, 1)
		p.weak += s.condition.words()
	}
	points := append([]point{p}, implied(escalations(s)...)...)
	if p.subject == "everything" {
		points = append(points, implied(point{rule: ruleAdmin, severity: p.severity, subject: "iam", whole: true})...)
	}
	return points
}

// adminPolicies are AWS's policies that allow all there is, or from which one gets there (AWS Managed Policy Reference).
func adminPolicies() map[string]Severity {
	return map[string]Severity{
		"AdministratorAccess": High, "IAMFullAccess": High, "PowerUserAccess": Medium, "AdministratorAccess-Amplify": Medium,
		"AWSElasticBeanstalkRoleCore": Low, "job-function/SystemAdministrator": Medium, "AWSOrganizationsFullAccess": Medium,
		"AWSSSOMasterAccountAdministrator": Medium,
	}
}

// attachedPoints judges the policies that are attached: AWS's by name, the account's by what they say on this side. One
// that was not captured tells nothing.
func attachedPoints(v *view, w *snapshot.Weakness) ([]point, bool) {
	var points []point
	for _, f := range walkTo(v.tree, w.Path, w.By) {
		arn, ok := text(f.value)
		if !ok {
			continue
		}
		if _, name, ofAWS := strings.Cut(arn, ":iam::aws:policy/"); ofAWS {
			if severity, admin := adminPolicies()[name]; admin {
				points = append(points, point{
					rule: ruleAdmin, severity: severity, path: f.label, subject: map[bool]string{true: "everything", false: name}[name == "AdministratorAccess"], whole: true,
					weak: "AWS's policy " + name + " is attached", strong: "AWS's policy " + name + " is not attached any more",
				})
			}
			continue
		}
		for _, p := range v.adminBy(v.other("iam:policy", snapshot.Global, arn), "the policy "+arn[strings.LastIndexByte(arn, '/')+1:]+" is attached") {
			p.path = f.label
			points = append(points, p)
		}
	}
	return points, true
}

// groupPoints judges the groups that a user is in, by their policies.
func groupPoints(v *view, w *snapshot.Weakness) ([]point, bool) {
	var points []point
	for _, f := range walkTo(v.tree, w.Path, w.By) {
		if name, ok := text(f.value); ok {
			for _, p := range v.adminBy(v.other("iam:group", snapshot.Global, name), "it is in the group "+name) {
				p.path = f.label
				points = append(points, p)
			}
		}
	}
	return points, true
}

// adminBy are the points of another resource's own admin policies, told with how they are come by.
func (v *view) adminBy(other *snapshot.Resource, how string) []point {
	if other == nil {
		return nil
	}
	tree, err := snapshot.Tree(other.Configuration)
	if err != nil {
		return nil
	}
	there := &view{c: v.c, side: v.side, r: other, tree: tree}
	var points []point
	for i := range v.c.options.Rules[other.Kind].Weak {
		w := &v.c.options.Rules[other.Kind].Weak[i]
		if w.Rule != ruleAdmin || !there.sight(w) {
			continue
		}
		found, known := evaluators()[w.Check](there, w)
		if !known {
			continue
		}
		for _, p := range found {
			if p.guard || !slices.Contains([]string{ruleAdmin, ruleEscalation, ruleLending}, p.rule) {
				continue
			}
			if p.whole {
				p.weak, p.strong = how+": "+p.weak, "no longer: "+how
			}
			points = append(points, p)
		}
	}
	return points
}

// certificatePoints are the certificates in a provider's SAML metadata: whoever has the key of one can vouch for anybody.
func certificatePoints(v *view, w *snapshot.Weakness) ([]point, bool) {
	var points []point
	for _, f := range walkTo(v.tree, w.Path, w.By) {
		if maskedWithin(f.value) {
			return nil, false
		}
		metadata, ok := text(f.value)
		if !ok {
			continue
		}
		decoder := xml.NewDecoder(strings.NewReader(metadata))
		within := false
		for {
			token, err := decoder.Token()
			if err != nil {
				break
			}
			switch node := token.(type) {
			case xml.StartElement:
				within = node.Name.Local == "X509Certificate"
			case xml.EndElement:
				within = false
			case xml.CharData:
				if !within {
					continue
				}
				name := "a certificate (SHA-256 " + fingerprint(string(node)) + ")"
				points = append(points, point{path: f.label, subject: name})
			}
		}
	}
	return points, true
}

// fingerprint is the start of a certificate's, as tools print it, or of its text where that is no base64.
func fingerprint(written string) string {
	plain := strings.Join(strings.Fields(written), "")
	der, err := base64.StdEncoding.DecodeString(plain)
	if err != nil {
		der = []byte(plain)
	}
	sum := sha256.Sum256(der)
	return hex.EncodeToString(sum[:8])
}
