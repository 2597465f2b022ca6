package diff

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// changes writes a report's properties as "path: old → new".
func changes(r *Report) string {
	var lines []string
	for _, change := range r.Changes {
		for _, p := range change.Properties {
			lines = append(lines, fmt.Sprintf("%s: %s → %s", p.Path, p.Old, p.New))
		}
	}
	return strings.Join(lines, "\n")
}

func TestProperties(t *testing.T) {
	policy := func(text string) string {
		quoted, _ := json.Marshal(text)
		return `{"Policy":` + string(quoted) + `}`
	}
	for _, test := range []struct{ name, old, found, want string }{
		{"equal", `{"A":1,"B":[1,2]}`, `{"B":[1,2],"A":1}`, ""},
		{"a value", `{"A":{"B":1}}`, `{"A":{"B":2}}`, "A.B: 1 → 2"},
		{"a value that came", `{}`, `{"A":1}`, "A:  → 1"},
		{"a value that went", `{"A":1}`, `{}`, "A: 1 → "},
		{"null is not absence", `{"A":null}`, `{}`, "A: null → "},
		{"a type", `{"A":true}`, `{"A":"true"}`, `A: true → "true"`},
		{"a number and its digits", `{"A":1}`, `{"A":"1"}`, ""},
		{"a number and other digits", `{"A":1}`, `{"A":"1.0"}`, `A: 1 → "1.0"`},
		{"the dot of a DNS name", `{"DNSName":"Api.example.com."}`, `{"DNSName":"Api.example.com"}`, ""},
		{"the case of a file", `{"A":"Report.csv"}`, `{"A":"report.csv"}`, `A: "Report.csv" → "report.csv"`},
		{"the case of AWS's name", `{"DNSName":"Lb-1.eu-west-1.elb.amazonaws.com"}`, `{"DNSName":"lb-1.eu-west-1.elb.amazonaws.com."}`, ""},
		{"the end of a sentence", `{"A":"Stop."}`, `{"A":"Stop"}`, `A: "Stop." → "Stop"`},
		{"IPv6", `{"CidrIpv6":"2001:DB8:0::1"}`, `{"CidrIpv6":"2001:db8::1"}`, ""},
		{"a handler", `{"Handler":"app.main"}`, `{"Handler":"app.main."}`, `Handler: "app.main" → "app.main."`},
		{"an argument", `{"Command":["10.0.0.5/24"]}`, `{"Command":["10.0.0.9/24"]}`, `Command[0]: "10.0.0.5/24" → "10.0.0.9/24"`},
		{"bits of a host", `{"CidrIp":"10.0.0.1/24"}`, `{"CidrIp":"10.0.0.0/24"}`, ""},
		{"another block", `{"CidrIp":"10.0.0.0/24"}`, `{"CidrIp":"10.0.0.0/25"}`, `CidrIp: "10.0.0.0/24" → "10.0.0.0/25"`},
		{"big numbers keep their digits", `{"A":12345678901234567890}`, `{"A":12345678901234567891}`, "A: 12345678901234567890 → 12345678901234567891"},
		{"empty objects are not absent", `{"Action":{"Allow":{}}}`, `{"Action":{"Block":{}}}`, "Action.Allow: {} → \nAction.Block:  → {}"},
		{"an ordered list", `{"L":["a","b"]}`, `{"L":["b","a"]}`, "L[0]: \"a\" → \"b\"\nL[1]: \"b\" → \"a\""},
		{"a longer ordered list", `{"L":["a"]}`, `{"L":["a","b"]}`, `L[1]:  → "b"`},
		{"a set", `{"Names":["a","b"]}`, `{"Names":["b","a"]}`, ""},
		{"an element of a set", `{"Names":["a","b"]}`, `{"Names":["c","b"]}`, `Names[]: "a" → "c"`},
		{"how often counts", `{"Names":["a","a"]}`, `{"Names":["a"]}`, `Names[]: "a" → `},
		{"sets within sets", `{"Rules":[{"Port":1,"Ranges":[{"Cidr":"a"},{"Cidr":"b"}]},{"Port":2}]}`, `{"Rules":[{"Port":2},{"Ranges":[{"Cidr":"b"},{"Cidr":"a"}],"Port":1}]}`, ""},
		{"inside the only element that changed", `{"Rules":[{"Port":1,"Ranges":[{"Cidr":"a"}]}]}`, `{"Rules":[{"Port":1,"Ranges":[{"Cidr":"a"},{"Cidr":"b"}]}]}`,
			`Rules[].Ranges[Cidr=b]:  → {"Cidr":"b"}`},
		{"by key", `{"Versions":[{"Id":"1","X":1},{"Id":"2"}]}`, `{"Versions":[{"Id":"2"},{"Id":"1","X":2}]}`, "Versions[Id=1].X: 1 → 2"},
		{"by two keys together", `{"Entries":[{"Number":1,"Egress":true},{"Number":1,"Egress":false,"X":1}]}`, `{"Entries":[{"Number":1,"Egress":false,"X":2},{"Number":1,"Egress":true}]}`,
			"Entries[Number=1,Egress=false].X: 1 → 2"},
		{"other keys are other elements", `{"Entries":[{"Number":1,"Egress":false}]}`, `{"Entries":[{"Number":3,"Egress":false}]}`,
			"Entries[Number=1,Egress=false]: {\"Egress\":false,\"Number\":1} → \nEntries[Number=3,Egress=false]:  → {\"Egress\":false,\"Number\":3}"},
		{"a key of two that lacks one", `{"Entries":[{"Number":1,"X":1}]}`, `{"Entries":[{"Number":1,"X":2}]}`, "Entries[].X: 1 → 2"},
		{"keys that are not unique", `{"Versions":[{"Id":"1","X":1},{"Id":"1","X":2}]}`, `{"Versions":[{"Id":"1","X":2},{"Id":"1","X":1}]}`, ""},
		{"JSON in strings", policy(`{"a":[1,2],"b":1}`), policy(`{ "b":1, "a":[1,2] }`), ""},
		{"JSON in strings that differs", policy(`{"a":1}`), policy(`{"a":2}`), `Policy: "{\"a\":1}" → "{\"a\":2}"`},
		{"policies by meaning", policy(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*"],"Resource":"*"}]}`),
			policy(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":["*"]}}`), ""},
		{"policies that differ", policy(`{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`),
			policy(`{"Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}`),
			`Policy: "{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}" → "{\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}"`},
		{"an empty list and none", `{"L":[],"O":{"L":[]}}`, `{"O":{}}`, ""},
		{"a list that was emptied", `{"L":["a"]}`, `{}`, `L: ["a"] → `},
		{"an empty list and none, in a set", `{"Rules":[{"Port":1,"L":[]},{"Port":2}]}`, `{"Rules":[{"Port":2,"L":[]},{"Port":1}]}`, ""},
		{"an empty text is not absent", `{"A":""}`, `{}`, `A: "" → `},
		{"false is not absent", `{"A":false}`, `{}`, "A: false → "},
		{"a protocol's number", `{"Rules":[{"IpProtocol":"tcp"},{"IpProtocol":"58"}]}`, `{"Rules":[{"IpProtocol":"icmpv6"},{"IpProtocol":"6"}]}`, ""},
		{"another protocol", `{"IpProtocol":"tcp"}`, `{"IpProtocol":"17"}`, `IpProtocol: "tcp" → "17"`},
		{"a protocol elsewhere", `{"Transport":"tcp"}`, `{"Transport":"6"}`, `Transport: "tcp" → "6"`},
		{"volatile", `{"Seen":1}`, `{"Seen":2}`, ""},
		{"a default", `{}`, `{"Mode":"standard"}`, ""},
		{"not the default", `{}`, `{"Mode":"other"}`, `Mode:  → "other"`},
		{"secrets that changed", `{"S":"masked:k1:aa"}`, `{"S":"masked:k1:bb"}`, `S: "masked:k1:aa" → "masked:k1:bb"`},
		{"secrets under different keys", `{"S":"masked:k1:aa"}`, `{"S":"masked:k2:bb"}`, ""},
		{"a secret that came", `{}`, `{"S":"masked:k2:bb"}`, `S:  → "masked:k2:bb"`},
		{"a secret that is none any more", `{"S":"masked:k1:aa"}`, `{"S":"plain"}`, `S: "masked:k1:aa" → "plain"`},
		{"secrets under different keys, in a set", `{"Rules":[{"Port":1,"S":"masked:k1:aa"},{"Port":2,"S":"masked:k1:bb"},{"Port":3}]}`,
			`{"Rules":[{"Port":2,"S":"masked:k2:11"},{"Port":1,"S":"masked:k2:22"},{"Port":4}]}`, "Rules[].Port: 3 → 4"},
		{"secrets under one key, in a set", `{"Rules":[{"Port":1,"S":"masked:k1:aa"},{"Port":2,"S":"masked:k1:bb"}]}`,
			`{"Rules":[{"Port":2,"S":"masked:k1:bb"},{"Port":1,"S":"masked:k1:cc"}]}`, `Rules[].S: "masked:k1:aa" → "masked:k1:cc"`},
		{"keys that only look the same", `{"Versions":[{"Id":"1","X":1},{"Id":1,"X":2}]}`, `{"Versions":[{"Id":"1","X":3},{"Id":1,"X":2}]}`, "Versions[Id=1].X: 1 → 3"},
		{"keys that are no words", `{"M":{"a.b":1}}`, `{"M":{"a.b":2}}`, `M["a.b"]: 1 → 2`},
	} {
		r := compared(t, newEstate().add("a", test.old), newEstate().add("a", test.found), Options{Live: true})
		if got := changes(r); got != test.want {
			t.Errorf("%s: got\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

// A field that the older side's collector did not know is counted, and is no drift; one that it knew is.
func TestFieldsOfANewerVersion(t *testing.T) {
	old, found := newEstate(), newEstate()
	old.KnownPaths = map[string][]snapshot.Path{"ec2:thing": {"A", "Known", "Rules[].Port"}}
	found.KnownPaths = map[string][]snapshot.Path{"ec2:thing": {"A", "Known", "New.Field", "Rules[].Port", "Rules[].New"}}
	old = old.add("a", `{"A":1,"Rules":[{"Port":1},{"Port":2}]}`)
	found = found.add("a", `{"A":1,"New":{"Field":1},"Rules":[{"Port":2,"New":false},{"Port":1,"New":false}]}`)
	r := compared(t, old, found, Options{Live: true})
	if told(r) != "" {
		t.Errorf("fields of a newer version are drift: %s", changes(r))
	}
	if r.Summary.NotCompared == 0 || len(r.Notes) == 0 {
		t.Errorf("and nobody is told: %+v %q", r.Summary, r.Notes)
	}
	if r.Summary.NotCompared != 3 || !r.NotCompared() { // New, and New in both rules
		t.Errorf("%d properties are counted, want 3", r.Summary.NotCompared)
	}
	found.Resources[0].Configuration = json.RawMessage(`{"A":1,"Known":2,"Rules":[{"Port":2},{"Port":3}]}`)
	found.Resources[0].ConfigurationHash = "other"
	if got, want := changes(compared(t, old, found, Options{Live: true})), "Known:  → 2\nRules[].Port: 1 → 3"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Secrets under different keys are told in one line, and are no gap.
func TestOtherKeyIsTold(t *testing.T) {
	old := newEstate().add("a", `{"S":"masked:k1:aa","Rules":[{"Port":1,"S":"masked:k1:bb"},{"Port":2,"S":"masked:k1:cc"}]}`)
	found := newEstate().add("a", `{"S":"masked:k2:aa","Rules":[{"Port":2,"S":"masked:k2:bb"},{"Port":1,"S":"masked:k2:cc"}]}`)
	found.MaskKeyID = "k2"
	r := compared(t, old, found, Options{Live: true})
	want := "secrets are masked under different keys (k1 and k2): 3 values are not compared"
	if len(r.Notes) != 1 || r.Notes[0] != want || r.Summary.NotCompared != 3 || !r.NotCompared() {
		t.Errorf("notes %q, %+v, want %q", r.Notes, r.Summary, want)
	}
	if r.Differences() || r.Incomplete() {
		t.Errorf("%+v", r.Summary)
	}
}

// What one side read of a place that the other could not is shown; that it read nothing is not the same as unread.
func TestUnreadProperties(t *testing.T) {
	for _, test := range []struct {
		name       string
		old, found estate
		want       Property
	}{
		{"a part, now", newEstate().add("a", `{"Policy":"p"}`), newEstate().add("a", `{}`, unread("Policy")),
			Property{Path: "Policy", Part: PartConfiguration, Old: json.RawMessage(`"p"`), NewUnknown: true}},
		{"a part, in the baseline", newEstate().add("a", `{}`, unread("Policy")), newEstate().add("a", `{"Policy":{"A":1}}`),
			Property{Path: "Policy", Part: PartConfiguration, New: json.RawMessage(`{"A":1}`), OldUnknown: true}},
		{"a part that the other side does not have", newEstate().add("a", `{}`), newEstate().add("a", `{}`, unread("Policy")),
			Property{Path: "Policy", Part: PartConfiguration, NewUnknown: true}},
		{"on both sides", newEstate().add("a", `{}`, unread("Policy")), newEstate().add("a", `{}`, unread("Policy")),
			Property{Path: "Policy", Part: PartConfiguration, OldUnknown: true, NewUnknown: true}},
		{"below a part", newEstate().add("a", `{"Key":{"Policy":1}}`, unread("Key.Policy")), newEstate().add("a", `{"Key":{"Policy":1}}`),
			Property{Path: "Key.Policy", Part: PartConfiguration, New: json.RawMessage(`1`), OldUnknown: true}},
		{"in several places", newEstate().add("a", `{"L":[{"X":1},{"X":2}]}`), newEstate().add("a", `{"L":[{},{}]}`, unread("L[].X")),
			Property{Path: "L[].X", Part: PartConfiguration, Old: json.RawMessage(`[1,2]`), NewUnknown: true}},
		{"tags", newEstate().add("a", `{}`, tags("k", "v")), newEstate().add("a", `{}`, unread("Tags")),
			Property{Path: "Tags", Part: PartTags, Old: json.RawMessage(`{"k":"v"}`), NewUnknown: true}},
		{"no tags", newEstate().add("a", `{}`), newEstate().add("a", `{}`, unread("Tags")),
			Property{Path: "Tags", Part: PartTags, NewUnknown: true}},
		{"in a set", newEstate().add("a", `{"Rules":[{"Port":1,"X":1},{"Port":2,"X":1}]}`), newEstate().add("a", `{"Rules":[{"Port":1},{"Port":2}]}`, unread("Rules[].X")),
			Property{Path: "Rules[].X", Part: PartConfiguration, Old: json.RawMessage(`[1,1]`), NewUnknown: true}},
	} {
		r := compared(t, test.old, test.found, Options{Live: true})
		if told(r) != "unknown a" || len(r.Changes[0].Properties) != 1 || !reflect.DeepEqual(r.Changes[0].Properties[0], test.want) {
			t.Errorf("%s: got %q %+v, want %+v", test.name, told(r), r.Changes, test.want)
		}
	}
}

func TestTags(t *testing.T) {
	old := newEstate().add("a", `{}`, tags("k", "1", "gone", "x", "aws:x", "1"))
	found := newEstate().add("a", `{}`, tags("k", "2", "new.key", "y", "aws:x", "2"))
	r := compared(t, old, found, Options{Live: true, IgnoreTags: []string{"aws:*"}})
	if got, want := changes(r), "Tags.gone: \"x\" → \nTags.k: \"1\" → \"2\"\nTags[\"new.key\"]:  → \"y\""; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if r.Summary.TagChanges != 3 || r.Summary.ConfigurationChanges != 0 {
		t.Errorf("counted as %+v", r.Summary)
	}
}
