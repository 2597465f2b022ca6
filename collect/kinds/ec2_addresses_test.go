package kinds

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func makeInterface(e *estate) *string {
	vpc, subnets := makeVPC(e)
	return must(ec2.NewFromConfig(e.Config).CreateNetworkInterface(e, &ec2.CreateNetworkInterfaceInput{
		SubnetId: &subnets[0], Groups: []string{makeSecurityGroup(e, vpc)}, Description: aws.String("for tests"),
		TagSpecifications: ec2TagsFor(types.ResourceTypeNetworkInterface),
	}))(e).NetworkInterface.NetworkInterfaceId
}

func ec2AddressesLives() []life {
	var associated *string
	return []life{{
		kind: "ec2:network-interface", with: []string{"ec2:vpc", "ec2:subnet", "ec2:security-group"},
		refs: []collect.Path{"VpcId", "SubnetId", "Groups[].GroupId"}, undated: true,
		create: func(e *estate) made { return ec2Made(e, "network-interface", makeInterface(e)) },
		check: func(t *testing.T, r *collect.Resource) {
			if r.Owner != nil || len(r.Marks) != 1 {
				t.Errorf("owner %v and marks %v, want the account's own", r.Owner, r.Marks)
			}
		},
		changes: []change{
			ec2TagChange(),
			flip("description", func(e *estate, m made, changed bool) {
				must(ec2.NewFromConfig(e.Config).ModifyNetworkInterfaceAttribute(e, &ec2.ModifyNetworkInterfaceAttributeInput{
					NetworkInterfaceId: &m.ID, Description: &types.AttributeValue{Value: aws.String(either(changed, "for others", "for tests"))},
				}))(e)
			}, "Description"),
			flip("source and destination checks", func(e *estate, m made, changed bool) {
				must(ec2.NewFromConfig(e.Config).ModifyNetworkInterfaceAttribute(e, &ec2.ModifyNetworkInterfaceAttributeInput{
					NetworkInterfaceId: &m.ID, SourceDestCheck: &types.AttributeBooleanValue{Value: aws.Bool(!changed)},
				}))(e)
			}, "SourceDestCheck"),
			{
				name: "a second address",
				do: func(e *estate, m made) {
					must(ec2.NewFromConfig(e.Config).AssignPrivateIpAddresses(e, &ec2.AssignPrivateIpAddressesInput{
						NetworkInterfaceId: &m.ID, PrivateIpAddresses: []string{"10.0.0.99"},
					}))(e)
				},
				undo: func(e *estate, m made) {
					must(ec2.NewFromConfig(e.Config).UnassignPrivateIpAddresses(e, &ec2.UnassignPrivateIpAddressesInput{
						NetworkInterfaceId: &m.ID, PrivateIpAddresses: []string{"10.0.0.99"},
					}))(e)
				},
				paths: []string{"PrivateIpAddresses[PrivateIpAddress=10.0.0.99]"},
			},
		},
	}, {
		kind: "ec2:elastic-ip", undated: true,
		create: func(e *estate) made {
			c := ec2.NewFromConfig(e.Config)
			id := must(c.AllocateAddress(e, &ec2.AllocateAddressInput{
				Domain: types.DomainTypeVpc, TagSpecifications: ec2TagsFor(types.ResourceTypeElasticIp),
			}))(e).AllocationId
			must(c.AssociateAddress(e, &ec2.AssociateAddressInput{AllocationId: id, NetworkInterfaceId: makeInterface(e)}))(e)
			return ec2Made(e, "elastic-ip", id)
		},
		check: func(t *testing.T, r *collect.Resource) {
			if want := "elastic-ip/" + r.ID; len(r.BillIDs) != 1 || r.BillIDs[0] != want {
				t.Errorf("bill ids: got %v, want %s", r.BillIDs, want)
			}
			if !strings.Contains(string(r.Configuration), `"NetworkInterfaceId":"eni-`) {
				t.Errorf("what it is attached to is not in the configuration: %s", r.Configuration)
			}
		},
		changes: []change{
			ec2TagChange(),
			{
				name: "its interface",
				do: func(e *estate, m made) {
					c := ec2.NewFromConfig(e.Config)
					a := must(c.DescribeAddresses(e, &ec2.DescribeAddressesInput{AllocationIds: []string{m.ID}}))(e).Addresses[0]
					associated = a.NetworkInterfaceId
					must(c.DisassociateAddress(e, &ec2.DisassociateAddressInput{AssociationId: a.AssociationId}))(e)
				},
				undo: func(e *estate, m made) {
					must(ec2.NewFromConfig(e.Config).AssociateAddress(e, &ec2.AssociateAddressInput{AllocationId: &m.ID, NetworkInterfaceId: associated}))(e)
				},
				paths: []string{"NetworkInterfaceId", "NetworkInterfaceOwnerId", "PrivateIpAddress"},
			},
		},
		fewer: "moto has no ModifyAddressAttribute",
	}}
}

