package kinds

import (
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func ec2Compute() []collect.Kind {
	return []collect.Kind{instance, volume}
}

var instance = collect.Kind{
	Name: "ec2:instance", CloudFormation: "AWS::EC2::Instance",
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		reservations := collect.Pages[types.Reservation](s, c.DescribeInstances, &ec2.DescribeInstancesInput{
			MaxResults: aws.Int32(1000), IncludeManagedResources: aws.Bool(true),
		})
		collect.Each(s, living(reservations), func(i types.Instance) {
			item := ec2Item(s, "instance", i.InstanceId, nil, i.Tags)
			item.Created = launched(i)
			serviceManages(&item, i.Operator)
			s.Add(item, i, collect.Ask(s, "UserData", c.DescribeInstanceAttribute, &ec2.DescribeInstanceAttributeInput{
				InstanceId: i.InstanceId, Attribute: types.InstanceAttributeNameUserData,
			}, "IncorrectInstanceState").Of("UserData")) // one that is shutting down may have none any more
		})
	},
	Weak: []collect.Weakness{
		{Rule: "imdsv1", Path: "MetadataOptions.HttpTokens", Is: []string{"optional"}, Unless: map[collect.Path]string{"MetadataOptions.HttpEndpoint": "disabled"}},
	},
	Status: []collect.Path{
		"State", "StateReason", "StateTransitionReason", "LaunchTime", "UsageOperationUpdateTime", "CapacityReservationId",
		"PublicDnsName", "PublicIpAddress", "MetadataOptions.State", "BlockDeviceMappings[].Ebs.Status",
		"BlockDeviceMappings[].Ebs.AttachTime", "NetworkInterfaces[].Status", "NetworkInterfaces[].Attachment.Status",
		"NetworkInterfaces[].Attachment.AttachTime", "NetworkInterfaces[].Attachment.AttachmentId", // a new one each time
		// Addresses that AWS lends come and go with stops and starts; an elastic one says itself where it is.
		"NetworkInterfaces[].Association", "NetworkInterfaces[].PrivateIpAddresses[].Association",
	},
	// What is attached can't go before the instance; what the instance made goes with it.
	Refs: map[collect.Path]string{
		"SubnetId": "ec2:subnet", "VpcId": "ec2:vpc", "SecurityGroups[].GroupId": "ec2:security-group",
		"NetworkInterfaces[].NetworkInterfaceId": "ec2:network-interface", "NetworkInterfaces[].SubnetId": "ec2:subnet",
		"NetworkInterfaces[].Groups[].GroupId": "ec2:security-group", "BlockDeviceMappings[].Ebs.VolumeId": "ec2:volume",
		"Placement.GroupName": "ec2:placement-group",
	},
	Names: map[collect.Path]string{"KeyName": "ec2:key-pair"},
	Sets: map[collect.Path]string{
		"BlockDeviceMappings": "DeviceName", "Licenses": "", "ProductCodes": "", "SecurityGroups": "GroupId",
		"NetworkInterfaces": "NetworkInterfaceId", "NetworkInterfaces[].Groups": "GroupId",
		"NetworkInterfaces[].Ipv6Addresses": "", "NetworkInterfaces[].PrivateIpAddresses": "PrivateIpAddress",
	},
	Addresses: []collect.Path{"PublicIpAddress", "PublicDnsName", "PrivateIpAddress", "PrivateDnsName"},
	Secrets:   []collect.Path{"UserData"},
	Takes:     []string{"ec2:volume", "ec2:network-interface"},
	Protect:   terminationProtection,
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).TerminateInstances, &ec2.TerminateInstancesInput{InstanceIds: []string{r.ID}})
	},
}

func terminationProtection(s *collect.Scope, r *collect.Resource) (string, error) {
	out, err := ec2.NewFromConfig(s.Config).DescribeInstanceAttribute(s.Context, &ec2.DescribeInstanceAttributeInput{
		InstanceId: &r.ID, Attribute: types.InstanceAttributeNameDisableApiTermination,
	})
	if err != nil || out.DisableApiTermination == nil || !aws.ToBool(out.DisableApiTermination.Value) {
		return "", err
	}
	return "termination protection is on", nil
}

// living are the instances of reservations, without the terminated ones: AWS goes on listing those for about an hour.
// One that is shutting down is still there, and holds what it uses.
func living(reservations iter.Seq[types.Reservation]) iter.Seq[types.Instance] {
	return func(yield func(types.Instance) bool) {
		for reservation := range reservations {
			for _, i := range reservation.Instances {
				if i.State != nil && i.State.Name == types.InstanceStateNameTerminated {
					continue
				}
				if !yield(i) {
					return
				}
			}
		}
	}
}

// launched is when an instance was first launched. LaunchTime moves with every start; the primary network interface is
// attached at the launch and never again, and AWS names it as the source (API reference, Instance, launchTime).
func launched(i types.Instance) *time.Time {
	for _, n := range i.NetworkInterfaces {
		if a := n.Attachment; a != nil && aws.ToInt32(a.DeviceIndex) == 0 && aws.ToInt32(a.NetworkCardIndex) == 0 {
			return a.AttachTime
		}
	}
	return nil
}

var volume = collect.Kind{
	Name: "ec2:volume", CloudFormation: "AWS::EC2::Volume", Aliases: []string{"ebs:volume"},
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		for v := range collect.Pages[types.Volume](s, c.DescribeVolumes, &ec2.DescribeVolumesInput{
			MaxResults: aws.Int32(1000), IncludeManagedResources: aws.Bool(true),
		}) {
			item := ec2Item(s, "volume", v.VolumeId, nil, v.Tags)
			item.Created = v.CreateTime
			if len(v.Attachments) == 1 { // one on several instances belongs to none of them
				item.Owner = instanceOwner(v.Attachments[0].InstanceId, v.Attachments[0].DeleteOnTermination)
			}
			serviceManages(&item, v.Operator)
			s.Add(item, v)
		}
	},
	Weak:   []collect.Weakness{{Rule: "encryption-off", Path: "Encrypted", Is: []string{"false"}}},
	Status: []collect.Path{"State", "FastRestored", "Attachments[].State", "Attachments[].AttachTime"},
	Sets:   map[collect.Path]string{"Attachments": "InstanceId"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeleteVolume, &ec2.DeleteVolumeInput{VolumeId: &r.ID})
	},
}

// instanceOwner is the instance that a volume or an interface goes with.
func instanceOwner(id *string, deleteOnTermination *bool) *snapshot.Owner {
	if aws.ToString(id) == "" || !aws.ToBool(deleteOnTermination) {
		return nil
	}
	return &snapshot.Owner{Kind: instance.Name, ID: *id}
}
