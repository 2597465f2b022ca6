package snapshot

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	testAccount = "111122223333"
	thingScope  = "111122223333/eu-west-1/ec2:thing"
)

var (
	approveCutoff = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	approveTime   = approveCutoff.Add(240 * time.Hour)
)

func thing(id, configuration string, edits ...func(*Resource)) Resource {
	r := Resource{
		Key: thingScope + "/" + id, Scope: thingScope, Kind: "ec2:thing", ID: id, AccountID: testAccount, Region: "eu-west-1",
		Configuration: json.RawMessage(configuration), ConfigurationHash: Hash(json.RawMessage(configuration)),
	}
	for _, edit := range edits {
		edit(&r)
	}
	return r
}

func unreadAt(path Path) func(*Resource) {
	return func(r *Resource) { r.Unknown = []Unknown{{Path: path, Code: "AccessDenied", Message: "no"}} }
}

// things is a saved snapshot of some things.
func things(t *testing.T, name string, resources ...Resource) *Snapshot {
	t.Helper()
	s := &Snapshot{
		Name: name, Cutoff: approveCutoff, MaskKeyID: "k1", KnownPaths: map[string][]Path{"ec2:thing": {"X"}},
		Accounts:  []Account{{AccountID: testAccount, Regions: []Region{{Name: "eu-west-1", Captured: true}}}},
		Coverage:  []Coverage{{Scope: thingScope, AccountID: testAccount, Region: "eu-west-1", Kind: "ec2:thing", State: Complete, Resources: len(resources)}},
		Resources: resources,
	}
	return saved(t, s)
}

// saved is a snapshot as it is read back.
func saved(t *testing.T, s *Snapshot) *Snapshot {
	t.Helper()
	back, err := Read(encoded(t, s, JSON))
	if err != nil {
		t.Fatal(err)
	}
	if back.Edited {
		t.Fatal("what was written counts as edited")
	}
	return back
}

// states are what a snapshot has, as "id=configuration", with "stub id" for stubs.
func states(s *Snapshot) string {
	var words []string
	for i := range s.Resources {
		tree, _ := Tree(s.Resources[i].Configuration)
		words = append(words, s.Resources[i].ID+"="+string(Canonical(tree)))
	}
	for _, stub := range s.Stubs {
		words = append(words, "stub "+stub.Key[len(thingScope)+1:])
	}
	return strings.Join(words, " ")
}

// approve approves and saves, and fails on a refusal.
func approve(t *testing.T, s, target *Snapshot, at time.Time, until *time.Time, proposals ...Proposal) *Snapshot {
	t.Helper()
	for i := range proposals {
		if r := proposals[i].Now; r != nil {
			proposals[i].Key = r.Key
		}
	}
	approved, refused, err := s.Approve(target, Approval{At: at, Reason: "because", Until: until, By: Person{User: "ann"}, Tool: "test"}, proposals)
	if err != nil || len(refused) > 0 {
		t.Fatalf("%v, %+v", err, refused)
	}
	return saved(t, approved)
}

func is(r Resource) *Resource { return &r }

