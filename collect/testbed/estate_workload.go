package testbed

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
	asgtypes "github.com/aws/aws-sdk-go-v2/service/autoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	route53types "github.com/aws/aws-sdk-go-v2/service/route53/types"
)

// volume makes a volume and attaches it to an instance.
func (b *builder) volume(name, instance string) {
	c := ec2.NewFromConfig(b.cfg)
	id := do(b, c.CreateVolume, &ec2.CreateVolumeInput{
		AvailabilityZone: aws.String(b.cfg.Region + "a"), Size: aws.Int32(8), VolumeType: ec2types.VolumeTypeGp3, Encrypted: aws.Bool(true),
		TagSpecifications: b.ec2Tags(ec2types.ResourceTypeVolume, name),
	}).VolumeId
	do(b, c.AttachVolume, &ec2.AttachVolumeInput{VolumeId: id, InstanceId: &instance, Device: aws.String("/dev/sdf")})
}

// scalingGroup makes an Auto Scaling group of two instances from a launch template.
func (b *builder) scalingGroup(name, group string, subnets []string) {
	launch := do(b, ec2.NewFromConfig(b.cfg).CreateLaunchTemplate, &ec2.CreateLaunchTemplateInput{
		LaunchTemplateName: &name, LaunchTemplateData: &ec2types.RequestLaunchTemplateData{
			ImageId: aws.String(machineImage), InstanceType: ec2types.InstanceTypeT3Micro, SecurityGroupIds: []string{group},
		},
		TagSpecifications: b.ec2Tags(ec2types.ResourceTypeLaunchTemplate, name),
	}).LaunchTemplate
	do(b, autoscaling.NewFromConfig(b.cfg).CreateAutoScalingGroup, &autoscaling.CreateAutoScalingGroupInput{
		AutoScalingGroupName: &name, MinSize: aws.Int32(2), MaxSize: aws.Int32(4), VPCZoneIdentifier: aws.String(strings.Join(subnets, ",")),
		LaunchTemplate: &asgtypes.LaunchTemplateSpecification{LaunchTemplateId: launch.LaunchTemplateId, Version: aws.String("1")},
		Tags: named(b, "", func(k, v *string) asgtypes.Tag {
			return asgtypes.Tag{Key: k, Value: v, PropagateAtLaunch: aws.Bool(true), ResourceId: &name, ResourceType: aws.String("auto-scaling-group")}
		}),
	})
}

// loadBalancer makes an internal load balancer with a listener, and returns the ARN of the target group that the listener
// forwards to and the load balancer's DNS name.
func (b *builder) loadBalancer(name, vpc, group string, subnets []string) (targets, host string) {
	c := elb.NewFromConfig(b.cfg)
	tags := named(b, "", func(k, v *string) elbtypes.Tag { return elbtypes.Tag{Key: k, Value: v} })
	made := do(b, c.CreateLoadBalancer, &elb.CreateLoadBalancerInput{
		Name: &name, Subnets: subnets, SecurityGroups: []string{group}, Scheme: elbtypes.LoadBalancerSchemeEnumInternal, Tags: tags,
	}).LoadBalancers[0]
	targetGroup := do(b, c.CreateTargetGroup, &elb.CreateTargetGroupInput{
		Name: &name, Port: aws.Int32(8080), Protocol: elbtypes.ProtocolEnumHttp, VpcId: &vpc, TargetType: elbtypes.TargetTypeEnumIp,
		HealthCheckPath: aws.String("/health"), Tags: tags,
	}).TargetGroups[0].TargetGroupArn
	do(b, c.CreateListener, &elb.CreateListenerInput{
		LoadBalancerArn: made.LoadBalancerArn, Port: aws.Int32(80), Protocol: elbtypes.ProtocolEnumHttp, Tags: tags,
		DefaultActions: []elbtypes.Action{{Type: elbtypes.ActionTypeEnumForward, TargetGroupArn: targetGroup}},
	})
	return *targetGroup, *made.DNSName
}

// service makes a cluster and, in it, a Fargate service behind a target group.
func (b *builder) service(name, targets, group, executionRole string, subnets []string) {
	c := ecs.NewFromConfig(b.cfg)
	tags := named(b, "", func(k, v *string) ecstypes.Tag { return ecstypes.Tag{Key: k, Value: v} })
	do(b, c.CreateCluster, &ecs.CreateClusterInput{
		ClusterName: &name, Tags: tags, Settings: []ecstypes.ClusterSetting{{Name: ecstypes.ClusterSettingNameContainerInsights, Value: aws.String("enabled")}},
	})
	task := do(b, c.RegisterTaskDefinition, &ecs.RegisterTaskDefinitionInput{
		Family: &name, NetworkMode: ecstypes.NetworkModeAwsvpc, Cpu: aws.String("256"), Memory: aws.String("512"), ExecutionRoleArn: &executionRole,
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate}, Tags: tags,
		ContainerDefinitions: []ecstypes.ContainerDefinition{{
			Name: aws.String("web"), Image: aws.String("web:1"), Memory: aws.Int32(512), PortMappings: []ecstypes.PortMapping{{ContainerPort: aws.Int32(8080)}},
		}},
	}).TaskDefinition.TaskDefinitionArn
	do(b, c.CreateService, &ecs.CreateServiceInput{
		ServiceName: &name, Cluster: &name, TaskDefinition: task, DesiredCount: aws.Int32(2), LaunchType: ecstypes.LaunchTypeFargate, Tags: tags,
		LoadBalancers:        []ecstypes.LoadBalancer{{TargetGroupArn: &targets, ContainerName: aws.String("web"), ContainerPort: aws.Int32(8080)}},
		NetworkConfiguration: &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{Subnets: subnets, SecurityGroups: []string{group}}},
	})
}

