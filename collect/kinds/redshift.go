package kinds

import (
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/redshift/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func redshiftKinds() []collect.Kind {
	return []collect.Kind{warehouse, warehouseSubnetGroup, warehouseParameterGroup}
}

// warehouse is a provisioned cluster. Its namespace is made anew with every cluster of that name.
var warehouse = collect.Kind{
	Name: "redshift:cluster", CloudFormation: "AWS::Redshift::Cluster",
	List: func(s *collect.Scope) {
		c := redshift.NewFromConfig(s.Config)
		list := collect.Pages[types.Cluster](s, c.DescribeClusters, &redshift.DescribeClustersInput{MaxRecords: aws.Int32(100)})
		collect.Each(s, list, func(cluster types.Cluster) {
			s.Add(collect.Item{
				ID: cluster.ClusterIdentifier, ARN: s.ARN("redshift", "cluster:"+aws.ToString(cluster.ClusterIdentifier)),
				UniqueID: cluster.ClusterNamespaceArn, Created: cluster.ClusterCreateTime, Tags: collect.TagsOf(cluster.Tags),
			}, cluster, collect.Through(collect.Ask(s, "Logging", c.DescribeLoggingStatus,
				&redshift.DescribeLoggingStatusInput{ClusterIdentifier: cluster.ClusterIdentifier}), warehouseLoggingOf))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "public-database", Path: "PubliclyAccessible", Is: []string{"true"}},
		{Rule: "encryption-off", Path: "Encrypted", Is: []string{"false"}},
		{Rule: "logging-off", Path: "Logging.LoggingEnabled", Is: []string{"false"}},
		{Rule: "retention-shortened", Path: "AutomatedSnapshotRetentionPeriod", Shrinks: true, Says: "days of snapshots"},
	},
	Status: []collect.Path{
		"ClusterStatus", "ClusterAvailabilityStatus", "ClusterRevisionNumber", "ModifyStatus", "ClusterNodes", "MultiAZSecondary",
		"AquaConfiguration.AquaStatus", "ClusterParameterGroups[].ClusterParameterStatusList", "ClusterParameterGroups[].ParameterApplyStatus",
		"ClusterSecurityGroups[].Status", "CustomDomainCertificateExpiryDate", "DataTransferProgress", "ElasticIpStatus.Status",
		"ElasticResizeNumberOfNodeOptions", "Endpoint.VpcEndpoints", "ExpectedNextSnapshotScheduleTime", "ExpectedNextSnapshotScheduleTimeStatus",
		"HsmStatus.Status", "IamRoles[].ApplyStatus", "NextMaintenanceWindowStartTime", "PendingActions", "PendingModifiedValues.MasterUserPassword",
		"ReservedNodeExchangeStatus", "ResizeInfo", "RestoreStatus", "SnapshotScheduleState", "TotalStorageCapacityInMegaBytes",
		"VpcSecurityGroups[].Status",
	},
	Refs: map[collect.Path]string{
		"ClusterSubnetGroupName": "redshift:subnetgroup", "ClusterParameterGroups[].ParameterGroupName": "redshift:parametergroup",
		"VpcId": "ec2:vpc", "VpcSecurityGroups[].VpcSecurityGroupId": "ec2:security-group",
	},
	Names:     map[collect.Path]string{"Logging.BucketName": "s3:bucket", "ElasticIpStatus.ElasticIp": ""},
	Addresses: []collect.Path{"Endpoint.Address", "CustomDomainName"},
	Sets: map[collect.Path]string{
		"ClusterParameterGroups": "ParameterGroupName", "ClusterSecurityGroups": "ClusterSecurityGroupName",
		"DeferredMaintenanceWindows": "DeferMaintenanceIdentifier", "IamRoles": "IamRoleArn", "Logging.LogExports": "",
		"VpcSecurityGroups": "VpcSecurityGroupId",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, redshift.NewFromConfig(s.Config).DeleteCluster, &redshift.DeleteClusterInput{
			ClusterIdentifier: &r.ID, SkipFinalClusterSnapshot: aws.Bool(false),
			FinalClusterSnapshotIdentifier: aws.String(finalSnapshotName(r.ID, time.Now())),
		})
	},
}

// warehouseLogging is what somebody set about a cluster's logs.
type warehouseLogging struct {
	LoggingEnabled          *bool
	BucketName, S3KeyPrefix *string
	LogDestinationType      types.LogDestinationType
	LogExports              []string
}

func warehouseLoggingOf(out *redshift.DescribeLoggingStatusOutput) warehouseLogging {
	return warehouseLogging{out.LoggingEnabled, out.BucketName, out.S3KeyPrefix, out.LogDestinationType, out.LogExports}
}

// warehouseSubnetGroup has no creation date. Redshift refuses to delete one that a cluster is in.
var warehouseSubnetGroup = collect.Kind{
	Name: "redshift:subnetgroup", CloudFormation: "AWS::Redshift::ClusterSubnetGroup", Aliases: []string{"redshift:cluster-subnet-group"},
	List: func(s *collect.Scope) {
		c := redshift.NewFromConfig(s.Config)
		list := collect.Pages[types.ClusterSubnetGroup](s, c.DescribeClusterSubnetGroups, &redshift.DescribeClusterSubnetGroupsInput{MaxRecords: aws.Int32(100)})
		for g := range list {
			name := aws.ToString(g.ClusterSubnetGroupName)
			item := collect.Item{ID: &name, ARN: s.ARN("redshift", "subnetgroup:"+name), Tags: collect.TagsOf(g.Tags)}
			if name == "default" {
				item.Managed(defaultGroup)
			}
			s.Add(item, g)
		}
	},
	Status: []collect.Path{"SubnetGroupStatus", "Subnets[].SubnetStatus"},
	Sets:   map[collect.Path]string{"Subnets": "SubnetIdentifier", "SupportedClusterIpAddressTypes": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, redshift.NewFromConfig(s.Config).DeleteClusterSubnetGroup,
			&redshift.DeleteClusterSubnetGroupInput{ClusterSubnetGroupName: &r.ID})
	},
}

