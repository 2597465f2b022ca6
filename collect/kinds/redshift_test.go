package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
	"github.com/aws/aws-sdk-go-v2/service/redshift/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func redshiftTags() []types.Tag {
	return tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
}

func makeWarehouseGroup(e *estate, name string) *types.ClusterParameterGroup {
	return must(redshift.NewFromConfig(e.Config).CreateClusterParameterGroup(e, &redshift.CreateClusterParameterGroupInput{
		ParameterGroupName: &name, ParameterGroupFamily: aws.String("redshift-1.0"), Description: aws.String("for tests"), Tags: redshiftTags(),
	}))(e).ClusterParameterGroup
}

func makeWarehouseSubnets(e *estate, name string) {
	_, subnets := makeVPC(e)
	must(redshift.NewFromConfig(e.Config).CreateClusterSubnetGroup(e, &redshift.CreateClusterSubnetGroupInput{
		ClusterSubnetGroupName: &name, Description: aws.String("for tests"), SubnetIds: subnets, Tags: redshiftTags(),
	}))(e)
}

func redshiftLives() []life {
	return []life{
		{
			kind: "redshift:cluster", with: []string{"redshift:subnetgroup", "redshift:parametergroup"},
			refs: []collect.Path{"ClusterSubnetGroupName", "ClusterParameterGroups[].ParameterGroupName"},
			create: func(e *estate) made {
				makeWarehouseGroup(e, "redshift-cluster-life")
				makeWarehouseSubnets(e, "redshift-cluster-life")
				must(redshift.NewFromConfig(e.Config).CreateCluster(e, &redshift.CreateClusterInput{
					ClusterIdentifier: aws.String("redshift-cluster-life"), NodeType: aws.String("ra3.large"), ClusterType: aws.String("single-node"),
					MasterUsername: aws.String("root"), MasterUserPassword: aws.String("Hunter2hunter2"), Tags: redshiftTags(),
					ClusterSubnetGroupName: aws.String("redshift-cluster-life"), ClusterParameterGroupName: aws.String("redshift-cluster-life"),
					PreferredMaintenanceWindow: aws.String("mon:03:00-mon:03:30"), AutomatedSnapshotRetentionPeriod: aws.Int32(1),
				}))(e)
				m := made{ID: "redshift-cluster-life", ARN: "arn:aws:redshift:us-east-1:" + e.Account + ":cluster:redshift-cluster-life"}
				logWarehouse(e, m, "sales/")
				return m
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Logging.LoggingEnabled", "true")
				for _, moving := range []string{"ClusterStatus", "LastFailureTime", "unter2"} {
					if strings.Contains(string(r.Configuration), moving) {
						t.Errorf("%s is in the configuration: %s", moving, r.Configuration)
					}
				}
			},
			changes: warehouseChanges(),
		},
		{
			kind: "redshift:subnetgroup", changes: []change{redshiftTagChange()}, fewer: "moto changes no group", undated: true, with: []string{"ec2:vpc", "ec2:subnet"},
			create: func(e *estate) made {
				makeWarehouseSubnets(e, "redshift-subnetgroup-life")
				return made{ID: "redshift-subnetgroup-life", ARN: "arn:aws:redshift:us-east-1:" + e.Account + ":subnetgroup:redshift-subnetgroup-life"}
			},
		},
		{
			kind: "redshift:parametergroup", changes: []change{redshiftTagChange()}, fewer: "moto changes no group", undated: true,
			create: func(e *estate) made {
				makeWarehouseGroup(e, "redshift-parametergroup-life")
				return made{ID: "redshift-parametergroup-life", ARN: "arn:aws:redshift:us-east-1:" + e.Account + ":parametergroup:redshift-parametergroup-life"}
			},
			check: func(t *testing.T, r *collect.Resource) {
				// moto answers with every parameter, whoever set it.
				if !strings.Contains(string(r.Configuration), `{"ParameterName":"require_ssl","ParameterValue":"false"}`) {
					t.Errorf("its parameters are not in the configuration: %s", r.Configuration)
				}
			},
		},
	}
}

// TestWarehouseFinalSnapshot: a cluster's data outlives it.
func TestWarehouseFinalSnapshot(t *testing.T) {
	e := newEstate(t)
	c := redshift.NewFromConfig(e.Config)
	must(c.CreateCluster(e, &redshift.CreateClusterInput{
		ClusterIdentifier: aws.String("sales"), NodeType: aws.String("ra3.large"), ClusterType: aws.String("single-node"),
		MasterUsername: aws.String("root"), MasterUserPassword: aws.String("Hunter2hunter2"),
	}))(e)
	for _, r := range of(e.capture("redshift:cluster"), "redshift:cluster") {
		if err := warehouse.Delete(e.session.Scope(e, &warehouse, testRegion), r); err != nil {
			t.Fatal(err)
		}
	}
	left := must(c.DescribeClusterSnapshots(e, &redshift.DescribeClusterSnapshotsInput{SnapshotType: aws.String("manual")}))(e).Snapshots
	if len(left) != 1 || !strings.HasPrefix(*left[0].SnapshotIdentifier, "sales"+finalSnapshotMark) {
		t.Errorf("after the deletion there are %d snapshots, want a final one: %+v", len(left), left)
	}
}

// TestWarehouseDefaults: moto has AWS's default parameter group.
func TestWarehouseDefaults(t *testing.T) {
	e := newEstate(t)
	for _, r := range of(e.capture("redshift:parametergroup"), "redshift:parametergroup") {
		if r.ID == "default.redshift-1.0" && r.Marked(snapshot.MarkProvider) && r.Marked(snapshot.MarkProtected) {
			return
		}
	}
	t.Error("the default parameter group is not there, or not AWS's")
}
