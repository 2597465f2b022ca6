package kinds

import (
	"iter"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func iamKinds() []collect.Kind {
	return []collect.Kind{role, policy, iamUser, iamGroup, instanceProfile}
}

// authorization is the one bulk answer that users, groups, roles and policies come from: 1,000 a page instead of four
// calls for every role.
func authorization(s *collect.Scope) ([]iam.GetAccountAuthorizationDetailsOutput, bool) {
	return collect.Shared(s, "iam:GetAccountAuthorizationDetails", func(s *collect.Scope) iter.Seq[iam.GetAccountAuthorizationDetailsOutput] {
		c := iam.NewFromConfig(s.Config)
		return collect.PagesBy(s, c.GetAccountAuthorizationDetails, &iam.GetAccountAuthorizationDetailsInput{
			MaxItems: aws.Int32(1000),
			Filter:   []types.EntityType{types.EntityTypeUser, types.EntityTypeRole, types.EntityTypeGroup, types.EntityTypeLocalManagedPolicy},
		}, func(out *iam.GetAccountAuthorizationDetailsOutput) ([]iam.GetAccountAuthorizationDetailsOutput, *string) {
			return []iam.GetAccountAuthorizationDetailsOutput{*out}, out.Marker
		}, func(in *iam.GetAccountAuthorizationDetailsInput, token *string) { in.Marker = token })
	})
}

var role = collect.Kind{
	Name: "iam:role", CloudFormation: "AWS::IAM::Role", Aliases: []string{"AWS::IAM::ServiceLinkedRole"}, Global: true,
	List: func(s *collect.Scope) {
		c := iam.NewFromConfig(s.Config)
		pages, ok := authorization(s)
		if !ok {
			return
		}
		// The bulk answer lacks the description and the longest session, ListRoles has little else.
		listed, err := collect.All(s, func(s *collect.Scope) iter.Seq[types.Role] {
			return collect.Pages[types.Role](s, c.ListRoles, &iam.ListRolesInput{MaxItems: aws.Int32(1000)})
		})
		if err != nil {
			s.Fail(err)
			return
		}
		rest := make(map[string]roleRest, len(listed))
		for _, r := range listed {
			rest[aws.ToString(r.RoleId)] = roleRest{r.Description, r.MaxSessionDuration}
		}
		for _, page := range pages {
			for _, r := range page.RoleDetailList {
				r.AssumeRolePolicyDocument = plainText(r.AssumeRolePolicyDocument)
				r.RolePolicyList = plainDocuments(r.RolePolicyList)
				item := collect.Item{ID: r.RoleName, UniqueID: r.RoleId, ARN: r.Arn, Created: r.CreateDate, Tags: collect.TagsOf(r.Tags)}
				if madeByAWS(aws.ToString(r.Path)) {
					item.Managed("AWS made this role for one of its services")
				}
				s.Add(item, r, rest[aws.ToString(r.RoleId)])
			}
		}
	},
	Weak: []collect.Weakness{
		{Rule: "trust-anybody", Path: "AssumeRolePolicyDocument", Check: snapshot.CheckTrust},
		{Rule: "admin-policy", Path: "RolePolicyList[].PolicyDocument", By: "PolicyName", Check: snapshot.CheckIdentity, Same: "admin"},
		{Rule: "admin-policy", Path: "AttachedManagedPolicies[].PolicyArn", Check: snapshot.CheckAttached, Same: "admin"},
		{Rule: "permissions-boundary-removed", Path: "PermissionsBoundary", Absent: true},
	},
	Status: []collect.Path{"RoleLastUsed"},
	Omit:   []collect.Path{"InstanceProfileList"}, // a kind of its own
	Refs: map[collect.Path]string{
		"AttachedManagedPolicies[].PolicyArn":        "iam:policy",
		"PermissionsBoundary.PermissionsBoundaryArn": "iam:policy",
	},
	Sets: map[collect.Path]string{"AttachedManagedPolicies": "PolicyArn", "RolePolicyList": "PolicyName"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := iam.NewFromConfig(s.Config)
		attached := collect.Pages[types.AttachedPolicy](s, c.ListAttachedRolePolicies, &iam.ListAttachedRolePoliciesInput{RoleName: &r.ID})
		if err := collect.Every(s, attached, func(p types.AttachedPolicy) error {
			return collect.Do(s, c.DetachRolePolicy, &iam.DetachRolePolicyInput{RoleName: &r.ID, PolicyArn: p.PolicyArn})
		}); err != nil {
			return err
		}
		inline := collect.Pages[string](s, c.ListRolePolicies, &iam.ListRolePoliciesInput{RoleName: &r.ID})
		if err := collect.Every(s, inline, func(name string) error {
			return collect.Do(s, c.DeleteRolePolicy, &iam.DeleteRolePolicyInput{RoleName: &r.ID, PolicyName: &name})
		}); err != nil {
			return err
		}
		return collect.Do(s, c.DeleteRole, &iam.DeleteRoleInput{RoleName: &r.ID})
	},
}

// roleRest is what the bulk answer lacks.
type roleRest struct {
	Description        *string
	MaxSessionDuration *int32
}

var policy = collect.Kind{
	Name: "iam:policy", CloudFormation: "AWS::IAM::ManagedPolicy", Global: true,
	List: func(s *collect.Scope) {
		c := iam.NewFromConfig(s.Config)
		pages, _ := authorization(s)
		for _, page := range pages {
			collect.Each(s, slices.Values(page.Policies), func(p types.ManagedPolicyDetail) {
				versions := make([]types.PolicyVersion, len(p.PolicyVersionList))
				for i, version := range p.PolicyVersionList {
					version.Document = plainText(version.Document)
					versions[i] = version
				}
				p.PolicyVersionList = versions
				if p.PolicyName == nil { // emulators give the ARN only
					p.PolicyName = aws.String(path.Base(aws.ToString(p.Arn)))
				}
				item := collect.Item{ID: p.Arn, UniqueID: p.PolicyId, ARN: p.Arn, Name: p.PolicyName, Created: p.CreateDate}
				s.Add(item, p, collect.AskTags(s, c.ListPolicyTags, &iam.ListPolicyTagsInput{PolicyArn: p.Arn, MaxItems: aws.Int32(1000)}, collect.TagsIn))
			})
		}
	},
	Weak: []collect.Weakness{
		{Rule: "admin-policy", Path: "PolicyVersionList[].Document", By: "VersionId", When: map[collect.Path]string{"PolicyVersionList[].VersionId": "@DefaultVersionId"}, Check: snapshot.CheckIdentity},
	},
	Status: []collect.Path{"AttachmentCount", "PermissionsBoundaryUsageCount", "UpdateDate"},
	Omit:   []collect.Path{"PolicyVersionList[].IsDefaultVersion"}, // DefaultVersionId says it
	Sets:   map[collect.Path]string{"PolicyVersionList": "VersionId"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := iam.NewFromConfig(s.Config)
		versions := collect.Pages[types.PolicyVersion](s, c.ListPolicyVersions, &iam.ListPolicyVersionsInput{PolicyArn: &r.ARN})
		if err := collect.Every(s, versions, func(version types.PolicyVersion) error {
			if version.IsDefaultVersion {
				return nil // goes with the policy
			}
			return collect.Do(s, c.DeletePolicyVersion, &iam.DeletePolicyVersionInput{PolicyArn: &r.ARN, VersionId: version.VersionId})
		}); err != nil {
			return err
		}
		return collect.Do(s, c.DeletePolicy, &iam.DeletePolicyInput{PolicyArn: &r.ARN})
	},
}

// instanceProfile comes from a list of its own: the bulk answer has no profile without a role.
var instanceProfile = collect.Kind{
	Name: "iam:instance-profile", CloudFormation: "AWS::IAM::InstanceProfile", Global: true,
	List: func(s *collect.Scope) {
		c := iam.NewFromConfig(s.Config)
		collect.Each(s, collect.Pages[types.InstanceProfile](s, c.ListInstanceProfiles, &iam.ListInstanceProfilesInput{MaxItems: aws.Int32(1000)}), func(p types.InstanceProfile) {
			roles := make([]types.Role, len(p.Roles))
			for i, r := range p.Roles {
				roles[i] = types.Role{Arn: r.Arn, RoleName: r.RoleName} // the rest is the role's configuration
			}
			p.Roles = roles
			s.Add(collect.Item{ID: p.InstanceProfileName, UniqueID: p.InstanceProfileId, ARN: p.Arn, Created: p.CreateDate}, p,
				collect.AskTags(s, c.GetInstanceProfile, &iam.GetInstanceProfileInput{InstanceProfileName: p.InstanceProfileName},
					func(out *iam.GetInstanceProfileOutput) collect.Tags { return collect.TagsOf(out.InstanceProfile.Tags) }))
		})
	},
	Refs: map[collect.Path]string{"Roles[].Arn": "iam:role"},
	Sets: map[collect.Path]string{"Roles": "Arn"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := iam.NewFromConfig(s.Config)
		out, err := c.GetInstanceProfile(s.Context, &iam.GetInstanceProfileInput{InstanceProfileName: &r.ID})
		if err != nil {
			return err
		}
		for _, held := range out.InstanceProfile.Roles {
			if err := collect.Do(s, c.RemoveRoleFromInstanceProfile, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: &r.ID, RoleName: held.RoleName}); err != nil {
				return err
			}
		}
		return collect.Do(s, c.DeleteInstanceProfile, &iam.DeleteInstanceProfileInput{InstanceProfileName: &r.ID})
	},
}

// madeByAWS reports whether a path is one that only AWS's services use.
func madeByAWS(path string) bool {
	return strings.HasPrefix(path, "/aws-service-role/") || strings.HasPrefix(path, "/aws-reserved/")
}

// plainText undoes the percent encoding in which IAM returns policies.
func plainText(document *string) *string {
	if document == nil || !strings.HasPrefix(*document, "%") {
		return document
	}
	if plain, err := url.QueryUnescape(strings.ReplaceAll(*document, "+", "%2B")); err == nil {
		return &plain
	}
	return document
}

func plainDocuments(policies []types.PolicyDetail) []types.PolicyDetail {
	plain := make([]types.PolicyDetail, len(policies))
	for i, p := range policies {
		p.PolicyDocument = plainText(p.PolicyDocument)
		plain[i] = p
	}
	return plain
}
