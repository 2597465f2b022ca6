package diff

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// sideOf is a snapshot of one queue with a configuration and tags.
func sideOf(configuration string, tags map[string]string) *snapshot.Snapshot {
	const scope = "111122223333/eu-west-1/sqs:queue"
	r := snapshot.Resource{
		Key: scope + "/arn:aws:sqs:eu-west-1:111122223333:jobs", Scope: scope, Kind: "sqs:queue", AccountID: "111122223333", Region: "eu-west-1",
		ID: "jobs", ARN: "arn:aws:sqs:eu-west-1:111122223333:jobs", Tags: tags, Configuration: json.RawMessage(configuration),
	}
	r.ConfigurationHash = snapshot.Hash(r.Configuration)
	return &snapshot.Snapshot{
		Accounts:  []snapshot.Account{{AccountID: "111122223333", Regions: []snapshot.Region{{Name: "eu-west-1", Captured: true}}}},
		Coverage:  []snapshot.Coverage{{Scope: scope, AccountID: "111122223333", Region: "eu-west-1", Kind: "sqs:queue", State: snapshot.Complete}},
		Resources: []snapshot.Resource{r},
	}
}

// hiddenBy is what a report says of its only resource: the paths that differ, and what was hidden by which rule.
func hiddenBy(t *testing.T, old, found *snapshot.Snapshot, options Options) (differs, hidden []string) {
	t.Helper()
	report, err := Compare(t.Context(), old, found, options)
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range report.Changes {
		for _, p := range change.Properties {
			differs = append(differs, p.Path)
		}
		if len(change.Properties) == 0 {
			differs = append(differs, string(change.Change))
		}
	}
	for _, i := range report.Ignored {
		hidden = append(hidden, strings.TrimSuffix(string(i.Rule)+" "+i.Path, " "))
	}
	if got := report.Summary.Ignored + report.Summary.Suppressed; options.ShowIgnored && got != len(hidden) {
		t.Errorf("%d are counted as hidden, and %d shown: %q", got, len(hidden), hidden)
	}
	return differs, hidden
}

