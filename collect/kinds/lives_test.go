package kinds

import (
	"slices"
	"strings"
	"testing"
)

// lives are the resources that the tests make, a kind or more each. Every service's tests have theirs.
func lives() []life {
	return slices.Concat(
		accountBlockLives(),
		acmLives(),
		alarmLives(),
		apiGatewayLives(),
		athenaLives(),
		autoScalingLives(),
		autoScalingPoliciesLives(),
		backupLives(),
		batchLives(),
		bucketLives(),
		budgetsLives(),
		classicLoadBalancingLives(),
		cloudfrontLives(),
		cloudwatchViewsLives(),
		codebuildLives(),
		codepipelineLives(),
		cognitoLives(),
		ec2AccountLives(),
		ec2AddressesLives(),
		ec2ConnectionsLives(),
		ec2GatewaysLives(),
		ec2Lives(),
		ec2RulesLives(),
		ec2TemplatesLives(),
		ecrLives(),
		ecsLives(),
		efsLives(),
		eksLives(),
		elasticacheLives(),
		emrLives(),
		eventBusesLives(),
		firehoseLives(),
		functionLives(),
		glueLives(),
		guarddutyLives(),
		iamAccessLives(),
		iamLives(),
		kafkaLives(),
		kinesisLives(),
		kmsLives(),
		lambdaWiringLives(),
		loadBalancingLives(),
		logGroupLives(),
		logsRoutingLives(),
		opensearchLives(),
		optionGroupLives(),
		parameterLives(),
		rdsClustersLives(),
		rdsLives(),
		redshiftLives(),
		route53Lives(),
		ruleLives(),
		schedulerLives(),
		secretLives(),
		securityHubLives(),
		sesLives(),
		snsLives(),
		sqsLives(),
		ssmLives(),
		stackLives(),
		statesLives(),
		tableLives(),
		taskDefinitionLives(),
		trailLives(),
		wafLives(),
	)
}

// TestLives runs them all, each in an account of its own.
func TestLives(t *testing.T) {
	for _, l := range lives() {
		t.Run(strings.ReplaceAll(l.kind, "/", "-"), func(t *testing.T) { lifecycle(t, l) })
	}
}
