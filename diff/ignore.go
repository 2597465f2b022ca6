package diff

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Ignore is a rule of somebody's own: differences that it fits don't count. Every field that is not empty must fit.
type Ignore struct {
	Name   string    `json:"name"`            // by which reports call it: "ignore[2]"
	Kinds  []string  `json:"kinds,omitempty"` // by name
	ARN    string    `json:"arn,omitempty"`   // glob over the ARN, or the key where there is none; "*" is any text
	Path   string    `json:"path,omitempty"`  // a property and all below it ("Attributes.*", "IpPermissions[]", "Tags.build-*"); empty for the whole resource
	Reason string    `json:"reason"`
	Until  time.Time `json:"until,omitzero"` // from then on it no longer applies; zero for ever
}

// IgnoredBy is the first rule that hides a resource as a whole now.
func IgnoredBy(rules []Ignore, r *snapshot.Resource, now time.Time) (Ignore, bool) {
	for _, rule := range newIgnoring(rules, now).of(r) {
		if rule.whole() {
			return rule.Ignore, true
		}
	}
	return Ignore{}, false
}

// ignoring are the rules that apply now, ready for use.
type ignoring struct {
	rules   []ignoreRule
	expired []Ignore
}

type ignoreRule struct {
	Ignore
	arn   *regexp.Regexp // nil for any
	tags  *regexp.Regexp // over tag keys, where the path is of tags
	steps []string       // of another path
}

func newIgnoring(rules []Ignore, now time.Time) ignoring {
	var i ignoring
	for _, rule := range rules {
		if !rule.Until.IsZero() && !now.Before(rule.Until) {
			i.expired = append(i.expired, rule)
			continue
		}
		ready := ignoreRule{Ignore: rule}
		if rule.ARN != "" {
			ready.arn = Glob(rule.ARN)
		}
		switch key, ok := strings.CutPrefix(rule.Path, "Tags."); {
		case ok:
			ready.tags = Glob(key)
		case rule.Path == "Tags":
			ready.tags = Glob("*")
		default:
			ready.steps = snapshot.Path(rule.Path).Steps()
		}
		i.rules = append(i.rules, ready)
	}
	return i
}

// Glob is a pattern in which "*" stands for any text, "/" and ":" included, and "?" for one character.
func Glob(pattern string) *regexp.Regexp {
	quoted := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile("^(?s:" + quoted + ")$")
}

// of are the rules that speak of a resource.
func (i ignoring) of(r *snapshot.Resource) []ignoreRule {
	var fitting []ignoreRule
	for _, rule := range i.rules {
		label := r.ARN
		if label == "" {
			label = r.Key
		}
		if fitsIn(rule.Kinds, r.Kind) && (rule.arn == nil || rule.arn.MatchString(label)) {
			fitting = append(fitting, rule)
		}
	}
	return fitting
}

// whole reports whether a rule is of whole resources.
func (r ignoreRule) whole() bool { return r.Path == "" }

// fitsTag reports whether a rule is of a tag.
func (r ignoreRule) fitsTag(key string) bool {
	return r.tags != nil && r.tags.MatchString(key)
}

// fits reports whether a place is what a rule names, or lies below it.
func (r ignoreRule) fits(pattern snapshot.Path, label string) bool {
	if len(r.steps) == 0 {
		return false
	}
	return stepsFit(r.steps, pattern.Steps()) || stepsFit(r.steps, snapshot.Path(label).Steps())
}

// lies reports whether a rule names something below a place.
func (r ignoreRule) liesBelow(pattern snapshot.Path) bool {
	steps := pattern.Steps()
	return len(r.steps) > len(steps) && stepsFit(r.steps[:len(steps)], steps)
}

func stepsFit(rule, steps []string) bool {
	if len(rule) > len(steps) {
		return false
	}
	for i, step := range rule {
		if fits, err := path.Match(step, steps[i]); step != steps[i] && (err != nil || !fits) {
			return false
		}
	}
	return true
}

