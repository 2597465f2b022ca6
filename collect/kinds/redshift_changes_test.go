package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/redshift/types"
)

func redshiftTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(redshift.NewFromConfig(e.Config).CreateTags(e, &redshift.CreateTagsInput{ResourceName: &m.ARN, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
	})
}

func warehouseChanges() []change {
	client := func(e *estate) *redshift.Client { return redshift.NewFromConfig(e.Config) }
	return []change{
		redshiftTagChange(),
		swap("when it is maintained", "mon:03:00-mon:03:30", "tue:03:00-tue:03:30", func(e *estate, m made, window string) {
			must(client(e).ModifyCluster(e, &redshift.ModifyClusterInput{ClusterIdentifier: &m.ID, PreferredMaintenanceWindow: &window}))(e)
		}, "PreferredMaintenanceWindow"),
		swap("how long it keeps snapshots", 1, 7, func(e *estate, m made, days int32) {
			must(client(e).ModifyCluster(e, &redshift.ModifyClusterInput{ClusterIdentifier: &m.ID, AutomatedSnapshotRetentionPeriod: &days}))(e)
		}, "AutomatedSnapshotRetentionPeriod"),
		swap("where it logs", "sales/", "orders/", logWarehouse, "Logging.S3KeyPrefix"),
	}
}

// logWarehouse switches a cluster's logs on. moto keeps the bucket of logs that are switched off.
func logWarehouse(e *estate, m made, prefix string) {
	must(redshift.NewFromConfig(e.Config).EnableLogging(e, &redshift.EnableLoggingInput{
		ClusterIdentifier: &m.ID, BucketName: aws.String("redshift-logs"), S3KeyPrefix: &prefix,
	}))(e)
}
