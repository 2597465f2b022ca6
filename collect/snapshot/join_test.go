package snapshot

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// partOf is a snapshot of one queue in one account.
func partOf(name, account string, cutoff time.Time) *Snapshot {
	scope := ScopeKey(account, "eu-west-1", "sqs:queue")
	key := ResourceKey(account, "eu-west-1", "sqs:queue", "q")
	return &Snapshot{
		Name: name, Cutoff: cutoff, MaskKeyID: "k", Metadata: Metadata{APICalls: 3, CreatedAt: cutoff, User: map[string]string{"by": name}},
		Accounts:   []Account{{AccountID: account, AllRegions: true, Regions: []Region{{Name: "eu-west-1", Captured: true}}}},
		KnownPaths: map[string][]Path{"sqs:queue": {"A", Path(name)}},
		Coverage:   []Coverage{{Scope: scope, AccountID: account, Region: "eu-west-1", Kind: "sqs:queue", State: Complete, Resources: 1}},
		Resources:  []Resource{{Key: key, Scope: scope, Kind: "sqs:queue", AccountID: account, Region: "eu-west-1", ID: "q", Configuration: []byte("{}")}},
	}
}

func TestJoin(t *testing.T) {
	early, late := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	a, b := partOf("a", "111111111111", late), partOf("b", "222222222222", early)
	joined, err := Join(a, b)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case len(joined.Resources) != 2 || len(joined.Coverage) != 2 || joined.AccountSet() != "111111111111,222222222222":
		t.Errorf("joined: %+v", joined)
	case !joined.Cutoff.Equal(early) || !joined.CutoffOf("111111111111").Equal(late) || !joined.CutoffOf("222222222222").Equal(early):
		t.Errorf("cut-offs: %s, %s, %s", joined.Cutoff, joined.CutoffOf("111111111111"), joined.CutoffOf("222222222222"))
	case joined.Metadata.APICalls != 6 || joined.Metadata.User["by"] != "a" || !joined.Metadata.CreatedAt.Equal(late):
		t.Errorf("metadata: %+v", joined.Metadata)
	case len(joined.KnownPaths["sqs:queue"]) != 1:
		t.Errorf("known to all parts: %v", joined.KnownPaths)
	case a.Accounts[0].Cutoff != nil || len(a.Resources) != 1:
		t.Error("a part was changed")
	}

	kinds := partOf("kinds", "111111111111", early)
	kinds.Coverage[0].Scope, kinds.Resources = ScopeKey("111111111111", "eu-west-1", "sns:topic"), nil
	if joined, err := Join(a, kinds); err != nil || len(joined.Accounts) != 1 || !joined.CutoffOf("111111111111").Equal(late) {
		t.Errorf("two parts of an account: %v %+v", err, joined)
	}

	other := func(change func(*Snapshot)) *Snapshot {
		part := partOf("b", "222222222222", early)
		change(part)
		return part
	}
	for want, part := range map[string]*Snapshot{
		"both a and a looked at 111111111111/eu-west-1/sqs:queue": a,
		"under different keys":             other(func(s *Snapshot) { s.MaskKeyID = "other" }),
		"b was edited":                     other(func(s *Snapshot) { s.Edited = true }),
		"a and b select different members": other(func(s *Snapshot) { s.Selectors.Tags = map[string]string{"a": "b"} }),
	} {
		if _, err := Join(a, part); !errors.Is(err, ErrJoin) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if _, err := Join(); !errors.Is(err, ErrJoin) {
		t.Errorf("nothing joined: %v", err)
	}
}

func TestJoinShards(t *testing.T) {
	shard := func(account, of string) *Snapshot {
		part := partOf(of, account, time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC))
		part.Organization = &Organization{ID: "o-1", Shard: of}
		return part
	}
	one, two, three := shard("111111111111", "1/3"), shard("222222222222", "2/3"), shard("333333333333", "3/3")
	if s, err := Join(three, one); err != nil || s.Organization.AllAccounts || s.Organization.Shard != "1/3,3/3" {
		t.Errorf("two of three: %v %+v", err, s.Organization)
	}
	if s, err := Join(one, two, three); err != nil || !s.Organization.AllAccounts || s.Organization.Shard != "" || s.AccountSet() != "o-1" {
		t.Errorf("all: %v %+v", err, s.Organization)
	}
	if _, err := Join(one, shard("444444444444", "2/4")); !errors.Is(err, ErrJoin) {
		t.Errorf("shards of different splits: %v", err)
	}
	if s, err := Join(one, partOf("x", "555555555555", one.Cutoff)); err != nil || s.Organization != nil {
		t.Errorf("with an account of nobody: %v %+v", err, s.Organization)
	}
}

// Parts of two regions both have the global services: the later look at them counts, and each part's own buckets.
func TestJoinRegions(t *testing.T) {
	const account = "111111111111"
	early, late := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	part := func(name, region string, cutoff time.Time, roles ...string) *Snapshot {
		s := &Snapshot{Name: name, Cutoff: cutoff, Accounts: []Account{{AccountID: account, Regions: []Region{
			{Name: "eu-west-1", Captured: region == "eu-west-1"}, {Name: "us-east-1", Captured: region == "us-east-1"}}}}}
		add := func(kind, region, id string) {
			scope := ScopeKey(account, Global, kind)
			s.Resources = append(s.Resources, Resource{Key: ResourceKey(account, region, kind, id), Scope: scope, Kind: kind, AccountID: account,
				Region: region, ID: id, Configuration: []byte(`"` + name + `"`)})
		}
		for _, role := range roles {
			add("iam:role", Global, role)
		}
		add("s3:bucket", region, "bucket-"+region)
		for _, kind := range []string{"iam:role", "s3:bucket"} {
			s.Coverage = append(s.Coverage, Coverage{Scope: ScopeKey(account, Global, kind), AccountID: account, Region: Global, Kind: kind, State: Complete})
		}
		s.Stubs = []Stub{{Key: ResourceKey(account, Global, "iam:role", "stub-"+name), Scope: ScopeKey(account, Global, "iam:role")}}
		return s
	}
	one, two := part("one", "eu-west-1", late, "a", "b"), part("two", "us-east-1", early, "b", "c")
	two.Coverage[1].State, two.Coverage[1].Code = Partial, "Throttling"
	for _, parts := range [][]*Snapshot{{one, two}, {two, one}} {
		joined, err := Join(parts...)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range joined.Resources {
			got = append(got, r.ID+string(r.Configuration))
		}
		if want := []string{`bucket-eu-west-1"one"`, `a"one"`, `b"one"`, `bucket-us-east-1"two"`}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if len(joined.Stubs) != 1 || !strings.HasSuffix(joined.Stubs[0].Key, "stub-one") {
			t.Errorf("stubs: %v", joined.Stubs)
		}
		if c := joined.Coverage; len(c) != 2 || c[0].State != Complete || c[0].Resources != 2 || c[1].State != Partial || c[1].Resources != 2 {
			t.Errorf("coverage: %+v", c)
		}
	}
	for name, third := range map[string]*Snapshot{"a region twice": part("three", "us-east-1", late), "all regions": part("three", "ap-south-1", late)} {
		third.Accounts[0].AllRegions = name == "all regions"
		if _, err := Join(one, two, third); !errors.Is(err, ErrJoin) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
