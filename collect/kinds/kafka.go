package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kafka"
	"github.com/aws/aws-sdk-go-v2/service/kafka/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func kafkaKinds() []collect.Kind {
	return []collect.Kind{kafkaCluster}
}

// kafkaCluster is provisioned or serverless. Its topics go with it: MSK takes no copy of them. The UUID in its ARN differs
// when a cluster of that name is made anew.
var kafkaCluster = collect.Kind{
	Name: "kafka:cluster", CloudFormation: "AWS::MSK::Cluster", Aliases: []string{"msk:cluster", "AWS::MSK::ServerlessCluster"},
	List: func(s *collect.Scope) {
		c := kafka.NewFromConfig(s.Config)
		collect.Each(s, collect.Pages[types.Cluster](s, c.ListClustersV2, &kafka.ListClustersV2Input{MaxResults: aws.Int32(100)}), func(cluster types.Cluster) {
			s.Add(collect.Item{ID: cluster.ClusterName, ARN: cluster.ClusterArn, UniqueID: cluster.ClusterArn, Created: cluster.CreationTime, Tags: cluster.Tags},
				cluster, collect.Ask(s, "Policy", c.GetClusterPolicy, &kafka.GetClusterPolicyInput{ClusterArn: cluster.ClusterArn}, "NotFoundException").Of("Policy"))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "policy-anybody", Path: "Policy", Check: snapshot.CheckPolicy},
		{Rule: "public-brokers", Path: "Provisioned.BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type", Is: []string{"SERVICE_PROVIDED_EIPS"}},
		{Rule: "unauthenticated-access", Path: "Provisioned.ClientAuthentication.Unauthenticated.Enabled", Is: []string{"true"}},
		{Rule: "transit-encryption-off", Path: "Provisioned.EncryptionInfo.EncryptionInTransit.ClientBroker", Is: []string{"PLAINTEXT", "TLS_PLAINTEXT"}},
		{Rule: "transit-encryption-off", Path: "Provisioned.EncryptionInfo.EncryptionInTransit.InCluster", Is: []string{"false"}, Says: "between brokers"},
		{Rule: "logging-off", Path: "Provisioned.LoggingInfo.BrokerLogs.CloudWatchLogs.Enabled", Is: []string{"false"}, Says: "CloudWatch"},
		{Rule: "logging-off", Path: "Provisioned.LoggingInfo.BrokerLogs.S3.Enabled", Is: []string{"false"}, Says: "S3"},
	},
	Status: []collect.Path{"State", "StateInfo", "ActiveOperationArn", "CurrentVersion", "Provisioned.CustomerActionStatus"},
	// The brokers' network interfaces lie in the subnets.
	Refs: map[collect.Path]string{
		"Provisioned.BrokerNodeGroupInfo.ClientSubnets[]": "ec2:subnet", "Provisioned.BrokerNodeGroupInfo.SecurityGroups[]": "ec2:security-group",
		"Serverless.VpcConfigs[].SubnetIds[]": "ec2:subnet", "Serverless.VpcConfigs[].SecurityGroupIds[]": "ec2:security-group",
	},
	Names: map[collect.Path]string{
		"Provisioned.LoggingInfo.BrokerLogs.CloudWatchLogs.LogGroup": "logs:log-group", "Provisioned.LoggingInfo.BrokerLogs.S3.Bucket": "s3:bucket",
		"Provisioned.LoggingInfo.BrokerLogs.Firehose.DeliveryStream": "firehose:deliverystream",
	},
	Sets: map[collect.Path]string{
		"Provisioned.BrokerNodeGroupInfo.ClientSubnets": "", "Provisioned.BrokerNodeGroupInfo.SecurityGroups": "",
		"Provisioned.BrokerNodeGroupInfo.ZoneIds": "", "Serverless.VpcConfigs": "", "Serverless.VpcConfigs[].SubnetIds": "",
		"Serverless.VpcConfigs[].SecurityGroupIds": "",
	},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, kafka.NewFromConfig(s.Config).DeleteCluster, &kafka.DeleteClusterInput{ClusterArn: &r.ARN})
	},
}
