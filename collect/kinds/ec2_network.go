package kinds

import (
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func ec2Network() []collect.Kind {
	return []collect.Kind{vpc, subnet, routeTable, internetGateway, securityGroup, elasticIP, networkInterface}
}

// vpcs is the list that VPCs and internet gateways start from.
func vpcs(s *collect.Scope) ([]types.Vpc, bool) {
	return collect.Shared(s, "ec2:DescribeVpcs", func(s *collect.Scope) iter.Seq[types.Vpc] {
		return collect.Pages[types.Vpc](s, ec2.NewFromConfig(s.Config).DescribeVpcs, &ec2.DescribeVpcsInput{MaxResults: aws.Int32(1000)})
	})
}

var vpc = collect.Kind{
	Name: "ec2:vpc", CloudFormation: "AWS::EC2::VPC",
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		list, _ := vpcs(s)
		collect.Each(s, slices.Values(list), func(v types.Vpc) {
			item := ec2Item(s, "vpc", v.VpcId, v.OwnerId, v.Tags)
			if item.Protect != "" {
				s.Add(item, v) // its owner's account tells the rest
				return
			}
			item.Provider = aws.ToBool(v.IsDefault)
			v.CidrBlockAssociationSet = slices.DeleteFunc(slices.Clone(v.CidrBlockAssociationSet), func(a types.VpcCidrBlockAssociation) bool {
				return a.CidrBlockState != nil && a.CidrBlockState.State == types.VpcCidrBlockStateCodeDisassociated // listed for a while
			})
			v.Ipv6CidrBlockAssociationSet = slices.DeleteFunc(slices.Clone(v.Ipv6CidrBlockAssociationSet), func(a types.VpcIpv6CidrBlockAssociation) bool {
				return a.Ipv6CidrBlockState != nil && a.Ipv6CidrBlockState.State == types.VpcCidrBlockStateCodeDisassociated
			})
			attribute := func(name types.VpcAttributeName) *ec2.DescribeVpcAttributeInput {
				return &ec2.DescribeVpcAttributeInput{VpcId: v.VpcId, Attribute: name}
			}
			s.Add(item, v,
				collect.Ask(s, "EnableDnsSupport", c.DescribeVpcAttribute, attribute(types.VpcAttributeNameEnableDnsSupport)).Of("EnableDnsSupport"),
				collect.Ask(s, "EnableDnsHostnames", c.DescribeVpcAttribute, attribute(types.VpcAttributeNameEnableDnsHostnames)).Of("EnableDnsHostnames"),
			)
		})
	},
	Weak: []collect.Weakness{
		{Rule: "vpc-block-public-access-off", Path: "BlockPublicAccessStates.InternetGatewayBlockMode", Is: []string{"off"}},
	},
	Status: []collect.Path{
		"State", "CidrBlockAssociationSet[].CidrBlockState", "Ipv6CidrBlockAssociationSet[].Ipv6CidrBlockState",
		"CidrBlockAssociationSet[].AssociationId", "Ipv6CidrBlockAssociationSet[].AssociationId", // a block that comes back gets a new one
	},
	Refs: map[collect.Path]string{"DhcpOptionsId": "ec2:dhcp-options"},
	Sets: map[collect.Path]string{"CidrBlockAssociationSet": "CidrBlock", "Ipv6CidrBlockAssociationSet": "Ipv6CidrBlock"},
	// Its default group, default network ACL and main route table go with it.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeleteVpc, &ec2.DeleteVpcInput{VpcId: &r.ID})
	},
}

var subnet = collect.Kind{
	Name: "ec2:subnet", CloudFormation: "AWS::EC2::Subnet",
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		for n := range collect.Pages[types.Subnet](s, c.DescribeSubnets, &ec2.DescribeSubnetsInput{MaxResults: aws.Int32(1000)}) {
			item := ec2Item(s, "subnet", n.SubnetId, n.OwnerId, n.Tags)
			item.Provider = item.Provider || aws.ToBool(n.DefaultForAz)
			n.Ipv6CidrBlockAssociationSet = slices.DeleteFunc(slices.Clone(n.Ipv6CidrBlockAssociationSet), func(a types.SubnetIpv6CidrBlockAssociation) bool {
				return a.Ipv6CidrBlockState != nil && a.Ipv6CidrBlockState.State == types.SubnetCidrBlockStateCodeDisassociated // listed for a while
			})
			s.Add(item, n)
		}
	},
	Weak: []collect.Weakness{{Rule: "public-addresses", Path: "MapPublicIpOnLaunch", Is: []string{"true"}}},
	Status: []collect.Path{
		"State", "AvailableIpAddressCount", "Ipv6CidrBlockAssociationSet[].Ipv6CidrBlockState",
		"Ipv6CidrBlockAssociationSet[].AssociationId", // a block that comes back gets a new one
	},
	Refs: map[collect.Path]string{"VpcId": "ec2:vpc"},
	Sets: map[collect.Path]string{"Ipv6CidrBlockAssociationSet": "Ipv6CidrBlock"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeleteSubnet, &ec2.DeleteSubnetInput{SubnetId: &r.ID})
	},
}

