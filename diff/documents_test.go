package diff

import (
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func TestSameDocument(t *testing.T) {
	statement := func(fields string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*",` + fields + `}]}`
	}
	for _, test := range []struct {
		name, old, found string
		want             bool
	}{
		{"actions in another order", `{"Statement":[{"Effect":"Allow","Action":["a:1","a:2"]}]}`, `{"Statement":{"Effect":"Allow","Action":["a:2","a:1"]}}`, true},
		{"one principal or a list of one", statement(`"Principal":{"AWS":"111122223333"}`), statement(`"Principal":{"AWS":["arn:aws:iam::111122223333:root"]}`), true},
		{"actions in another case", `{"Statement":[{"Effect":"Allow","Action":["S3:getobject","a:2"]}]}`, `{"Statement":{"Effect":"Allow","Action":["a:2","s3:GetObject"]}}`, true},
		{"not these actions, in another case", `{"Statement":[{"Effect":"Deny","NotAction":"IAM:*"}]}`, `{"Statement":{"Effect":"Deny","NotAction":["iam:*"]}}`, true},
		{"resources in another case", `{"Statement":[{"Effect":"Allow","Action":"a:1","Resource":"arn:aws:s3:::A"}]}`, `{"Statement":[{"Effect":"Allow","Action":"a:1","Resource":"arn:aws:s3:::a"}]}`, false},
		{"another principal", statement(`"Principal":{"AWS":"111122223333"}`), statement(`"Principal":{"AWS":"444455556666"}`), false},
		{"anyone, and in another order", `{"Statement":[{"Effect":"Allow","Action":["a:1","a:2"],"Principal":"*"}]}`, `{"Statement":[{"Effect":"Allow","Action":["a:2","a:1"],"Principal":"*"}]}`, true},
		{"anyone is not somebody", statement(`"Principal":"*"`), statement(`"Principal":"111122223333"`), false},
		{"anyone is not no one", statement(`"Principal":"*"`), statement(`"Sid":""`), false},
		{"anyone is not anyone but", statement(`"Principal":"*"`), statement(`"NotPrincipal":"*"`), false},
		{"one statement's anyone", `{"Statement":{"Effect":"Allow","Action":"a:1","Principal":"*"}}`, `{"Statement":{"Effect":"Allow","Action":"a:1","NotPrincipal":"*"}}`, false},
		{"a condition's number, or its text", statement(`"Condition":{"NumericLessThan":{"k":5}}`), statement(`"Condition":{"NumericLessThan":{"k":["5"]}}`), true},
		{"a condition's big number", statement(`"Condition":{"NumericLessThan":{"k":12345678901234567890}}`), statement(`"Condition":{"NumericLessThan":{"k":12345678901234567891}}`), false},
		{"big numbers in a list", statement(`"Condition":{"NumericLessThan":{"k":[12345678901234567890]}}`), statement(`"Condition":{"NumericLessThan":{"k":[12345678901234567891]}}`), false},
		{"a document with more than a policy has", `{"Statement":[{"Effect":"Allow"}],"Limit":1}`, `{"Statement":[{"Effect":"Allow"}],"Limit":2}`, false},
		{"a statement with more than a policy's has", `{"Statement":[{"Effect":"Allow","Weight":1}]}`, `{"Statement":[{"Effect":"Allow","Weight":2}]}`, false},
		{"actions that are no words", `{"Statement":[{"Action":{"a":1}}]}`, `{"Statement":[{"Action":{"a":2}}]}`, false},
		{"no JSON", `{a}`, `{b}`, false},
	} {
		for _, pair := range [][2]string{{test.old, test.found}, {test.found, test.old}} {
			if _, got := sameDocument(pair[0], pair[1]); got != test.want {
				t.Errorf("%s: %v, want %v", test.name, got, test.want)
			}
		}
	}
}

// FuzzSameDocument: a document is the same as itself, whoever is asked first; a policy is never the same as one that allows
// an action more, or that denies what the other allows.
func FuzzSameDocument(f *testing.F) {
	for _, seed := range []string{
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":{"AWS":"111122223333"}}]}`,
		`{"Statement":{"Effect":"Deny","NotAction":["a:1","a:2"],"NotPrincipal":"*","Condition":{"Bool":{"aws:SecureTransport":false}}}}`,
		`{"Statement":[{"Effect":"Allow","Action":["a:1"],"Resource":["b"],"Sid":"x"}]}`, `[1,{"a":null}]`, `{"a":1e400}`, `{}`, ` { "Statement" : [ ] } `,
	} {
		f.Add(seed, seed)
		f.Add(seed, `{"Statement":[{"Effect":"Allow","Action":["a:1","a:2"],"Resource":"b"}]}`)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		one, ok := document(a)
		if _, same := sameDocument(a, a); same != ok {
			t.Fatalf("%q is itself: %v", a, same)
		}
		_, there := sameDocument(a, b)
		if _, back := sameDocument(b, a); there != back {
			t.Fatalf("%q and %q: %v one way, %v the other", a, b, there, back)
		}
		if !ok || !isPolicy(one) {
			return
		}
		for _, change := range []func(statement map[string]any){
			func(s map[string]any) { s["Action"] = []any{"fuzz:Everything", s["Action"]} },
			func(s map[string]any) { s["Effect"] = map[any]string{"Allow": "Deny"}[s["Effect"]] },
			func(s map[string]any) { s["Principal"] = map[string]any{"AWS": "999988887777"} },
		} {
			other, _ := document(a)
			met := false
			for _, path := range []snapshot.Path{"Statement", "Statement[]"} {
				path.Edit(other, func(value any) (any, bool) {
					if statement, ok := value.(map[string]any); ok && !met {
						before := string(snapshot.Canonical(statement))
						change(statement)
						met = before != string(snapshot.Canonical(statement))
					}
					return value, true
				})
			}
			text := string(snapshot.Canonical(other))
			if _, same := sameDocument(a, text); met && same && !strings.Contains(a, "fuzz:") {
				t.Fatalf("%q and %q count as the same", a, text)
			}
		}
	})
}
