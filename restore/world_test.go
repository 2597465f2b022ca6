package restore

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/smithy-go"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

const accountID = "123456789012"

// cutoff is when the baselines of these tests were captured.
var cutoff = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// world is an account in memory, which behaves as AWS does: it refuses to delete what others name, deletions take
// effect some looks later, and what owns others takes them along.
type world struct {
	mutex    sync.Mutex
	things   map[string]*thing
	kinds    []*collect.Kind
	coverage map[string]snapshot.State // scopes that can't be seen wholly now
	disabled map[string]bool           // regions that AWS does not list
	captures int
	calls    []call
	watch    func(call)       // is told of every call before it takes effect
	capture  func(time int)   // is told of every capture before it is made
	err      func(call) error // makes a call fail before (or after) it takes effect
}

// thing is a resource and how AWS behaves about it.
type thing struct {
	kind, id, region string
	unique           string
	value            int // what somebody set
	tags             map[string]string
	created          *time.Time
	typed, scanned   []string // keys that it names; what uses it, where its kind has UsedBy
	usedBy           []string
	owner            string
	attached         bool // its configuration shows who names it
	survives         bool // its owner does not take it along
	provider         bool
	protection       string
	guard            string // what Protect answers
	guardErr         error
	unread           []snapshot.Path

	refusals []error // answers of the next deletions
	refused  error   // answer of every deletion
	linger   int     // looks until it is gone
	forever  bool    // it never goes, though AWS accepts
	dying    bool
}

// call is a call that changes something.
type call struct {
	do   Do
	key  string
	ref  string // key of what an unlink undoes
	self *thing
}

func (t *thing) key() string {
	return snapshot.ResourceKey(accountID, t.region, t.kind, t.id)
}

func (t *thing) scope() string { return snapshot.ScopeKey(accountID, t.region, t.kind) }

var worldRegions = []string{"eu-west-1", "us-east-1"}

func apiError(code string) error {
	return &smithy.GenericAPIError{Code: code, Message: code}
}

// newWorld is an empty account with kinds of every sort.
func newWorld() *world {
	w := &world{
		things: make(map[string]*thing), coverage: make(map[string]snapshot.State), disabled: make(map[string]bool),
	}
	for _, name := range []string{"t:plain", "t:owner", "t:linked", "t:late", "t:guarded", "t:fixed", "t:used", "iam:user", "iam:role", "iam:policy", "iam:instance-profile"} {
		kind := &collect.Kind{Name: name, Global: strings.HasPrefix(name, "iam:"), Late: name == "t:late", Delete: w.delete}
		kind.Protected = map[collect.Path]string{"Protection": "true"}
		switch name {
		case "t:linked":
			kind.Unlink = w.unlink
		case "t:guarded":
			kind.Protect = w.protect
		case "t:fixed":
			kind.Delete, kind.NoDelete = nil, "goes with its owner"
		case "t:used":
			kind.UsedBy = []collect.Path{"UsedBy[]"}
		}
		w.kinds = append(w.kinds, kind)
	}
	return w
}

func (w *world) add(things ...*thing) {
	for _, t := range things {
		if t.region == "" {
			t.region = worldRegions[0]
			if strings.HasPrefix(t.kind, "iam:") {
				t.region = snapshot.Global
			}
		}
		w.things[t.key()] = t
	}
}

func after(d time.Duration) *time.Time {
	at := cutoff.Add(d)
	return &at
}

// namers are the keys of what names a thing.
func (w *world) namers(key string, of func(*thing) []string) []string {
	var names []string
	for other, t := range w.things {
		if slices.Contains(of(t), key) {
			names = append(names, other)
		}
	}
	slices.Sort(names)
	return names
}

func typedOf(t *thing) []string   { return t.typed }
func scannedOf(t *thing) []string { return t.scanned }

