package testbed

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
)

func (w *world) ec2() *ec2.Client { return ec2.NewFromConfig(w.cfg) }

// network makes a VPC with two subnets and a security group.
func (w *world) network() (vpc *string, subnets []string, group *string) {
	c := w.ec2()
	vpc = must[*ec2.CreateVpcOutput](w)(c.CreateVpc(w.ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")})).Vpc.VpcId
	for cidr, zone := range map[string]string{"10.0.1.0/24": "eu-west-1a", "10.0.2.0/24": "eu-west-1b"} {
		s := must[*ec2.CreateSubnetOutput](w)(c.CreateSubnet(w.ctx, &ec2.CreateSubnetInput{VpcId: vpc, CidrBlock: &cidr, AvailabilityZone: &zone}))
		subnets = append(subnets, *s.Subnet.SubnetId)
	}
	return vpc, subnets, w.group(vpc, "g")
}

func (w *world) group(vpc *string, name string) *string {
	return must[*ec2.CreateSecurityGroupOutput](w)(w.ec2().CreateSecurityGroup(w.ctx, &ec2.CreateSecurityGroupInput{
		GroupName: &name, Description: &name, VpcId: vpc})).GroupId
}

func (w *world) instance(subnet string, group *string) string {
	return *must[*ec2.RunInstancesOutput](w)(w.ec2().RunInstances(w.ctx, &ec2.RunInstancesInput{ImageId: aws.String("ami-12345678"),
		MinCount: aws.Int32(1), MaxCount: aws.Int32(1), SubnetId: &subnet, SecurityGroupIds: []string{*group}})).Instances[0].InstanceId
}

func (w *world) deleteGroup(id *string) func() error {
	return func() error {
		return errOf(w.ec2().DeleteSecurityGroup(w.ctx, &ec2.DeleteSecurityGroupInput{GroupId: id}))
	}
}

func (w *world) deleteSubnet(id string) func() error {
	return func() error { return errOf(w.ec2().DeleteSubnet(w.ctx, &ec2.DeleteSubnetInput{SubnetId: &id})) }
}

func (w *world) terminate(id string) func() error {
	return func() error {
		return errOf(w.ec2().TerminateInstances(w.ctx, &ec2.TerminateInstancesInput{InstanceIds: []string{id}}))
	}
}

func (w *world) eni(subnet string, group *string) (id *string, remove func() error) {
	id = must[*ec2.CreateNetworkInterfaceOutput](w)(w.ec2().CreateNetworkInterface(w.ctx, &ec2.CreateNetworkInterfaceInput{
		SubnetId: &subnet, Groups: []string{*group}})).NetworkInterface.NetworkInterfaceId
	return id, func() error {
		return errOf(w.ec2().DeleteNetworkInterface(w.ctx, &ec2.DeleteNetworkInterfaceInput{NetworkInterfaceId: id}))
	}
}

func (w *world) address() *string {
	return must[*ec2.AllocateAddressOutput](w)(w.ec2().AllocateAddress(w.ctx, &ec2.AllocateAddressInput{})).AllocationId
}

// bareVPC has no subnets, so that moto would delete it.
func (w *world) bareVPC() (id *string, remove func() error) {
	id = must[*ec2.CreateVpcOutput](w)(w.ec2().CreateVpc(w.ctx, &ec2.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")})).Vpc.VpcId
	return id, func() error { return errOf(w.ec2().DeleteVpc(w.ctx, &ec2.DeleteVpcInput{VpcId: id})) }
}

var refusedByEC2 = []refused{
	{"group of an interface", "DependencyViolation", func(w *world) (func() error, func() error) {
		_, subnets, g := w.network()
		_, clear := w.eni(subnets[0], g)
		return w.deleteGroup(g), clear
	}},
	{"group of an instance", "DependencyViolation", func(w *world) (func() error, func() error) {
		_, subnets, g := w.network()
		return w.deleteGroup(g), w.terminate(w.instance(subnets[0], g))
	}},
	{"group named by another's rule", "DependencyViolation", func(w *world) (func() error, func() error) {
		vpc, _, g := w.network()
		other := w.group(vpc, "other")
		rule := []types.IpPermission{{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(1), ToPort: aws.Int32(2), UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: g}}}}
		must[*ec2.AuthorizeSecurityGroupIngressOutput](w)(w.ec2().AuthorizeSecurityGroupIngress(w.ctx, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: other, IpPermissions: rule}))
		return w.deleteGroup(g), func() error {
			return errOf(w.ec2().RevokeSecurityGroupIngress(w.ctx, &ec2.RevokeSecurityGroupIngressInput{GroupId: other, IpPermissions: rule}))
		}
	}},
	{"group of a load balancer", "DependencyViolation", func(w *world) (func() error, func() error) {
		_, subnets, g := w.network()
		c := elb.NewFromConfig(w.cfg)
		arn := must[*elb.CreateLoadBalancerOutput](w)(c.CreateLoadBalancer(w.ctx, &elb.CreateLoadBalancerInput{Name: aws.String("l"), Subnets: subnets, SecurityGroups: []string{*g}})).LoadBalancers[0].LoadBalancerArn
		return w.deleteGroup(g), func() error {
			return errOf(c.DeleteLoadBalancer(w.ctx, &elb.DeleteLoadBalancerInput{LoadBalancerArn: arn}))
		}
	}},
	{"default group", "CannotDelete", func(w *world) (func() error, func() error) {
		g := must[*ec2.DescribeSecurityGroupsOutput](w)(w.ec2().DescribeSecurityGroups(w.ctx, &ec2.DescribeSecurityGroupsInput{})).SecurityGroups[0].GroupId
		return w.deleteGroup(g), nil
	}},
	{"subnet with an interface", "DependencyViolation", func(w *world) (func() error, func() error) {
		_, subnets, g := w.network()
		_, clear := w.eni(subnets[0], g)
		return w.deleteSubnet(subnets[0]), clear
	}},
	{"subnet with an instance", "DependencyViolation", func(w *world) (func() error, func() error) {
		_, subnets, g := w.network()
		return w.deleteSubnet(subnets[0]), w.terminate(w.instance(subnets[0], g))
	}},
	{"subnet with a NAT gateway", "DependencyViolation", func(w *world) (func() error, func() error) {
		_, subnets, _ := w.network()
		nat := must[*ec2.CreateNatGatewayOutput](w)(w.ec2().CreateNatGateway(w.ctx, &ec2.CreateNatGatewayInput{SubnetId: &subnets[0], AllocationId: w.address()})).NatGateway.NatGatewayId
		return w.deleteSubnet(subnets[0]), func() error {
			return errOf(w.ec2().DeleteNatGateway(w.ctx, &ec2.DeleteNatGatewayInput{NatGatewayId: nat}))
		}
	}},
	{"address of a NAT gateway", "InvalidIPAddress.InUse", func(w *world) (func() error, func() error) {
		_, subnets, _ := w.network()
		ip := w.address()
		nat := must[*ec2.CreateNatGatewayOutput](w)(w.ec2().CreateNatGateway(w.ctx, &ec2.CreateNatGatewayInput{SubnetId: &subnets[0], AllocationId: ip})).NatGateway.NatGatewayId
		return func() error {
				return errOf(w.ec2().ReleaseAddress(w.ctx, &ec2.ReleaseAddressInput{AllocationId: ip}))
			}, func() error {
				return errOf(w.ec2().DeleteNatGateway(w.ctx, &ec2.DeleteNatGatewayInput{NatGatewayId: nat}))
			}
	}},
	{"attached interface", "InvalidParameterValue", func(w *world) (func() error, func() error) {
		_, subnets, g := w.network()
		id, remove := w.eni(subnets[0], g)
		a := must[*ec2.AttachNetworkInterfaceOutput](w)(w.ec2().AttachNetworkInterface(w.ctx, &ec2.AttachNetworkInterfaceInput{
			InstanceId: aws.String(w.instance(subnets[0], g)), NetworkInterfaceId: id, DeviceIndex: aws.Int32(1)})).AttachmentId
		return remove, func() error {
			return errOf(w.ec2().DetachNetworkInterface(w.ctx, &ec2.DetachNetworkInterfaceInput{AttachmentId: a}))
		}
	}},
	{"associated address", "InvalidIPAddress.InUse", func(w *world) (func() error, func() error) {
		_, subnets, g := w.network()
		nic, _ := w.eni(subnets[0], g)
		ip := w.address()
		a := must[*ec2.AssociateAddressOutput](w)(w.ec2().AssociateAddress(w.ctx, &ec2.AssociateAddressInput{AllocationId: ip, NetworkInterfaceId: nic})).AssociationId
		return func() error {
				return errOf(w.ec2().ReleaseAddress(w.ctx, &ec2.ReleaseAddressInput{AllocationId: ip}))
			}, func() error {
				return errOf(w.ec2().DisassociateAddress(w.ctx, &ec2.DisassociateAddressInput{AssociationId: a}))
			}
	}},
	{"VPC with a group", "DependencyViolation", func(w *world) (func() error, func() error) {
		vpc, remove := w.bareVPC()
		return remove, w.deleteGroup(w.group(vpc, "g"))
	}},
	{"VPC with an internet gateway", "DependencyViolation", func(w *world) (func() error, func() error) {
		vpc, remove := w.bareVPC()
		gw := w.gateway(vpc)
		return remove, func() error {
			return errOf(w.ec2().DetachInternetGateway(w.ctx, &ec2.DetachInternetGatewayInput{InternetGatewayId: gw, VpcId: vpc}))
		}
	}},
	{"VPC with an endpoint", "DependencyViolation", func(w *world) (func() error, func() error) {
		vpc, remove := w.bareVPC()
		id := must[*ec2.CreateVpcEndpointOutput](w)(w.ec2().CreateVpcEndpoint(w.ctx, &ec2.CreateVpcEndpointInput{VpcId: vpc,
			ServiceName: aws.String("com.amazonaws.eu-west-1.s3"), VpcEndpointType: types.VpcEndpointTypeGateway})).VpcEndpoint.VpcEndpointId
		return remove, func() error {
			return errOf(w.ec2().DeleteVpcEndpoints(w.ctx, &ec2.DeleteVpcEndpointsInput{VpcEndpointIds: []string{*id}}))
		}
	}},
	{"VPC with a route table", "DependencyViolation", func(w *world) (func() error, func() error) {
		vpc, remove := w.bareVPC()
		id := must[*ec2.CreateRouteTableOutput](w)(w.ec2().CreateRouteTable(w.ctx, &ec2.CreateRouteTableInput{VpcId: vpc})).RouteTable.RouteTableId
		return remove, func() error {
			return errOf(w.ec2().DeleteRouteTable(w.ctx, &ec2.DeleteRouteTableInput{RouteTableId: id}))
		}
	}},
	{"main route table", "DependencyViolation", func(w *world) (func() error, func() error) {
		vpc, _ := w.bareVPC()
		for _, table := range must[*ec2.DescribeRouteTablesOutput](w)(w.ec2().DescribeRouteTables(w.ctx, &ec2.DescribeRouteTablesInput{})).RouteTables {
			if *table.VpcId == *vpc {
				return func() error {
					return errOf(w.ec2().DeleteRouteTable(w.ctx, &ec2.DeleteRouteTableInput{RouteTableId: table.RouteTableId}))
				}, nil
			}
		}
		panic("a VPC has no main route table")
	}},
	{"internet gateway of mapped addresses", "DependencyViolation", func(w *world) (func() error, func() error) {
		vpc, subnets, g := w.network()
		gw := w.gateway(vpc)
		nic, _ := w.eni(subnets[0], g)
		a := must[*ec2.AssociateAddressOutput](w)(w.ec2().AssociateAddress(w.ctx, &ec2.AssociateAddressInput{AllocationId: w.address(), NetworkInterfaceId: nic})).AssociationId
		return func() error {
				return errOf(w.ec2().DetachInternetGateway(w.ctx, &ec2.DetachInternetGatewayInput{InternetGatewayId: gw, VpcId: vpc}))
			}, func() error {
				return errOf(w.ec2().DisassociateAddress(w.ctx, &ec2.DisassociateAddressInput{AssociationId: a}))
			}
	}},
}

func (w *world) gateway(vpc *string) *string {
	c := w.ec2()
	id := must[*ec2.CreateInternetGatewayOutput](w)(c.CreateInternetGateway(w.ctx, &ec2.CreateInternetGatewayInput{})).InternetGateway.InternetGatewayId
	must[*ec2.AttachInternetGatewayOutput](w)(c.AttachInternetGateway(w.ctx, &ec2.AttachInternetGatewayInput{InternetGatewayId: id, VpcId: vpc}))
	return id
}
