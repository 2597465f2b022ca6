package diff

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// pairOf is an estate and a copy of it, both to be changed by a test.
func pairOf(t *testing.T, build func(w *town)) (s, copied *snapshot.Snapshot) {
	t.Helper()
	w := newTown(1)
	build(w)
	w.cover()
	copied, _ = moved(t, w.s, 1)
	return w.s, copied
}

// Of what looks alike, and is not there as often on both sides, nothing is matched: it is counted and told.
func TestMapAmbiguous(t *testing.T) {
	s, copied := pairOf(t, func(w *town) {
		for range 3 {
			w.ec2("volume", "vol", "", map[string]any{"Size": json.Number("8"), "Zone": dublin + "a"}, nil)
		}
	})
	copied.Resources = copied.Resources[1:]
	r, m := compareMapped(t, s, copied)
	if m.ByPlace != 0 || m.Ambiguous["ec2:volume"] != 2 || r.Summary.Added != 2 || r.Summary.Removed != 3 || r.Summary.Modified != 0 {
		t.Errorf("%d matched, ambiguous %v%s", m.ByPlace, m.Ambiguous, explained(r))
	}
	m.Restore(r)
	if notes := strings.Join(r.Notes, "\n"); !strings.Contains(notes, "2 resources of the target could stand for several of the baseline, and are not matched: shown as added, and the baseline's as removed (ec2:volume 2)") {
		t.Error(notes)
	}
	for _, c := range r.Changes {
		if c.Change == Added && (c.AccountID != staging || c.Region != virginia || !strings.Contains(c.ARN, ":us-east-1:"+staging+":") || c.CreatedAt == nil) {
			t.Errorf("what only the target has is named %s, created %v", c.ARN, c.CreatedAt)
		}
	}
}

// What has another name is another thing, however alike it is.
func TestMapOtherName(t *testing.T) {
	s, copied := pairOf(t, func(w *town) { w.ec2("vpc", "vpc", "blue", map[string]any{"CidrBlock": "10.0.0.0/16"}, nil) })
	copied.Resources[0].Name, copied.Resources[0].Tags = "green", map[string]string{"Name": "green"}
	if r, _ := compareMapped(t, s, copied); r.Summary.Added != 1 || r.Summary.Removed != 1 || len(r.Changes) != 2 {
		t.Error(explained(r))
	}
}

// Two of one name that belong to different networks never stand for each other.
func TestMapByParents(t *testing.T) {
	s, copied := pairOf(t, func(w *town) {
		for _, net := range []string{"blue", "green"} {
			vpc, key := w.ec2("vpc", "vpc", net, map[string]any{"CidrBlock": "10.0.0.0/16"}, nil)
			w.ec2("subnet", "subnet", "web", map[string]any{"VpcId": vpc, "CidrBlock": "10.0.1.0/24"}, map[string]string{"VpcId": key})
		}
	})
	// The subnet of the one network goes from the copy.
	drop := func(s *snapshot.Snapshot, net string) {
		vpc := ""
		for _, r := range s.Resources {
			if r.Name == net {
				vpc = r.ID
			}
		}
		kept := s.Resources[:0]
		for _, r := range s.Resources {
			if r.Kind != "ec2:subnet" || !strings.Contains(string(r.Configuration), vpc) {
				kept = append(kept, r)
			}
		}
		s.Resources = kept
	}
	drop(copied, "blue")
	if r, _ := compareMapped(t, s, copied); r.Summary.Removed != 1 || len(r.Changes) != 1 {
		t.Errorf("one subnet is missing:%s", explained(r))
	}
}

// A trust in the other account is no trust in the own.
func TestMapTrust(t *testing.T) {
	trust := func(account string) map[string]any {
		return map[string]any{"AssumeRolePolicyDocument": `{"Principal":{"AWS":"arn:aws:iam::` + account + `:root"}}`}
	}
	s, copied := pairOf(t, func(w *town) {
		w.ec2("vpc", "vpc", "blue", map[string]any{}, nil)
		w.add("iam:role", "global", "own", "arn:aws:iam::"+production+":role/own", "own", nil, trust(production), nil)
		w.add("iam:role", "global", "third", "arn:aws:iam::"+production+":role/third", "third", nil, trust("333333333333"), nil)
	})
	if r, _ := compareMapped(t, s, copied); len(r.Changes) > 0 {
		t.Errorf("the same trusts:%s", explained(r))
	}
	for i := range copied.Resources {
		r := &copied.Resources[i]
		if r.ID == "own" {
			r.Configuration = snapshot.Canonical(trust(production))
			rehash(r)
		}
	}
	r, _ := compareMapped(t, s, copied)
	if len(r.Changes) != 1 || len(r.Changes[0].Properties) != 1 || !strings.Contains(string(r.Changes[0].Properties[0].New), staging) {
		t.Errorf("staging lets production in:%s", explained(r))
	}
}

