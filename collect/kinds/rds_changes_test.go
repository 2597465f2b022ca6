package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"
)

func rdsTagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(rds.NewFromConfig(e.Config).AddTagsToResource(e, &rds.AddTagsToResourceInput{ResourceName: &m.ARN, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
	})
}

func databaseChanges() []change {
	update := func(e *estate, m made, in rds.ModifyDBInstanceInput) {
		in.DBInstanceIdentifier, in.ApplyImmediately = &m.ID, aws.Bool(true)
		must(rds.NewFromConfig(e.Config).ModifyDBInstance(e, &in))(e)
	}
	return []change{
		rdsTagChange(),
		swap("how long it keeps backups", 1, 7, func(e *estate, m made, days int32) {
			update(e, m, rds.ModifyDBInstanceInput{BackupRetentionPeriod: &days})
		}, "BackupRetentionPeriod"),
		swap("its protection", false, true, func(e *estate, m made, on bool) {
			update(e, m, rds.ModifyDBInstanceInput{DeletionProtection: &on})
		}, "DeletionProtection"),
		swap("its size", "db.t3.micro", "db.t3.large", func(e *estate, m made, class string) {
			update(e, m, rds.ModifyDBInstanceInput{DBInstanceClass: &class})
		}, "DBInstanceClass"),
	}
}

func databaseClusterChanges() []change {
	update := func(e *estate, m made, in rds.ModifyDBClusterInput) {
		in.DBClusterIdentifier, in.ApplyImmediately = &m.ID, aws.Bool(true)
		must(rds.NewFromConfig(e.Config).ModifyDBCluster(e, &in))(e)
	}
	return []change{
		rdsTagChange(),
		swap("how long it keeps backups", 1, 7, func(e *estate, m made, days int32) {
			update(e, m, rds.ModifyDBClusterInput{BackupRetentionPeriod: &days})
		}, "BackupRetentionPeriod"),
		swap("its protection", false, true, func(e *estate, m made, on bool) {
			update(e, m, rds.ModifyDBClusterInput{DeletionProtection: &on})
		}, "DeletionProtection"),
		swap("when it is maintained", "wed:02:40-wed:03:10", "thu:02:40-thu:03:10", func(e *estate, m made, window string) {
			update(e, m, rds.ModifyDBClusterInput{PreferredMaintenanceWindow: &window})
		}, "PreferredMaintenanceWindow"),
	}
}

func databaseSnapshotChanges() []change {
	share := func(e *estate, m made, add, remove []string) {
		must(rds.NewFromConfig(e.Config).ModifyDBSnapshotAttribute(e, &rds.ModifyDBSnapshotAttributeInput{
			DBSnapshotIdentifier: &m.ID, AttributeName: aws.String("restore"), ValuesToAdd: add, ValuesToRemove: remove,
		}))(e)
	}
	return []change{rdsTagChange(), {
		name:  "who may restore it",
		do:    func(e *estate, m made) { share(e, m, []string{"210987654321"}, nil) },
		undo:  func(e *estate, m made) { share(e, m, nil, []string{"210987654321"}) },
		paths: []string{"Attributes[AttributeName=restore].AttributeValues[]"},
	}}
}

func clusterSnapshotChanges() []change {
	share := func(e *estate, m made, add, remove []string) {
		must(rds.NewFromConfig(e.Config).ModifyDBClusterSnapshotAttribute(e, &rds.ModifyDBClusterSnapshotAttributeInput{
			DBClusterSnapshotIdentifier: &m.ID, AttributeName: aws.String("restore"), ValuesToAdd: add, ValuesToRemove: remove,
		}))(e)
	}
	return []change{rdsTagChange(), {
		name:  "who may restore it",
		do:    func(e *estate, m made) { share(e, m, []string{"all"}, nil) },
		undo:  func(e *estate, m made) { share(e, m, nil, []string{"all"}) },
		paths: []string{"Attributes[AttributeName=restore].AttributeValues[]"},
	}}
}

func logStatementsTo(value string, how types.ApplyMethod) []types.Parameter {
	return []types.Parameter{{ParameterName: aws.String("log_statement"), ParameterValue: &value, ApplyMethod: how}}
}

func databaseParameterChanges() []change {
	update := func(e *estate, m made, parameters []types.Parameter) {
		must(rds.NewFromConfig(e.Config).ModifyDBParameterGroup(e, &rds.ModifyDBParameterGroupInput{DBParameterGroupName: &m.ID, Parameters: parameters}))(e)
	}
	return parameterGroupChanges(update)
}

func clusterParameterChanges() []change {
	update := func(e *estate, m made, parameters []types.Parameter) {
		must(rds.NewFromConfig(e.Config).ModifyDBClusterParameterGroup(e, &rds.ModifyDBClusterParameterGroupInput{DBClusterParameterGroupName: &m.ID, Parameters: parameters}))(e)
	}
	return parameterGroupChanges(update)
}

func parameterGroupChanges(update func(e *estate, m made, parameters []types.Parameter)) []change {
	return []change{
		rdsTagChange(),
		swap("a value", "all", "none", func(e *estate, m made, value string) {
			update(e, m, logStatementsTo(value, types.ApplyMethodImmediate))
		}, "Parameters[ParameterName=log_statement].ParameterValue"),
		swap("when a value counts", types.ApplyMethodImmediate, types.ApplyMethodPendingReboot, func(e *estate, m made, how types.ApplyMethod) {
			update(e, m, logStatementsTo("all", how))
		}, "Parameters[ParameterName=log_statement].ApplyMethod"),
	}
}
