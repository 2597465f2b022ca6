package diff

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
)

// mostActors is how many actors a change keeps.
const mostActors = 3

// suspects are the changes of one account and region, and the events that may have made them. Events are added one at a
// time and not kept, but for what fits.
type suspects struct {
	words   vocabulary
	byName  map[string][]*suspect
	all     []*suspect
	seen    map[string]bool           // event ids that fit something
	service map[string]*serviceEvents // by event source
	gather  time.Time                 // since when all events are wanted; zero for those that name changes
}

// suspect is a change and what may have made it.
type suspect struct {
	change   *Change
	from, to time.Time // to is zero for no end
	service  string
	found    []Actor // the best fits, unordered
	more     bool    // there were others
	known    bool    // everything that could name it was read
}

// serviceEvents counts the write events of a service, for those who look for the only one.
type serviceEvents struct {
	count int
	last  Event
	used  bool // it named a change
}

func newSuspects(w vocabulary) *suspects {
	return &suspects{words: w, byName: make(map[string][]*suspect), seen: make(map[string]bool), service: make(map[string]*serviceEvents)}
}

// add takes a change, and the time in which it was made.
func (s *suspects) add(change *Change, from, to time.Time) *suspect {
	service, _, _ := strings.Cut(change.Kind, ":")
	one := &suspect{change: change, from: from, to: to, service: service}
	s.all = append(s.all, one)
	for _, name := range one.names() {
		s.byName[name] = append(s.byName[name], one)
	}
	return one
}

// split tells changes since the baseline from what is older than it.
func (s *suspects) split() (current, missed []*suspect) {
	for _, one := range s.all {
		if one.change.Change == Missed {
			missed = append(missed, one)
		} else {
			current = append(current, one)
		}
	}
	return current, missed
}

// names are all the ways in which an event may name a resource.
func (s *suspect) names() []string {
	c := s.change
	names := []string{c.ARN, c.ID, c.Name}
	if r := resourceOf(*c); r != nil {
		names = append(names, r.UniqueID)
	}
	if c.Baseline != nil {
		names = append(names, c.Baseline.UniqueID)
	}
	if strings.HasPrefix(c.ID, "/hostedzone/") {
		names = append(names, strings.TrimPrefix(c.ID, "/hostedzone/"))
	}
	if c.Kind == "logs:log-group" && c.ARN != "" { // CloudTrail ends it with ":*"
		names = append(names, strings.TrimSuffix(c.ARN, ":*")+":*")
	}
	slices.Sort(names)
	return slices.DeleteFunc(slices.Compact(names), func(name string) bool { return name == "" })
}

// ownID is how ids look that AWS makes up and gives to nothing else ("sg-0123456789abcdef0", "AROA…").
var ownID = regexp.MustCompile(`^([a-z]+-[0-9a-f]{8,}|(A[A-Z]{3}|ASCA|APKA)[A-Z0-9]{12,})$`)

// names reports whether a naming means a resource, where its text is one of the resource's names: an ARN or an id of
// AWS's does anywhere, other names only in events of their service and under fields that can hold them.
func (s *suspects) means(n Naming, source string, one *suspect) bool {
	if n.Value == one.change.ARN || strings.HasPrefix(n.Value, "arn:") || ownID.MatchString(n.Value) {
		return true
	}
	return sourceFits(one.service, source) && s.words.speaksOf(n.Key, one.change.Kind)
}

