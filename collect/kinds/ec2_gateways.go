package kinds

import (
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func ec2Gateways() []collect.Kind {
	return []collect.Kind{natGateway, egressOnlyGateway, vpcEndpoint, vpcEndpointService}
}

// natGateway is deleted in the background. A deleted or failed one is listed for about an hour (VPC User Guide, "NAT
// gateways").
var natGateway = collect.Kind{
	Name: "ec2:natgateway", CloudFormation: "AWS::EC2::NatGateway", Aliases: []string{"ec2:nat-gateway"},
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		for g := range collect.Pages[types.NatGateway](s, c.DescribeNatGateways, &ec2.DescribeNatGatewaysInput{MaxResults: aws.Int32(1000)}) {
			item := ec2Item(s, "natgateway", g.NatGatewayId, nil, g.Tags)
			item.Created = g.CreateTime
			item.Dead = g.State == types.NatGatewayStateDeleted || g.State == types.NatGatewayStateFailed
			if g.AutoProvisionZones == types.AutoProvisionZonesStateEnabled || g.AutoScalingIps == types.AutoScalingIpsStateEnabled {
				g.NatGatewayAddresses = nil // AWS adds and removes these as zones and connections come and go
			}
			s.Add(item, g)
		}
	},
	Status: []collect.Path{
		"State", "DeleteTime", "FailureCode", "FailureMessage", "NatGatewayAddresses[].Status", "NatGatewayAddresses[].FailureMessage",
		"ProvisionedBandwidth", "AttachedAppliances[].AttachmentState", "AttachedAppliances[].ModificationState",
		"AttachedAppliances[].FailureCode", "AttachedAppliances[].FailureMessage",
	},
	Refs: map[collect.Path]string{
		"SubnetId": "ec2:subnet", "VpcId": "ec2:vpc", "NatGatewayAddresses[].AllocationId": "ec2:elastic-ip",
		"NatGatewayAddresses[].NetworkInterfaceId": "ec2:network-interface",
	},
	Sets:      map[collect.Path]string{"NatGatewayAddresses": "PrivateIp", "AttachedAppliances": "ApplianceArn"},
	Addresses: []collect.Path{"NatGatewayAddresses[].PublicIp", "NatGatewayAddresses[].PrivateIp"},
	Takes:     []string{"ec2:network-interface"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeleteNatGateway, &ec2.DeleteNatGatewayInput{NatGatewayId: &r.ID})
	},
}

// egressOnlyGateway has no creation date.
var egressOnlyGateway = collect.Kind{
	Name: "ec2:egress-only-internet-gateway", CloudFormation: "AWS::EC2::EgressOnlyInternetGateway",
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		for g := range collect.Pages[types.EgressOnlyInternetGateway](s, c.DescribeEgressOnlyInternetGateways, &ec2.DescribeEgressOnlyInternetGatewaysInput{
			MaxResults: aws.Int32(255), // the most that it takes
		}) {
			s.Add(ec2Item(s, "egress-only-internet-gateway", g.EgressOnlyInternetGatewayId, nil, g.Tags), g)
		}
	},
	Status: []collect.Path{"Attachments[].State"},
	Refs:   map[collect.Path]string{"Attachments[].VpcId": "ec2:vpc"},
	Sets:   map[collect.Path]string{"Attachments": "VpcId"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeleteEgressOnlyInternetGateway, &ec2.DeleteEgressOnlyInternetGatewayInput{
			EgressOnlyInternetGatewayId: &r.ID,
		})
	},
}

// vpcEndpoints is the list that endpoints start from, and by which route tables know what endpoints put into them.
func vpcEndpoints(s *collect.Scope) iter.Seq[types.VpcEndpoint] {
	return collect.Pages[types.VpcEndpoint](s, ec2.NewFromConfig(s.Config).DescribeVpcEndpoints, &ec2.DescribeVpcEndpointsInput{MaxResults: aws.Int32(1000)})
}

const listVpcEndpoints = "ec2:DescribeVpcEndpoints"

