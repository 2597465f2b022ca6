package collect

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// TestReferences: whatever AWS's ways of naming a resource, the one that is named is found, and nothing else.
func TestReferences(t *testing.T) {
	const key = "11111111-2222-3333-4444-555555555555"
	existing := []Resource{
		{Kind: "kms:key", ID: key, ARN: "arn:aws:kms:us-east-1:1:key/" + key},
		{Kind: "kms:key", ID: "mrk-0123456789abcdef0123456789abcdef", ARN: "arn:aws:kms:us-east-1:1:key/mrk-0123456789abcdef0123456789abcdef"},
		{Kind: "kms:alias", ID: "alias/logs", ARN: "arn:aws:kms:us-east-1:1:alias/logs"},
		{Kind: "s3:bucket", ID: "logs", ARN: "arn:aws:s3:::logs"},
		{Kind: "iam:role", ID: "logs", ARN: "arn:aws:iam::1:role/logs"},
		{Kind: "logs:log-group", ID: "/trail", ARN: "arn:aws:logs:us-east-1:1:log-group:/trail"},
		{Kind: "lambda:function", ID: "job", ARN: "arn:aws:lambda:us-east-1:1:function:job"},
		{Kind: "ec2:vpc", ID: "vpc-0123456789abcdef0", ARN: "arn:aws:ec2:us-east-1:1:vpc/vpc-0123456789abcdef0"},
		{Kind: "ecs:task-definition", ID: "app:1", ARN: "arn:aws:ecs:us-east-1:1:task-definition/app:1"},
		{Kind: "ecs:task-definition", ID: "app:2", ARN: "arn:aws:ecs:us-east-1:1:task-definition/app:2"},
		{Kind: "dynamodb:table", ID: "orders", ARN: "arn:aws:dynamodb:us-east-1:1:table/orders"},
		{Kind: "ecr:repository", ID: "app", ARN: "arn:aws:ecr:us-east-1:1:repository/app"},
		{Kind: "test:balancer", ID: "web", ARN: "arn:aws:test:us-east-1:1:balancer/web"},
		{Kind: "test:address", ID: "one", ARN: "arn:aws:test:us-east-1:1:address/one"},
		{Kind: "test:address", ID: "two", ARN: "arn:aws:test:us-east-1:1:address/two"},
	}
	for i := range existing {
		r := &existing[i]
		r.AccountID, r.Region, r.Key = "1", "us-east-1", r.Kind+" "+r.ID
	}
	addresses := map[string][]string{
		"ecs:task-definition app:1": {"arn:aws:ecs:us-east-1:1:task-definition/app"}, "ecs:task-definition app:2": {"arn:aws:ecs:us-east-1:1:task-definition/app"},
		"ecr:repository app": {"1.dkr.ecr.us-east-1.example/team/app"}, "test:balancer web": {"web-1.elb.example"}, "test:address one": {"10.0.0.1"}, "test:address two": {"10.0.0.1"},
	}
	kind := &Kind{
		Name: "test:thing", Refs: map[Path]string{"VpcId": "ec2:vpc"},
		Names: map[Path]string{"Bucket": "s3:bucket", "Target": "", "Name": "s3:bucket", "Environment.*": Everything},
	}
	tests := []struct {
		name, configuration string
		want                []string
	}{
		{"a key by its bare id", `{"KeyId":"` + key + `"}`, []string{"kms:key " + key}},
		{"a multi-Region key by its bare id", `{"KeyId":"mrk-0123456789abcdef0123456789abcdef"}`, []string{"kms:key mrk-0123456789abcdef0123456789abcdef"}},
		{"a key by its alias", `{"KeyId":"alias/logs"}`, []string{"kms:alias alias/logs"}},
		{"a key by its alias's ARN", `{"KeyId":"arn:aws:kms:us-east-1:1:alias/logs"}`, []string{"kms:alias alias/logs"}},
		{"a log group with :*", `{"Group":"arn:aws:logs:us-east-1:1:log-group:/trail:*"}`, []string{"logs:log-group /trail"}},
		{"a stream of a log group", `{"Group":"arn:aws:logs:us-east-1:1:log-group:/trail:log-stream:x/y"}`, []string{"logs:log-group /trail"}},
		{"objects in a policy's text", `{"Policy":"{\"Resource\":[\"arn:aws:s3:::logs/AWSLogs/*\"]}"}`, []string{"s3:bucket logs"}},
		{"a version of a function", `{"Arn":"arn:aws:lambda:us-east-1:1:function:job:7"}`, []string{"lambda:function job"}},
		{
			"an ARN within an ARN", `{"Uri":"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:job/invocations"}`,
			[]string{"lambda:function job"},
		},
		{"another account's function", `{"Arn":"arn:aws:lambda:us-east-1:2:function:job:7"}`, nil},
		{"a function whose name begins alike", `{"Arn":"arn:aws:lambda:us-east-1:1:function:jobs"}`, nil},
		{"a bucket where the kind names one", `{"Bucket":"logs"}`, []string{"s3:bucket logs"}},
		{"a name where the kind names none", `{"Other":"logs"}`, nil},
		{"a record called as a bucket", `{"Name":"logs."}`, []string{"s3:bucket logs"}},
		{"a DNS name", `{"Target":"dualstack.WEB-1.elb.example."}`, []string{"test:balancer web"}},
		{"an address that two have", `{"Target":"10.0.0.1"}`, []string{"test:address one", "test:address two"}},
		{"an image by its tag", `{"Image":"1.dkr.ecr.us-east-1.example/team/app:v1"}`, []string{"ecr:repository app"}},
		{"an image by its digest", `{"Image":"1.dkr.ecr.us-east-1.example/team/app@sha256:00"}`, []string{"ecr:repository app"}},
		{"an image by its name", `{"Image":"1.dkr.ecr.us-east-1.example/team/app"}`, []string{"ecr:repository app"}},
		{"an object by its URI", `{"LogUri":"s3n://logs/emr/"}`, []string{"s3:bucket logs"}},
		{"a host that is called by an id", `{"Value":"vpc-0123456789abcdef0.efs.us-east-1.example"}`, []string{"ec2:vpc vpc-0123456789abcdef0"}},
		{"a family by its ARN", `{"Definition":"arn:aws:ecs:us-east-1:1:task-definition/app"}`, []string{"ecs:task-definition app:1", "ecs:task-definition app:2"}},
		{"one of a family", `{"Definition":"arn:aws:ecs:us-east-1:1:task-definition/app:2"}`, []string{"ecs:task-definition app:2"}},
		{"a plain name in an environment", `{"Environment":{"TABLE":"orders"}}`, []string{"dynamodb:table orders"}},
		{"a plain name of several, none of them a role", `{"Environment":{"NAME":"logs"}}`, []string{"s3:bucket logs"}},
		{"a typed reference", `{"VpcId":"vpc-0123456789abcdef0"}`, []string{"ec2:vpc vpc-0123456789abcdef0"}},
		{"an id within a list in one string", `{"Ids":"vpc-00000000,vpc-0123456789abcdef0"}`, []string{"ec2:vpc vpc-0123456789abcdef0"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var tree map[string]any
			if err := json.Unmarshal([]byte(test.configuration), &tree); err != nil {
				t.Fatal(err)
			}
			naming := Resource{AccountID: "1", Region: "us-east-1", Kind: kind.Name, ID: "naming", Key: "naming", References: referencesOf(kind, tree)}
			f := newFinder([]*Kind{kind}, append(slices.Clone(existing), naming), addresses)
			f.link()
			var got []string
			for _, ref := range f.resources[len(existing)].References {
				got = append(got, ref.Key)
			}
			slices.Sort(got)
			if !slices.Equal(got, test.want) {
				t.Errorf("it names %q, want %q", got, test.want)
			}
		})
	}
}

