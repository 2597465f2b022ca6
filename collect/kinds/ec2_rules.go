package kinds

import (
	"fmt"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func ec2Rules() []collect.Kind {
	return []collect.Kind{networkACL, flowLog, dhcpOptions, prefixList}
}

// networkACL has no creation date.
var networkACL = collect.Kind{
	Name: "ec2:network-acl", CloudFormation: "AWS::EC2::NetworkAcl",
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		for a := range collect.Pages[types.NetworkAcl](s, c.DescribeNetworkAcls, &ec2.DescribeNetworkAclsInput{MaxResults: aws.Int32(1000)}) {
			item := ec2Item(s, "network-acl", a.NetworkAclId, a.OwnerId, a.Tags)
			if aws.ToBool(a.IsDefault) {
				a.Associations = nil // the default one has the subnets that no other has: each new subnet, too
				if item.Protect == "" {
					item.Managed("a VPC's default network ACL goes with the VPC")
				}
			}
			s.Add(item, a)
		}
	},
	Weak: []collect.Weakness{
		{Rule: "network-acl-open", Path: "Entries", Check: snapshot.CheckNetworkACL},
		{Rule: "network-acl-deny-removed", Path: "Entries", Check: snapshot.CheckNetworkACL},
	},
	Status: []collect.Path{"Associations[].NetworkAclAssociationId"}, // a subnet that comes back gets a new one
	Refs:   map[collect.Path]string{"VpcId": "ec2:vpc"},
	UsedBy: []collect.Path{"Associations[].SubnetId"},
	Sets:   map[collect.Path]string{"Associations": "SubnetId", "Entries": "RuleNumber+Egress"},
	Delete: deleteNetworkACL,
}

// deleteNetworkACL gives the subnets of a network ACL back to the VPC's default one, and deletes it.
func deleteNetworkACL(s *collect.Scope, r *collect.Resource) error {
	c := ec2.NewFromConfig(s.Config)
	stored, err := collect.Stored[types.NetworkAcl](r)
	if err != nil {
		return err
	}
	var own, byDefault *types.NetworkAcl
	if err := collect.Every(s, collect.Pages[types.NetworkAcl](s, c.DescribeNetworkAcls, &ec2.DescribeNetworkAclsInput{
		Filters: []types.Filter{{Name: aws.String("vpc-id"), Values: []string{aws.ToString(stored.VpcId)}}},
	}), func(a types.NetworkAcl) error {
		switch {
		case aws.ToString(a.NetworkAclId) == r.ID:
			own = &a
		case aws.ToBool(a.IsDefault) && aws.ToString(a.VpcId) == aws.ToString(stored.VpcId):
			byDefault = &a
		}
		return nil
	}); err != nil || own == nil {
		return err // or it is gone
	}
	for _, a := range own.Associations {
		if byDefault == nil {
			return fmt.Errorf("%s has no default network ACL to give %s to", aws.ToString(stored.VpcId), aws.ToString(a.SubnetId))
		}
		in := &ec2.ReplaceNetworkAclAssociationInput{AssociationId: a.NetworkAclAssociationId, NetworkAclId: byDefault.NetworkAclId}
		if err := collect.DoUnlessGone(s, c.ReplaceNetworkAclAssociation, in); err != nil {
			return err
		}
	}
	return collect.Do(s, c.DeleteNetworkAcl, &ec2.DeleteNetworkAclInput{NetworkAclId: &r.ID})
}

var flowLog = collect.Kind{
	Name: "ec2:vpc-flow-log", CloudFormation: "AWS::EC2::FlowLog", Aliases: []string{"ec2:flow-log"},
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		for f := range collect.Pages[types.FlowLog](s, c.DescribeFlowLogs, &ec2.DescribeFlowLogsInput{MaxResults: aws.Int32(1000)}) {
			item := ec2Item(s, "vpc-flow-log", f.FlowLogId, nil, f.Tags)
			item.Created = f.CreationTime
			s.Add(item, f)
		}
	},
	Weak:   []collect.Weakness{{Rule: "flow-log-removed", Guard: true}},
	Status: []collect.Path{"DeliverLogsStatus", "DeliverLogsErrorMessage", "FlowLogStatus"},
	Names:  map[collect.Path]string{"LogGroupName": "logs:log-group"},
	Sets:   map[collect.Path]string{"TagFieldSpecifications": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		out, err := ec2.NewFromConfig(s.Config).DeleteFlowLogs(s.Context, &ec2.DeleteFlowLogsInput{FlowLogIds: []string{r.ID}})
		if err != nil {
			return err
		}
		return unsuccessful(out.Unsuccessful)
	},
}

