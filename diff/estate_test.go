package diff

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

const (
	account = "111122223333"
	region  = "eu-west-1"
)

var cutoff = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

var rules = snapshot.Rules{"ec2:thing": {
	Sets:     map[snapshot.Path]string{"Rules": "", "Rules[].Ranges": "Cidr", "Names": "", "Versions": "Id", "Entries": "Number+Egress"},
	Volatile: []snapshot.Path{"Seen"},
	Defaults: map[snapshot.Path]string{"Mode": `"standard"`},
}}

// estate is a snapshot of one account in the making.
type estate struct {
	*snapshot.Snapshot
	kind, region string
}

func newEstate() estate {
	s := &snapshot.Snapshot{
		Cutoff: cutoff, MaskKeyID: "k1",
		Accounts: []snapshot.Account{{AccountID: account, AllRegions: true, Regions: []snapshot.Region{
			{Name: region, OptIn: "opt-in-not-required", Captured: true}, {Name: "af-south-1", OptIn: "not-opted-in"},
		}}},
	}
	e := estate{s, "ec2:thing", region}
	return e.scope(snapshot.Complete)
}

func (e estate) in(kind, region string) estate { return estate{e.Snapshot, kind, region} }

func (e estate) scope(state snapshot.State) estate {
	key := snapshot.ScopeKey(account, e.region, e.kind)
	for i := range e.Coverage {
		if e.Coverage[i].Scope == key {
			e.Coverage[i].State = state
			return e
		}
	}
	c := snapshot.Coverage{Scope: key, AccountID: account, Region: e.region, Kind: e.kind, State: state}
	if state != snapshot.Complete {
		c.Code, c.Message = "AccessDenied", "not authorized"
	}
	e.Coverage = append(e.Coverage, c)
	return e
}

// add puts a resource in; edits change it before.
func (e estate) add(id, configuration string, edits ...func(*snapshot.Resource)) estate {
	r := snapshot.Resource{
		Key: snapshot.ResourceKey(account, e.region, e.kind, id), Scope: snapshot.ScopeKey(account, e.region, e.kind), Kind: e.kind,
		ID: id, AccountID: account, Region: e.region, Configuration: json.RawMessage(configuration),
	}
	for _, edit := range edits {
		edit(&r)
	}
	r.ConfigurationHash = snapshot.Hash(r.Configuration)
	e.Resources = append(e.Resources, r)
	return e
}

func (e estate) stub(id string, edits ...func(*snapshot.Stub)) estate {
	s := snapshot.Stub{Key: snapshot.ResourceKey(account, e.region, e.kind, id), Scope: snapshot.ScopeKey(account, e.region, e.kind)}
	for _, edit := range edits {
		edit(&s)
	}
	e.Stubs = append(e.Stubs, s)
	return e
}

func created(after time.Duration) func(*snapshot.Resource) {
	return func(r *snapshot.Resource) {
		at := cutoff.Add(after)
		r.CreatedAt = &at
	}
}

func marked(marks ...string) func(*snapshot.Resource) {
	return func(r *snapshot.Resource) {
		for _, mark := range marks {
			r.Mark(mark)
		}
	}
}

func unique(id string) func(*snapshot.Resource) {
	return func(r *snapshot.Resource) { r.UniqueID = id }
}

func tags(pairs ...string) func(*snapshot.Resource) {
	return func(r *snapshot.Resource) {
		r.Tags = make(map[string]string)
		for i := 0; i < len(pairs); i += 2 {
			r.Tags[pairs[i]] = pairs[i+1]
		}
	}
}

func unread(path snapshot.Path) func(*snapshot.Resource) {
	return func(r *snapshot.Resource) {
		r.Unknown = append(r.Unknown, snapshot.Unknown{Path: path, Code: "AccessDenied", Message: "not authorized"})
	}
}

func owned(kind, id, key string) func(*snapshot.Resource) {
	return func(r *snapshot.Resource) {
		r.Owner = &snapshot.Owner{Kind: kind, ID: id, Key: key}
		r.Mark(snapshot.MarkOwned)
	}
}

func compared(t *testing.T, baseline, target estate, options Options) *Report {
	t.Helper()
	options.Rules = rules
	report, err := Compare(t.Context(), baseline.Snapshot, target.Snapshot, options)
	if err != nil {
		t.Fatal(err)
	}
	return report
}
