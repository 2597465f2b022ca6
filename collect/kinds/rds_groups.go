package kinds

import (
	"iter"
	"strings"

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

// defaultGroup says what keeps a group of AWS.
const defaultGroup = "AWS makes the default groups, and keeps them"

// dbSubnetGroup has no creation date. AWS refuses to delete one that a database or cluster is in.
var dbSubnetGroup = collect.Kind{
	Name: "rds:subgrp", CloudFormation: "AWS::RDS::DBSubnetGroup", Aliases: []string{"rds:db-subnet-group"}, Tagging: "rds:subgrp",
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

// setParameters are the parameters of a group that somebody set.
type setParameters struct {
	Parameters []setParameter
}

// setParameter is without what AWS says about a parameter: that changes with its releases.
type setParameter struct {
	ParameterName, ParameterValue *string
	ApplyMethod                   types.ApplyMethod
}

// setByUser reads the parameters that somebody set; where they could not be read, they are the item's unknown part.
func setByUser(s *collect.Scope, item *collect.Item, list func(*collect.Scope) iter.Seq[types.Parameter]) setParameters {
	parameters, err := collect.All(s, list)
	if err != nil {
		item.Unknown = append(item.Unknown, collect.Gap{Path: "Parameters", Err: err})
		return setParameters{}
	}
	set := setParameters{Parameters: make([]setParameter, 0, len(parameters))}
	for _, p := range parameters {
		set.Parameters = append(set.Parameters, setParameter{p.ParameterName, p.ParameterValue, p.ApplyMethod})
	}
	return set
}

// isDefaultGroup reports whether a parameter group is one of AWS's: nobody can change or delete it.
func isDefaultGroup(name *string) bool { return strings.HasPrefix(aws.ToString(name), "default.") }

// dbParameterGroup has no creation date. AWS refuses to delete one that a database is in.
var dbParameterGroup = collect.Kind{
	Name: "rds:pg", CloudFormation: "AWS::RDS::DBParameterGroup", Aliases: []string{"rds:db-parameter-group"}, Tagging: "rds:pg",
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
			})
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
	Name: "rds:cluster-pg", CloudFormation: "AWS::RDS::DBClusterParameterGroup", Aliases: []string{"rds:db-cluster-parameter-group"},
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
			})
			s.Add(item, g, set, rdsTagsOf(s, c, g.DBClusterParameterGroupArn))
		})
	},
	Sets: map[collect.Path]string{"Parameters": "ParameterName"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, rds.NewFromConfig(s.Config).DeleteDBClusterParameterGroup,
			&rds.DeleteDBClusterParameterGroupInput{DBClusterParameterGroupName: &r.ID})
	},
}
