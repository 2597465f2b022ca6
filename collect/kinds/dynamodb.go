package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func dynamodbKinds() []collect.Kind {
	return []collect.Kind{table}
}

var table = collect.Kind{
	Name: "dynamodb:table", CloudFormation: "AWS::DynamoDB::Table", Aliases: []string{"AWS::DynamoDB::GlobalTable"}, Tagging: "dynamodb:table",
	List: func(s *collect.Scope) {
		c := dynamodb.NewFromConfig(s.Config)
		collect.Each(s, collect.Pages[string](s, c.ListTables, &dynamodb.ListTablesInput{Limit: aws.Int32(100)}), func(name string) {
			arn := s.ARN("dynamodb", "table/"+name)
			s.Add(collect.Item{ID: &name, ARN: arn},
				collect.Fill(collect.Ask(s, "Table", c.DescribeTable, &dynamodb.DescribeTableInput{TableName: &name}).Of("Table"),
					func(item *collect.Item, t types.TableDescription) {
						item.UniqueID, item.Created = t.TableId, t.CreationDateTime
					}),
				collect.Ask(s, "ContinuousBackups", c.DescribeContinuousBackups, &dynamodb.DescribeContinuousBackupsInput{TableName: &name}).Of("ContinuousBackupsDescription"),
				collect.Ask(s, "TimeToLive", c.DescribeTimeToLive, &dynamodb.DescribeTimeToLiveInput{TableName: &name}).Of("TimeToLiveDescription"),
				collect.Ask(s, "Policy", c.GetResourcePolicy, &dynamodb.GetResourcePolicyInput{ResourceArn: arn}, "PolicyNotFoundException").Of("Policy"),
				collect.AskTags(s, c.ListTagsOfResource, &dynamodb.ListTagsOfResourceInput{ResourceArn: arn}, collect.TagsIn))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "policy-anybody", Path: "Policy", Check: snapshot.CheckPolicy},
		{Rule: "deletion-protection-off", Path: "Table.DeletionProtectionEnabled", Is: []string{"false"}},
		{Rule: "backup-off", Path: "ContinuousBackups.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus", Is: []string{"DISABLED"}},
		{Rule: "encryption-key-dropped", Path: "Table.SSEDescription.KMSMasterKeyArn", Absent: true},
	},
	Status: []collect.Path{
		"Table.ItemCount", "Table.TableSizeBytes", "Table.TableStatus", "Table.WarmThroughput", "Table.ProvisionedThroughput.LastDecreaseDateTime",
		"Table.ProvisionedThroughput.LastIncreaseDateTime", "Table.ProvisionedThroughput.NumberOfDecreasesToday",
		"Table.RestoreSummary.RestoreInProgress", "Table.SSEDescription.InaccessibleEncryptionDateTime",
		"Table.GlobalSecondaryIndexes[].ItemCount", "Table.GlobalSecondaryIndexes[].IndexSizeBytes", "Table.GlobalSecondaryIndexes[].IndexStatus",
		"Table.GlobalSecondaryIndexes[].Backfilling", "Table.GlobalSecondaryIndexes[].WarmThroughput",
		"Table.GlobalSecondaryIndexes[].ProvisionedThroughput.LastDecreaseDateTime",
		"Table.GlobalSecondaryIndexes[].ProvisionedThroughput.LastIncreaseDateTime",
		"Table.GlobalSecondaryIndexes[].ProvisionedThroughput.NumberOfDecreasesToday",
		"Table.LocalSecondaryIndexes[].ItemCount", "Table.LocalSecondaryIndexes[].IndexSizeBytes",
		"Table.Replicas[].ReplicaStatus", "Table.Replicas[].ReplicaStatusDescription", "Table.Replicas[].ReplicaStatusPercentProgress",
		"Table.Replicas[].ReplicaInaccessibleDateTime", "Table.Replicas[].WarmThroughput",
		"ContinuousBackups.PointInTimeRecoveryDescription.EarliestRestorableDateTime",
		"ContinuousBackups.PointInTimeRecoveryDescription.LatestRestorableDateTime",
	},
	Sets: map[collect.Path]string{
		"Table.AttributeDefinitions": "AttributeName", "Table.GlobalSecondaryIndexes": "IndexName", "Table.LocalSecondaryIndexes": "IndexName",
		"Table.Replicas": "RegionName", "Table.GlobalSecondaryIndexes[].Projection.NonKeyAttributes": "",
		"Table.LocalSecondaryIndexes[].Projection.NonKeyAttributes": "",
	},
	Protected: map[collect.Path]string{"Table.DeletionProtectionEnabled": "true"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, dynamodb.NewFromConfig(s.Config).DeleteTable, &dynamodb.DeleteTableInput{TableName: &r.ID})
	},
}
