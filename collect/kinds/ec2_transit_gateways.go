package kinds

import (
	"fmt"
	"iter"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

var transitGateway = collect.Kind{
	Name: "ec2:transit-gateway", CloudFormation: "AWS::EC2::TransitGateway",
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		for g := range collect.Pages[types.TransitGateway](s, c.DescribeTransitGateways, &ec2.DescribeTransitGatewaysInput{MaxResults: aws.Int32(1000)}) {
			item := ec2Item(s, "transit-gateway", g.TransitGatewayId, g.OwnerId, g.Tags)
			item.Created, item.Dead = g.CreationTime, g.State == types.TransitGatewayStateDeleted
			s.Add(item, g)
		}
	},
	Weak:   []collect.Weakness{{Rule: "joins-without-asking", Path: "Options.AutoAcceptSharedAttachments", Is: []string{"enable"}}},
	Status: []collect.Path{"State", "Options.EncryptionSupport.StateMessage"},
	Sets:   map[collect.Path]string{"Options.TransitGatewayCidrBlocks": ""},
	// Its route tables go with it, its attachments don't.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeleteTransitGateway, &ec2.DeleteTransitGatewayInput{TransitGatewayId: &r.ID})
	},
}

var transitGatewayAttachment = collect.Kind{
	Name: "ec2:transit-gateway-attachment", CloudFormation: "AWS::EC2::TransitGatewayAttachment",
	Aliases: []string{"AWS::EC2::TransitGatewayVpcAttachment", "AWS::EC2::TransitGatewayPeeringAttachment", "AWS::EC2::TransitGatewayConnect"},
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		list := slices.Collect(collect.Pages[types.TransitGatewayAttachment](s, c.DescribeTransitGatewayAttachments, &ec2.DescribeTransitGatewayAttachmentsInput{
			MaxResults: aws.Int32(1000),
		}))
		details := attachmentDetails{}
		details.read(s, c, list)
		for _, a := range list {
			s.Add(attachmentItem(s, a, details), a, details.of(a))
		}
	},
	Status: []collect.Path{"State", "Association.State"},
	Refs: map[collect.Path]string{
		"TransitGatewayId": "ec2:transit-gateway", "VpcId": "ec2:vpc", "SubnetIds[]": "ec2:subnet",
		"TransportTransitGatewayAttachmentId": "ec2:transit-gateway-attachment",
	},
	Sets:   map[collect.Path]string{"SubnetIds": ""},
	Takes:  []string{"ec2:network-interface"},
	Delete: deleteTransitGatewayAttachment,
}

// attachmentItem tells who owns an attachment. A peering is as much the one side's as the other's.
func attachmentItem(s *collect.Scope, a types.TransitGatewayAttachment, details attachmentDetails) collect.Item {
	owner := a.ResourceOwnerId
	if a.ResourceType == types.TransitGatewayAttachmentResourceTypePeering {
		owner = nil
	}
	item := ec2Item(s, "transit-gateway-attachment", a.TransitGatewayAttachmentId, owner, a.Tags)
	item.Created = a.CreationTime
	switch a.State {
	case types.TransitGatewayAttachmentStateDeleted, types.TransitGatewayAttachmentStateFailed, types.TransitGatewayAttachmentStateRejected:
		item.Dead = true // AWS goes on listing these for a while
	}
	switch a.ResourceType {
	case types.TransitGatewayAttachmentResourceTypeVpc, types.TransitGatewayAttachmentResourceTypePeering, types.TransitGatewayAttachmentResourceTypeConnect,
		types.TransitGatewayAttachmentResourceTypeClientVpn:
	case types.TransitGatewayAttachmentResourceTypeVpn:
		item.Owner = &snapshot.Owner{Kind: vpnConnection.Name, ID: aws.ToString(a.ResourceId)}
		item.Managed("a VPN connection's attachment goes with the connection")
	default:
		if item.Protect == "" {
			item.Protect = fmt.Sprintf("an attachment of type %s goes with what it attaches", a.ResourceType)
		}
	}
	item.Unknown = details.gaps[a.ResourceType]
	return item
}

// attachmentDetail is what the lists of the single types of attachments tell beyond the list of all.
type attachmentDetail struct {
	VpcId                               *string
	SubnetIds                           []string
	VpcOptions                          *types.TransitGatewayVpcAttachmentOptions
	RequesterTgwInfo, AccepterTgwInfo   *types.PeeringTgwInfo
	PeeringOptions                      *types.TransitGatewayPeeringAttachmentOptions
	ConnectOptions                      *types.TransitGatewayConnectOptions
	TransportTransitGatewayAttachmentId *string
}

// attachmentDetails are the details by attachment id, and what could not be read by type.
type attachmentDetails struct {
	byID map[string]attachmentDetail
	gaps map[types.TransitGatewayAttachmentResourceType][]collect.Gap
}

func (d attachmentDetails) of(a types.TransitGatewayAttachment) attachmentDetail {
	detail := d.byID[aws.ToString(a.TransitGatewayAttachmentId)]
	if a.ResourceType == types.TransitGatewayAttachmentResourceTypeVpc {
		detail.VpcId = a.ResourceId
	}
	return detail
}

