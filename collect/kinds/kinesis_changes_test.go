package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	"github.com/aws/aws-sdk-go-v2/service/kinesis/types"
)

func dataStreamChanges() []change {
	client := func(e *estate) *kinesis.Client { return kinesis.NewFromConfig(e.Config) }
	const reader = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"kinesis:GetRecords","Resource":"*"}]}`
	return []change{
		tagChange(func(e *estate, m made, key, value string) {
			must(client(e).AddTagsToStream(e, &kinesis.AddTagsToStreamInput{StreamName: &m.ID, Tags: map[string]string{key: value}}))(e)
		}),
		{
			name: "how long it keeps records",
			do: func(e *estate, m made) {
				must(client(e).IncreaseStreamRetentionPeriod(e, &kinesis.IncreaseStreamRetentionPeriodInput{StreamName: &m.ID, RetentionPeriodHours: aws.Int32(48)}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).DecreaseStreamRetentionPeriod(e, &kinesis.DecreaseStreamRetentionPeriodInput{StreamName: &m.ID, RetentionPeriodHours: aws.Int32(24)}))(e)
			},
			paths: []string{"Stream.RetentionPeriodHours"},
		},
		{
			name: "encryption",
			do: func(e *estate, m made) {
				must(client(e).StartStreamEncryption(e, &kinesis.StartStreamEncryptionInput{
					StreamName: &m.ID, EncryptionType: types.EncryptionTypeKms, KeyId: aws.String("alias/aws/kinesis"),
				}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).StopStreamEncryption(e, &kinesis.StopStreamEncryptionInput{
					StreamName: &m.ID, EncryptionType: types.EncryptionTypeKms, KeyId: aws.String("alias/aws/kinesis"),
				}))(e)
			},
			paths: []string{"Stream.EncryptionType", "Stream.KeyId"},
		},
		{
			name: "what is measured of each shard",
			do: func(e *estate, m made) {
				must(client(e).EnableEnhancedMonitoring(e, &kinesis.EnableEnhancedMonitoringInput{
					StreamName: &m.ID, ShardLevelMetrics: []types.MetricsName{types.MetricsNameIncomingBytes},
				}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).DisableEnhancedMonitoring(e, &kinesis.DisableEnhancedMonitoringInput{
					StreamName: &m.ID, ShardLevelMetrics: []types.MetricsName{types.MetricsNameIncomingBytes},
				}))(e)
			},
			paths: []string{"Stream.EnhancedMonitoring[0].ShardLevelMetrics[]"},
		},
		{
			name: "who may read it",
			do: func(e *estate, m made) {
				must(client(e).PutResourcePolicy(e, &kinesis.PutResourcePolicyInput{ResourceARN: &m.ARN, Policy: aws.String(reader)}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).DeleteResourcePolicy(e, &kinesis.DeleteResourcePolicyInput{ResourceARN: &m.ARN}))(e)
			},
			paths: []string{"Policy"},
		},
	}
}