// read takes an event into account.
func (s *suspects) read(e Event) {
	source, name, _ := strings.Cut(e.Event, ":")
	if s.service[source] == nil {
		s.service[source] = new(serviceEvents)
	}
	of := s.service[source]
	if of.count == 0 || of.last.EventID != e.EventID {
		of.count, of.last = of.count+1, e
	}
	hit := make(map[*suspect]bool) // → named in the answer
	for _, n := range e.Names {
		for _, one := range s.byName[n.Value] {
			if s.means(n, source, one) && !e.Time.Before(one.from) && (one.to.IsZero() || !e.Time.After(one.to)) {
				hit[one] = hit[one] || n.Made
			}
		}
	}
	if len(hit) == 0 || (e.EventID != "" && s.seen[e.EventID]) {
		return
	}
	s.seen[e.EventID], of.used = true, true
	for one, made := range hit {
		actor := e.Actor
		actor.Confidence = ByResource
		action := s.words.action(one.service, name)
		if action.fits(one.change.Change, one.change.Kind, made) {
			actor.Confidence = ByResourceAndAction
		}
		actor.made = action.makesOne(one.change.Kind, made)
		one.keep(actor)
	}
}

// mostFound bounds what is kept of one change; what a filter by actor has to know is among it.
const mostFound = 50

// keep files an actor. One who did the same before counts once, at the last time.
func (s *suspect) keep(a Actor) {
	same := func(b Actor) bool {
		return a.Principal == b.Principal && a.Session == b.Session && a.Event == b.Event && a.Confidence == b.Confidence
	}
	if at := slices.IndexFunc(s.found, same); at >= 0 {
		if a.Time.After(s.found[at].Time) {
			s.found[at] = a
		}
		return
	}
	s.found = append(s.found, a)
	if len(s.found) > mostFound {
		slices.SortFunc(s.found, better)
		s.found, s.more = s.found[:mostFound], true
	}
}

// better orders actors: the surest first, and of these the latest.
func better(a, b Actor) int {
	sure := []Confidence{ByResourceAndAction, ByResource, ByWindow}
	return cmp.Or(cmp.Compare(slices.Index(sure, a.Confidence), slices.Index(sure, b.Confidence)), b.Time.Compare(a.Time),
		strings.Compare(a.EventID, b.EventID), strings.Compare(a.Event, b.Event))
}

// settle gives every change its actors: those of the surest kind, the latest first. complete says that every write event
// of the time was read, so that the only one of a service can be told to be it.
func (s *suspects) settle(complete bool) {
	for _, one := range s.all {
		if len(one.found) == 0 && complete {
			one.onlyOne(s)
		}
		slices.SortFunc(one.found, better)
		sure := len(one.found)
		for i, actor := range one.found {
			if actor.Confidence != one.found[0].Confidence {
				sure = i
				break
			}
		}
		if one.change.Change == Added || one.change.Change == Replaced { // whoever made it is among the first
			keepMaker(one.found[:sure])
		}
		one.change.Actors = slices.Clone(one.found[:min(sure, mostActors)])
		one.change.earlier = one.found[len(one.change.Actors):sure]
		one.change.others, one.change.more = one.found[len(one.change.Actors)+len(one.change.earlier):], one.more
		one.change.Unattributed = len(one.found) == 0 && one.known
	}
}

// keepMaker puts the latest who made a thing in the last place that is shown, where others changed it that often since.
func keepMaker(sure []Actor) {
	at := slices.IndexFunc(sure, func(a Actor) bool { return a.made })
	if at < mostActors {
		return
	}
	maker := sure[at]
	copy(sure[mostActors:at+1], sure[mostActors-1:at])
	sure[mostActors-1] = maker
}

// onlyOne files the only write event of a service, if it fits nothing else and its action is not the opposite.
func (s *suspect) onlyOne(all *suspects) {
	for source, of := range all.service {
		if !sourceFits(s.service, source) || of.count != 1 || of.used || of.last.Time.Before(s.from) || (!s.to.IsZero() && of.last.Time.After(s.to)) {
			continue
		}
		_, name, _ := strings.Cut(of.last.Event, ":")
		action := all.words.action(s.service, name)
		class := s.change.Change
		if (class == Removed && action.makes()) || (class != Removed && class != Modified && action.removes()) ||
			(len(action.subjects) > 0 && !slices.Contains(action.subjects, s.change.Kind)) {
			continue
		}
		actor := of.last.Actor
		actor.Confidence = ByWindow
		s.found = append(s.found, actor)
		return
	}
}
