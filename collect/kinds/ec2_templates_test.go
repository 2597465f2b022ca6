package kinds

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func ec2TemplatesLives() []life {
	return []life{
		{
			kind: "ec2:launch-template", with: []string{"ec2:key-pair"},
			create: func(e *estate) made {
				return ec2Made(e, "launch-template", makeLaunchTemplate(e, "launch-template-life"))
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "DefaultVersion.InstanceType", "t3.micro")
				wantNamed(t, r, "DefaultVersion.KeyName", "ec2:key-pair")
				if text := string(r.Configuration); !strings.Contains(text, `"UserData":"`+snapshot.MaskPrefix) || strings.Contains(text, "LatestVersion\"") {
					t.Errorf("user data in clear, or the same version twice: %s", text)
				}
			},
		},
		{
			kind: "ec2:launch-template",
			create: func(e *estate) made {
				id := makeLaunchTemplate(e, "launch-template-versions-life")
				must(ec2.NewFromConfig(e.Config).CreateLaunchTemplateVersion(e, &ec2.CreateLaunchTemplateVersionInput{
					LaunchTemplateId: id, LaunchTemplateData: &types.RequestLaunchTemplateData{InstanceType: types.InstanceTypeT3Large},
				}))(e)
				return ec2Made(e, "launch-template", id)
			},
			changes: []change{flip("the default version", func(e *estate, m made, changed bool) {
				must(ec2.NewFromConfig(e.Config).ModifyLaunchTemplate(e, &ec2.ModifyLaunchTemplateInput{
					LaunchTemplateId: &m.ID, DefaultVersion: aws.String(either(changed, "2", "1")),
				}))(e)
			}, "DefaultVersion.InstanceType", "DefaultVersion.KeyName", "DefaultVersion.TagSpecifications", "DefaultVersion.UserData",
				"DefaultVersionNumber", "LatestVersion")}, // which is not kept twice
			fewer: "moto has no DeleteLaunchTemplateVersions, and tags a template when it makes it only",
		},
		{
			kind:   "ec2:key-pair",
			create: func(e *estate) made { return ec2Made(e, "key-pair", makeKeyPair(e, "key-pair-life")) },
			check: func(t *testing.T, r *collect.Resource) {
				if r.Name != "key-pair-life" {
					t.Errorf("name: got %q", r.Name)
				}
			},
			changes: []change{ec2TagChange()},
			fewer:   "a key pair is made anew, not changed",
		},
		{
			kind: "ec2:image", with: []string{"ec2:snapshot"}, refs: []collect.Path{"BlockDeviceMappings[].Ebs.SnapshotId"},
			create: func(e *estate) made {
				id := makeImage(e, "image-life")
				return made{ID: *id, ARN: "arn:aws:ec2:" + testRegion + "::image/" + *id}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Disabled", "false")
				if r.Protection != "" {
					t.Errorf("protected: %s", r.Protection)
				}
			},
			changes: []change{
				ec2TagChange(),
				flip("who may use it", func(e *estate, m made, changed bool) {
					in := &ec2.ModifyImageAttributeInput{ImageId: &m.ID, LaunchPermission: &types.LaunchPermissionModifications{}}
					if all := []types.LaunchPermission{{Group: types.PermissionGroupAll}}; changed {
						in.LaunchPermission.Add = all
					} else {
						in.LaunchPermission.Remove = all
					}
					must(ec2.NewFromConfig(e.Config).ModifyImageAttribute(e, in))(e)
				}, "LaunchPermissions[]", "Public"),
			},
			fewer: "of what an image has, moto changes the launch permissions only",
		},
		{
			kind: "ec2:snapshot",
			create: func(e *estate) made {
				id := makeSnapshot(e)
				return made{ID: *id, ARN: "arn:aws:ec2:" + testRegion + "::snapshot/" + *id}
			},
			check: func(t *testing.T, r *collect.Resource) {
				if want := "arn:aws:ec2:" + testRegion + ":" + r.AccountID + ":snapshot/" + r.ID; len(r.BillIDs) != 1 || r.BillIDs[0] != want {
					t.Errorf("bill ids: got %v, want %s", r.BillIDs, want)
				}
			},
			changes: []change{ec2TagChange()},
			fewer:   "moto has all snapshots restorable by everybody, and AWS changes nothing else of what is compared",
		},
	}
}

