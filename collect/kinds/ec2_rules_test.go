package kinds

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func ec2RulesLives() []life {
	var associated, byDefault *string
	return []life{
		{
			kind: "ec2:network-acl", with: []string{"ec2:vpc", "ec2:subnet"}, refs: []collect.Path{"VpcId"}, undated: true,
			create: func(e *estate) made {
				subnet := must(ec2.NewFromConfig(e.Config).DescribeSubnets(e, &ec2.DescribeSubnetsInput{}))(e).Subnets[0] // in the default VPC
				id, _ := makeNetworkACL(e, subnet)
				must(ec2.NewFromConfig(e.Config).CreateNetworkAclEntry(e, &ec2.CreateNetworkAclEntryInput{
					NetworkAclId: id, RuleNumber: aws.Int32(100), Protocol: aws.String("-1"), RuleAction: types.RuleActionAllow,
					Egress: aws.Bool(false), CidrBlock: aws.String("198.51.100.0/24"),
				}))(e)
				return ec2Made(e, "network-acl", id)
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantConfiguration(t, r, "Entries[].CidrBlock", "198.51.100.0/24")
			},
			changes: []change{
				ec2TagChange(),
				{
					name: "an entry",
					do: func(e *estate, m made) {
						must(ec2.NewFromConfig(e.Config).CreateNetworkAclEntry(e, &ec2.CreateNetworkAclEntryInput{
							NetworkAclId: &m.ID, RuleNumber: aws.Int32(110), Protocol: aws.String("6"), RuleAction: types.RuleActionAllow,
							Egress: aws.Bool(false), CidrBlock: aws.String("0.0.0.0/0"), PortRange: &types.PortRange{From: aws.Int32(22), To: aws.Int32(22)},
						}))(e)
					},
					undo: func(e *estate, m made) {
						must(ec2.NewFromConfig(e.Config).DeleteNetworkAclEntry(e, &ec2.DeleteNetworkAclEntryInput{
							NetworkAclId: &m.ID, RuleNumber: aws.Int32(110), Egress: aws.Bool(false),
						}))(e)
					},
					paths: []string{"Entries[RuleNumber=110,Egress=false]"},
				},
				flip("what an entry does", func(e *estate, m made, changed bool) {
					must(ec2.NewFromConfig(e.Config).ReplaceNetworkAclEntry(e, &ec2.ReplaceNetworkAclEntryInput{
						NetworkAclId: &m.ID, RuleNumber: aws.Int32(100), Protocol: aws.String("-1"), Egress: aws.Bool(false), CidrBlock: aws.String("198.51.100.0/24"),
						RuleAction: either(changed, types.RuleActionDeny, types.RuleActionAllow),
					}))(e)
				}, "Entries[RuleNumber=100,Egress=false].RuleAction"),
				{
					name: "its subnet",
					do: func(e *estate, m made) {
						c := ec2.NewFromConfig(e.Config)
						for _, a := range must(c.DescribeNetworkAcls(e, &ec2.DescribeNetworkAclsInput{}))(e).NetworkAcls {
							if aws.ToBool(a.IsDefault) {
								byDefault = a.NetworkAclId
							}
							if *a.NetworkAclId == m.ID {
								associated = a.Associations[0].SubnetId
							}
						}
						giveSubnet(e, associated, byDefault)
					},
					undo:  func(e *estate, m made) { giveSubnet(e, associated, &m.ID) },
					paths: []string{"Associations[SubnetId=*]"},
				},
			},
		},
		{
			kind: "ec2:vpc-flow-log", with: []string{"ec2:vpc", "logs:log-group"},
			create: func(e *estate) made {
				vpc, _ := makeVPC(e)
				must(cloudwatchlogs.NewFromConfig(e.Config).CreateLogGroup(e, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("flow-log-life")}))(e)
				id := must(ec2.NewFromConfig(e.Config).CreateFlowLogs(e, &ec2.CreateFlowLogsInput{
					ResourceIds: []string{*vpc}, ResourceType: types.FlowLogsResourceTypeVpc, TrafficType: types.TrafficTypeAll,
					LogDestinationType: types.LogDestinationTypeCloudWatchLogs, LogGroupName: aws.String("flow-log-life"),
					DeliverLogsPermissionArn: aws.String("arn:aws:iam::" + e.Account + ":role/flow-log-life"),
					TagSpecifications:        ec2TagsFor(types.ResourceTypeVpcFlowLog),
				}))(e).FlowLogIds[0]
				return ec2Made(e, "vpc-flow-log", &id)
			},
			check: func(t *testing.T, r *collect.Resource) {
				wantNamed(t, r, "ResourceId", "ec2:vpc")
				wantNamed(t, r, "LogGroupName", "logs:log-group")
			},
			changes: []change{ec2TagChange()},
			fewer:   "a flow log is made anew, not changed",
		},
		{
			kind: "ec2:dhcp-options", undated: true,
			create: func(e *estate) made {
				c := ec2.NewFromConfig(e.Config)
				id := must(c.CreateDhcpOptions(e, &ec2.CreateDhcpOptionsInput{
					DhcpConfigurations: []types.NewDhcpConfiguration{{Key: aws.String("domain-name"), Values: []string{"dhcp-options-life.example"}}},
				}))(e).DhcpOptions.DhcpOptionsId
				must(c.CreateTags(e, &ec2.CreateTagsInput{Resources: []string{*id}, Tags: ec2Tags()}))(e)
				return ec2Made(e, "dhcp-options", id)
			},
			changes: []change{ec2TagChange()},
			fewer:   "DHCP options are made anew, not changed",
		},
		{
			kind: "ec2:prefix-list", undated: true,
			create: func(e *estate) made {
				return ec2Made(e, "prefix-list", makePrefixList(e, "prefix-list-life"))
			},
			check: func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "Entries[].Cidr", "198.51.100.0/24") },
			changes: []change{
				ec2TagChange(),
				flip("name", func(e *estate, m made, changed bool) {
					must(ec2.NewFromConfig(e.Config).ModifyManagedPrefixList(e, &ec2.ModifyManagedPrefixListInput{
						PrefixListId: &m.ID, PrefixListName: aws.String(either(changed, "prefix-list-renamed", "prefix-list-life")),
					}))(e)
				}, "PrefixListName"),
				flip("an entry", func(e *estate, m made, changed bool) {
					c := ec2.NewFromConfig(e.Config)
					list := must(c.DescribeManagedPrefixLists(e, &ec2.DescribeManagedPrefixListsInput{PrefixListIds: []string{m.ID}}))(e).PrefixLists[0]
					in := &ec2.ModifyManagedPrefixListInput{PrefixListId: &m.ID, CurrentVersion: list.Version, PrefixListName: list.PrefixListName} // moto forgets the name
					if changed {
						in.AddEntries = []types.AddPrefixListEntry{{Cidr: aws.String("203.0.113.0/24")}}
					} else {
						in.RemoveEntries = []types.RemovePrefixListEntry{{Cidr: aws.String("203.0.113.0/24")}}
					}
					must(c.ModifyManagedPrefixList(e, in))(e)
				}, "Entries[Cidr=203.0.113.0/24]"),
			},
		},
	}
}

