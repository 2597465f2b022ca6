package kinds

import (
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

var iamUser = collect.Kind{
	Name: "iam:user", CloudFormation: "AWS::IAM::User", Global: true,
	List: func(s *collect.Scope) {
		pages, _ := authorization(s)
		for _, page := range pages {
			for _, u := range page.UserDetailList {
				u.UserPolicyList = plainDocuments(u.UserPolicyList)
				s.Add(collect.Item{ID: u.UserName, UniqueID: u.UserId, ARN: u.Arn, Created: u.CreateDate, Tags: collect.TagsOf(u.Tags)}, u)
			}
		}
	},
	Weak: []collect.Weakness{
		{Rule: "user-added"},
		{Rule: "admin-policy", Path: "UserPolicyList[].PolicyDocument", By: "PolicyName", Check: snapshot.CheckIdentity, Same: "admin"},
		{Rule: "admin-policy", Path: "AttachedManagedPolicies[].PolicyArn", Check: snapshot.CheckAttached, Same: "admin"},
		{Rule: "admin-policy", Path: "GroupList[]", Check: snapshot.CheckGroup, Same: "admin"},
		{Rule: "permissions-boundary-removed", Path: "PermissionsBoundary", Absent: true},
	},
	Refs: map[collect.Path]string{
		"AttachedManagedPolicies[].PolicyArn":        "iam:policy",
		"PermissionsBoundary.PermissionsBoundaryArn": "iam:policy",
		"GroupList[]": "iam:group",
	},
	Sets:   map[collect.Path]string{"AttachedManagedPolicies": "PolicyArn", "UserPolicyList": "PolicyName", "GroupList": ""},
	Delete: deleteUser,
}

// deleteUser takes away what IAM wants gone before a user. What few users have is looked for only after a refusal.
func deleteUser(s *collect.Scope, r *collect.Resource) error {
	c := iam.NewFromConfig(s.Config)
	err := inOrder(
		func() error { return leaveGroups(s, c, r) },
		func() error { return dropUserPolicies(s, c, r) },
		func() error { return dropSignIn(s, c, r) },
		func() error { return collect.Do(s, c.DeleteUser, &iam.DeleteUserInput{UserName: &r.ID}) },
	)
	if collect.Classify(err) != collect.ClassInUse {
		return err
	}
	return inOrder(
		func() error { return dropRareCredentials(s, c, r) },
		func() error { return collect.Do(s, c.DeleteUser, &iam.DeleteUserInput{UserName: &r.ID}) },
	)
}

// inOrder runs steps until one fails.
func inOrder(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func leaveGroups(s *collect.Scope, c *iam.Client, r *collect.Resource) error {
	groups := collect.Pages[types.Group](s, c.ListGroupsForUser, &iam.ListGroupsForUserInput{UserName: &r.ID})
	return collect.Every(s, groups, func(g types.Group) error {
		return collect.Do(s, c.RemoveUserFromGroup, &iam.RemoveUserFromGroupInput{UserName: &r.ID, GroupName: g.GroupName})
	})
}

func dropUserPolicies(s *collect.Scope, c *iam.Client, r *collect.Resource) error {
	attached := collect.Pages[types.AttachedPolicy](s, c.ListAttachedUserPolicies, &iam.ListAttachedUserPoliciesInput{UserName: &r.ID})
	if err := collect.Every(s, attached, func(p types.AttachedPolicy) error {
		return collect.Do(s, c.DetachUserPolicy, &iam.DetachUserPolicyInput{UserName: &r.ID, PolicyArn: p.PolicyArn})
	}); err != nil {
		return err
	}
	inline := collect.Pages[string](s, c.ListUserPolicies, &iam.ListUserPoliciesInput{UserName: &r.ID})
	return collect.Every(s, inline, func(name string) error {
		return collect.Do(s, c.DeleteUserPolicy, &iam.DeleteUserPolicyInput{UserName: &r.ID, PolicyName: &name})
	})
}

// dropSignIn takes a user's access keys, MFA devices and password away.
func dropSignIn(s *collect.Scope, c *iam.Client, r *collect.Resource) error {
	keys := collect.Pages[types.AccessKeyMetadata](s, c.ListAccessKeys, &iam.ListAccessKeysInput{UserName: &r.ID})
	if err := collect.Every(s, keys, func(key types.AccessKeyMetadata) error {
		return collect.Do(s, c.DeleteAccessKey, &iam.DeleteAccessKeyInput{UserName: &r.ID, AccessKeyId: key.AccessKeyId})
	}); err != nil {
		return err
	}
	devices := collect.Pages[types.MFADevice](s, c.ListMFADevices, &iam.ListMFADevicesInput{UserName: &r.ID})
	if err := collect.Every(s, devices, func(device types.MFADevice) error {
		// A virtual device is a resource of its own, and stays.
		return collect.Do(s, c.DeactivateMFADevice, &iam.DeactivateMFADeviceInput{UserName: &r.ID, SerialNumber: device.SerialNumber})
	}); err != nil {
		return err
	}
	err := collect.Do(s, c.DeleteLoginProfile, &iam.DeleteLoginProfileInput{UserName: &r.ID})
	if collect.Classify(err) == collect.ClassNotFound {
		return nil
	}
	return err
}

// dropRareCredentials takes certificates, SSH keys and passwords for single services away.
func dropRareCredentials(s *collect.Scope, c *iam.Client, r *collect.Resource) error {
	certificates := collect.Pages[types.SigningCertificate](s, c.ListSigningCertificates, &iam.ListSigningCertificatesInput{UserName: &r.ID})
	if err := collect.Every(s, certificates, func(certificate types.SigningCertificate) error {
		return collect.Do(s, c.DeleteSigningCertificate, &iam.DeleteSigningCertificateInput{UserName: &r.ID, CertificateId: certificate.CertificateId})
	}); err != nil {
		return err
	}
	keys := collect.Pages[types.SSHPublicKeyMetadata](s, c.ListSSHPublicKeys, &iam.ListSSHPublicKeysInput{UserName: &r.ID})
	if err := collect.Every(s, keys, func(key types.SSHPublicKeyMetadata) error {
		return collect.Do(s, c.DeleteSSHPublicKey, &iam.DeleteSSHPublicKeyInput{UserName: &r.ID, SSHPublicKeyId: key.SSHPublicKeyId})
	}); err != nil {
		return err
	}
	passwords := collect.Pages[types.ServiceSpecificCredentialMetadata](s, c.ListServiceSpecificCredentials, &iam.ListServiceSpecificCredentialsInput{UserName: &r.ID})
	return collect.Every(s, passwords, func(password types.ServiceSpecificCredentialMetadata) error {
		return collect.Do(s, c.DeleteServiceSpecificCredential, &iam.DeleteServiceSpecificCredentialInput{
			UserName: &r.ID, ServiceSpecificCredentialId: password.ServiceSpecificCredentialId,
		})
	})
}

// iamGroup has no tags: IAM doesn't tag groups.
var iamGroup = collect.Kind{
	Name: "iam:group", CloudFormation: "AWS::IAM::Group", Global: true,
	List: func(s *collect.Scope) {
		pages, _ := authorization(s)
		for _, page := range pages {
			for _, g := range page.GroupDetailList {
				g.GroupPolicyList = plainDocuments(g.GroupPolicyList)
				s.Add(collect.Item{ID: g.GroupName, UniqueID: g.GroupId, ARN: g.Arn, Created: g.CreateDate}, g)
			}
		}
	},
	Weak: []collect.Weakness{
		{Rule: "admin-policy", Path: "GroupPolicyList[].PolicyDocument", By: "PolicyName", Check: snapshot.CheckIdentity, Same: "admin"},
		{Rule: "admin-policy", Path: "AttachedManagedPolicies[].PolicyArn", Check: snapshot.CheckAttached, Same: "admin"},
	},
	Refs: map[collect.Path]string{"AttachedManagedPolicies[].PolicyArn": "iam:policy"},
	Sets: map[collect.Path]string{"AttachedManagedPolicies": "PolicyArn", "GroupPolicyList": "PolicyName"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := iam.NewFromConfig(s.Config)
		attached := collect.Pages[types.AttachedPolicy](s, c.ListAttachedGroupPolicies, &iam.ListAttachedGroupPoliciesInput{GroupName: &r.ID})
		if err := collect.Every(s, attached, func(p types.AttachedPolicy) error {
			return collect.Do(s, c.DetachGroupPolicy, &iam.DetachGroupPolicyInput{GroupName: &r.ID, PolicyArn: p.PolicyArn})
		}); err != nil {
			return err
		}
		inline := collect.Pages[string](s, c.ListGroupPolicies, &iam.ListGroupPoliciesInput{GroupName: &r.ID})
		if err := collect.Every(s, inline, func(name string) error {
			return collect.Do(s, c.DeleteGroupPolicy, &iam.DeleteGroupPolicyInput{GroupName: &r.ID, PolicyName: &name})
		}); err != nil {
			return err
		}
		return collect.Do(s, c.DeleteGroup, &iam.DeleteGroupInput{GroupName: &r.ID})
	},
}
