package printer

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// sampleLong is a report of 300 changes in nine services and four regions, with findings, actors, groups and documents. It is
// the same each time.
func sampleLong() *diff.Report {
	random := rand.New(rand.NewPCG(1, 2))
	const account = "123456789012"
	regions := []string{"eu-central-1", "eu-west-1", "us-east-1", "ap-southeast-2"}
	people := []diff.Actor{
		{Principal: "arn:aws:iam::123456789012:user/jane", SourceIP: "203.0.113.7", UserAgent: "aws-cli/2.17"},
		{Principal: "arn:aws:iam::123456789012:role/deploy", Session: "gha-8812", SourceIP: "198.51.100.20"},
		{Principal: "arn:aws:iam::123456789012:role/AWSReservedSSO_Admin_0123456789abcdef", Session: "sam@example.com", SourceIP: "192.0.2.44"},
	}
	start := at("2026-10-26T06:00:00Z")
	r := &diff.Report{
		Document: diff.Document, SchemaVersion: 1,
		Baseline: diff.Side{Name: "landing-zone-2026-10", Digest: "sha256:00", Cutoff: *start, AccountIDs: []string{account}, Resources: 4210},
		Target:   diff.Side{Live: true, Cutoff: *at("2026-11-23T06:00:00Z"), AccountIDs: []string{account}, Resources: 4391},
		Coverage: []diff.Gap{{Scope: snapshot.ScopeKey(account, "us-east-1", "sqs:queue"), AccountID: account, Region: "us-east-1", Kind: "sqs:queue",
			Baseline: snapshot.Complete, Target: snapshot.Denied, Reason: "now denied: ListQueues: AccessDenied: User: arn:aws:iam::123456789012:user/audit is not authorized to perform: sqs:ListQueues"}},
		Notes: []string{"lambda:function: 12 properties are not compared, since the version of the tool that made one side did not know them"},
	}
	moment := func() time.Time { return start.Add(time.Duration(random.IntN(28*24*60)) * time.Minute) }
	by := func(event string) []diff.Actor {
		if random.IntN(4) == 0 {
			return nil
		}
		actor := people[random.IntN(len(people))]
		actor.Event, actor.Time, actor.AccountID = event, moment(), account
		actor.Confidence = []diff.Confidence{diff.ByResourceAndAction, diff.ByResource, diff.ByWindow}[random.IntN(3)]
		return []diff.Actor{actor}
	}
	add := func(class diff.Class, kind, region, id, name string) *diff.Change {
		service, _, _ := strings.Cut(kind, ":")
		arn := fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, region, account, id)
		c := diff.Change{Change: class, Kind: kind, Region: region, ID: id, Name: name, ARN: arn, AccountID: account, Key: snapshot.ResourceKey(account, region, kind, arn)}
		if class != diff.Modified && class != diff.Unknown {
			created := moment()
			c.CreatedAt = &created
		}
		r.Changes = append(r.Changes, c)
		return &r.Changes[len(r.Changes)-1]
	}
	property := func(path, old, now string) diff.Property {
		p := diff.Property{Path: path, Part: diff.PartConfiguration}
		if strings.HasPrefix(path, "Tags") {
			p.Part = diff.PartTags
		}
		if old != "" {
			p.Old = json.RawMessage(old)
		}
		if now != "" {
			p.New = json.RawMessage(now)
		}
		return p
	}
	for i := range 60 { // instances that somebody tried things with
		c := add(diff.Added, "ec2:instance", regions[i%4], fmt.Sprintf("i-%017x", random.Uint64()>>4), fmt.Sprintf("dev-test-%d", i+1))
		c.Actors = by("ec2:RunInstances")
	}
	for i := range 18 {
		c := add(diff.Modified, "ec2:security-group", regions[i%3], fmt.Sprintf("sg-%017x", random.Uint64()>>4), fmt.Sprintf("web-%d", i+1))
		port := []string{"22", "443", "5432", "3389"}[i%4]
		rule := `{"FromPort":` + port + `,"IpProtocol":"tcp","IpRanges":[{"CidrIp":"0.0.0.0/0","Description":"temporary, ticket OPS-` + fmt.Sprint(1000+i) + `"}],"ToPort":` + port + `}`
		c.Properties = []diff.Property{property("IpPermissions[]", "", rule)}
		severity := map[bool]diff.Severity{true: diff.Medium, false: diff.Critical}[port == "443"]
		c.Findings = []diff.Finding{{Rule: "ingress-from-anywhere", Severity: severity, Path: "IpPermissions[]", Text: "port " + port + " is open to the whole internet (0.0.0.0/0)"}}
		c.Actors = by("ec2:AuthorizeSecurityGroupIngress")
	}
	for i := range 120 { // a tag policy that was rolled out
		kind := []string{"s3:bucket", "sqs:queue", "dynamodb:table", "logs:log-group"}[i%4]
		c := add(diff.Modified, kind, regions[i%4], fmt.Sprintf("%s-%03d", strings.ReplaceAll(kind, ":", "-"), i), "")
		c.Properties = []diff.Property{property("Tags.cost-centre", "", `"4711"`), property("Tags.team", `"platform"`, `"shop"`)}
		c.Actors = []diff.Actor{people[1]}
		c.Actors[0].Event, c.Actors[0].Time, c.Actors[0].Confidence = "tag:TagResources", start.Add(300*time.Hour), diff.ByResource
	}
	for i := range 20 {
		c := add(diff.Modified, "iam:role", snapshot.Global, fmt.Sprintf("app-role-%d", i), "")
		old := `{"Version":"2012-10-17","Statement":[{"Sid":"Assume","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`
		now := `{"Version":"2012-10-17","Statement":[{"Sid":"Assume","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"},{"Sid":"Partner` + fmt.Sprint(i) + `","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::999988887777:root"},"Action":"sts:AssumeRole"}]}`
		c.Properties = []diff.Property{property("AssumeRolePolicyDocument", string(snapshot.Canonical(old)), string(snapshot.Canonical(now)))}
		c.Findings = []diff.Finding{{Rule: "trust-other-account", Severity: diff.High, Path: "AssumeRolePolicyDocument", Text: "the role can be assumed from account 999988887777"}}
		c.Actors = by("iam:UpdateAssumeRolePolicy")
	}
	for i := range 30 {
		c := add(diff.Modified, "lambda:function", regions[i%2], fmt.Sprintf("handler-%d", i), "")
		c.Properties = []diff.Property{
			property("Environment.Variables.TOKEN", `"masked:0a1b2c3d:00112233445566778899aabbccddeeff"`, fmt.Sprintf(`"masked:0a1b2c3d:%032x"`, i)),
			property("MemorySize", "128", fmt.Sprint(256+64*i)),
			property("Description", `"`+strings.Repeat("handles the orders of the shop and ", 4)+`no more"`, `"`+strings.Repeat("handles the orders of the shop and ", 4)+fmt.Sprintf("the returns %d", i)+`"`),
		}
		c.Actors = by("lambda:UpdateFunctionConfiguration20150331v2")
	}
	for i := range 22 {
		c := add(diff.Removed, "cloudwatch:alarm", regions[i%4], fmt.Sprintf("lz-alarm-%02d", i), "")
		c.CreatedAt = nil
		c.Actors = by("monitoring:DeleteAlarms")
	}
	for i := range 5 {
		c := add(diff.Replaced, "rds:db", regions[i%2], fmt.Sprintf("orders-%d", i), "")
		c.Reason = fmt.Sprintf("the unique id was db-OLD%d and is db-NEW%d", i, i)
		c.Findings = []diff.Finding{{Rule: "deletion-protection-off", Severity: diff.Low, Path: "DeletionProtection", Text: "deletion protection is off"},
			{Rule: "storage-encrypted", Severity: diff.Low, Better: true, Path: "StorageEncrypted", Text: "the storage is encrypted now"}}
		c.Properties = []diff.Property{property("DeletionProtection", "true", "false"), property("StorageEncrypted", "false", "true")}
	}
	for i := range 10 {
		add(diff.Missed, "s3:bucket", "us-east-1", fmt.Sprintf("forgotten-%d", i), "").Reason = "created before the baseline's cut-off, and the baseline does not have it"
	}
	for i := range 14 {
		add(diff.Unknown, "sqs:queue", "us-east-1", fmt.Sprintf("jobs-%d", i), "").Reason = "can't be seen now: denied: ListQueues: AccessDenied"
	}
	r.Changes[0].Name = `</script><script>alert(1)</script><img src=x onerror=alert(2)>`
	r.Changes[1].Name = hostile
	r.Changes[2].Name = "[click](javascript:alert(3)) `x` @everyone | **bold** " + strings.Repeat("very-long-", 12)
	slices.SortStableFunc(r.Changes, func(a, b diff.Change) int { return strings.Compare(a.Kind+a.Region, b.Kind+b.Region) })
	r.Narrow(diff.Filter{}) // counts
	r.Summary.Unchanged, r.Summary.Owned = 3900, 7
	return r
}
