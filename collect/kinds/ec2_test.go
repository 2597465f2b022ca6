package kinds

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func ec2Tags() []types.Tag {
	var tags []types.Tag
	for key, value := range teamTags {
		tags = append(tags, types.Tag{Key: &key, Value: &value})
	}
	return tags
}

func ec2TagsFor(resource types.ResourceType) []types.TagSpecification {
	return []types.TagSpecification{{ResourceType: resource, Tags: ec2Tags()}}
}

// ec2Made is what EC2 calls something that was made in the test's region.
func ec2Made(e *estate, resource string, id *string) made {
	return made{ID: *id, ARN: "arn:aws:ec2:" + testRegion + ":" + e.Account + ":" + resource + "/" + *id}
}

// makeVPC makes a network of its own with two subnets.
func makeVPC(e *estate) (vpc *string, subnets []string) {
	c := ec2.NewFromConfig(e.Config)
	vpc = must(c.CreateVpc(e, &ec2.CreateVpcInput{
		CidrBlock: aws.String("10.0.0.0/16"), TagSpecifications: ec2TagsFor(types.ResourceTypeVpc),
	}))(e).Vpc.VpcId
	for zone, block := range map[string]string{"a": "10.0.0.0/24", "b": "10.0.1.0/24"} {
		subnets = append(subnets, *must(c.CreateSubnet(e, &ec2.CreateSubnetInput{
			VpcId: vpc, CidrBlock: &block, AvailabilityZone: aws.String(testRegion + zone), TagSpecifications: ec2TagsFor(types.ResourceTypeSubnet),
		}))(e).Subnet.SubnetId)
	}
	return vpc, subnets
}

func makeSecurityGroup(e *estate, vpc *string) string {
	return *must(ec2.NewFromConfig(e.Config).CreateSecurityGroup(e, &ec2.CreateSecurityGroupInput{
		VpcId: vpc, GroupName: aws.String("web"), Description: aws.String("for tests"), TagSpecifications: ec2TagsFor(types.ResourceTypeSecurityGroup),
	}))(e).GroupId
}

// makeInstance makes an instance in a network of its own.
func makeInstance(e *estate) types.Instance {
	vpc, subnets := makeVPC(e)
	return must(ec2.NewFromConfig(e.Config).RunInstances(e, &ec2.RunInstancesInput{
		ImageId: aws.String("ami-12345678"), InstanceType: types.InstanceTypeT3Micro, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		NetworkInterfaces: []types.InstanceNetworkInterfaceSpecification{{
			DeviceIndex: aws.Int32(0), SubnetId: &subnets[0], Groups: []string{makeSecurityGroup(e, vpc)}, DeleteOnTermination: aws.Bool(true),
		}},
		TagSpecifications: ec2TagsFor(types.ResourceTypeInstance),
		UserData:          aws.String(base64.StdEncoding.EncodeToString([]byte("#!/bin/sh\nexport PASSWORD=hunter2\n"))),
	}))(e).Instances[0]
}

// ec2TagChange changes a tag of anything in EC2.
func ec2TagChange() change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(ec2.NewFromConfig(e.Config).CreateTags(e, &ec2.CreateTagsInput{Resources: []string{m.ID}, Tags: []types.Tag{{Key: &key, Value: &value}}}))(e)
	})
}

