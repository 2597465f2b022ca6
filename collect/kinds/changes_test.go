package kinds

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
	"github.com/aws-baseline/aws-baseline/diff"
)

// change is one change that somebody makes to a resource of a kind by AWS's API, and how a diff must tell it.
type change struct {
	// name says what is changed, in a word or a few.
	name string
	// do makes the change and undo takes it back, both to the resource that the life's create made. Where undo needs what do
	// learnt, let both close over a variable of the function that returns the lives.
	do, undo func(e *estate, m made)
	// paths are all places that the diff must name, as it prints them: "Tags.team", "IpPermissions[0].FromPort". A "*"
	// stands for what the server makes up within a step, an id for example.
	paths []string
}

// wanted is how many properties of a resource of each kind are changed, where a server lets that many be.
const wanted = 3

// flip is a change that one call makes and, with what was there before, undoes.
func flip(name string, put func(e *estate, m made, changed bool), paths ...string) change {
	return change{
		name: name, paths: paths,
		do:   func(e *estate, m made) { put(e, m, true) },
		undo: func(e *estate, m made) { put(e, m, false) },
	}
}

// either is the first where something is changed, and the second where that is undone.
func either[T any](changed bool, then, before T) T {
	if changed {
		return then
	}
	return before
}

// tagChange changes the tag team and puts it back. set sets a tag of what was made.
func tagChange(set func(e *estate, m made, key, value string)) change {
	return change{
		name:  "a tag",
		do:    func(e *estate, m made) { set(e, m, "team", "green") },
		undo:  func(e *estate, m made) { set(e, m, "team", teamTags["team"]) },
		paths: []string{"Tags.team"},
	}
}

// TestChanges changes what the lives made, one property at a time, and looks through noise: the diff names the places
// that changed on that resource, nothing besides, and nothing any more once the change is undone.
func TestChanges(t *testing.T) {
	for _, l := range lives() {
		if len(l.changes) == 0 {
			continue
		}
		t.Run(strings.ReplaceAll(l.kind, "/", "-"), func(t *testing.T) { l.change(t) })
	}
}

// change makes the resource, and each of its changes, and undoes each.
func (l life) change(t *testing.T) {
	t.Helper()
	e := newEstate(t)
	names := append([]string{l.kind}, l.with...)
	m := l.create(e)
	first := e.capture(names...)
	if !slices.ContainsFunc(first.Resources, func(r snapshot.Resource) bool { return r.Kind == l.kind && r.ID == m.ID && r.ARN == m.ARN }) {
		t.Fatalf("what was made is not among the captured: %+v", m)
	}
	look := func() *snapshot.Snapshot { // through the noise that AWS makes by itself
		defer e.Proxy.Noise(testbed.NoiseOptions{Seed: 7})()
		return e.capture(names...)
	}
	if told := l.told(t, first, look(), m); len(told) > 0 {
		t.Fatalf("before any change the diff says:\n\t%s", strings.Join(told, "\n\t"))
	}
	for _, c := range l.changes {
		c.do(e, m)
		var want []string
		for _, path := range c.paths {
			want = append(want, "modified: "+path)
		}
		if told := l.told(t, first, look(), m); !fitAll(want, told) {
			t.Errorf("%s: the diff says:\n\t%s\nwant:\n\t%s", c.name, strings.Join(told, "\n\t"), strings.Join(want, "\n\t"))
		}
		c.undo(e, m)
		if told := l.told(t, first, look(), m); len(told) > 0 {
			t.Fatalf("%s, undone: the diff still says:\n\t%s", c.name, strings.Join(told, "\n\t"))
		}
	}
}

