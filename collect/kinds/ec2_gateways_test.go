package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbv2types "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func ec2GatewaysLives() []life {
	var subnet string
	endpointPolicy := func(action string) string {
		return `{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"` + action + `","Resource":"*"}]}`
	}
	return []life{
		{
			kind: "ec2:natgateway", with: []string{"ec2:vpc", "ec2:subnet", "ec2:elastic-ip", "ec2:network-interface"},
			refs: []collect.Path{"VpcId", "SubnetId", "NatGatewayAddresses[].AllocationId", "NatGatewayAddresses[].NetworkInterfaceId"},
			create: func(e *estate) made {
				c := ec2.NewFromConfig(e.Config)
				_, subnets := makeVPC(e)
				address := must(c.AllocateAddress(e, &ec2.AllocateAddressInput{Domain: types.DomainTypeVpc}))(e).AllocationId
				id := must(c.CreateNatGateway(e, &ec2.CreateNatGatewayInput{
					SubnetId: &subnets[0], AllocationId: address, TagSpecifications: ec2TagsFor(types.ResourceTypeNatgateway),
				}))(e).NatGateway.NatGatewayId
				return ec2Made(e, "natgateway", id)
			},
			changes: []change{ec2TagChange()},
			fewer:   "moto has no AssociateNatGatewayAddress, and AWS changes nothing else",
		},
		{
			kind: "ec2:egress-only-internet-gateway", with: []string{"ec2:vpc"}, refs: []collect.Path{"Attachments[].VpcId"}, undated: true,
			create: func(e *estate) made {
				vpc, _ := makeVPC(e)
				id := must(ec2.NewFromConfig(e.Config).CreateEgressOnlyInternetGateway(e, &ec2.CreateEgressOnlyInternetGatewayInput{
					VpcId: vpc, TagSpecifications: ec2TagsFor(types.ResourceTypeEgressOnlyInternetGateway),
				}))(e).EgressOnlyInternetGateway.EgressOnlyInternetGatewayId
				return ec2Made(e, "egress-only-internet-gateway", id)
			},
			changes: []change{ec2TagChange()},
			fewer:   "it stays with the network that it was made for",
		},
		{
			kind: "ec2:vpc-endpoint", with: []string{"ec2:vpc", "ec2:subnet", "ec2:security-group", "ec2:network-interface"},
			refs:   []collect.Path{"VpcId", "SubnetIds[]", "Groups[].GroupId", "NetworkInterfaceIds[]"},
			create: makeInterfaceEndpoint,
			changes: []change{
				ec2TagChange(),
				flip("policy", func(e *estate, m made, changed bool) {
					must(ec2.NewFromConfig(e.Config).ModifyVpcEndpoint(e, &ec2.ModifyVpcEndpointInput{
						VpcEndpointId: &m.ID, PolicyDocument: aws.String(either(changed, endpointPolicy("sqs:SendMessage"), endpointPolicy("*"))),
					}))(e)
				}, "PolicyDocument"),
				{
					name: "a subnet",
					do: func(e *estate, m made) {
						c := ec2.NewFromConfig(e.Config)
						subnet = must(c.DescribeVpcEndpoints(e, &ec2.DescribeVpcEndpointsInput{VpcEndpointIds: []string{m.ID}}))(e).VpcEndpoints[0].SubnetIds[1]
						must(c.ModifyVpcEndpoint(e, &ec2.ModifyVpcEndpointInput{VpcEndpointId: &m.ID, RemoveSubnetIds: []string{subnet}}))(e)
					},
					undo: func(e *estate, m made) {
						must(ec2.NewFromConfig(e.Config).ModifyVpcEndpoint(e, &ec2.ModifyVpcEndpointInput{VpcEndpointId: &m.ID, AddSubnetIds: []string{subnet}}))(e)
					},
					paths: []string{"SubnetIds[]"},
				},
			},
		},
		{
			kind: "ec2:vpc-endpoint-service", with: []string{"elasticloadbalancing:loadbalancer"}, undated: true,
			refs:     []collect.Path{"NetworkLoadBalancerArns[]"},
			create:   makeEndpointService,
			untagged: true, // moto takes none when it creates one
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "AllowedPrincipals[].Principal", "arn:aws:iam::210987654321:root")
			},
			changes: []change{
				ec2TagChange(),
				flip("acceptance", func(e *estate, m made, changed bool) {
					must(ec2.NewFromConfig(e.Config).ModifyVpcEndpointServiceConfiguration(e, &ec2.ModifyVpcEndpointServiceConfigurationInput{
						ServiceId: &m.ID, AcceptanceRequired: aws.Bool(!changed),
					}))(e)
				}, "AcceptanceRequired"),
				flip("who may use it", func(e *estate, m made, changed bool) {
					in, others := &ec2.ModifyVpcEndpointServicePermissionsInput{ServiceId: &m.ID}, []string{"arn:aws:iam::345678901234:root"}
					if changed {
						in.AddAllowedPrincipals = others
					} else {
						in.RemoveAllowedPrincipals = others
					}
					must(ec2.NewFromConfig(e.Config).ModifyVpcEndpointServicePermissions(e, in))(e)
				}, "AllowedPrincipals[Principal=arn:aws:iam::345678901234:root]"),
			},
		},
	}
}

func makeInterfaceEndpoint(e *estate) made {
	vpc, subnets := makeVPC(e)
	id := must(ec2.NewFromConfig(e.Config).CreateVpcEndpoint(e, &ec2.CreateVpcEndpointInput{
		VpcId: vpc, SubnetIds: subnets, SecurityGroupIds: []string{makeSecurityGroup(e, vpc)}, VpcEndpointType: types.VpcEndpointTypeInterface,
		ServiceName: aws.String("com.amazonaws." + testRegion + ".sqs"), TagSpecifications: ec2TagsFor(types.ResourceTypeVpcEndpoint),
	}))(e).VpcEndpoint.VpcEndpointId
	return ec2Made(e, "vpc-endpoint", id)
}

