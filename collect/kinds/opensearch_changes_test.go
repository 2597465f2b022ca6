package kinds

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	"github.com/aws/aws-sdk-go-v2/service/opensearch/types"
)

func searchDomainChanges() []change {
	update := func(e *estate, m made, in opensearch.UpdateDomainConfigInput) {
		in.DomainName = &m.ID
		must(opensearch.NewFromConfig(e.Config).UpdateDomainConfig(e, &in))(e)
	}
	return []change{
		tagChange(func(e *estate, m made, key, value string) {
			must(opensearch.NewFromConfig(e.Config).AddTags(e, &opensearch.AddTagsInput{ARN: &m.ARN, TagList: []types.Tag{{Key: &key, Value: &value}}}))(e)
		}),
		swap("how many nodes it has", 2, 3, func(e *estate, m made, nodes int32) {
			config := *must(opensearch.NewFromConfig(e.Config).DescribeDomain(e, &opensearch.DescribeDomainInput{DomainName: &m.ID}))(e).DomainStatus.ClusterConfig
			config.InstanceCount = &nodes
			update(e, m, opensearch.UpdateDomainConfigInput{ClusterConfig: &config}) // moto forgets what it is not told again
		}, "ClusterConfig.InstanceCount"),
		swap("how large its disks are", 10, 20, func(e *estate, m made, size int32) {
			update(e, m, opensearch.UpdateDomainConfigInput{EBSOptions: &types.EBSOptions{
				EBSEnabled: aws.Bool(true), VolumeSize: &size, VolumeType: types.VolumeTypeGp3,
			}})
		}, "EBSOptions.VolumeSize"),
	}
}
