package snapshot

import (
	"encoding/json"
	"time"
)

// example is a small snapshot with one of everything.
func example() *Snapshot {
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	vpc := ResourceKey("111122223333", "eu-west-1", "ec2:vpc", "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1")
	s := &Snapshot{
		Name: "base", Cutoff: at,
		Selectors: Selectors{Tags: map[string]string{"team": "platform"}},
		Accounts: []Account{{AccountID: "111122223333", AllRegions: true, Regions: []Region{
			{Name: "eu-west-1", OptIn: "opt-in-not-required", Captured: true}, {Name: "af-south-1", OptIn: "not-opted-in"},
		}}},
		Metadata:   Metadata{CreatedAt: at, CallerARN: "arn:aws:iam::111122223333:user/me", Partition: "aws", Tool: "0.1.0", User: map[string]string{"ticket": "OPS-1"}},
		MaskKeyID:  "abcd0123",
		KnownPaths: map[string][]Path{"ec2:vpc": {"CidrBlock", "VpcId"}},
		Coverage: []Coverage{
			{Scope: "111122223333/eu-west-1/ec2:vpc", AccountID: "111122223333", Region: "eu-west-1", Kind: "ec2:vpc", State: Complete, Resources: 1},
			{Scope: "111122223333/global/iam:role", AccountID: "111122223333", Region: Global, Kind: "iam:role", State: Denied, Operation: "IAM: ListRoles", Code: "AccessDenied", Message: "no <policy> allows it"},
		},
		Stubs: []Stub{{Key: "111122223333/eu-west-1/ec2:vpc/vpc-2", Scope: "111122223333/eu-west-1/ec2:vpc", CreatedAt: &at}},
		Resources: []Resource{{
			Key: vpc, Scope: "111122223333/eu-west-1/ec2:vpc", ARN: "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1", Kind: "ec2:vpc", ID: "vpc-1",
			AccountID: "111122223333", Region: "eu-west-1", CreatedAt: &at, Tags: map[string]string{"Name": "main & <only>", "team": "platform"},
			Configuration: json.RawMessage(`{"Big":12345678901234567890123,"CidrBlock":"10.0.0.0/16","Decimal":1.10,"Empty":{},"List":[],"Null":null,"Off":false,"Text":"yes","Zero":0}`),
			References:    []Reference{{Path: "X", Kind: "ec2:subnet", ID: "subnet-1"}},
			Owner:         &Owner{Kind: "cloudformation:stack", ID: "s"}, Marks: []string{MarkOwned},
			BillIDs: []string{"vpc-1"}, Unknown: []Unknown{{Path: "Policy", Code: "AccessDenied", Message: "no"}},
		}},
	}
	for i := range s.Resources {
		s.Resources[i].ConfigurationHash = Hash(s.Resources[i].Configuration)
	}
	return s
}
