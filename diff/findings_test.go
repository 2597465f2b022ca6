package diff

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// policyRules are rules for policies of every sort; those of the kinds are tried next to the kinds.
func policyRules() snapshot.Rules {
	return snapshot.Rules{"ec2:thing": {Weak: []snapshot.Weakness{
		{Rule: "key-policy-anybody", Path: "Policy", Check: snapshot.CheckKeyPolicy},
		{Rule: "trust-anybody", Path: "Trust", Check: snapshot.CheckTrust},
		{Rule: "policy-anybody", Path: "Access", Check: snapshot.CheckPolicy, Behind: "Network"},
		{Rule: "public-bucket", Path: "Bucket", Check: snapshot.CheckBucket},
		{Rule: "admin-policy", Path: "Inline[].Document", Check: snapshot.CheckIdentity, By: "Name", Same: "admin"},
	}}}
}

// findingsBetween compares a thing with policies in two states.
func findingsBetween(t testing.TB, old, found string) []Finding {
	t.Helper()
	baseline, target := newEstate().add("x", old), newEstate().add("x", found)
	report, err := Compare(t.Context(), baseline.Snapshot, target.Snapshot, Options{Rules: policyRules()})
	if err != nil {
		t.Fatal(err)
	}
	var out []Finding
	for _, change := range report.Changes {
		out = append(out, change.Findings...)
	}
	return out
}

// withPolicy has one policy in every place.
func withPolicy(policy string) string {
	text, err := json.Marshal(policy)
	if err != nil {
		panic(err) // a string always encodes
	}
	return fmt.Sprintf(`{"Policy":%[1]s,"Trust":%[1]s,"Access":%[1]s,"Bucket":%[1]s,"Inline":[{"Name":"p","Document":%[1]s}]}`, text)
}

// sums are the findings without their words, turned where the sides are.
func sums(findings []Finding, turned bool) string {
	var out []string
	for _, f := range findings {
		turn := turned && f.Rule != ruleRewritten // which is no better in either direction
		out = append(out, fmt.Sprint(f.Rule, f.Severity, f.Better != turn))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// FuzzPolicyFindings holds that whatever a policy holds, judging it ends, swaps with its sides and is silent about what
// did not change.
func FuzzPolicyFindings(f *testing.F) {
	for _, principal := range []string{`"*"`, `{"AWS":"999988887777"}`, `{"Federated":"cognito-identity.amazonaws.com"}`, `{"Service":"s3.amazonaws.com"}`, `{"CanonicalUser":"c"}`, `{"AWS":"111122223333"}`} {
		for _, condition := range []string{
			`{}`, `{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`, `{"ArnLike":{"aws:SourceArn":["arn:aws:s3:::b"]}}`, `{"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}}`,
			`{"StringNotEquals":{"aws:PrincipalAccount":"111122223333"}}`, `{"StringEquals":{"kms:CallerAccount":"111122223333"},"Bool":{"aws:SecureTransport":true}}`,
			`{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`, `{"StringLike":{"a:sub":["repo:acme*","repo:?*:*"]},"StringEquals":{"aws:SourceAccount":["999988887777"]}}`,
		} {
			for _, effect := range []string{"Allow", "Deny"} {
				f.Add(fmt.Sprintf(`{"Statement":[{"Effect":%q,"Principal":%s,"Action":["*","iam:*"],"Resource":"*","Condition":%s}]}`, effect, principal, condition),
					`{"Statement":{"Effect":"Allow","NotPrincipal":{"AWS":"*"},"NotAction":"iam:*","NotResource":"a"}}`)
			}
		}
	}
	f.Fuzz(func(t *testing.T, old, found string) {
		a, b := withPolicy(old), withPolicy(found)
		if got := findingsBetween(t, a, a); len(got) > 0 {
			t.Errorf("nothing changed, and told is %v", got)
		}
		there, back := findingsBetween(t, a, b), findingsBetween(t, b, a)
		if sums(there, false) != sums(back, true) {
			t.Errorf("there\n%v\nand back\n%v", there, back)
		}
	})
}
