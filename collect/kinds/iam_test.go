package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

const (
	trustEC2 = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
	readS3   = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a+b/*"}]}`
)

func iamTags() []types.Tag {
	return tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
}

// makePolicy makes a managed policy and returns its ARN.
func makePolicy(e *estate, name string) *string {
	return must(iam.NewFromConfig(e.Config).CreatePolicy(e, &iam.CreatePolicyInput{
		PolicyName: &name, PolicyDocument: aws.String(readS3), Tags: iamTags(),
	}))(e).Policy.Arn
}

// makeRole makes a role that a service may assume, and returns its ARN.
func makeRole(e *estate, name string) *types.Role {
	return must(iam.NewFromConfig(e.Config).CreateRole(e, &iam.CreateRoleInput{
		RoleName: &name, AssumeRolePolicyDocument: aws.String(trustEC2), Tags: iamTags(), Description: aws.String("for tests"),
	}))(e).Role
}

func iamLives() []life {
	return []life{{
		kind: "iam:role", with: []string{"iam:policy"}, refs: []collect.Path{"AttachedManagedPolicies[].PolicyArn"},
		create: func(e *estate) made {
			c, r := iam.NewFromConfig(e.Config), makeRole(e, "role-life")
			must(c.AttachRolePolicy(e, &iam.AttachRolePolicyInput{RoleName: r.RoleName, PolicyArn: makePolicy(e, "role-life-reader")}))(e)
			must(c.PutRolePolicy(e, &iam.PutRolePolicyInput{RoleName: r.RoleName, PolicyName: aws.String("inline"), PolicyDocument: aws.String(readS3)}))(e)
			return made{ID: "role-life", ARN: *r.Arn, UniqueID: *r.RoleId}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Description", "for tests")
			wantConfiguration(t, r, "MaxSessionDuration", "3600")
			wantConfiguration(t, r, "AssumeRolePolicyDocument", trustEC2)
			wantConfiguration(t, r, "RolePolicyList[].PolicyDocument", readS3)
		},
		changes: roleChanges(),
	}, {
		kind: "iam:policy",
		create: func(e *estate) made {
			arn := makePolicy(e, "policy-life")
			must(iam.NewFromConfig(e.Config).CreatePolicyVersion(e, &iam.CreatePolicyVersionInput{
				PolicyArn: arn, PolicyDocument: aws.String(readS3), SetAsDefault: true,
			}))(e)
			return made{ID: *arn, ARN: *arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			if r.Name != "policy-life" {
				t.Errorf("name: got %q, want policy-life", r.Name)
			}
			wantConfiguration(t, r, "DefaultVersionId", "v2")
		},
		changes: policyChanges(),
	}, {
		kind: "iam:user", with: []string{"iam:policy", "iam:group"},
		refs: []collect.Path{"AttachedManagedPolicies[].PolicyArn", "GroupList[]"},
		create: func(e *estate) made {
			c := iam.NewFromConfig(e.Config)
			u := must(c.CreateUser(e, &iam.CreateUserInput{UserName: aws.String("user-life"), Tags: iamTags()}))(e).User
			must(c.CreateGroup(e, &iam.CreateGroupInput{GroupName: aws.String("user-life")}))(e)
			must(c.AddUserToGroup(e, &iam.AddUserToGroupInput{GroupName: aws.String("user-life"), UserName: u.UserName}))(e)
			must(c.AttachUserPolicy(e, &iam.AttachUserPolicyInput{UserName: u.UserName, PolicyArn: makePolicy(e, "user-life-reader")}))(e)
			must(c.PutUserPolicy(e, &iam.PutUserPolicyInput{UserName: u.UserName, PolicyName: aws.String("inline"), PolicyDocument: aws.String(readS3)}))(e)
			must(c.CreateAccessKey(e, &iam.CreateAccessKeyInput{UserName: u.UserName}))(e)
			must(c.CreateLoginProfile(e, &iam.CreateLoginProfileInput{UserName: u.UserName, Password: aws.String("Correct-Horse-7")}))(e)
			device := must(c.CreateVirtualMFADevice(e, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: aws.String("user-life")}))(e).VirtualMFADevice
			must(c.EnableMFADevice(e, &iam.EnableMFADeviceInput{
				UserName: u.UserName, SerialNumber: device.SerialNumber, AuthenticationCode1: aws.String("123456"), AuthenticationCode2: aws.String("654321"),
			}))(e)
			return made{ID: "user-life", ARN: *u.Arn, UniqueID: *u.UserId}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "UserPolicyList[].PolicyDocument", readS3)
		},
		changes: userChanges(),
	}, {
		kind: "iam:group", untagged: true, with: []string{"iam:policy"}, refs: []collect.Path{"AttachedManagedPolicies[].PolicyArn"},
		create: func(e *estate) made {
			c := iam.NewFromConfig(e.Config)
			g := must(c.CreateGroup(e, &iam.CreateGroupInput{GroupName: aws.String("group-life")}))(e).Group
			must(c.AttachGroupPolicy(e, &iam.AttachGroupPolicyInput{GroupName: g.GroupName, PolicyArn: makePolicy(e, "group-life-reader")}))(e)
			must(c.PutGroupPolicy(e, &iam.PutGroupPolicyInput{GroupName: g.GroupName, PolicyName: aws.String("inline"), PolicyDocument: aws.String(readS3)}))(e)
			return made{ID: "group-life", ARN: *g.Arn, UniqueID: *g.GroupId}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "GroupPolicyList[].PolicyDocument", readS3)
		},
		changes: groupChanges(),
	}, {
		kind: "iam:instance-profile", with: []string{"iam:role"}, refs: []collect.Path{"Roles[].Arn"},
		create: func(e *estate) made {
			c := iam.NewFromConfig(e.Config)
			p := must(c.CreateInstanceProfile(e, &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String("instance-profile-life"), Tags: iamTags()}))(e).InstanceProfile
			must(c.AddRoleToInstanceProfile(e, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: p.InstanceProfileName, RoleName: makeRole(e, "instance-profile-life").RoleName}))(e)
			return made{ID: "instance-profile-life", ARN: *p.Arn, UniqueID: *p.InstanceProfileId}
		},
		changes: instanceProfileChanges(), fewer: "a profile has nothing but tags and its role",
	}}
}

func TestPlainText(t *testing.T) {
	for encoded, want := range map[string]string{
		`%7B%22Resource%22%3A%22a+b%2Fc%22%7D`: `{"Resource":"a+b/c"}`, // a plus is a plus: IAM encodes spaces as %20
		`{"Resource":"100%"}`:                  `{"Resource":"100%"}`,
		`%zz`:                                  `%zz`,
		"":                                     "",
	} {
		if got := plainText(&encoded); *got != want {
			t.Errorf("%q: got %q, want %q", encoded, *got, want)
		}
	}
	if plainText(nil) != nil {
		t.Error("no document became one")
	}
}

func TestMadeByAWS(t *testing.T) {
	for path, want := range map[string]bool{
		"/": false, "/aws-service-role/autoscaling.amazonaws.com/": true, "/aws-reserved/sso.amazonaws.com/": true,
		"/service-role/": false, "/team/aws-reserved/": false,
	} {
		if got := madeByAWS(path); got != want {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
}
