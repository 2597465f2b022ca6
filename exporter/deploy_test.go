package exporter

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// flags are those of the command exporter that the files of deploy/ may use.
var flags = []string{"--history", "--retention", "--interval", "--cost-interval", "--web.listen-address", "--web.config.file"}

func TestDeployedFlagsExist(t *testing.T) {
	for _, file := range []string{"deploy/kubernetes.yaml", "deploy/aws-baseline-exporter.service"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(`(?m)(?:^ +- |ExecStart=.* )(--.*)$`).FindAllStringSubmatch(string(data), -1)
		if len(found) == 0 {
			t.Errorf("%s starts nothing", file)
		}
		for _, line := range found {
			for word := range strings.FieldsSeq(line[1]) {
				if flag, _, _ := strings.Cut(word, "="); !slices.Contains(flags, flag) {
					t.Errorf("%s uses %s", file, flag)
				}
			}
		}
	}
}

func TestKubernetesManifests(t *testing.T) {
	data, err := os.ReadFile("deploy/kubernetes.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, t.TempDir(), nil)
	r.capturing(capture(start, oneVPC))
	kinds := make(map[string]string)
	for document := range strings.SplitSeq(string(data), "\n---\n") {
		raw, err := yaml.YAMLToJSONStrict([]byte(document))
		if err != nil {
			t.Fatal(err)
		}
		var object struct {
			Kind     string
			Metadata struct{ Name, Namespace string }
		}
		if err := json.Unmarshal(raw, &object); err != nil {
			t.Fatal(err)
		}
		kinds[object.Kind] = string(raw)
		if object.Metadata.Name == "" || (object.Kind != "Namespace" && object.Metadata.Namespace != "aws-baseline") {
			t.Errorf("%s has no name or lies elsewhere", object.Kind)
		}
	}
	set := kinds["StatefulSet"]
	for _, probe := range regexp.MustCompile(`"path":"([^"]*)"`).FindAllStringSubmatch(set, -1) {
		if code, _ := r.get(http.MethodGet, probe[1]); code != http.StatusOK {
			t.Errorf("the probe %s answers %d", probe[1], code)
		}
	}
	_, port, _ := strings.Cut(DefaultAddress, ":")
	for kind, want := range map[string]string{
		"StatefulSet": fmt.Sprintf(`"containerPort":%s`, port), "Service": fmt.Sprintf(`"port":%s`, port), "Secret": `"key"`, "ServiceAccount": "eks.amazonaws.com/role-arn",
	} {
		if !strings.Contains(kinds[kind], want) {
			t.Errorf("%s has no %s", kind, want)
		}
	}
	if !strings.Contains(set, `"replicas":1`) {
		t.Error("several replicas would capture one account several times")
	}
}
