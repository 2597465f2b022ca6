package kinds

import (
	"github.com/aws/aws-sdk-go-v2/service/codebuild"
	"github.com/aws/aws-sdk-go-v2/service/codebuild/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func codebuildKinds() []collect.Kind {
	return []collect.Kind{buildProject}
}

// buildProject: what CodeBuild does not find any more went between list and description.
var buildProject = collect.Kind{
	Name: "codebuild:project", CloudFormation: "AWS::CodeBuild::Project",
	List: func(s *collect.Scope) {
		c := codebuild.NewFromConfig(s.Config)
		names := collect.Pages[string](s, c.ListProjects, &codebuild.ListProjectsInput{SortBy: types.ProjectSortByTypeName})
		collect.Batch(s, names, 100, func(names []string) {
			out, ok := collect.Call(s, c.BatchGetProjects, &codebuild.BatchGetProjectsInput{Names: names})
			if !ok {
				return
			}
			for _, p := range out.Projects {
				s.Add(collect.Item{ID: p.Name, ARN: p.Arn, Created: p.Created, Tags: collect.TagsOf(p.Tags)}, p)
			}
		})
	},
	Weak: []collect.Weakness{
		{Rule: "public-builds", Path: "ProjectVisibility", Is: []string{"PUBLIC_READ"}},
		{Rule: "privileged-container", Path: "Environment.PrivilegedMode", Is: []string{"true"}},
		{Rule: "encryption-off", Path: "Artifacts.EncryptionDisabled", Is: []string{"true"}, Says: "artifacts"},
		{Rule: "encryption-off", Path: "LogsConfig.S3Logs.EncryptionDisabled", Is: []string{"true"}, Says: "logs"},
		{Rule: "certificate-unchecked", Path: "Source.InsecureSsl", Is: []string{"true"}},
		{Rule: "logging-off", Path: "LogsConfig.CloudWatchLogs.Status", Is: []string{"DISABLED"}, Says: "CloudWatch"},
	},
	Status: []collect.Path{"LastModified", "Webhook.Status", "Webhook.StatusMessage"},
	// A VPC's groups and subnets have interfaces of a project only while it builds.
	Names: map[collect.Path]string{
		"Artifacts.Location": "s3:bucket", "SecondaryArtifacts[].Location": "s3:bucket", "LogsConfig.CloudWatchLogs.GroupName": "logs:log-group",
		"Environment.EnvironmentVariables[].Value": collect.Everything, // the value, or the name of a parameter or secret
	},
	Sets: map[collect.Path]string{
		"Environment.EnvironmentVariables": "Name", "FileSystemLocations": "Identifier", "SecondaryArtifacts": "ArtifactIdentifier",
		"SecondarySources": "SourceIdentifier", "SecondarySourceVersions": "SourceIdentifier", "VpcConfig.SecurityGroupIds": "", "VpcConfig.Subnets": "",
	},
	// Build specifications can be given in full, variables included; the badge's and the payload's URLs carry tokens.
	Secrets: []collect.Path{
		"Environment.EnvironmentVariables[].Value", "Source.Buildspec", "SecondarySources[].Buildspec", "Badge.BadgeRequestUrl",
		"Webhook.Secret", "Webhook.PayloadUrl",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, codebuild.NewFromConfig(s.Config).DeleteProject, &codebuild.DeleteProjectInput{Name: &r.ID})
	},
}
