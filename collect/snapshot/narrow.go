package snapshot

import "slices"

// Narrow is a snapshot of some kinds and regions only, as a scope filter asks for; without any, all. Global scopes
// stay, and of what was found there, resources of other regions go (buckets).
func (s *Snapshot) Narrow(kinds, regions []string) *Snapshot {
	if len(kinds) == 0 && len(regions) == 0 {
		return s
	}
	fits := func(kind, region string) bool {
		return (len(kinds) == 0 || slices.Contains(kinds, kind)) &&
			(len(regions) == 0 || region == Global || slices.Contains(regions, region))
	}
	narrow := *s
	narrow.Coverage = slices.DeleteFunc(slices.Clone(s.Coverage), func(c Coverage) bool { return !fits(c.Kind, c.Region) })
	narrow.Resources = slices.DeleteFunc(slices.Clone(s.Resources), func(r Resource) bool { return !fits(r.Kind, r.Region) })
	narrow.Stubs = slices.DeleteFunc(slices.Clone(s.Stubs), func(stub Stub) bool {
		_, _, kind := SplitScope(stub.Scope)
		_, region, _ := SplitScope(stub.Key)
		return !fits(kind, region)
	})
	narrow.narrowApprovals(func(c *ApprovedChange) bool { return fits(c.Kind(), c.Region()) })
	return &narrow
}