func TestApprove(t *testing.T) {
	base := things(t, "base", thing("changed", `{"X":1}`), thing("gone", `{"X":1}`), thing("same", `{"X":1}`))
	base.Stubs = []Stub{{Key: thingScope + "/new", Scope: thingScope}, {Key: thingScope + "/other", Scope: thingScope}}
	base = saved(t, base)
	before := string(encoded(t, base, JSON))
	now := things(t, "now")
	tagged := thing("changed", `{"X":2}`, func(r *Resource) { r.Tags = map[string]string{"a": "b"} })
	approved := approve(t, base, now, approveTime, nil,
		Proposal{Change: TookModified, Now: &tagged}, Proposal{Change: TookAdded, Now: is(thing("new", `{"X":3}`))},
		Proposal{Change: TookRemoved, Key: thingScope + "/gone"}, Proposal{Change: TookMissed, Now: is(thing("old", `{"X":4}`))})
	if got, want := states(approved), `changed={"X":2} new={"X":3} old={"X":4} same={"X":1} stub other`; got != want {
		t.Errorf("the new baseline has\n%s, want\n%s", got, want)
	}
	if approved.Resources[0].Tags["a"] != "b" || approved.Coverage[0].Resources != 4 || approved.Coverage[0].State != Complete || !approved.Cutoff.Equal(base.Cutoff) {
		t.Errorf("tags %v, coverage %+v, cut-off %s", approved.Resources[0].Tags, approved.Coverage[0], approved.Cutoff)
	}
	if string(encoded(t, base, JSON)) != before {
		t.Error("the old baseline changed")
	}
	a := approved.Metadata.Approvals[0]
	if a.Baseline != "base" || a.BaselineDigest != base.Digest || a.By.User != "ann" || a.Reason != "because" || len(a.Changes) != 4 || a.Changes[1].Change != TookRemoved || a.Changes[1].ID != "gone" {
		t.Errorf("recorded: %+v", a)
	}
	for _, c := range a.Changes {
		if c.Before != nil || c.BeforeStub != nil {
			t.Errorf("%s is for good, and yet what was before it is kept", c.ID)
		}
	}
	// Another generation keeps the record of the first.
	again := approve(t, approved, now, approveTime.Add(time.Hour), nil, Proposal{Change: TookRemoved, Key: thingScope + "/old"})
	if len(again.Metadata.Approvals) != 2 || again.Metadata.Approvals[1].BaselineDigest != approved.Digest {
		t.Errorf("approvals of the second generation: %+v", again.Metadata.Approvals)
	}
	if want := [][]Standing{{InForce, InForce, InForce, Superseded}, {InForce}}; !reflect.DeepEqual(again.Standings(approveTime), want) {
		t.Errorf("standings %v, want %v", again.Standings(approveTime), want)
	}
}

// An approval of nothing is none.
func TestApproveNothing(t *testing.T) {
	base := things(t, "base", thing("a", `{"X":1}`))
	if approved := approve(t, base, things(t, "now"), approveTime, nil); approved.Digest != base.Digest {
		t.Error("the content changed")
	}
}

