package kinds

import (
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

// rdsTagsOf is the aspect of the tags of whatever RDS lists without them.
func rdsTagsOf(s *collect.Scope, c *rds.Client, arn *string) collect.Aspect {
	return collect.AskTags(s, c.ListTagsForResource, &rds.ListTagsForResourceInput{ResourceName: arn},
		func(out *rds.ListTagsForResourceOutput) collect.Tags { return collect.TagsOf(out.TagList) })
}

// dbSubnetGroup has no creation date. AWS refuses to delete one that a database or cluster is in.
var dbSubnetGroup = collect.Kind{
	Name: "rds:subgrp", CloudFormation: "AWS::RDS::DBSubnetGroup", Aliases: []string{"rds:db-subnet-group", "AWS::DocDB::DBSubnetGroup", "AWS::Neptune::DBSubnetGroup"}, Tagging: "rds:subgrp",
	List: func(s *collect.Scope) {
		c := rds.NewFromConfig(s.Config)
		list := collect.Pages[types.DBSubnetGroup](s, c.DescribeDBSubnetGroups, &rds.DescribeDBSubnetGroupsInput{MaxRecords: aws.Int32(100)})
		collect.Each(s, list, func(g types.DBSubnetGroup) {
			item := collect.Item{ID: g.DBSubnetGroupName, ARN: g.DBSubnetGroupArn}
			if aws.ToString(g.DBSubnetGroupName) == "default" {
				item.Managed(defaultGroup)
			}
			s.Add(item, g, rdsTagsOf(s, c, g.DBSubnetGroupArn))
		})
	},
	Status: []collect.Path{"SubnetGroupStatus", "Subnets[].SubnetStatus"},
	Sets:   map[collect.Path]string{"Subnets": "SubnetIdentifier", "SupportedNetworkTypes": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, rds.NewFromConfig(s.Config).DeleteDBSubnetGroup, &rds.DeleteDBSubnetGroupInput{DBSubnetGroupName: &r.ID})
	},
}

func dbParameter(p types.Parameter) setParameter {
	return setParameter{p.ParameterName, p.ParameterValue, aws.String(string(p.ApplyMethod))}
}

// dbParameterGroup has no creation date. AWS refuses to delete one that a database is in.
var dbParameterGroup = collect.Kind{
	Name: "rds:pg", CloudFormation: "AWS::RDS::DBParameterGroup", Aliases: []string{"rds:db-parameter-group", "AWS::Neptune::DBParameterGroup"}, Tagging: "rds:pg",
	List: func(s *collect.Scope) {
		c := rds.NewFromConfig(s.Config)
		list := collect.Pages[types.DBParameterGroup](s, c.DescribeDBParameterGroups, &rds.DescribeDBParameterGroupsInput{MaxRecords: aws.Int32(100)})
		collect.Each(s, list, func(g types.DBParameterGroup) {
			item := collect.Item{ID: g.DBParameterGroupName, ARN: g.DBParameterGroupArn}
			if isDefaultGroup(g.DBParameterGroupName) {
				item.Managed(defaultGroup)
				s.Add(item, g)
				return
			}
			set := setByUser(s, &item, func(s *collect.Scope) iter.Seq[types.Parameter] {
				return collect.Pages[types.Parameter](s, c.DescribeDBParameters, &rds.DescribeDBParametersInput{
					DBParameterGroupName: g.DBParameterGroupName, Source: aws.String("user"), MaxRecords: aws.Int32(100),
				})
			}, dbParameter)
			s.Add(item, g, set, rdsTagsOf(s, c, g.DBParameterGroupArn))
		})
	},
	Sets: map[collect.Path]string{"Parameters": "ParameterName"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, rds.NewFromConfig(s.Config).DeleteDBParameterGroup, &rds.DeleteDBParameterGroupInput{DBParameterGroupName: &r.ID})
	},
}

// dbClusterParameterGroup has no creation date. AWS refuses to delete one that a cluster is in.
var dbClusterParameterGroup = collect.Kind{
	Name: "rds:cluster-pg", CloudFormation: "AWS::RDS::DBClusterParameterGroup", Aliases: []string{"rds:db-cluster-parameter-group", "AWS::DocDB::DBClusterParameterGroup", "AWS::Neptune::DBClusterParameterGroup"},
	Tagging: "rds:cluster-pg",
	List: func(s *collect.Scope) {
		c := rds.NewFromConfig(s.Config)
		list := collect.Pages[types.DBClusterParameterGroup](s, c.DescribeDBClusterParameterGroups, &rds.DescribeDBClusterParameterGroupsInput{
			MaxRecords: aws.Int32(100),
		})
		collect.Each(s, list, func(g types.DBClusterParameterGroup) {
			item := collect.Item{ID: g.DBClusterParameterGroupName, ARN: g.DBClusterParameterGroupArn}
			if isDefaultGroup(g.DBClusterParameterGroupName) {
				item.Managed(defaultGroup)
				s.Add(item, g)
				return
			}
			set := setByUser(s, &item, func(s *collect.Scope) iter.Seq[types.Parameter] {
				return collect.Pages[types.Parameter](s, c.DescribeDBClusterParameters, &rds.DescribeDBClusterParametersInput{
					DBClusterParameterGroupName: g.DBClusterParameterGroupName, Source: aws.String("user"), MaxRecords: aws.Int32(100),
				})
			}, dbParameter)
			s.Add(item, g, set, rdsTagsOf(s, c, g.DBClusterParameterGroupArn))
		})
	},
	Sets: map[collect.Path]string{"Parameters": "ParameterName"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, rds.NewFromConfig(s.Config).DeleteDBClusterParameterGroup,
			&rds.DeleteDBClusterParameterGroupInput{DBClusterParameterGroupName: &r.ID})
	},
}
