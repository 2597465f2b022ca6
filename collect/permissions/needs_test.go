package permissions

import (
	"encoding/json"
	"go/ast"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/kinds"
)

// TestActions holds that every call of every kind has its actions.
func TestActions(t *testing.T) {
	for _, kind := range kinds.All() {
		calls, err := CallsOf(kind.Name)
		if err != nil {
			t.Error(err)
		}
		for _, operation := range append(calls.List, calls.Delete...) {
			actions, _, err := Actions(operation, "aws")
			if err != nil {
				t.Errorf("%s: %v", kind.Name, err)
			} else if len(actions) == 0 && operation != "STS: GetCallerIdentity" {
				t.Errorf("%s: %s needs no permission?", kind.Name, operation)
			}
		}
	}
}

func TestActionNames(t *testing.T) {
	for _, test := range []struct{ operation, actions, resource string }{
		{"EC2: DescribeVpcs", "ec2:DescribeVpcs", "*"},
		{"S3: ListBuckets", "s3:ListAllMyBuckets", "*"},
		{"S3: DeleteObjects", "s3:DeleteObject s3:DeleteObjectVersion", "*"},
		{"Lambda: GetFunction", "lambda:GetFunction lambda:ListTags", "*"},
		{"CloudWatch Logs: DescribeLogGroups", "logs:DescribeLogGroups", "*"},
		{"API Gateway: GetRestApis", "apigateway:GET", "arn:aws-cn:apigateway:*::/*"},
		{"ApiGatewayV2: DeleteApi", "apigateway:DELETE", "arn:aws-cn:apigateway:*::/*"},
		{"Resource Groups Tagging API: GetResources", "tag:GetResources", "*"},
		{"STS: GetCallerIdentity", "", "*"},
	} {
		actions, resource, err := Actions(test.operation, "aws-cn")
		if err != nil || strings.Join(actions, " ") != test.actions || resource != test.resource {
			t.Errorf("%s: %q on %s, %v", test.operation, actions, resource, err)
		}
	}
	for _, operation := range []string{"Panorama: ListDevices", "API Gateway: ImportRestApi"} {
		if _, _, err := Actions(operation, "aws"); err == nil || !strings.Contains(err.Error(), operation) {
			t.Errorf("%s: %v", operation, err)
		}
	}
}

// TestEngine holds that the calls outside the kinds are those of owns.
func TestEngine(t *testing.T) {
	want := make(map[string]bool)
	for _, o := range owns {
		want[o.operation] = !o.bySDK
	}
	found := make(map[string]bool)
	for _, name := range []string{"collect", "cost", "diff", "restore", "exporter", "cmd/aws-baseline"} {
		s := load(t, name)
		var nodes []ast.Node
		for _, file := range s.files {
			nodes = append(nodes, file)
		}
		for _, operation := range s.operations(nodes...) {
			found[operation] = true
			if _, known := want[operation]; !known {
				t.Errorf("%s calls %s: say in owns (engine.go) for which purposes, and why", name, operation)
			}
		}
	}
	for operation, ours := range want {
		if ours && !found[operation] {
			t.Errorf("owns has %s, and nothing calls it", operation)
		}
	}
}

func TestNeeds(t *testing.T) {
	chosen, err := collect.ByName(kinds.All(), []string{"s3:bucket", "kms"})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		purpose    Purpose
		has, lacks []string
	}{
		{Snapshot, []string{"s3:ListAllMyBuckets", "tag:GetResources", "ec2:DescribeRegions", "account:ListRegions"},
			[]string{"ce:GetCostAndUsage", "s3:DeleteBucket", "sqs:ListQueues", "sts:GetCallerIdentity"}},
		{Cost, []string{"ce:GetCostAndUsage", "kms:ListKeys"}, []string{"kms:ScheduleKeyDeletion"}},
		{Restore, []string{"kms:ScheduleKeyDeletion", "s3:DeleteObjectVersion", "kms:ListKeys"}, []string{"ce:GetCostAndUsage"}},
		{Exporter, []string{"ce:GetCostAndUsage", "kms:ListKeys"}, []string{"kms:ScheduleKeyDeletion"}},
	} {
		list, err := Needs(Request{Purpose: test.purpose, Partition: "aws", Kinds: chosen})
		if err != nil {
			t.Fatal(err)
		}
		var actions []string
		for _, need := range list {
			actions = append(actions, need.Action)
		}
		for _, action := range test.has {
			if !slices.Contains(actions, action) {
				t.Errorf("%s lacks %s", test.purpose, action)
			}
		}
		for _, action := range test.lacks {
			if slices.Contains(actions, action) {
				t.Errorf("%s has %s", test.purpose, action)
			}
		}
	}
}