func TestApproveRefuses(t *testing.T) {
	other := Resource{Key: "111122223333/eu-west-1/ec2:other/a", Scope: "111122223333/eu-west-1/ec2:other", Kind: "ec2:other", ID: "a", AccountID: testAccount, Region: "eu-west-1"}
	for _, test := range []struct {
		name     string
		base     []Resource
		state    State
		proposal Proposal
		want     string
	}{
		{"what is unknown", nil, Complete, Proposal{Change: "unknown", Key: thingScope + "/a", Reason: "can't be seen now"}, "unknown can't be approved: nobody can tell what it would be (can't be seen now)"},
		{"what is outside", nil, Complete, Proposal{Change: "outside", Now: is(thing("a", `{}`))}, "it is outside the baseline's selectors, which is no drift"},
		{"a part that could not be read", nil, Complete, Proposal{Change: TookAdded, Now: is(thing("a", `{}`, unreadAt("Policy")))}, "Policy could not be read: AccessDenied"},
		{"a part that the baseline did not read", []Resource{thing("a", `{}`, unreadAt("Policy"))}, Complete,
			Proposal{Change: TookModified, Now: is(thing("a", `{"X":1}`))}, "Policy could not be read in the baseline: AccessDenied"},
		{"a list that broke off", []Resource{thing("a", `{}`)}, Partial, Proposal{Change: TookModified, Now: is(thing("a", `{"X":1}`))}, "the baseline did not see its scope wholly: partial"},
		{"a removal from a list that broke off", []Resource{thing("a", `{}`)}, Partial, Proposal{Change: TookRemoved, Key: thingScope + "/a"}, "the baseline did not see its scope wholly: partial"},
		{"what nobody looked at", nil, Complete, Proposal{Change: TookAdded, Now: &other}, "the baseline did not look at its scope"},
		{"secrets under another key", nil, Complete, Proposal{Change: TookAdded, Now: is(thing("a", `{"E":[{"V":"masked:k2:00"}]}`))},
			"it has secrets that are masked under the key k2, and the baseline's are masked under k1"},
		{"an addition that the baseline has", []Resource{thing("a", `{}`)}, Complete, Proposal{Change: TookAdded, Now: is(thing("a", `{}`))}, "the baseline is not the one that it was compared with"},
		{"a removal of what is there", []Resource{thing("a", `{}`)}, Complete, Proposal{Change: TookRemoved, Now: is(thing("a", `{}`))}, "the baseline is not the one that it was compared with"},
	} {
		t.Run(test.name, func(t *testing.T) {
			base := things(t, "base", test.base...)
			base.Coverage[0].State = test.state
			base = saved(t, base)
			p := test.proposal
			if p.Now != nil {
				p.Key = p.Now.Key
			}
			approved, refused, err := base.Approve(things(t, "now"), Approval{At: approveTime}, []Proposal{p})
			if err != nil || len(refused) != 1 || refused[0].Why != test.want {
				t.Fatalf("%v: refused %+v, want %q", err, refused, test.want)
			}
			if saved(t, approved).Digest != base.Digest {
				t.Error("the content changed")
			}
		})
	}
	// Secrets under the same key are as good as anything.
	approve(t, things(t, "base"), things(t, "now"), approveTime, nil, Proposal{Change: TookAdded, Now: is(thing("a", `{"V":"masked:k1:00"}`))})
	edited := things(t, "base")
	edited.Edited = true
	if _, _, err := edited.Approve(things(t, "now"), Approval{}, nil); !errors.Is(err, ErrEditedByHand) {
		t.Errorf("an edited baseline: %v", err)
	}
	if _, _, err := things(t, "base").Approve(edited, Approval{}, nil); !errors.Is(err, ErrEditedByHand) {
		t.Errorf("an edited target: %v", err)
	}
}