// TestReferencesOfSecrets: what is masked still holds what it names, and nothing of it is stored but that.
func TestReferencesOfSecrets(t *testing.T) {
	kind := &Kind{Name: "test:function", Secrets: []Path{"Environment"}}
	r := newRun(NewMaskKey("a key for tests only"))
	scope := &Scope{Kind: kind, AccountID: "1", Region: "us-east-1", run: r}
	environment := map[string]string{"QUEUE": "arn:aws:sqs:us-east-1:1:jobs", "PASSWORD": "arn:aws:sqs:us-east-1:1:secret"}
	id := "f"
	scope.Add(Item{ID: &id}, struct{ Environment map[string]string }{environment})
	f := newFinder(nil, append(scope.resources, Resource{Key: "jobs", AccountID: "1", Region: "us-east-1", ARN: environment["QUEUE"], ID: "jobs"}), nil)
	f.link()
	want := []snapshot.Reference{{Path: "Environment.QUEUE", ID: environment["QUEUE"], Key: "jobs", Scanned: true}}
	if got := f.resources[0].References; !slices.Equal(got, want) {
		t.Errorf("references are %+v, want %+v", got, want)
	}
}

func FuzzScan(f *testing.F) {
	f.Add("arn:aws:s3:::logs/*")
	f.Add("arn:aws:arn:aws:x")
	f.Add(`{"Resource":"arn:aws-cn:iam::1:role/x"}`)
	f.Fuzz(func(t *testing.T, text string) {
		scanText(text, func(name string) {
			for stem, n := name, 0; stem != ""; stem, n = arnStem(stem), n+1 {
				if n > len(text) {
					t.Fatal("stems don't end")
				}
			}
		})
	})
}