// read asks for each type that was listed, and for no other.
func (d *attachmentDetails) read(s *collect.Scope, c *ec2.Client, list []types.TransitGatewayAttachment) {
	d.byID = make(map[string]attachmentDetail)
	d.gaps = make(map[types.TransitGatewayAttachmentResourceType][]collect.Gap)
	has := func(of types.TransitGatewayAttachmentResourceType) bool {
		return slices.ContainsFunc(list, func(a types.TransitGatewayAttachment) bool { return a.ResourceType == of })
	}
	missing := func(of types.TransitGatewayAttachmentResourceType, err error, paths ...collect.Path) {
		for _, path := range paths {
			if err != nil {
				d.gaps[of] = append(d.gaps[of], collect.Gap{Path: path, Err: err})
			}
		}
	}
	if has(types.TransitGatewayAttachmentResourceTypeVpc) {
		found, err := collect.All(s, func(s *collect.Scope) iter.Seq[types.TransitGatewayVpcAttachment] {
			return collect.Pages[types.TransitGatewayVpcAttachment](s, c.DescribeTransitGatewayVpcAttachments, &ec2.DescribeTransitGatewayVpcAttachmentsInput{
				MaxResults: aws.Int32(1000),
			})
		})
		for _, a := range found {
			d.byID[aws.ToString(a.TransitGatewayAttachmentId)] = attachmentDetail{SubnetIds: a.SubnetIds, VpcOptions: a.Options}
		}
		missing(types.TransitGatewayAttachmentResourceTypeVpc, err, "SubnetIds", "VpcOptions")
	}
	if has(types.TransitGatewayAttachmentResourceTypePeering) {
		found, err := collect.All(s, func(s *collect.Scope) iter.Seq[types.TransitGatewayPeeringAttachment] {
			return collect.Pages[types.TransitGatewayPeeringAttachment](s, c.DescribeTransitGatewayPeeringAttachments, &ec2.DescribeTransitGatewayPeeringAttachmentsInput{
				MaxResults: aws.Int32(1000),
			})
		})
		for _, a := range found {
			d.byID[aws.ToString(a.TransitGatewayAttachmentId)] = attachmentDetail{
				RequesterTgwInfo: a.RequesterTgwInfo, AccepterTgwInfo: a.AccepterTgwInfo, PeeringOptions: a.Options,
			}
		}
		missing(types.TransitGatewayAttachmentResourceTypePeering, err, "RequesterTgwInfo", "AccepterTgwInfo", "PeeringOptions")
	}
	if has(types.TransitGatewayAttachmentResourceTypeConnect) {
		found, err := collect.All(s, func(s *collect.Scope) iter.Seq[types.TransitGatewayConnect] {
			return collect.Pages[types.TransitGatewayConnect](s, c.DescribeTransitGatewayConnects, &ec2.DescribeTransitGatewayConnectsInput{MaxResults: aws.Int32(1000)})
		})
		for _, a := range found {
			d.byID[aws.ToString(a.TransitGatewayAttachmentId)] = attachmentDetail{
				ConnectOptions: a.Options, TransportTransitGatewayAttachmentId: a.TransportTransitGatewayAttachmentId,
			}
		}
		missing(types.TransitGatewayAttachmentResourceTypeConnect, err, "ConnectOptions", "TransportTransitGatewayAttachmentId")
	}
}

func deleteTransitGatewayAttachment(s *collect.Scope, r *collect.Resource) error {
	a, err := collect.Stored[types.TransitGatewayAttachment](r)
	if err != nil {
		return err
	}
	c := ec2.NewFromConfig(s.Config)
	switch a.ResourceType {
	case types.TransitGatewayAttachmentResourceTypeVpc:
		return collect.Do(s, c.DeleteTransitGatewayVpcAttachment, &ec2.DeleteTransitGatewayVpcAttachmentInput{TransitGatewayAttachmentId: &r.ID})
	case types.TransitGatewayAttachmentResourceTypePeering:
		return collect.Do(s, c.DeleteTransitGatewayPeeringAttachment, &ec2.DeleteTransitGatewayPeeringAttachmentInput{TransitGatewayAttachmentId: &r.ID})
	case types.TransitGatewayAttachmentResourceTypeClientVpn:
		return collect.Do(s, c.DeleteTransitGatewayClientVpnAttachment, &ec2.DeleteTransitGatewayClientVpnAttachmentInput{TransitGatewayAttachmentId: &r.ID})
	case types.TransitGatewayAttachmentResourceTypeConnect:
		return deleteConnectAttachment(s, c, r.ID)
	}
	return fmt.Errorf("an attachment of type %s goes with what it attaches", a.ResourceType)
}

// deleteConnectAttachment deletes the peers of a Connect attachment and then itself. The peers take a while, in which AWS
// refuses to delete it: IncorrectState.
func deleteConnectAttachment(s *collect.Scope, c *ec2.Client, id string) error {
	peers := collect.Pages[types.TransitGatewayConnectPeer](s, c.DescribeTransitGatewayConnectPeers, &ec2.DescribeTransitGatewayConnectPeersInput{
		Filters: []types.Filter{{Name: aws.String("transit-gateway-attachment-id"), Values: []string{id}}},
	})
	if err := collect.Every(s, peers, func(p types.TransitGatewayConnectPeer) error {
		if p.State == types.TransitGatewayConnectPeerStateDeleting || p.State == types.TransitGatewayConnectPeerStateDeleted {
			return nil
		}
		return collect.DoUnlessGone(s, c.DeleteTransitGatewayConnectPeer, &ec2.DeleteTransitGatewayConnectPeerInput{
			TransitGatewayConnectPeerId: p.TransitGatewayConnectPeerId,
		})
	}); err != nil {
		return err
	}
	return collect.Do(s, c.DeleteTransitGatewayConnect, &ec2.DeleteTransitGatewayConnectInput{TransitGatewayAttachmentId: &id})
}