// The approvals of one resource lie on each other.
func TestInForce(t *testing.T) {
	day := 24 * time.Hour
	until := func(days int) *time.Time { at := approveTime.Add(time.Duration(days) * day); return &at }
	base := things(t, "base", thing("gone", `{"X":1}`))
	base.Stubs = []Stub{{Key: thingScope + "/new", Scope: thingScope, UniqueID: "earlier"}}
	base = saved(t, base)
	now := things(t, "now")
	for _, test := range []struct {
		name     string
		approved func(t *testing.T) *Snapshot
		want     map[int]string // days after the first approval
	}{
		{"for good", func(t *testing.T) *Snapshot {
			return approve(t, base, now, approveTime, nil, Proposal{Change: TookAdded, Now: is(thing("new", `{}`))})
		}, map[int]string{0: `gone={"X":1} new={}`, 9999: `gone={"X":1} new={}`}},
		{"an addition and a removal that end", func(t *testing.T) *Snapshot {
			return approve(t, base, now, approveTime, until(10), Proposal{Change: TookAdded, Now: is(thing("new", `{}`))}, Proposal{Change: TookRemoved, Key: thingScope + "/gone"})
		}, map[int]string{0: `new={}`, 9: `new={}`, 10: `gone={"X":1} stub new`}},
		{"what was approved is changed for good", func(t *testing.T) *Snapshot {
			first := approve(t, base, now, approveTime, until(10), Proposal{Change: TookAdded, Now: is(thing("new", `{"X":1}`))})
			return approve(t, first, now, approveTime.Add(day), nil, Proposal{Change: TookModified, Now: is(thing("new", `{"X":2}`))})
		}, map[int]string{2: `gone={"X":1} new={"X":2}`, 11: `gone={"X":1} new={"X":2}`}},
		{"what was approved is changed for longer", func(t *testing.T) *Snapshot {
			first := approve(t, base, now, approveTime, until(10), Proposal{Change: TookAdded, Now: is(thing("new", `{"X":1}`))})
			return approve(t, first, now, approveTime.Add(day), until(20), Proposal{Change: TookModified, Now: is(thing("new", `{"X":2}`))})
		}, map[int]string{2: `gone={"X":1} new={"X":2}`, 11: `gone={"X":1} new={"X":2}`, 20: `gone={"X":1} stub new`}},
		{"what was approved is changed for a shorter time", func(t *testing.T) *Snapshot {
			first := approve(t, base, now, approveTime, until(20), Proposal{Change: TookAdded, Now: is(thing("new", `{"X":1}`))})
			return approve(t, first, now, approveTime.Add(day), until(10), Proposal{Change: TookModified, Now: is(thing("new", `{"X":2}`))})
		}, map[int]string{2: `gone={"X":1} new={"X":2}`, 11: `gone={"X":1} new={"X":1}`, 20: `gone={"X":1} stub new`}},
		{"approved again when it had expired", func(t *testing.T) *Snapshot {
			first := approve(t, base, now, approveTime, until(10), Proposal{Change: TookAdded, Now: is(thing("new", `{"X":1}`))}, Proposal{Change: TookRemoved, Key: thingScope + "/gone"})
			return approve(t, first, now, approveTime.Add(15*day), until(30), Proposal{Change: TookAdded, Now: is(thing("new", `{"X":2}`))})
		}, map[int]string{15: `gone={"X":1} new={"X":2}`, 30: `gone={"X":1} stub new`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := test.approved(t)
			before := string(encoded(t, s, JSON))
			for days, want := range test.want {
				at := approveTime.Add(time.Duration(days) * day)
				effective := s.InForce(at)
				if got := states(effective); got != want {
					t.Errorf("after %d days: %s, want %s", days, got, want)
				}
				if again := effective.InForce(at); again != effective {
					t.Errorf("after %d days: asked again it is another: %s", days, states(again))
				}
				if effective.Digest != s.Digest {
					t.Errorf("after %d days: the digest is another", days)
				}
				if effective.Coverage[0].Resources != len(effective.Resources) {
					t.Errorf("after %d days: the coverage counts %d of %d", days, effective.Coverage[0].Resources, len(effective.Resources))
				}
			}
			if string(encoded(t, s, JSON)) != before {
				t.Error("asking changed the snapshot")
			}
		})
	}
}

// Whatever is approved, one after the other and for how long: what counts at a time is what approving only what has not
// expired by then would have made, where each resource is approved once.
func TestInForceIsAsIfNeverApproved(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 7))
	ids := []string{"a", "b", "c", "d", "e", "f"}
	for range 200 {
		var members []Resource
		for _, id := range ids {
			if random.IntN(2) == 0 {
				members = append(members, thing(id, `{"X":1}`))
			}
		}
		base, now := things(t, "base", members...), things(t, "now")
		at := approveTime.Add(time.Duration(random.IntN(40)) * time.Hour)
		full, kept := base, base
		for _, id := range ids {
			has := slices.ContainsFunc(members, func(r Resource) bool { return r.ID == id })
			p := Proposal{Change: TookAdded, Now: is(thing(id, `{"X":2}`))}
			switch {
			case random.IntN(4) == 0:
				continue
			case has && random.IntN(2) == 0:
				p = Proposal{Change: TookRemoved, Key: thingScope + "/" + id}
			case has:
				p.Change = TookModified
			}
			var until *time.Time
			if random.IntN(3) > 0 {
				t := approveTime.Add(time.Duration(1+random.IntN(39)) * time.Hour)
				until = &t
			}
			full = approve(t, full, now, approveTime, until, p)
			if until == nil || at.Before(*until) {
				kept = approve(t, kept, now, approveTime, until, p)
			}
		}
		if got, want := states(full.InForce(at)), states(kept); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	}
}

// A snapshot that was written before there were approvals is read as ever.
func TestReadsFromBeforeApprovals(t *testing.T) {
	data, err := os.ReadFile("testdata/before-approvals.json")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Read(data)
	if err != nil || s.Edited {
		t.Fatalf("edited: %v, %v", s != nil && s.Edited, err)
	}
	if string(encoded(t, s, JSON)) != string(data) {
		t.Error("written again it is another file")
	}
	if s.InForce(approveTime) != s {
		t.Error("something lapsed")
	}
}

