package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func codepipelineKinds() []collect.Kind {
	return []collect.Kind{pipeline}
}

// pipeline: the order of its stages is the order in which they run. Its ARN has no resource type, so that the Tagging API
// knows it by its service alone.
var pipeline = collect.Kind{
	Name: "codepipeline:pipeline", CloudFormation: "AWS::CodePipeline::Pipeline", Tagging: "codepipeline",
	List: func(s *collect.Scope) {
		c := codepipeline.NewFromConfig(s.Config)
		list := collect.Pages[types.PipelineSummary](s, c.ListPipelines, &codepipeline.ListPipelinesInput{MaxResults: aws.Int32(1000)})
		collect.Each(s, list, func(p types.PipelineSummary) {
			out, ok := collect.Call(s, c.GetPipeline, &codepipeline.GetPipelineInput{Name: p.Name})
			if !ok || out.Pipeline == nil {
				return
			}
			arn := s.ARN("codepipeline", aws.ToString(p.Name))
			s.Add(collect.Item{ID: p.Name, ARN: arn, Created: p.Created}, out.Pipeline,
				collect.AskTags(s, c.ListTagsForResource, &codepipeline.ListTagsForResourceInput{ResourceArn: arn}, collect.TagsIn)) // 50 tags, 100 a page
		})
	},
	Status: []collect.Path{"Version"}, // counts the changes
	Names: map[collect.Path]string{
		"ArtifactStore.Location": "s3:bucket", "ArtifactStores.*.Location": "s3:bucket",
		"Stages[].Actions[].Configuration.S3Bucket": "s3:bucket", "Stages[].Actions[].Configuration.BucketName": "s3:bucket",
		"Stages[].Actions[].Configuration.ProjectName": "codebuild:project", "Stages[].Actions[].Configuration.FunctionName": "lambda:function",
		"Stages[].Actions[].Configuration.ClusterName": "ecs:cluster", "Stages[].Actions[].Configuration.StackName": "cloudformation:stack",
	},
	Sets: map[collect.Path]string{"Triggers": "", "Variables": "Name", "Stages[].Actions[].EnvironmentVariables": "Name"},
	// What sources log in with, and what is handed to builds, functions and stacks.
	Secrets: []collect.Path{
		"Stages[].Actions[].Configuration.OAuthToken", "Stages[].Actions[].Configuration.EnvironmentVariables",
		"Stages[].Actions[].Configuration.UserParameters", "Stages[].Actions[].Configuration.ParameterOverrides",
		"Stages[].Actions[].EnvironmentVariables[].Value", "Stages[].BeforeEntry.Conditions[].Rules[].Configuration.UserParameters",
		"Stages[].OnSuccess.Conditions[].Rules[].Configuration.UserParameters", "Stages[].OnFailure.Conditions[].Rules[].Configuration.UserParameters",
		"Variables[].DefaultValue",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, codepipeline.NewFromConfig(s.Config).DeletePipeline, &codepipeline.DeletePipelineInput{Name: &r.ID})
	},
}
