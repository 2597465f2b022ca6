package restore

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// dice make random worlds; the same seed makes the same world.
type dice struct{ *rand.Rand }

func newDice(seed uint64) dice { return dice{rand.New(rand.NewPCG(seed, 7))} }

// once in n times.
func (d dice) once(n int) bool { return d.IntN(n) == 0 }

func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

var addedKinds = []string{"t:plain", "t:plain", "t:owner", "t:linked", "t:linked", "t:late", "t:guarded", "t:fixed", "t:used", "iam:role"}

func (d dice) thing(kind string, n int) *thing {
	t := &thing{kind: kind, id: fmt.Sprintf("%s-%d", kind[len(kind)-3:], n), region: pick(d, worldRegions), value: d.IntN(3), attached: d.once(3)}
	if len(kind) > 4 && kind[:4] == "iam:" {
		t.region = snapshot.Global
	}
	if d.once(2) {
		t.unique = fmt.Sprint("u", n)
	}
	return t
}

// fill makes an account, its baseline and what was added to it. Without faults AWS does what it is asked, if late.
func (d dice) fill(w *world, faults bool, take func() *snapshot.Snapshot) *snapshot.Snapshot {
	var old []*thing
	for n := range d.IntN(8) {
		t := d.thing(pick(d, addedKinds), n)
		t.created = after(-time.Hour)
		for range d.IntN(2) {
			if len(old) > 0 {
				t.typed = append(t.typed, pick(d, old).key())
			}
		}
		old = append(old, t)
		w.add(t)
	}
	if d.once(8) {
		w.disabled[worldRegions[1]] = true
		maps.DeleteFunc(w.things, func(_ string, t *thing) bool { return t.region == worldRegions[1] })
		old = slices.DeleteFunc(old, func(t *thing) bool { return t.region == worldRegions[1] })
	}
	d.blind(w, 25)
	baseline := take()
	clear(w.coverage)
	clear(w.disabled)
	d.blind(w, 40)
	var added []*thing
	for n := range 1 + d.IntN(14) {
		added = append(added, d.addition(100+n, faults))
	}
	if d.once(6) {
		added = append(added, &thing{kind: "iam:user", id: "me", region: snapshot.Global, created: after(time.Minute)})
	}
	w.add(added...)
	d.relate(old, added)
	return baseline
}

// blind takes the sight of one scope in n.
func (d dice) blind(w *world, n int) {
	for _, kind := range w.kinds {
		for _, region := range append([]string{snapshot.Global}, worldRegions...) {
			if kind.Global == (region == snapshot.Global) && d.once(n) {
				w.coverage[snapshot.ScopeKey(accountID, region, kind.Name)] = pick(d, []snapshot.State{snapshot.Denied, snapshot.Partial})
			}
		}
	}
}

func (d dice) addition(n int, faults bool) *thing {
	t := d.thing(pick(d, addedKinds), n)
	t.created, t.linger = after(time.Minute), d.IntN(4)
	switch d.IntN(20) {
	case 0:
		t.created = nil
	case 1:
		t.created = after(-time.Minute)
	case 2:
		t.provider = true
	case 3:
		t.protection = "somebody guards it"
	case 4:
		t.unread = []snapshot.Path{pick(d, []snapshot.Path{"Protection", snapshot.TagsPath, membersPath})}
	case 5, 6:
		t.tags = map[string]string{"keep": pick(d, []string{"yes", "no"})}
	}
	if t.kind == "t:guarded" && d.once(4) {
		t.guard = "termination protection"
	} else if t.kind == "t:guarded" && d.once(6) {
		t.guardErr = apiError("AccessDenied")
	}
	for range d.IntN(3) {
		t.refusals = append(t.refusals, apiError(pick(d, []string{"ThrottlingException", "VolumeInUse", "PartNotFound"})))
	}
	if faults && d.once(12) {
		t.refused = apiError(pick(d, []string{"AccessDenied", "DependencyViolation", "OperationNotPermitted", "ThrottlingException", "PartNotFound", "InternalError"}))
	}
	t.forever = faults && d.once(25)
	return t
}

// relate lets things name, use and own each other.
func (d dice) relate(old, added []*thing) {
	all := slices.Concat(old, added)
	for i, t := range added {
		for range d.IntN(3) {
			if target := pick(d, all); target != t {
				t.typed = append(t.typed, target.key())
			}
		}
		if target := pick(d, all); target != t && d.once(3) {
			t.scanned = append(t.scanned, target.key())
		}
		if user := pick(d, all); user != t && t.kind == "t:used" {
			t.usedBy = append(t.usedBy, user.key())
		}
		if i > 0 && d.once(5) {
			t.owner, t.survives = added[d.IntN(i)].key(), d.once(4)
		} else if len(old) > 0 && d.once(15) {
			t.owner = pick(d, old).key()
		}
	}
	for _, t := range old {
		switch d.IntN(25) {
		case 0:
			t.typed = append(t.typed, pick(d, added).key())
		case 1:
			t.scanned = append(t.scanned, pick(d, added).key())
		case 2:
			t.owner = pick(d, added).key()
		}
	}
}

func (d dice) filter(w *world) Filter {
	var f Filter
	if d.once(2) {
		f.ExcludeTags = map[string]string{"keep": pick(d, []string{"yes", "*"})}
	}
	if d.once(4) {
		f.Exclude = []string{w.things[pick(d, slices.Sorted(maps.Keys(w.things)))].id}
	}
	if d.once(10) {
		f.Kinds = []string{"t:plain", "t:owner", "t:linked"}
	}
	if d.once(15) {
		f.Regions = worldRegions[:1]
	}
	return f
}

// What disturb may do. While an apply runs it does it to what is planned, and nothing comes to name another thing: a
// run looks at nothing else any more.
const (
	sudden   = 8
	anything = 11
)

// disturb changes something that nobody asked for.
func (d dice) disturb(w *world, members map[string]bool, among []string, n, most int) {
	keys := slices.Sorted(maps.Keys(w.things))
	if len(among) == 0 {
		among = keys
	}
	if len(among) == 0 {
		return
	}
	t := w.things[pick(d, among)]
	if t == nil {
		return
	}
	other := pick(d, keys)
	switch d.IntN(most) {
	case 0:
		t.value += 10
	case 1:
		t.tags = map[string]string{"new": "tag"}
	case 2: // made anew
		if t.unique != "" {
			t.unique += "'"
		} else {
			t.created = after(time.Hour)
		}
	case 3:
		if !members[t.key()] {
			delete(w.things, t.key()) // by somebody else, and nothing else with it
		}
	case 4:
		t.protection = "guarded since"
	case 5:
		t.guard = "guarded since"
		if t.kind != "t:guarded" {
			t.guard = ""
		}
	case 6:
		w.coverage[t.scope()] = pick(d, []snapshot.State{snapshot.Denied, snapshot.Partial})
	case 7:
		w.disabled[worldRegions[1]] = d.once(2)
	case 8: // names something else, which changes its configuration
		if t.key() != other {
			t.scanned = append(t.scanned, other)
		}
	case 9:
		if t.key() != other {
			t.typed = append(t.typed, other)
		}
	case 10:
		fresh := d.thing("t:plain", 1000+n)
		fresh.created, fresh.scanned, fresh.owner = after(2*time.Hour), []string{other}, pick(d, []string{"", t.key()})
		w.add(fresh)
	}
}
