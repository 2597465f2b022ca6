package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// makeTable makes a table with one index, and returns its description.
func makeTable(e *estate, name string, protected bool) *types.TableDescription {
	tags := tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
	hash := []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}}
	byDay := []types.KeySchemaElement{{AttributeName: aws.String("day"), KeyType: types.KeyTypeHash}}
	c := dynamodb.NewFromConfig(e.Config)
	t := must(c.CreateTable(e, &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: types.BillingModePayPerRequest, KeySchema: hash, Tags: tags, DeletionProtectionEnabled: &protected,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}, {AttributeName: aws.String("day"), AttributeType: types.ScalarAttributeTypeS},
		},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName: aws.String("by-day"), KeySchema: byDay, Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
	}))(e).TableDescription
	must(c.UpdateTimeToLive(e, &dynamodb.UpdateTimeToLiveInput{
		TableName: &name, TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("expires"), Enabled: aws.Bool(true)},
	}))(e)
	must(c.PutItem(e, &dynamodb.PutItemInput{TableName: &name, Item: map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "1"}}}))(e)
	return t
}

func tableLives() []life {
	return []life{{
		kind: "dynamodb:table",
		create: func(e *estate) made {
			table := makeTable(e, "orders", false)
			return made{ID: "orders", ARN: *table.TableArn, UniqueID: aws.ToString(table.TableId)}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "TimeToLive.AttributeName", "expires")
			wantConfiguration(t, r, "ContinuousBackups.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus", "DISABLED")
			wantConfiguration(t, r, "Table.GlobalSecondaryIndexes[].IndexName", "by-day")
			wantStatus(t, r, "Table.ItemCount", "1")
			if r.Marked(snapshot.MarkProtected) {
				t.Errorf("it is protected: %s", r.Protection)
			}
		},
		changes: []change{
			tagChange(func(e *estate, m made, key, value string) {
				c := dynamodb.NewFromConfig(e.Config)
				must(c.UntagResource(e, &dynamodb.UntagResourceInput{ResourceArn: &m.ARN, TagKeys: []string{key}}))(e) // moto would have both
				must(c.TagResource(e, &dynamodb.TagResourceInput{ResourceArn: &m.ARN, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
			}),
			flip("deletion protection", func(e *estate, m made, changed bool) {
				must(dynamodb.NewFromConfig(e.Config).UpdateTable(e, &dynamodb.UpdateTableInput{TableName: &m.ID, DeletionProtectionEnabled: &changed}))(e)
			}, "Table.DeletionProtectionEnabled"),
			flip("recovery", func(e *estate, m made, changed bool) {
				must(dynamodb.NewFromConfig(e.Config).UpdateContinuousBackups(e, &dynamodb.UpdateContinuousBackupsInput{
					TableName: &m.ID, PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: &changed},
				}))(e)
			}, "ContinuousBackups.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus", "ContinuousBackups.PointInTimeRecoveryDescription.RecoveryPeriodInDays"),
			flip("expiry", func(e *estate, m made, changed bool) {
				must(dynamodb.NewFromConfig(e.Config).UpdateTimeToLive(e, &dynamodb.UpdateTimeToLiveInput{
					TableName: &m.ID, TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("expires"), Enabled: aws.Bool(!changed)},
				}))(e)
			}, "TimeToLive.TimeToLiveStatus"),
		},
	}}
}

func TestProtectedTable(t *testing.T) {
	e := newEstate(t)
	makeTable(e, "ledger", true)
	for _, r := range of(e.capture("dynamodb:table"), "dynamodb:table") {
		if !r.Marked(snapshot.MarkProtected) {
			t.Errorf("%s is not marked as protected", r.Key)
		}
		err := table.Delete(e.session.Scope(e, &table, testRegion), r)
		if err == nil {
			t.Error("a protected table was deleted")
		}
	}
}
