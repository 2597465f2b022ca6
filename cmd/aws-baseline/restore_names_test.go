package main

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	route53types "github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

// TestNamedInAnyWay: a baseline's resources were changed to use what was added since, each in its service's own way of
// naming. AWS would let all of these additions go, and the plan holds every one.
func TestNamedInAnyWay(t *testing.T) {
	w := newWorld(t)
	ctx, config := w.Context(), w.proxy.Config(home)
	trails, buckets, balancers, zones, topics, keys, groups := cloudtrail.NewFromConfig(config), s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true }),
		elb.NewFromConfig(config), route53.NewFromConfig(config), sns.NewFromConfig(config), kms.NewFromConfig(config), cloudwatchlogs.NewFromConfig(config)

	old := w.bucket("old")
	trail := no(trails.CreateTrail(ctx, &cloudtrail.CreateTrailInput{Name: aws.String("trail"), S3BucketName: &old}))(w)
	subnets := no(ec2.NewFromConfig(config).DescribeSubnets(ctx, &ec2.DescribeSubnetsInput{}))(w).Subnets
	balancer := func(name string) elbtypes.LoadBalancer {
		return no(balancers.CreateLoadBalancer(ctx, &elb.CreateLoadBalancerInput{Name: &name, Subnets: []string{*subnets[0].SubnetId, *subnets[1].SubnetId}}))(w).LoadBalancers[0]
	}
	web := balancer("web")
	zone := no(zones.CreateHostedZone(ctx, &route53.CreateHostedZoneInput{Name: aws.String("example.com"), CallerReference: aws.String("1")}))(w).HostedZone
	record := func(target elbtypes.LoadBalancer) {
		no(zones.ChangeResourceRecordSets(ctx, &route53.ChangeResourceRecordSetsInput{HostedZoneId: zone.Id, ChangeBatch: &route53types.ChangeBatch{
			Changes: []route53types.Change{{Action: route53types.ChangeActionUpsert, ResourceRecordSet: &route53types.ResourceRecordSet{
				Name: aws.String("www.example.com"), Type: route53types.RRTypeA,
				AliasTarget: &route53types.AliasTarget{DNSName: aws.String("dualstack." + *target.DNSName + "."), HostedZoneId: target.CanonicalHostedZoneId},
			}}},
		}}))(w)
	}
	record(web)
	topic := no(topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("topic")}))(w).TopicArn
	w.baseline()

	added := map[string]string{} // id → where it is named
	trailLogs, accessLogs, serverLogs := w.bucket("trail-logs"), w.bucket("access-logs"), w.bucket("server-logs")
	no(groups.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/trail")}))(w)
	logGroup := no(groups.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{}))(w).LogGroups[0]
	no(trails.UpdateTrail(ctx, &cloudtrail.UpdateTrailInput{
		Name: trail.Name, S3BucketName: &trailLogs, CloudWatchLogsLogGroupArn: logGroup.Arn, CloudWatchLogsRoleArn: aws.String("arn:aws:iam::" + w.proxy.Account + ":role/none"),
	}))(w)
	added[trailLogs], added["/trail"] = "(S3BucketName)", "(CloudWatchLogsLogGroupArn)"
	no(balancers.ModifyLoadBalancerAttributes(ctx, &elb.ModifyLoadBalancerAttributesInput{LoadBalancerArn: web.LoadBalancerArn, Attributes: []elbtypes.LoadBalancerAttribute{
		{Key: aws.String("access_logs.s3.enabled"), Value: aws.String("true")}, {Key: aws.String("access_logs.s3.bucket"), Value: &accessLogs},
	}}))(w)
	added[accessLogs] = "(Attributes[].Value)"
	no(buckets.PutBucketAcl(ctx, &s3.PutBucketAclInput{Bucket: &serverLogs, ACL: s3types.BucketCannedACL("log-delivery-write")}))(w)
	no(buckets.PutBucketLogging(ctx, &s3.PutBucketLoggingInput{Bucket: &old, BucketLoggingStatus: &s3types.BucketLoggingStatus{
		LoggingEnabled: &s3types.LoggingEnabled{TargetBucket: &serverLogs, TargetPrefix: aws.String("")},
	}}))(w)
	added[serverLogs] = "(Logging.TargetBucket)"
	key := no(keys.CreateKey(ctx, &kms.CreateKeyInput{}))(w).KeyMetadata.KeyId
	no(buckets.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{Bucket: &old, ServerSideEncryptionConfiguration: &s3types.ServerSideEncryptionConfiguration{
		Rules: []s3types.ServerSideEncryptionRule{{ApplyServerSideEncryptionByDefault: &s3types.ServerSideEncryptionByDefault{
			SSEAlgorithm: s3types.ServerSideEncryptionAwsKms, KMSMasterKeyID: key,
		}}},
	}}))(w)
	added[*key] = "KMSMasterKeyID)"
	aliased := no(keys.CreateKey(ctx, &kms.CreateKeyInput{}))(w).KeyMetadata.KeyId
	no(keys.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: aws.String("alias/topics"), TargetKeyId: aliased}))(w)
	no(topics.SetTopicAttributes(ctx, &sns.SetTopicAttributesInput{TopicArn: topic, AttributeName: aws.String("KmsMasterKeyId"), AttributeValue: aws.String("alias/topics")}))(w)
	added["alias/topics"], added[*aliased] = "(Attributes.KmsMasterKeyId)", "(TargetKeyId)"
	record(balancer("web2"))
	added["web2"] = "(AliasTarget.DNSName)"
	free := w.bucket("free")

	plan := w.plan(0)
	reasons := held(plan)
	for id, want := range added {
		if !strings.HasPrefix(reasons[id], "named by ") || !strings.Contains(reasons[id], want) {
			t.Errorf("%s: held because %q, want one that names it in %s", id, reasons[id], want)
		}
	}
	if len(plan.Actions) != 1 || plan.Actions[0].ID != free {
		t.Errorf("planned: %+v", plan.Actions)
	}
}
