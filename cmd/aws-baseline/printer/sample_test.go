package printer

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

// hostile is a name that somebody who may tag a resource could choose: it clears the screen, sets the window's title,
// reverses the text after it, starts a new line, uses a C1 control, and hides characters.
const hostile = "web\x1b[2J\x1b]0;owned\a\u202egnp.exe\n+ fake\r\u009b31m\u200b\x7f"

func at(s string) *time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return &t
}

// sampleSnapshot has resources of several kinds, gaps, unread parts, a stub, hostile names and awkward numbers.
func sampleSnapshot() *snapshot.Snapshot {
	const account = "123456789012"
	resource := func(region, kind, id, arn string) snapshot.Resource {
		r := snapshot.Resource{
			Scope: snapshot.ScopeKey(account, region, kind), Kind: kind, ID: id, ARN: arn, AccountID: account, Region: region,
			Configuration: json.RawMessage(`{}`), ConfigurationHash: snapshot.Hash(json.RawMessage(`{}`)),
		}
		r.Key = snapshot.ResourceKey(account, region, kind, arn)
		if arn == "" {
			r.Key = snapshot.ResourceKey(account, region, kind, id)
		}
		return r
	}
	web := resource("eu-west-1", "ec2:instance", "i-0a1b2c3d4e5f60718", "arn:aws:ec2:eu-west-1:123456789012:instance/i-0a1b2c3d4e5f60718")
	web.Name, web.CreatedAt, web.Tags = "web-1", at("2026-05-04T08:30:00Z"), map[string]string{"Name": "web-1", "team": "shop, europe"}
	web.Owner, web.Marks = &snapshot.Owner{Kind: "autoscaling:group", ID: "web"}, []string{snapshot.MarkOwned, snapshot.MarkProtected}
	web.Configuration = json.RawMessage(`{"CpuOptions":{"CoreCount":123456789012345678901234567890},"EbsOptimized":false,"Price":0.10,"UserData":"masked:0a1b2c3d:00112233445566778899aabbccddeeff"}`)
	role := resource(snapshot.Global, "iam:role", "admin", "arn:aws:iam::123456789012:role/admin")
	role.Name, role.CreatedAt, role.UniqueID = "admin", at("2024-01-02T03:04:05Z"), "AROAEXAMPLE"
	role.Unknown = []snapshot.Unknown{{Path: snapshot.TagsPath, Code: "AccessDenied", Message: "not authorized to perform: iam:ListRoleTags"}}
	queue := resource("eu-west-1", "sqs:queue", "=cmd|' /C calc'!A1", "arn:aws:sqs:eu-west-1:123456789012:jobs")
	queue.Name, queue.Tags, queue.Marks = hostile, map[string]string{hostile: hostile, "on": "22:30"}, []string{snapshot.MarkUndated}
	queue.Configuration = json.RawMessage(`{"Policy":"{\"Version\":\"2012-10-17\"}","VisibilityTimeout":30}`)
	rule := resource("eu-west-1", "ec2:security-group-rule", "sgr-日本語", "")
	return &snapshot.Snapshot{
		Document: snapshot.Document, SchemaVersion: 1, Name: "golden", Cutoff: *at("2026-07-01T10:00:00Z"), MaskKeyID: "0a1b2c3d",
		Selectors: snapshot.Selectors{Before: at("2026-07-01T00:00:00Z"), Tags: map[string]string{"team": "*"}},
		Accounts: []snapshot.Account{{AccountID: account, AllRegions: true, Regions: []snapshot.Region{
			{Name: "af-south-1", OptIn: "not-opted-in"}, {Name: "eu-west-1", OptIn: "opt-in-not-required", Captured: true},
			{Name: "us-east-1", OptIn: "opt-in-not-required", Captured: true},
		}}},
		Metadata: snapshot.Metadata{
			CreatedAt: *at("2026-07-01T10:00:42Z"), CallerARN: "arn:aws:sts::123456789012:assumed-role/auditor/jane", Partition: "aws",
			Tool: "v1.2.3", SDK: "1.47.7", CommandLine: []string{"snapshot", "create", "golden"}, APICalls: 1234, Throttles: 5,
			User: map[string]string{"ticket": "OPS-7"},
		},
		KnownPaths: map[string][]snapshot.Path{"sqs:queue": {"Policy", "VisibilityTimeout"}},
		Coverage: []snapshot.Coverage{
			{Scope: snapshot.ScopeKey(account, "eu-west-1", "ec2:instance"), AccountID: account, Region: "eu-west-1", Kind: "ec2:instance", State: snapshot.Complete, Resources: 1},
			{Scope: snapshot.ScopeKey(account, "us-east-1", "ec2:instance"), AccountID: account, Region: "us-east-1", Kind: "ec2:instance", State: snapshot.Denied, SCP: true,
				Operation: "DescribeInstances", Code: "UnauthorizedOperation", Message: "You are not authorized to perform this operation. " + strings.Repeat("Encoded authorization failure message. ", 5)},
			{Scope: snapshot.ScopeKey(account, "eu-west-1", "sqs:queue"), AccountID: account, Region: "eu-west-1", Kind: "sqs:queue", State: snapshot.Partial, Resources: 1,
				Operation: "GetQueueAttributes", Code: "RequestTimeout", Message: hostile},
			{Scope: snapshot.ScopeKey(account, "us-east-1", "sqs:queue"), AccountID: account, Region: "us-east-1", Kind: "sqs:queue", State: snapshot.Unavailable},
			{Scope: snapshot.ScopeKey(account, snapshot.Global, "iam:role"), AccountID: account, Region: snapshot.Global, Kind: "iam:role", State: snapshot.Complete, Resources: 1},
		},
		Stubs:     []snapshot.Stub{{Key: snapshot.ResourceKey(account, "eu-west-1", "ec2:instance", "i-1"), Scope: snapshot.ScopeKey(account, "eu-west-1", "ec2:instance")}},
		Resources: []snapshot.Resource{web, role, queue, rule},
	}
}

