package snapshot

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ErrJoin says why snapshots are no parts of one.
var ErrJoin = errors.New("these snapshots are not parts of one")

// Join makes one snapshot of several that looked at different scopes: other accounts, other regions or other kinds. Every
// account keeps the cut-off of its part, of several the latest; the snapshot's own is the earliest. The parts must have
// been selected and masked alike and may not overlap, save for the global services that parts of other regions of one account
// all have: there the latest look counts. Shards of an organisation make up the whole of it once
// all are there. The result has the first part's name and caller, and no digest until it is saved. The parts are not
// changed.
func Join(parts ...*Snapshot) (*Snapshot, error) {
	if len(parts) == 0 {
		return nil, fmt.Errorf("%w: there are none", ErrJoin)
	}
	first := parts[0]
	joined := &Snapshot{
		Document: Document, SchemaVersion: SchemaVersion, Name: first.Name, Cutoff: first.Cutoff, Selectors: first.Selectors,
		MaskKeyID: first.MaskKeyID, Metadata: first.Metadata, KnownPaths: make(map[string][]Path),
		Accounts: []Account{}, Coverage: []Coverage{}, Stubs: []Stub{}, Resources: []Resource{},
	}
	joined.Metadata.User = maps.Clone(first.Metadata.User)
	joined.Metadata.Approvals, joined.Metadata.Seals = nil, nil
	joined.Metadata.APICalls, joined.Metadata.Throttles, joined.Metadata.Undated, joined.Metadata.Repeated = 0, 0, 0, 0
	resources := 0
	for _, part := range parts {
		resources += len(part.Resources)
	}
	joined.Resources = make([]Resource, 0, resources)
	shared, err := overlapsOf(parts)
	if err != nil {
		return nil, err
	}
	for i, part := range parts {
		if err := joinable(first, part); err != nil {
			return nil, err
		}
		if part.Cutoff.Before(joined.Cutoff) {
			joined.Cutoff = part.Cutoff
		}
		joined.addMetadata(part.Metadata)
		joined.addApprovals(part.Metadata, func(c *ApprovedChange) bool { return shared.keeps(i, c.Scope, c.Region()) })
		joined.Coverage = append(joined.Coverage, part.Coverage...)
		for _, stub := range part.Stubs {
			if _, region, _ := SplitScope(stub.Key); shared.keeps(i, stub.Scope, region) {
				joined.Stubs = append(joined.Stubs, stub)
			}
		}
		for _, r := range part.Resources {
			if shared.keeps(i, r.Scope, r.Region) {
				joined.Resources = append(joined.Resources, r)
			}
		}
		joined.addAccounts(part)
		joined.addCensus(part.Census)
		joined.addKnown(part.KnownPaths)
	}
	joined.Coverage = shared.join(joined.Coverage)
	joined.count()
	joined.Organization, err = organizationOf(parts)
	joined.Sort()
	return joined, err
}

// count renews how many resources each scope has.
func (s *Snapshot) count() {
	resources := make(map[string]int)
	for i := range s.Resources {
		resources[s.Resources[i].Scope]++
	}
	for i := range s.Coverage {
		s.Coverage[i].Resources = resources[s.Coverage[i].Scope]
	}
}

func joinable(first, part *Snapshot) error {
	switch {
	case part.Edited:
		return fmt.Errorf("%w: %s was edited after it was written", ErrJoin, part.Name)
	case part.MaskKeyID != first.MaskKeyID:
		return fmt.Errorf("%w: %s and %s mask secrets under different keys; capture the parts under one key", ErrJoin, first.Name, part.Name)
	case !equalSelectors(first.Selectors, part.Selectors):
		return fmt.Errorf("%w: %s and %s select different members", ErrJoin, first.Name, part.Name)
	}
	return nil
}

func equalSelectors(a, b Selectors) bool {
	same := func(x, y *Snapshot) bool { return digest(x) == digest(y) }
	return same(&Snapshot{Selectors: a}, &Snapshot{Selectors: b})
}

func (s *Snapshot) addMetadata(part Metadata) {
	m := &s.Metadata
	m.APICalls += part.APICalls
	m.Throttles += part.Throttles
	m.Undated += part.Undated
	m.Repeated += part.Repeated
	if part.CreatedAt.After(m.CreatedAt) {
		m.CreatedAt = part.CreatedAt
	}
	for key, value := range part.User {
		if m.User == nil {
			m.User = make(map[string]string)
		}
		if _, ok := m.User[key]; !ok {
			m.User[key] = value
		}
	}
}

// addAccounts adds what a part says of accounts. Parts of one account are of different regions or kinds.
func (s *Snapshot) addAccounts(part *Snapshot) {
	for _, account := range part.Accounts {
		cutoff := part.CutoffOf(account.AccountID)
		account.Cutoff = &cutoff
		at := slices.IndexFunc(s.Accounts, func(a Account) bool { return a.AccountID == account.AccountID })
		if at < 0 {
			account.Regions = slices.Clone(account.Regions)
			s.Accounts = append(s.Accounts, account)
			continue
		}
		known := &s.Accounts[at]
		known.AllRegions = known.AllRegions && account.AllRegions
		if cutoff.After(*known.Cutoff) {
			known.Cutoff = &cutoff
		}
		for _, region := range account.Regions {
			n := slices.IndexFunc(known.Regions, func(r Region) bool { return r.Name == region.Name })
			if n < 0 {
				known.Regions = append(known.Regions, region)
			} else {
				known.Regions[n].Captured = known.Regions[n].Captured || region.Captured
			}
		}
	}
}

func (s *Snapshot) addCensus(part *Census) {
	if part == nil {
		return
	}
	if s.Census == nil {
		s.Census = &Census{Types: []CensusType{}}
	}
	s.Census.Types = append(s.Census.Types, part.Types...)
	s.Census.NotAsked = append(s.Census.NotAsked, part.NotAsked...)
	s.Census.Explored = append(s.Census.Explored, part.Explored...)
}

// addKnown keeps of each kind the paths that every part knew.
func (s *Snapshot) addKnown(known map[string][]Path) {
	for kind, paths := range known {
		if before, ok := s.KnownPaths[kind]; ok && !slices.Equal(before, paths) {
			paths = slices.DeleteFunc(slices.Clone(before), func(p Path) bool { return !slices.Contains(paths, p) })
		}
		s.KnownPaths[kind] = paths
	}
}

// organizationOf is the organisation of all parts: the whole of it if the shards are complete.
func organizationOf(parts []*Snapshot) (*Organization, error) {
	var shards []string
	var all *Organization
	for _, part := range parts {
		o := part.Organization
		switch {
		case o == nil:
			return nil, nil
		case all == nil:
			all = &Organization{ID: o.ID, AllAccounts: o.AllAccounts}
		case all.ID != o.ID:
			return nil, nil // accounts of two organisations are just accounts
		}
		all.AllAccounts = all.AllAccounts || o.AllAccounts
		if o.Shard != "" {
			shards = append(shards, o.Shard)
		}
	}
	if len(shards) == 0 {
		return all, nil
	}
	_, count, _ := strings.Cut(shards[0], "/")
	slices.Sort(shards)
	for _, shard := range shards {
		if _, of, _ := strings.Cut(shard, "/"); of != count {
			return nil, fmt.Errorf("%w: they are shards of different splits: %s", ErrJoin, strings.Join(shards, ", "))
		}
	}
	all.AllAccounts = fmt.Sprint(len(slices.Compact(shards))) == count
	if !all.AllAccounts {
		all.Shard = strings.Join(shards, ",")
	}
	return all, nil
}
