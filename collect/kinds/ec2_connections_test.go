package kinds

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

func ec2ConnectionsLives() []life {
	var attachedTo *string
	return []life{
		{
			kind: "ec2:vpc-peering-connection", with: []string{"ec2:vpc"}, undated: true,
			refs: []collect.Path{"RequesterVpcInfo.VpcId", "AccepterVpcInfo.VpcId"},
			create: func(e *estate) made {
				c := ec2.NewFromConfig(e.Config)
				asking, _ := makeVPC(e)
				asked := must(c.CreateVpc(e, &ec2.CreateVpcInput{CidrBlock: aws.String("10.7.0.0/16")}))(e).Vpc.VpcId
				id := must(c.CreateVpcPeeringConnection(e, &ec2.CreateVpcPeeringConnectionInput{
					VpcId: asking, PeerVpcId: asked, TagSpecifications: ec2TagsFor(types.ResourceTypeVpcPeeringConnection),
				}))(e).VpcPeeringConnection.VpcPeeringConnectionId
				must(c.AcceptVpcPeeringConnection(e, &ec2.AcceptVpcPeeringConnectionInput{VpcPeeringConnectionId: id}))(e)
				return ec2Made(e, "vpc-peering-connection", id)
			},
			changes: []change{
				ec2TagChange(),
				flip("name resolution, by who asked", func(e *estate, m made, changed bool) {
					must(ec2.NewFromConfig(e.Config).ModifyVpcPeeringConnectionOptions(e, &ec2.ModifyVpcPeeringConnectionOptionsInput{
						VpcPeeringConnectionId: &m.ID, RequesterPeeringConnectionOptions: &types.PeeringConnectionOptionsRequest{AllowDnsResolutionFromRemoteVpc: &changed},
					}))(e)
				}, "RequesterVpcInfo.PeeringOptions.AllowDnsResolutionFromRemoteVpc"),
				flip("name resolution, by who accepted", func(e *estate, m made, changed bool) {
					must(ec2.NewFromConfig(e.Config).ModifyVpcPeeringConnectionOptions(e, &ec2.ModifyVpcPeeringConnectionOptionsInput{
						VpcPeeringConnectionId: &m.ID, AccepterPeeringConnectionOptions: &types.PeeringConnectionOptionsRequest{AllowDnsResolutionFromRemoteVpc: &changed},
					}))(e)
				}, "AccepterVpcInfo.PeeringOptions.AllowDnsResolutionFromRemoteVpc"),
			},
		},
		{
			kind: "ec2:transit-gateway",
			create: func(e *estate) made {
				id := makeTransitGateway(e, "transit-gateway-life")
				goneAtSecond(e, "DeleteTransitGateway", *id, "InvalidTransitGatewayID.NotFound")
				return ec2Made(e, "transit-gateway", id)
			},
			changes: []change{
				ec2TagChange(),
				flip("description", func(e *estate, m made, changed bool) {
					must(ec2.NewFromConfig(e.Config).ModifyTransitGateway(e, &ec2.ModifyTransitGatewayInput{
						TransitGatewayId: &m.ID, Description: aws.String(either(changed, "another", "transit-gateway-life")),
					}))(e)
				}, "Description"),
				flip("accepts by itself", func(e *estate, m made, changed bool) {
					must(ec2.NewFromConfig(e.Config).ModifyTransitGateway(e, &ec2.ModifyTransitGatewayInput{
						TransitGatewayId: &m.ID, Options: &types.ModifyTransitGatewayOptions{
							AutoAcceptSharedAttachments: either(changed, types.AutoAcceptSharedAttachmentsValueEnable, types.AutoAcceptSharedAttachmentsValueDisable),
						},
					}))(e)
				}, "Options.AutoAcceptSharedAttachments"),
			},
		},
		{
			kind: "ec2:transit-gateway-attachment", with: []string{"ec2:vpc", "ec2:subnet", "ec2:transit-gateway"},
			refs: []collect.Path{"TransitGatewayId", "VpcId", "SubnetIds[]"},
			create: func(e *estate) made {
				vpc, subnets := makeVPC(e)
				c := ec2.NewFromConfig(e.Config)
				id := must(c.CreateTransitGatewayVpcAttachment(e, &ec2.CreateTransitGatewayVpcAttachmentInput{
					TransitGatewayId: makeTransitGateway(e, "attachment-life"), VpcId: vpc, SubnetIds: subnets,
				}))(e).TransitGatewayVpcAttachment.TransitGatewayAttachmentId
				must(c.CreateTags(e, &ec2.CreateTagsInput{Resources: []string{*id}, Tags: ec2Tags()}))(e)
				goneAtSecond(e, "DeleteTransitGatewayVpcAttachment", *id, "InvalidTransitGatewayAttachmentID.NotFound")
				return ec2Made(e, "transit-gateway-attachment", id)
			},
			check: func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "VpcOptions.DnsSupport", "enable") },
			changes: []change{
				ec2TagChange(),
				flip("name resolution", func(e *estate, m made, changed bool) {
					must(ec2.NewFromConfig(e.Config).ModifyTransitGatewayVpcAttachment(e, &ec2.ModifyTransitGatewayVpcAttachmentInput{
						TransitGatewayAttachmentId: &m.ID, Options: &types.ModifyTransitGatewayVpcAttachmentRequestOptions{
							DnsSupport: either(changed, types.DnsSupportValueDisable, types.DnsSupportValueEnable),
						},
					}))(e)
				}, "VpcOptions.DnsSupport"),
				flip("appliance mode", func(e *estate, m made, changed bool) {
					must(ec2.NewFromConfig(e.Config).ModifyTransitGatewayVpcAttachment(e, &ec2.ModifyTransitGatewayVpcAttachmentInput{
						TransitGatewayAttachmentId: &m.ID, Options: &types.ModifyTransitGatewayVpcAttachmentRequestOptions{
							ApplianceModeSupport: either(changed, types.ApplianceModeSupportValueEnable, types.ApplianceModeSupportValueDisable),
						},
					}))(e)
				}, "VpcOptions.ApplianceModeSupport"),
			},
		},
		{
			kind: "ec2:vpn-gateway", with: []string{"ec2:vpc"}, refs: []collect.Path{"VpcAttachments[].VpcId"}, undated: true,
			create: func(e *estate) made {
				vpc, _ := makeVPC(e)
				id := makeVPNGateway(e)
				must(ec2.NewFromConfig(e.Config).AttachVpnGateway(e, &ec2.AttachVpnGatewayInput{VpnGatewayId: id, VpcId: vpc}))(e)
				return ec2Made(e, "vpn-gateway", id)
			},
			changes: []change{
				ec2TagChange(),
				{
					name: "its network",
					do: func(e *estate, m made) {
						c := ec2.NewFromConfig(e.Config)
						for _, a := range must(c.DescribeVpnGateways(e, &ec2.DescribeVpnGatewaysInput{VpnGatewayIds: []string{m.ID}}))(e).VpnGateways[0].VpcAttachments {
							attachedTo = a.VpcId
						}
						must(c.DetachVpnGateway(e, &ec2.DetachVpnGatewayInput{VpnGatewayId: &m.ID, VpcId: attachedTo}))(e)
					},
					undo: func(e *estate, m made) {
						must(ec2.NewFromConfig(e.Config).AttachVpnGateway(e, &ec2.AttachVpnGatewayInput{VpnGatewayId: &m.ID, VpcId: attachedTo}))(e)
					},
					paths: []string{"VpcAttachments[VpcId=*]"},
				},
			},
			fewer: "there is nothing else to a VPN gateway that can be changed",
		},
		{
			kind: "ec2:customer-gateway", undated: true,
			create:  func(e *estate) made { return ec2Made(e, "customer-gateway", makeCustomerGateway(e)) },
			changes: []change{ec2TagChange()},
			fewer:   "a customer gateway is made anew, not changed",
		},
		{
			kind: "ec2:vpn-connection", with: []string{"ec2:customer-gateway", "ec2:vpn-gateway"}, undated: true,
			refs: []collect.Path{"CustomerGatewayId", "VpnGatewayId"},
			create: func(e *estate) made {
				id := must(ec2.NewFromConfig(e.Config).CreateVpnConnection(e, &ec2.CreateVpnConnectionInput{
					Type: aws.String("ipsec.1"), CustomerGatewayId: makeCustomerGateway(e), VpnGatewayId: makeVPNGateway(e),
					TagSpecifications: ec2TagsFor(types.ResourceTypeVpnConnection),
				}))(e).VpnConnection.VpnConnectionId
				return ec2Made(e, "vpn-connection", id)
			},
			check: func(t *testing.T, r *collect.Resource) {
				if text := string(r.Configuration) + string(r.Status); strings.Contains(text, "pre_shared_key") {
					t.Errorf("a key is stored: %s", text)
				}
			},
			changes: []change{ec2TagChange()},
			fewer:   "moto has no ModifyVpnConnection, ModifyVpnConnectionOptions or ModifyVpnTunnelOptions",
		},
	}
}

