package kinds

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func rdsClusters() []collect.Kind {
	return []collect.Kind{dbCluster, dbSnapshot, dbClusterSnapshot, dbSubnetGroup, dbParameterGroup, dbClusterParameterGroup, dbOptionGroup}
}

// dbCluster is a cluster of any engine: RDS answers for Neptune's and DocumentDB's too, with the same ARNs. Aurora's waits
// for its instances, which AWS wants gone first; a Multi-AZ cluster takes its own along.
var dbCluster = collect.Kind{
	Name: "rds:cluster", CloudFormation: "AWS::RDS::DBCluster", Aliases: []string{"rds:db-cluster", "AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster"},
	List: func(s *collect.Scope) {
		c := rds.NewFromConfig(s.Config)
		for db := range collect.Pages[types.DBCluster](s, c.DescribeDBClusters, &rds.DescribeDBClustersInput{MaxRecords: aws.Int32(100)}) {
			item := collect.Item{
				ID: db.DBClusterIdentifier, ARN: db.DBClusterArn, UniqueID: db.DbClusterResourceId, Created: db.ClusterCreateTime,
				Tags: collect.TagsOf(db.TagList), BillIDs: []string{*s.ARN("rds", "cluster:"+aws.ToString(db.DbClusterResourceId))},
			}
			if global := aws.ToString(db.GlobalClusterIdentifier); global != "" {
				item.Protect = "it belongs to the global cluster " + global + ", which has to let it go first"
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
		"Status", "StatusInfos", "AutomaticRestartTime", "EarliestRestorableTime", "LatestRestorableTime", "EarliestBacktrackTime",
		"BacktrackConsumedChangeRecords", "Capacity", "PercentProgress", "IOOptimizedNextAllowedModificationTime", "ActivityStreamStatus",
		"GlobalWriteForwardingStatus", "LocalWriteForwardingStatus", "CertificateDetails.ValidTill", "AssociatedRoles[].Status",
		"DBClusterOptionGroupMemberships[].Status", "DomainMemberships[].Status", "VpcSecurityGroups[].Status", "MasterUserSecret.SecretStatus",
		"LimitlessDatabase.Status", "ServerlessV2PlatformVersion", "PendingModifiedValues.MasterUserPassword",
		"DBClusterMembers", // instances say which cluster they are in; a failover swaps their parts
	},
	Refs: map[collect.Path]string{
		"DBSubnetGroup": "rds:subgrp", "DBClusterParameterGroup": "rds:cluster-pg", "VpcSecurityGroups[].VpcSecurityGroupId": "ec2:security-group",
		"DBClusterOptionGroupMemberships[].DBClusterOptionGroupName": "rds:og",
	},
	Addresses: []collect.Path{"Endpoint", "ReaderEndpoint", "CustomEndpoints[]"},
	Sets: map[collect.Path]string{
		"AssociatedRoles": "", "AvailabilityZones": "", "CustomEndpoints": "", "DBClusterOptionGroupMemberships": "DBClusterOptionGroupName",
		"DomainMemberships": "", "EnabledCloudwatchLogsExports": "", "ReadReplicaIdentifiers": "", "VpcSecurityGroups": "VpcSecurityGroupId",
	},
	Protected: map[collect.Path]string{"DeletionProtection": "true"},
	Takes:     []string{"rds:db"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, rds.NewFromConfig(s.Config).DeleteDBCluster, &rds.DeleteDBClusterInput{
			DBClusterIdentifier: &r.ID, SkipFinalSnapshot: aws.Bool(false), FinalDBSnapshotIdentifier: aws.String(finalSnapshotName(r.ID, time.Now())),
		})
	},
}
