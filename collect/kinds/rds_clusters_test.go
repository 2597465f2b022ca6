package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// makeAurora makes an Aurora cluster without instances.
func makeAurora(e *estate, name string) *types.DBCluster {
	return must(rds.NewFromConfig(e.Config).CreateDBCluster(e, &rds.CreateDBClusterInput{
		DBClusterIdentifier: &name, Engine: aws.String("aurora-postgresql"), MasterUsername: aws.String("root"),
		MasterUserPassword: aws.String("hunter2hunter2"), Tags: rdsTags(),
	}))(e).DBCluster
}

func makeDBSubnetGroup(e *estate, name string) *types.DBSubnetGroup {
	_, subnets := makeVPC(e)
	return must(rds.NewFromConfig(e.Config).CreateDBSubnetGroup(e, &rds.CreateDBSubnetGroupInput{
		DBSubnetGroupName: &name, DBSubnetGroupDescription: aws.String("for tests"), SubnetIds: subnets, Tags: rdsTags(),
	}))(e).DBSubnetGroup
}

func rdsClustersLives() []life {
	return []life{
		{
			kind: "rds:cluster", with: []string{"rds:subgrp", "rds:cluster-pg"}, refs: []collect.Path{"DBSubnetGroup", "DBClusterParameterGroup"},
			create: func(e *estate) made {
				c := rds.NewFromConfig(e.Config)
				makeDBSubnetGroup(e, "rds-cluster-life")
				must(c.CreateDBClusterParameterGroup(e, &rds.CreateDBClusterParameterGroupInput{
					DBClusterParameterGroupName: aws.String("rds-cluster-life"), DBParameterGroupFamily: aws.String("aurora-postgresql16"), Description: aws.String("for tests"),
				}))(e)
				db := must(c.CreateDBCluster(e, &rds.CreateDBClusterInput{
					DBClusterIdentifier: aws.String("rds-cluster-life"), Engine: aws.String("aurora-postgresql"), MasterUsername: aws.String("root"),
					MasterUserPassword: aws.String("hunter2hunter2"), DBSubnetGroupName: aws.String("rds-cluster-life"),
					DBClusterParameterGroupName: aws.String("rds-cluster-life"), Tags: rdsTags(),
				}))(e).DBCluster
				return made{ID: "rds-cluster-life", ARN: *db.DBClusterArn, UniqueID: *db.DbClusterResourceId}
			},
			check: func(t *testing.T, r *collect.Resource) {
				for _, moving := range []string{"LatestRestorableTime", "DBClusterMembers", "hunter2"} {
					if strings.Contains(string(r.Configuration), moving) {
						t.Errorf("%s is in the configuration: %s", moving, r.Configuration)
					}
				}
			},
			changes: databaseClusterChanges(),
		},
		{
			kind: "rds:snapshot",
			create: func(e *estate) made {
				c := rds.NewFromConfig(e.Config)
				must(c.CreateDBInstance(e, &rds.CreateDBInstanceInput{
					DBInstanceIdentifier: aws.String("rds-snapshot-life"), DBInstanceClass: aws.String("db.t3.micro"), Engine: aws.String("postgres"),
					AllocatedStorage: aws.Int32(20), MasterUsername: aws.String("root"), MasterUserPassword: aws.String("hunter2hunter2"),
				}))(e)
				out := must(c.CreateDBSnapshot(e, &rds.CreateDBSnapshotInput{
					DBInstanceIdentifier: aws.String("rds-snapshot-life"), DBSnapshotIdentifier: aws.String("rds-snapshot-life"), Tags: rdsTags(),
				}))(e).DBSnapshot
				must(c.ModifyDBSnapshotAttribute(e, &rds.ModifyDBSnapshotAttributeInput{
					DBSnapshotIdentifier: out.DBSnapshotIdentifier, AttributeName: aws.String("restore"), ValuesToAdd: []string{"all"},
				}))(e)
				return made{ID: "rds-snapshot-life", ARN: *out.DBSnapshotArn}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Attributes[].AttributeValues[]", "all")
			},
			changes: databaseSnapshotChanges(), fewer: "a snapshot never changes, but for its tags and who may restore it",
		},
		{
			kind: "rds:cluster-snapshot",
			create: func(e *estate) made {
				c := rds.NewFromConfig(e.Config)
				makeAurora(e, "rds-cluster-snapshot-life")
				out := must(c.CreateDBClusterSnapshot(e, &rds.CreateDBClusterSnapshotInput{
					DBClusterIdentifier: aws.String("rds-cluster-snapshot-life"), DBClusterSnapshotIdentifier: aws.String("rds-cluster-snapshot-life"), Tags: rdsTags(),
				}))(e).DBClusterSnapshot
				must(c.ModifyDBClusterSnapshotAttribute(e, &rds.ModifyDBClusterSnapshotAttributeInput{
					DBClusterSnapshotIdentifier: out.DBClusterSnapshotIdentifier, AttributeName: aws.String("restore"), ValuesToAdd: []string{"210987654321"},
				}))(e)
				return made{ID: "rds-cluster-snapshot-life", ARN: *out.DBClusterSnapshotArn}
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Attributes[].AttributeValues[]", "210987654321")
			},
			changes: clusterSnapshotChanges(), fewer: "a snapshot never changes, but for its tags and who may restore it",
		},
		{
			kind: "rds:subgrp", undated: true, with: []string{"ec2:vpc", "ec2:subnet"},
			create: func(e *estate) made {
				return made{ID: "rds-subgrp-life", ARN: *makeDBSubnetGroup(e, "rds-subgrp-life").DBSubnetGroupArn}
			},
			changes: []change{rdsTagChange()}, fewer: "moto loses a group that is modified",
		},
		{
			kind: "rds:pg", undated: true,
			create: func(e *estate) made {
				c := rds.NewFromConfig(e.Config)
				g := must(c.CreateDBParameterGroup(e, &rds.CreateDBParameterGroupInput{
					DBParameterGroupName: aws.String("rds-pg-life"), DBParameterGroupFamily: aws.String("postgres16"), Description: aws.String("for tests"), Tags: rdsTags(),
				}))(e).DBParameterGroup
				must(c.ModifyDBParameterGroup(e, &rds.ModifyDBParameterGroupInput{DBParameterGroupName: g.DBParameterGroupName, Parameters: logStatements()}))(e)
				return made{ID: "rds-pg-life", ARN: *g.DBParameterGroupArn}
			},
			check:   func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "Parameters[].ParameterValue", "all") },
			changes: databaseParameterChanges(),
		},
		{
			kind: "rds:cluster-pg", undated: true,
			create: func(e *estate) made {
				c := rds.NewFromConfig(e.Config)
				g := must(c.CreateDBClusterParameterGroup(e, &rds.CreateDBClusterParameterGroupInput{
					DBClusterParameterGroupName: aws.String("rds-cluster-pg-life"), DBParameterGroupFamily: aws.String("aurora-postgresql16"),
					Description: aws.String("for tests"), Tags: rdsTags(),
				}))(e).DBClusterParameterGroup
				must(c.ModifyDBClusterParameterGroup(e, &rds.ModifyDBClusterParameterGroupInput{
					DBClusterParameterGroupName: g.DBClusterParameterGroupName, Parameters: logStatements(),
				}))(e)
				return made{ID: "rds-cluster-pg-life", ARN: *g.DBClusterParameterGroupArn}
			},
			check:   func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "Parameters[].ParameterValue", "all") },
			changes: clusterParameterChanges(),
		},
	}
}

