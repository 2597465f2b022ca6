package kinds

import (
	"cmp"
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/smithy-go"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func ec2Templates() []collect.Kind {
	return []collect.Kind{launchTemplate, keyPair, image, ebsSnapshot, placementGroup}
}

var launchTemplate = collect.Kind{
	Name: "ec2:launch-template", CloudFormation: "AWS::EC2::LaunchTemplate",
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		// One list has the default and latest versions of all templates.
		versions, err := collect.All(s, func(s *collect.Scope) iter.Seq[types.LaunchTemplateVersion] {
			return collect.Pages[types.LaunchTemplateVersion](s, c.DescribeLaunchTemplateVersions, &ec2.DescribeLaunchTemplateVersionsInput{
				Versions: []string{"$Default", "$Latest"}, MaxResults: aws.Int32(200), IncludeManagedResources: aws.Bool(true),
			})
		})
		for t := range collect.Pages[types.LaunchTemplate](s, c.DescribeLaunchTemplates, &ec2.DescribeLaunchTemplatesInput{
			MaxResults: aws.Int32(200), IncludeManagedResources: aws.Bool(true),
		}) {
			item := ec2Item(s, "launch-template", t.LaunchTemplateId, nil, t.Tags)
			item.Name, item.Created = t.LaunchTemplateName, t.CreateTime
			if role := serviceRoleIn(aws.ToString(t.CreatedBy)); role != "" {
				item.Managed(role + " made it, for a service that removes it")
			}
			if cluster := item.Tags["eks:cluster-name"]; cluster != "" && item.Provider {
				item.Owner = &snapshot.Owner{Kind: "eks:cluster", ID: cluster}
			}
			serviceManages(&item, t.Operator)
			data := versionsOf(t, versions)
			if data.DefaultVersion == nil {
				item.Unknown = append(item.Unknown, collect.Gap{Path: "DefaultVersion", Err: cmp.Or(err, errTemplateMoved)})
			}
			if data.LatestVersion == nil && aws.ToInt64(t.LatestVersionNumber) != aws.ToInt64(t.DefaultVersionNumber) {
				item.Unknown = append(item.Unknown, collect.Gap{Path: "LatestVersion", Err: cmp.Or(err, errTemplateMoved)})
			}
			s.Add(item, t, data)
		}
	},
	Weak: []collect.Weakness{
		{Rule: "imdsv1", Path: "DefaultVersion.MetadataOptions.HttpTokens", Is: []string{"optional"}, Unless: map[collect.Path]string{"DefaultVersion.MetadataOptions.HttpEndpoint": "disabled"}, Same: "version"},
		{Rule: "imdsv1", Path: "LatestVersion.MetadataOptions.HttpTokens", Is: []string{"optional"}, Unless: map[collect.Path]string{"LatestVersion.MetadataOptions.HttpEndpoint": "disabled"}, Same: "version"},
		{Rule: "encryption-off", Path: "DefaultVersion.BlockDeviceMappings[].Ebs.Encrypted", Is: []string{"false"}, By: "DeviceName", Same: "version"},
		{Rule: "encryption-off", Path: "LatestVersion.BlockDeviceMappings[].Ebs.Encrypted", Is: []string{"false"}, By: "DeviceName", Same: "version"},
		{Rule: "public-addresses", Path: "DefaultVersion.NetworkInterfaces[].AssociatePublicIpAddress", Is: []string{"true"}, Says: "an interface", Same: "version"},
		{Rule: "public-addresses", Path: "LatestVersion.NetworkInterfaces[].AssociatePublicIpAddress", Is: []string{"true"}, Says: "an interface", Same: "version"},
	},
	Sets: map[collect.Path]string{
		"DefaultVersion.BlockDeviceMappings": "DeviceName", "DefaultVersion.LicenseSpecifications": "", "DefaultVersion.NetworkInterfaces[].Groups": "",
		"DefaultVersion.SecurityGroupIds": "", "DefaultVersion.SecurityGroups": "", "DefaultVersion.TagSpecifications": "ResourceType",
		"DefaultVersion.TagSpecifications[].Tags": "Key", "LatestVersion.BlockDeviceMappings": "DeviceName", "LatestVersion.LicenseSpecifications": "",
		"LatestVersion.NetworkInterfaces[].Groups": "", "LatestVersion.SecurityGroupIds": "", "LatestVersion.SecurityGroups": "",
		"LatestVersion.TagSpecifications": "ResourceType", "LatestVersion.TagSpecifications[].Tags": "Key",
	},
	// AWS lets go what a template names; ids and ARNs are found by themselves.
	Names: map[collect.Path]string{
		"DefaultVersion.KeyName": "ec2:key-pair", "DefaultVersion.IamInstanceProfile.Name": "iam:instance-profile",
		"DefaultVersion.Placement.GroupName": "ec2:placement-group", "LatestVersion.KeyName": "ec2:key-pair",
		"LatestVersion.IamInstanceProfile.Name": "iam:instance-profile", "LatestVersion.Placement.GroupName": "ec2:placement-group",
	},
	Secrets: []collect.Path{"DefaultVersion.UserData", "LatestVersion.UserData"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeleteLaunchTemplate, &ec2.DeleteLaunchTemplateInput{LaunchTemplateId: &r.ID})
	},
}