func ec2Lives() []life {
	var attachedTo, associated *string
	ssh := []types.IpPermission{{
		IpProtocol: aws.String("tcp"), FromPort: aws.Int32(22), ToPort: aws.Int32(22), IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}},
	}}
	attribute := func(value bool) *types.AttributeBooleanValue { return &types.AttributeBooleanValue{Value: &value} }
	return []life{{
		kind: "ec2:instance", with: []string{"ec2:vpc", "ec2:subnet", "ec2:security-group", "ec2:network-interface", "ec2:volume"},
		refs: []collect.Path{
			"VpcId", "SubnetId", "NetworkInterfaces[].Groups[].GroupId", "NetworkInterfaces[].NetworkInterfaceId", "BlockDeviceMappings[].Ebs.VolumeId",
		},
		create: func(e *estate) made { return ec2Made(e, "instance", makeInstance(e).InstanceId) },
		check: func(t *testing.T, r *collect.Resource) {
			if text := string(r.Configuration); !strings.Contains(text, `"UserData":{"Value":"`+snapshot.MaskPrefix) {
				t.Errorf("user data is not masked in %s", text)
			}
			for _, moving := range []string{"LaunchTime", "AttachTime", "StateTransitionReason"} {
				if strings.Contains(string(r.Configuration), moving) {
					t.Errorf("%s is in the configuration: %s", moving, r.Configuration)
				}
			}
		},
		changes: []change{
			ec2TagChange(),
			flip("metadata without a session", func(e *estate, m made, changed bool) {
				must(ec2.NewFromConfig(e.Config).ModifyInstanceMetadataOptions(e, &ec2.ModifyInstanceMetadataOptionsInput{
					InstanceId: &m.ID, HttpTokens: either(changed, types.HttpTokensStateRequired, types.HttpTokensStateOptional),
					// moto forgets what is not said.
					HttpEndpoint: types.InstanceMetadataEndpointStateEnabled, HttpProtocolIpv6: types.InstanceMetadataProtocolStateDisabled,
					InstanceMetadataTags: types.InstanceMetadataTagsStateDisabled,
				}))(e)
			}, "MetadataOptions.HttpTokens"),
			flip("source and destination checks", func(e *estate, m made, changed bool) {
				must(ec2.NewFromConfig(e.Config).ModifyInstanceAttribute(e, &ec2.ModifyInstanceAttributeInput{InstanceId: &m.ID, SourceDestCheck: attribute(!changed)}))(e)
			}, "SourceDestCheck"),
		},
	}, {
		kind: "ec2:volume",
		create: func(e *estate) made {
			return ec2Made(e, "volume", must(ec2.NewFromConfig(e.Config).CreateVolume(e, &ec2.CreateVolumeInput{
				AvailabilityZone: aws.String(testRegion + "a"), Size: aws.Int32(8), TagSpecifications: ec2TagsFor(types.ResourceTypeVolume),
			}))(e).VolumeId)
		},
		changes: []change{
			ec2TagChange(),
			flip("size", func(e *estate, m made, changed bool) {
				must(ec2.NewFromConfig(e.Config).ModifyVolume(e, &ec2.ModifyVolumeInput{VolumeId: &m.ID, Size: aws.Int32(either[int32](changed, 16, 8))}))(e)
			}, "Size"),
			flip("type", func(e *estate, m made, changed bool) {
				must(ec2.NewFromConfig(e.Config).ModifyVolume(e, &ec2.ModifyVolumeInput{
					VolumeId: &m.ID, VolumeType: either(changed, types.VolumeTypeGp3, types.VolumeTypeGp2),
				}))(e)
			}, "VolumeType"),
		},
	}, {
		kind: "ec2:vpc", undated: true,
		create: func(e *estate) made {
			c := ec2.NewFromConfig(e.Config)
			vpc, subnets := makeVPC(e)
			for _, id := range subnets {
				must(c.DeleteSubnet(e, &ec2.DeleteSubnetInput{SubnetId: &id}))(e)
			}
			must(c.ModifyVpcAttribute(e, &ec2.ModifyVpcAttributeInput{VpcId: vpc, EnableDnsHostnames: &types.AttributeBooleanValue{Value: aws.Bool(true)}}))(e)
			return ec2Made(e, "vpc", vpc)
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "EnableDnsHostnames.Value", "true")
			wantConfiguration(t, r, "EnableDnsSupport.Value", "true")
		},
		changes: []change{
			ec2TagChange(),
			flip("host names", func(e *estate, m made, changed bool) {
				must(ec2.NewFromConfig(e.Config).ModifyVpcAttribute(e, &ec2.ModifyVpcAttributeInput{VpcId: &m.ID, EnableDnsHostnames: attribute(!changed)}))(e)
			}, "EnableDnsHostnames.Value"),
			flip("name resolution", func(e *estate, m made, changed bool) {
				must(ec2.NewFromConfig(e.Config).ModifyVpcAttribute(e, &ec2.ModifyVpcAttributeInput{VpcId: &m.ID, EnableDnsSupport: attribute(!changed)}))(e)
			}, "EnableDnsSupport.Value"),
		},
	}, {
		kind: "ec2:subnet", with: []string{"ec2:vpc"}, refs: []collect.Path{"VpcId"}, undated: true,
		create: func(e *estate) made {
			_, subnets := makeVPC(e)
			must(ec2.NewFromConfig(e.Config).DeleteSubnet(e, &ec2.DeleteSubnetInput{SubnetId: &subnets[1]}))(e)
			return ec2Made(e, "subnet", &subnets[0])
		},
		changes: []change{
			ec2TagChange(),
			flip("public addresses", func(e *estate, m made, changed bool) {
				must(ec2.NewFromConfig(e.Config).ModifySubnetAttribute(e, &ec2.ModifySubnetAttributeInput{SubnetId: &m.ID, MapPublicIpOnLaunch: attribute(changed)}))(e)
			}, "MapPublicIpOnLaunch"),
			flip("IPv6 addresses", func(e *estate, m made, changed bool) {
				must(ec2.NewFromConfig(e.Config).ModifySubnetAttribute(e, &ec2.ModifySubnetAttributeInput{SubnetId: &m.ID, AssignIpv6AddressOnCreation: attribute(changed)}))(e)
			}, "AssignIpv6AddressOnCreation"),
		},
	}, {
		kind: "ec2:route-table", with: []string{"ec2:vpc"}, refs: []collect.Path{"VpcId"}, undated: true,
		create: func(e *estate) made {
			c := ec2.NewFromConfig(e.Config)
			subnets := must(c.DescribeSubnets(e, &ec2.DescribeSubnetsInput{}))(e).Subnets // in the default VPC: no main table of its own
			id := must(c.CreateRouteTable(e, &ec2.CreateRouteTableInput{
				VpcId: subnets[0].VpcId, TagSpecifications: ec2TagsFor(types.ResourceTypeRouteTable),
			}))(e).RouteTable.RouteTableId
			must(c.AssociateRouteTable(e, &ec2.AssociateRouteTableInput{RouteTableId: id, SubnetId: subnets[0].SubnetId}))(e)
			return ec2Made(e, "route-table", id)
		},
		changes: []change{
			ec2TagChange(),
			{
				name: "a route",
				do: func(e *estate, m made) {
					c := ec2.NewFromConfig(e.Config)
					id := must(c.CreateInternetGateway(e, &ec2.CreateInternetGatewayInput{}))(e).InternetGateway.InternetGatewayId
					must(c.CreateRoute(e, &ec2.CreateRouteInput{RouteTableId: &m.ID, DestinationCidrBlock: aws.String("0.0.0.0/0"), GatewayId: id}))(e)
				},
				undo: func(e *estate, m made) {
					must(ec2.NewFromConfig(e.Config).DeleteRoute(e, &ec2.DeleteRouteInput{RouteTableId: &m.ID, DestinationCidrBlock: aws.String("0.0.0.0/0")}))(e)
				},
				paths: []string{"Routes[]"},
			},
			{
				name: "its subnet",
				do: func(e *estate, m made) {
					c := ec2.NewFromConfig(e.Config)
					for _, a := range must(c.DescribeRouteTables(e, &ec2.DescribeRouteTablesInput{RouteTableIds: []string{m.ID}}))(e).RouteTables[0].Associations {
						associated = a.SubnetId
						must(c.DisassociateRouteTable(e, &ec2.DisassociateRouteTableInput{AssociationId: a.RouteTableAssociationId}))(e)
					}
				},
				undo: func(e *estate, m made) {
					must(ec2.NewFromConfig(e.Config).AssociateRouteTable(e, &ec2.AssociateRouteTableInput{RouteTableId: &m.ID, SubnetId: associated}))(e)
				},
				paths: []string{"Associations[SubnetId=*]"},
			},
		},
	}, {
		kind: "ec2:internet-gateway", with: []string{"ec2:vpc"}, refs: []collect.Path{"Attachments[].VpcId"}, undated: true,
		create: func(e *estate) made {
			c := ec2.NewFromConfig(e.Config)
			vpc, _ := makeVPC(e)
			id := must(c.CreateInternetGateway(e, &ec2.CreateInternetGatewayInput{
				TagSpecifications: ec2TagsFor(types.ResourceTypeInternetGateway),
			}))(e).InternetGateway.InternetGatewayId
			must(c.AttachInternetGateway(e, &ec2.AttachInternetGatewayInput{InternetGatewayId: id, VpcId: vpc}))(e)
			return ec2Made(e, "internet-gateway", id)
		},
		check: func(t *testing.T, r *collect.Resource) {
			if r.Marked(snapshot.MarkProvider) {
				t.Error("a gateway that somebody made is marked as AWS's")
			}
		},
		changes: []change{
			ec2TagChange(),
			{
				name: "its network",
				do: func(e *estate, m made) {
					c := ec2.NewFromConfig(e.Config)
					for _, a := range must(c.DescribeInternetGateways(e, &ec2.DescribeInternetGatewaysInput{InternetGatewayIds: []string{m.ID}}))(e).InternetGateways[0].Attachments {
						attachedTo = a.VpcId
					}
					must(c.DetachInternetGateway(e, &ec2.DetachInternetGatewayInput{InternetGatewayId: &m.ID, VpcId: attachedTo}))(e)
				},
				undo: func(e *estate, m made) {
					must(ec2.NewFromConfig(e.Config).AttachInternetGateway(e, &ec2.AttachInternetGatewayInput{InternetGatewayId: &m.ID, VpcId: attachedTo}))(e)
				},
				paths: []string{"Attachments[VpcId=*]"},
			},
		},
		fewer: "there is nothing else to an internet gateway",
	}, {
		kind: "ec2:security-group", with: []string{"ec2:vpc"}, refs: []collect.Path{"VpcId"}, undated: true,
		create: func(e *estate) made {
			vpcs := must(ec2.NewFromConfig(e.Config).DescribeVpcs(e, &ec2.DescribeVpcsInput{}))(e).Vpcs
			id := makeSecurityGroup(e, vpcs[0].VpcId)
			return ec2Made(e, "security-group", &id)
		},
		changes: []change{
			ec2TagChange(),
			{
				name: "an ingress rule",
				do: func(e *estate, m made) {
					must(ec2.NewFromConfig(e.Config).AuthorizeSecurityGroupIngress(e, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &m.ID, IpPermissions: ssh}))(e)
				},
				undo: func(e *estate, m made) {
					must(ec2.NewFromConfig(e.Config).RevokeSecurityGroupIngress(e, &ec2.RevokeSecurityGroupIngressInput{GroupId: &m.ID, IpPermissions: ssh}))(e)
				},
				paths: []string{"IpPermissions[]"},
			},
			{
				name: "an egress rule",
				do: func(e *estate, m made) {
					must(ec2.NewFromConfig(e.Config).AuthorizeSecurityGroupEgress(e, &ec2.AuthorizeSecurityGroupEgressInput{GroupId: &m.ID, IpPermissions: ssh}))(e)
				},
				undo: func(e *estate, m made) {
					must(ec2.NewFromConfig(e.Config).RevokeSecurityGroupEgress(e, &ec2.RevokeSecurityGroupEgressInput{GroupId: &m.ID, IpPermissions: ssh}))(e)
				},
				paths: []string{"IpPermissionsEgress[]"},
			},
		},
	}}
}

