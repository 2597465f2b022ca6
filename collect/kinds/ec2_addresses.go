package kinds

import (
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

var elasticIP = collect.Kind{
	Name: "ec2:elastic-ip", CloudFormation: "AWS::EC2::EIP", Aliases: []string{"ec2:address", "ec2:eip"},
	List: func(s *collect.Scope) {
		out, ok := collect.Call(s, ec2.NewFromConfig(s.Config).DescribeAddresses, &ec2.DescribeAddressesInput{}) // has no pages
		if !ok {
			return
		}
		for _, a := range out.Addresses {
			item := ec2Item(s, "elastic-ip", a.AllocationId, nil, a.Tags)
			item.Name = a.PublicIp
			item.BillIDs = []string{"elastic-ip/" + aws.ToString(a.AllocationId)} // idle; in use the bill names the interface
			if a.ServiceManaged != "" {
				item.Managed("the service " + string(a.ServiceManaged) + " manages it")
			}
			s.Add(item, a)
		}
	},
	Status:    []collect.Path{"AssociationId"}, // a new one each time; what it is associated with is configuration
	UsedBy:    []collect.Path{"NetworkInterfaceId", "InstanceId"},
	Addresses: []collect.Path{"PublicIp", "CarrierIp", "CustomerOwnedIp"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		c := ec2.NewFromConfig(s.Config)
		stored, err := collect.Stored[types.Address](r)
		if err != nil {
			return err
		}
		out, err := c.DescribeAddresses(s.Context, &ec2.DescribeAddressesInput{AllocationIds: []string{r.ID}})
		if err != nil {
			return err
		}
		for _, a := range out.Addresses {
			if a.AssociationId == nil {
				continue
			}
			if err := collect.DoUnlessGone(s, c.DisassociateAddress, &ec2.DisassociateAddressInput{AssociationId: a.AssociationId}); err != nil {
				return err
			}
		}
		return collect.Do(s, c.ReleaseAddress, &ec2.ReleaseAddressInput{AllocationId: &r.ID, NetworkBorderGroup: stored.NetworkBorderGroup})
	},
}

var networkInterface = collect.Kind{
	Name: "ec2:network-interface", CloudFormation: "AWS::EC2::NetworkInterface", Aliases: []string{"ec2:eni"},
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		for n := range collect.Pages[types.NetworkInterface](s, c.DescribeNetworkInterfaces, &ec2.DescribeNetworkInterfacesInput{
			MaxResults: aws.Int32(1000), IncludeManagedResources: aws.Bool(true),
		}) {
			item := ec2Item(s, "network-interface", n.NetworkInterfaceId, n.OwnerId, n.TagSet)
			item.Owner = interfaceOwner(s, n)
			if holder := interfaceHolder(n, s.AccountID); holder != "" && item.Protect == "" {
				item.Managed(holder)
			}
			serviceManages(&item, n.Operator)
			s.Add(item, n)
		}
	},
	Status: []collect.Path{
		"Status", "Attachment.Status", "Attachment.AttachTime", "Attachment.AttachmentId", "AssociatedSubnets",
		// Addresses that AWS lends come and go with stops and starts; an elastic one says itself where it is.
		"Association", "PrivateIpAddresses[].Association", "PublicDnsName", "PublicIpDnsNameOptions.PublicDualStackDnsName",
		"PublicIpDnsNameOptions.PublicIpv4DnsName", "PublicIpDnsNameOptions.PublicIpv6DnsName",
	},
	Refs: map[collect.Path]string{"SubnetId": "ec2:subnet", "VpcId": "ec2:vpc", "Groups[].GroupId": "ec2:security-group"},
	Sets: map[collect.Path]string{
		"Groups": "GroupId", "PrivateIpAddresses": "PrivateIpAddress", "Ipv6Addresses": "", "Ipv4Prefixes": "", "Ipv6Prefixes": "",
	},
	// An attached one is refused, and rightly: it goes once its instance is gone, and is never torn off another's.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeleteNetworkInterface, &ec2.DeleteNetworkInterfaceInput{NetworkInterfaceId: &r.ID})
	},
}

// interfaceHolder says which of AWS's services has an interface, or "" where it is the account's own. One that Lambda
// left behind is: Lambda takes up to an hour to remove it.
func interfaceHolder(n types.NetworkInterface, account string) string {
	lambda := n.InterfaceType == types.NetworkInterfaceTypeLambda || strings.HasPrefix(aws.ToString(n.Description), "AWS Lambda VPC ENI")
	by := ""
	if n.Attachment != nil {
		by = aws.ToString(n.Attachment.InstanceOwnerId)
	}
	switch {
	case lambda && n.Status == types.NetworkInterfaceStatusAvailable:
		return ""
	case lambda || aws.ToBool(n.RequesterManaged):
		return "an AWS service made it and removes it: " + aws.ToString(n.Description)
	case by != "" && by != account:
		return by + " has it attached"
	}
	return ""
}

// madeFor tells from the description that a service gives an interface what the interface is for.
type madeFor struct {
	description *regexp.Regexp
	kind        string
}

const idOf = `([a-z-]+-[0-9a-f]{8,17})`

var interfacesMadeFor = []madeFor{
	{regexp.MustCompile(`^AWS Lambda VPC ENI-(.+)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`), "lambda:function"},
	{regexp.MustCompile(`^ELB ((?:app|net|gwy)/.+)$`), "elasticloadbalancing:loadbalancer"},
	{regexp.MustCompile(`^Interface for NAT Gateway ` + idOf), "ec2:natgateway"},
	{regexp.MustCompile(`^Network Interface for Transit Gateway Attachment ` + idOf), "ec2:transit-gateway-attachment"},
	{regexp.MustCompile(`^VPC Endpoint Interface ` + idOf), "ec2:vpc-endpoint"},
	{regexp.MustCompile(`^EFS mount target for ` + idOf), "elasticfilesystem:file-system"},
	{regexp.MustCompile(`^Amazon EKS (.+)$`), "eks:cluster"},
}

// interfaceOwner is what an interface comes and goes with. A description can be written by anybody: it only ever moves
// an interface to the owned ones, which nothing deletes.
func interfaceOwner(s *collect.Scope, n types.NetworkInterface) *snapshot.Owner {
	if n.Attachment != nil {
		if owner := instanceOwner(n.Attachment.InstanceId, n.Attachment.DeleteOnTermination); owner != nil {
			return owner
		}
	}
	for _, service := range interfacesMadeFor {
		match := service.description.FindStringSubmatch(aws.ToString(n.Description))
		if match == nil {
			continue
		}
		id := match[1]
		if service.kind == "elasticloadbalancing:loadbalancer" {
			id = *s.ARN("elasticloadbalancing", "loadbalancer/"+id)
		}
		return &snapshot.Owner{Kind: service.kind, ID: id}
	}
	return nil
}
