package diff

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Maps say which account and region of a target stands for which one of the baseline, as baseline's → target's:
// {"111111111111": "222222222222"}. What no map names stands for itself.
type Maps struct {
	Accounts, Regions map[string]string
}

// Empty reports whether nothing is mapped.
func (m Maps) Empty() bool { return len(m.Accounts)+len(m.Regions) == 0 }

// ErrMaps says that maps fit neither each other nor the two sides. It is wrapped into one line that says which.
var ErrMaps = errors.New("can't be mapped")

// Mapped is a target in the baseline's words: as if it lay in the baseline's accounts and regions, and as if AWS had
// given its resources the ids that it gave those of the baseline.
type Mapped struct {
	Snapshot *snapshot.Snapshot
	Notes    []string

	// The resources of the target that have a counterpart, by what told so.
	ByKey, ByName, ByTags, ByPlace int
	// Ambiguous are the resources of the target that could stand for several of the baseline, or of which several
	// could stand for one. None of them is matched: they are added, and what they could stand for is removed.
	Ambiguous map[string]int // by kind
	// Masked counts the secrets that differ. What they hold can't be mapped, so they are not compared.
	Masked int

	originals map[string]*snapshot.Resource // key in Snapshot → the resource as it is in the target
	back      *placeWords                   // accounts and regions of the baseline → the target's
	swapped   []swap
}

// swap is an account or region of the target's own that stands, in Snapshot, for one of the baseline's that the target names.
type swap struct {
	name, stands string
	words        *placeWords // rewrites it alone
}

// swaps are those of maps.
func (m Maps) swaps(back *placeWords) ([]swap, error) {
	var out []swap
	for _, part := range []struct {
		pairs, back map[string]string
		maps        func(pair map[string]string) Maps
	}{
		{m.Accounts, back.accounts, func(pair map[string]string) Maps { return Maps{Accounts: pair} }},
		{m.Regions, back.regions, func(pair map[string]string) Maps { return Maps{Regions: pair} }},
	} {
		for _, name := range slices.Sorted(maps.Values(part.pairs)) {
			stands, ok := part.back[name]
			if !ok {
				continue
			}
			words, err := newPlaceWords(part.maps(map[string]string{stands: name}))
			if err != nil {
				return nil, err
			}
			out = append(out, swap{name, stands, words})
		}
	}
	return out, nil
}

// standsFor are the names in a value that stand for others.
func (m *Mapped) standsFor(value json.RawMessage) map[string]string {
	var out map[string]string
	for _, s := range m.swapped {
		if text := string(value); s.words.text(text) != text {
			if out == nil {
				out = make(map[string]string)
			}
			out[s.name] = s.stands
		}
	}
	return out
}

// Map rewrites a target so that it can be compared with a baseline of other accounts or regions. Neither snapshot is
// changed. The result is for [Compare] only: its digest is that of the target, and its creation dates are those of the
// baseline, since when a copy was made is no difference.
//
// First accounts and regions are rewritten wherever they stand: keys, scopes, ARNs, names, tags, configurations. Two that
// both sides name change places, so that a trust in the other account doesn't become one in the own.
//
// Then resources are matched: by key, where AWS invents no part of it, else within their kind and scope by name, by tags,
// by what they belong to and by what names them, and last as the only one of their place. Each match tells more about
// others, so this goes on until nothing is added. A match is made only where one resource of the baseline fits one of the
// target; where several look alike in everything, and both sides have as many, which is which makes no difference.
//
// At last the ids of what was matched are rewritten in everything that names them, and what AWS invents besides (hosts,
// public addresses, ids of associations) is taken over from the counterpart. What stays different is different.
//
// The error wraps [ErrMaps].
func Map(baseline, target *snapshot.Snapshot, m Maps) (*Mapped, error) {
	if err := m.check(baseline, target); err != nil {
		return nil, err
	}
	w, err := newPlaceWords(m)
	if err != nil {
		return nil, err
	}
	matching := newMatching(baseline, w, target)
	matching.run()
	out := matching.finish()
	if out.back, err = newPlaceWords(m.inverted()); err != nil {
		return nil, err
	}
	out.swapped, err = m.swaps(out.back)
	return out, err
}