// resource is a thing as a capture stores it.
func (w *world) resource(t *thing) snapshot.Resource {
	r := snapshot.Resource{
		Key: t.key(), Scope: t.scope(), Kind: t.kind, ID: t.id, UniqueID: t.unique, AccountID: accountID, Region: t.region,
		CreatedAt: t.created, Tags: maps.Clone(t.tags), Protection: t.protection,
	}
	tree := map[string]any{"Value": fmt.Sprint(t.value)}
	if t.attached {
		tree["NamedBy"] = fmt.Sprint(slices.DeleteFunc(w.namers(t.key(), typedOf), func(namer string) bool { return w.things[namer].provider }))
	}
	refer := func(path snapshot.Path, keys []string, scanned bool) {
		for _, key := range keys {
			ref := snapshot.Reference{Path: path, ID: key[strings.LastIndex(key, "/")+1:], Scanned: scanned}
			if w.things[key] != nil {
				ref.Key = key
			}
			if ref.Key != "" || !scanned {
				r.References = append(r.References, ref)
			}
		}
		tree[string(path)] = fmt.Sprint(keys)
	}
	refer("Typed[]", t.typed, false)
	refer("Scanned[]", t.scanned, true)
	refer("UsedBy[]", t.usedBy, true)
	if owner := w.things[t.owner]; owner != nil {
		r.Owner = &snapshot.Owner{Kind: owner.kind, ID: owner.id, Key: t.owner}
		if w.hidden(owner) {
			r.Owner.Key = ""
		}
		r.Mark(snapshot.MarkOwned)
	}
	if t.provider {
		r.Mark(snapshot.MarkProvider)
	}
	if t.created == nil {
		r.Mark(snapshot.MarkUndated)
	}
	if t.protection != "" {
		r.Mark(snapshot.MarkProtected)
	}
	for _, path := range t.unread {
		r.Unknown = append(r.Unknown, snapshot.Unknown{Path: path, Code: "AccessDenied"})
	}
	r.Configuration = snapshot.Canonical(tree)
	r.ConfigurationHash = snapshot.Hash(r.Configuration)
	return r
}

// look is a capture of some scopes, or of all.
func (w *world) look(scopes map[string]bool) *snapshot.Snapshot {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	s := &snapshot.Snapshot{
		Document: snapshot.Document, SchemaVersion: 1, Cutoff: cutoff, KnownPaths: map[string][]snapshot.Path{},
		Accounts: []snapshot.Account{{AccountID: accountID, AllRegions: true}},
	}
	for _, region := range worldRegions {
		listed := snapshot.Region{Name: region, OptIn: "opted-in", Captured: !w.disabled[region]}
		if w.disabled[region] {
			listed.OptIn = "not-opted-in"
		}
		s.Accounts[0].Regions = append(s.Accounts[0].Regions, listed)
	}
	for _, kind := range w.kinds {
		regions := worldRegions
		if kind.Global {
			regions = []string{snapshot.Global}
		}
		for _, region := range regions {
			scope := snapshot.ScopeKey(accountID, region, kind.Name)
			if scopes != nil && !scopes[scope] || w.disabled[region] {
				continue
			}
			state := w.coverage[scope]
			if state == "" {
				state = snapshot.Complete
			}
			s.Coverage = append(s.Coverage, snapshot.Coverage{Scope: scope, AccountID: accountID, Region: region, Kind: kind.Name, State: state})
			for _, key := range slices.Sorted(maps.Keys(w.things)) {
				t := w.things[key]
				if t.scope() != scope || w.hidden(t) {
					continue
				}
				s.Resources = append(s.Resources, w.resource(t))
			}
		}
	}
	s.Sort()
	return s
}

// hidden reports whether a capture of now would not show a thing.
func (w *world) hidden(t *thing) bool {
	state := w.coverage[t.scope()]
	return w.disabled[t.region] || state == snapshot.Denied || state == snapshot.Partial && len(t.id)%2 == 0
}

// age lets what is dying come nearer to its end.
func (w *world) age() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for key, t := range w.things {
		if !t.dying || t.forever {
			continue
		}
		if t.linger--; t.linger < 0 {
			w.remove(key)
		}
	}
}

func (w *world) remove(key string) {
	if w.things[key] == nil {
		return
	}
	delete(w.things, key)
	for child, t := range w.things {
		switch {
		case t.owner == key && !t.survives:
			w.remove(child)
		case t.provider && slices.Contains(t.typed, key):
			delete(w.things, child) // what AWS made along with a thing goes with it, as a network's default group does
		}
	}
}

// account is the world as a restore meets it.
func (w *world) account() Account {
	return Account{
		Session: &collect.Session{AccountID: accountID, CallerARN: "arn:aws:iam::" + accountID + ":user/me", Partition: "aws"}, Kinds: w.kinds,
		Capture: func(ctx context.Context, scopes map[string]bool) (*snapshot.Snapshot, error) {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			w.captures++
			if w.capture != nil {
				w.capture(w.captures)
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			w.age()
			return w.look(scopes), nil
		},
	}
}

// baseline is the world of now as a baseline.
func (w *world) baseline(t testing.TB) *snapshot.Snapshot {
	t.Helper()
	s := w.look(nil)
	s.Name = "base"
	if err := snapshot.Write(io.Discard, s, snapshot.JSON); err != nil {
		t.Fatal(err)
	}
	return s
}

// unsynced is a journal's file without the wait for the disk.
type unsynced struct{ *os.File }

func (unsynced) Sync() error { return nil }

func createUnsynced(path string) (journalFile, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	return unsynced{file}, err
}

// nap passes fake time: tests that wait run in a bubble of synctest.
func nap(ctx context.Context, _ int) error {
	time.Sleep(time.Minute)
	return ctx.Err()
}