func TestReadRefusesApprovals(t *testing.T) {
	until := approveTime
	s := approve(t, things(t, "base", thing("a", `{"X":1}`)), things(t, "now"), approveTime.Add(-time.Hour), &until, Proposal{Change: TookModified, Now: is(thing("a", `{"X":2}`))})
	for name, edit := range map[string]func(c *ApprovedChange){
		"no key":              func(c *ApprovedChange) { c.Key = "" },
		"a class":             func(c *ApprovedChange) { c.Change = "unknown" },
		"nothing before":      func(c *ApprovedChange) { c.Before = nil },
		"another before":      func(c *ApprovedChange) { before := *c.Before; before.Key += "x"; c.Before = &before },
		"another stub before": func(c *ApprovedChange) { c.BeforeStub = &Stub{Key: "x"} },
		"a list before": func(c *ApprovedChange) {
			before := *c.Before
			before.Configuration = json.RawMessage(`[]`)
			c.Before = &before
		},
	} {
		broken := saved(t, s)
		edit(&broken.Metadata.Approvals[0].Changes[0])
		if _, err := Read(encoded(t, broken, JSON)); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Digests cover approvals, filters don't bring back what they left out, and parts keep theirs.
func TestApprovalsElsewhere(t *testing.T) {
	until := approveTime
	s := approve(t, things(t, "base", thing("gone", `{"X":1}`)), things(t, "now"), approveTime.Add(-time.Hour), &until, Proposal{Change: TookRemoved, Key: thingScope + "/gone"})
	text := string(encoded(t, s, JSON))
	edited, err := Read([]byte(strings.Replace(text, `"reason": "because"`, `"reason": "other"`, 1)))
	if err != nil || !edited.Edited {
		t.Errorf("an edited reason went unnoticed: %v", err)
	}
	if got := states(s.Narrow([]string{"ec2:other"}, nil).InForce(approveTime)); got != "" {
		t.Errorf("a filter for another kind brings back %s", got)
	}
	if got := states(s.Narrow([]string{"ec2:thing"}, nil).InForce(approveTime)); got != `gone={"X":1}` {
		t.Errorf("a filter for the kind has %s", got)
	}
	part := &Snapshot{Name: "part", Cutoff: approveCutoff, MaskKeyID: "k1", Accounts: []Account{{AccountID: "999999999999"}}}
	joined, err := Join(saved(t, part), s)
	if err != nil {
		t.Fatal(err)
	}
	if got := states(saved(t, joined).InForce(approveTime)); got != `gone={"X":1}` {
		t.Errorf("joined and expired: %s", got)
	}
}

// What an approved state's collector knew goes with it, where the baseline's knew other paths, and ends with the approval.
func TestApprovedPaths(t *testing.T) {
	base, now := things(t, "base", thing("a", `{"X":1}`), thing("b", `{"X":1}`)), things(t, "now")
	same := approve(t, base, now, approveTime, nil, Proposal{Change: TookModified, Now: is(thing("a", `{"X":2}`))})
	if len(same.ApprovedPaths()) != 0 {
		t.Errorf("the same paths are kept twice: %v", same.ApprovedPaths())
	}
	now.KnownPaths = map[string][]Path{"ec2:thing": {"New", "X"}}
	until := approveTime.Add(time.Hour)
	newer := approve(t, base, now, approveTime, &until, Proposal{Change: TookModified, Now: is(thing("a", `{"New":1,"X":2}`))})
	if want := map[string][]Path{thingScope + "/a": {"New", "X"}}; !reflect.DeepEqual(newer.ApprovedPaths(), want) {
		t.Errorf("known: %v, want %v", newer.ApprovedPaths(), want)
	}
	if got := newer.InForce(until).ApprovedPaths(); len(got) != 0 {
		t.Errorf("known when the approval has expired: %v", got)
	}
}