// sampleReport has a change of every class and gaps of two reasons.
func sampleReport() *diff.Report {
	const account = "123456789012"
	change := func(class diff.Class, kind, region, id, arn string) diff.Change {
		key := arn
		if arn == "" {
			key = id
		}
		return diff.Change{Change: class, Key: snapshot.ResourceKey(account, region, kind, key), ARN: arn, Kind: kind, ID: id, AccountID: account, Region: region}
	}
	policy := func(action string) json.RawMessage {
		document := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"` + action + `","Resource":"*"}]}`
		return snapshot.Canonical(document)
	}
	added := change(diff.Added, "ec2:instance", "eu-west-1", "i-0a1b2c3d4e5f60718", "arn:aws:ec2:eu-west-1:123456789012:instance/i-0a1b2c3d4e5f60718")
	added.Name, added.CreatedAt, added.Marks = "web-2", at("2026-07-02T08:30:00Z"), []string{snapshot.MarkProtected}
	outside := change(diff.Outside, "ec2:instance", "eu-west-1", "i-2", "arn:aws:ec2:eu-west-1:123456789012:instance/i-2")
	outside.Reason = "the baseline's selectors left it out"
	replaced := change(diff.Replaced, "iam:role", snapshot.Global, "admin", "arn:aws:iam::123456789012:role/admin")
	replaced.Name, replaced.Reason = "admin", "the unique id was AROA1 and is AROA2"
	removed := change(diff.Removed, "iam:role", snapshot.Global, "old", "arn:aws:iam::123456789012:role/old")
	removed.Name, removed.CreatedAt = "old", at("2024-01-02T03:04:05Z")
	missed := change(diff.Missed, "s3:bucket", "us-east-1", "logs", "arn:aws:s3:::logs")
	missed.Reason = "created before the baseline's cut-off, and the baseline does not have it"
	modified := change(diff.Modified, "sqs:queue", "eu-west-1", "=cmd|' /C calc'!A1", "arn:aws:sqs:eu-west-1:123456789012:jobs")
	modified.Name, modified.Owner = hostile, &snapshot.Owner{Kind: "cloudformation:stack", ID: "shop"}
	modified.Properties = []diff.Property{
		{Path: `Tags["` + hostile + `"]`, Part: diff.PartTags, New: snapshot.Canonical(hostile)},
		{Path: "Policy", Part: diff.PartConfiguration, Old: policy("sqs:SendMessage"), New: policy("sqs:*")},
		{Path: "RedrivePolicy", Part: diff.PartConfiguration, Old: json.RawMessage(`"{}"`)},
		{Path: "Secret", Part: diff.PartConfiguration, Old: json.RawMessage(`"masked:0a1b2c3d:00112233445566778899aabbccddeeff"`), New: json.RawMessage(`"masked:0a1b2c3d:ffeeddccbbaa99887766554433221100"`)},
		{Path: "VisibilityTimeout", Part: diff.PartConfiguration, Old: json.RawMessage(`30`), New: json.RawMessage(`12345678901234567890123.10`)},
	}
	unknown := change(diff.Unknown, "sqs:queue", "us-east-1", "sqs-日本語", "")
	unknown.Name, unknown.Reason = "日本語", "can't be seen now: denied: ListQueues: AccessDenied: "+strings.Repeat("not authorized ", 10)
	unread := change(diff.Unknown, "sqs:queue", "eu-west-1", "mail", "arn:aws:sqs:eu-west-1:123456789012:mail")
	unread.Reason = "Policy could not be read now: AccessDenied: not authorized"
	unread.Properties = []diff.Property{
		{Path: "Policy", Part: diff.PartConfiguration, Old: policy("sqs:SendMessage"), NewUnknown: true},
		{Path: "RedrivePolicy", Part: diff.PartConfiguration, NewUnknown: true},
		{Path: "Tags", Part: diff.PartTags, OldUnknown: true, New: json.RawMessage(`{"team":"shop"}`)},
	}
	gap := func(region, kind, reason string) diff.Gap {
		return diff.Gap{Scope: snapshot.ScopeKey(account, region, kind), AccountID: account, Region: region, Kind: kind, Baseline: snapshot.Complete, Target: snapshot.Denied, Reason: reason}
	}
	return &diff.Report{
		Document: diff.Document, SchemaVersion: 1,
		Baseline: diff.Side{Name: "golden", Digest: "sha256:00", Edited: true, Cutoff: *at("2026-07-01T10:00:00Z"), AccountIDs: []string{account}, Resources: 1204},
		Target:   diff.Side{Live: true, Cutoff: *at("2026-07-08T06:00:00Z"), AccountIDs: []string{account}, Resources: 1205},
		Coverage: []diff.Gap{
			gap("eu-west-1", "sqs:queue", "now denied: ListQueues: AccessDenied: not authorized on arn:aws:sqs:eu-west-1:123456789012:*"),
			gap("us-east-1", "sqs:queue", "now denied: ListQueues: AccessDenied: not authorized on arn:aws:sqs:us-east-1:123456789012:*"),
			gap(snapshot.Global, "iam:role", "in the baseline failed: "+hostile),
		},
		Summary: diff.Summary{Added: 1, Removed: 1, Modified: 1, Replaced: 1, Unknown: 2, Outside: 1, Missed: 1,
			Unchanged: 1197, Owned: 3, Provider: 2, TagChanges: 1, ConfigurationChanges: 4, Gaps: 3},
		Changes: []diff.Change{added, outside, replaced, removed, missed, modified, unread, unknown},
		Notes:   []string{"the snapshot golden was edited after it was written: its digest does not fit"},
	}
}

// emptyReport finds nothing and saw everything.
func emptyReport() *diff.Report {
	r := sampleReport()
	r.Coverage, r.Changes, r.Notes, r.Summary = []diff.Gap{}, []diff.Change{}, nil, diff.Summary{Unchanged: 1204}
	r.Baseline.Edited, r.Target.AccountIDs = false, []string{"123456789012", "210987654321"}
	return r
}

func sampleEntries() []SnapshotEntry {
	s := sampleSnapshot()
	broken := SnapshotEntry{Name: "broken", SizeBytes: 12, Format: snapshot.YAML, Problem: "damaged: unexpected end of JSON input\n\x1b[31m"}
	first := EntryOf(s, snapshot.Entry{Name: "golden", Format: snapshot.JSON, Size: 1_572_864})
	first.Active = true
	whole := SnapshotEntry{Name: "organisation", AccountIDs: []string{"111111111111", "222222222222", "333333333333", "444444444444"},
		Cutoff: *at("2026-06-01T00:00:00Z"), CreatedAt: *at("2026-06-01T00:05:00Z"), Resources: 20000, SizeBytes: 1023, Format: snapshot.JSON}
	return []SnapshotEntry{broken, first, whole}
}