func TestInterfaceOwnerAndHolder(t *testing.T) {
	const account = "123456789012"
	attached := func(instance, by string, deleted bool) *types.NetworkInterfaceAttachment {
		a := &types.NetworkInterfaceAttachment{InstanceOwnerId: &by, DeleteOnTermination: &deleted}
		if instance != "" {
			a.InstanceId = &instance
		}
		return a
	}
	managed, inUse, available := aws.Bool(true), types.NetworkInterfaceStatusInUse, types.NetworkInterfaceStatusAvailable
	lambda := aws.String("AWS Lambda VPC ENI-my-api-v2-8f2b3c4d-0123-4567-89ab-0123456789ab")
	for name, test := range map[string]struct {
		is    types.NetworkInterface
		owner snapshot.Owner
		held  bool
	}{
		"one's own": {is: types.NetworkInterface{Status: available}},
		"one's own, on an instance that it outlives": {
			is: types.NetworkInterface{Status: inUse, Attachment: attached("i-0123456789abcdef0", account, false)},
		},
		"made by an instance": {
			is:    types.NetworkInterface{Status: inUse, Attachment: attached("i-0123456789abcdef0", account, true)},
			owner: snapshot.Owner{Kind: "ec2:instance", ID: "i-0123456789abcdef0"},
		},
		"Lambda's, in use": {
			is: types.NetworkInterface{
				Status: inUse, InterfaceType: types.NetworkInterfaceTypeLambda, Description: lambda, Attachment: attached("", "amazon-aws", false),
			},
			owner: snapshot.Owner{Kind: "lambda:function", ID: "my-api-v2"}, held: true,
		},
		"Lambda's, left behind": {
			is:    types.NetworkInterface{Status: available, RequesterManaged: managed, InterfaceType: types.NetworkInterfaceTypeLambda, Description: lambda},
			owner: snapshot.Owner{Kind: "lambda:function", ID: "my-api-v2"},
		},
		"of a load balancer": {
			is:    types.NetworkInterface{Status: inUse, RequesterManaged: managed, Description: aws.String("ELB app/web/50dc6c495c0c9188")},
			owner: snapshot.Owner{Kind: "elasticloadbalancing:loadbalancer", ID: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188"}, held: true,
		},
		"of a classic load balancer": {
			is: types.NetworkInterface{Status: inUse, RequesterManaged: managed, Description: aws.String("ELB web")}, held: true,
		},
		"of a NAT gateway": {
			is:    types.NetworkInterface{RequesterManaged: managed, Description: aws.String("Interface for NAT Gateway nat-0123456789abcdef0")},
			owner: snapshot.Owner{Kind: "ec2:natgateway", ID: "nat-0123456789abcdef0"}, held: true,
		},
		"of a transit gateway's attachment": {
			is:    types.NetworkInterface{RequesterManaged: managed, Description: aws.String("Network Interface for Transit Gateway Attachment tgw-attach-0123456789abcdef0")},
			owner: snapshot.Owner{Kind: "ec2:transit-gateway-attachment", ID: "tgw-attach-0123456789abcdef0"}, held: true,
		},
		"of an endpoint": {
			is:    types.NetworkInterface{RequesterManaged: managed, Description: aws.String("VPC Endpoint Interface vpce-0123456789abcdef0")},
			owner: snapshot.Owner{Kind: "ec2:vpc-endpoint", ID: "vpce-0123456789abcdef0"}, held: true,
		},
		"of a file system": {
			is:    types.NetworkInterface{RequesterManaged: managed, Description: aws.String("EFS mount target for fs-01234567 (fsmt-89abcdef)")},
			owner: snapshot.Owner{Kind: "elasticfilesystem:file-system", ID: "fs-01234567"}, held: true,
		},
		"of a cluster's control plane": {
			is:    types.NetworkInterface{Status: inUse, Description: aws.String("Amazon EKS prod"), Attachment: attached("", "999999999999", false)},
			owner: snapshot.Owner{Kind: "eks:cluster", ID: "prod"}, held: true,
		},
		"of a database": {is: types.NetworkInterface{RequesterManaged: managed, Description: aws.String("RDSNetworkInterface")}, held: true},
	} {
		s := &collect.Scope{Partition: "aws", Region: "eu-west-1", AccountID: account}
		var owner snapshot.Owner
		if got := interfaceOwner(s, test.is); got != nil {
			owner = *got
		}
		if owner != test.owner {
			t.Errorf("%s: got owner %+v, want %+v", name, owner, test.owner)
		}
		if holder := interfaceHolder(test.is, account); (holder != "") != test.held {
			t.Errorf("%s: got holder %q, want one: %v", name, holder, test.held)
		}
	}
}

// What another account owns, and what a service manages, is guarded and nobody's drift.
func TestForeign(t *testing.T) {
	s := &collect.Scope{Partition: "aws-cn", Region: "cn-north-1", AccountID: "123456789012"}
	own := ec2Item(s, "subnet", aws.String("subnet-1"), aws.String("123456789012"), ec2Tags())
	if own.Provider || own.Protect != "" || *own.ARN != "arn:aws-cn:ec2:cn-north-1:123456789012:subnet/subnet-1" || own.Tags["team"] != "blue" {
		t.Errorf("the account's own: %+v, %s", own, *own.ARN)
	}
	shared := ec2Item(s, "subnet", aws.String("subnet-1"), aws.String("210987654321"), nil)
	if !shared.Provider || shared.Protect != "account 210987654321 owns it" || *shared.ARN != "arn:aws-cn:ec2:cn-north-1:210987654321:subnet/subnet-1" {
		t.Errorf("another account's: %+v, %s", shared, *shared.ARN)
	}
	serviceManages(&own, &types.OperatorResponse{Managed: aws.Bool(false), Principal: aws.String("eks.amazonaws.com")})
	if own.Provider {
		t.Error("what no service manages is marked as managed")
	}
	serviceManages(&own, &types.OperatorResponse{Managed: aws.Bool(true), Principal: aws.String("eks.amazonaws.com")})
	if !own.Provider || own.Protect != "eks.amazonaws.com manages it" {
		t.Errorf("a service's: %+v", own)
	}
}
