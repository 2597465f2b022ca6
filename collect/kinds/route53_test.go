package kinds

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// makeZone makes a zone, private to a network of its own or public, and returns its id.
func makeZone(e *estate, private bool) string {
	c := route53.NewFromConfig(e.Config)
	in := &route53.CreateHostedZoneInput{Name: aws.String("example.com."), CallerReference: aws.String("tests"), HostedZoneConfig: &types.HostedZoneConfig{PrivateZone: private}}
	if private {
		vpc, _ := makeVPC(e)
		in.VPC = &types.VPC{VPCId: vpc, VPCRegion: testRegion}
	}
	id := zoneID(*must(c.CreateHostedZone(e, in))(e).HostedZone)
	var tags []types.Tag
	for key, value := range teamTags {
		tags = append(tags, types.Tag{Key: &key, Value: &value})
	}
	must(c.ChangeTagsForResource(e, &route53.ChangeTagsForResourceInput{ResourceType: types.TagResourceTypeHostedzone, ResourceId: &id, AddTags: tags}))(e)
	return id
}

func makeRecords(e *estate, zone string, records ...types.ResourceRecordSet) {
	batch := &types.ChangeBatch{}
	for _, record := range records {
		batch.Changes = append(batch.Changes, types.Change{Action: types.ChangeActionCreate, ResourceRecordSet: &record})
	}
	must(route53.NewFromConfig(e.Config).ChangeResourceRecordSets(e, &route53.ChangeResourceRecordSetsInput{HostedZoneId: &zone, ChangeBatch: batch}))(e)
}

