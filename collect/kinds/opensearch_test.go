package kinds

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	"github.com/aws/aws-sdk-go-v2/service/opensearch/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func makeDomain(e *estate, name string) *types.DomainStatus {
	return must(opensearch.NewFromConfig(e.Config).CreateDomain(e, &opensearch.CreateDomainInput{
		DomainName: &name, EngineVersion: aws.String("OpenSearch_2.19"),
		ClusterConfig: &types.ClusterConfig{InstanceType: types.OpenSearchPartitionInstanceTypeM6gLargeSearch, InstanceCount: aws.Int32(2)},
		EBSOptions:    &types.EBSOptions{EBSEnabled: aws.Bool(true), VolumeSize: aws.Int32(10), VolumeType: types.VolumeTypeGp3},
		TagList:       tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} }),
	}))(e).DomainStatus
}

func opensearchLives() []life {
	return []life{{
		kind:   "es:domain",
		create: func(e *estate) made { return made{ID: "es-domain-life", ARN: *makeDomain(e, "es-domain-life").ARN} },
		check: func(t *testing.T, r *collect.Resource) {
			wantConfiguration(t, r, "EngineVersion", "OpenSearch_2.19")
			wantStatus(t, r, "Processing", "false")
			if !r.Marked(snapshot.MarkApproximateDate) {
				t.Errorf("got marks %v", r.Marks)
			}
		},
		changes: searchDomainChanges(),
	}}
}

// TestDomainBatches: AWS describes five at once.
func TestDomainBatches(t *testing.T) {
	e := newEstate(t)
	const domains = 11
	for n := range domains {
		makeDomain(e, fmt.Sprintf("logs-%02d", n))
	}
	if got := len(of(e.capture("es:domain"), "es:domain")); got != domains {
		t.Errorf("captured %d domains, want %d", got, domains)
	}
	if n := e.Proxy.Count("es", "DescribeDomains"); n != 3 {
		t.Errorf("described them in %d calls, want 3", n)
	}
}