// TestStore holds that objects of the snapshots' bucket are told apart from those that a restore may delete.
func TestStore(t *testing.T) {
	chosen, err := collect.ByName(kinds.All(), []string{"s3:bucket"})
	if err != nil {
		t.Fatal(err)
	}
	list, err := Needs(Request{Purpose: Restore, Partition: "aws", Kinds: chosen, Store: "lz-snapshots/team/a"})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, need := range list {
		if strings.HasPrefix(need.Statement, "Snapshot") || need.Action == "s3:DeleteObject" {
			told = append(told, need.Statement+" "+need.Action+" "+need.Resource)
		}
	}
	want := []string{
		"SnapshotBucket s3:ListBucket arn:aws:s3:::lz-snapshots", "Snapshots s3:DeleteObject arn:aws:s3:::lz-snapshots/team/a/*",
		"Snapshots s3:GetObject arn:aws:s3:::lz-snapshots/team/a/*", "Snapshots s3:PutObject arn:aws:s3:::lz-snapshots/team/a/*",
		"Restore s3:DeleteObject *",
	}
	if !slices.Equal(told, want) {
		t.Errorf("got %q, want %q", told, want)
	}
}

func TestOrganization(t *testing.T) {
	list, err := Needs(Request{Purpose: Snapshot, Partition: "aws-cn", Role: "Audit"})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, need := range list {
		told = append(told, need.Statement+" "+need.Action+" "+need.Resource)
	}
	want := []string{
		"Read ec2:DescribeRegions *", "ReadFallback account:ListRegions *", "Actors cloudtrail:LookupEvents *",
		"Organization organizations:DescribeOrganization *",
		"Organization organizations:ListAccounts *", "AssumeRole sts:AssumeRole arn:aws-cn:iam::*:role/Audit",
	}
	if !slices.Equal(told, want) {
		t.Errorf("got %q, want %q", told, want)
	}
}

// TestDocuments holds that IAM takes the documents, and that the parts together say what the whole does.
func TestDocuments(t *testing.T) {
	sid := regexp.MustCompile(`^[A-Za-z0-9]+$`)
	for _, purpose := range Purposes() {
		list, err := Needs(Request{Purpose: purpose, Partition: "aws", Kinds: kinds.All()})
		if err != nil {
			t.Fatal(err)
		}
		allowed := func(documents ...Document) []string {
			var all []string
			for _, d := range documents {
				sids := make(map[string]bool)
				for _, statement := range d.Statement {
					if !sid.MatchString(statement.Sid) || sids[statement.Sid] {
						t.Errorf("%s: the sid %q is no word, or there twice", purpose, statement.Sid)
					}
					sids[statement.Sid] = true
					if !slices.IsSorted(statement.Action) {
						t.Errorf("%s: the actions of %s are not sorted", purpose, statement.Sid)
					}
					for _, action := range statement.Action {
						all = append(all, statement.Resource+" "+action)
					}
				}
			}
			slices.Sort(all)
			return all
		}
		whole := Policy(list)
		var parts []Document
		for _, part := range Split(list) {
			parts = append(parts, Policy(part))
		}
		text, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(string(text), " \n") || whole.Characters() != len(text) {
			t.Errorf("%s: %d characters are counted of %d", purpose, whole.Characters(), len(text))
		}
		if (len(parts) == 1) != (whole.Characters() <= MaxCharacters) {
			t.Errorf("%s: %d parts of %d characters", purpose, len(parts), whole.Characters())
		}
		for i, part := range parts {
			if part.Characters() > MaxCharacters {
				t.Errorf("%s: part %d has %d characters", purpose, i+1, part.Characters())
			}
		}
		if all := allowed(whole); len(all) != len(list) || !slices.Equal(all, allowed(parts...)) || len(slices.Compact(all)) != len(list) {
			t.Errorf("%s: the parts don't say what the whole does", purpose)
		}
		t.Logf("%s: %d actions, %d characters, %d parts", purpose, len(list), whole.Characters(), len(parts))
	}
}
