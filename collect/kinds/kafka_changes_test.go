package kinds

import (
	"github.com/aws/aws-sdk-go-v2/service/kafka"
)

func kafkaClusterChanges() []change {
	const reader = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"210987654321"},"Action":"kafka:DescribeCluster","Resource":"*"}]}`
	return []change{
		tagChange(func(e *estate, m made, key, value string) {
			must(kafka.NewFromConfig(e.Config).TagResource(e, &kafka.TagResourceInput{ResourceArn: &m.ARN, Tags: map[string]string{key: value}}))(e)
		}),
		{
			name: "who may use it",
			do: func(e *estate, m made) {
				policy := reader
				must(kafka.NewFromConfig(e.Config).PutClusterPolicy(e, &kafka.PutClusterPolicyInput{ClusterArn: &m.ARN, Policy: &policy}))(e)
			},
			undo: func(e *estate, m made) {
				must(kafka.NewFromConfig(e.Config).DeleteClusterPolicy(e, &kafka.DeleteClusterPolicyInput{ClusterArn: &m.ARN}))(e)
			},
			paths: []string{"Policy"},
		},
	}
}
