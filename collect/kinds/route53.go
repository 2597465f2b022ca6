package kinds

import (
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/aws-baseline/aws-baseline/collect"
)

func route53Kinds() []collect.Kind {
	return []collect.Kind{hostedZone, recordSet, healthCheck}
}

// hostedZones is the list that zones and records start from.
func hostedZones(s *collect.Scope) ([]types.HostedZone, bool) {
	return collect.Shared(s, "route53:ListHostedZones", func(s *collect.Scope) iter.Seq[types.HostedZone] {
		return collect.Pages[types.HostedZone](s, route53.NewFromConfig(s.Config).ListHostedZones, &route53.ListHostedZonesInput{MaxItems: aws.Int32(100)})
	})
}

const zoneIDPrefix = "/hostedzone/"

func zoneID(zone types.HostedZone) string {
	return strings.TrimPrefix(aws.ToString(zone.Id), zoneIDPrefix)
}

var hostedZone = collect.Kind{
	Name: "route53:hostedzone", CloudFormation: "AWS::Route53::HostedZone", Aliases: []string{"route53:hosted-zone"}, Global: true,
	List: func(s *collect.Scope) {
		c := route53.NewFromConfig(s.Config)
		zones, _ := hostedZones(s)
		collect.Each(s, slices.Values(zones), func(zone types.HostedZone) {
			id := zoneID(zone)
			item := collect.Item{ID: &id, ARN: aws.String("arn:" + s.Partition + ":route53:::hostedzone/" + id), Name: zone.Name}
			if service := linkedService(zone); service != "" {
				item.Managed(service + " manages it")
			}
			if zone.Config == nil || !zone.Config.PrivateZone {
				s.Add(item, zone, ofVPCs{})
				return
			}
			s.Add(item, zone, collect.Ask(s, "VPCs", c.GetHostedZone, &route53.GetHostedZoneInput{Id: &id}).Of("VPCs"))
		})
	},
	BulkTags: &collect.BulkTags{Size: 10, Get: orOneByOne(route53Tags(types.TagResourceTypeHostedzone))},
	Status:   []collect.Path{"ResourceRecordSetCount", "Features.FailureReasons"},
	// AWS lets a VPC go and leaves the zone without one; a private zone of no VPC answers nobody.
	Refs: map[collect.Path]string{"VPCs[].VPCId": "ec2:vpc"},
	Sets: map[collect.Path]string{"VPCs": "VPCId"},
	// A comment that is taken away leaves an empty one.
	Defaults: map[collect.Path]string{"Config.Comment": `""`},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		return collect.Do(s, route53.NewFromConfig(s.Config).DeleteHostedZone, &route53.DeleteHostedZoneInput{Id: &r.ID})
	},
}

// ofVPCs is what only private zones have, and only a call for each tells.
type ofVPCs struct {
	VPCs []types.VPC
}

// linkedService is the service that made a zone and manages its records (Cloud Map, for one), or "".
func linkedService(zone types.HostedZone) string {
	if zone.LinkedService == nil {
		return ""
	}
	return aws.ToString(zone.LinkedService.ServicePrincipal)
}

// route53Tags reads the tags of one sort of resources.
func route53Tags(sort types.TagResourceType) tagsOfMany {
	return func(s *collect.Scope, arns []string) (map[string]collect.Tags, error) {
		byID := make(map[string]string, len(arns))
		ids := make([]string, len(arns))
		for i, arn := range arns {
			ids[i] = arn[strings.LastIndex(arn, "/")+1:]
			byID[ids[i]] = arn
		}
		out, err := collect.Send(s, route53.NewFromConfig(s.Config).ListTagsForResources, &route53.ListTagsForResourcesInput{
			ResourceType: sort, ResourceIds: ids,
		})
		if err != nil {
			return nil, err
		}
		tags := make(map[string]collect.Tags, len(out.ResourceTagSets))
		for _, set := range out.ResourceTagSets {
			tags[byID[aws.ToString(set.ResourceId)]] = collect.TagsOf(set.Tags)
		}
		return tags, nil
	}
}