// What an instance made goes with it, and its date is that of the launch, not of the last start.
func TestInstanceParts(t *testing.T) {
	e := newEstate(t)
	c := ec2.NewFromConfig(e.Config)
	made := makeInstance(e)
	before := of(e.capture("ec2:instance"), "ec2:instance")
	for _, change := range []func() error{
		func() error {
			_, err := c.StopInstances(e, &ec2.StopInstancesInput{InstanceIds: []string{*made.InstanceId}})
			return err
		},
		func() error {
			_, err := c.StartInstances(e, &ec2.StartInstancesInput{InstanceIds: []string{*made.InstanceId}})
			return err
		},
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
	}
	seen := e.capture("ec2:instance", "ec2:network-interface")
	for key, r := range of(seen, "ec2:instance") {
		if b := before[key]; b == nil || b.CreatedAt == nil || r.CreatedAt == nil || !r.CreatedAt.Equal(*b.CreatedAt) || r.ConfigurationHash != b.ConfigurationHash {
			t.Errorf("stopped and started, the instance differs:\n%+v\n%+v", b, r)
		}
		parts := of(seen, "ec2:network-interface")
		if len(parts) != 1 {
			t.Errorf("captured %d interfaces, want the instance's", len(parts))
		}
		for _, part := range parts {
			if part.Owner == nil || part.Owner.Key != key || !part.Marked(snapshot.MarkOwned) {
				t.Errorf("the owner of %s: got %+v, want %s", part.Key, part.Owner, key)
			}
		}
	}
}