func TestIgnore(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	old := sideOf(`{"Attributes":{"A":"1","B":"2"},"L":[{"K":"x","V":1}]}`, map[string]string{"team": "a", "build": "1"})
	found := sideOf(`{"Attributes":{"A":"9","B":"8"},"L":[{"K":"x","V":2}],"New":{"P":1,"Q":2}}`, map[string]string{"team": "b", "build": "2"})
	everything := []string{"Tags.build", "Tags.team", "Attributes.A", "Attributes.B", "L[0].V", "New"}
	without := func(paths ...string) []string {
		return slices.DeleteFunc(slices.Clone(everything), func(p string) bool { return slices.Contains(paths, p) })
	}
	for name, test := range map[string]struct {
		rule Ignore
		want []string
	}{
		"a property":                  {Ignore{Path: "Attributes.A"}, without("Attributes.A")},
		"all below":                   {Ignore{Path: "Attributes"}, without("Attributes.A", "Attributes.B")},
		"any member":                  {Ignore{Path: "Attributes.*"}, without("Attributes.A", "Attributes.B")},
		"elements":                    {Ignore{Path: "L[]"}, without("L[0].V")},
		"within elements":             {Ignore{Path: "L[].V"}, without("L[0].V")},
		"a tag":                       {Ignore{Path: "Tags.build"}, without("Tags.build")},
		"tags by glob":                {Ignore{Path: "Tags.t*"}, without("Tags.team")},
		"all tags":                    {Ignore{Path: "Tags"}, without("Tags.team", "Tags.build")},
		"part of what came":           {Ignore{Path: "New.P"}, append(without("New"), "New.Q")},
		"another kind":                {Ignore{Kinds: []string{"sns:topic"}, Path: "Attributes"}, everything},
		"its kind":                    {Ignore{Kinds: []string{"sqs:queue"}, Path: "Attributes"}, without("Attributes.A", "Attributes.B")},
		"its ARN":                     {Ignore{ARN: "arn:aws:sqs:*:jobs", Path: "New"}, without("New")},
		"another ARN":                 {Ignore{ARN: "arn:aws:sqs:*:job", Path: "New"}, everything},
		"the resource":                {Ignore{ARN: "*:jobs"}, nil},
		"a rule that expires":         {Ignore{Path: "New", Until: now.Add(time.Second)}, without("New")},
		"a rule that expired":         {Ignore{Path: "New", Until: now}, everything},
		"a path that begins the same": {Ignore{Path: "Attribute"}, everything},
	} {
		test.rule.Name, test.rule.Reason = "ignore[0]", "because"
		for _, show := range []bool{false, true} {
			got, hidden := hiddenBy(t, old, found, Options{Ignore: []Ignore{test.rule}, Now: now, ShowIgnored: show})
			slices.Sort(got)
			want := slices.Sorted(slices.Values(test.want))
			if !slices.Equal(got, want) {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
			if show != (len(hidden) > 0) && len(want) < len(everything) {
				t.Errorf("%s: shown are %q", name, hidden)
			}
		}
	}
	report, err := Compare(t.Context(), old, found, Options{Ignore: []Ignore{{Name: "ignore[3]", Reason: "a migration", Until: now.Add(-time.Hour)}}, Now: now})
	if want := "ignore[3] expired on 2026-11-23 and no longer applies: a migration"; err != nil || !slices.Contains(report.Notes, want) {
		t.Errorf("notes: %q, %v", report.Notes, err)
	}
}

// TestShowIgnored: every difference that means nothing is shown with the rule that says so.
func TestShowIgnored(t *testing.T) {
	rules := snapshot.Rules{"sqs:queue": {
		Sets: map[snapshot.Path]string{"S": "", "K": "Id", "Domains": "DomainName"}, Volatile: []snapshot.Path{"Count"}, Defaults: map[snapshot.Path]string{"D": "false"},
	}}
	for _, test := range []struct{ old, found, want string }{
		{`{"S":["a","b"]}`, `{"S":["b","a"]}`, "order S"},
		{`{"K":[{"Id":1},{"Id":2}]}`, `{"K":[{"Id":2},{"Id":1}]}`, "order K"},
		{`{"Count":1}`, `{"Count":2}`, "volatile Count"},
		{`{"Count":1}`, `{}`, "volatile Count"},
		{`{}`, `{"D":false}`, "default D"},
		{`{"J":"{\"a\":1}"}`, `{"J":"{ \"a\": 1 }"}`, "document J"},
		{`{"P":"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}]}"}`,
			`{"P":"{\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\"s3:*\"],\"Resource\":\"*\"}]}"}`, "policy P"},
		{`{"DomainName":"a.example."}`, `{"DomainName":"a.example"}`, "dns-name DomainName"},
		{`{"CidrIpv6":"::1/128"}`, `{"CidrIpv6":"0:0::1/128"}`, "ip-address CidrIpv6"},
		{`{"X":"5"}`, `{"X":5}`, "number X"},
		{`{"L":[]}`, `{}`, "empty-list L"},
		{`{"Domains":[{"DomainName":"a.example.","X":1}]}`, `{"Domains":[{"X":1,"DomainName":"a.example"}]}`, "dns-name Domains[DomainName=a.example.].DomainName"},
		{`{"S":[{"CidrIp":"::1"}]}`, `{"S":[{"CidrIp":"0::1"}]}`, "ip-address S[].CidrIp"},
	} {
		differs, hidden := hiddenBy(t, sideOf(test.old, nil), sideOf(test.found, nil), Options{Rules: rules, ShowIgnored: true})
		if len(differs) > 0 || !slices.Equal(hidden, []string{test.want}) {
			t.Errorf("%s, %s: differs %q, hidden %q, want %q", test.old, test.found, differs, hidden, test.want)
		}
	}
	differs, hidden := hiddenBy(t, sideOf(`{}`, nil), sideOf(`{}`, map[string]string{"aws:x": "1"}), Options{IgnoreTags: []string{"aws:*"}, ShowIgnored: true})
	if len(differs) > 0 || fmt.Sprint(hidden) != `[ignored-tag Tags["aws:x"]]` {
		t.Errorf("a tag: differs %q, hidden %q", differs, hidden)
	}
}

// What a rule hides as a whole is counted by how bad it is, and a rule that can hide nothing is told.
func TestWhatIgnoringHides(t *testing.T) {
	rules := snapshot.Rules{"sqs:queue": {Weak: []snapshot.Weakness{{Rule: "public-database", Path: "Open", Is: []string{"true"}}}}}
	old, found := sideOf(`{"Open":false,"Size":1}`, nil), sideOf(`{"Open":true,"Size":2}`, nil)
	for _, s := range []*snapshot.Snapshot{old, found} {
		s.KnownPaths = map[string][]snapshot.Path{"sqs:queue": {"Open", "Size", "Attributes.*", "Rules[].Port"}, "iam:role": {"Path"}}
	}
	compare := func(rule Ignore) *Report {
		rule.Name, rule.Reason = "ignore[0]", "r"
		report, err := Compare(t.Context(), old, found, Options{Rules: rules, Ignore: []Ignore{rule}})
		if err != nil {
			t.Fatal(err)
		}
		return report
	}
	if r := compare(Ignore{Kinds: []string{"sqs:queue"}}); r.Differences() || r.Summary.Ignored != 1 || r.Summary.IgnoredSeverities != (SeverityCounts{High: 1}) {
		t.Errorf("hidden whole: %+v", r.Summary)
	}
	if r := compare(Ignore{Kinds: []string{"sqs:queue"}, Path: "Size"}); r.Summary.Ignored != 1 || r.Summary.IgnoredSeverities != (SeverityCounts{}) || r.Summary.Severities.High != 1 {
		t.Errorf("a part hidden: %+v", r.Summary)
	}
	if r := compare(Ignore{Kinds: []string{"sqs:queue"}, Path: "Open"}); r.Summary.IgnoredSeverities != (SeverityCounts{High: 1}) || r.Summary.Severities.High != 0 {
		t.Errorf("the bad part hidden: %+v", r.Summary)
	}
	for path, want := range map[string]string{
		"Sise": `ignore[0] hides nothing: no sqs:queue has the path Sise`, "Rules[].Prt": `ignore[0] hides nothing: no sqs:queue has the path Rules[].Prt`,
		"Size.Deep": `ignore[0] hides nothing: no sqs:queue has the path Size.Deep`,
		"Size":      "", "Rules": "", "Rules[].Port": "", "Attributes.X": "", "Attributes": "", "S*": "", "Tags.x": "",
	} {
		r := compare(Ignore{Kinds: []string{"sqs:queue"}, Path: path})
		if told := slices.Contains(r.Notes, want); want != "" && !told || want == "" && len(r.Notes) > 0 {
			t.Errorf("%s: notes %q, want %q", path, r.Notes, want)
		}
	}
}
