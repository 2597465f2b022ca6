package diff

import (
	"regexp"
	"slices"
	"strings"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// invented is what AWS's own names look like: vpc-0123456789abcdef0, a UUID, a suffix that a stack adds, an id of IAM,
// CloudFront or Route 53, a run of digits and letters.
var invented = regexp.MustCompile(`[a-z][a-z0-9]*(?:-[a-z]+)*-[0-9a-f]{8,32}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[A-Z0-9]{8,32}\b|\b[0-9a-f]{8,64}\b`)

// mixed reports whether a text has digits, and letters besides.
func mixed(text string) bool {
	return strings.ContainsAny(text, "0123456789") && strings.ContainsFunc(text, func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' })
}

// stem is a name with what AWS invented in it taken out.
func stem(name string) string {
	return invented.ReplaceAllStringFunc(name, func(part string) string {
		if !mixed(part) {
			return part
		}
		return "*"
	})
}

// shortestID is the shortest text that is replaced wherever it stands: less is found in anything.
const shortestID = 5

// idTable replaces whole names in texts. A name with two meanings is not replaced, nor are two with one.
type idTable struct {
	to     map[string]string
	from   map[string]string
	broken map[string]bool
	starts map[string][]string // the first letters of names → the names, the longest first; nil until wanted
}

func newIDTable() *idTable {
	return &idTable{to: map[string]string{}, from: map[string]string{}, broken: map[string]bool{}}
}

// add says that a name stands for another. shared allows several names for one.
func (t *idTable) add(name, meaning string, shared bool) {
	if len(name) < shortestID || meaning == "" || t.broken[name] || strings.HasPrefix(name, snapshot.MaskPrefix) {
		return
	}
	if have, ok := t.to[name]; ok {
		if have != meaning {
			t.forget(name)
		}
		return
	}
	if other, ok := t.from[meaning]; ok && !shared && other != name {
		t.forget(other)
		t.broken[name] = true
		return
	}
	t.to[name], t.from[meaning], t.starts = meaning, name, nil
}

func (t *idTable) forget(name string) {
	delete(t.from, t.to[name])
	delete(t.to, name)
	t.broken[name], t.starts = true, nil
}

// text replaces names in one pass. A name is whole where no letter or digit stands beside it.
func (t *idTable) text(s string) string {
	if len(s) < shortestID || len(t.to) == 0 || strings.HasPrefix(s, snapshot.MaskPrefix) {
		return s
	}
	if to, ok := t.to[s]; ok {
		return to
	}
	if t.starts == nil {
		t.starts = make(map[string][]string)
		for name := range t.to {
			t.starts[name[:shortestID]] = append(t.starts[name[:shortestID]], name)
		}
		for _, names := range t.starts {
			slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
		}
	}
	var out strings.Builder
	last := 0
	for i := 0; i+shortestID <= len(s); {
		if i > 0 && isAlphanumeric(s[i-1]) {
			i++
			continue
		}
		found := ""
		for _, name := range t.starts[s[i:i+shortestID]] {
			if end := i + len(name); strings.HasPrefix(s[i:], name) && (end == len(s) || !isAlphanumeric(s[end])) {
				found = name
				break
			}
		}
		if found == "" {
			i++
			continue
		}
		out.WriteString(s[last:i])
		out.WriteString(t.to[found])
		i += len(found)
		last = i
	}
	if last == 0 {
		return s
	}
	out.WriteString(s[last:])
	return out.String()
}

// namesOf are the names by which other things name a resource, and which AWS invented at least in part.
func namesOf(r *snapshot.Resource) []string {
	var names []string
	for _, name := range []string{r.ARN, r.UniqueID, r.ID} {
		if name != "" && stem(name) != name {
			names = append(names, name)
		}
	}
	return names
}

// learn takes in what a match tells: the target's names, and the parts of them that differ, stand for the baseline's.
func (t *idTable) learn(b, r *snapshot.Resource) {
	for _, pair := range [][2]string{{r.ARN, b.ARN}, {r.UniqueID, b.UniqueID}, {r.ID, b.ID}} {
		from, to := pair[0], pair[1]
		if from == to || from == "" || to == "" {
			continue
		}
		t.add(from, to, false)
		t.parts(from, to)
	}
}

// parts takes in the parts of two names that differ, where both are made alike.
func (t *idTable) parts(from, to string) {
	split := func(s string) []string {
		return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(":/|,. ", r) })
	}
	theirs, ours := split(from), split(to)
	if len(theirs) != len(ours) {
		return
	}
	for i := range theirs {
		if theirs[i] != ours[i] && mixed(theirs[i]) && mixed(ours[i]) && len(theirs[i]) >= 8 {
			t.add(theirs[i], ours[i], false)
		}
	}
}