// goneAtSecond answers a second deletion as AWS does: moto breaks down.
func goneAtSecond(e *estate, operation, id, code string) {
	e.Proxy.Error("ec2", operation, 400, code, id+" does not exist.", testbed.Naming(id), testbed.From(2))
}

func makeTransitGateway(e *estate, description string) *string {
	return must(ec2.NewFromConfig(e.Config).CreateTransitGateway(e, &ec2.CreateTransitGatewayInput{
		Description: &description, TagSpecifications: ec2TagsFor(types.ResourceTypeTransitGateway),
	}))(e).TransitGateway.TransitGatewayId
}

func makeVPNGateway(e *estate) *string {
	return must(ec2.NewFromConfig(e.Config).CreateVpnGateway(e, &ec2.CreateVpnGatewayInput{
		Type: types.GatewayTypeIpsec1, TagSpecifications: ec2TagsFor(types.ResourceTypeVpnGateway),
	}))(e).VpnGateway.VpnGatewayId
}

func makeCustomerGateway(e *estate) *string {
	return must(ec2.NewFromConfig(e.Config).CreateCustomerGateway(e, &ec2.CreateCustomerGatewayInput{
		Type: types.GatewayTypeIpsec1, IpAddress: aws.String("203.0.113.7"), BgpAsn: aws.Int32(65000),
		TagSpecifications: ec2TagsFor(types.ResourceTypeCustomerGateway),
	}))(e).CustomerGateway.CustomerGatewayId
}

