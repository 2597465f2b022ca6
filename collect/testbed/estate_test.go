package testbed

import (
	"testing"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// That there is one of every kind is checked where the kinds are.
func TestOneOfEveryKind(t *testing.T) {
	p := Proxy(t, Moto(t).URL)
	for _, suffix := range []string{"one", "two"} { // and an account can have several
		if err := OneOfEveryKind(t.Context(), p.Config("us-east-1"), suffix); err != nil {
			t.Fatalf("%s: %v", suffix, err)
		}
	}
}

func TestOneOfEveryKindStopsAtTheFirstFailure(t *testing.T) {
	p := Proxy(t, Moto(t).URL)
	p.Deny("ec2", "CreateVpc")
	if err := OneOfEveryKind(t.Context(), p.Config("us-east-1"), "denied"); err == nil {
		t.Fatal("got no error though CreateVpc is denied")
	}
	if n := p.Count("ec2", "CreateSubnet"); n > 0 {
		t.Errorf("%d subnets were asked for after the failure", n)
	}
}

func TestLandingZoneAndDrift(t *testing.T) {
	p := Proxy(t, Moto(t).URL)
	cfg := p.Config("us-east-1")
	z, err := LandingZone(t.Context(), cfg, "eu-west-1")
	if err != nil {
		t.Fatal(err)
	}
	if z.Account != p.Account {
		t.Errorf("account: got %s, want %s", z.Account, p.Account)
	}
	d, err := DeveloperDrift(t.Context(), cfg, z)
	if err != nil {
		t.Fatal(err)
	}
	group, err := ec2.NewFromConfig(cfg).DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{GroupIds: d.Modified["ec2:security-group"]})
	if err != nil {
		t.Fatal(err)
	}
	if rules := group.SecurityGroups[0].IpPermissions; len(rules) != 2 {
		t.Errorf("the opened group has %d rules, want its own and one more", len(rules))
	}
	versions, err := s3.NewFromConfig(cfg).ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: &d.Added["s3:bucket"][0]})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(versions.Versions) + len(versions.DeleteMarkers); n != d.Objects || n < 300 {
		t.Errorf("the bucket has %d versions and markers, the drift says %d", n, d.Objects)
	}
}

func TestNextSecond(t *testing.T) {
	p := Proxy(t, Moto(t).URL)
	now := func() time.Time {
		out, err := sts.NewFromConfig(p.Config("us-east-1")).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
		if err != nil {
			t.Fatal(err)
		}
		date, _ := awsmiddleware.GetServerTime(out.ResultMetadata)
		return date
	}
	before := now()
	if err := NextSecond(t.Context(), p.Config("us-east-1")); err != nil {
		t.Fatal(err)
	}
	if after := now(); !after.After(before) {
		t.Errorf("it was %s before and is %s after", before, after)
	}
}
