package snapshot

import (
	"fmt"
	"slices"
)

// overlaps are the scopes of global services that several parts looked at: parts of other regions have them all. Each goes
// by the part that looked last; of the others only what lies in their own regions counts (buckets).
type overlaps map[string]int // scope → the part that counts

// overlapsOf finds the scopes that several parts have. It is an error where they are not such parts.
func overlapsOf(parts []*Snapshot) (overlaps, error) {
	having, last := make(map[string][]int), make(overlaps)
	for i, part := range parts {
		for _, c := range part.Coverage {
			latest := i
			for _, other := range having[c.Scope] {
				if c.Region != Global || !apart(parts[other], part, c.AccountID) {
					return nil, fmt.Errorf("%w: both %s and %s looked at %s", ErrJoin, parts[other].Name, part.Name, c.Scope)
				}
				if parts[other].CutoffOf(c.AccountID).After(parts[latest].CutoffOf(c.AccountID)) {
					latest = other
				}
			}
			if having[c.Scope] = append(having[c.Scope], i); len(having[c.Scope]) > 1 {
				last[c.Scope] = latest
			}
		}
	}
	return last, nil
}

// apart reports whether two captures looked at other regions of an account.
func apart(a, b *Snapshot, accountID string) bool {
	captured := func(s *Snapshot) (names []string, named bool) {
		for _, account := range s.Accounts {
			if account.AccountID != accountID || account.AllRegions {
				continue
			}
			named = true
			for _, region := range account.Regions {
				if region.Captured {
					names = append(names, region.Name)
				}
			}
		}
		return names, named
	}
	mine, named := captured(a)
	others, othersNamed := captured(b)
	return named && othersNamed && !slices.ContainsFunc(mine, func(name string) bool { return slices.Contains(others, name) })
}

// keeps reports whether what a part found in a scope, in a region, goes into the whole.
func (o overlaps) keeps(part int, scope, region string) bool {
	counts, shared := o[scope]
	return !shared || counts == part || region != Global
}

// join makes one row of what several parts say of a scope: a gap of one is a gap of the whole.
func (o overlaps) join(rows []Coverage) []Coverage {
	joined := make([]Coverage, 0, len(rows))
	at := make(map[string]int)
	for _, row := range rows {
		i, twice := at[row.Scope]
		if !twice {
			at[row.Scope] = len(joined)
			joined = append(joined, row)
			continue
		}
		if joined[i].State == Complete {
			joined[i] = row
		}
	}
	return joined
}