// warehouseParameterGroup has no creation date. Redshift refuses to delete one that a cluster is in.
var warehouseParameterGroup = collect.Kind{
	Name: "redshift:parametergroup", CloudFormation: "AWS::Redshift::ClusterParameterGroup", Aliases: []string{"redshift:cluster-parameter-group"},
	List: func(s *collect.Scope) {
		c := redshift.NewFromConfig(s.Config)
		list := collect.Pages[types.ClusterParameterGroup](s, c.DescribeClusterParameterGroups, &redshift.DescribeClusterParameterGroupsInput{MaxRecords: aws.Int32(100)})
		collect.Each(s, list, func(g types.ClusterParameterGroup) {
			name := aws.ToString(g.ParameterGroupName)
			item := collect.Item{ID: &name, ARN: s.ARN("redshift", "parametergroup:"+name), Tags: collect.TagsOf(g.Tags)}
			if isDefaultGroup(&name) {
				item.Managed(defaultGroup)
				s.Add(item, g)
				return
			}
			set := setByUser(s, &item, func(s *collect.Scope) iter.Seq[types.Parameter] {
				return collect.Pages[types.Parameter](s, c.DescribeClusterParameters, &redshift.DescribeClusterParametersInput{
					ParameterGroupName: &name, Source: aws.String("user"), MaxRecords: aws.Int32(100),
				})
			}, func(p types.Parameter) setParameter { return setParameter{p.ParameterName, p.ParameterValue, nil} })
			s.Add(item, g, set)
		})
	},
	Sets: map[collect.Path]string{"Parameters": "ParameterName"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, redshift.NewFromConfig(s.Config).DeleteClusterParameterGroup,
			&redshift.DeleteClusterParameterGroupInput{ParameterGroupName: &r.ID})
	},
}
