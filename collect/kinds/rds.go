package kinds

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func rdsKinds() []collect.Kind {
	return []collect.Kind{dbInstance}
}

// dbInstance is a database instance of any engine: RDS answers for Neptune's and DocumentDB's too, with the same ARNs.
var dbInstance = collect.Kind{
	Name: "rds:db", CloudFormation: "AWS::RDS::DBInstance", Aliases: []string{"rds:db-instance", "AWS::DocDB::DBInstance", "AWS::Neptune::DBInstance"},
	List: func(s *collect.Scope) {
		c := rds.NewFromConfig(s.Config)
		for db := range collect.Pages[types.DBInstance](s, c.DescribeDBInstances, &rds.DescribeDBInstancesInput{MaxRecords: aws.Int32(100)}) {
			item := collect.Item{
				ID: db.DBInstanceIdentifier, ARN: db.DBInstanceArn, UniqueID: db.DbiResourceId, Created: db.InstanceCreateTime,
				Tags: collect.TagsOf(db.TagList),
			}
			if madeByCluster(db) {
				item.Owner = &snapshot.Owner{Kind: "rds:cluster", ID: *db.DBClusterIdentifier}
			}
			if strings.HasPrefix(aws.ToString(db.Engine), "custom-") {
				item.Protect = "RDS Custom takes no final snapshot, so its data would be lost"
			}
			s.Add(item, db)
		}
	},
	Weak: []collect.Weakness{
		{Rule: "public-database", Path: "PubliclyAccessible", Is: []string{"true"}},
		{Rule: "encryption-off", Path: "StorageEncrypted", Is: []string{"false"}},
		{Rule: "deletion-protection-off", Path: "DeletionProtection", Is: []string{"false"}},
		{Rule: "backup-off", Path: "BackupRetentionPeriod", Is: []string{"0"}},
		{Rule: "retention-shortened", Path: "BackupRetentionPeriod", Shrinks: true, Says: "days of backups"},
		{Rule: "authentication-off", Path: "IAMDatabaseAuthenticationEnabled", Is: []string{"false"}, Says: "by IAM", AtMost: "low"},
		{Rule: "log-type-off", Path: "EnabledCloudwatchLogsExports[]", Guard: true},
	},
	Status: []collect.Path{
		"DBInstanceStatus", "StatusInfos", "LatestRestorableTime", "AutomaticRestartTime", "ResumeFullAutomationModeTime",
		"PercentProgress", "StorageOperationPercentProgress", "StorageOperationStatus", "StorageVolumeStatus",
		"AdditionalStorageVolumes[].StorageOperationPercentProgress", "AdditionalStorageVolumes[].StorageOperationStatus",
		"AdditionalStorageVolumes[].StorageVolumeStatus", "IsStorageConfigUpgradeAvailable", "CertificateDetails.ValidTill",
		"AssociatedRoles[].Status", "DBParameterGroups[].ParameterApplyStatus", "DBSecurityGroups[].Status", "DBSubnetGroup.SubnetGroupStatus",
		"DBSubnetGroup.Subnets[].SubnetStatus", "DomainMemberships[].Status", "MasterUserSecret.SecretStatus",
		"OptionGroupMemberships[].Status", "VpcSecurityGroups[].Status", "ActivityStreamPolicyStatus",
		"AvailabilityZone", "SecondaryAvailabilityZone", // a failover swaps them
		"PendingModifiedValues.MasterUserPassword", // there while Secrets Manager rotates it
	},
	// The instance's network interfaces lie in the group's subnets. A cluster waits for its instances, but where it makes
	// and removes them itself.
	Refs: map[collect.Path]string{
		"DBClusterIdentifier": "rds:cluster", "DBSubnetGroup.DBSubnetGroupName": "rds:subgrp", "DBParameterGroups[].DBParameterGroupName": "rds:pg",
		"OptionGroupMemberships[].OptionGroupName": "rds:og",
		"DBSubnetGroup.VpcId":                      "ec2:vpc", "DBSubnetGroup.Subnets[].SubnetIdentifier": "ec2:subnet",
		"VpcSecurityGroups[].VpcSecurityGroupId": "ec2:security-group",
	},
	Names: map[collect.Path]string{
		"ReadReplicaSourceDBInstanceIdentifier": "rds:db", "ReadReplicaSourceDBClusterIdentifier": "rds:cluster",
	},
	Addresses: []collect.Path{"Endpoint.Address"},
	Sets: map[collect.Path]string{
		"AssociatedRoles": "", "DBParameterGroups": "DBParameterGroupName", "DBSecurityGroups": "DBSecurityGroupName",
		"DBSubnetGroup.Subnets": "SubnetIdentifier", "DBSubnetGroup.SupportedNetworkTypes": "", "DomainMemberships": "",
		"DBInstanceAutomatedBackupsReplications": "", "EnabledCloudwatchLogsExports": "", "OptionGroupMemberships": "OptionGroupName",
		"ProcessorFeatures": "Name", "ReadReplicaDBInstanceIdentifiers": "", "ReadReplicaDBClusterIdentifiers": "",
		"VpcSecurityGroups": "VpcSecurityGroupId",
	},
	Protected: map[collect.Path]string{"DeletionProtection": "true"},
	Delete:    deleteDatabase,
}

func deleteDatabase(s *collect.Scope, r *collect.Resource) error {
	db, err := collect.Stored[types.DBInstance](r)
	if err != nil {
		return err
	}
	return collect.Do(s, rds.NewFromConfig(s.Config).DeleteDBInstance, withFinalSnapshot(r.ID, db, time.Now()))
}

// withFinalSnapshot asks for a final snapshot where the data would be lost: a replica's source and a cluster's volume
// keep theirs, and AWS takes none of them.
func withFinalSnapshot(id string, db types.DBInstance, now time.Time) *rds.DeleteDBInstanceInput {
	in := &rds.DeleteDBInstanceInput{DBInstanceIdentifier: &id}
	if aws.ToString(db.ReadReplicaSourceDBInstanceIdentifier) != "" || aws.ToString(db.ReadReplicaSourceDBClusterIdentifier) != "" ||
		aws.ToString(db.DBClusterIdentifier) != "" {
		in.SkipFinalSnapshot = aws.Bool(true)
		return in
	}
	in.SkipFinalSnapshot = aws.Bool(false)
	in.FinalDBSnapshotIdentifier = aws.String(finalSnapshotName(id, now))
	return in
}

// madeByCluster reports whether a cluster makes and removes an instance by itself: a Multi-AZ DB cluster does, and only
// those run the engines that instances run on their own.
func madeByCluster(db types.DBInstance) bool {
	engine := aws.ToString(db.Engine)
	return aws.ToString(db.DBClusterIdentifier) != "" && (engine == "mysql" || engine == "postgres")
}
