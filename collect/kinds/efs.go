package kinds

import (
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func efsKinds() []collect.Kind {
	return []collect.Kind{fileSystem, mountTarget, accessPoint}
}

// fileSystems is the list that file systems and mount targets start from. EFS gives a hundred a page at most.
func fileSystems(s *collect.Scope) ([]types.FileSystemDescription, bool) {
	return collect.Shared(s, "elasticfilesystem:DescribeFileSystems", func(s *collect.Scope) iter.Seq[types.FileSystemDescription] {
		return collect.Pages[types.FileSystemDescription](s, efs.NewFromConfig(s.Config).DescribeFileSystems, &efs.DescribeFileSystemsInput{MaxItems: aws.Int32(100)})
	})
}

// fileSystem: its files go with it, and EFS takes no last copy: what AWS Backup has stays in its vault. EFS refuses while
// there are mount targets or a replication.
var fileSystem = collect.Kind{
	Name: "elasticfilesystem:file-system", CloudFormation: "AWS::EFS::FileSystem", Aliases: []string{"efs:file-system"},
	List: func(s *collect.Scope) {
		c := efs.NewFromConfig(s.Config)
		list, _ := fileSystems(s)
		replications, err := collect.All(s, func(s *collect.Scope) iter.Seq[types.ReplicationConfigurationDescription] {
			return collect.Pages[types.ReplicationConfigurationDescription](s, c.DescribeReplicationConfigurations,
				&efs.DescribeReplicationConfigurationsInput{MaxResults: aws.Int32(100)})
		})
		if collect.Code(err) == "ReplicationNotFound" {
			err = nil // there is none at all
		}
		collect.Each(s, slices.Values(list), func(f types.FileSystemDescription) {
			id := f.FileSystemId
			item := collect.Item{
				ID: id, ARN: f.FileSystemArn, Created: f.CreationTime, Tags: collect.TagsOf(f.Tags), Dead: f.LifeCycleState == types.LifeCycleStateDeleted,
			}
			replicated := replicationOf(replications, aws.ToString(id))
			if err != nil {
				item.Unknown = append(item.Unknown, collect.Gap{Path: "Replication", Err: err})
			} else if replicated.Replication != nil {
				item.Protect = "it is part of a replication, which has to be deleted first"
			}
			s.Add(item, f, replicated,
				collect.Ask(s, "Policy", c.DescribeFileSystemPolicy, &efs.DescribeFileSystemPolicyInput{FileSystemId: id}, "PolicyNotFound").Of("Policy"),
				collect.Ask(s, "BackupPolicy", c.DescribeBackupPolicy, &efs.DescribeBackupPolicyInput{FileSystemId: id}, "PolicyNotFound").Of("BackupPolicy"),
				collect.Ask(s, "LifecyclePolicies", c.DescribeLifecycleConfiguration, &efs.DescribeLifecycleConfigurationInput{FileSystemId: id}).Of("LifecyclePolicies"))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "policy-anybody", Path: "Policy", Check: snapshot.CheckPolicy},
		{Rule: "encryption-off", Path: "Encrypted", Is: []string{"false"}},
		{Rule: "backup-off", Path: "BackupPolicy.Status", Is: []string{"DISABLED", "DISABLING"}, Absent: true},
	},
	Status: []collect.Path{
		"LifeCycleState", "NumberOfMountTargets", "SizeInBytes", "Replication.Destinations[].LastReplicatedTimestamp",
		"Replication.Destinations[].Status", "Replication.Destinations[].StatusMessage",
	},
	Omit:  []collect.Path{"Name"}, // a tag
	Sets:  map[collect.Path]string{"LifecyclePolicies": "", "Replication.Destinations": "FileSystemId"},
	Takes: []string{"elasticfilesystem:access-point"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, efs.NewFromConfig(s.Config).DeleteFileSystem, &efs.DeleteFileSystemInput{FileSystemId: &r.ID})
	},
}

// replicated is the replication that a file system is the source or a destination of.
type replicated struct {
	Replication *types.ReplicationConfigurationDescription
}

func replicationOf(list []types.ReplicationConfigurationDescription, id string) replicated {
	for i, r := range list {
		if aws.ToString(r.SourceFileSystemId) == id ||
			slices.ContainsFunc(r.Destinations, func(d types.Destination) bool { return aws.ToString(d.FileSystemId) == id }) {
			return replicated{&list[i]}
		}
	}
	return replicated{}
}

// mountTarget has no ARN, no tags and no creation date.
var mountTarget = collect.Kind{
	Name: "elasticfilesystem:mount-target", CloudFormation: "AWS::EFS::MountTarget", Aliases: []string{"efs:mount-target"},
	List: func(s *collect.Scope) {
		c := efs.NewFromConfig(s.Config)
		list, _ := fileSystems(s)
		collect.Each(s, slices.Values(list), func(f types.FileSystemDescription) {
			if f.NumberOfMountTargets == 0 {
				return
			}
			targets := collect.Children(s, func(s *collect.Scope) iter.Seq[types.MountTargetDescription] {
				return collect.Pages[types.MountTargetDescription](s, c.DescribeMountTargets,
					&efs.DescribeMountTargetsInput{FileSystemId: f.FileSystemId, MaxItems: aws.Int32(100)})
			})
			collect.Each(s, slices.Values(targets), func(m types.MountTargetDescription) {
				s.Add(collect.Item{ID: m.MountTargetId, Dead: m.LifeCycleState == types.LifeCycleStateDeleted}, m,
					collect.Ask(s, "SecurityGroups", c.DescribeMountTargetSecurityGroups,
						&efs.DescribeMountTargetSecurityGroupsInput{MountTargetId: m.MountTargetId}).Of("SecurityGroups"))
			})
		})
	},
	Status: []collect.Path{"LifeCycleState"},
	Refs: map[collect.Path]string{
		"FileSystemId": "elasticfilesystem:file-system", "SubnetId": "ec2:subnet", "VpcId": "ec2:vpc", "SecurityGroups[]": "ec2:security-group",
	},
	Addresses: []collect.Path{"IpAddress", "Ipv6Address"},
	Sets:      map[collect.Path]string{"SecurityGroups": ""},
	// Its network interface goes with it.
	Takes: []string{"ec2:network-interface"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, efs.NewFromConfig(s.Config).DeleteMountTarget, &efs.DeleteMountTargetInput{MountTargetId: &r.ID})
	},
}

// accessPoint has no creation date. Its file system can go before it, and takes it along. Deleting it leaves the files.
var accessPoint = collect.Kind{
	Name: "elasticfilesystem:access-point", CloudFormation: "AWS::EFS::AccessPoint", Aliases: []string{"efs:access-point"},
	List: func(s *collect.Scope) {
		c := efs.NewFromConfig(s.Config)
		for p := range collect.Pages[types.AccessPointDescription](s, c.DescribeAccessPoints, &efs.DescribeAccessPointsInput{MaxResults: aws.Int32(100)}) {
			s.Add(collect.Item{
				ID: p.AccessPointId, ARN: p.AccessPointArn, Tags: collect.TagsOf(p.Tags), Dead: p.LifeCycleState == types.LifeCycleStateDeleted,
			}, p)
		}
	},
	Status: []collect.Path{"LifeCycleState"},
	Omit:   []collect.Path{"Name"}, // a tag
	Sets:   map[collect.Path]string{"PosixUser.SecondaryGids": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, efs.NewFromConfig(s.Config).DeleteAccessPoint, &efs.DeleteAccessPointInput{AccessPointId: &r.ID})
	},
}