func makeEndpointService(e *estate) made {
	c := ec2.NewFromConfig(e.Config)
	_, subnets := makeVPC(e)
	balancer := must(elbv2.NewFromConfig(e.Config).CreateLoadBalancer(e, &elbv2.CreateLoadBalancerInput{
		Name: aws.String("endpoint-service-life"), Type: elbv2types.LoadBalancerTypeEnumNetwork, Subnets: subnets,
	}))(e).LoadBalancers[0].LoadBalancerArn
	id := must(c.CreateVpcEndpointServiceConfiguration(e, &ec2.CreateVpcEndpointServiceConfigurationInput{
		NetworkLoadBalancerArns: []string{*balancer}, AcceptanceRequired: aws.Bool(true),
		TagSpecifications: ec2TagsFor(types.ResourceTypeVpcEndpointService),
	}))(e).ServiceConfiguration.ServiceId
	must(c.ModifyVpcEndpointServicePermissions(e, &ec2.ModifyVpcEndpointServicePermissionsInput{
		ServiceId: id, AddAllowedPrincipals: []string{"arn:aws:iam::210987654321:root"},
	}))(e)
	return ec2Made(e, "vpc-endpoint-service", id)
}

// A gateway endpoint writes its routes into route tables: these are its own, and no change of the tables.
func TestGatewayEndpointRoutes(t *testing.T) {
	e := newEstate(t)
	c := ec2.NewFromConfig(e.Config)
	vpc, _ := makeVPC(e)
	table := must(c.CreateRouteTable(e, &ec2.CreateRouteTableInput{VpcId: vpc}))(e).RouteTable.RouteTableId
	routes := func() *snapshot.Resource {
		for _, r := range of(e.capture("ec2:route-table"), "ec2:route-table") {
			if r.ID == *table {
				return r
			}
		}
		t.Fatal("the route table is not there")
		return nil
	}
	before := routes()
	endpoint := must(c.CreateVpcEndpoint(e, &ec2.CreateVpcEndpointInput{
		VpcId: vpc, RouteTableIds: []string{*table}, ServiceName: aws.String("com.amazonaws." + testRegion + ".s3"), VpcEndpointType: types.VpcEndpointTypeGateway,
	}))(e).VpcEndpoint.VpcEndpointId
	if out := must(c.DescribeRouteTables(e, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{*table}}))(e); len(out.RouteTables[0].Routes) != 2 {
		t.Fatalf("the endpoint wrote no route: %+v", out.RouteTables[0].Routes)
	}
	if after := routes(); after.ConfigurationHash != before.ConfigurationHash {
		t.Errorf("the endpoint's route changed the table:\n%s\n%s", before.Configuration, after.Configuration)
	}
	e.Proxy.Deny("ec2", "DescribeVpcEndpoints")
	if after := routes(); !after.Unread("Routes") || strings.Contains(string(after.Configuration), *endpoint) {
		t.Errorf("whose the routes are can't be told, and they are known: %s, %+v", after.Configuration, after.Unknown)
	}
}

// What an endpoint's answer keeps is an error, though the call is a success.
func TestUnsuccessful(t *testing.T) {
	if err := unsuccessful(nil); err != nil {
		t.Errorf("nothing kept: %v", err)
	}
	for _, test := range []struct {
		code string
		want collect.Class
	}{
		{"InvalidVpcEndpoint.NotFound", collect.ClassNotFound}, {"DependencyViolation", collect.ClassInUse}, {"InvalidParameter", collect.ClassOther},
	} {
		err := unsuccessful([]types.UnsuccessfulItem{{
			ResourceId: aws.String("vpce-1"), Error: &types.UnsuccessfulItemError{Code: &test.code, Message: aws.String("why")},
		}})
		if collect.Classify(err) != test.want || collect.Message(err) != "vpce-1: why" {
			t.Errorf("%s: got %v (class %s)", test.code, err, collect.Classify(err))
		}
	}
	if err := unsuccessful([]types.UnsuccessfulItem{{}}); err == nil {
		t.Error("kept without a reason: no error")
	}
}

// A NAT gateway that failed is gone; of one whose addresses AWS manages, they are no configuration.
func TestNATGatewayStates(t *testing.T) {
	e := newEstate(t)
	e.answer("ec2", "DescribeNatGateways", `<DescribeNatGatewaysResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><natGatewaySet>
  <item><natGatewayId>nat-00000000000000001</natGatewayId><state>failed</state><failureCode>InternalError</failureCode></item>
  <item><natGatewayId>nat-00000000000000002</natGatewayId><state>deleted</state></item>
  <item><natGatewayId>nat-00000000000000003</natGatewayId><state>deleting</state></item>
  <item><natGatewayId>nat-00000000000000004</natGatewayId><state>available</state><availabilityMode>regional</availabilityMode><autoScalingIps>enabled</autoScalingIps>
    <natGatewayAddressSet><item><allocationId>eipalloc-00000000000000001</allocationId><publicIp>203.0.113.1</publicIp></item></natGatewayAddressSet></item>
</natGatewaySet></DescribeNatGatewaysResponse>`)
	seen := of(e.capture("ec2:natgateway"), "ec2:natgateway")
	if len(seen) != 2 {
		t.Errorf("captured %d, want the one that is being deleted and the one that is there", len(seen))
	}
	for _, r := range seen {
		if strings.Contains(string(r.Configuration), "eipalloc-") {
			t.Errorf("AWS's own addresses are in %s", r.Configuration)
		}
	}
}
