// Package dashboards holds the tests of the dashboard and the rules beside it.
package dashboards

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// ruleFile is a file of rules as Prometheus 2.42 reads it; unknown fields are errors.
type ruleFile struct {
	Groups []struct {
		Name  string `json:"name"`
		Rules []rule `json:"rules"`
	} `json:"groups"`
}

type rule struct {
	Record        string            `json:"record"`
	Alert         string            `json:"alert"`
	Expr          string            `json:"expr"`
	For           string            `json:"for"`
	KeepFiringFor string            `json:"keep_firing_for"`
	Labels        map[string]string `json:"labels"`
	Annotations   map[string]string `json:"annotations"`
}

type dashboard struct {
	UID        string  `json:"uid"`
	Editable   *bool   `json:"editable"`
	Panels     []panel `json:"panels"`
	Templating struct {
		List []struct{ Name, Type, Definition string } `json:"list"`
	} `json:"templating"`
}

type panel struct {
	ID          int     `json:"id"`
	Type        string  `json:"type"`
	Title       string  `json:"title"`
	Description string  `json:"description"`
	Datasource  source  `json:"datasource"`
	GridPos     gridPos `json:"gridPos"`
	FieldConfig struct {
		Defaults struct{ Unit string } `json:"defaults"`
	} `json:"fieldConfig"`
	Targets []struct {
		Expr       string `json:"expr"`
		Datasource source `json:"datasource"`
	} `json:"targets"`
}

type source struct{ Type, UID string }

type gridPos struct{ X, Y, W, H int }

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func rulesOf(t *testing.T, path string) []rule {
	t.Helper()
	var file ruleFile
	if err := yaml.UnmarshalStrict(read(t, path), &file); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var rules []rule
	for _, group := range file.Groups {
		rules = append(rules, group.Rules...)
	}
	if len(rules) == 0 {
		t.Fatalf("%s has no rules", path)
	}
	return rules
}