func makeKeyPair(e *estate, name string) *string {
	return must(ec2.NewFromConfig(e.Config).CreateKeyPair(e, &ec2.CreateKeyPairInput{
		KeyName: &name, KeyType: types.KeyTypeEd25519, TagSpecifications: ec2TagsFor(types.ResourceTypeKeyPair),
	}))(e).KeyPairId
}

func makeLaunchTemplate(e *estate, name string) *string {
	makeKeyPair(e, name)
	return must(ec2.NewFromConfig(e.Config).CreateLaunchTemplate(e, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: &name, TagSpecifications: ec2TagsFor(types.ResourceTypeLaunchTemplate),
		LaunchTemplateData: &types.RequestLaunchTemplateData{
			InstanceType: types.InstanceTypeT3Micro, KeyName: &name,
			UserData: aws.String(base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\nexport PASSWORD=hunter2\n"))),
		},
	}))(e).LaunchTemplate.LaunchTemplateId
}

func makeSnapshot(e *estate) *string {
	c := ec2.NewFromConfig(e.Config)
	volume := must(c.CreateVolume(e, &ec2.CreateVolumeInput{AvailabilityZone: aws.String(testRegion + "a"), Size: aws.Int32(8)}))(e).VolumeId
	return must(c.CreateSnapshot(e, &ec2.CreateSnapshotInput{VolumeId: volume, TagSpecifications: ec2TagsFor(types.ResourceTypeSnapshot)}))(e).SnapshotId
}

func makeImage(e *estate, name string) *string {
	return must(ec2.NewFromConfig(e.Config).CreateImage(e, &ec2.CreateImageInput{
		InstanceId: makeInstance(e).InstanceId, Name: &name, TagSpecifications: ec2TagsFor(types.ResourceTypeImage),
	}))(e).ImageId
}

// moto has no placement groups, not even an empty list: the answers are AWS's documented ones.
func TestPlacementGroup(t *testing.T) {
	e := newEstate(t)
	e.answer("ec2", "DeletePlacementGroup", `<DeletePlacementGroupResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><return>true</return></DeletePlacementGroupResponse>`)
	e.answer("ec2", "DescribePlacementGroups", `<DescribePlacementGroupsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><placementGroupSet>
  <item><groupName>web</groupName><groupId>pg-0123456789abcdef0</groupId><strategy>cluster</strategy><state>available</state>
    <groupArn>arn:aws:ec2:us-east-1:`+e.Account+`:placement-group/web</groupArn>
    <tagSet><item><key>team</key><value>blue</value></item></tagSet></item>
  <item><groupName>old</groupName><groupId>pg-0123456789abcdef1</groupId><strategy>spread</strategy><state>deleted</state></item>
</placementGroupSet></DescribePlacementGroupsResponse>`)
	instance, scope := makeInstance(e), e.session.Scope(e, &placementGroup, testRegion)
	e.answer("ec2", "DescribeInstances", `<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><reservationSet><item><instancesSet>
  <item><instanceId>`+*instance.InstanceId+`</instanceId><placement><availabilityZone>us-east-1a</availabilityZone><groupName>web</groupName></placement></item>
</instancesSet></item></reservationSet></DescribeInstancesResponse>`)
	seen := e.capture("ec2:placement-group", "ec2:instance")
	groups := of(seen, "ec2:placement-group")
	if len(groups) != 1 {
		t.Fatalf("captured %d groups, want the one that is there", len(groups))
	}
	for _, r := range groups {
		if r.ID != "web" || r.UniqueID != "pg-0123456789abcdef0" || r.ARN != *scope.ARN("ec2", "placement-group/web") || r.Tags["team"] != "blue" {
			t.Errorf("got %+v", r)
		}
		for _, i := range of(seen, "ec2:instance") {
			if i.ID != *instance.InstanceId || !slices.ContainsFunc(i.References, func(ref snapshot.Reference) bool {
				return ref.Path == "Placement.GroupName" && !ref.Scanned && ref.Key == r.Key
			}) {
				t.Errorf("the instance in it does not name it: %+v", i.References)
			}
		}
		if err := placementGroup.Delete(scope, r); err != nil {
			t.Error(err)
		}
	}
}

