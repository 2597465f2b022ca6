package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codebuild"
	"github.com/aws/aws-sdk-go-v2/service/codebuild/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func codebuildLives() []life {
	return []life{{
		kind: "codebuild:project",
		create: func(e *estate) made {
			name := aws.String("codebuild-project-life")
			out := must(codebuild.NewFromConfig(e.Config).CreateProject(e, &codebuild.CreateProjectInput{
				Name: name, ServiceRole: roleFor(e, *name, "codebuild"),
				Tags:      tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} }),
				Artifacts: &types.ProjectArtifacts{Type: types.ArtifactsTypeNoArtifacts},
				Source:    &types.ProjectSource{Type: types.SourceTypeS3, Location: aws.String("codebuild-project-life/source.zip")},
				Environment: &types.ProjectEnvironment{
					Type: types.EnvironmentTypeLinuxContainer, Image: aws.String("aws/codebuild/standard:7.0"), ComputeType: types.ComputeTypeBuildGeneral1Small,
					EnvironmentVariables: []types.EnvironmentVariable{{Name: aws.String("PASSWORD"), Value: aws.String("hunter2")}},
				},
			}))(e)
			return made{ID: *name, ARN: *out.Project.Arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Environment.EnvironmentVariables[].Name", "PASSWORD")
			if strings.Contains(string(r.Configuration), "hunter2") {
				t.Errorf("a variable's value is in %s", r.Configuration)
			}
		},
		fewer: "moto has no UpdateProject, which sets a project's tags too",
	}}
}