func load(t *testing.T) dashboard {
	t.Helper()
	var d dashboard
	if err := json.Unmarshal(read(t, "aws-baseline.json"), &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// exported is what the exporter serves: its metrics with their labels, from the golden scrape that holds all of them.
func exported(t *testing.T) map[string]map[string]bool {
	t.Helper()
	metrics := make(map[string]map[string]bool)
	line := regexp.MustCompile(`^(aws_baseline_\w+)(?:\{(.*)\})? `)
	label := regexp.MustCompile(`(\w+)="`)
	for text := range strings.Lines(string(read(t, filepath.Join("..", "exporter", "testdata", "full.txt")))) {
		found := line.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		if metrics[found[1]] == nil {
			metrics[found[1]] = make(map[string]bool)
		}
		for _, name := range label.FindAllStringSubmatch(found[2], -1) {
			metrics[found[1]][name[1]] = true
		}
	}
	if len(metrics) < 20 {
		t.Fatalf("the golden scrape has %d metrics only", len(metrics))
	}
	return metrics
}

var (
	metricName = regexp.MustCompile(`(?:\w+:)?aws_baseline_\w+(?::\w+)?`)
	selector   = regexp.MustCompile(`((?:\w+:)?aws_baseline_\w+(?::\w+)?)\{([^}]*)\}`)
	matcher    = regexp.MustCompile(`(\w+)\s*(?:=~|!~|!=|=)\s*"`)
	grouping   = regexp.MustCompile(`\b(?:by|on|without|ignoring|group_left)\s*\(([^)]*)\)`)
	ranged     = regexp.MustCompile(`\b(?:rate|increase)\([^\[]*\[([^\]]*)\]`)
)

// checkNames fails for metrics and labels that nobody makes.
func checkNames(t *testing.T, where, expr string, metrics map[string]map[string]bool) {
	t.Helper()
	all := map[string]bool{"job": true, "instance": true}
	for _, labels := range metrics {
		for label := range labels {
			all[label] = true
		}
	}
	for _, name := range metricName.FindAllString(expr, -1) {
		if metrics[name] == nil {
			t.Errorf("%s: nobody makes %s", where, name)
		}
	}
	for _, found := range selector.FindAllStringSubmatch(expr, -1) {
		for _, label := range matcher.FindAllStringSubmatch(found[2], -1) {
			if name := label[1]; name != "job" && name != "instance" && !metrics[found[1]][name] {
				t.Errorf("%s: %s has no label %s", where, found[1], name)
			}
		}
	}
	for _, found := range grouping.FindAllStringSubmatch(expr, -1) {
		for label := range strings.SplitSeq(found[1], ",") {
			if label = strings.TrimSpace(label); label != "" && !all[label] {
				t.Errorf("%s: nothing has a label %s", where, label)
			}
		}
	}
}

// withRecorded adds what the recording rules make, with the labels that they group by.
func withRecorded(t *testing.T, metrics map[string]map[string]bool) map[string]map[string]bool {
	t.Helper()
	for _, r := range rulesOf(t, "recording_rules.yaml") {
		metrics[r.Record] = make(map[string]bool)
		if found := grouping.FindStringSubmatch(r.Expr); found != nil {
			for label := range strings.SplitSeq(found[1], ",") {
				metrics[r.Record][strings.TrimSpace(label)] = true
			}
		}
	}
	return metrics
}

func TestRecordingRules(t *testing.T) {
	form := regexp.MustCompile(`^[a-z_]+:aws_baseline_[a-z_]+:[a-z0-9_]+$`)
	metrics := exported(t)
	for _, r := range rulesOf(t, "recording_rules.yaml") {
		if !form.MatchString(r.Record) || r.Alert != "" {
			t.Errorf("%q is not named level:metric:operation", r.Record)
		}
		checkNames(t, r.Record, r.Expr, metrics)
	}
}

func TestAlertRules(t *testing.T) {
	metrics := withRecorded(t, exported(t))
	readme := string(read(t, "README.md"))
	var tests struct {
		Tests []struct {
			Alerts []struct {
				Name     string `json:"alertname"`
				Expected []any  `json:"exp_alerts"`
			} `json:"alert_rule_test"`
		} `json:"tests"`
	}
	if err := yaml.Unmarshal(read(t, "alert_rules_test.yaml"), &tests); err != nil {
		t.Fatal(err)
	}
	fires, silent := make(map[string]bool), make(map[string]bool)
	for _, test := range tests.Tests {
		for _, a := range test.Alerts {
			fires[a.Name] = fires[a.Name] || len(a.Expected) > 0
			silent[a.Name] = silent[a.Name] || len(a.Expected) == 0
		}
	}
	const runbooks = "https://github.com/aws-baseline/aws-baseline/blob/main/dashboards/README.md#"
	for _, r := range rulesOf(t, "alert_rules.yaml") {
		if !regexp.MustCompile(`^AWSBaseline([A-Z][a-z]+)+$`).MatchString(r.Alert) {
			t.Errorf("%q is not in CamelCase with the prefix AWSBaseline", r.Alert)
		}
		if severity := r.Labels["severity"]; !slices.Contains([]string{"critical", "warning", "info"}, severity) {
			t.Errorf("%s has the severity %q", r.Alert, severity)
		}
		if r.Annotations["summary"] == "" || r.Annotations["description"] == "" {
			t.Errorf("%s has no summary or no description", r.Alert)
		}
		anchor, ok := strings.CutPrefix(r.Annotations["runbook_url"], runbooks)
		if !ok || anchor != strings.ToLower(r.Alert) || !strings.Contains(readme, "\n### "+r.Alert+"\n") {
			t.Errorf("%s has no runbook in README.md: %s", r.Alert, r.Annotations["runbook_url"])
		}
		if !fires[r.Alert] {
			t.Errorf("no test expects %s to fire", r.Alert)
		}
		checkNames(t, r.Alert, r.Expr, metrics)
	}
	for _, name := range []string{"AWSBaselineDrift", "AWSBaselineHighRiskDrift", "AWSBaselineDriftHidden", "AWSBaselineCoverageLost"} {
		at := slices.IndexFunc(rulesOf(t, "alert_rules.yaml"), func(r rule) bool { return r.Alert == name })
		if at < 0 || rulesOf(t, "alert_rules.yaml")[at].KeepFiringFor != "12h" {
			t.Errorf("%s does not fire on for two intervals", name)
		}
	}
}

func TestDashboard(t *testing.T) {
	d := load(t)
	if d.Editable == nil || *d.Editable {
		t.Error("the dashboard is editable")
	}
	for _, want := range []string{"datasource", "job", "account", "region"} {
		if !slices.ContainsFunc(d.Templating.List, func(v struct{ Name, Type, Definition string }) bool { return v.Name == want }) {
			t.Errorf("there is no variable %s", want)
		}
	}
	metrics := exported(t)
	for _, v := range d.Templating.List {
		checkNames(t, "variable "+v.Name, v.Definition, metrics)
	}
	ids := make(map[int]bool)
	for i, p := range d.Panels {
		where := fmt.Sprintf("panel %d, %s", p.ID, p.Title)
		if ids[p.ID] || p.ID == 0 {
			t.Errorf("%s: the id is not its own", where)
		}
		ids[p.ID] = true
		if p.Title == "" {
			t.Errorf("%s has no title", where)
		}
		for _, other := range d.Panels[:i] {
			if overlap(p.GridPos, other.GridPos) {
				t.Errorf("%s lies over %s", where, other.Title)
			}
		}
		if p.Type == "row" {
			continue
		}
		if p.Description == "" || p.FieldConfig.Defaults.Unit == "" || len(p.Targets) == 0 {
			t.Errorf("%s has no description, no unit or no query", where)
		}
		for _, target := range p.Targets {
			if p.Datasource.UID != "${datasource}" || target.Datasource.UID != "${datasource}" {
				t.Errorf("%s: the data source is not the variable", where)
			}
			if !strings.Contains(target.Expr, `job=~"$job"`) {
				t.Errorf("%s does not heed the variable job", where)
			}
			for _, window := range ranged.FindAllStringSubmatch(target.Expr, -1) {
				if window[1] != "$__rate_interval" {
					t.Errorf("%s: the window is %s", where, window[1])
				}
			}
			checkNames(t, where, target.Expr, metrics)
		}
	}
}

func overlap(a, b gridPos) bool {
	return a.X < b.X+b.W && b.X < a.X+a.W && a.Y < b.Y+b.H && b.Y < a.Y+a.H
}

// Prometheus itself reads the rules, runs their tests, and reads what the panels ask.
func TestPromtool(t *testing.T) {
	if os.Getenv("AWS_BASELINE_INTEGRATION") != "1" {
		t.Skip("set AWS_BASELINE_INTEGRATION=1")
	}
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not installed; Debian has it in the package prometheus")
	}
	variables := strings.NewReplacer("$job", "x", "$account", "x", "$region", "x", "$__rate_interval", "5m")
	asRules := map[string]any{"name": "panels"}
	var list []map[string]string
	for _, p := range load(t).Panels {
		for i, target := range p.Targets {
			list = append(list, map[string]string{"record": fmt.Sprintf("panel_%d_%d", p.ID, i), "expr": variables.Replace(target.Expr)})
		}
	}
	asRules["rules"] = list
	data, err := yaml.Marshal(map[string]any{"groups": []any{asRules}})
	if err != nil {
		t.Fatal(err)
	}
	panels := filepath.Join(t.TempDir(), "panels.yaml")
	if err := os.WriteFile(panels, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{
		{"check", "rules", "recording_rules.yaml", "alert_rules.yaml", panels},
		{"test", "rules", "alert_rules_test.yaml"},
	} {
		if out, err := exec.Command(promtool, arguments...).CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(arguments, " "), err, out)
		}
	}
}