func makePrefixList(e *estate, name string) *string {
	return must(ec2.NewFromConfig(e.Config).CreateManagedPrefixList(e, &ec2.CreateManagedPrefixListInput{
		PrefixListName: &name, AddressFamily: aws.String("IPv4"), MaxEntries: aws.Int32(5),
		Entries:           []types.AddPrefixListEntry{{Cidr: aws.String("198.51.100.0/24"), Description: aws.String("office")}},
		TagSpecifications: ec2TagsFor(types.ResourceTypePrefixList),
	}))(e).PrefixList.PrefixListId
}

// makeNetworkACL makes one for a subnet, and says what the subnet had.
func makeNetworkACL(e *estate, subnet types.Subnet) (acl, before *string) {
	c := ec2.NewFromConfig(e.Config)
	acl = must(c.CreateNetworkAcl(e, &ec2.CreateNetworkAclInput{
		VpcId: subnet.VpcId, TagSpecifications: ec2TagsFor(types.ResourceTypeNetworkAcl),
	}))(e).NetworkAcl.NetworkAclId
	return acl, giveSubnet(e, subnet.SubnetId, acl)
}

// giveSubnet gives a subnet to a network ACL, and says which one it had.
func giveSubnet(e *estate, subnet, acl *string) (before *string) {
	c := ec2.NewFromConfig(e.Config)
	for _, a := range must(c.DescribeNetworkAcls(e, &ec2.DescribeNetworkAclsInput{}))(e).NetworkAcls {
		for _, association := range a.Associations {
			if *association.SubnetId == *subnet {
				must(c.ReplaceNetworkAclAssociation(e, &ec2.ReplaceNetworkAclAssociationInput{
					AssociationId: association.NetworkAclAssociationId, NetworkAclId: acl,
				}))(e)
				return a.NetworkAclId
			}
		}
	}
	e.Fatal("the subnet has no network ACL")
	return nil
}

// wantNamed checks that a place names a captured resource of a kind, as AWS lets it go.
func wantNamed(t *testing.T, r *collect.Resource, path collect.Path, kind string) {
	t.Helper()
	for _, ref := range r.References {
		if ref.Path == path && ref.Scanned && snapshot.KindOfKey(ref.Key) == kind {
			return
		}
	}
	t.Errorf("%s names no %s: %+v", path, kind, r.References)
}