func logStatements() []types.Parameter {
	return []types.Parameter{{ParameterName: aws.String("log_statement"), ParameterValue: aws.String("all"), ApplyMethod: types.ApplyMethodImmediate}}
}

// TestClusterDeletion: the cluster waits for its instances and leaves a last copy, which no restore takes for an addition.
func TestClusterDeletion(t *testing.T) {
	e := newEstate(t)
	c := rds.NewFromConfig(e.Config)
	makeAurora(e, "aurora")
	must(c.CreateDBInstance(e, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: aws.String("writer"), DBInstanceClass: aws.String("db.r6g.large"), Engine: aws.String("aurora-postgresql"),
		DBClusterIdentifier: aws.String("aurora"),
	}))(e)
	captured := e.capture("rds:cluster", "rds:db")
	for _, r := range of(captured, "rds:db") {
		if !named(r, "DBClusterIdentifier", "aurora") {
			t.Errorf("the instance does not reference its cluster: %+v", r.References)
		}
	}
	scope := e.session.Scope(e, &dbCluster, testRegion)
	for _, cluster := range of(captured, "rds:cluster") {
		if err := dbCluster.Delete(scope, cluster); collect.Code(err) != "InvalidDBClusterStateFault" {
			t.Errorf("deleting a cluster with an instance: got %v", err)
		}
		for _, r := range of(captured, "rds:db") {
			if err := dbInstance.Delete(e.session.Scope(e, &dbInstance, testRegion), r); err != nil {
				t.Fatal(err)
			}
		}
		if err := dbCluster.Delete(scope, cluster); err != nil {
			t.Fatal(err)
		}
	}
	left := of(e.capture("rds:cluster-snapshot"), "rds:cluster-snapshot")
	if len(left) != 1 {
		t.Fatalf("after the deletion there are %d snapshots, want a final one", len(left))
	}
	for _, r := range left {
		if !strings.HasPrefix(r.ID, "aurora"+finalSnapshotMark) || !r.Marked(snapshot.MarkProtected) {
			t.Errorf("got %s, marks %v", r.ID, r.Marks)
		}
	}
}