// recordSet has neither ARN nor tags. Its id is the zone's, the name, the type and, where there are several of them, the
// set identifier.
var recordSet = collect.Kind{
	Name: "route53:recordset", CloudFormation: "AWS::Route53::RecordSet", Global: true,
	Aliases: []string{"route53:record", "route53:resource-record-set"},
	List: func(s *collect.Scope) {
		zones, _ := hostedZones(s)
		collect.Each(s, slices.Values(zones), func(zone types.HostedZone) {
			id := zoneID(zone)
			records := collect.Children(s, func(s *collect.Scope) iter.Seq[types.ResourceRecordSet] { return recordsOf(s, id) })
			for _, record := range records {
				item := collect.Item{ID: aws.String(recordID(id, record)), Name: aws.String(recordName(record))}
				item.Protect = recordHolder(zone, record)
				item.Provider = item.Protect != ""
				s.Add(item, record, inZone{HostedZoneId: &id})
			}
		})
	},
	Refs: map[collect.Path]string{"HostedZoneId": "route53:hostedzone"},
	// An alias to a bucket's website names no bucket: it is the one that is called as the record.
	Names: map[collect.Path]string{"AliasTarget.DNSName": "", "ResourceRecords[].Value": "", "Name": "s3:bucket"},
	Sets:  map[collect.Path]string{"ResourceRecords": "Value"},
	Delete: func(s *collect.Scope, r *collect.Resource) error {
		record, err := collect.Stored[types.ResourceRecordSet](r)
		if err != nil {
			return err
		}
		in, err := collect.Stored[inZone](r)
		if err != nil {
			return err
		}
		err = collect.Do(s, route53.NewFromConfig(s.Config).ChangeResourceRecordSets, &route53.ChangeResourceRecordSetsInput{
			HostedZoneId: in.HostedZoneId,
			ChangeBatch:  &types.ChangeBatch{Changes: []types.Change{{Action: types.ChangeActionDelete, ResourceRecordSet: &record}}},
		})
		// Route 53 has no code of its own for it, and says otherwise that the values differ.
		if collect.Code(err) == "InvalidChangeBatch" && strings.Contains(collect.Message(err), "not found") {
			return nil
		}
		return err
	},
}

// inZone is the part of a record's configuration that says where it is.
type inZone struct {
	HostedZoneId *string
}

// recordsOf lists a zone's records. The place in the list is a name, a type and a set identifier.
func recordsOf(s *collect.Scope, zone string) iter.Seq[types.ResourceRecordSet] {
	const between = "\n" // is in none of them
	return collect.PagesBy(s, route53.NewFromConfig(s.Config).ListResourceRecordSets,
		&route53.ListResourceRecordSetsInput{HostedZoneId: &zone, MaxItems: aws.Int32(300)},
		func(out *route53.ListResourceRecordSetsOutput) ([]types.ResourceRecordSet, *string) {
			if !out.IsTruncated {
				return out.ResourceRecordSets, nil
			}
			place := []string{aws.ToString(out.NextRecordName), string(out.NextRecordType), aws.ToString(out.NextRecordIdentifier)}
			return out.ResourceRecordSets, aws.String(strings.Join(place, between))
		},
		func(in *route53.ListResourceRecordSetsInput, token *string) {
			place := strings.SplitN(*token, between, 3)
			in.StartRecordName, in.StartRecordType, in.StartRecordIdentifier = &place[0], types.RRType(place[1]), nil
			if place[2] != "" {
				in.StartRecordIdentifier = &place[2]
			}
		})
}

func recordID(zone string, record types.ResourceRecordSet) string {
	id := zone + "/" + aws.ToString(record.Name) + "/" + string(record.Type)
	if set := aws.ToString(record.SetIdentifier); set != "" {
		id += "/" + set
	}
	return id
}

// recordName is a record's name as people write it: AWS ends it with a dot and writes an asterisk as \052.
func recordName(record types.ResourceRecordSet) string {
	return strings.ReplaceAll(strings.TrimSuffix(aws.ToString(record.Name), "."), `\052`, "*")
}

// recordHolder says what a record goes with, or "" where it is a record of its own.
func recordHolder(zone types.HostedZone, record types.ResourceRecordSet) string {
	apex := aws.ToString(record.Name) == aws.ToString(zone.Name)
	switch {
	case apex && (record.Type == types.RRTypeNs || record.Type == types.RRTypeSoa):
		return "it goes with its zone"
	case linkedService(zone) != "":
		return linkedService(zone) + " manages it"
	case aws.ToString(record.TrafficPolicyInstanceId) != "":
		return "a traffic policy instance manages it"
	}
	return ""
}