func TestInstanceProtection(t *testing.T) {
	e := newEstate(t)
	made := makeInstance(e)
	r := &collect.Resource{ID: *made.InstanceId}
	scope := e.session.Scope(e, &instance, testRegion)
	for _, on := range []bool{false, true} {
		must(ec2.NewFromConfig(e.Config).ModifyInstanceAttribute(e, &ec2.ModifyInstanceAttributeInput{
			InstanceId: made.InstanceId, DisableApiTermination: &types.AttributeBooleanValue{Value: &on},
		}))(e)
		guard, err := instance.Protect(scope, r)
		if err != nil || (guard != "") != on {
			t.Errorf("termination protection %v: got %q, %v", on, guard, err)
		}
	}
	if err := instance.Delete(scope, r); collect.Classify(err) != collect.ClassProtected {
		t.Errorf("deleting a protected instance: got %v (class %s)", err, collect.Classify(err))
	}
}

// An instance that AWS calls terminated is gone, one that is shutting down is not; the primary interface tells when one
// was launched.
func TestLivingInstances(t *testing.T) {
	launch := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	of := func(id string, state types.InstanceStateName, interfaces ...types.InstanceNetworkInterface) types.Instance {
		return types.Instance{InstanceId: &id, State: &types.InstanceState{Name: state}, NetworkInterfaces: interfaces, LaunchTime: aws.Time(launch.Add(time.Hour))}
	}
	attached := func(device, card int32, at time.Time) types.InstanceNetworkInterface {
		return types.InstanceNetworkInterface{Attachment: &types.InstanceNetworkInterfaceAttachment{DeviceIndex: &device, NetworkCardIndex: &card, AttachTime: &at}}
	}
	reservations := []types.Reservation{
		{Instances: []types.Instance{
			of("i-1", types.InstanceStateNameRunning, attached(1, 0, launch.Add(9)), attached(0, 1, launch.Add(8)), attached(0, 0, launch)),
			of("i-2", types.InstanceStateNameTerminated),
		}},
		{Instances: []types.Instance{of("i-3", types.InstanceStateNameShuttingDown), of("i-4", types.InstanceStateNameStopped, types.InstanceNetworkInterface{})}},
	}
	var got []string
	for i := range living(slices.Values(reservations)) {
		got = append(got, *i.InstanceId)
		want := map[string]time.Time{"i-1": launch}[*i.InstanceId]
		if at := aws.ToTime(launched(i)); !at.Equal(want) {
			t.Errorf("%s: launched %v, want %v", *i.InstanceId, at, want)
		}
	}
	if want := []string{"i-1", "i-3", "i-4"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestInstanceOwner(t *testing.T) {
	id, yes, no := aws.String("i-1"), aws.Bool(true), aws.Bool(false)
	if got := instanceOwner(id, yes); got == nil || *got != (snapshot.Owner{Kind: "ec2:instance", ID: "i-1"}) {
		t.Errorf("what goes with an instance: got %+v", got)
	}
	for _, got := range []*snapshot.Owner{instanceOwner(id, no), instanceOwner(id, nil), instanceOwner(nil, yes)} {
		if got != nil {
			t.Errorf("what outlives its instance, or has none: got %+v", got)
		}
	}
}

// Two groups that name each other can't go; with the rules taken out they can.
func TestSecurityGroupsUnlinked(t *testing.T) {
	e := newEstate(t)
	c := ec2.NewFromConfig(e.Config)
	vpc, _ := makeVPC(e)
	first := makeSecurityGroup(e, vpc)
	second := *must(c.CreateSecurityGroup(e, &ec2.CreateSecurityGroupInput{VpcId: vpc, GroupName: aws.String("db"), Description: aws.String("for tests")}))(e).GroupId
	naming := func(id string) []types.IpPermission {
		return []types.IpPermission{{
			IpProtocol: aws.String("tcp"), FromPort: aws.Int32(5432), ToPort: aws.Int32(5432), UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: &id}},
			IpRanges: []types.IpRange{{CidrIp: aws.String("10.0.0.0/8")}},
		}}
	}
	must(c.AuthorizeSecurityGroupIngress(e, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &first, IpPermissions: naming(second)}))(e)
	must(c.AuthorizeSecurityGroupEgress(e, &ec2.AuthorizeSecurityGroupEgressInput{GroupId: &first, IpPermissions: naming(second)}))(e)
	scope := e.session.Scope(e, &securityGroup, testRegion)
	if err := securityGroup.Unlink(scope, &collect.Resource{ID: first}, snapshot.Reference{ID: second}); err != nil {
		t.Fatal(err)
	}
	for _, r := range of(e.capture("ec2:security-group"), "ec2:security-group") {
		if r.ID == first && strings.Contains(string(r.Configuration), second) {
			t.Errorf("a rule still names the other group: %s", r.Configuration)
		}
		if r.ID == first && strings.Count(string(r.Configuration), "10.0.0.0/8") != 2 {
			t.Errorf("rules that do not name it went too: %s", r.Configuration)
		}
	}
}

// What every account has of a region's default network is AWS's.
func TestDefaultNetwork(t *testing.T) {
	e := newEstate(t)
	kinds := []string{"ec2:vpc", "ec2:subnet", "ec2:route-table", "ec2:security-group", "ec2:internet-gateway"}
	seen := e.capture(kinds...)
	if len(seen.Resources) < 4 {
		t.Fatalf("captured %d of a default network", len(seen.Resources))
	}
	for _, r := range seen.Resources {
		if !r.Marked(snapshot.MarkProvider) {
			t.Errorf("%s is not marked as made by AWS", r.Key)
		}
		if guarded := r.Kind == "ec2:route-table" || r.Kind == "ec2:security-group"; r.Marked(snapshot.MarkProtected) != guarded {
			t.Errorf("%s: protected %q, want protected %v", r.Key, r.Protection, guarded)
		}
	}
}
