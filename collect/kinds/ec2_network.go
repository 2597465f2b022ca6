package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func ec2Network() []collect.Kind {
	return []collect.Kind{securityGroup}
}

var securityGroup = collect.Kind{
	Name: "ec2:security-group", CloudFormation: "AWS::EC2::SecurityGroup",
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		for g := range collect.Pages[types.SecurityGroup](s, c.DescribeSecurityGroups, &ec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(1000)}) {
			item := collect.Item{
				ID: g.GroupId, ARN: ownedARN(s, g.OwnerId, "security-group/"+aws.ToString(g.GroupId)), Name: g.GroupName,
				Tags: collect.TagsOf(g.Tags), Provider: aws.ToString(g.GroupName) == "default",
			}
			if item.Provider {
				item.Protect = "a VPC's default security group goes with the VPC"
			}
			s.Add(item, g)
		}
	},
	Refs: map[collect.Path]string{
		"VpcId": "ec2:vpc",
		"IpPermissions[].UserIdGroupPairs[].GroupId":       "ec2:security-group",
		"IpPermissionsEgress[].UserIdGroupPairs[].GroupId": "ec2:security-group",
	},
	Sets: map[collect.Path]string{
		"IpPermissions": "", "IpPermissions[].IpRanges": "CidrIp", "IpPermissions[].Ipv6Ranges": "CidrIpv6",
		"IpPermissions[].PrefixListIds": "PrefixListId", "IpPermissions[].UserIdGroupPairs": "",
		"IpPermissionsEgress": "", "IpPermissionsEgress[].IpRanges": "CidrIp", "IpPermissionsEgress[].Ipv6Ranges": "CidrIpv6",
		"IpPermissionsEgress[].PrefixListIds": "PrefixListId", "IpPermissionsEgress[].UserIdGroupPairs": "",
	},
	Unlink: revokeRulesNaming,
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeleteSecurityGroup, &ec2.DeleteSecurityGroupInput{GroupId: &r.ID})
	},
}

// revokeRulesNaming takes the rules that name another group out of a group that is about to go: AWS deletes neither of
// two groups that name each other.
func revokeRulesNaming(s *collect.Scope, r *collect.Resource, ref snapshot.Reference) error {
	c := ec2.NewFromConfig(s.Config)
	out, err := c.DescribeSecurityGroups(s.Context, &ec2.DescribeSecurityGroupsInput{GroupIds: []string{r.ID}})
	if err != nil || len(out.SecurityGroups) == 0 {
		return err
	}
	naming := func(rules []types.IpPermission) []types.IpPermission {
		var found []types.IpPermission
		for _, rule := range rules {
			for _, pair := range rule.UserIdGroupPairs {
				if aws.ToString(pair.GroupId) == ref.ID {
					found = append(found, types.IpPermission{
						IpProtocol: rule.IpProtocol, FromPort: rule.FromPort, ToPort: rule.ToPort, UserIdGroupPairs: []types.UserIdGroupPair{pair},
					})
				}
			}
		}
		return found
	}
	if rules := naming(out.SecurityGroups[0].IpPermissions); len(rules) > 0 {
		if err := collect.Do(s, c.RevokeSecurityGroupIngress, &ec2.RevokeSecurityGroupIngressInput{GroupId: &r.ID, IpPermissions: rules}); err != nil {
			return err
		}
	}
	if rules := naming(out.SecurityGroups[0].IpPermissionsEgress); len(rules) > 0 {
		return collect.Do(s, c.RevokeSecurityGroupEgress, &ec2.RevokeSecurityGroupEgressInput{GroupId: &r.ID, IpPermissions: rules})
	}
	return nil
}
