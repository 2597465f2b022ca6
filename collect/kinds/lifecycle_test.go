package kinds

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
	"github.com/aws-baseline/aws-baseline/collect/testbed"
)

// life is the life of one resource of a kind on a server that speaks AWS's API: it is created, seen, seen again
// unchanged, deleted by the kind's Delete, and gone.
type life struct {
	kind string
	// create makes one resource of the kind, tagged with [teamTags] where the kind has tags, and whatever it needs.
	create func(e *estate) made
	// with are further kinds to capture: those whose resources it references or is owned by.
	with []string
	// refs are places in the configuration that must name resources which the capture saw.
	refs []collect.Path
	// check looks at what was captured; it may be nil.
	check func(t *testing.T, r *collect.Resource)

	undated  bool // AWS gives no creation date
	untagged bool // the kind has no tags, or the server can't set them
	keeps    bool // the kind has no Delete
	always   bool // every account has it: create changes it, and it is marked so
	// unknown are parts that the server can't answer for.
	unknown []collect.Path

	// unserved says why no server here can make such a resource. create then answers for AWS, in the form of AWS's
	// documented examples ([estate.answer]), and deletes is the operation that the kind's Delete must have called.
	unserved, deletes string

	// changes are what [TestChanges] does to it. fewer says why they are less than [wanted]: what AWS or the server can't
	// change. Of the lives of one kind one has them.
	changes []change
	fewer   string
}

// made is a resource as AWS named it when it was created. What create leaves empty must be empty in the capture, the
// unique id and the name excepted.
type made struct {
	ID, ARN, UniqueID string
	Region            string // of a global kind's resource, where it isn't "global"
}

const testRegion = "us-east-1"

// teamTags are the tags of what the tests create. Do not change the map.
var teamTags = map[string]string{"team": "blue", "cost centre": "7"}

// tagList is [teamTags] as a list of a service's tags.
func tagList[T any](tag func(key, value *string) T) []T {
	var list []T
	for key, value := range teamTags {
		list = append(list, tag(&key, &value))
	}
	return list
}

// estate is an account of its own on moto, with SDK clients' configuration for the tests and the tool's session.
type estate struct {
	testing.TB
	context.Context
	Config  aws.Config // for testRegion
	Account string
	Proxy   *testbed.FaultProxy
	session *collect.Session
}

