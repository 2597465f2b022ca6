package kinds

import (
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kafka"
	"github.com/aws/aws-sdk-go-v2/service/kafka/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

func kafkaLives() []life {
	return []life{{
		kind: "kafka:cluster", with: []string{"ec2:subnet", "ec2:vpc", "ec2:security-group"},
		refs: []collect.Path{"Provisioned.BrokerNodeGroupInfo.ClientSubnets[]", "Provisioned.BrokerNodeGroupInfo.SecurityGroups[]"},
		create: func(e *estate) made {
			vpc, subnets := makeVPC(e)
			out := must(kafka.NewFromConfig(e.Config).CreateClusterV2(e, &kafka.CreateClusterV2Input{
				ClusterName: aws.String("kafka-cluster-life"), Tags: teamTags, Provisioned: &types.ProvisionedRequest{
					KafkaVersion: aws.String("3.6.0"), NumberOfBrokerNodes: aws.Int32(2), BrokerNodeGroupInfo: &types.BrokerNodeGroupInfo{
						ClientSubnets: subnets, InstanceType: aws.String("kafka.m7g.large"), SecurityGroups: []string{makeSecurityGroup(e, vpc)},
					},
				},
			}))(e)
			// moto breaks down over what is gone.
			e.Proxy.Intercept("kafka", "DeleteCluster", func(c *testbed.Call, next func(*testbed.Call) *testbed.Answer) *testbed.Answer {
				if a := next(c); a.Status < 500 {
					return a
				}
				return &testbed.Answer{Status: 404, Header: http.Header{"X-Amzn-Errortype": {"NotFoundException"}}, Body: []byte(`{}`)}
			})
			return made{ID: "kafka-cluster-life", ARN: *out.ClusterArn, UniqueID: *out.ClusterArn}
		},
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "Provisioned.NumberOfBrokerNodes", "2")
		},
		changes: kafkaClusterChanges(), fewer: "moto updates nothing else of a cluster",
	}}
}