// A gap stays a gap, and what a selector left out is not called new or gone.
func TestMapGapsAndSelectors(t *testing.T) {
	build := func(w *town) {
		w.ec2("volume", "vol", "data", map[string]any{"Size": json.Number("8")}, nil)
		w.ec2("volume", "vol", "logs", map[string]any{"Size": json.Number("9")}, nil)
	}
	s, copied := pairOf(t, build)
	copied.Coverage[0].State, copied.Resources = snapshot.Denied, nil
	if r, _ := compareMapped(t, s, copied); r.Summary.Unknown != 2 || r.Summary.Gaps != 1 || r.Differences() {
		t.Errorf("the target was denied:%s", explained(r))
	}
	stub := func(s *snapshot.Snapshot) {
		r := s.Resources[0]
		s.Selectors.Tags = map[string]string{"team": "data"}
		s.Stubs = []snapshot.Stub{{Key: r.Key, Scope: r.Scope}}
		s.Resources = s.Resources[1:]
	}
	s, copied = pairOf(t, build)
	stub(s)
	if r, _ := compareMapped(t, s, copied); r.Differences() || r.Summary.ResourcesNotCompared+r.Summary.Outside == 0 {
		t.Errorf("the baseline left one out:%s", explained(r))
	}
	s, copied = pairOf(t, build)
	stub(copied)
	if r, _ := compareMapped(t, s, copied); r.Differences() || r.Summary.Unknown != 1 {
		t.Errorf("the target left one out:%s", explained(r))
	}
}

func TestMapsThatDoNotFit(t *testing.T) {
	s, copied := pairOf(t, func(w *town) { w.ec2("vpc", "vpc", "blue", map[string]any{}, nil) })
	for want, m := range map[string]Maps{
		"account 999999999999=222222222222 can't be mapped: the baseline has no account 999999999999; it has 111111111111": {Accounts: map[string]string{"999999999999": staging}},
		"account 111111111111=999999999999 can't be mapped: the target has no account 999999999999; it has 222222222222":   {Accounts: map[string]string{production: "999999999999"}},
		"region eu-west-2=us-east-1 can't be mapped: the baseline did not look at the region eu-west-2; it has eu-west-1":  {Regions: map[string]string{"eu-west-2": virginia}},
		"region eu-west-1=eu-west-2 can't be mapped: the target did not look at the region eu-west-2; it has us-east-1":    {Regions: map[string]string{dublin: "eu-west-2"}},
	} {
		if _, err := Map(s, copied, m); !errors.Is(err, ErrMaps) || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// Accounts and regions are rewritten where they stand alone, or in names, and nowhere else; two change places.
func TestPlaceWords(t *testing.T) {
	w, err := newPlaceWords(mapped)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		staging:                                 production,
		"logs-222222222222-us-east-1":           "logs-111111111111-eu-west-1",
		"arn:aws:iam::111111111111:root":        "arn:aws:iam::222222222222:root",
		"1222222222222":                         "1222222222222",
		"us-east-1a":                            "eu-west-1a",
		"us-east-12":                            "us-east-12",
		"us-east-1ab":                           "us-east-1ab",
		"eu-west-1":                             virginia,
		"ip-10-0-0-1.ec2.internal":              "ip-10-0-0-1.eu-west-1.compute.internal",
		"x.eu-west-1.compute.amazonaws.com":     "x.compute-1.amazonaws.com",
		"masked:us-east-1:222222222222":         "masked:us-east-1:222222222222",
		"a vpc of 222222222222, and us-east-1.": "a vpc of 111111111111, and eu-west-1.",
	} {
		if got := w.text(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
	if _, err := newPlaceWords(Maps{Regions: map[string]string{"a": "c", "b": "c"}}); !errors.Is(err, ErrMaps) {
		t.Errorf("two onto one: %v", err)
	}
}

// A role of staging that lets production in is told as that, though the comparison has the two change places.
func TestMappedFindingsNameTheTargetsAccounts(t *testing.T) {
	of := func(account, trusted string) *snapshot.Snapshot {
		scope := snapshot.ScopeKey(account, dublin, "ec2:thing")
		configuration := snapshot.Canonical(map[string]any{"Trust": `{"Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"` + trusted + `"}}}`})
		return &snapshot.Snapshot{
			Accounts: []snapshot.Account{{AccountID: account, Regions: []snapshot.Region{{Name: dublin, Captured: true}}}},
			Coverage: []snapshot.Coverage{{Scope: scope, AccountID: account, Region: dublin, Kind: "ec2:thing", State: snapshot.Complete}},
			Resources: []snapshot.Resource{{
				Key: scope + "/role", Scope: scope, Kind: "ec2:thing", ID: "role", Name: "role", AccountID: account, Region: dublin,
				Configuration: configuration, ConfigurationHash: snapshot.Hash(configuration),
			}},
		}
	}
	baseline := of(production, production)
	m, err := Map(baseline, of(staging, production), Maps{Accounts: map[string]string{production: staging}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := Compare(t.Context(), baseline, m.Snapshot, Options{Rules: policyRules()})
	if err != nil {
		t.Fatal(err)
	}
	m.Restore(r)
	if len(r.Changes) != 1 || len(r.Changes[0].Findings) != 1 || r.Changes[0].Findings[0].Text != "another account ("+production+") may assume this role" {
		t.Fatalf("told: %+v", r.Changes)
	}
	if got := r.Changes[0].Properties[0].StandsFor; len(got) != 1 || got[staging] != production {
		t.Errorf("in %s %v", r.Changes[0].Properties[0].New, got)
	}
}