// Both versions of a template that are used without a number are captured, and their user data is masked.
func TestLaunchTemplateVersions(t *testing.T) {
	e := newEstate(t)
	c := ec2.NewFromConfig(e.Config)
	id := makeLaunchTemplate(e, "versions")
	must(c.CreateLaunchTemplateVersion(e, &ec2.CreateLaunchTemplateVersionInput{LaunchTemplateId: id, LaunchTemplateData: &types.RequestLaunchTemplateData{
		InstanceType: types.InstanceTypeT3Large, UserData: aws.String(base64.StdEncoding.EncodeToString([]byte("hunter3"))),
	}}))(e)
	for _, r := range of(e.capture("ec2:launch-template"), "ec2:launch-template") {
		wantConfiguration(t, r, "DefaultVersion.InstanceType", "t3.micro")
		wantConfiguration(t, r, "LatestVersion.InstanceType", "t3.large")
		if strings.Count(string(r.Configuration), `"UserData":"`+snapshot.MaskPrefix) != 2 {
			t.Errorf("user data in clear: %s", r.Configuration)
		}
	}
	e.Proxy.Deny("ec2", "DescribeLaunchTemplateVersions")
	for _, r := range of(e.capture("ec2:launch-template"), "ec2:launch-template") {
		if !r.Unread("DefaultVersion") || !r.Unread("LatestVersion") {
			t.Errorf("the versions were denied, and are not unknown: %+v", r.Unknown)
		}
	}
}

func TestVersionsOf(t *testing.T) {
	version := func(template string, number int64, data *types.ResponseLaunchTemplateData) types.LaunchTemplateVersion {
		return types.LaunchTemplateVersion{LaunchTemplateId: &template, VersionNumber: &number, LaunchTemplateData: data}
	}
	one, two, other := &types.ResponseLaunchTemplateData{}, &types.ResponseLaunchTemplateData{}, &types.ResponseLaunchTemplateData{}
	versions := []types.LaunchTemplateVersion{version("lt-b", 1, other), version("lt-a", 1, one), version("lt-a", 2, two)}
	template := func(byDefault, latest int64) types.LaunchTemplate {
		return types.LaunchTemplate{LaunchTemplateId: aws.String("lt-a"), DefaultVersionNumber: &byDefault, LatestVersionNumber: &latest}
	}
	if got := versionsOf(template(1, 2), versions); got.DefaultVersion != one || got.LatestVersion != two {
		t.Errorf("two versions: %+v", got)
	}
	if got := versionsOf(template(2, 2), versions); got.DefaultVersion != two || got.LatestVersion != nil {
		t.Errorf("the latest is the default: %+v", got)
	}
	if got := versionsOf(template(3, 3), versions); got.DefaultVersion != nil || got.LatestVersion != nil {
		t.Errorf("neither is listed: %+v", got)
	}
}

func TestServiceRoleIn(t *testing.T) {
	for arn, want := range map[string]string{
		"arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForAmazonEKSNodegroup/EKS": "AWSServiceRoleForAmazonEKSNodegroup",
		"arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForBatch/aws-batch":        "AWSServiceRoleForBatch",
		"arn:aws:sts::123456789012:assumed-role/Admin/AWSServiceRoleForMe":               "",
		"arn:aws:iam::123456789012:root":                                                 "",
		"":                                                                               "",
	} {
		if got := serviceRoleIn(arn); got != want {
			t.Errorf("%s: got %q, want %q", arn, got, want)
		}
	}
}

// What AWS Backup keeps goes with its recovery point; what Data Lifecycle Manager makes, it remakes.
func TestKeptByPolicy(t *testing.T) {
	for name, test := range map[string]struct {
		tags     collect.Tags
		byBackup bool
		provider bool
		owner    string
	}{
		"one's own":               {tags: collect.Tags{"team": "blue"}},
		"Backup's, by its tag":    {tags: collect.Tags{"aws:backup:source-resource": "arn:aws:ec2:eu-west-1:123456789012:volume/vol-1"}, provider: true},
		"Backup's, by what it is": {byBackup: true, provider: true},
		"a lifecycle policy's":    {tags: collect.Tags{"aws:dlm:lifecycle-policy-id": "policy-1"}, owner: "policy-1"},
	} {
		item := collect.Item{Tags: test.tags}
		keptByPolicy(&item, test.byBackup)
		owner := ""
		if item.Owner != nil {
			owner = item.Owner.ID
		}
		if item.Provider != test.provider || (item.Protect != "") != test.provider || owner != test.owner {
			t.Errorf("%s: got %+v", name, item)
		}
	}
}