// Records of three sorts are seen, deleted as they are stored, and gone; a zone's own stay.
func TestRecordSetLifecycle(t *testing.T) {
	e := newEstate(t)
	zone := makeZone(e, false)
	makeRecords(e, zone, types.ResourceRecordSet{
		Name: aws.String("example.com."), Type: types.RRTypeMx, TTL: aws.Int64(60), ResourceRecords: []types.ResourceRecord{{Value: aws.String("10 b.example.net.")}, {Value: aws.String("20 a.example.net.")}},
	}, types.ResourceRecordSet{
		Name: aws.String("api.example.com."), Type: types.RRTypeCname, TTL: aws.Int64(60), Weight: aws.Int64(0), SetIdentifier: aws.String("blue"),
		ResourceRecords: []types.ResourceRecord{{Value: aws.String("blue.example.net")}},
	}, types.ResourceRecordSet{
		Name: aws.String("www.example.com."), Type: types.RRTypeA,
		AliasTarget: &types.AliasTarget{HostedZoneId: aws.String("Z35SXDOTRQ7X7K"), DNSName: aws.String("web-1.us-east-1.elb.amazonaws.com."), EvaluateTargetHealth: true},
	})
	seen := of(e.capture("route53:recordset", "route53:hostedzone"), "route53:recordset")
	again := of(e.capture("route53:recordset"), "route53:recordset")
	scope := e.session.Scope(e, &recordSet, snapshot.Global)
	var got []string
	for key, r := range seen {
		if again[key] == nil || again[key].ConfigurationHash != r.ConfigurationHash {
			t.Errorf("nothing changed, and the second capture of %s differs: %s", r.ID, r.Configuration)
		}
		if r.Marked(snapshot.MarkProvider) || r.Marked(snapshot.MarkProtected) {
			continue
		}
		got = append(got, r.ID)
		life{refs: []collect.Path{"HostedZoneId"}, undated: true, untagged: true}.checkParts(t, r)
		if r.ARN != "" || r.Region != snapshot.Global {
			t.Errorf("%s: got ARN %q and region %s", r.ID, r.ARN, r.Region)
		}
		if err := recordSet.Delete(scope, r); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	slices.Sort(got)
	if want := []string{zone + "/api.example.com./CNAME/blue", zone + "/example.com./MX", zone + "/www.example.com./A"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	left := of(e.capture("route53:recordset"), "route53:recordset")
	for key, r := range seen {
		if own := r.Marked(snapshot.MarkProvider) && r.Marked(snapshot.MarkProtected); own != (left[key] != nil) {
			t.Errorf("%s: marks %v, and after the deletions it is there: %v", r.ID, r.Marks, left[key] != nil)
		}
	}
	if len(left) != 2 {
		t.Errorf("%d records are left, want the zone's NS and SOA", len(left))
	}
}

// What Route 53 says of a record that is gone is in the text only; what it says of one that changed is another thing.
func TestDeletingRecordThatIsGone(t *testing.T) {
	e := newEstate(t)
	r := &collect.Resource{Configuration: []byte(`{"HostedZoneId":"Z1","Name":"www.example.com.","Type":"A","TTL":60,"ResourceRecords":[{"Value":"192.0.2.1"}]}`)}
	scope := e.session.Scope(e, &recordSet, snapshot.Global)
	for message, want := range map[string]bool{
		"[Tried to delete resource record set [name='www.example.com.', type='A'] but it was not found]":                                    true,
		"[Tried to delete resource record set [name='www.example.com.', type='A'] but the values provided do not match the current values]": false,
	} {
		remove := e.Proxy.Error("route53", "ChangeResourceRecordSets", 400, "InvalidChangeBatch", message)
		if err := recordSet.Delete(scope, r); (err == nil) != want {
			t.Errorf("%s: got %v", message, err)
		}
		remove()
	}
}

// The next page starts at a name, a type and, among records that share them, a set identifier.
func TestRecordPages(t *testing.T) {
	e := newEstate(t)
	zone := makeZone(e, false)
	e.Proxy.Intercept("route53", "ListResourceRecordSets", func(c *testbed.Call, _ func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		record := func(name, set string) string {
			return "<ResourceRecordSet><Name>" + name + "</Name><Type>TXT</Type>" + set + "<Weight>1</Weight></ResourceRecordSet>"
		}
		next := "<IsTruncated>true</IsTruncated><NextRecordName>a.</NextRecordName><NextRecordType>TXT</NextRecordType>"
		body := map[string]string{
			"//":           record("a.", "<SetIdentifier>blue</SetIdentifier>") + "@" + next + "<NextRecordIdentifier>green</NextRecordIdentifier>",
			"a./TXT/green": record("a.", "<SetIdentifier>green</SetIdentifier>") + "@" + strings.Replace(next, "a.", "b.", 1),
			"b./TXT/":      record("b.", "") + "@<IsTruncated>false</IsTruncated>",
		}[c.Query.Get("name")+"/"+c.Query.Get("type")+"/"+c.Query.Get("identifier")]
		records, rest, _ := strings.Cut(body, "@")
		return &testbed.Answer{Status: 200, Header: http.Header{"Content-Type": {"text/xml"}}, Body: []byte(
			`<ListResourceRecordSetsResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ResourceRecordSets>` + records +
				"</ResourceRecordSets>" + rest + "</ListResourceRecordSetsResponse>")}
	})
	var got []string
	for _, r := range of(e.capture("route53:recordset"), "route53:recordset") {
		got = append(got, r.ID)
	}
	slices.Sort(got)
	if want := []string{zone + "/a./TXT/blue", zone + "/a./TXT/green", zone + "/b./TXT"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestRecordNames(t *testing.T) {
	record := types.ResourceRecordSet{Name: aws.String(`\052.example.com.`), Type: types.RRTypeMx}
	if got := recordName(record); got != "*.example.com" {
		t.Errorf("name: got %q", got)
	}
	if got := recordID("Z1", record); got != `Z1/\052.example.com./MX` {
		t.Errorf("id: got %q", got)
	}
	record.SetIdentifier = aws.String("blue")
	if got := recordID("Z1", record); got != `Z1/\052.example.com./MX/blue` {
		t.Errorf("id of one of several: got %q", got)
	}
}

func TestRecordHolder(t *testing.T) {
	zone := types.HostedZone{Name: aws.String("example.com.")}
	linked := types.HostedZone{Name: zone.Name, LinkedService: &types.LinkedService{ServicePrincipal: aws.String("servicediscovery.amazonaws.com")}}
	of := func(name string, rrType types.RRType) types.ResourceRecordSet {
		return types.ResourceRecordSet{Name: &name, Type: rrType}
	}
	byPolicy := of("www.example.com.", types.RRTypeA)
	byPolicy.TrafficPolicyInstanceId = aws.String("policy")
	for _, test := range []struct {
		zone   types.HostedZone
		record types.ResourceRecordSet
		want   string
	}{
		{zone, of("example.com.", types.RRTypeNs), "it goes with its zone"},
		{zone, of("example.com.", types.RRTypeSoa), "it goes with its zone"},
		{zone, of("example.com.", types.RRTypeMx), ""},
		{zone, of("dev.example.com.", types.RRTypeNs), ""},
		{zone, byPolicy, "a traffic policy instance manages it"},
		{linked, of("www.example.com.", types.RRTypeA), "servicediscovery.amazonaws.com manages it"},
	} {
		if got := recordHolder(test.zone, test.record); got != test.want {
			t.Errorf("%s %s: got %q, want %q", *test.record.Name, test.record.Type, got, test.want)
		}
	}
}

// wantRecordTo makes an alias record to an address, and wants it to name the resource that has it.
func wantRecordTo(e *estate, zone, address, key string) {
	e.Helper()
	makeRecords(e, zone, types.ResourceRecordSet{
		Name: aws.String("www.example.com."), Type: types.RRTypeA,
		AliasTarget: &types.AliasTarget{HostedZoneId: aws.String("Z2FDTNDATAQYW2"), DNSName: aws.String(address + "."), EvaluateTargetHealth: false},
	})
	for _, r := range of(e.capture("route53:recordset", "route53:hostedzone", "cloudfront:distribution"), "route53:recordset") {
		for _, ref := range r.References {
			if ref.Path == "AliasTarget.DNSName" && ref.Key == key {
				return
			}
		}
	}
	e.Errorf("no record names %s by its address %s", key, address)
}

func route53Lives() []life {
	return []life{{
		kind: "route53:hostedzone", undated: true,
		create: func(e *estate) made {
			id := makeZone(e, false)
			return made{ID: id, ARN: "arn:aws:route53:::hostedzone/" + id}
		},
	}, {
		kind: "route53:hostedzone", with: []string{"ec2:vpc"}, refs: []collect.Path{"VPCs[].VPCId"}, undated: true,
		create: func(e *estate) made {
			id := makeZone(e, true)
			return made{ID: id, ARN: "arn:aws:route53:::hostedzone/" + id}
		},
		changes: hostedZoneChanges(),
	}, {
		kind: "route53:recordset", undated: true, untagged: true, with: []string{"route53:hostedzone"}, refs: []collect.Path{"HostedZoneId"},
		create: func(e *estate) made {
			zone := makeZone(e, false)
			changeRecord(e, zone, recordOfLife())
			return made{ID: zone + "/life.example.com./A/blue"}
		},
		changes: recordSetChanges(),
	}, {
		kind: "route53:healthcheck", undated: true,
		create: func(e *estate) made {
			c := route53.NewFromConfig(e.Config)
			id := must(c.CreateHealthCheck(e, &route53.CreateHealthCheckInput{CallerReference: aws.String("health-check-life"), HealthCheckConfig: &types.HealthCheckConfig{
				Type: types.HealthCheckTypeHttps, FullyQualifiedDomainName: aws.String("www.example.com"), Port: aws.Int32(443), ResourcePath: aws.String("/health"),
			}}))(e).HealthCheck.Id
			tags := tagList(func(k, v *string) types.Tag { return types.Tag{Key: k, Value: v} })
			must(c.ChangeTagsForResource(e, &route53.ChangeTagsForResourceInput{ResourceType: types.TagResourceTypeHealthcheck, ResourceId: id, AddTags: tags}))(e)
			return made{ID: *id, ARN: "arn:aws:route53:::healthcheck/" + *id, UniqueID: *id}
		},
		check:   func(t *testing.T, r *collect.Resource) { wantConfiguration(t, r, "HealthCheckConfig.Port", "443") },
		changes: healthCheckChanges(),
	}}
}
