package kinds

import (
	"archive/zip"
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// makeFunction makes a function and returns its ARN.
func makeFunction(e *estate, name string) string {
	var code bytes.Buffer
	archive := zip.NewWriter(&code)
	must(must(archive.Create("main.py"))(e).Write([]byte("def handler(event, context): pass\n")))(e)
	if err := archive.Close(); err != nil {
		e.Fatal(err)
	}
	role := must(iam.NewFromConfig(e.Config).CreateRole(e, &iam.CreateRoleInput{
		RoleName: aws.String(name + "-role"), AssumeRolePolicyDocument: aws.String(strings.ReplaceAll(trustEC2, "ec2.", "lambda.")),
	}))(e).Role
	return *must(lambda.NewFromConfig(e.Config).CreateFunction(e, &lambda.CreateFunctionInput{
		FunctionName: &name, Role: role.Arn, Runtime: types.RuntimePython312, Handler: aws.String("main.handler"), Tags: teamTags,
		Code:        &types.FunctionCode{ZipFile: code.Bytes()},
		Environment: &types.Environment{Variables: map[string]string{"TOKEN": "hunter2", "STAGE": "test"}},
	}))(e).FunctionArn
}

func functionLives() []life {
	return []life{{
		kind: "lambda:function", undated: true,
		create: func(e *estate) made {
			arn, c := makeFunction(e, "function-life"), lambda.NewFromConfig(e.Config)
			must(c.AddPermission(e, &lambda.AddPermissionInput{
				FunctionName: aws.String("function-life"), StatementId: aws.String("s3"), Action: aws.String("lambda:InvokeFunction"), Principal: aws.String("s3.amazonaws.com"),
			}))(e)
			must(c.PutFunctionConcurrency(e, &lambda.PutFunctionConcurrencyInput{FunctionName: aws.String("function-life"), ReservedConcurrentExecutions: aws.Int32(7)}))(e)
			return made{ID: "function-life", ARN: arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Function.Concurrency.ReservedConcurrentExecutions", "7")
			wantConfiguration(t, r, "Timeout", "3")
			if text := string(r.Configuration); strings.Contains(text, "hunter2") || strings.Contains(text, "Location") {
				t.Errorf("the configuration holds a secret or where the code is: %s", text)
			}
			if !strings.Contains(string(r.Configuration), `"TOKEN":"`+snapshot.MaskPrefix) || !strings.Contains(string(r.Configuration), "s3.amazonaws.com") {
				t.Errorf("the configuration lacks the masked variable or the policy: %s", r.Configuration)
			}
		},
		changes: functionChanges(),
	}}
}

func TestFunctionTags(t *testing.T) {
	denied := &lambda.GetFunctionOutput{TagsError: &types.TagsError{ErrorCode: aws.String("AccessDeniedException"), Message: aws.String("no lambda:ListTags")}}
	if tags, err := functionTags(denied); tags != nil || collect.Classify(err) != collect.ClassDenied {
		t.Errorf("got %v, %v, want no tags and a denial", tags, err)
	}
	if tags, err := functionTags(&lambda.GetFunctionOutput{Tags: teamTags}); len(tags) != 2 || err != nil {
		t.Errorf("got %v, %v, want two tags", tags, err)
	}
}

// TestDeleteFunctionInVPC: a function leaves its VPC, and is deleted when it has left.
func TestDeleteFunctionInVPC(t *testing.T) {
	e := newEstate(t)
	arn, c := makeFunction(e, "resize"), lambda.NewFromConfig(e.Config)
	network := defaultNetwork(e).AwsvpcConfiguration
	must(c.UpdateFunctionConfiguration(e, &lambda.UpdateFunctionConfigurationInput{
		FunctionName: &arn, VpcConfig: &types.VpcConfig{SubnetIds: network.Subnets, SecurityGroupIds: network.SecurityGroups},
	}))(e)
	scope, r := e.session.Scope(e, &function, testRegion), &collect.Resource{Kind: function.Name, ID: "resize", ARN: arn}
	attempt := func(what string, want collect.Class, deletions int) {
		t.Helper()
		err := function.Delete(scope, r)
		if got := collect.Classify(err); (err == nil) != (want == "") || (err != nil && got != want) {
			t.Errorf("%s: got %v, want class %q", what, err, want)
		}
		if n := e.Proxy.Count("lambda", "DeleteFunction"); n != deletions {
			t.Errorf("%s: got %d deletions, want %d", what, n, deletions)
		}
	}
	attempt("in the VPC", collect.ClassInUse, 0)
	remove := e.Proxy.Intercept("lambda", "GetFunctionConfiguration", func(*testbed.Call, func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		return &testbed.Answer{Status: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(`{"LastUpdateStatus": "InProgress"}`)}
	})
	attempt("leaving", collect.ClassInUse, 0)
	remove()
	attempt("out of it", "", 1)
	attempt("gone", collect.ClassNotFound, 1)
}
