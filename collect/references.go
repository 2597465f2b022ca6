package collect

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// referencesOf reads what a kind's Refs name, and every string that looks like an id or holds an ARN; the latter are
// kept only where the capture saw such a resource.
func referencesOf(kind *Kind, tree map[string]any) []snapshot.Reference {
	var refs []snapshot.Reference
	typed := make(map[string]bool)
	for path, target := range kind.Refs {
		path.Find(tree, func(value any) {
			if id, ok := value.(string); ok && id != "" {
				refs = append(refs, snapshot.Reference{Path: path, Kind: target, ID: id})
				typed[id] = true
			}
		})
	}
	scan("", tree, func(path Path, id string) {
		if !typed[id] {
			refs = append(refs, snapshot.Reference{Path: path, ID: id, Scanned: true})
		}
	})
	slices.SortFunc(refs, compareReferences)
	return slices.Compact(refs)
}

func compareReferences(a, b snapshot.Reference) int {
	if c := strings.Compare(string(a.Path), string(b.Path)); c != 0 {
		return c
	}
	return strings.Compare(a.ID, b.ID)
}

var (
	idPattern  = regexp.MustCompile(`^[a-z][a-z-]*-[0-9a-f]{8,17}$`)
	arnPattern = regexp.MustCompile(`arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:[^"'\s,\\)}\]]+`)
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
		for id := range strings.SplitSeq(node, ",") { // Auto Scaling names its subnets in one string
			if len(id) >= 10 && len(id) < 80 && idPattern.MatchString(id) {
				found(at, id)
			}
		}
		if strings.Contains(node, "arn:aws") {
			for _, arn := range arnPattern.FindAllString(node, -1) {
				found(at, arn)
			}
		}
	}
}

// ambiguous stands for more than one resource.
const ambiguous = -1

// finder looks resources up by the names that others use for them.
type finder struct {
	kinds     map[string]*Kind // by CloudFormation name
	typed     map[string][]int // account/kind/name → resources
	arns      map[string]int
	ids       map[string]int // account/region/id, and account//id where only one region has it
	resources []Resource
}

func newFinder(kinds []*Kind, resources []Resource) *finder {
	f := &finder{
		kinds: make(map[string]*Kind), typed: make(map[string][]int), arns: make(map[string]int), ids: make(map[string]int),
		resources: resources,
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
	}
	return f
}

// find returns the resource of a kind that an account calls by a name: in the region, then the only one elsewhere.
func (f *finder) find(account, region, kind, name string) *Resource {
	found := f.typed[account+"/"+kind+"/"+name]
	for _, i := range found {
		if f.resources[i].Region == region {
			return &f.resources[i]
		}
	}
	if len(found) == 1 {
		return &f.resources[found[0]]
	}
	return nil
}

// link resolves the references of every resource.
func (f *finder) link() {
	for i := range f.resources {
		r := &f.resources[i]
		kept := r.References[:0]
		for _, ref := range r.References {
			var target *Resource
			if ref.Scanned {
				if at, ok := f.arns[ref.ID]; ok {
					target = &f.resources[at]
				} else if at, ok := f.ids[r.AccountID+"/"+r.Region+"/"+ref.ID]; ok {
					target = &f.resources[at]
				} else if at, ok := f.ids[r.AccountID+"//"+ref.ID]; ok && at != ambiguous {
					target = &f.resources[at] // a global resource that names one of a region
				}
			} else {
				target = f.find(r.AccountID, r.Region, ref.Kind, ref.ID)
			}
			if target != nil {
				ref.Key = target.Key
			}
			if ref.Key == r.Key || (ref.Scanned && ref.Key == "") {
				continue
			}
			kept = append(kept, ref)
		}
		r.References = slices.Clip(kept)
	}
}
