package diff_test

import (
	"context"
	"fmt"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/diff"
)

const manyResources = 100_000

var manyRules = snapshot.Rules{"ec2:security-group": {Sets: map[snapshot.Path]string{
	"IpPermissions": "", "IpPermissions[].IpRanges": "CidrIp", "IpPermissions[].UserIdGroupPairs": "GroupId",
}}}

// many is a snapshot of a hundred thousand security groups of some 700 bytes, of which every hundredth has another rule where
// changed is set.
func many(name string, changed bool) *snapshot.Snapshot {
	const account, region, kind = "111122223333", "eu-west-1", "ec2:security-group"
	scope := snapshot.ScopeKey(account, region, kind)
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	s := &snapshot.Snapshot{
		Name: name, Cutoff: at, Accounts: []snapshot.Account{{AccountID: account, Regions: []snapshot.Region{{Name: region, Captured: true}}}},
		Coverage:  []snapshot.Coverage{{Scope: scope, AccountID: account, Region: region, Kind: kind, State: snapshot.Complete, Resources: manyResources}},
		Resources: make([]snapshot.Resource, manyResources),
	}
	for i := range s.Resources {
		id, port := fmt.Sprintf("sg-%017x", i), 443
		if changed && i%100 == 0 {
			port = 22
		}
		arn := "arn:aws:ec2:" + region + ":" + account + ":security-group/" + id
		configuration := []byte(fmt.Sprintf(`{"Description":"the group of service %d","GroupId":"%s","GroupName":"service-%d","IpPermissions":[{"FromPort":%d,"IpProtocol":"tcp",`+
			`"IpRanges":[{"CidrIp":"10.0.0.0/8","Description":"the offices"},{"CidrIp":"192.168.0.0/16"}],"ToPort":%d,"UserIdGroupPairs":[{"GroupId":"sg-0123456789abcdef0","UserId":"%s"}]},`+
			`{"FromPort":8080,"IpProtocol":"tcp","IpRanges":[{"CidrIp":"10.1.0.0/16"}],"ToPort":8080}],"IpPermissionsEgress":[{"IpProtocol":"-1","IpRanges":[{"CidrIp":"0.0.0.0/0"}]}],`+
			`"OwnerId":"%s","SecurityGroupArn":"%s","VpcId":"vpc-0123456789abcdef0"}`, i, id, i, port, port, account, account, arn))
		s.Resources[i] = snapshot.Resource{
			Key: snapshot.ResourceKey(account, region, kind, arn), Scope: scope, Kind: kind, AccountID: account, Region: region, ID: id, ARN: arn,
			Name: fmt.Sprintf("service-%d", i), Tags: map[string]string{"team": fmt.Sprint("team-", i%50), "cost-centre": fmt.Sprint(i % 7)},
			Configuration: configuration, ConfigurationHash: snapshot.Hash(configuration),
			References: []snapshot.Reference{{Path: "VpcId", Kind: "ec2:vpc", ID: "vpc-0123456789abcdef0"}},
		}
	}
	return s
}

// BenchmarkCompare compares a hundred thousand resources with as many, of which one in a hundred changed.
func BenchmarkCompare(b *testing.B) {
	old, found := many("old", false), many("found", true)
	b.ReportAllocs()
	for b.Loop() {
		report, err := diff.Compare(context.Background(), old, found, diff.Options{Rules: manyRules})
		if err != nil || report.Summary.Modified != manyResources/100 {
			b.Fatal(err, report.Summary)
		}
	}
}

// BenchmarkDiffFiles reads both from compressed files and compares them. MiB is the most memory held.
func BenchmarkDiffFiles(b *testing.B) {
	folder := snapshot.Folder{Files: snapshot.Disk(b.TempDir())}
	for _, s := range []*snapshot.Snapshot{many("old", false), many("found", true)} {
		if err := folder.Save(s, snapshot.Compressed); err != nil {
			b.Fatal(err)
		}
	}
	debug.FreeOSMemory()
	held := make(chan float64)
	done := make(chan struct{})
	go func() {
		most := 0.0
		for {
			most = max(most, heldMiB())
			select {
			case <-done:
				held <- most
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	b.ReportAllocs()
	for b.Loop() {
		var sides [2]*snapshot.Snapshot
		var group sync.WaitGroup
		for i, name := range []string{"old", "found"} {
			group.Go(func() {
				var err error
				if sides[i], err = folder.Load(name); err != nil {
					b.Error(err)
				}
			})
		}
		group.Wait()
		report, err := diff.Compare(context.Background(), sides[0], sides[1], diff.Options{Rules: manyRules})
		if err != nil || report.Summary.Modified != manyResources/100 {
			b.Fatal(err, report.Summary)
		}
	}
	close(done)
	b.ReportMetric(<-held, "MiB")
}

// heldMiB is what the Go runtime holds of the system's memory.
func heldMiB() float64 {
	samples := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return float64(samples[0].Value.Uint64()-samples[1].Value.Uint64()) / (1 << 20)
}