// dhcpOptions has no creation date.
var dhcpOptions = collect.Kind{
	Name: "ec2:dhcp-options", CloudFormation: "AWS::EC2::DHCPOptions",
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		for o := range collect.Pages[types.DhcpOptions](s, c.DescribeDhcpOptions, &ec2.DescribeDhcpOptionsInput{MaxResults: aws.Int32(1000)}) {
			item := ec2Item(s, "dhcp-options", o.DhcpOptionsId, o.OwnerId, o.Tags)
			if item.Protect == "" && defaultDHCPOptions(o, s.Region) {
				item.Managed("AWS makes a region's default DHCP options")
			}
			s.Add(item, o)
		}
	},
	Sets: map[collect.Path]string{"DhcpConfigurations": "Key"}, // the order of an option's servers counts
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeleteDhcpOptions, &ec2.DeleteDhcpOptionsInput{DhcpOptionsId: &r.ID})
	},
}

// defaultDHCPOptions reports whether a set is what AWS makes for a region (VPC User Guide, "DHCP option sets"): nothing
// but its content tells.
func defaultDHCPOptions(o types.DhcpOptions, region string) bool {
	domain := region + ".compute.internal"
	if region == "us-east-1" {
		domain = "ec2.internal"
	}
	want := map[string]string{"domain-name": domain, "domain-name-servers": "AmazonProvidedDNS"}
	for _, option := range o.DhcpConfigurations {
		key := aws.ToString(option.Key)
		if len(option.Values) != 1 || want[key] == "" || aws.ToString(option.Values[0].Value) != want[key] {
			return false
		}
		delete(want, key)
	}
	return len(want) == 0 && len(o.Tags) == 0
}

// prefixList is a customer's: those of AWS are no one's to keep. It has no creation date.
var prefixList = collect.Kind{
	Name: "ec2:prefix-list", CloudFormation: "AWS::EC2::PrefixList", Aliases: []string{"ec2:managed-prefix-list"},
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		lists := collect.Pages[types.ManagedPrefixList](s, c.DescribeManagedPrefixLists, &ec2.DescribeManagedPrefixListsInput{MaxResults: aws.Int32(100)})
		collect.Each(s, lists, func(l types.ManagedPrefixList) {
			if aws.ToString(l.OwnerId) == "AWS" || l.State == types.PrefixListStateDeleteComplete {
				return
			}
			item := ec2Item(s, "prefix-list", l.PrefixListId, l.OwnerId, l.Tags)
			item.Name = l.PrefixListName
			entries, ok := collect.Nested(s, &item, "Entries", func(s *collect.Scope) iter.Seq[types.PrefixListEntry] {
				return collect.Pages[types.PrefixListEntry](s, c.GetManagedPrefixListEntries, &ec2.GetManagedPrefixListEntriesInput{
					PrefixListId: l.PrefixListId, MaxResults: aws.Int32(100),
				})
			})
			if ok {
				s.Add(item, l, prefixListEntries{entries})
			}
		})
	},
	Weak:   []collect.Weakness{{Rule: "prefix-list-open", Path: "Entries[].Cidr", Check: snapshot.CheckWorldCIDR}},
	Status: []collect.Path{"State", "StateMessage", "Version"}, // each change of the entries makes a version
	Sets:   map[collect.Path]string{"Entries": "Cidr"},
	// AWS keeps one that a group's rule or a route names.
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeleteManagedPrefixList, &ec2.DeleteManagedPrefixListInput{PrefixListId: &r.ID})
	},
}

type prefixListEntries struct {
	Entries []types.PrefixListEntry
}