// named reports whether a reference that orders deletions names something as a resource of what was captured.
func named(r *snapshot.Resource, path collect.Path, id string) bool {
	for _, ref := range r.References {
		if ref.Path == path && ref.ID == id && !ref.Scanned && ref.Key != "" {
			return true
		}
	}
	return false
}

func TestClusterProtection(t *testing.T) {
	e := newEstate(t)
	must(rds.NewFromConfig(e.Config).CreateDBCluster(e, &rds.CreateDBClusterInput{
		DBClusterIdentifier: aws.String("guarded"), Engine: aws.String("aurora-postgresql"), MasterUsername: aws.String("root"),
		MasterUserPassword: aws.String("hunter2hunter2"), DeletionProtection: aws.Bool(true),
	}))(e)
	for _, r := range of(e.capture("rds:cluster"), "rds:cluster") {
		if r.Protection != "DeletionProtection is true" {
			t.Errorf("protection: got %q", r.Protection)
		}
	}
}

// TestDefaultGroups are AWS's, and their hundreds of parameters are not asked for.
func TestDefaultGroups(t *testing.T) {
	e := newEstate(t)
	e.answer("rds", "DescribeDBParameterGroups", `<DescribeDBParameterGroupsResponse><DescribeDBParameterGroupsResult><DBParameterGroups>
		<DBParameterGroup><DBParameterGroupName>default.postgres16</DBParameterGroupName><DBParameterGroupFamily>postgres16</DBParameterGroupFamily>
		<DBParameterGroupArn>arn:aws:rds:us-east-1:123456789012:pg:default.postgres16</DBParameterGroupArn></DBParameterGroup>
		</DBParameterGroups></DescribeDBParameterGroupsResult></DescribeDBParameterGroupsResponse>`)
	for _, r := range of(e.capture("rds:pg"), "rds:pg") {
		if !r.Marked(snapshot.MarkProvider) || !r.Marked(snapshot.MarkProtected) {
			t.Errorf("%s: got marks %v", r.ID, r.Marks)
		}
	}
	if n := e.Proxy.Count("rds", "DescribeDBParameters"); n > 0 {
		t.Errorf("asked for the parameters of a default group %d times", n)
	}
}
