package diff

import "testing"

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
