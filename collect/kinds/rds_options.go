package kinds

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	"github.com/aws/aws-sdk-go-v2/service/rds/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

// dbOptionGroup has no creation date. AWS refuses to delete one that a database, a cluster or a snapshot is in. Of an
// option's settings only the values are somebody's; among them are passwords.
var dbOptionGroup = collect.Kind{
	Name: "rds:og", CloudFormation: "AWS::RDS::OptionGroup", Aliases: []string{"rds:option-group"}, Tagging: "rds:og",
	List: func(s *collect.Scope) {
		c := rds.NewFromConfig(s.Config)
		list := collect.Pages[types.OptionGroup](s, c.DescribeOptionGroups, &rds.DescribeOptionGroupsInput{MaxRecords: aws.Int32(100)})
		collect.Each(s, list, func(g types.OptionGroup) {
			item := collect.Item{ID: g.OptionGroupName, ARN: g.OptionGroupArn}
			if strings.HasPrefix(aws.ToString(g.OptionGroupName), "default:") {
				item.Managed(defaultGroup)
				s.Add(item, g)
				return
			}
			s.Add(item, g, rdsTagsOf(s, c, g.OptionGroupArn))
		})
	},
	Status: []collect.Path{"Options[].DBSecurityGroupMemberships[].Status", "Options[].VpcSecurityGroupMemberships[].Status"},
	Omit: []collect.Path{
		"Options[].OptionDescription", "Options[].OptionSettings[].AllowedValues", "Options[].OptionSettings[].ApplyType",
		"Options[].OptionSettings[].DataType", "Options[].OptionSettings[].DefaultValue", "Options[].OptionSettings[].Description",
		"Options[].OptionSettings[].IsCollection", "Options[].OptionSettings[].IsModifiable",
	},
	Sets: map[collect.Path]string{
		"Options": "OptionName", "Options[].OptionSettings": "Name", "Options[].DBSecurityGroupMemberships": "DBSecurityGroupName",
		"Options[].VpcSecurityGroupMemberships": "VpcSecurityGroupId",
	},
	Secrets: []collect.Path{"Options[].OptionSettings[].Value"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, rds.NewFromConfig(s.Config).DeleteOptionGroup, &rds.DeleteOptionGroupInput{OptionGroupName: &r.ID})
	},
}
