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

func TestRoleLifecycle(t *testing.T) {
	lifecycle(t, life{
		kind: "iam:role", with: []string{"iam:policy"}, refs: []collect.Path{"AttachedManagedPolicies[].PolicyArn"},
		create: func(e *estate) made {
			c, r := iam.NewFromConfig(e.Config), makeRole(e, "deployer")
			must(c.AttachRolePolicy(e, &iam.AttachRolePolicyInput{RoleName: r.RoleName, PolicyArn: makePolicy(e, "reader")}))(e)
			must(c.PutRolePolicy(e, &iam.PutRolePolicyInput{RoleName: r.RoleName, PolicyName: aws.String("inline"), PolicyDocument: aws.String(readS3)}))(e)
			return made{ID: "deployer", ARN: *r.Arn, UniqueID: *r.RoleId}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Description", "for tests")
			wantConfiguration(t, r, "MaxSessionDuration", "3600")
			wantConfiguration(t, r, "AssumeRolePolicyDocument", trustEC2)
			wantConfiguration(t, r, "RolePolicyList[].PolicyDocument", readS3)
		},
	})
}

func TestPolicyLifecycle(t *testing.T) {
	lifecycle(t, life{
		kind: "iam:policy",
		create: func(e *estate) made {
			arn := makePolicy(e, "reader")
			must(iam.NewFromConfig(e.Config).CreatePolicyVersion(e, &iam.CreatePolicyVersionInput{
				PolicyArn: arn, PolicyDocument: aws.String(readS3), SetAsDefault: true,
			}))(e)
			return made{ID: *arn, ARN: *arn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			if r.Name != "reader" {
				t.Errorf("name: got %q, want reader", r.Name)
			}
			wantConfiguration(t, r, "DefaultVersionId", "v2")
		},
	})
}

func TestUserLifecycle(t *testing.T) {
	lifecycle(t, life{
		kind: "iam:user", with: []string{"iam:policy", "iam:group"},
		refs: []collect.Path{"AttachedManagedPolicies[].PolicyArn", "GroupList[]"},
		create: func(e *estate) made {
			c := iam.NewFromConfig(e.Config)
			u := must(c.CreateUser(e, &iam.CreateUserInput{UserName: aws.String("robot"), Tags: iamTags()}))(e).User
			must(c.CreateGroup(e, &iam.CreateGroupInput{GroupName: aws.String("robots")}))(e)
			must(c.AddUserToGroup(e, &iam.AddUserToGroupInput{GroupName: aws.String("robots"), UserName: u.UserName}))(e)
			must(c.AttachUserPolicy(e, &iam.AttachUserPolicyInput{UserName: u.UserName, PolicyArn: makePolicy(e, "reader")}))(e)
			must(c.PutUserPolicy(e, &iam.PutUserPolicyInput{UserName: u.UserName, PolicyName: aws.String("inline"), PolicyDocument: aws.String(readS3)}))(e)
			must(c.CreateAccessKey(e, &iam.CreateAccessKeyInput{UserName: u.UserName}))(e)
			must(c.CreateLoginProfile(e, &iam.CreateLoginProfileInput{UserName: u.UserName, Password: aws.String("Correct-Horse-7")}))(e)
			device := must(c.CreateVirtualMFADevice(e, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: aws.String("robot")}))(e).VirtualMFADevice
			must(c.EnableMFADevice(e, &iam.EnableMFADeviceInput{
				UserName: u.UserName, SerialNumber: device.SerialNumber, AuthenticationCode1: aws.String("123456"), AuthenticationCode2: aws.String("654321"),
			}))(e)
			return made{ID: "robot", ARN: *u.Arn, UniqueID: *u.UserId}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "UserPolicyList[].PolicyDocument", readS3)
		},
	})
}

func TestGroupLifecycle(t *testing.T) {
	lifecycle(t, life{
		kind: "iam:group", untagged: true, with: []string{"iam:policy"}, refs: []collect.Path{"AttachedManagedPolicies[].PolicyArn"},
		create: func(e *estate) made {
			c := iam.NewFromConfig(e.Config)
			g := must(c.CreateGroup(e, &iam.CreateGroupInput{GroupName: aws.String("robots")}))(e).Group
			must(c.AttachGroupPolicy(e, &iam.AttachGroupPolicyInput{GroupName: g.GroupName, PolicyArn: makePolicy(e, "reader")}))(e)
			must(c.PutGroupPolicy(e, &iam.PutGroupPolicyInput{GroupName: g.GroupName, PolicyName: aws.String("inline"), PolicyDocument: aws.String(readS3)}))(e)
			return made{ID: "robots", ARN: *g.Arn, UniqueID: *g.GroupId}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "GroupPolicyList[].PolicyDocument", readS3)
		},
	})
}

func TestInstanceProfileLifecycle(t *testing.T) {
	lifecycle(t, life{
		kind: "iam:instance-profile", with: []string{"iam:role"}, refs: []collect.Path{"Roles[].Arn"},
		create: func(e *estate) made {
			c := iam.NewFromConfig(e.Config)
			p := must(c.CreateInstanceProfile(e, &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String("web"), Tags: iamTags()}))(e).InstanceProfile
			must(c.AddRoleToInstanceProfile(e, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: p.InstanceProfileName, RoleName: makeRole(e, "web").RoleName}))(e)
			return made{ID: "web", ARN: *p.Arn, UniqueID: *p.InstanceProfileId}
		},
	})
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
