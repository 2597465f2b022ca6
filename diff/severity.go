package diff

import (
	"math"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// point is one thing that is open, weak or guarding on one side of a comparison. Points of two sides are the same where
// their subjects are.
type point struct {
	rule     string   // where it is not the weakness's own
	severity Severity // where it is not the rule's
	path     string   // as people read it
	subject  string
	guard    bool   // it guards: that it goes is worse
	weak     string // the sentence where it came, or a guard went
	strong   string // the sentence where it went, or a guard came
	level    int64  // of a guard by its size; otherwise 0
	whole    bool   // the sentences are complete, and not joined with others
	// covers reports whether this one says all that another one of its rule does: a range of ports that lies in it. nil
	// where only the same subject does.
	covers func(other point) bool
	// coveredBy reports whether others say together all that this one does: two ranges of ports that make up one.
	coveredBy func(others []point) bool
	takesIn   bool   // the other side has some that this one covers
	less      string // the sentences then, where there are others: it guards less, or more
	more      string
	denies    *statement // of a point about what is denied
	to        opening    // of a point about access
	who       string     // as a sentence begins
	partly    string     // the sentence where it went and some of it stays
	access    access
	allows    []*statement
	onBoth    bool // it is told only where both sides have it, by its level
	// onChange tells nothing of it where its resource came or went, and the rule would.
	onChange bool
	implied  bool   // another point of its side says it already
	ports    ports  // of a point about ports
	family   string // of the addresses that these are open to
	open     openPorts
}

// forEver is the level of what is kept without end.
const forEver = math.MaxInt64

// view is a resource on one side, for evaluators to look at.
type view struct {
	c    *comparison
	side int // 0 the baseline, 1 the target
	r    *snapshot.Resource
	tree any
}

// evaluator finds the points of a weakness in a resource, and reports false where it can't tell: what it needs is not
// known. Then nothing is said of the weakness.
type evaluator func(v *view, w *snapshot.Weakness) (points []point, known bool)

func evaluators() map[string]evaluator {
	return map[string]evaluator{
		"":                        plainPoints,
		snapshot.CheckIngress:     ingressPoints,
		snapshot.CheckNetworkACL:  networkACLPoints,
		snapshot.CheckWorldCIDR:   worldPoints,
		snapshot.CheckTrust:       trustPoints,
		snapshot.CheckPolicy:      policyPoints,
		snapshot.CheckKeyPolicy:   keyPolicyPoints,
		snapshot.CheckBucket:      bucketPoints,
		snapshot.CheckBucketACL:   bucketACLPoints,
		snapshot.CheckIdentity:    identityPoints,
		snapshot.CheckAttached:    attachedPoints,
		snapshot.CheckGroup:       groupPoints,
		snapshot.CheckSharedWith:  sharedPoints,
		snapshot.CheckCertificate: certificatePoints,
	}
}

// sight reports whether everything that a weakness rests on is known of a resource: nothing of it, or in it, or around it
// was unread, and the collector of its side knew the places.
func (v *view) sight(w *snapshot.Weakness) bool {
	for _, path := range w.Reads() {
		for _, unknown := range v.r.Unknown {
			if path.Under(unknown.Path) || unknown.Path.Under(path) {
				return false
			}
		}
		if known, told := v.c.known[v.side][v.r.Kind]; told && !known.knows(path.Steps()) {
			return false
		}
	}
	return true
}

// knows reports whether a side's collector knew a place, or one below it.
func (s *shape) knows(steps []string) bool {
	for _, step := range steps {
		if step == snapshot.Any && s != nil && !s.all && s.steps[snapshot.Any] == nil && len(s.steps) > 0 {
			return true // a map that the collector wrote as an object
		}
		s = s.below(step)
		if s == nil {
			return false
		}
	}
	return true
}

// lower takes steps off a severity. Nothing falls below low.
func lower(s Severity, steps int) Severity {
	all := Severities()
	return all[max(0, slices.Index(all, s)-steps)]
}

// capped is a severity, or the most that a weakness allows.
func capped(s Severity, w *snapshot.Weakness) Severity {
	if most := Severity(w.AtMost); most != "" && s.AtLeast(most) {
		return most
	}
	return s
}

// behind takes a step off where the thing is reached from inside a network only.
func (v *view) behind(s Severity, w *snapshot.Weakness) (Severity, bool) {
	if w.Behind == "" {
		return s, false
	}
	inside := false
	w.Behind.Find(v.tree, func(value any) { inside = inside || (value != nil && value != "") })
	if inside {
		return lower(s, 1), true
	}
	return s, false
}

// text is a scalar as weaknesses write it.
func text(value any) (string, bool) {
	switch node := value.(type) {
	case string:
		return node, true
	case map[string]any, []any, nil:
		return "", false
	}
	return strings.Trim(string(snapshot.Canonical(value)), `"`), true
}

// maskedWithin reports whether a value is a secret, or holds one: nothing is said of it.
func maskedWithin(value any) bool {
	ids := make(map[string]bool)
	maskIDs(value, ids)
	return len(ids) > 0
}
