package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

// noReplications answers what moto lacks: there is no replication.
func noReplications(e *estate) {
	e.answer("elasticfilesystem", "DescribeReplicationConfigurations", `{"Replications":[]}`)
}

func makeFileSystem(e *estate, token string) *efs.CreateFileSystemOutput {
	noReplications(e)
	return must(efs.NewFromConfig(e.Config).CreateFileSystem(e, &efs.CreateFileSystemInput{
		CreationToken: &token, Encrypted: aws.Bool(true), Backup: aws.Bool(true), Tags: efsTags(),
	}))(e)
}

func efsTags() []types.Tag {
	return tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
}

func efsTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(efs.NewFromConfig(e.Config).TagResource(e, &efs.TagResourceInput{ResourceId: &m.ID, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
	})
}

func efsLives() []life {
	var groups []string
	return []life{
		{
			kind: "elasticfilesystem:file-system",
			// Even the first capture asks for replications.
			create: func(e *estate) made {
				c := efs.NewFromConfig(e.Config)
				f := makeFileSystem(e, "efs-file-system-life")
				must(c.PutLifecycleConfiguration(e, &efs.PutLifecycleConfigurationInput{
					FileSystemId: f.FileSystemId, LifecyclePolicies: []types.LifecyclePolicy{{TransitionToIA: types.TransitionToIARulesAfter30Days}},
				}))(e)
				must(c.PutFileSystemPolicy(e, &efs.PutFileSystemPolicyInput{FileSystemId: f.FileSystemId, Policy: aws.String(
					`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"elasticfilesystem:ClientMount"}]}`,
				)}))(e)
				return made{ID: *f.FileSystemId, ARN: *f.FileSystemArn}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "LifecyclePolicies[].TransitionToIA", "AFTER_30_DAYS")
				wantConfiguration(t, r, "BackupPolicy.Status", "ENABLED")
				if strings.Contains(string(r.Configuration), "SizeInBytes") {
					t.Errorf("its size is in the configuration: %s", r.Configuration)
				}
			},
			changes: []change{
				efsTagChange(),
				flip("what becomes of old files", func(e *estate, m made, changed bool) {
					must(efs.NewFromConfig(e.Config).PutLifecycleConfiguration(e, &efs.PutLifecycleConfigurationInput{FileSystemId: &m.ID, LifecyclePolicies: []types.LifecyclePolicy{
						{TransitionToIA: either(changed, types.TransitionToIARulesAfter7Days, types.TransitionToIARulesAfter30Days)},
					}}))(e)
				}, "LifecyclePolicies[].TransitionToIA"),
				flip("policy", func(e *estate, m made, changed bool) {
					must(efs.NewFromConfig(e.Config).PutFileSystemPolicy(e, &efs.PutFileSystemPolicyInput{FileSystemId: &m.ID, Policy: aws.String(
						`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"elasticfilesystem:` + either(changed, "*", "ClientMount") + `"}]}`,
					)}))(e)
				}, "Policy"),
			},
		},
		{
			kind: "elasticfilesystem:mount-target", with: []string{"elasticfilesystem:file-system", "ec2:subnet", "ec2:vpc", "ec2:security-group"},
			refs:     []collect.Path{"FileSystemId", "SubnetId", "VpcId", "SecurityGroups[]"},
			untagged: true, undated: true,
			create: func(e *estate) made {
				f := makeFileSystem(e, "efs-mount-target-life")
				vpc, subnets := makeVPC(e)
				m := must(efs.NewFromConfig(e.Config).CreateMountTarget(e, &efs.CreateMountTargetInput{
					FileSystemId: f.FileSystemId, SubnetId: &subnets[0], SecurityGroups: []string{makeSecurityGroup(e, vpc)},
				}))(e)
				return made{ID: *m.MountTargetId}
			},
			changes: []change{flip("groups", func(e *estate, m made, changed bool) {
				c := efs.NewFromConfig(e.Config)
				if changed {
					groups = must(c.DescribeMountTargetSecurityGroups(e, &efs.DescribeMountTargetSecurityGroupsInput{MountTargetId: &m.ID}))(e).SecurityGroups
				}
				must(c.ModifyMountTargetSecurityGroups(e, &efs.ModifyMountTargetSecurityGroupsInput{
					MountTargetId: &m.ID, SecurityGroups: either(changed, defaultNetwork(e).AwsvpcConfiguration.SecurityGroups, groups),
				}))(e)
			}, "SecurityGroups[]")},
			fewer: "AWS changes nothing else of a mount target",
		},
		{
			kind: "elasticfilesystem:access-point", undated: true,
			create: func(e *estate) made {
				f := makeFileSystem(e, "efs-access-point-life")
				p := must(efs.NewFromConfig(e.Config).CreateAccessPoint(e, &efs.CreateAccessPointInput{
					ClientToken: aws.String("efs-access-point-life"), FileSystemId: f.FileSystemId, Tags: efsTags(),
					RootDirectory: &types.RootDirectory{Path: aws.String("/orders")},
				}))(e)
				return made{ID: *p.AccessPointId, ARN: *p.AccessPointArn}
			},
			check:   func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "RootDirectory.Path", "/orders") },
			changes: []change{efsTagChange()},
			fewer:   "an access point is made anew, not changed",
		},
	}
}

// TestFileSystemHeldByMountTarget: EFS refuses, and nothing is torn off.
func TestFileSystemHeldByMountTarget(t *testing.T) {
	e := newEstate(t)
	f := makeFileSystem(e, "held")
	subnets := must(ec2.NewFromConfig(e.Config).DescribeSubnets(e, &ec2.DescribeSubnetsInput{}))(e).Subnets
	must(efs.NewFromConfig(e.Config).CreateMountTarget(e, &efs.CreateMountTargetInput{FileSystemId: f.FileSystemId, SubnetId: subnets[0].SubnetId}))(e)
	for _, r := range of(e.capture("elasticfilesystem:file-system"), "elasticfilesystem:file-system") {
		wantStatus(t, r, "NumberOfMountTargets", "1")
		if err := fileSystem.Delete(e.session.Scope(e, &fileSystem, testRegion), r); collect.Code(err) != "FileSystemInUse" {
			t.Errorf("deleting a file system with a mount target: got %v", err)
		}
	}
}

// TestFileSystemReplication: source and destination are held by a replication.
func TestFileSystemReplication(t *testing.T) {
	list := []types.ReplicationConfigurationDescription{{
		SourceFileSystemId: aws.String("fs-1"), Destinations: []types.Destination{{FileSystemId: aws.String("fs-2")}},
	}}
	for id, want := range map[string]bool{"fs-1": true, "fs-2": true, "fs-3": false} {
		if got := replicationOf(list, id).Replication != nil; got != want {
			t.Errorf("%s: got %v, want %v", id, got, want)
		}
	}
}