// ignoreProperty files a difference that a user's rule hides, and reports whether one does.
func (w *walk) ignoreProperty(at place, old, found any) bool {
	for _, rule := range w.ignoring {
		if rule.fits(at.pattern, at.label) {
			w.byUser(rule, Ignored{Path: at.label, Old: raw(old), New: raw(found)})
			w.ignored = append(w.ignored, Property{Path: at.label, Part: PartConfiguration, Old: raw(old), New: raw(found)})
			return true
		}
	}
	return false
}

func (w *walk) byUser(rule ignoreRule, ignored Ignored) {
	entry := w.ignoredOf(RuleUser, ignored.Path, ignored.Old, ignored.New)
	entry.Reason = rule.Name + ": " + rule.Reason
	w.c.userIgnored(entry)
}

func (c *comparison) userIgnored(entry Ignored) {
	c.summary.Ignored++
	if c.options.ShowIgnored {
		c.ignored = append(c.ignored, entry)
	}
}

// opens reports whether a value that one side lacks is to be looked at part by part, since a rule hides some of them.
func (w *walk) opens(at place, value any) bool {
	if _, ok := value.(map[string]any); !ok {
		return false
	}
	for _, rule := range w.ignoring {
		if rule.liesBelow(at.pattern) {
			return true
		}
	}
	return false
}

// ignoreResources takes out the changes of resources that a rule hides as a whole. A gap stays one. How bad they are is counted:
// who hides the worst should be told.
func (c *comparison) ignoreResources() {
	kept := c.changes[:0]
	hiding := c.hiding
	defer func() {
		c.addFindings(hiding)
		c.summary.IgnoredSeverities = countSeverities(hiding)
	}()
	for _, change := range c.changes {
		hidden := false
		for _, rule := range c.ignoring.of(resourceOf(change)) {
			if hidden = rule.whole(); hidden {
				c.userIgnored(Ignored{
					Key: change.Key, Kind: change.Kind, AccountID: change.AccountID, Region: change.Region, Change: change.Change,
					Rule: RuleUser, Reason: rule.Name + ": " + rule.Reason,
				})
				break
			}
		}
		if hidden {
			hiding = append(hiding, change)
		} else {
			kept = append(kept, change)
		}
	}
	c.changes = kept
}

// idleNotes says which rules can hide nothing, since no kind that they speak of has such a place: a word that was mistyped.
func (i ignoring) idleNotes(known ...map[string][]snapshot.Path) []string {
	var notes []string
	for _, rule := range i.rules {
		if len(rule.steps) == 0 {
			continue
		}
		told, fits := false, false
		for _, paths := range known {
			for kind, list := range paths {
				if fitsIn(rule.Kinds, kind) {
					told = true
					fits = fits || slices.ContainsFunc(list, func(p snapshot.Path) bool { return mayFit(rule.steps, p.Steps()) })
				}
			}
		}
		if told && !fits {
			what := "resource"
			if len(rule.Kinds) > 0 {
				what = strings.Join(rule.Kinds, ", ")
			}
			notes = append(notes, fmt.Sprintf("%s hides nothing: no %s has the path %s", rule.Name, what, rule.Path))
		}
	}
	return notes
}

// mayFit reports whether a rule's path can name a place that a collector knows, or one above it or in its map.
func mayFit(rule, known []string) bool {
	for i, step := range rule {
		if i == len(known) {
			return false
		}
		if known[i] == "**" || known[i] == snapshot.Any && i == len(known)-1 {
			return true
		}
		if fits, err := path.Match(step, known[i]); step != known[i] && known[i] != snapshot.Any && (err != nil || !fits) {
			return false
		}
	}
	return true
}

// expiredNotes says which rules no longer apply.
func (i ignoring) expiredNotes() []string {
	var notes []string
	for _, rule := range i.expired {
		notes = append(notes, fmt.Sprintf("%s expired on %s and no longer applies: %s", rule.Name, rule.Until.UTC().Format(time.DateOnly), rule.Reason))
	}
	return notes
}