// newEstate skips the test where there is no moto; see [testbed.Moto].
func newEstate(t *testing.T) *estate {
	t.Helper()
	proxy := testbed.Proxy(t, testbed.Moto(t).URL)
	for _, setting := range proxy.Environ(testRegion) {
		name, value, _ := strings.Cut(setting, "=")
		t.Setenv(name, value)
	}
	session, err := collect.Open(t.Context(), collect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return &estate{TB: t, Context: t.Context(), Config: proxy.Config(testRegion), Account: proxy.Account, Proxy: proxy, session: session}
}

// answer answers an operation in AWS's place, always alike: JSON, or XML.
func (e *estate) answer(service, operation, body string) {
	kind := "application/x-amz-json-1.1"
	if strings.HasPrefix(body, "<") {
		kind = "text/xml"
	}
	e.Proxy.Intercept(service, operation, func(*testbed.Call, func(*testbed.Call) *testbed.Answer) *testbed.Answer {
		return &testbed.Answer{Status: 200, Header: http.Header{"Content-Type": {kind}}, Body: []byte(body)}
	})
}

// must ends the test where a call of its own failed.
func must[Out any](out Out, err error) func(e *estate) Out {
	return func(e *estate) Out {
		e.Helper()
		if err != nil {
			e.Fatal(err)
		}
		return out
	}
}

// capture looks at some kinds in the test's region. Every scope must be complete.
func (e *estate) capture(names ...string) *snapshot.Snapshot {
	e.Helper()
	s, err := collect.Capture(e, e.session, collect.Request{
		Kinds: kindsNamed(e.TB, names...), Regions: []string{testRegion}, MaskKey: collect.NewMaskKey("the key of the lifecycle tests"),
	})
	if err != nil {
		e.Fatal(err)
	}
	for _, scope := range s.Coverage {
		if scope.State != snapshot.Complete {
			e.Fatalf("%s: %s", scope.Scope, scope.Why())
		}
	}
	return s
}

func kindsNamed(t testing.TB, names ...string) []*collect.Kind {
	t.Helper()
	found, err := collect.ByName(All(), names)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// of are a snapshot's resources of one kind, by key.
func of(s *snapshot.Snapshot, kind string) map[string]*snapshot.Resource {
	found := make(map[string]*snapshot.Resource)
	for i := range s.Resources {
		if s.Resources[i].Kind == kind {
			found[s.Resources[i].Key] = &s.Resources[i]
		}
	}
	return found
}

// lifecycle runs a life.
func lifecycle(t *testing.T, l life) {
	t.Helper()
	e := newEstate(t)
	kind := kindsNamed(t, l.kind)[0]
	names := append([]string{l.kind}, l.with...)

	var before map[string]*snapshot.Resource
	if l.unserved == "" && !l.always { // what no server has is there once create answers for it
		before = of(e.capture(names...), l.kind)
	}
	want := l.create(e)
	after := of(e.capture(names...), l.kind)
	r := l.newcomer(t, before, after)
	if t.Failed() {
		t.FailNow()
	}
	l.checkNames(t, r, want, e)
	l.checkParts(t, r)
	if l.check != nil {
		l.check(t, r)
	}

	again := of(e.capture(names...), l.kind)
	for key, r := range after {
		if second := again[key]; second == nil {
			t.Errorf("the second capture lacks %s", key)
		} else if second.ConfigurationHash != r.ConfigurationHash {
			t.Errorf("nothing changed, and the second capture of %s differs:\n%s\n%s", key, r.Configuration, second.Configuration)
		}
	}
	if len(again) != len(after) {
		t.Errorf("the second capture has %d resources, the first %d", len(again), len(after))
	}
	if l.keeps {
		return
	}

	region := r.Region
	if kind.Global {
		region = snapshot.Global
	}
	scope := e.session.Scope(e, kind, region)
	if err := kind.Delete(scope, r); err != nil {
		t.Fatalf("delete: %v", err)
	}
	if l.unserved != "" {
		if !slices.ContainsFunc(e.Proxy.Calls(), func(c testbed.Record) bool { return c.Operation == l.deletes }) {
			t.Errorf("its Delete did not call %q", l.deletes)
		}
		return
	}
	const captures = 5 // asynchronous deletions advance when they are looked at
	for n := 1; ; n++ {
		left := of(e.capture(names...), l.kind)
		if left[r.Key] == nil {
			for key := range before {
				if left[key] == nil {
					t.Errorf("%s went with %s", key, r.Key)
				}
			}
			break
		}
		if n == captures {
			t.Fatalf("%s is still there after %d captures: %s", r.Key, captures, left[r.Key].Status)
		}
	}
	if err := kind.Delete(scope, r); err != nil && collect.Classify(err) != collect.ClassNotFound {
		t.Errorf("deleting what is gone: got %v (class %s), want not found, or nothing", err, collect.Classify(err))
	}
}

// newcomer is the one resource that a capture has and an earlier one hasn't.
func (l life) newcomer(t *testing.T, before, after map[string]*snapshot.Resource) *snapshot.Resource {
	t.Helper()
	var found *snapshot.Resource
	for key, r := range after {
		switch {
		case before[key] != nil, r.Marked(snapshot.MarkProvider) != l.always: // AWS makes a zone's own records with it
		case found != nil:
			t.Errorf("captured both %s and %s, want one new resource", found.Key, key)
		default:
			found = r
		}
	}
	if found == nil {
		t.Errorf("captured no new %s among %d", l.kind, len(after))
	}
	return found
}

func (l life) checkNames(t *testing.T, r *collect.Resource, want made, e *estate) {
	t.Helper()
	if r.ID != want.ID {
		t.Errorf("id: got %q, want %q", r.ID, want.ID)
	}
	if r.ARN != want.ARN {
		t.Errorf("ARN: got %q, want %q", r.ARN, want.ARN)
	}
	if r.ARN != "" {
		if parsed, err := arn.Parse(r.ARN); err != nil {
			t.Errorf("ARN: %v", err)
		} else if parsed.AccountID != "" && parsed.AccountID != e.Account {
			t.Errorf("ARN: got account %s in %s, want %s", parsed.AccountID, r.ARN, e.Account)
		}
	}
	if want.UniqueID != "" && r.UniqueID != want.UniqueID {
		t.Errorf("unique id: got %q, want %q", r.UniqueID, want.UniqueID)
	}
	region := testRegion
	if kindsNamed(t, l.kind)[0].Global {
		region = snapshot.Global
	}
	if want.Region != "" {
		region = want.Region
	}
	if r.AccountID != e.Account || r.Region != region {
		t.Errorf("place: got %s/%s, want %s/%s", r.AccountID, r.Region, e.Account, region)
	}
}

func (l life) checkParts(t *testing.T, r *collect.Resource) {
	t.Helper()
	if undated := r.Marked(snapshot.MarkUndated); undated != l.undated {
		t.Errorf("creation date: got %v (undated %v), want undated %v", r.CreatedAt, undated, l.undated)
	}
	if !l.untagged {
		for key, value := range teamTags {
			if r.Tags[key] != value {
				t.Errorf("tag %q: got %q of %v, want %q", key, r.Tags[key], r.Tags, value)
			}
		}
	}
	for _, unknown := range r.Unknown {
		if !slices.Contains(l.unknown, unknown.Path) {
			t.Errorf("%s is unknown: %s: %s", unknown.Path, unknown.Code, unknown.Message)
		}
	}
	for _, path := range l.refs {
		named := slices.IndexFunc(r.References, func(ref snapshot.Reference) bool { return ref.Path == path && !ref.Scanned })
		switch {
		case named < 0:
			t.Errorf("%s references nothing, in %s", path, r.Configuration)
		case r.References[named].Key == "":
			t.Errorf("%s references %q, which was not found among the captured", path, r.References[named].ID)
		}
	}
}

// wantConfiguration checks every value at a path; there must be one.
func wantConfiguration(t *testing.T, r *collect.Resource, path collect.Path, want string) {
	t.Helper()
	tree, err := snapshot.Tree(r.Configuration)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	path.Find(tree, func(value any) {
		found++
		if got := fmt.Sprint(value); got != want {
			t.Errorf("configuration, %s: got %s, want %s", path, got, want)
		}
	})
	if found == 0 {
		t.Errorf("configuration: no %s in %s", path, r.Configuration)
	}
}

// wantStatus checks what a path of [collect.Kind.Status] was.
func wantStatus(t *testing.T, r *collect.Resource, path collect.Path, want string) {
	t.Helper()
	status := make(map[collect.Path]any)
	if err := json.Unmarshal(r.Status, &status); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(status[path]); got != want {
		t.Errorf("status, %s: got %s, want %s, in %s", path, got, want, r.Status)
	}
}
