package diff

import (
	"fmt"
	"strings"
	"testing"
)

func TestPatternTakesIn(t *testing.T) {
	for _, test := range []struct {
		wide, narrow string
		want         bool
	}{
		{"*", "anything", true}, {"*", "*", true}, {"*", "a*?b", true}, {"", "", true}, {"*", "", true},
		{"s3:*", "s3:Get*", true}, {"s3:Get*", "s3:*", false}, {"s3:Get*", "s3:GetObject", true}, {"s3:GetObject", "s3:Get*", false},
		{"a?c", "abc", true}, {"a?c", "a?c", true}, {"a?c", "a*c", false}, {"a*c", "a?c", true}, {"abc", "a?c", false},
		{"*a*b", "xaxxb", true}, {"*a*b", "x*b", false}, {"a*", "b", false}, {"**", "x", true}, {"a", "ab", false}, {"ab", "a", false},
	} {
		if got := patternTakesIn(test.wide, test.narrow); got != test.want {
			t.Errorf("%q takes in %q: %v", test.wide, test.narrow, got)
		}
	}
}

// FuzzPatternTakesIn: a pattern takes in itself, and what another one that it takes in takes in.
func FuzzPatternTakesIn(f *testing.F) {
	f.Add("s3:*", "s3:Get*", "s3:GetObject")
	f.Add("*?*", "?a", "ba")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if len(a)+len(b)+len(c) > 100 {
			return
		}
		if !patternTakesIn(a, a) || !patternTakesIn("*", a) {
			t.Errorf("%q does not take in itself", a)
		}
		if patternTakesIn(a, b) && patternTakesIn(b, c) && !patternTakesIn(a, c) {
			t.Errorf("%q takes in %q, and that %q, but not %q", a, b, c, c)
		}
	})
}

