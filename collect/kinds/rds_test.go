package kinds

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func rdsTags() []types.Tag {
	var tags []types.Tag
	for key, value := range teamTags {
		tags = append(tags, types.Tag{Key: &key, Value: &value})
	}
	return tags
}

// makeDatabase makes a database in a network of its own.
func makeDatabase(e *estate, protected bool) *types.DBInstance {
	c := rds.NewFromConfig(e.Config)
	vpc, subnets := makeVPC(e)
	must(c.CreateDBSubnetGroup(e, &rds.CreateDBSubnetGroupInput{
		DBSubnetGroupName: aws.String("private"), DBSubnetGroupDescription: aws.String("for tests"), SubnetIds: subnets,
	}))(e)
	return must(c.CreateDBInstance(e, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: aws.String("orders"), DBInstanceClass: aws.String("db.t3.micro"), Engine: aws.String("postgres"),
		AllocatedStorage: aws.Int32(20), MasterUsername: aws.String("root"), MasterUserPassword: aws.String("hunter2hunter2"),
		DBSubnetGroupName: aws.String("private"), VpcSecurityGroupIds: []string{makeSecurityGroup(e, vpc)}, Tags: rdsTags(),
		DeletionProtection: &protected,
	}))(e).DBInstance
}

func rdsLives() []life {
	return []life{{
		kind: "rds:db", with: []string{"ec2:vpc", "ec2:subnet", "ec2:security-group"},
		refs: []collect.Path{"DBSubnetGroup.VpcId", "DBSubnetGroup.Subnets[].SubnetIdentifier", "VpcSecurityGroups[].VpcSecurityGroupId"},
		create: func(e *estate) made {
			db := makeDatabase(e, false)
			return made{ID: "orders", ARN: *db.DBInstanceArn, UniqueID: *db.DbiResourceId}
		},
		check: func(t *testing.T, r *collect.Resource) {
			for _, moving := range []string{"LatestRestorableTime", "DBInstanceStatus", "hunter2"} {
				if strings.Contains(string(r.Configuration), moving) {
					t.Errorf("%s is in the configuration: %s", moving, r.Configuration)
				}
			}
		},
		changes: databaseChanges(),
	}}
}

// TestDatabaseFinalSnapshot: a database's data outlives it.
func TestDatabaseFinalSnapshot(t *testing.T) {
	e := newEstate(t)
	makeDatabase(e, false)
	for _, r := range of(e.capture("rds:db"), "rds:db") {
		if err := dbInstance.Delete(e.session.Scope(e, &dbInstance, testRegion), r); err != nil {
			t.Fatal(err)
		}
	}
	snapshots := must(rds.NewFromConfig(e.Config).DescribeDBSnapshots(e, &rds.DescribeDBSnapshotsInput{}))(e).DBSnapshots
	if len(snapshots) != 1 || !strings.HasPrefix(*snapshots[0].DBSnapshotIdentifier, "orders-aws-baseline-final-") {
		t.Errorf("after the deletion there are %d snapshots, want a final one: %+v", len(snapshots), snapshots)
	}
}

func TestDatabaseProtection(t *testing.T) {
	e := newEstate(t)
	makeDatabase(e, true)
	for _, r := range of(e.capture("rds:db"), "rds:db") {
		if !r.Marked(snapshot.MarkProtected) || r.Protection != "DeletionProtection is true" {
			t.Errorf("protection: got %q and marks %v", r.Protection, r.Marks)
		}
		if err := dbInstance.Delete(e.session.Scope(e, &dbInstance, testRegion), r); collect.Classify(err) != collect.ClassProtected {
			t.Errorf("deleting a protected database: got %v (class %s)", err, collect.Classify(err))
		}
	}
}

func TestFinalSnapshot(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.FixedZone("", 3600))
	some := aws.String("source")
	for name, test := range map[string]struct {
		db   types.DBInstance
		want string
	}{
		"on its own":           {types.DBInstance{}, "orders-aws-baseline-final-20260102-020405"},
		"emulators send empty": {types.DBInstance{DBClusterIdentifier: aws.String("")}, "orders-aws-baseline-final-20260102-020405"},
		"a replica":            {types.DBInstance{ReadReplicaSourceDBInstanceIdentifier: some}, ""},
		"a cluster's replica":  {types.DBInstance{ReadReplicaSourceDBClusterIdentifier: some}, ""},
		"in a cluster":         {types.DBInstance{DBClusterIdentifier: some}, ""},
	} {
		in := withFinalSnapshot("orders", test.db, now)
		if got := aws.ToString(in.FinalDBSnapshotIdentifier); got != test.want || *in.SkipFinalSnapshot != (test.want == "") {
			t.Errorf("%s: got %q, skipped %v, want %q", name, got, *in.SkipFinalSnapshot, test.want)
		}
	}
}

func TestMadeByCluster(t *testing.T) {
	for _, test := range []struct {
		engine, cluster string
		want            bool
	}{{"postgres", "", false}, {"postgres", "multi-az", true}, {"aurora-postgresql", "aurora", false}, {"neptune", "graph", false}} {
		if got := madeByCluster(types.DBInstance{Engine: &test.engine, DBClusterIdentifier: &test.cluster}); got != test.want {
			t.Errorf("%s in cluster %q: got %v, want %v", test.engine, test.cluster, got, test.want)
		}
	}
}