// What has ended is gone, and what another account asks for is its own until somebody accepts.
func TestPeeringStates(t *testing.T) {
	const account = "123456789012"
	in := func(code types.VpcPeeringConnectionStateReasonCode, by string) types.VpcPeeringConnection {
		return types.VpcPeeringConnection{
			Status: &types.VpcPeeringConnectionStateReason{Code: code}, RequesterVpcInfo: &types.VpcPeeringConnectionVpcInfo{OwnerId: &by},
		}
	}
	for _, test := range []struct {
		is    types.VpcPeeringConnection
		over  bool
		asked string
	}{
		{is: in("active", account)},
		{is: in("active", "210987654321")},
		{is: in("pending-acceptance", account)},
		{is: in("pending-acceptance", "210987654321"), asked: "210987654321"},
		{is: in("deleting", account)},
		{is: in("deleted", account), over: true},
		{is: in("rejected", account), over: true},
		{is: in("failed", account), over: true},
		{is: in("expired", account), over: true},
		{is: types.VpcPeeringConnection{}},
	} {
		if over, asked := peeringOver(test.is), peeringRequestedBy(test.is, account); over != test.over || asked != test.asked {
			t.Errorf("%+v: got over %v, asked by %q; want %v, %q", test.is.Status, over, asked, test.over, test.asked)
		}
	}
}

// The keys of a VPN's tunnels are masked; AWS's documented example, shortened. moto has no tunnel options.
func TestVPNKeys(t *testing.T) {
	e := newEstate(t)
	e.answer("ec2", "DescribeVpnConnections", `<DescribeVpnConnectionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
  <vpnConnectionSet><item>
    <vpnConnectionId>vpn-0123456789abcdef0</vpnConnectionId><state>available</state><type>ipsec.1</type>
    <customerGatewayConfiguration>&lt;vpn_connection&gt;&lt;pre_shared_key&gt;hunter2hunter2&lt;/pre_shared_key&gt;&lt;/vpn_connection&gt;</customerGatewayConfiguration>
    <customerGatewayId>cgw-0123456789abcdef0</customerGatewayId><vpnGatewayId>vgw-0123456789abcdef0</vpnGatewayId>
    <options><staticRoutesOnly>true</staticRoutesOnly><tunnelOptionSet>
      <item><outsideIpAddress>203.0.113.12</outsideIpAddress><preSharedKey>hunter2hunter2</preSharedKey></item>
    </tunnelOptionSet></options>
    <routes><item><destinationCidrBlock>11.12.0.0/16</destinationCidrBlock><state>available</state></item></routes>
    <vgwTelemetry><item><outsideIpAddress>203.0.113.12</outsideIpAddress><status>UP</status></item></vgwTelemetry>
  </item></vpnConnectionSet>
</DescribeVpnConnectionsResponse>`)
	seen := of(e.capture("ec2:vpn-connection"), "ec2:vpn-connection")
	if len(seen) != 1 {
		t.Fatalf("captured %d connections", len(seen))
	}
	for _, r := range seen {
		text := string(r.Configuration)
		if strings.Contains(text+string(r.Status), "hunter2") || !strings.Contains(text, `"PreSharedKey":"`+snapshot.MaskPrefix) {
			t.Errorf("a key is not masked: %s, %s", text, r.Status)
		}
		if strings.Contains(text, `"State"`) || strings.Contains(text, "VgwTelemetry") {
			t.Errorf("what changes by itself is in the configuration: %s", text)
		}
	}
}

