package kinds

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
)

func route53TagChange(of types.TagResourceType) change {
	return tagChange(func(e *estate, m made, key, value string) {
		must(route53.NewFromConfig(e.Config).ChangeTagsForResource(e, &route53.ChangeTagsForResourceInput{
			ResourceType: of, ResourceId: &m.ID, AddTags: []types.Tag{{Key: &key, Value: &value}},
		}))(e)
	})
}

func hostedZoneChanges() []change {
	client := func(e *estate) *route53.Client { return route53.NewFromConfig(e.Config) }
	var network *types.VPC
	return []change{
		route53TagChange(types.TagResourceTypeHostedzone),
		swap("its comment", "", "of orders", func(e *estate, m made, text string) {
			must(client(e).UpdateHostedZoneComment(e, &route53.UpdateHostedZoneCommentInput{Id: &m.ID, Comment: &text}))(e)
		}, "Config.Comment"),
		{
			name: "another network",
			do: func(e *estate, m made) {
				network = &types.VPC{VPCId: must(ec2.NewFromConfig(e.Config).DescribeVpcs(e, &ec2.DescribeVpcsInput{}))(e).Vpcs[0].VpcId, VPCRegion: testRegion}
				must(client(e).AssociateVPCWithHostedZone(e, &route53.AssociateVPCWithHostedZoneInput{HostedZoneId: &m.ID, VPC: network}))(e)
			},
			undo: func(e *estate, m made) {
				must(client(e).DisassociateVPCFromHostedZone(e, &route53.DisassociateVPCFromHostedZoneInput{HostedZoneId: &m.ID, VPC: network}))(e)
			},
			paths: []string{"VPCs[VPCId=*]"},
		},
	}
}

// recordOfLife is one of several records of a name.
func recordOfLife() types.ResourceRecordSet {
	return types.ResourceRecordSet{
		Name: aws.String("life.example.com."), Type: types.RRTypeA, TTL: aws.Int64(60), Weight: aws.Int64(1), SetIdentifier: aws.String("blue"),
		ResourceRecords: []types.ResourceRecord{{Value: aws.String("192.0.2.1")}, {Value: aws.String("192.0.2.2")}},
	}
}

func changeRecord(e *estate, zone string, record types.ResourceRecordSet) {
	must(route53.NewFromConfig(e.Config).ChangeResourceRecordSets(e, &route53.ChangeResourceRecordSetsInput{
		HostedZoneId: &zone, ChangeBatch: &types.ChangeBatch{Changes: []types.Change{{Action: types.ChangeActionUpsert, ResourceRecordSet: &record}}},
	}))(e)
}

func recordSetChanges() []change {
	update := func(e *estate, m made, edit func(record *types.ResourceRecordSet)) {
		zone, _, _ := strings.Cut(m.ID, "/")
		record := recordOfLife()
		edit(&record)
		changeRecord(e, zone, record)
	}
	return []change{
		swap("how long it holds", 60, 300, func(e *estate, m made, seconds int64) {
			update(e, m, func(record *types.ResourceRecordSet) { record.TTL = &seconds })
		}, "TTL"),
		swap("its weight", 1, 0, func(e *estate, m made, weight int64) {
			update(e, m, func(record *types.ResourceRecordSet) { record.Weight = &weight })
		}, "Weight"),
		swap("one of its addresses, and their order", []string{"192.0.2.1", "192.0.2.2"}, []string{"192.0.2.3", "192.0.2.1"},
			func(e *estate, m made, addresses []string) {
				update(e, m, func(record *types.ResourceRecordSet) {
					for i := range addresses {
						record.ResourceRecords[i].Value = &addresses[i]
					}
				})
			}, "ResourceRecords[Value=192.0.2.2]", "ResourceRecords[Value=192.0.2.3]"),
	}
}

func healthCheckChanges() []change {
	update := func(e *estate, m made, in route53.UpdateHealthCheckInput) {
		in.HealthCheckId = &m.ID
		must(route53.NewFromConfig(e.Config).UpdateHealthCheck(e, &in))(e)
	}
	return []change{
		route53TagChange(types.TagResourceTypeHealthcheck),
		swap("the port that it asks", 443, 8443, func(e *estate, m made, port int32) {
			update(e, m, route53.UpdateHealthCheckInput{Port: &port})
		}, "HealthCheckConfig.Port"),
		swap("what it asks for", "/health", "/", func(e *estate, m made, path string) {
			update(e, m, route53.UpdateHealthCheckInput{ResourcePath: &path})
		}, "HealthCheckConfig.ResourcePath"),
	}
}