var routeTable = collect.Kind{
	Name: "ec2:route-table", CloudFormation: "AWS::EC2::RouteTable",
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		for t := range collect.Pages[types.RouteTable](s, c.DescribeRouteTables, &ec2.DescribeRouteTablesInput{MaxResults: aws.Int32(100)}) {
			item := ec2Item(s, "route-table", t.RouteTableId, t.OwnerId, t.Tags)
			if slices.ContainsFunc(t.Associations, isMain) && item.Protect == "" {
				item.Managed("a VPC's main route table goes with the VPC")
			}
			if err := withoutMadeRoutes(s, &t); err != nil {
				item.Unknown = append(item.Unknown, collect.Gap{Path: "Routes", Err: err})
			}
			s.Add(item, t)
		}
	},
	// A subnet that comes back gets a new association.
	Status: []collect.Path{"Associations[].AssociationState", "Associations[].RouteTableAssociationId", "Routes[].State"},
	Refs:   map[collect.Path]string{"VpcId": "ec2:vpc"}, // AWS lets targets and subnets go: their routes become black holes
	UsedBy: []collect.Path{"Associations[].SubnetId"},
	Sets:   map[collect.Path]string{"Associations": "SubnetId", "PropagatingVgws": "GatewayId", "Routes": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := ec2.NewFromConfig(s.Config)
		out, err := c.DescribeRouteTables(s.Context, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{r.ID}})
		if err != nil {
			return err
		}
		var associations []types.RouteTableAssociation
		for _, table := range out.RouteTables {
			associations = append(associations, table.Associations...)
		}
		for _, a := range associations {
			// The subnet falls back to the main table.
			if err := collect.DoUnlessGone(s, c.DisassociateRouteTable, &ec2.DisassociateRouteTableInput{AssociationId: a.RouteTableAssociationId}); err != nil {
				return err
			}
		}
		return collect.Do(s, c.DeleteRouteTable, &ec2.DeleteRouteTableInput{RouteTableId: &r.ID})
	},
}

// withoutMadeRoutes leaves out the routes that are settings of something else. What a gateway propagates comes and goes
// with what its other side announces; PropagatingVgws is the setting. A gateway endpoint puts its routes in, and AWS
// neither adds nor deletes them otherwise; the endpoint's RouteTableIds is the setting. Where the endpoints can't be
// listed, no route that may be such a one can be told from a route to a Gateway Load Balancer's endpoint.
func withoutMadeRoutes(s *collect.Scope, t *types.RouteTable) error {
	toEndpoint := func(r types.Route) bool {
		return r.DestinationPrefixListId != nil && strings.HasPrefix(aws.ToString(r.GatewayId), "vpce-")
	}
	var endpoints []types.VpcEndpoint
	if slices.ContainsFunc(t.Routes, toEndpoint) {
		list, err := collect.SharedList(s, listVpcEndpoints, vpcEndpoints)
		if err != nil {
			t.Routes = nil
			return err
		}
		endpoints = list
	}
	t.Routes = slices.DeleteFunc(slices.Clone(t.Routes), func(r types.Route) bool {
		return r.Origin == types.RouteOriginEnableVgwRoutePropagation || toEndpoint(r) && slices.ContainsFunc(endpoints, func(e types.VpcEndpoint) bool {
			return e.VpcEndpointType == types.VpcEndpointTypeGateway && aws.ToString(e.VpcEndpointId) == aws.ToString(r.GatewayId)
		})
	})
	return nil
}

func isMain(a types.RouteTableAssociation) bool { return aws.ToBool(a.Main) }

var internetGateway = collect.Kind{
	Name: "ec2:internet-gateway", CloudFormation: "AWS::EC2::InternetGateway",
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		list, _ := vpcs(s)
		for g := range collect.Pages[types.InternetGateway](s, c.DescribeInternetGateways, &ec2.DescribeInternetGatewaysInput{MaxResults: aws.Int32(1000)}) {
			item := ec2Item(s, "internet-gateway", g.InternetGatewayId, g.OwnerId, g.Tags)
			for _, a := range g.Attachments {
				item.Provider = item.Provider || slices.ContainsFunc(list, func(v types.Vpc) bool {
					return aws.ToBool(v.IsDefault) && aws.ToString(v.VpcId) == aws.ToString(a.VpcId) // AWS made it with its default VPC
				})
			}
			s.Add(item, g)
		}
	},
	Status: []collect.Path{"Attachments[].State"},
	Refs:   map[collect.Path]string{"Attachments[].VpcId": "ec2:vpc"},
	Sets:   map[collect.Path]string{"Attachments": "VpcId"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := ec2.NewFromConfig(s.Config)
		gateway, err := collect.Stored[types.InternetGateway](r)
		if err != nil {
			return err
		}
		for _, a := range gateway.Attachments {
			in := &ec2.DetachInternetGatewayInput{InternetGatewayId: &r.ID, VpcId: a.VpcId}
			if err := collect.DoUnlessGone(s, c.DetachInternetGateway, in, "Gateway.NotAttached"); err != nil {
				return err
			}
		}
		return collect.Do(s, c.DeleteInternetGateway, &ec2.DeleteInternetGatewayInput{InternetGatewayId: &r.ID})
	},
}

var securityGroup = collect.Kind{
	Name: "ec2:security-group", CloudFormation: "AWS::EC2::SecurityGroup",
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		for g := range collect.Pages[types.SecurityGroup](s, c.DescribeSecurityGroups, &ec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(1000)}) {
			item := ec2Item(s, "security-group", g.GroupId, g.OwnerId, g.Tags)
			item.Name = g.GroupName
			if aws.ToString(g.GroupName) == "default" {
				item.Managed("a VPC's default security group goes with the VPC")
			}
			s.Add(item, g)
		}
	},
	Weak: []collect.Weakness{{Rule: "ingress-from-anywhere", Path: "IpPermissions", Check: snapshot.CheckIngress}},
	Refs: map[collect.Path]string{
		"VpcId": "ec2:vpc",
		"IpPermissions[].UserIdGroupPairs[].GroupId":         "ec2:security-group",
		"IpPermissionsEgress[].UserIdGroupPairs[].GroupId":   "ec2:security-group",
		"IpPermissions[].PrefixListIds[].PrefixListId":       "ec2:prefix-list",
		"IpPermissionsEgress[].PrefixListIds[].PrefixListId": "ec2:prefix-list",
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