// A VPN's attachment is made and removed with the VPN; a peering is either side's; what another account attached is its.
func TestAttachmentItem(t *testing.T) {
	s := &collect.Scope{Partition: "aws", Region: "eu-west-1", AccountID: "123456789012"}
	for name, test := range map[string]struct {
		is                        types.TransitGatewayAttachment
		provider, protected, dead bool
		owner                     string
	}{
		"a VPC's": {is: types.TransitGatewayAttachment{ResourceType: "vpc", ResourceOwnerId: aws.String("123456789012")}},
		"a VPC's of another account": {
			is: types.TransitGatewayAttachment{ResourceType: "vpc", ResourceOwnerId: aws.String("210987654321")}, provider: true, protected: true,
		},
		"a peering": {is: types.TransitGatewayAttachment{ResourceType: "peering", ResourceOwnerId: aws.String("210987654321")}},
		"a VPN's": {
			is:       types.TransitGatewayAttachment{ResourceType: "vpn", ResourceId: aws.String("vpn-0123456789abcdef0"), ResourceOwnerId: aws.String("123456789012")},
			provider: true, protected: true, owner: "vpn-0123456789abcdef0",
		},
		"Direct Connect's": {
			is: types.TransitGatewayAttachment{ResourceType: "direct-connect-gateway", ResourceOwnerId: aws.String("123456789012")}, protected: true,
		},
		"a deleted one": {is: types.TransitGatewayAttachment{ResourceType: "vpc", State: types.TransitGatewayAttachmentStateDeleted}, dead: true},
	} {
		item := attachmentItem(s, test.is, attachmentDetails{})
		owner := ""
		if item.Owner != nil {
			owner = item.Owner.ID
		}
		if item.Provider != test.provider || (item.Protect != "") != test.protected || item.Dead != test.dead || owner != test.owner {
			t.Errorf("%s: got %+v", name, item)
		}
	}
}

// Details that could not be read are unknown, of the attachments that have them.
func TestAttachmentDetailsDenied(t *testing.T) {
	e := newEstate(t)
	vpc, subnets := makeVPC(e)
	must(ec2.NewFromConfig(e.Config).CreateTransitGatewayVpcAttachment(e, &ec2.CreateTransitGatewayVpcAttachmentInput{
		TransitGatewayId: makeTransitGateway(e, "denied"), VpcId: vpc, SubnetIds: subnets,
	}))(e)
	e.Proxy.Deny("ec2", "DescribeTransitGatewayVpcAttachments")
	for _, r := range of(e.capture("ec2:transit-gateway-attachment", "ec2:vpc"), "ec2:transit-gateway-attachment") {
		if len(r.Unknown) != 2 || r.Unknown[0].Path != "SubnetIds" || r.Unknown[1].Path != "VpcOptions" {
			t.Errorf("unknown: %+v", r.Unknown)
		}
		wantConfiguration(t, r, "VpcId", *vpc)
	}
}

// A Connect attachment's peers go before it, those that are going already are left alone. moto has none of these.
func TestConnectAttachmentDelete(t *testing.T) {
	e := newEstate(t)
	e.answer("ec2", "DescribeTransitGatewayConnectPeers", `<DescribeTransitGatewayConnectPeersResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><transitGatewayConnectPeerSet>
  <item><transitGatewayConnectPeerId>tgw-connect-peer-1</transitGatewayConnectPeerId><state>available</state></item>
  <item><transitGatewayConnectPeerId>tgw-connect-peer-2</transitGatewayConnectPeerId><state>deleting</state></item>
</transitGatewayConnectPeerSet></DescribeTransitGatewayConnectPeersResponse>`)
	var deleted []string
	for operation, parameter := range map[string]string{
		"DeleteTransitGatewayConnectPeer": "TransitGatewayConnectPeerId", "DeleteTransitGatewayConnect": "TransitGatewayAttachmentId",
	} {
		e.Proxy.Intercept("ec2", operation, func(c *testbed.Call, _ func(*testbed.Call) *testbed.Answer) *testbed.Answer {
			deleted = append(deleted, c.Param(parameter))
			return &testbed.Answer{Status: 200, Header: http.Header{"Content-Type": {"text/xml"}}, Body: []byte("<" + operation + "Response/>")}
		})
	}
	r := &collect.Resource{ID: "tgw-attach-1", Configuration: json.RawMessage(`{"ResourceType":"connect"}`)}
	scope := e.session.Scope(e, &transitGatewayAttachment, testRegion)
	if err := transitGatewayAttachment.Delete(scope, r); err != nil {
		t.Fatal(err)
	}
	if want := []string{"tgw-connect-peer-1", "tgw-attach-1"}; !slices.Equal(deleted, want) {
		t.Errorf("deleted %v, want %v", deleted, want)
	}
	r.Configuration = json.RawMessage(`{"ResourceType":"direct-connect-gateway"}`)
	if err := transitGatewayAttachment.Delete(scope, r); err == nil {
		t.Error("an attachment that only goes with what it attaches: no error")
	}
}
