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
func referencesOf(kind *Kind, tree map[string]any, named ...Naming) []snapshot.Reference {
	var refs []snapshot.Reference
	for _, n := range named {
		refs = append(refs, snapshot.Reference{Path: n.Path, Kind: n.Kind, ID: n.ID, Scanned: true})
	}
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
	scan(make([]string, 0, 16), tree, func(at []string, id string) {
		if !typed[id] {
			refs = append(refs, snapshot.Reference{Path: pathOf(at), ID: id, Scanned: true})
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
	// bucketOfURI is how EMR, Glue and others write objects.
	bucketOfURI = regexp.MustCompile(`^s3[an]?://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/|$)`)
	// idAsHost is a DNS name that begins with an id: fs-….efs.eu-west-1.amazonaws.com, vpce-….
	idAsHost = regexp.MustCompile(`^([a-z][a-z-]*-[0-9a-f]{8,17})(?:-[a-z0-9]+)?\.[a-z0-9.-]+$`)
	// arnPattern is anchored, since one ARN can lie within another (API Gateway's integrations).
	arnPattern = regexp.MustCompile(`^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:[^"'\s,\\)}\]]+`)
)

// scan looks for what may name a resource in every string of a tree. at holds the steps to the tree.
func scan(at []string, value any, found func(at []string, id string)) {
	switch node := value.(type) {
	case map[string]any:
		at = append(at, "")
		for key, child := range node {
			at[len(at)-1] = key
			scan(at, child, found)
		}
	case []any:
		at = append(at, snapshot.Each)
		for _, child := range node {
			scan(at, child, found)
		}
	case string:
		scanText(node, func(name string) { found(at, name) })
	}
}

func pathOf(steps []string) Path {
	var path Path
	for _, step := range steps {
		path = path.Join(step)
	}
	return path
}

func scanText(text string, found func(string)) {
	if len(text) < len("alias/x") {
		return
	}
	for id := range strings.SplitSeq(text, ",") { // Auto Scaling names its subnets in one string
		if likeID(id) && idPattern.MatchString(id) {
			found(id)
		}
	}
	if strings.HasPrefix(text, "https://") {
		found(text)
	}
	if image, ok := imageRepository(text); ok {
		found(image)
	}
	if strings.HasPrefix(text, "s3") {
		if bucket := bucketOfURI.FindStringSubmatch(text); bucket != nil {
			found("arn:aws:s3:::" + bucket[1])
		}
	}
	// The patterns are asked last: nearly every string of every resource comes by here.
	if label, _, ok := strings.Cut(text, "."); ok && len(label) < 64 && strings.Contains(label, "-") {
		if id := idAsHost.FindStringSubmatch(text); id != nil {
			found(id[1])
		}
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

// likeID tells most of what idPattern refuses, in less time.
func likeID(s string) bool {
	if len(s) < len("alias/x") || len(s) >= 300 {
		return false
	}
	if strings.HasPrefix(s, "alias/") {
		return true
	}
	// The others end in at least eight hexadecimal digits.
	for i := len(s) - 8; i < len(s); i++ {
		if i < 0 || (s[i] < '0' || s[i] > '9') && (s[i] < 'a' || s[i] > 'f') {
			return false
		}
	}
	return true
}

// imageRepository is the repository in the name of an image in ECR, without its tag or digest.
func imageRepository(text string) (string, bool) {
	if !strings.Contains(text, ".dkr.ecr.") || strings.ContainsAny(text, " \n") {
		return "", false
	}
	name, _, _ := strings.Cut(text, "@")
	if slash := strings.LastIndexByte(name, '/'); slash >= 0 {
		last, _, _ := strings.Cut(name[slash:], ":")
		name = name[:slash] + last
	}
	return name, true
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
func addressesOf(kind *Kind, tree map[string]any, called []string) []string {
	var found []string
	for _, name := range called {
		found = append(found, address(name))
	}
	for _, path := range kind.Addresses {
		path.Find(tree, func(value any) {
			if text, ok := value.(string); ok && text != "" {
				found = append(found, address(text))
			}
		})
	}
	return found
}
