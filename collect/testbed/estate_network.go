package testbed

import (
	"encoding/base64"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// machineImage is the image of an estate's instances. moto starts any.
const machineImage = "ami-0123456789abcdef0"

func (b *builder) ec2Tags(resource types.ResourceType, name string) []types.TagSpecification {
	tags := named(b, name, func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
	return []types.TagSpecification{{ResourceType: resource, Tags: tags}}
}

// network is a VPC with two public and two private subnets, an internet gateway and a route table for each sort.
type network struct {
	vpc             string
	public, private []string // subnets
}

// network makes the VPC 10.N.0.0/16 with what belongs to it.
func (b *builder) network(name, n string) network {
	c := ec2.NewFromConfig(b.cfg)
	made := network{vpc: *do(b, c.CreateVpc, &ec2.CreateVpcInput{
		CidrBlock: aws.String("10." + n + ".0.0/16"), TagSpecifications: b.ec2Tags(types.ResourceTypeVpc, name),
	}).Vpc.VpcId}
	do(b, c.ModifyVpcAttribute, &ec2.ModifyVpcAttributeInput{
		VpcId: &made.vpc, EnableDnsHostnames: &types.AttributeBooleanValue{Value: aws.Bool(true)},
	})
	gateway := do(b, c.CreateInternetGateway, &ec2.CreateInternetGatewayInput{
		TagSpecifications: b.ec2Tags(types.ResourceTypeInternetGateway, name),
	}).InternetGateway.InternetGatewayId
	do(b, c.AttachInternetGateway, &ec2.AttachInternetGatewayInput{InternetGatewayId: gateway, VpcId: &made.vpc})

	made.public = b.subnets(name+"-public", made.vpc, "10."+n+".0.0/24", "10."+n+".1.0/24")
	made.private = b.subnets(name+"-private", made.vpc, "10."+n+".16.0/20", "10."+n+".32.0/20")
	outside := b.routeTable(name+"-public", made.vpc, made.public)
	do(b, c.CreateRoute, &ec2.CreateRouteInput{RouteTableId: &outside, DestinationCidrBlock: aws.String("0.0.0.0/0"), GatewayId: gateway})
	b.routeTable(name+"-private", made.vpc, made.private)
	return made
}

// subnets makes one subnet in each zone.
func (b *builder) subnets(name, vpc string, blocks ...string) []string {
	var ids []string
	for i, block := range blocks {
		zone := string(rune('a' + i))
		ids = append(ids, *do(b, ec2.NewFromConfig(b.cfg).CreateSubnet, &ec2.CreateSubnetInput{
			VpcId: &vpc, CidrBlock: &block, AvailabilityZone: aws.String(b.cfg.Region + zone),
			TagSpecifications: b.ec2Tags(types.ResourceTypeSubnet, name+"-"+zone),
		}).Subnet.SubnetId)
	}
	return ids
}

func (b *builder) routeTable(name, vpc string, subnets []string) string {
	c := ec2.NewFromConfig(b.cfg)
	table := do(b, c.CreateRouteTable, &ec2.CreateRouteTableInput{
		VpcId: &vpc, TagSpecifications: b.ec2Tags(types.ResourceTypeRouteTable, name),
	}).RouteTable.RouteTableId
	for _, subnet := range subnets {
		do(b, c.AssociateRouteTable, &ec2.AssociateRouteTableInput{RouteTableId: table, SubnetId: &subnet})
	}
	return *table
}

// securityGroup makes a group that lets traffic in to a port, from an address block or, where from is a group's id, from
// that group.
func (b *builder) securityGroup(name, vpc string, port int32, from string) string {
	c := ec2.NewFromConfig(b.cfg)
	id := do(b, c.CreateSecurityGroup, &ec2.CreateSecurityGroupInput{
		GroupName: &name, Description: aws.String(name), VpcId: &vpc, TagSpecifications: b.ec2Tags(types.ResourceTypeSecurityGroup, name),
	}).GroupId
	do(b, c.AuthorizeSecurityGroupIngress, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: id, IpPermissions: []types.IpPermission{ingress(port, from)}})
	return *id
}

func ingress(port int32, from string) types.IpPermission {
	rule := types.IpPermission{IpProtocol: aws.String("tcp"), FromPort: &port, ToPort: &port}
	if len(from) > 3 && from[:3] == "sg-" {
		rule.UserIdGroupPairs = []types.UserIdGroupPair{{GroupId: &from}}
	} else {
		rule.IpRanges = []types.IpRange{{CidrIp: &from}}
	}
	return rule
}

// instance starts an instance; profile, the name of an instance profile, may be empty.
func (b *builder) instance(name, subnet, group, profile string) string {
	in := &ec2.RunInstancesInput{
		ImageId: aws.String(machineImage), InstanceType: types.InstanceTypeT3Micro, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		NetworkInterfaces: []types.InstanceNetworkInterfaceSpecification{{
			DeviceIndex: aws.Int32(0), SubnetId: &subnet, Groups: []string{group}, DeleteOnTermination: aws.Bool(true),
		}},
		BlockDeviceMappings: []types.BlockDeviceMapping{{ // moto's own default outlives the instance; images' defaults don't
			DeviceName: aws.String("/dev/sda1"),
			Ebs:        &types.EbsBlockDevice{VolumeSize: aws.Int32(8), VolumeType: types.VolumeTypeGp3, DeleteOnTermination: aws.Bool(true)},
		}},
		MetadataOptions:   &types.InstanceMetadataOptionsRequest{HttpTokens: types.HttpTokensStateRequired},
		UserData:          aws.String(base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\nhostname " + name + "\n"))),
		TagSpecifications: append(b.ec2Tags(types.ResourceTypeInstance, name), b.ec2Tags(types.ResourceTypeVolume, name)...),
	}
	if profile != "" {
		in.IamInstanceProfile = &types.IamInstanceProfileSpecification{Name: &profile}
	}
	return *do(b, ec2.NewFromConfig(b.cfg).RunInstances, in).Instances[0].InstanceId
}

// networkInterface makes an interface and, where an instance is given, attaches it as the instance's second.
func (b *builder) networkInterface(name, subnet, group, instance string) string {
	c := ec2.NewFromConfig(b.cfg)
	id := do(b, c.CreateNetworkInterface, &ec2.CreateNetworkInterfaceInput{
		SubnetId: &subnet, Groups: []string{group}, Description: &name, TagSpecifications: b.ec2Tags(types.ResourceTypeNetworkInterface, name),
	}).NetworkInterface.NetworkInterfaceId
	if instance != "" {
		do(b, c.AttachNetworkInterface, &ec2.AttachNetworkInterfaceInput{NetworkInterfaceId: id, InstanceId: &instance, DeviceIndex: aws.Int32(1)})
	}
	return *id
}

// elasticIP allocates an address and, where an instance is given, associates it.
func (b *builder) elasticIP(name, instance string) string {
	c := ec2.NewFromConfig(b.cfg)
	id := do(b, c.AllocateAddress, &ec2.AllocateAddressInput{
		Domain: types.DomainTypeVpc, TagSpecifications: b.ec2Tags(types.ResourceTypeElasticIp, name),
	}).AllocationId
	if instance != "" {
		do(b, c.AssociateAddress, &ec2.AssociateAddressInput{AllocationId: id, InstanceId: &instance})
	}
	return *id
}
