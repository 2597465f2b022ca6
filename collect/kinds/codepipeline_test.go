package kinds

import (
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect"
)

func codepipelineLives() []life {
	return []life{{
		kind: "codepipeline:pipeline", unserved: "moto writes dates as text, which the SDK refuses to read", deletes: "DeletePipeline",
		create: func(e *estate) made {
			name := "codepipeline-pipeline-life"
			e.answer("codepipeline", "ListPipelines", `{"pipelines": [{"name": "`+name+`", "version": 1, "created": 1501626591.112, "updated": 1501626591.112}]}`)
			e.answer("codepipeline", "GetPipeline", `{"metadata": {"created": 1501626591.112, "updated": 1501626591.112,
				"pipelineArn": "arn:aws:codepipeline:us-east-1:`+e.Account+`:`+name+`"}, "pipeline": {"name": "`+name+`", "version": 1,
				"roleArn": "arn:aws:iam::`+e.Account+`:role/AWS-CodePipeline-Service", "artifactStore": {"type": "S3", "location": "amzn-s3-demo-bucket"}, "stages": [
				{"name": "Source", "actions": [{"name": "Source", "inputArtifacts": [], "outputArtifacts": [{"name": "MyApp"}], "runOrder": 1,
				 "actionTypeId": {"category": "Source", "owner": "ThirdParty", "provider": "GitHub", "version": "1"},
				 "configuration": {"Owner": "orders", "Repo": "orders", "Branch": "main", "OAuthToken": "hunter2"}}]},
				{"name": "Build", "actions": [{"name": "Build", "inputArtifacts": [{"name": "MyApp"}], "outputArtifacts": [], "runOrder": 1,
				 "actionTypeId": {"category": "Build", "owner": "AWS", "provider": "CodeBuild", "version": "1"},
				 "configuration": {"ProjectName": "orders", "EnvironmentVariables": "[{\"name\":\"PASSWORD\",\"value\":\"hunter2\"}]"}}]}]}}`)
			e.answer("codepipeline", "ListTagsForResource", `{"tags": [{"key": "team", "value": "blue"}, {"key": "cost centre", "value": "7"}]}`)
			e.answer("codepipeline", "DeletePipeline", `{}`)
			return made{ID: name, ARN: "arn:aws:codepipeline:us-east-1:" + e.Account + ":" + name}
		},
		check: func(t *testing.T, r *collect.Resource) {
			if text := string(r.Configuration); strings.Contains(text, "hunter2") || strings.Index(text, `"Source"`) > strings.Index(text, `"Build"`) {
				t.Errorf("got %s", text)
			}
		},
	}}
}