// A deleted network ACL's subnets get the VPC's default one back, and that a subnet comes changes no default one.
func TestNetworkACLGivesSubnetsBack(t *testing.T) {
	e := newEstate(t)
	c := ec2.NewFromConfig(e.Config)
	vpc, subnets := makeVPC(e)
	defaults := func() (hashes []string) {
		for _, r := range of(e.capture("ec2:network-acl"), "ec2:network-acl") {
			if r.Marked(snapshot.MarkProvider) {
				if !r.Marked(snapshot.MarkProtected) {
					t.Errorf("a default network ACL is free to delete: %s", r.Key)
				}
				hashes = append(hashes, r.Key+r.ConfigurationHash)
			}
		}
		return hashes
	}
	before := defaults()
	if len(before) != 2 {
		t.Fatalf("%d default network ACLs, want those of the default VPC and of one more", len(before))
	}
	acl, had := makeNetworkACL(e, types.Subnet{VpcId: vpc, SubnetId: &subnets[0]})
	if after := defaults(); len(after) != 2 || !(after[0] == before[0] || after[0] == before[1]) || !(after[1] == before[0] || after[1] == before[1]) {
		t.Errorf("a subnet that went to another ACL changed the default one: %v, %v", before, after)
	}
	for _, r := range of(e.capture("ec2:network-acl"), "ec2:network-acl") {
		if r.ID == *acl {
			if err := networkACL.Delete(e.session.Scope(e, &networkACL, testRegion), r); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, a := range must(c.DescribeNetworkAcls(e, &ec2.DescribeNetworkAclsInput{}))(e).NetworkAcls {
		if *a.NetworkAclId == *acl {
			t.Error("the network ACL is still there")
		}
		if *a.NetworkAclId == *had && len(a.Associations) != 2 {
			t.Errorf("the default network ACL has %d subnets, want both", len(a.Associations))
		}
	}
}

func TestDefaultDHCPOptions(t *testing.T) {
	set := func(tags []types.Tag, options ...string) types.DhcpOptions {
		o := types.DhcpOptions{Tags: tags}
		for i := 0; i < len(options); i += 2 {
			o.DhcpConfigurations = append(o.DhcpConfigurations, types.DhcpConfiguration{
				Key: &options[i], Values: []types.AttributeValue{{Value: &options[i+1]}},
			})
		}
		return o
	}
	for _, test := range []struct {
		is     types.DhcpOptions
		region string
		want   bool
	}{
		{set(nil, "domain-name", "ec2.internal", "domain-name-servers", "AmazonProvidedDNS"), "us-east-1", true},
		{set(nil, "domain-name", "eu-west-1.compute.internal", "domain-name-servers", "AmazonProvidedDNS"), "eu-west-1", true},
		{set(nil, "domain-name", "ec2.internal", "domain-name-servers", "AmazonProvidedDNS"), "eu-west-1", false},
		{set(nil, "domain-name", "eu-west-1.compute.internal", "domain-name-servers", "AmazonProvidedDNS", "ntp-servers", "10.0.0.1"), "eu-west-1", false},
		{set(ec2Tags(), "domain-name", "ec2.internal", "domain-name-servers", "AmazonProvidedDNS"), "us-east-1", false},
		{set(nil, "domain-name-servers", "AmazonProvidedDNS"), "us-east-1", false},
		{set(nil), "us-east-1", false},
	} {
		if got := defaultDHCPOptions(test.is, test.region); got != test.want {
			t.Errorf("%s, %+v: got %v", test.region, test.is.DhcpConfigurations, got)
		}
	}
}

// A group's rules and a VPC hold what they name: AWS refuses to delete that before.
func TestNamedRules(t *testing.T) {
	e := newEstate(t)
	c := ec2.NewFromConfig(e.Config)
	vpc, _ := makeVPC(e)
	group, list := makeSecurityGroup(e, vpc), makePrefixList(e, "named")
	must(c.AuthorizeSecurityGroupIngress(e, &ec2.AuthorizeSecurityGroupIngressInput{GroupId: &group, IpPermissions: []types.IpPermission{{
		IpProtocol: aws.String("tcp"), FromPort: aws.Int32(443), ToPort: aws.Int32(443), PrefixListIds: []types.PrefixListId{{PrefixListId: list}},
	}}}))(e)
	options := must(c.CreateDhcpOptions(e, &ec2.CreateDhcpOptionsInput{
		DhcpConfigurations: []types.NewDhcpConfiguration{{Key: aws.String("domain-name"), Values: []string{"named.example"}}},
	}))(e).DhcpOptions.DhcpOptionsId
	must(c.AssociateDhcpOptions(e, &ec2.AssociateDhcpOptionsInput{DhcpOptionsId: options, VpcId: vpc}))(e)
	want := map[collect.Path]string{"IpPermissions[].PrefixListIds[].PrefixListId": *list, "DhcpOptionsId": *options}
	for _, r := range e.capture("ec2:security-group", "ec2:prefix-list", "ec2:vpc", "ec2:dhcp-options").Resources {
		for _, ref := range r.References {
			if !ref.Scanned && ref.Key != "" && want[ref.Path] == ref.ID {
				delete(want, ref.Path)
			}
		}
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
}
