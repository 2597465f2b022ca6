package collect

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// referencesOf reads what a kind's Refs and Names name, and every string that looks like an id, an ARN or an address.
// Only what Refs name is kept where the capture saw no such resource.
func referencesOf(kind *Kind, tree map[string]any) []snapshot.Reference {
	var refs []snapshot.Reference
	typed := make(map[string]bool)
	read := func(places map[Path]string, scanned bool) {
		for path, target := range places {
			path.Find(tree, func(value any) {
				if id, ok := value.(string); ok && id != "" {
					refs = append(refs, snapshot.Reference{Path: path, Kind: target, ID: id, Scanned: scanned})
					typed[id] = typed[id] || !scanned
				}
			})
		}
	}
	read(kind.Refs, false)
	read(kind.Names, true)
	scan("", tree, func(path Path, id string) {
		if !typed[id] {
			refs = append(refs, snapshot.Reference{Path: path, ID: id, Scanned: true})
		}
	})
	slices.SortFunc(refs, compareReferences)
	return slices.Compact(refs)
}

func compareReferences(a, b snapshot.Reference) int {
	return cmp.Or(strings.Compare(string(a.Path), string(b.Path)), strings.Compare(a.ID, b.ID), strings.Compare(a.Kind, b.Kind))
}

var (
	// idPattern is what ids look like: vpc-0123456789abcdef0, a KMS key's UUID or mrk-…, a KMS alias.
	idPattern = regexp.MustCompile(`^([a-z][a-z-]*-[0-9a-f]{8,32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|alias/[A-Za-z0-9/_-]{1,250})$`)
	// arnPattern is anchored, since one ARN can lie within another (API Gateway's integrations).
	arnPattern = regexp.MustCompile(`^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:[^"'\s,\\)}\]]+`)
)

func scan(at Path, value any, found func(Path, string)) {
	switch node := value.(type) {
	case map[string]any:
		for key, child := range node {
			scan(at.Join(key), child, found)
		}
	case []any:
		for _, child := range node {
			scan(at.Join(snapshot.Each), child, found)
		}
	case string:
		scanText(node, func(name string) { found(at, name) })
	}
}

func scanText(text string, found func(string)) {
	for id := range strings.SplitSeq(text, ",") { // Auto Scaling names its subnets in one string
		if len(id) < 300 && idPattern.MatchString(id) {
			found(id)
		}
	}
	if strings.HasPrefix(text, "https://") {
		found(text)
	}
	const arn = "arn:aws"
	for at := strings.Index(text, arn); at >= 0; {
		if name := arnPattern.FindString(text[at:]); name != "" {
			found(name)
		}
		next := strings.Index(text[at+len(arn):], arn)
		if next < 0 {
			return
		}
		at += len(arn) + next
	}
}

// arnStem takes the last part off an ARN: what AWS puts behind a resource's own ARN to name something within it (":*" of
// a log group, "/*" of a bucket, an alias or a version of a function), or "" where nothing is left to take.
func arnStem(arn string) string {
	prefix := 0
	for range 5 { // arn:partition:service:region:account:
		colon := strings.IndexByte(arn[prefix:], ':')
		if colon < 0 {
			return ""
		}
		prefix += colon + 1
	}
	if cut := strings.LastIndexAny(arn[prefix:], ":/"); cut > 0 {
		return arn[:prefix+cut]
	}
	return ""
}

// address is how DNS names, IP addresses and URLs are compared: AWS's records end in a dot, and the console puts
// "dualstack." before a load balancer's name.
func address(text string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(text), "dualstack."), ".")
}

// addressesOf reads what a kind's Addresses say.
func addressesOf(kind *Kind, tree map[string]any) []string {
	var found []string
	for _, path := range kind.Addresses {
		path.Find(tree, func(value any) {
			if text, ok := value.(string); ok && text != "" {
				found = append(found, address(text))
			}
		})
	}
	return found
}

// ambiguous stands for more than one resource.
const ambiguous = -1

// finder looks resources up by the names that others use for them.
type finder struct {
	kinds     map[string]*Kind // by CloudFormation name
	typed     map[string][]int // account/kind/name → resources
	arns      map[string]int
	ids       map[string]int // account/region/id, and account//id where only one region has it
	addresses map[string][]int
	resources []Resource
}

// newFinder's addresses are by resource key; see [Kind.Addresses].
func newFinder(kinds []*Kind, resources []Resource, addresses map[string][]string) *finder {
	f := &finder{
		kinds: make(map[string]*Kind), typed: make(map[string][]int), arns: make(map[string]int), ids: make(map[string]int),
		addresses: make(map[string][]int), resources: resources,
	}
	for _, kind := range kinds {
		f.kinds[kind.CloudFormation] = kind
	}
	for i := range resources {
		r := &resources[i]
		names := []string{r.ID, r.ARN, r.UniqueID}
		if r.Name != r.Tags["Name"] {
			names = append(names, r.Name) // a Name tag is no name to AWS
		}
		slices.Sort(names)
		for _, name := range slices.Compact(names) {
			if name != "" {
				f.typed[r.AccountID+"/"+r.Kind+"/"+name] = append(f.typed[r.AccountID+"/"+r.Kind+"/"+name], i)
			}
		}
		if r.ARN != "" {
			f.arns[r.ARN] = i
		}
		f.ids[r.AccountID+"/"+r.Region+"/"+r.ID] = i
		if _, twice := f.ids[r.AccountID+"//"+r.ID]; twice {
			f.ids[r.AccountID+"//"+r.ID] = ambiguous
		} else {
			f.ids[r.AccountID+"//"+r.ID] = i
		}
		for _, name := range addresses[r.Key] {
			f.addresses[name] = append(f.addresses[name], i)
		}
	}
	return f
}

// find returns the resource of a kind that an account calls by a name: in the region, then the only one elsewhere.
func (f *finder) find(account, region, kind, name string) *Resource {
	if at, ok := f.at(account, region, kind, name); ok {
		return &f.resources[at]
	}
	return nil
}

func (f *finder) at(account, region, kind, name string) (int, bool) {
	found := f.typed[account+"/"+kind+"/"+name]
	for _, i := range found {
		if f.resources[i].Region == region {
			return i, true
		}
	}
	if len(found) == 1 {
		return found[0], true
	}
	return 0, false
}

// link resolves the references of every resource. What the scan found stands for all it may mean: an address can be
// that of two resources.
func (f *finder) link() {
	for i := range f.resources {
		r := &f.resources[i]
		kept := make([]snapshot.Reference, 0, len(r.References))
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
			r.References = slices.Clip(kept)
		}
	}
}

// named are the resources that a name may stand for which nothing but a look at what exists tells.
func (f *finder) named(r *Resource, ref snapshot.Reference) []int {
	if ref.Kind != "" {
		if at, ok := f.at(r.AccountID, r.Region, ref.Kind, strings.TrimSuffix(ref.ID, ".")); ok {
			return []int{at}
		}
	}
	for arn := ref.ID; strings.HasPrefix(arn, "arn:"); arn = arnStem(arn) {
		if at, ok := f.arns[arn]; ok {
			return []int{at}
		}
	}
	if at, ok := f.ids[r.AccountID+"/"+r.Region+"/"+ref.ID]; ok {
		return []int{at}
	}
	if at, ok := f.ids[r.AccountID+"//"+ref.ID]; ok && at != ambiguous {
		return []int{at} // a global resource that names one of a region
	}
	return f.addresses[address(ref.ID)]
}
