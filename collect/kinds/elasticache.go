package kinds

import (
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/elasticache/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func elasticacheKinds() []collect.Kind {
	return []collect.Kind{cacheCluster, replicationGroup, cacheSubnetGroup, cacheParameterGroup, serverlessCache, cacheUser}
}

func cacheTags(s *collect.Scope, arn *string) collect.Aspect {
	return collect.AskTags(s, elasticache.NewFromConfig(s.Config).ListTagsForResource, &elasticache.ListTagsForResourceInput{ResourceName: arn},
		func(out *elasticache.ListTagsForResourceOutput) collect.Tags { return collect.TagsOf(out.TagList) })
}

// cacheCluster is a Memcached cluster, a Redis OSS or Valkey node on its own, or a node that a replication group makes.
var cacheCluster = collect.Kind{
	Name: "elasticache:cluster", CloudFormation: "AWS::ElastiCache::CacheCluster", Aliases: []string{"elasticache:cache-cluster"},
	Tagging: "elasticache:cluster",
	List: func(s *collect.Scope) {
		c := elasticache.NewFromConfig(s.Config)
		list := collect.Pages[types.CacheCluster](s, c.DescribeCacheClusters, &elasticache.DescribeCacheClustersInput{
			MaxRecords: aws.Int32(100), ShowCacheNodeInfo: aws.Bool(true),
		})
		collect.Each(s, list, func(cluster types.CacheCluster) {
			item := collect.Item{ID: cluster.CacheClusterId, ARN: cluster.ARN, Created: cluster.CacheClusterCreateTime}
			if group := aws.ToString(cluster.ReplicationGroupId); group != "" {
				item.Owner = &snapshot.Owner{Kind: "elasticache:replicationgroup", ID: group}
			}
			s.Add(item, cluster, cacheTags(s, cluster.ARN))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "encryption-off", Path: "AtRestEncryptionEnabled", Is: []string{"false"}, Unless: map[collect.Path]string{"Engine": "memcached"}},
		{Rule: "transit-encryption-off", Path: "TransitEncryptionEnabled", Is: []string{"false"}, Unless: map[collect.Path]string{"Engine": "memcached"}},
		{Rule: "authentication-off", Path: "AuthTokenEnabled", Is: []string{"false"}},
		{Rule: "retention-shortened", Path: "SnapshotRetentionLimit", Shrinks: true, Says: "days"},
	},
	Status: []collect.Path{
		"CacheClusterStatus", "CacheNodes", "CacheParameterGroup.CacheNodeIdsToReboot", "CacheParameterGroup.ParameterApplyStatus",
		"CacheSecurityGroups[].Status", "LogDeliveryConfigurations[].Message", "LogDeliveryConfigurations[].Status",
		"NotificationConfiguration.TopicStatus", "SecurityGroups[].Status",
	},
	Omit: []collect.Path{"ClientDownloadLandingPage"},
	Refs: map[collect.Path]string{
		"CacheSubnetGroupName": "elasticache:subnetgroup", "CacheParameterGroup.CacheParameterGroupName": "elasticache:parametergroup",
		"SecurityGroups[].SecurityGroupId": "ec2:security-group",
	},
	Names:     map[collect.Path]string{"LogDeliveryConfigurations[].DestinationDetails.CloudWatchLogsDetails.LogGroup": "logs:log-group"},
	Addresses: []collect.Path{"ConfigurationEndpoint.Address", "CacheNodes[].Endpoint.Address"},
	Sets: map[collect.Path]string{
		"CacheSecurityGroups": "CacheSecurityGroupName", "LogDeliveryConfigurations": "LogType", "SecurityGroups": "SecurityGroupId",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		cluster, err := collect.Stored[types.CacheCluster](r)
		if err != nil {
			return err
		}
		return collect.Do(s, elasticache.NewFromConfig(s.Config).DeleteCacheCluster, lastOfCache(r.ID, cluster, time.Now()))
	},
}

// lastOfCache asks for a final snapshot, which Memcached alone has not: what it holds was never on a disk.
func lastOfCache(id string, cluster types.CacheCluster, now time.Time) *elasticache.DeleteCacheClusterInput {
	in := &elasticache.DeleteCacheClusterInput{CacheClusterId: &id}
	if aws.ToString(cluster.Engine) != "memcached" {
		in.FinalSnapshotIdentifier = aws.String(finalSnapshotName(id, now))
	}
	return in
}

// replicationGroup makes its clusters, and takes them along.
var replicationGroup = collect.Kind{
	Name: "elasticache:replicationgroup", CloudFormation: "AWS::ElastiCache::ReplicationGroup", Aliases: []string{"elasticache:replication-group"},
	Tagging: "elasticache:replicationgroup",
	List: func(s *collect.Scope) {
		c := elasticache.NewFromConfig(s.Config)
		list := collect.Pages[types.ReplicationGroup](s, c.DescribeReplicationGroups, &elasticache.DescribeReplicationGroupsInput{MaxRecords: aws.Int32(100)})
		collect.Each(s, list, func(g types.ReplicationGroup) {
			item := collect.Item{ID: g.ReplicationGroupId, ARN: g.ARN, Created: g.ReplicationGroupCreateTime}
			if g.GlobalReplicationGroupInfo != nil && aws.ToString(g.GlobalReplicationGroupInfo.GlobalReplicationGroupId) != "" {
				item.Protect = "it belongs to the global datastore " + *g.GlobalReplicationGroupInfo.GlobalReplicationGroupId + ", which has to let it go first"
			}
			s.Add(item, g, cacheTags(s, g.ARN))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "encryption-off", Path: "AtRestEncryptionEnabled", Is: []string{"false"}},
		{Rule: "transit-encryption-off", Path: "TransitEncryptionEnabled", Is: []string{"false"}},
		{Rule: "transit-encryption-off", Path: "TransitEncryptionMode", Is: []string{"preferred"}, Says: "not required"},
		{Rule: "authentication-off", Path: "AuthTokenEnabled", Is: []string{"false"}},
		{Rule: "retention-shortened", Path: "SnapshotRetentionLimit", Shrinks: true, Says: "days"},
	},
	Status: []collect.Path{
		"Status", "SnapshottingClusterId", "NodeGroups[].Status", "NodeGroups[].NodeGroupMembers[].CurrentRole", "PendingModifiedValues.Resharding",
		"LogDeliveryConfigurations[].Message", "LogDeliveryConfigurations[].Status", "GlobalReplicationGroupInfo.GlobalReplicationGroupMemberRole",
	},
	Names: map[collect.Path]string{"LogDeliveryConfigurations[].DestinationDetails.CloudWatchLogsDetails.LogGroup": "logs:log-group"},
	Addresses: []collect.Path{
		"ConfigurationEndpoint.Address", "NodeGroups[].PrimaryEndpoint.Address", "NodeGroups[].ReaderEndpoint.Address",
		"NodeGroups[].NodeGroupMembers[].ReadEndpoint.Address",
	},
	Sets: map[collect.Path]string{
		"LogDeliveryConfigurations": "LogType", "MemberClusters": "", "NodeGroups": "NodeGroupId", "NodeGroups[].NodeGroupMembers": "CacheClusterId",
		"UserGroupIds": "",
	},
	Takes: []string{"elasticache:cluster"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, elasticache.NewFromConfig(s.Config).DeleteReplicationGroup, &elasticache.DeleteReplicationGroupInput{
			ReplicationGroupId: &r.ID, FinalSnapshotIdentifier: aws.String(finalSnapshotName(r.ID, time.Now())),
		})
	},
}

// cacheSubnetGroup has no creation date. AWS refuses to delete one that a cluster is in.
var cacheSubnetGroup = collect.Kind{
	Name: "elasticache:subnetgroup", CloudFormation: "AWS::ElastiCache::SubnetGroup", Aliases: []string{"elasticache:subnet-group"},
	Tagging: "elasticache:subnetgroup",
	List: func(s *collect.Scope) {
		c := elasticache.NewFromConfig(s.Config)
		list := collect.Pages[types.CacheSubnetGroup](s, c.DescribeCacheSubnetGroups, &elasticache.DescribeCacheSubnetGroupsInput{MaxRecords: aws.Int32(100)})
		collect.Each(s, list, func(g types.CacheSubnetGroup) {
			item := collect.Item{ID: g.CacheSubnetGroupName, ARN: g.ARN}
			if aws.ToString(g.CacheSubnetGroupName) == "default" {
				item.Managed(defaultGroup)
			}
			s.Add(item, g, cacheTags(s, g.ARN))
		})
	},
	Sets: map[collect.Path]string{"Subnets": "SubnetIdentifier", "Subnets[].SupportedNetworkTypes": "", "SupportedNetworkTypes": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, elasticache.NewFromConfig(s.Config).DeleteCacheSubnetGroup, &elasticache.DeleteCacheSubnetGroupInput{CacheSubnetGroupName: &r.ID})
	},
}

// cacheParameterGroup has no creation date. AWS refuses to delete one that a cluster is in.
var cacheParameterGroup = collect.Kind{
	Name: "elasticache:parametergroup", CloudFormation: "AWS::ElastiCache::ParameterGroup", Aliases: []string{"elasticache:parameter-group"},
	Tagging: "elasticache:parametergroup",
	List: func(s *collect.Scope) {
		c := elasticache.NewFromConfig(s.Config)
		list := collect.Pages[types.CacheParameterGroup](s, c.DescribeCacheParameterGroups, &elasticache.DescribeCacheParameterGroupsInput{MaxRecords: aws.Int32(100)})
		collect.Each(s, list, func(g types.CacheParameterGroup) {
			item := collect.Item{ID: g.CacheParameterGroupName, ARN: g.ARN}
			if isDefaultGroup(g.CacheParameterGroupName) {
				item.Managed(defaultGroup)
				s.Add(item, g)
				return
			}
			set := setByUser(s, &item, func(s *collect.Scope) iter.Seq[types.Parameter] {
				return collect.Pages[types.Parameter](s, c.DescribeCacheParameters, &elasticache.DescribeCacheParametersInput{
					CacheParameterGroupName: g.CacheParameterGroupName, Source: aws.String("user"), MaxRecords: aws.Int32(100),
				})
			}, func(p types.Parameter) setParameter { return setParameter{p.ParameterName, p.ParameterValue, nil} })
			s.Add(item, g, set, cacheTags(s, g.ARN))
		})
	},
	Sets: map[collect.Path]string{"Parameters": "ParameterName"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, elasticache.NewFromConfig(s.Config).DeleteCacheParameterGroup,
			&elasticache.DeleteCacheParameterGroupInput{CacheParameterGroupName: &r.ID})
	},
}