// TestCovers: a statement covers another only where it surely says no less.
func TestCovers(t *testing.T) {
	for _, test := range []struct {
		name, wide, narrow string
		there, back        bool
	}{
		{"itself", `"Action":"s3:*","Resource":"*"`, `"Action":["S3:*"],"Resource":["*"]`, true, true},
		{"fewer actions", `"Action":"s3:*","Resource":"*"`, `"Action":["s3:Get*","s3:List*"],"Resource":"*"`, true, false},
		{"fewer resources", `"Action":"s3:*","Resource":["arn:aws:s3:::a/*","arn:aws:s3:::b"]`, `"Action":"s3:*","Resource":"arn:aws:s3:::a/x"`, true, false},
		{"others", `"Action":"s3:*","Resource":"*"`, `"Action":"ec2:*","Resource":"*"`, false, false},
		{"more exceptions", `"NotAction":"iam:*","Resource":"*"`, `"NotAction":["iam:*","s3:*"],"Resource":"*"`, true, false},
		{"all, and all but", `"Action":"*","Resource":"*"`, `"NotAction":"iam:*","NotResource":"a"`, true, false},
		{"actions, and all but", `"Action":"s3:*","Resource":"*"`, `"NotAction":"iam:*","Resource":"*"`, false, false},
		{"a condition", `"Action":"*","Resource":"*"`, `"Action":"*","Resource":"*","Condition":{"Bool":{"a":"true"}}`, true, false},
		{"one more value lets more in", `"Action":"*","Resource":"*","Condition":{"StringEquals":{"a":["1","2"]}}`, `"Action":"*","Resource":"*","Condition":{"StringEquals":{"A":"1"}}`, true, false},
		{"one more exception lets less in", `"Action":"*","Resource":"*","Condition":{"StringNotEquals":{"a":"1"}}`, `"Action":"*","Resource":"*","Condition":{"StringNotEquals":{"a":["1","2"]}}`, true, false},
		{"a wider pattern", `"Action":"*","Resource":"*","Condition":{"ArnLike":{"a":"arn:*"}}`, `"Action":"*","Resource":"*","Condition":{"ArnLike":{"a":"arn:aws:x"}}`, true, false},
		{"a star where none is meant", `"Action":"*","Resource":"*","Condition":{"StringEquals":{"a":"*"}}`, `"Action":"*","Resource":"*","Condition":{"StringEquals":{"a":"b"}}`, false, false},
		{"another operator", `"Action":"*","Resource":"*","Condition":{"StringLike":{"a":"b"}}`, `"Action":"*","Resource":"*","Condition":{"Bool":{"a":"b"}}`, false, false},
		{"a stricter operator", `"Action":"*","Resource":"*","Condition":{"StringLike":{"a":"b*"}}`, `"Action":"*","Resource":"*","Condition":{"StringEquals":{"a":"bc"}}`, true, false},
		{"an operator that says the same", `"Action":"*","Resource":"*","Condition":{"StringLike":{"a":"b"}}`, `"Action":"*","Resource":"*","Condition":{"StringEquals":{"a":"b"}}`, true, true},
		{"a star that is one, and one that is none", `"Action":"*","Resource":"*","Condition":{"StringLike":{"a":"b*"}}`, `"Action":"*","Resource":"*","Condition":{"StringEquals":{"a":"b*"}}`, true, false},
		{"a key that may be absent", `"Action":"*","Resource":"*","Condition":{"BoolIfExists":{"a":"true"}}`, `"Action":"*","Resource":"*","Condition":{"Bool":{"a":"true"}}`, true, false},
		{"a key that may be absent, excepted", `"Action":"*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"a":"b"}}`, `"Action":"*","Resource":"*","Condition":{"StringNotEquals":{"a":"b"}}`, false, false},
		{"ARNs with stars", `"Action":"*","Resource":"*","Condition":{"ArnEquals":{"a":"arn:*"}}`, `"Action":"*","Resource":"*","Condition":{"ArnLike":{"a":"arn:aws:x"}}`, true, false},
		{"a wider block", `"Action":"*","Resource":"*","Condition":{"IpAddress":{"a":"198.0.0.0/7"}}`, `"Action":"*","Resource":"*","Condition":{"IpAddress":{"a":["198.51.100.0/24","199.0.0.1"]}}`, true, false},
		{"a wider block that is excepted", `"Action":"*","Resource":"*","Condition":{"NotIpAddress":{"a":"198.51.100.0/24"}}`, `"Action":"*","Resource":"*","Condition":{"NotIpAddress":{"a":"198.0.0.0/7"}}`, true, false},
		{"a block of another family", `"Action":"*","Resource":"*","Condition":{"IpAddress":{"a":"0.0.0.0/0"}}`, `"Action":"*","Resource":"*","Condition":{"IpAddress":{"a":"2001:db8::/32"}}`, false, false},
		{"a longer time", `"Action":"*","Resource":"*","Condition":{"NumericLessThan":{"a":"7200"}}`, `"Action":"*","Resource":"*","Condition":{"NumericLessThan":{"a":900}}`, true, false},
		{"a smaller number at least", `"Action":"*","Resource":"*","Condition":{"NumericGreaterThanEquals":{"a":"1"}}`, `"Action":"*","Resource":"*","Condition":{"NumericGreaterThanEquals":{"a":"2"}}`, true, false},
		{"what is no block", `"Action":"*","Resource":"*","Condition":{"IpAddress":{"a":"x"}}`, `"Action":"*","Resource":"*","Condition":{"IpAddress":{"a":"x"}}`, true, true},
		{"everybody", `"Principal":"*","Action":"*"`, `"Principal":{"AWS":["111122223333"],"Service":"x"},"Action":"*"`, true, false},
		{"everybody, written otherwise", `"Principal":"*","Action":"*"`, `"Principal":{"AWS":"*"},"Action":"*"`, true, true},
		{"an account, written otherwise", `"Principal":{"AWS":"111122223333"},"Action":"*"`, `"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"*"`, true, true},
		{"all but fewer", `"NotPrincipal":{"AWS":"a"},"Action":"*"`, `"NotPrincipal":{"AWS":["a","b"]},"Action":"*"`, true, false},
		{"somebody, and nobody named", `"Principal":"*","Action":"*"`, `"Action":"*"`, false, false},
	} {
		read := func(fields string) *statement {
			statements, ok := parsePolicy(`{"Statement":{"Effect":"Deny",`+fields+`}}`, account)
			if !ok {
				t.Fatalf("%s: %s is no policy", test.name, fields)
			}
			return &statements[0]
		}
		wide, narrow := read(test.wide), read(test.narrow)
		if there, back := wide.covers(narrow), narrow.covers(wide); there != test.there || back != test.back {
			t.Errorf("%s: %v and back %v, want %v and %v", test.name, there, back, test.there, test.back)
		}
	}
}

// What was rewritten so that nobody can tell is said once, whichever way it is looked at; what is another statement
// altogether is gone.
func TestRewrittenDenials(t *testing.T) {
	deny := func(fields string) string {
		return withPolicy(`{"Statement":{"Effect":"Deny","Resource":"*",` + fields + `}}`)
	}
	told := func(old, found string) string {
		var out []string
		for _, f := range findingsBetween(t, deny(old), deny(found)) {
			out = append(out, fmt.Sprint(f.Severity, " ", f.Rule, " ", f.Better, ": ", f.Text))
		}
		return strings.Join(out, "\n")
	}
	for _, test := range []struct{ name, old, found, want string }{
		{"other conditions", `"Action":"s3:*","Condition":{"Bool":{"a":"true"}}`, `"Action":"s3:*","Condition":{"Bool":{"b":"true"}}`,
			"low policy-deny-rewritten false: the statement that denies s3:* was rewritten: whether it denies less can't be told"},
		{"of one name", `"Sid":"Guard","Action":"s3:*"`, `"Sid":"Guard","Action":"ec2:*"`,
			"low policy-deny-rewritten false: a statement that denied s3:* denies ec2:* now: whether that is less can't be told"},
		{"another", `"Action":"s3:*"`, `"Action":"ec2:*"`,
			"medium policy-deny-removed false: a statement that denied s3:* is gone\nmedium policy-deny-removed true: a statement denies ec2:*"},
		{"more", `"Action":"s3:Get*"`, `"Action":"s3:*"`, "medium policy-deny-removed true: a statement denies more: s3:*"},
	} {
		if got := told(test.old, test.found); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}
