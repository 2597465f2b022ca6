package kinds

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func ec2Connections() []collect.Kind {
	return []collect.Kind{vpcPeering, transitGateway, transitGatewayAttachment, vpnGateway, customerGateway, vpnConnection}
}

// vpcPeering is a connection of two VPCs. The accounts and regions of both list it. It has no creation date.
var vpcPeering = collect.Kind{
	Name: "ec2:vpc-peering-connection", CloudFormation: "AWS::EC2::VPCPeeringConnection",
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		for p := range collect.Pages[types.VpcPeeringConnection](s, c.DescribeVpcPeeringConnections, &ec2.DescribeVpcPeeringConnectionsInput{
			MaxResults: aws.Int32(1000),
		}) {
			item := ec2Item(s, "vpc-peering-connection", p.VpcPeeringConnectionId, nil, p.Tags)
			item.Dead = peeringOver(p)
			if by := peeringRequestedBy(p, s.AccountID); by != "" {
				item.Managed("account " + by + " has asked for it, and nobody accepted")
			}
			s.Add(item, p)
		}
	},
	Status: []collect.Path{"Status", "ExpirationTime"},
	Refs:   map[collect.Path]string{"RequesterVpcInfo.VpcId": "ec2:vpc", "AccepterVpcInfo.VpcId": "ec2:vpc"},
	Sets: map[collect.Path]string{
		"RequesterVpcInfo.CidrBlockSet": "CidrBlock", "RequesterVpcInfo.Ipv6CidrBlockSet": "Ipv6CidrBlock",
		"AccepterVpcInfo.CidrBlockSet": "CidrBlock", "AccepterVpcInfo.Ipv6CidrBlockSet": "Ipv6CidrBlock",
	},
	// The other region's or account's side may have deleted it: only what lives can change its state.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		in := &ec2.DeleteVpcPeeringConnectionInput{VpcPeeringConnectionId: &r.ID}
		return collect.DoUnlessGone(s, ec2.NewFromConfig(s.Config).DeleteVpcPeeringConnection, in, "InvalidStateTransition")
	},
}

// peeringOver reports whether a peering connection has ended: AWS goes on listing those for hours or days (VPC Peering
// Guide, "VPC peering connection lifecycle"), and deletes none of them.
func peeringOver(p types.VpcPeeringConnection) bool {
	if p.Status == nil {
		return false
	}
	switch p.Status.Code {
	case types.VpcPeeringConnectionStateReasonCodeDeleted, types.VpcPeeringConnectionStateReasonCodeRejected,
		types.VpcPeeringConnectionStateReasonCodeFailed, types.VpcPeeringConnectionStateReasonCodeExpired:
		return true
	}
	return false
}

// peeringRequestedBy is the other account that asks for a connection which this one has not accepted, or "": anybody can
// ask, and a request ends by itself after a week.
func peeringRequestedBy(p types.VpcPeeringConnection, account string) string {
	if p.Status == nil || p.RequesterVpcInfo == nil || p.Status.Code != types.VpcPeeringConnectionStateReasonCodePendingAcceptance {
		return ""
	}
	if by := aws.ToString(p.RequesterVpcInfo.OwnerId); by != account {
		return by
	}
	return ""
}

// vpnGateway has no creation date.
var vpnGateway = collect.Kind{
	Name: "ec2:vpn-gateway", CloudFormation: "AWS::EC2::VPNGateway", Aliases: []string{"ec2:virtual-private-gateway"},
	List: func(s *collect.Scope) {
		out, ok := collect.Call(s, ec2.NewFromConfig(s.Config).DescribeVpnGateways, &ec2.DescribeVpnGatewaysInput{}) // has no pages
		if !ok {
			return
		}
		for _, g := range out.VpnGateways {
			item := ec2Item(s, "vpn-gateway", g.VpnGatewayId, nil, g.Tags)
			item.Dead = g.State == types.VpnStateDeleted
			g.VpcAttachments = slices.DeleteFunc(slices.Clone(g.VpcAttachments), func(a types.VpcAttachment) bool {
				return a.State == types.AttachmentStatusDetached // listed for a while
			})
			s.Add(item, g)
		}
	},
	Status: []collect.Path{"State", "VpcAttachments[].State"},
	Refs:   map[collect.Path]string{"VpcAttachments[].VpcId": "ec2:vpc"},
	Sets:   map[collect.Path]string{"VpcAttachments": "VpcId"},
	// Detaching takes a while, in which AWS refuses to delete: IncorrectState.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := ec2.NewFromConfig(s.Config)
		gateway, err := collect.Stored[types.VpnGateway](r)
		if err != nil {
			return err
		}
		for _, a := range gateway.VpcAttachments {
			in := &ec2.DetachVpnGatewayInput{VpnGatewayId: &r.ID, VpcId: a.VpcId}
			if err := collect.DoUnlessGone(s, c.DetachVpnGateway, in, "IncorrectState"); err != nil {
				return err
			}
		}
		return collect.Do(s, c.DeleteVpnGateway, &ec2.DeleteVpnGatewayInput{VpnGatewayId: &r.ID})
	},
}

