// Package kinds holds every kind of resource that aws-baseline knows: a file or a few by AWS service, each with a
// function that returns the service's kinds.
//
// To add a kind, write its block in the service's file and put it into that file's list. Everything else (the command
// line, coverage, comparison, restore, documentation) is derived from the block; see [collect.Kind] for its fields.
package kinds

import "github.com/aws-baseline/aws-baseline/collect"

// All returns every kind, in the order of their services here.
func All() []*collect.Kind {
	var all []*collect.Kind
	for _, service := range [][]collect.Kind{
		acmKinds(),
		apiGatewayKinds(),
		athenaKinds(),
		autoScalingKinds(),
		autoScalingPolicies(),
		backupKinds(),
		batchKinds(),
		budgetsKinds(),
		classicLoadBalancing(),
		cloudformationKinds(),
		cloudfrontKinds(),
		cloudtrailKinds(),
		cloudwatchKinds(),
		cloudwatchViews(),
		codebuildKinds(),
		codepipelineKinds(),
		cognitoKinds(),
		dynamodbKinds(),
		ec2Account(),
		ec2Compute(),
		ec2Connections(),
		ec2Gateways(),
		ec2Network(),
		ec2Rules(),
		ec2Templates(),
		ecrKinds(),
		ecsKinds(),
		efsKinds(),
		eksKinds(),
		elasticacheKinds(),
		elasticLoadBalancing(),
		emrKinds(),
		eventBuses(),
		eventsKinds(),
		firehoseKinds(),
		glueKinds(),
		guarddutyKinds(),
		iamAccess(),
		iamKinds(),
		kafkaKinds(),
		kinesisKinds(),
		kmsKinds(),
		lambdaKinds(),
		lambdaWiring(),
		logsKinds(),
		logsRouting(),
		opensearchKinds(),
		rdsClusters(),
		rdsKinds(),
		redshiftKinds(),
		route53Kinds(),
		s3Kinds(),
		schedulerKinds(),
		secretsManagerKinds(),
		securityHubKinds(),
		sesKinds(),
		snsKinds(),
		sqsKinds(),
		ssmKinds(),
		statesKinds(),
		wafKinds(),
	} {
		for i := range service {
			all = append(all, &service[i])
		}
	}
	return all
}
