package kinds

import (
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// publicItem is the item of an image or a snapshot, whose ARNs name no account (Service Authorization Reference). The
// Tagging API and bills put it in.
func publicItem(s *collect.Scope, resource string, id *string, tags []types.Tag) collect.Item {
	item := ec2Item(s, resource, id, nil, tags)
	item.BillIDs = []string{*item.ARN}
	item.ARN = aws.String("arn:" + s.Partition + ":ec2:" + s.Region + "::" + resource + "/" + aws.ToString(id))
	return item
}

// keptByPolicy marks what AWS Backup or Data Lifecycle Manager makes and removes by the calendar. Backup's goes only
// with its recovery point: EC2 refuses to delete it.
func keptByPolicy(item *collect.Item, byBackup bool) {
	for key := range item.Tags {
		byBackup = byBackup || strings.HasPrefix(key, "aws:backup:")
	}
	if byBackup {
		item.Managed("AWS Backup keeps it: it goes with its recovery point")
	}
	if policy := item.Tags["aws:dlm:lifecycle-policy-id"]; policy != "" {
		item.Owner = &snapshot.Owner{Kind: "dlm:policy", ID: policy}
	}
}

var image = collect.Kind{
	Name: "ec2:image", CloudFormation: "AWS::EC2::Image", Aliases: []string{"ec2:ami"}, // CloudFormation has none
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		images := collect.Pages[types.Image](s, c.DescribeImages, &ec2.DescribeImagesInput{
			Owners: []string{"self"}, IncludeDeprecated: aws.Bool(true), IncludeDisabled: aws.Bool(true), MaxResults: aws.Int32(1000),
		})
		collect.Each(s, images, func(i types.Image) {
			item := publicItem(s, "image", i.ImageId, i.Tags)
			item.Name, item.Dead = i.Name, i.State == types.ImageStateDeregistered
			item.Created = timeOf(i.CreationDate)
			keptByPolicy(&item, strings.HasPrefix(aws.ToString(i.Name), "AwsBackup_"))
			if protection := aws.ToString(i.DeregistrationProtection); strings.HasPrefix(protection, "enabled") && item.Protect == "" {
				item.Protect = "deregistration protection is " + protection // with a cooldown or without
			}
			s.Add(item, i, disabled{i.State == types.ImageStateDisabled}, collect.Ask(s, "LaunchPermissions", c.DescribeImageAttribute, &ec2.DescribeImageAttributeInput{
				ImageId: i.ImageId, Attribute: types.ImageAttributeNameLaunchPermission,
			}).Of("LaunchPermissions"))
		})
	},
	Weak: []collect.Weakness{
		{Rule: "shared-with-anybody", Path: "LaunchPermissions[].Group", Check: snapshot.CheckSharedWith},
		{Rule: "shared-with-anybody", Path: "LaunchPermissions[].UserId", Check: snapshot.CheckSharedWith},
		{Rule: "shared-with-anybody", Path: "LaunchPermissions[].OrganizationArn", Check: snapshot.CheckSharedWith},
		{Rule: "shared-with-anybody", Path: "LaunchPermissions[].OrganizationalUnitArn", Check: snapshot.CheckSharedWith},
	},
	Status: []collect.Path{"State", "StateReason", "LastLaunchedTime", "ImageAllowed", "FreeTierEligible", "ScanResults"},
	// A snapshot can't go while an image is made of it.
	Refs: map[collect.Path]string{"BlockDeviceMappings[].Ebs.SnapshotId": "ec2:snapshot"},
	Sets: map[collect.Path]string{"BlockDeviceMappings": "DeviceName", "ImageWatermarks": "", "LaunchPermissions": "", "ProductCodes": ""},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		in := &ec2.DeregisterImageInput{ImageId: &r.ID}
		return collect.DoUnlessGone(s, ec2.NewFromConfig(s.Config).DeregisterImage, in, "InvalidAMIID.Unavailable")
	},
}

// disabled is the part of an image's state that somebody set.
type disabled struct {
	Disabled bool
}

var ebsSnapshot = collect.Kind{
	Name: "ec2:snapshot", CloudFormation: "AWS::EC2::Snapshot", Aliases: []string{"ebs:snapshot"}, // CloudFormation has none
	List: func(s *collect.Scope) {
		c := ec2.NewFromConfig(s.Config)
		shared, err := collect.All(s, func(s *collect.Scope) iter.Seq[types.Snapshot] {
			return collect.Pages[types.Snapshot](s, c.DescribeSnapshots, &ec2.DescribeSnapshotsInput{
				OwnerIds: []string{"self"}, RestorableByUserIds: []string{"all"}, MaxResults: aws.Int32(1000),
			})
		})
		public := make(map[string]bool, len(shared))
		for _, v := range shared {
			public[aws.ToString(v.SnapshotId)] = true
		}
		for v := range collect.Pages[types.Snapshot](s, c.DescribeSnapshots, &ec2.DescribeSnapshotsInput{
			OwnerIds: []string{"self"}, MaxResults: aws.Int32(1000),
		}) {
			item := publicItem(s, "snapshot", v.SnapshotId, v.Tags)
			item.Created = v.StartTime
			keptByPolicy(&item, strings.Contains(aws.ToString(v.Description), "created by the AWS Backup service"))
			if err != nil {
				item.Unknown = append(item.Unknown, collect.Gap{Path: "Public", Err: err})
				s.Add(item, v)
				continue
			}
			s.Add(item, v, sharing{public[aws.ToString(v.SnapshotId)]})
		}
	},
	Weak: []collect.Weakness{
		{Rule: "public-snapshot", Path: "Public", Is: []string{"true"}},
		{Rule: "encryption-off", Path: "Encrypted", Is: []string{"false"}, AtMost: "low"},
	},
	Status: []collect.Path{"State", "StateMessage", "Progress", "CompletionTime", "CompletionDurationMinutes", "FullSnapshotSizeInBytes", "RestoreExpiryTime"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, ec2.NewFromConfig(s.Config).DeleteSnapshot, &ec2.DeleteSnapshotInput{SnapshotId: &r.ID})
	},
}

// sharing says whether everybody can read a snapshot. To which accounts else it is open takes a call for each.
type sharing struct {
	Public bool
}