var vpcEndpoint = collect.Kind{
	Name: "ec2:vpc-endpoint", CloudFormation: "AWS::EC2::VPCEndpoint",
	List: func(s *collect.Scope) {
		list, _ := collect.Shared(s, listVpcEndpoints, vpcEndpoints)
		for _, e := range list {
			item := ec2Item(s, "vpc-endpoint", e.VpcEndpointId, e.OwnerId, e.Tags)
			item.Created = e.CreationTimestamp
			item.Dead = strings.EqualFold(string(e.State), string(types.StateDeleted)) // the API writes states in both cases
			if aws.ToBool(e.RequesterManaged) {
				item.Managed("an AWS service made it and removes it")
			}
			s.Add(item, e)
		}
	},
	Weak: []collect.Weakness{
		{Rule: "policy-anybody", Path: "PolicyDocument", OnChange: true, Check: snapshot.CheckPolicy, AtMost: "low"},
	},
	Status: []collect.Path{"State", "LastError", "FailureReason"},
	// The service can't go while endpoints are connected to it.
	Refs: map[collect.Path]string{
		"VpcId": "ec2:vpc", "SubnetIds[]": "ec2:subnet", "Groups[].GroupId": "ec2:security-group",
		"NetworkInterfaceIds[]": "ec2:network-interface", "ServiceName": "ec2:vpc-endpoint-service",
	},
	Sets: map[collect.Path]string{
		"DnsEntries": "", "DnsOptions.PrivateDnsSpecifiedDomains": "", "Groups": "GroupId", "Ipv4Prefixes": "SubnetId", "Ipv6Prefixes": "SubnetId",
		"NetworkInterfaceIds": "", "PayerResponsibilities": "Scope", "RouteTableIds": "", "SubnetIds": "",
	},
	Addresses: []collect.Path{"DnsEntries[].DnsName"},
	Takes:     []string{"ec2:network-interface"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		out, err := ec2.NewFromConfig(s.Config).DeleteVpcEndpoints(s.Context, &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{r.ID}})
		if err != nil {
			return err
		}
		return unsuccessful(out.Unsuccessful)
	},
}

// vpcEndpointService is what an account offers by PrivateLink. It has no creation date.
var vpcEndpointService = collect.Kind{
	Name: "ec2:vpc-endpoint-service", CloudFormation: "AWS::EC2::VPCEndpointService",
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		services := collect.Pages[types.ServiceConfiguration](s, c.DescribeVpcEndpointServiceConfigurations, &ec2.DescribeVpcEndpointServiceConfigurationsInput{
			MaxResults: aws.Int32(1000),
		})
		collect.Each(s, services, func(v types.ServiceConfiguration) {
			item := ec2Item(s, "vpc-endpoint-service", v.ServiceId, nil, v.Tags)
			item.Name, item.Dead = v.ServiceName, v.ServiceState == types.ServiceStateDeleted
			principals, ok := collect.Nested(s, &item, "AllowedPrincipals", func(s *collect.Scope) iter.Seq[types.AllowedPrincipal] {
				return collect.Pages[types.AllowedPrincipal](s, c.DescribeVpcEndpointServicePermissions, &ec2.DescribeVpcEndpointServicePermissionsInput{
					ServiceId: v.ServiceId, MaxResults: aws.Int32(1000),
				})
			})
			if ok {
				s.Add(item, v, servicePermissions{principals})
			}
		})
	},
	Weak: []collect.Weakness{
		{Rule: "joins-without-asking", Path: "AcceptanceRequired", Is: []string{"false"}},
		{Rule: "shared-with-account", Path: "AllowedPrincipals[].Principal", Check: snapshot.CheckSharedWith, AtMost: "high"},
	},
	Status: []collect.Path{"ServiceState", "PrivateDnsNameConfiguration.State", "SupportedRegions[].ServiceState"},
	Refs: map[collect.Path]string{
		"NetworkLoadBalancerArns[]": "elasticloadbalancing:loadbalancer", "GatewayLoadBalancerArns[]": "elasticloadbalancing:loadbalancer",
	},
	Sets: map[collect.Path]string{
		"AllowedPrincipals": "Principal", "AvailabilityZoneIds": "", "AvailabilityZones": "", "BaseEndpointDnsNames": "",
		"GatewayLoadBalancerArns": "", "NetworkLoadBalancerArns": "", "ServiceType": "ServiceType", "SupportedIpAddressTypes": "",
		"SupportedRegions": "Region",
	},
	Addresses: []collect.Path{"BaseEndpointDnsNames[]", "PrivateDnsName"},
	// AWS keeps one that has endpoints connected, and they may be anybody's: they are not rejected.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		out, err := ec2.NewFromConfig(s.Config).DeleteVpcEndpointServiceConfigurations(s.Context, &ec2.DeleteVpcEndpointServiceConfigurationsInput{
			ServiceIds: []string{r.ID},
		})
		if err != nil {
			return err
		}
		return unsuccessful(out.Unsuccessful)
	},
}

// servicePermissions are who may connect to an endpoint service.
type servicePermissions struct {
	AllowedPrincipals []types.AllowedPrincipal
}
