package testbed

import "strconv"

// The messages are IAM's own.
var iamChecks = map[string]check{
	"iam:DeletePolicy":          policyInUse,
	"iam:DeleteUser":            userHolds,
	"iam:DeleteGroup":           groupHolds,
	"iam:DeleteRole":            roleHolds,
	"iam:DeleteInstanceProfile": profileHolds,
}

func conflict(what string) *refusal { return &refusal{409, "DeleteConflict", what} }

// held is a list that must be empty, and what IAM says if it isn't.
type held struct{ action, list, message string }

func (k asker) holds(parameter string, lists []held) *refusal {
	for _, h := range lists {
		if len(k.iam(h.action, parameter, k.c.Param(parameter)).under(h.list)) > 0 {
			return conflict("Cannot delete entity, " + h.message)
		}
	}
	return nil
}

func policyInUse(k asker) *refusal {
	arn := k.c.Param("PolicyArn")
	policy := k.iam("GetPolicy", "PolicyArn", arn).at("Policy")
	if policy == nil {
		return nil
	}
	for _, name := range []string{"AttachmentCount", "PermissionsBoundaryUsageCount"} {
		if n, _ := strconv.Atoi(policy.at(name).text()); n > 0 {
			return conflict("Cannot delete a policy attached to entities.")
		}
	}
	if len(k.iam("ListPolicyVersions", "PolicyArn", arn).under("Versions")) > 1 {
		return conflict("This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.")
	}
	return nil
}

func userHolds(k asker) *refusal {
	if k.iam("GetLoginProfile", "UserName", k.c.Param("UserName")).at("LoginProfile") != nil {
		return conflict("Cannot delete entity, must delete login profile first.")
	}
	return k.holds("UserName", []held{
		{"ListAccessKeys", "AccessKeyMetadata", "must delete access keys first."},
		{"ListMFADevices", "MFADevices", "must delete MFA device first."},
		{"ListGroupsForUser", "Groups", "must remove users from group first."},
		{"ListAttachedUserPolicies", "AttachedPolicies", "must detach all policies first."},
		{"ListUserPolicies", "PolicyNames", "must delete policies first."},
		{"ListSSHPublicKeys", "SSHPublicKeys", "must delete SSH public keys first."},
		{"ListSigningCertificates", "Certificates", "must delete signing certificates first."},
	})
}

func groupHolds(k asker) *refusal {
	return k.holds("GroupName", []held{
		{"GetGroup", "Users", "must remove users from group first."},
		{"ListAttachedGroupPolicies", "AttachedPolicies", "must detach all policies first."},
		{"ListGroupPolicies", "PolicyNames", "must delete policies first."},
	})
}

func roleHolds(k asker) *refusal {
	return k.holds("RoleName", []held{
		{"ListInstanceProfilesForRole", "InstanceProfiles", "must remove roles from instance profile first."},
		{"ListAttachedRolePolicies", "AttachedPolicies", "must detach all policies first."},
		{"ListRolePolicies", "PolicyNames", "must delete policies first."},
	})
}

func profileHolds(k asker) *refusal {
	profile := k.iam("GetInstanceProfile", "InstanceProfileName", k.c.Param("InstanceProfileName"))
	if len(profile.under("InstanceProfile/Roles")) > 0 {
		return conflict("Cannot delete entity, must remove roles from instance profile first.")
	}
	return nil
}
