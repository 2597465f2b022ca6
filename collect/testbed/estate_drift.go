package testbed

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Drift is what DeveloperDrift did, as ids by kind: security groups by id, roles and alarms by name.
type Drift struct {
	Added    map[string][]string
	Modified map[string][]string
	Removed  map[string][]string
	Objects  int // in the bucket that was added, versions and delete markers counted
}

// DeveloperDrift does to a landing zone what a developer in a hurry does: a function, two instances with what belongs to
// them, a bucket full of objects and a queue are added; a security group is opened to the world, a role lets another
// account in, and an alarm that was in the way is gone. All of it is in the home region, save the queue, which is in the
// last one.
func DeveloperDrift(ctx context.Context, cfg aws.Config, z *Zone) (*Drift, error) {
	d := &Drift{}
	err := build(ctx, cfg, map[string]string{"owner": "dev"}, func(b *builder) {
		d.add(b, z)
		d.change(b, z)
	})
	if err != nil {
		return nil, err
	}
	return d, nil
}

func (d *Drift) add(b *builder, z *Zone) {
	group := b.securityGroup("dev-test", z.VPC, 8080, "10.0.0.0/8")
	first := b.instance("dev-test-1", z.PublicSubnets[0], group, "")
	second := b.instance("dev-test-2", z.PublicSubnets[0], group, "")
	extra := b.networkInterface("dev-test-1-extra", z.PublicSubnets[0], group, first)
	address := b.elasticIP("dev-test-2", second)

	role := b.role("dev-image-resizer", "lambda", allow("s3:GetObject,s3:PutObject", "*"))
	b.function("dev-image-resizer", role, map[string]string{"BUCKET": "dev-images-" + b.account, "TOKEN": "hunter2"},
		&lambdatypes.VpcConfig{SubnetIds: z.PublicSubnets[:1], SecurityGroupIds: []string{group}})
	images := b.bucket(bucket{name: "dev-images-" + b.account, versioned: true})
	d.Objects = b.fill(images)
	b.in(z.Regions[len(z.Regions)-1]).queue("dev-jobs")

	d.Added = map[string][]string{
		"ec2:security-group": {group}, "ec2:instance": {first, second}, "ec2:volume": b.volumesOf(first, second),
		"ec2:network-interface": {extra}, "ec2:elastic-ip": {address},
		"iam:role": {"dev-image-resizer"}, "lambda:function": {"dev-image-resizer"}, "logs:log-group": {"/aws/lambda/dev-image-resizer"},
		"s3:bucket": {images}, "sqs:queue": {"dev-jobs"},
	}
}

// volumesOf are the volumes that instances came with.
func (b *builder) volumesOf(instances ...string) (ids []string) {
	for _, v := range do(b, ec2.NewFromConfig(b.cfg).DescribeVolumes, &ec2.DescribeVolumesInput{
		Filters: []ec2types.Filter{{Name: aws.String("attachment.instance-id"), Values: instances}},
	}).Volumes {
		ids = append(ids, *v.VolumeId)
	}
	return ids
}

// fill puts objects into a versioned bucket: every third is overwritten, every tenth deleted. It returns how many
// versions and delete markers there are.
func (b *builder) fill(bucket string) (versions int) {
	c := b.s3()
	const objects = 300
	for i := range objects {
		key := fmt.Sprintf("images/%03d.png", i)
		for n := range 2 {
			if n == 1 && i%3 > 0 {
				break
			}
			do(b, c.PutObject, &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(fmt.Sprintf("image %d, version %d", i, n))})
			versions++
		}
		if i%10 == 0 {
			do(b, c.DeleteObject, &s3.DeleteObjectInput{Bucket: &bucket, Key: &key})
			versions++
		}
	}
	return versions
}

func (d *Drift) change(b *builder, z *Zone) {
	do(b, ec2.NewFromConfig(b.cfg).AuthorizeSecurityGroupIngress, &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: &z.WebGroup, IpPermissions: []ec2types.IpPermission{ingress(22, "0.0.0.0/0")},
	})
	c := iam.NewFromConfig(b.cfg)
	do(b, c.AttachRolePolicy, &iam.AttachRolePolicyInput{RoleName: &z.AuditRole, PolicyArn: &z.AdminPolicy})
	do(b, c.UpdateAssumeRolePolicy, &iam.UpdateAssumeRolePolicyInput{RoleName: &z.AuditRole, PolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999988887777:root"},"Action":"sts:AssumeRole"}]}`)})
	do(b, b.cloudwatch().DeleteAlarms, &cloudwatch.DeleteAlarmsInput{AlarmNames: []string{z.SignInAlarm}})
	d.Modified = map[string][]string{"ec2:security-group": {z.WebGroup}, "iam:role": {z.AuditRole}}
	d.Removed = map[string][]string{"cloudwatch:alarm": {z.SignInAlarm}}
}
