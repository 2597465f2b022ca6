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
		autoScalingKinds(),
		cloudformationKinds(),
		cloudtrailKinds(),
		cloudwatchKinds(),
		dynamodbKinds(),
		ec2Compute(),
		ec2Network(),
		ecsKinds(),
		elasticLoadBalancing(),
		eventsKinds(),
		iamKinds(),
		kmsKinds(),
		lambdaKinds(),
		logsKinds(),
		rdsKinds(),
		route53Kinds(),
		s3Kinds(),
		secretsManagerKinds(),
		snsKinds(),
		sqsKinds(),
		ssmKinds(),
	} {
		for i := range service {
			all = append(all, &service[i])
		}
	}
	return all
}