// TestEveryKindIsChanged: of every kind that a server here can make, there is a resource whose properties are changed,
// or a reason why they are less than wanted.
func TestEveryKindIsChanged(t *testing.T) {
	unserved, changes, reasons := make(map[string]bool), make(map[string]int), make(map[string]string)
	for _, l := range lives() {
		if l.unserved != "" {
			unserved[l.kind] = true
		}
		if changes[l.kind] > 0 && len(l.changes) > 0 {
			t.Errorf("%s has changes in two lives", l.kind)
		}
		changes[l.kind] += len(l.changes)
		reasons[l.kind] += l.fewer
	}
	for _, kind := range All() {
		switch n, reason := changes[kind.Name], reasons[kind.Name]; {
		case unserved[kind.Name], n == 0 && notMade[kind.Name]:
		case n < wanted && reason == "":
			t.Errorf("%s: %d of its properties are changed, want %d, or a reason", kind.Name, n, wanted)
		case n >= wanted && reason != "":
			t.Errorf("%s: %d of its properties are changed, and it is excused: %s", kind.Name, n, reason)
		}
	}
}

// notMade are the kinds that have no life, since no server has them at all: tests of their own answer for AWS.
var notMade = map[string]bool{
	"cloudfront:function": true, "cloudfront:cache-policy": true, "cloudfront:origin-request-policy": true,
	"cloudfront:response-headers-policy": true, "ec2:placement-group": true, "ecs:capacity-provider": true,
	"elasticache:parametergroup": true, "elasticache:serverlesscache": true,
}

// told is what a diff tells: "class: path" for each property of what was made, followed by the values; of anything else
// its kind and id too.
func (l life) told(t *testing.T, first, second *snapshot.Snapshot, m made) []string {
	t.Helper()
	report, err := diff.Compare(t.Context(), first, second, diff.Options{Rules: collect.Rules(All()), Live: true})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, c := range report.Changes {
		if c.Change == diff.Unknown && c.Baseline != nil && !slices.ContainsFunc(c.Properties, func(p diff.Property) bool {
			return !p.OldUnknown || !slices.Contains(l.unknown, collect.Path(p.Path))
		}) {
			continue // what the server can't answer for, both times
		}
		prefix := string(c.Change) + ": "
		if c.Kind != l.kind || c.ID != m.ID || c.ARN != m.ARN {
			prefix = fmt.Sprintf("%s %s %s: ", c.Change, c.Kind, c.ID)
		}
		if len(c.Properties) == 0 {
			told = append(told, prefix+c.Reason)
		}
		for _, p := range c.Properties {
			told = append(told, fmt.Sprintf("%s%s  (%s -> %s)", prefix, p.Path, p.Old, p.New))
		}
	}
	return append(told, report.Notes...)
}

// fitAll reports whether each of what was told fits one of what was wanted, and the other way round.
func fitAll(want, told []string) bool {
	if len(want) != len(told) {
		return false
	}
	left := slices.Clone(told)
	for _, w := range want {
		pattern := regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(w), `\*`, `[^\]]+`) + "  [(]")
		at := slices.IndexFunc(left, pattern.MatchString)
		if at < 0 {
			return false
		}
		left = slices.Delete(left, at, at+1)
	}
	return true
}

func TestFitAll(t *testing.T) {
	for _, test := range []struct {
		want, told []string
		fit        bool
	}{
		{nil, nil, true},
		{[]string{"modified: A[Id=*].B"}, []string{"modified: A[Id=subnet-1].B  (1 -> 2)"}, true},
		{[]string{"modified: A[Id=*].B"}, []string{"modified: A[Id=x].C[Id=y].B  (1 -> 2)"}, false},
		{[]string{"modified: A"}, []string{"modified: A.B  (1 -> 2)"}, false},
		{[]string{"modified: A"}, []string{"modified ec2:vpc vpc-1: A  (1 -> 2)"}, false},
		{[]string{"modified: A"}, nil, false},
		{[]string{"modified: A", "modified: B"}, []string{"modified: B  (1 -> 2)", "modified: A  (1 -> 2)"}, true},
		{[]string{"modified: A", "modified: A"}, []string{"modified: A  (1 -> 2)", "modified: B  (1 -> 2)"}, false},
	} {
		if fit := fitAll(test.want, test.told); fit != test.fit {
			t.Errorf("%q in %q: got %v", test.want, test.told, fit)
		}
	}
}