// database makes an encrypted database in private subnets.
func (b *builder) database(name, group, key string, subnets []string) {
	c := rds.NewFromConfig(b.cfg)
	tags := named(b, "", func(k, v *string) rdstypes.Tag { return rdstypes.Tag{Key: k, Value: v} })
	do(b, c.CreateDBSubnetGroup, &rds.CreateDBSubnetGroupInput{DBSubnetGroupName: &name, DBSubnetGroupDescription: &name, SubnetIds: subnets, Tags: tags})
	do(b, c.CreateDBInstance, &rds.CreateDBInstanceInput{
		DBInstanceIdentifier: &name, DBInstanceClass: aws.String("db.t4g.micro"), Engine: aws.String("postgres"), AllocatedStorage: aws.Int32(20),
		MasterUsername: aws.String("orders"), MasterUserPassword: aws.String("correct-horse-battery"), DBSubnetGroupName: &name,
		VpcSecurityGroupIds: []string{group}, StorageEncrypted: aws.Bool(true), KmsKeyId: &key, BackupRetentionPeriod: aws.Int32(7), Tags: tags,
	})
}

// table makes a table with an index, backups and a time to live.
func (b *builder) table(name string) {
	c := dynamodb.NewFromConfig(b.cfg)
	do(b, c.CreateTable, &dynamodb.CreateTableInput{
		TableName: &name, BillingMode: dynamotypes.BillingModePayPerRequest,
		AttributeDefinitions: []dynamotypes.AttributeDefinition{
			{AttributeName: aws.String("id"), AttributeType: dynamotypes.ScalarAttributeTypeS},
			{AttributeName: aws.String("customer"), AttributeType: dynamotypes.ScalarAttributeTypeS},
		},
		KeySchema: []dynamotypes.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: dynamotypes.KeyTypeHash}},
		GlobalSecondaryIndexes: []dynamotypes.GlobalSecondaryIndex{{
			IndexName: aws.String("by-customer"), Projection: &dynamotypes.Projection{ProjectionType: dynamotypes.ProjectionTypeKeysOnly},
			KeySchema: []dynamotypes.KeySchemaElement{{AttributeName: aws.String("customer"), KeyType: dynamotypes.KeyTypeHash}},
		}},
		Tags: named(b, "", func(k, v *string) dynamotypes.Tag { return dynamotypes.Tag{Key: k, Value: v} }),
	})
	do(b, c.UpdateContinuousBackups, &dynamodb.UpdateContinuousBackupsInput{
		TableName: &name, PointInTimeRecoverySpecification: &dynamotypes.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: aws.Bool(true)},
	})
	do(b, c.UpdateTimeToLive, &dynamodb.UpdateTimeToLiveInput{
		TableName: &name, TimeToLiveSpecification: &dynamotypes.TimeToLiveSpecification{AttributeName: aws.String("expires"), Enabled: aws.Bool(true)},
	})
}

// zone makes a private zone of a network with a record that points at a host.
func (b *builder) zone(domain, record, host, vpc string) {
	c := route53.NewFromConfig(b.cfg)
	id := do(b, c.CreateHostedZone, &route53.CreateHostedZoneInput{
		Name: &domain, CallerReference: &domain, HostedZoneConfig: &route53types.HostedZoneConfig{PrivateZone: true},
		VPC: &route53types.VPC{VPCId: &vpc, VPCRegion: route53types.VPCRegion(b.cfg.Region)},
	}).HostedZone.Id
	short := aws.String(lastPart(*id))
	do(b, c.ChangeTagsForResource, &route53.ChangeTagsForResourceInput{
		ResourceType: route53types.TagResourceTypeHostedzone, ResourceId: short,
		AddTags: named(b, "", func(k, v *string) route53types.Tag { return route53types.Tag{Key: k, Value: v} }),
	})
	do(b, c.ChangeResourceRecordSets, &route53.ChangeResourceRecordSetsInput{HostedZoneId: short, ChangeBatch: &route53types.ChangeBatch{
		Changes: []route53types.Change{{Action: route53types.ChangeActionCreate, ResourceRecordSet: &route53types.ResourceRecordSet{
			Name: aws.String(record + "." + domain), Type: route53types.RRTypeCname, TTL: aws.Int64(60),
			ResourceRecords: []route53types.ResourceRecord{{Value: &host}},
		}}},
	}})
}