// templateData is what a launch template's versions say that are used without a number.
type templateData struct {
	DefaultVersion *types.ResponseLaunchTemplateData
	LatestVersion  *types.ResponseLaunchTemplateData // where it isn't the default
}

// errTemplateMoved is a gap between the two lists that a template's data comes from.
var errTemplateMoved error = &smithy.GenericAPIError{Code: "VersionsMoved", Message: "the launch template's versions changed while they were read"}

func versionsOf(t types.LaunchTemplate, versions []types.LaunchTemplateVersion) templateData {
	var data templateData
	for _, v := range versions {
		switch {
		case aws.ToString(v.LaunchTemplateId) != aws.ToString(t.LaunchTemplateId):
		case aws.ToInt64(v.VersionNumber) == aws.ToInt64(t.DefaultVersionNumber):
			data.DefaultVersion = v.LaunchTemplateData
		case aws.ToInt64(v.VersionNumber) == aws.ToInt64(t.LatestVersionNumber):
			data.LatestVersion = v.LaunchTemplateData
		}
	}
	return data
}

// serviceRoleIn is the service-linked role in the ARN of a session, or "": only its service can take it on.
func serviceRoleIn(arn string) string {
	const session = ":assumed-role/"
	at := strings.Index(arn, session+"AWSServiceRoleFor")
	if at < 0 {
		return ""
	}
	role, _, _ := strings.Cut(arn[at+len(session):], "/")
	return role
}

var keyPair = collect.Kind{
	Name: "ec2:key-pair", CloudFormation: "AWS::EC2::KeyPair",
	List: func(s *collect.Scope) {
		out, ok := collect.Call(s, ec2.NewFromConfig(s.Config).DescribeKeyPairs, &ec2.DescribeKeyPairsInput{}) // has no pages
		if !ok {
			return
		}
		for _, k := range out.KeyPairs {
			item := ec2Item(s, "key-pair", k.KeyPairId, nil, k.Tags)
			item.Name, item.Created = k.KeyName, k.CreateTime
			s.Add(item, k)
		}
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeleteKeyPair, &ec2.DeleteKeyPairInput{KeyName: &r.Name})
	},
}

// placementGroup has no creation date. EC2 calls it by its name.
var placementGroup = collect.Kind{
	Name: "ec2:placement-group", CloudFormation: "AWS::EC2::PlacementGroup",
	List: func(s *collect.Scope) {
		out, ok := collect.Call(s, ec2.NewFromConfig(s.Config).DescribePlacementGroups, &ec2.DescribePlacementGroupsInput{}) // has no pages
		if !ok {
			return
		}
		for _, g := range out.PlacementGroups {
			item := ec2Item(s, "placement-group", g.GroupName, nil, g.Tags)
			item.UniqueID, item.Dead = g.GroupId, g.State == types.PlacementGroupStateDeleted
			if arn := aws.ToString(g.GroupArn); arn != "" {
				item.ARN = &arn
			}
			serviceManages(&item, g.Operator)
			s.Add(item, g)
		}
	},
	Status: []collect.Path{"State"},
	Refs:   map[collect.Path]string{"ParentGroupId": "ec2:placement-group"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeletePlacementGroup, &ec2.DeletePlacementGroupInput{GroupName: &r.ID})
	},
}
