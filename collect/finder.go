package collect

import (
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// finder looks resources of one account up by the names that others use for them.
type finder struct {
	kinds     map[string]*Kind // by CloudFormation name
	names     map[string]int32 // an id, ARN, unique id or name → the first of its holders
	holders   []holder
	addresses map[string][]int
	resources []Resource
}

// holder is a resource that has a name, and the next one, or none. There is one for every name of every resource, so it
// is kept small.
type holder struct{ resource, next int32 }

const none = -1

// newFinder's addresses are by resource key; see [Kind.Addresses].
func newFinder(kinds []*Kind, resources []Resource, addresses map[string][]string) *finder {
	f := &finder{
		kinds: make(map[string]*Kind), names: make(map[string]int32, 2*len(resources)), holders: make([]holder, 0, 3*len(resources)),
		addresses: make(map[string][]int), resources: resources,
	}
	for _, kind := range kinds {
		f.kinds[kind.CloudFormation] = kind
	}
	for i := len(resources) - 1; i >= 0; i-- { // each goes before those that came, so that holders are in order
		r := &resources[i]
		names := [...]string{r.ID, r.ARN, r.UniqueID, ""}
		if r.Name != r.Tags["Name"] {
			names[3] = r.Name // a Name tag is no name to AWS
		}
		slices.Sort(names[:])
		for _, name := range slices.Compact(names[:]) {
			if name == "" {
				continue
			}
			next, ok := f.names[name]
			if !ok {
				next = none
			}
			f.names[name] = int32(len(f.holders))
			f.holders = append(f.holders, holder{int32(i), next})
		}
	}
	for i := range resources {
		for _, name := range addresses[resources[i].Key] {
			f.addresses[name] = append(f.addresses[name], i)
		}
	}
	return f
}

// called yields the resources that have a name, of whatever account and kind.
func (f *finder) called(name string, yield func(i int, r *Resource) bool) {
	at, ok := f.names[name]
	for ; ok && at != none; at = f.holders[at].next {
		i := int(f.holders[at].resource)
		if !yield(i, &f.resources[i]) {
			return
		}
	}
}

// find returns the resource of a kind that an account calls by a name: in the region, then the only one elsewhere.
func (f *finder) find(account, region, kind, name string) *Resource {
	if at, ok := f.at(account, region, kind, name); ok {
		return &f.resources[at]
	}
	return nil
}

// at finds one resource. A name that two of a region have (the schedules of two groups) tells nothing.
func (f *finder) at(account, region, kind, name string) (int, bool) {
	here, first, count, inRegion := none, none, 0, 0
	f.called(name, func(i int, r *Resource) bool {
		if r.AccountID != account || r.Kind != kind {
			return true
		}
		if count++; count == 1 {
			first = i
		}
		if r.Region == region {
			here = i
			inRegion++
		}
		return true
	})
	switch {
	case inRegion > 1:
		return 0, false
	case here != none:
		return here, true
	case count == 1:
		return first, true
	}
	return 0, false
}

// link resolves the references of every resource. What the scan found stands for all it may mean: an address can be
// that of two resources.
func (f *finder) link() {
	var kept []snapshot.Reference
	for i := range f.resources {
		r := &f.resources[i]
		kept = kept[:0]
		for _, ref := range r.References {
			if !ref.Scanned {
				if target := f.find(r.AccountID, r.Region, ref.Kind, ref.ID); target != nil {
					ref.Key = target.Key
				}
				if ref.Key != r.Key {
					kept = append(kept, ref)
				}
				continue
			}
			for _, at := range f.named(r, ref) {
				ref.Key = f.resources[at].Key
				if ref.Key != r.Key && !slices.Contains(kept, ref) {
					kept = append(kept, ref)
				}
			}
		}
		r.References = nil
		if len(kept) > 0 {
			r.References = slices.Clone(kept)
		}
	}
}

// named are the resources that a name may stand for which nothing but a look at what exists tells.
func (f *finder) named(r *Resource, ref snapshot.Reference) []int {
	if ref.Kind == Everything {
		return f.byPlainName(r, ref.ID)
	}
	if ref.Kind != "" {
		if at, ok := f.at(r.AccountID, r.Region, ref.Kind, strings.TrimSuffix(ref.ID, ".")); ok {
			return []int{at}
		}
		var all []int // of those, each may be meant
		f.called(ref.ID, func(i int, other *Resource) bool {
			if other.AccountID == r.AccountID && other.Kind == ref.Kind {
				all = append(all, i)
			}
			return true
		})
		if len(all) > 0 {
			return all
		}
	}
	for arn := ref.ID; strings.HasPrefix(arn, "arn:"); arn = arnStem(arn) {
		if at := f.ofARN(arn); at != none {
			return []int{at}
		}
		if called := f.addresses[address(arn)]; len(called) > 0 {
			return called
		}
	}
	if at := f.ofID(r.AccountID, r.Region, ref.ID); at != none {
		return []int{at}
	}
	return f.addresses[address(ref.ID)]
}

// byPlainName are the resources of the account that a program may be told by a plain name. IAM's are not among them: a
// role's name says nothing to a program, and is often a word.
func (f *finder) byPlainName(r *Resource, name string) []int {
	if len(name) < 3 {
		return nil
	}
	var all []int
	f.called(name, func(i int, other *Resource) bool {
		near := other.Region == r.Region || other.Kind == "s3:bucket"
		if other.AccountID == r.AccountID && other.ID == name && near && !strings.HasPrefix(other.Kind, "iam:") {
			all = append(all, i)
		}
		return true
	})
	if len(all) == 0 {
		return f.addresses[address(name)]
	}
	return all
}

func (f *finder) ofARN(arn string) int {
	found := none
	f.called(arn, func(i int, r *Resource) bool {
		if r.ARN == arn {
			found = i
		}
		return true
	})
	return found
}

// ofID is the resource with an id in an account's region, or the only one elsewhere: a global resource that names one of
// a region.
func (f *finder) ofID(account, region, id string) int {
	here, last, count := none, none, 0
	f.called(id, func(i int, r *Resource) bool {
		if r.AccountID != account || r.ID != id {
			return true
		}
		last = i
		count++
		if r.Region == region {
			here = i
		}
		return true
	})
	if here == none && count == 1 {
		return last
	}
	return here
}
