package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// readAll and readS3 differ in what they let read.
const readAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`

func iamTag(key, value string) []types.Tag { return []types.Tag{{Key: &key, Value: &value}} }

func policyNamed(e *estate, name string) *string {
	return aws.String("arn:aws:iam::" + e.Account + ":policy/" + name)
}

func roleChanges() []change {
	client := func(e *estate) *iam.Client { return iam.NewFromConfig(e.Config) }
	const trustLambda = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	update := func(e *estate, m made, text string, seconds int32) {
		must(client(e).UpdateRole(e, &iam.UpdateRoleInput{RoleName: &m.ID, Description: &text, MaxSessionDuration: &seconds}))(e)
	}
	return []change{
		tagChange(func(e *estate, m made, key, value string) {
			must(client(e).TagRole(e, &iam.TagRoleInput{RoleName: &m.ID, Tags: iamTag(key, value)}))(e)
		}),
		swap("its description", "for tests", "of orders", func(e *estate, m made, text string) { update(e, m, text, 3600) }, "Description"),
		swap("its longest session", 3600, 7200, func(e *estate, m made, seconds int32) { update(e, m, "for tests", seconds) }, "MaxSessionDuration"),
		swap("who may take it", trustEC2, trustLambda, func(e *estate, m made, document string) {
			must(client(e).UpdateAssumeRolePolicy(e, &iam.UpdateAssumeRolePolicyInput{RoleName: &m.ID, PolicyDocument: &document}))(e)
		}, "AssumeRolePolicyDocument"),
		swap("what it may do", readS3, readAll, func(e *estate, m made, document string) {
			must(client(e).PutRolePolicy(e, &iam.PutRolePolicyInput{RoleName: &m.ID, PolicyName: aws.String("inline"), PolicyDocument: &document}))(e)
		}, "RolePolicyList[PolicyName=inline].PolicyDocument"),
		{
			name: "its policy",
			do: func(e *estate, m made) {
				must(client(e).DetachRolePolicy(e, &iam.DetachRolePolicyInput{RoleName: &m.ID, PolicyArn: policyNamed(e, "role-life-reader")}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).AttachRolePolicy(e, &iam.AttachRolePolicyInput{RoleName: &m.ID, PolicyArn: policyNamed(e, "role-life-reader")}))(e)
			},
			paths: []string{"AttachedManagedPolicies[PolicyArn=*]"},
		},
	}
}

func policyChanges() []change {
	client := func(e *estate) *iam.Client { return iam.NewFromConfig(e.Config) }
	return []change{
		tagChange(func(e *estate, m made, key, value string) {
			must(client(e).TagPolicy(e, &iam.TagPolicyInput{PolicyArn: &m.ARN, Tags: iamTag(key, value)}))(e)
		}),
		swap("the version that counts", "v2", "v1", func(e *estate, m made, version string) {
			must(client(e).SetDefaultPolicyVersion(e, &iam.SetDefaultPolicyVersionInput{PolicyArn: &m.ARN, VersionId: &version}))(e)
		}, "DefaultVersionId"),
		{
			name: "another version",
			do: func(e *estate, m made) {
				must(client(e).CreatePolicyVersion(e, &iam.CreatePolicyVersionInput{PolicyArn: &m.ARN, PolicyDocument: aws.String(readAll)}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).DeletePolicyVersion(e, &iam.DeletePolicyVersionInput{PolicyArn: &m.ARN, VersionId: aws.String("v3")}))(e)
			},
			paths: []string{"PolicyVersionList[VersionId=v3]"},
		},
	}
}

func userChanges() []change {
	client := func(e *estate) *iam.Client { return iam.NewFromConfig(e.Config) }
	return []change{
		tagChange(func(e *estate, m made, key, value string) {
			must(client(e).TagUser(e, &iam.TagUserInput{UserName: &m.ID, Tags: iamTag(key, value)}))(e)
		}),
		swap("what it may do", readS3, readAll, func(e *estate, m made, document string) {
			must(client(e).PutUserPolicy(e, &iam.PutUserPolicyInput{UserName: &m.ID, PolicyName: aws.String("inline"), PolicyDocument: &document}))(e)
		}, "UserPolicyList[PolicyName=inline].PolicyDocument"),
		{
			name: "its group",
			do: func(e *estate, m made) {
				must(client(e).RemoveUserFromGroup(e, &iam.RemoveUserFromGroupInput{UserName: &m.ID, GroupName: aws.String("user-life")}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).AddUserToGroup(e, &iam.AddUserToGroupInput{UserName: &m.ID, GroupName: aws.String("user-life")}))(e)
			},
			paths: []string{"GroupList[]"},
		},
		{
			name: "its policy",
			do: func(e *estate, m made) {
				must(client(e).DetachUserPolicy(e, &iam.DetachUserPolicyInput{UserName: &m.ID, PolicyArn: policyNamed(e, "user-life-reader")}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).AttachUserPolicy(e, &iam.AttachUserPolicyInput{UserName: &m.ID, PolicyArn: policyNamed(e, "user-life-reader")}))(e)
			},
			paths: []string{"AttachedManagedPolicies[PolicyArn=*]"},
		},
	}
}

func groupChanges() []change {
	client := func(e *estate) *iam.Client { return iam.NewFromConfig(e.Config) }
	put := func(e *estate, m made, name, document string) {
		must(client(e).PutGroupPolicy(e, &iam.PutGroupPolicyInput{GroupName: &m.ID, PolicyName: &name, PolicyDocument: &document}))(e)
	}
	return []change{
		swap("what it may do", readS3, readAll, func(e *estate, m made, document string) { put(e, m, "inline", document) },
			"GroupPolicyList[PolicyName=inline].PolicyDocument"),
		{
			name: "what else it may do",
			do:   func(e *estate, m made) { put(e, m, "second", readAll) },
			undo: func(e *estate, m made) {
				must(client(e).DeleteGroupPolicy(e, &iam.DeleteGroupPolicyInput{GroupName: &m.ID, PolicyName: aws.String("second")}))(e)
			},
			paths: []string{"GroupPolicyList[PolicyName=second]"},
		},
		{
			name: "its policy",
			do: func(e *estate, m made) {
				must(client(e).DetachGroupPolicy(e, &iam.DetachGroupPolicyInput{GroupName: &m.ID, PolicyArn: policyNamed(e, "group-life-reader")}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).AttachGroupPolicy(e, &iam.AttachGroupPolicyInput{GroupName: &m.ID, PolicyArn: policyNamed(e, "group-life-reader")}))(e)
			},
			paths: []string{"AttachedManagedPolicies[PolicyArn=*]"},
		},
	}
}

func instanceProfileChanges() []change {
	client := func(e *estate) *iam.Client { return iam.NewFromConfig(e.Config) }
	return []change{
		tagChange(func(e *estate, m made, key, value string) {
			must(client(e).TagInstanceProfile(e, &iam.TagInstanceProfileInput{InstanceProfileName: &m.ID, Tags: iamTag(key, value)}))(e)
		}),
		{
			name: "its role",
			do: func(e *estate, m made) {
				must(client(e).RemoveRoleFromInstanceProfile(e, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: &m.ID, RoleName: &m.ID}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).AddRoleToInstanceProfile(e, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: &m.ID, RoleName: &m.ID}))(e)
			},
			paths: []string{"Roles[Arn=*]"},
		},
	}
}
