package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// The demonstration is worth what its checks are worth: each of them must fail where it should.
func TestReportChecks(t *testing.T) {
	drift := &testbed.Drift{
		Added:    map[string][]string{"ec2:instance": {"i-1"}, "logs:log-group": {"/aws/lambda/f"}, "lambda:function": {"f"}},
		Modified: map[string][]string{"iam:role": {"audit"}}, Removed: map[string][]string{"cloudwatch:alarm": {"alarm"}},
	}
	const whole = `{"change":"added","kind":"ec2:instance","id":"i-1"},
		{"change":"added","kind":"lambda:function","id":"f"},
		{"change":"added","kind":"logs:log-group","id":"/aws/lambda/f","owner":{"kind":"lambda:function","id":"f"}},
		{"change":"modified","kind":"iam:role","id":"audit"}`
	const alarm = `,{"change":"removed","kind":"cloudwatch:alarm","id":"alarm"}`
	for name, test := range map[string]struct {
		changes, coverage string
		drift             *testbed.Drift
		want              string // part of the error; "" for none
	}{
		"all of it":                   {whole + alarm, "", drift, ""},
		"what an instance brought":    {whole + alarm + `,{"change":"added","kind":"ec2:network-interface","id":"eni-1","owner":{"kind":"ec2:instance","id":"i-1"}}`, "", drift, ""},
		"what something else brought": {whole + alarm + `,{"change":"added","kind":"ec2:network-interface","id":"eni-1","owner":{"kind":"ec2:instance","id":"i-2"}}`, "", drift, "it has added ec2:network-interface eni-1"},
		"too little":                  {whole, "", drift, "it lacks removed cloudwatch:alarm alarm"},
		"another class":               {whole + strings.Replace(alarm, "removed", "unknown", 1), "", drift, "it has unknown cloudwatch:alarm alarm"},
		"a gap":                       {whole + alarm, `{"scope":"sqs"}`, drift, "could not see everything"},
		"nothing":                     {"", "", nil, ""},
		"something":                   {strings.TrimPrefix(alarm, ","), "", nil, "it has removed"},
	} {
		file := filepath.Join(t.TempDir(), "report.json")
		write(t, file, `{"document":"diff","coverage":[`+test.coverage+`],"changes":[`+test.changes+`]}`)
		var r report
		err := r.read(file)
		if err == nil {
			err = r.check(test.drift)
		}
		wantError(t, name, err, test.want)
	}
}

func TestPlanChecks(t *testing.T) {
	drift := &testbed.Drift{Added: map[string][]string{"ec2:instance": {"i-1"}}, Removed: map[string][]string{"cloudwatch:alarm": {"alarm"}}}
	const one = `"actions":[{"do":"delete","kind":"ec2:instance","id":"i-1"},{"do":"delete","kind":"ec2:volume","id":"v-1"}]`
	const left = `"left":[{"kind":"cloudwatch:alarm","id":"alarm"}]`
	for name, test := range map[string]struct{ plan, want string }{
		"right":                {one + "," + left, ""},
		"nothing to delete":    {left, "it lacks ec2:instance i-1"},
		"unlinks only":         {strings.Replace(one, "delete", "unlink", 1) + "," + left, "it lacks ec2:instance i-1"},
		"leaves less":          {one, "it lacks cloudwatch:alarm alarm"},
		"holds something back": {one + "," + left + `,"held":[{"kind":"sqs:queue","id":"q","reason":"AWS made it"}]`, "AWS made it"},
	} {
		var p plan
		if err := json.Unmarshal([]byte("{"+test.plan+"}"), &p); err != nil {
			t.Fatal(err)
		}
		wantError(t, name, p.check(drift), test.want)
	}
}

func TestSnapshotChecks(t *testing.T) {
	const whole = `{"name":"a","active":true,"accountIds":["1"],"resources":99,"gaps":0,"unknownParts":0}`
	for name, test := range map[string]struct{ snapshots, want string }{
		"right":       {whole, ""},
		"another":     {strings.Replace(whole, `"a"`, `"b"`, 1), "should be a"},
		"not active":  {strings.Replace(whole, "true", "false", 1), "should be a"},
		"with a gap":  {strings.Replace(whole, `"gaps":0`, `"gaps":1`, 1), "should be a"},
		"nearly bare": {strings.Replace(whole, "99", "9", 1), "should be a"},
		"two":         {whole + "," + whole, "should be one"},
	} {
		var l snapshotList
		if err := json.Unmarshal([]byte(`{"snapshots":[`+test.snapshots+`]}`), &l); err != nil {
			t.Fatal(err)
		}
		wantError(t, name, l.check("a", "1"), test.want)
	}
}

func TestCostChecks(t *testing.T) {
	list := []charge{{amount: "0.1", class: "baseline"}, {amount: "0.0000000001", class: "unmatched"}}
	const whole = `"currency":"USD","baseline":"0.2","unmatched":"0.0000000002","shared":"0","non_baseline":"0","total":"0.2000000002"`
	for name, test := range map[string]struct{ totals, want string }{
		"right":            {"{" + whole + "}", ""},
		"another class":    {"{" + strings.NewReplacer("baseline", "shared", "shared", "baseline").Replace(whole) + "}", "should be"},
		"a digit too few":  {"{" + strings.ReplaceAll(whole, "0000000002", "") + "}", "should be"},
		"another currency": {"{" + strings.Replace(whole, "USD", "EUR", 1) + "}", "in USD"},
		"no data":          {"", "in USD"},
	} {
		var r costReport
		if err := json.Unmarshal([]byte(`{"totals":[`+test.totals+`]}`), &r); err != nil {
			t.Fatal(err)
		}
		wantError(t, name, r.check(list, 2), test.want)
	}
}

func TestMetricsChecks(t *testing.T) {
	drift := &testbed.Drift{Modified: map[string][]string{"iam:role": {"audit"}}}
	const whole = `aws_baseline_resources{account_id="1",aws_region="us-east-1",kind="s3:bucket"} 3
aws_baseline_scope_state{account_id="1",code="",kind="s3:bucket",state="complete"} 1
aws_baseline_drift_resources{account_id="1",change="added",kind="iam:role"} 0
aws_baseline_drift_resources{account_id="1",change="modified",kind="iam:role"} 1
`
	for name, test := range map[string]struct{ text, want string }{
		"right":           {whole, ""},
		"one more":        {strings.Replace(whole, "} 0", "} 2", 1), "it has added iam:role 2"},
		"no drift":        {strings.Replace(whole, "drift_resources", "drift", -1), "it lacks modified iam:role 1"},
		"another number":  {whole[:len(whole)-2] + "2", "it lacks modified iam:role 1"},
		"not seen wholly": {whole + `aws_baseline_scope_state{kind="sqs:queue",state="denied"} 1`, "saw 1 of 2 scopes"},
		"no resources":    {strings.Replace(whole, "baseline_resources", "other", 1), "no buckets"},
		"nothing":         {"", "saw 0 of 0"},
	} {
		wantError(t, name, metrics(strings.Split(test.text, "\n")).check(drift), test.want)
	}
}

func TestReadDocument(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file.json")
	var r report
	wantError(t, "no file", r.read(file), "no such file")
	write(t, file, `{"document":"snapshots"}`)
	wantError(t, "another document", r.read(file), `should be "diff"`)
	write(t, file, `{`)
	wantError(t, "no JSON", r.read(file), "unexpected end")
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func wantError(t *testing.T, name string, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("%s: got %v, want no error", name, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%s: got %v, want an error with %q", name, err, want)
	}
}