// customerGateway has no creation date.
var customerGateway = collect.Kind{
	Name: "ec2:customer-gateway", CloudFormation: "AWS::EC2::CustomerGateway",
	List: func(s *collect.Scope) {
		out, ok := collect.Call(s, ec2.NewFromConfig(s.Config).DescribeCustomerGateways, &ec2.DescribeCustomerGatewaysInput{}) // has no pages
		if !ok {
			return
		}
		for _, g := range out.CustomerGateways {
			item := ec2Item(s, "customer-gateway", g.CustomerGatewayId, nil, g.Tags)
			item.Dead = aws.ToString(g.State) == string(types.VpnStateDeleted)
			s.Add(item, g)
		}
	},
	Status: []collect.Path{"State"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeleteCustomerGateway, &ec2.DeleteCustomerGatewayInput{CustomerGatewayId: &r.ID})
	},
}

// vpnConnection has no creation date. It is deleted in the background, and listed for a while after.
var vpnConnection = collect.Kind{
	Name: "ec2:vpn-connection", CloudFormation: "AWS::EC2::VPNConnection",
	List: func(s *collect.Scope) {
		out, ok := collect.Call(s, ec2.NewFromConfig(s.Config).DescribeVpnConnections, &ec2.DescribeVpnConnectionsInput{}) // has no pages
		if !ok {
			return
		}
		for _, v := range out.VpnConnections {
			item := ec2Item(s, "vpn-connection", v.VpnConnectionId, nil, v.Tags)
			item.Dead = v.State == types.VpnStateDeleted
			s.Add(item, v)
		}
	},
	Status: []collect.Path{"State", "GatewayAssociationState", "VgwTelemetry", "Routes[].State"},
	// The customer gateway's configuration is made of the options and the gateways, in some states only, and holds the keys.
	Omit: []collect.Path{"CustomerGatewayConfiguration"},
	Refs: map[collect.Path]string{
		"CustomerGatewayId": "ec2:customer-gateway", "VpnGatewayId": "ec2:vpn-gateway", "TransitGatewayId": "ec2:transit-gateway",
		"Options.TransportTransitGatewayAttachmentId": "ec2:transit-gateway-attachment",
	},
	Sets: map[collect.Path]string{
		"Options.TunnelOptions": "OutsideIpAddress", "Options.TunnelOptions[].IkeVersions": "Value",
		"Options.TunnelOptions[].Phase1DHGroupNumbers": "Value", "Options.TunnelOptions[].Phase2DHGroupNumbers": "Value",
		"Options.TunnelOptions[].Phase1EncryptionAlgorithms": "Value", "Options.TunnelOptions[].Phase2EncryptionAlgorithms": "Value",
		"Options.TunnelOptions[].Phase1IntegrityAlgorithms": "Value", "Options.TunnelOptions[].Phase2IntegrityAlgorithms": "Value",
		"Routes": "DestinationCidrBlock",
	},
	Secrets:   []collect.Path{"Options.TunnelOptions[].PreSharedKey"},
	Addresses: []collect.Path{"Options.TunnelOptions[].OutsideIpAddress"},
	Takes:     []string{"ec2:transit-gateway-attachment"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeleteVpnConnection, &ec2.DeleteVpnConnectionInput{VpnConnectionId: &r.ID})
	},
}
