package history

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/dgraph-io/badger/v4"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

const day = 24 * time.Hour

var start = time.Date(2026, 4, 1, 6, 0, 0, 0, time.UTC)

// estate makes a capture of n resources that looks like one of AWS: several kinds and regions, tags, references,
// statuses, a scope that failed, a part that could not be read.
func estate(random *rand.Rand, account string, at time.Time, n int) *snapshot.Snapshot {
	s := &snapshot.Snapshot{
		Document: snapshot.Document, SchemaVersion: snapshot.SchemaVersion, Cutoff: at.Add(-time.Minute), MaskKeyID: "1a2b3c4d",
		Accounts: []snapshot.Account{{AccountID: account, AllRegions: true, Regions: []snapshot.Region{
			{Name: "eu-west-1", OptIn: "opt-in-not-required", Captured: true}, {Name: "me-south-1", OptIn: "not-opted-in"},
		}}},
		Metadata:   snapshot.Metadata{CreatedAt: at, CallerARN: "arn:aws:iam::" + account + ":role/reader", Partition: "aws", APICalls: random.Int64N(9999)},
		KnownPaths: map[string][]snapshot.Path{"ec2:vpc": {"CidrBlock", "Tags[].Key"}},
		Coverage: []snapshot.Coverage{
			{Scope: snapshot.ScopeKey(account, "eu-west-1", "ec2:vpc"), AccountID: account, Region: "eu-west-1", Kind: "ec2:vpc", State: snapshot.Complete, Resources: n},
			{Scope: snapshot.ScopeKey(account, "global", "iam:role"), AccountID: account, Region: "global", Kind: "iam:role",
				State: snapshot.Denied, Operation: "ListRoles", Code: "AccessDenied", Message: "not <authorized> & so on"},
		},
		Stubs: []snapshot.Stub{{Key: "a stub", Scope: "a scope", CreatedAt: &at}}, Resources: []snapshot.Resource{},
	}
	for i := range n {
		s.Resources = append(s.Resources, resource(random, account, fmt.Sprintf("vpc-%06d", i)))
	}
	s.Sort()
	return s
}

func resource(random *rand.Rand, account, id string) snapshot.Resource {
	created := start.Add(-time.Duration(random.IntN(1000)) * time.Hour)
	configuration := snapshot.Canonical(map[string]any{
		"VpcId": id, "CidrBlock": fmt.Sprintf("10.%d.0.0/16", random.IntN(256)), "Policy": "a < b && c", "Filler": fmt.Sprintf("%x", random.Uint64()),
	})
	r := snapshot.Resource{
		Key: snapshot.ResourceKey(account, "eu-west-1", "ec2:vpc", id), Scope: snapshot.ScopeKey(account, "eu-west-1", "ec2:vpc"), Kind: "ec2:vpc",
		ARN: "arn:aws:ec2:eu-west-1:" + account + ":vpc/" + id, ID: id, AccountID: account, Region: "eu-west-1", CreatedAt: &created,
		Tags: map[string]string{"team": "zürich", "n": fmt.Sprint(random.IntN(5))}, Configuration: configuration,
		ConfigurationHash: snapshot.Hash(configuration), BillIDs: []string{id},
		References: []snapshot.Reference{{Path: "VpcId", Kind: "ec2:vpc", ID: id}},
	}
	switch random.IntN(4) {
	case 0:
		r.Unknown = []snapshot.Unknown{{Path: "Policy", Code: "AccessDenied", Message: "no"}}
	case 1:
		r.Marks, r.Owner = []string{snapshot.MarkOwned}, &snapshot.Owner{Kind: "cloudformation:stack", ID: "s"}
	}
	if random.IntN(3) > 0 {
		r.Status = snapshot.Canonical(map[string]any{"State": "available <&>", "Count": random.IntN(100)})
	}
	return r
}

// digest is what snapshot.Write seals a capture with.
func digest(t *testing.T, s *snapshot.Snapshot) string {
	t.Helper()
	sealed := *s
	if err := snapshot.Write(io.Discard, &sealed, snapshot.JSON); err != nil {
		t.Fatal(err)
	}
	return sealed.Digest
}

// same compares two captures, statuses included where wanted.
func same(t *testing.T, got, want *snapshot.Snapshot, statuses bool) {
	t.Helper()
	if g, w := digest(t, got), digest(t, want); g != w {
		t.Fatalf("the digest is %s, want %s", g, w)
	}
	for i := range want.Resources {
		status := ""
		if statuses {
			status = string(want.Resources[i].Status)
		}
		if string(got.Resources[i].Status) != status {
			t.Fatalf("the status of %s is %q, want %q", want.Resources[i].Key, got.Resources[i].Status, status)
		}
	}
}

func mustOpen(t *testing.T, dir string, options Options) *Store {
	t.Helper()
	if options.Retention == 0 {
		options.Retention = 90 * day
	}
	s, err := Open(dir, options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t *testing.T, s *Store, capture *snapshot.Snapshot) Written {
	t.Helper()
	written, err := s.Put(capture)
	if err != nil {
		t.Fatal(err)
	}
	return written
}

// copyFolder copies a folder as a crash would leave it: while a store has it open. A crash stops all files at once;
// copying takes a while, so it is done again where a compaction came between.
func copyFolder(t *testing.T, from string) string {
	t.Helper()
	for {
		to := t.TempDir()
		before := layout(t, from)
		err := os.CopyFS(to, os.DirFS(from))
		if layout(t, from) == before && err == nil {
			return to
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
	}
}

// layout is what a compaction changes: which files there are, and the manifest.
func layout(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := os.ReadFile(filepath.Join(dir, badger.ManifestFilename))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%v %x", entries, manifest)
}

// sizeOf adds up a closed store's files.
func sizeOf(t *testing.T, dir string) (size int64) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && filepath.Ext(entry.Name()) != "" {
			size += info.Size()
		}
	}
	return size
}
