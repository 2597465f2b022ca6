package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// dbSnapshot is one that somebody took: automated ones come and go with their database, and AWS Backup's are its own. Its
// attributes tell who may restore it: "all" is everybody.
var dbSnapshot = collect.Kind{
	Name: "rds:snapshot", CloudFormation: "AWS::RDS::DBSnapshot", Aliases: []string{"rds:db-snapshot"},
	List: func(s *collect.Scope) {
		c := rds.NewFromConfig(s.Config)
		list := collect.Pages[types.DBSnapshot](s, c.DescribeDBSnapshots, &rds.DescribeDBSnapshotsInput{
			SnapshotType: aws.String("manual"), MaxRecords: aws.Int32(100),
		})
		collect.Each(s, list, func(snapshot types.DBSnapshot) {
			attributes := collect.Ask(s, "Attributes", c.DescribeDBSnapshotAttributes,
				&rds.DescribeDBSnapshotAttributesInput{DBSnapshotIdentifier: snapshot.DBSnapshotIdentifier})
			s.Add(collect.Item{
				ID: snapshot.DBSnapshotIdentifier, ARN: snapshot.DBSnapshotArn, Created: snapshot.SnapshotCreateTime,
				Tags: collect.TagsOf(snapshot.TagList), Protect: finalSnapshotHolder(aws.ToString(snapshot.DBSnapshotIdentifier)),
			}, snapshot, collect.Through(attributes, dbSnapshotAttributes))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "shared-with-anybody", Path: "Attributes[].AttributeValues[]", When: map[collect.Path]string{"Attributes[].AttributeName": "restore"}, Check: snapshot.CheckSharedWith},
		{Rule: "encryption-off", Path: "Encrypted", Is: []string{"false"}, AtMost: "low"},
	},
	Status: []collect.Path{"Status", "PercentProgress"},
	Refs:   map[collect.Path]string{"OptionGroupName": "rds:og"},
	Sets:   map[collect.Path]string{"Attributes": "AttributeName", "Attributes[].AttributeValues": "", "ProcessorFeatures": "Name"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, rds.NewFromConfig(s.Config).DeleteDBSnapshot, &rds.DeleteDBSnapshotInput{DBSnapshotIdentifier: &r.ID})
	},
}

func dbSnapshotAttributes(out *rds.DescribeDBSnapshotAttributesOutput) []types.DBSnapshotAttribute {
	if out.DBSnapshotAttributesResult == nil {
		return nil
	}
	return out.DBSnapshotAttributesResult.DBSnapshotAttributes
}

// dbClusterSnapshot is one that somebody took, of any engine's cluster.
var dbClusterSnapshot = collect.Kind{
	Name: "rds:cluster-snapshot", CloudFormation: "AWS::RDS::DBClusterSnapshot", Aliases: []string{"rds:db-cluster-snapshot"},
	List: func(s *collect.Scope) {
		c := rds.NewFromConfig(s.Config)
		list := collect.Pages[types.DBClusterSnapshot](s, c.DescribeDBClusterSnapshots, &rds.DescribeDBClusterSnapshotsInput{
			SnapshotType: aws.String("manual"), MaxRecords: aws.Int32(100),
		})
		collect.Each(s, list, func(snapshot types.DBClusterSnapshot) {
			attributes := collect.Ask(s, "Attributes", c.DescribeDBClusterSnapshotAttributes,
				&rds.DescribeDBClusterSnapshotAttributesInput{DBClusterSnapshotIdentifier: snapshot.DBClusterSnapshotIdentifier})
			s.Add(collect.Item{
				ID: snapshot.DBClusterSnapshotIdentifier, ARN: snapshot.DBClusterSnapshotArn, Created: snapshot.SnapshotCreateTime,
				Tags: collect.TagsOf(snapshot.TagList), Protect: finalSnapshotHolder(aws.ToString(snapshot.DBClusterSnapshotIdentifier)),
			}, snapshot, collect.Through(attributes, dbClusterSnapshotAttributes))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "shared-with-anybody", Path: "Attributes[].AttributeValues[]", When: map[collect.Path]string{"Attributes[].AttributeName": "restore"}, Check: snapshot.CheckSharedWith},
		{Rule: "encryption-off", Path: "StorageEncrypted", Is: []string{"false"}, AtMost: "low"},
	},
	Status: []collect.Path{"Status", "PercentProgress"},
	Sets:   map[collect.Path]string{"Attributes": "AttributeName", "Attributes[].AttributeValues": "", "AvailabilityZones": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, rds.NewFromConfig(s.Config).DeleteDBClusterSnapshot, &rds.DeleteDBClusterSnapshotInput{DBClusterSnapshotIdentifier: &r.ID})
	},
}

func dbClusterSnapshotAttributes(out *rds.DescribeDBClusterSnapshotAttributesOutput) []types.DBClusterSnapshotAttribute {
	if out.DBClusterSnapshotAttributesResult == nil {
		return nil
	}
	return out.DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes
}