// inverted are the maps the other way round.
func (m Maps) inverted() Maps {
	return Maps{Accounts: inverted(m.Accounts), Regions: inverted(m.Regions)}
}

// Placed is a baseline without resources as it would be in the target's accounts and regions: what to capture there.
func (m Maps) Placed(baseline *snapshot.Snapshot) (*snapshot.Snapshot, error) {
	w, err := newPlaceWords(m.inverted())
	if err != nil {
		return nil, err
	}
	bare := *baseline
	bare.Resources, bare.Stubs = nil, nil
	return w.snapshot(&bare), nil
}

// Scopes are the keys of a baseline's scopes as the target has them.
func (m Maps) Scopes(scopes []string) ([]string, error) {
	w, err := newPlaceWords(m.inverted())
	if err != nil {
		return nil, err
	}
	out := make([]string, len(scopes))
	for i, scope := range scopes {
		out[i] = w.scope(scope)
	}
	return out, nil
}

func inverted(m map[string]string) map[string]string {
	out := make(map[string]string, len(m))
	for k, v := range m {
		out[v] = k
	}
	return out
}

// check refuses maps of accounts and regions that the sides don't have: they would map nothing.
func (m Maps) check(baseline, target *snapshot.Snapshot) error {
	if err := m.Fits(baseline); err != nil {
		return err
	}
	return m.fits("target", target, func(_, to string) string { return to })
}

// Fits refuses maps of accounts and regions that a baseline does not have. The error wraps [ErrMaps].
func (m Maps) Fits(baseline *snapshot.Snapshot) error {
	return m.fits("baseline", baseline, func(from, _ string) string { return from })
}

func (m Maps) fits(word string, s *snapshot.Snapshot, side func(from, to string) string) error {
	for _, from := range slices.Sorted(maps.Keys(m.Accounts)) {
		to := m.Accounts[from]
		if ids := s.AccountIDs(); !slices.Contains(ids, side(from, to)) {
			return fmt.Errorf("account %s=%s %w: the %s has no account %s; it has %s", from, to, ErrMaps, word, side(from, to), strings.Join(ids, ", "))
		}
	}
	for _, from := range slices.Sorted(maps.Keys(m.Regions)) {
		to := m.Regions[from]
		if has := regionsOf(s); !slices.Contains(has, side(from, to)) {
			return fmt.Errorf("region %s=%s %w: the %s did not look at the region %s; it has %s", from, to, ErrMaps, word, side(from, to), cmp.Or(strings.Join(has, ", "), "none"))
		}
	}
	return nil
}

func regionsOf(s *snapshot.Snapshot) []string {
	var regions []string
	for _, c := range s.Coverage {
		if c.Region != snapshot.Global {
			regions = append(regions, c.Region)
		}
	}
	slices.Sort(regions)
	return slices.Compact(regions)
}

// Restore gives what only the target has its own names back: its account, region, ids and dates, and to the sentences about
// what is open in the target the accounts and regions that it really is open to. It adds the notes, and counts what was not
// compared. Call it once, right after [Compare]; where nothing was mapped it does nothing.
func (m *Mapped) Restore(r *Report) {
	for i := range r.Changes {
		c := &r.Changes[i]
		for n := range c.Findings {
			if f := &c.Findings[n]; !f.Better && m.back != nil { // what is better now is so in the baseline's own words
				f.Text = m.back.text(f.Text)
			}
		}
		if c.Baseline != nil {
			for n := range c.Properties {
				c.Properties[n].StandsFor = m.standsFor(c.Properties[n].New)
			}
			continue
		}
		if o := m.originals[c.Key]; o != nil { // nil where nothing was mapped
			c.Key, c.ARN, c.ID, c.Name, c.AccountID, c.Region, c.CreatedAt, c.Owner = o.Key, o.ARN, o.ID, o.Name, o.AccountID, o.Region, o.CreatedAt, o.Owner
			c.Marks = slices.Clone(o.Marks)
			c.Target = o
		}
	}
	r.Notes = append(r.Notes, m.Notes...)
	r.Summary.NotCompared += m.Masked
}
