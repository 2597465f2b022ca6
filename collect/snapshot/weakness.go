package snapshot

import "strings"

// Weakness is one way in which resources of a kind can be open or weak, as plain data. A comparison evaluates it on both
// sides and tells what only the later side has, and as an improvement what only the earlier one had. Without a Check, a
// Path and without Guard, the resource's being there is what is told.
//
// Values are compared as text: a string as it is, a number in its digits, true and false.
type Weakness struct {
	// Rule is the name of the [FindingRule] that says how bad this is, and in which words.
	Rule string
	// Path is where it stands; empty for the resource itself.
	Path Path
	// Is are the values that are weak; without any, every value is. Not are the values that are not: any other is.
	Is, Not []string
	// Absent says that a weak place is also one without a value. Of a Shrinks rule it says that no value is the most.
	Absent bool
	// Guard says that what stands there guards: that it goes is what is told. With an empty Path it is the resource.
	Guard bool
	// ByValue says that the value itself is what guards: that it becomes another is told, whichever way.
	ByValue bool
	// Shrinks says that a whole number there guards by its size: that it falls is what is told.
	Shrinks bool
	// By is the place, in the elements of the lists on the path, of what names an element; members of maps are named by
	// their keys. Only are the names that are meant, where not all are, and Skip those that are not.
	By         Path
	Only, Skip []string
	// Says is the subject where the path names none: what a person calls the place.
	Says string
	// When are places and the values that they must have, and Unless those of which none may be so: at the same element
	// where they start with the path up to its last [Each], and else in the whole resource. "@" and a path is the value that
	// stands there; "*", in Unless, is any value.
	When, Unless map[Path]string
	// Behind is a place with a value where the thing is reached from inside a network only: it is one step less bad then.
	Behind Path
	// Check is the evaluator for what takes more than a value: one of the Check constants.
	Check string
	// Also are further places that a Check reads. Where one could not be read, nothing is told.
	Also []Path
	// AtMost is the worst severity here, where a rule is worse elsewhere.
	AtMost string
	// Same joins weaknesses of a kind with one Rule that mean the same thing: having one already, another is no news.
	Same string
	// OnChange tells nothing of what came or went, where the rule would.
	OnChange bool
}

// The evaluators: what package diff knows how to judge.
const (
	CheckIngress     = "ingress"      // rules of a security group
	CheckNetworkACL  = "network-acl"  // entries of a network ACL
	CheckWorldCIDR   = "world-cidr"   // a list of address ranges, or one
	CheckTrust       = "trust"        // a role's trust policy
	CheckPolicy      = "policy"       // a resource's policy
	CheckKeyPolicy   = "key-policy"   // a key's or a secret's policy
	CheckBucket      = "bucket"       // a bucket's policy, which its public access block may stop
	CheckBucketACL   = "bucket-acl"   // a bucket's grants, which its public access block may stop
	CheckIdentity    = "identity"     // a policy that says what its holder may do
	CheckAttached    = "attached"     // the ARN of a policy of that sort
	CheckGroup       = "group"        // the name of a group that has such policies
	CheckSharedWith  = "shared-with"  // accounts, principals or "all"
	CheckCertificate = "certificates" // the certificates in SAML metadata
)

// Checks are all evaluators.
func Checks() []string {
	return []string{
		CheckIngress, CheckNetworkACL, CheckWorldCIDR, CheckTrust, CheckPolicy, CheckKeyPolicy, CheckBucket, CheckBucketACL,
		CheckIdentity, CheckAttached, CheckGroup, CheckSharedWith, CheckCertificate,
	}
}

// Reads are the places that a weakness rests on.
func (w *Weakness) Reads() []Path {
	reads := append([]Path{}, w.Also...)
	if w.Path != "" {
		reads = append(reads, w.Path)
	}
	for path, value := range w.When {
		reads = append(reads, path)
		if other, ok := strings.CutPrefix(value, "@"); ok {
			reads = append(reads, Path(other))
		}
	}
	for path := range w.Unless {
		reads = append(reads, path)
	}
	if w.Behind != "" {
		reads = append(reads, w.Behind)
	}
	return reads
}
