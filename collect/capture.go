package collect

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/sync/errgroup"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Request says what a capture looks at.
type Request struct {
	Kinds []*Kind
	// Regions to capture; without any, every enabled region. Global kinds are always captured.
	Regions []string
	// Lenient leaves out regions that AWS no longer lists as enabled, instead of refusing: what a baseline had there
	// is not captured then, and a comparison says so.
	Lenient bool
	// Scopes, where it is not nil, narrows the capture to scopes by key: to look once more at some of them.
	Scopes map[string]bool
	// Census asks the Tagging API and Resource Explorer what else there is, see [snapshot.Census].
	Census bool
	// DirectTags asks each resource for its tags, where the Tagging API would tell them in fewer calls and some seconds
	// late: for captures that decide by tags, and second looks.
	DirectTags bool
	// MaskKey masks secrets.
	MaskKey MaskKey
	// OnEvent, if any, is told of every scope that ended. It is called by one goroutine at a time.
	OnEvent func(Event)
}

// Event tells a progress display how far a capture is.
type Event struct {
	Scope       snapshot.Coverage // the scope that ended; empty in the first event
	Done, Total int
	Calls       int64
}

// scopesAtOnce bounds the scopes under way; calls are bounded by the session.
const scopesAtOnce = 256

// Capture looks at every scope of the request and returns what it saw, complete or not: what became of each scope is in
// the coverage. The result is unnamed and unfiltered. An error means that nothing could be tried: the regions are
// unknown, or the context ended.
func Capture(ctx context.Context, session *Session, request Request) (*snapshot.Snapshot, error) {
	started := time.Now()
	before := session.Counts()
	regions, cutoff, err := session.Regions(ctx, request.Regions, request.Lenient)
	if err != nil {
		return nil, err
	}
	r := newRun(request.MaskKey)
	r.started, r.directTags = cutoff, request.DirectTags || request.Scopes != nil
	if len(request.Regions) > 0 {
		r.within = request.Regions
	}
	for _, kind := range request.Kinds {
		if kind.Tagging != "" && !slices.Contains(r.tagTypes, kind.Tagging) {
			r.tagTypes = append(r.tagTypes, kind.Tagging)
		}
	}
	scopes := r.plan(ctx, session, request, regions)
	r.work(ctx, session, scopes, request.OnEvent)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.shared = make(map[string]*sharedCall) // the lists that kinds share are done with
	s := &snapshot.Snapshot{
		Document: snapshot.Document, SchemaVersion: snapshot.SchemaVersion, Cutoff: cutoff, MaskKeyID: request.MaskKey.ID,
		Accounts:   []snapshot.Account{{AccountID: session.AccountID, AllRegions: len(request.Regions) == 0, Regions: regions}},
		KnownPaths: r.knownPaths(),
		Coverage:   []snapshot.Coverage{}, Stubs: []snapshot.Stub{}, Resources: []snapshot.Resource{},
	}
	assemble(s, scopes, request.Kinds)
	if request.Census {
		s.Census = r.takeCensus(ctx, session, s, request.Kinds)
	}
	after := session.Counts()
	s.Metadata.CreatedAt = cutoff.Add(time.Since(started).Truncate(time.Second))
	s.Metadata.CallerARN, s.Metadata.Partition, s.Metadata.Tool, s.Metadata.SDK = session.CallerARN, session.Partition, Version, aws.SDKVersion
	s.Metadata.APICalls, s.Metadata.Throttles = after.Calls-before.Calls, after.Throttles-before.Throttles
	return s, ctx.Err()
}

// plan makes the scopes: every kind in every region to capture, global kinds once.
func (r *run) plan(ctx context.Context, session *Session, request Request, regions []snapshot.Region) []*Scope {
	var scopes []*Scope
	add := func(kind *Kind, region string) {
		scope := r.scope(ctx, session, kind, region)
		if request.Scopes == nil || request.Scopes[scope.Key()] {
			scopes = append(scopes, scope)
		}
	}
	for _, kind := range request.Kinds {
		if kind.Global {
			add(kind, snapshot.Global)
			continue
		}
		for _, region := range regions {
			if region.Captured {
				add(kind, region.Name)
			}
		}
	}
	return scopes
}

func (r *run) scope(ctx context.Context, session *Session, kind *Kind, region string) *Scope {
	cfg := session.Config.Copy()
	cfg.Region = region
	if region == snapshot.Global {
		cfg.Region = home(session.Partition)
	}
	return &Scope{
		Context: ctx, Config: cfg, Kind: kind, AccountID: session.AccountID, Region: region, Partition: session.Partition,
		Emulated: session.Emulated, run: r, key: snapshot.ScopeKey(session.AccountID, region, kind.Name),
	}
}

// Scope is a place in which a kind's Protect, Unlink and Delete run.
func (s *Session) Scope(ctx context.Context, kind *Kind, region string) *Scope {
	return new(run).scope(ctx, s, kind, region)
}

// work runs the scopes, several at once.
func (r *run) work(ctx context.Context, session *Session, scopes []*Scope, onEvent func(Event)) {
	var mutex sync.Mutex
	done := 0
	tell := func(coverage snapshot.Coverage, ended int) {
		if onEvent == nil {
			return
		}
		mutex.Lock()
		defer mutex.Unlock()
		done += ended
		onEvent(Event{Scope: coverage, Done: done, Total: len(scopes), Calls: session.Counts().Calls})
	}
	tell(snapshot.Coverage{}, 0)
	var group errgroup.Group
	group.SetLimit(scopesAtOnce)
	r.gates, scopes = newGates(scopes)
	r.expect(scopes)
	for _, scope := range scopes {
		group.Go(func() error {
			r.gates.enter(ctx, scope)
			scope.list()
			r.ended(scope)
			r.gates.leave(scope)
			tell(scope.coverage(), 1)
			return nil
		})
	}
	_ = group.Wait() // failures are in the coverage
}

// list runs the kind's List and asks for tags that come by the batch.
func (s *Scope) list() {
	s.Kind.List(s)
	bulk := s.Kind.BulkTags
	if bulk == nil {
		return
	}
	Batch(s, func(yield func(*Resource) bool) {
		for i := range s.resources {
			if !yield(&s.resources[i]) {
				return
			}
		}
	}, bulk.Size, func(resources []*Resource) {
		arns := make([]string, len(resources))
		for i, r := range resources {
			arns[i] = r.ARN
		}
		tags, err := bulk.Get(s, arns)
		for _, r := range resources {
			if err != nil {
				r.Unknown = append(r.Unknown, snapshot.Unknown{Path: snapshot.TagsPath, Code: Code(err), Message: Message(err)})
				continue
			}
			r.Tags = tags[r.ARN]
			if r.Name == "" {
				r.Name = r.Tags["Name"]
			}
		}
	})
}

// assemble joins the scopes' findings, resolves references and owners, and sorts.
func assemble(s *snapshot.Snapshot, scopes []*Scope, kinds []*Kind) {
	var members []memberOf
	addresses := make(map[string][]string)
	complete := make(map[string]bool)
	found := 0
	for _, scope := range scopes {
		found += len(scope.resources)
	}
	s.Resources = make([]snapshot.Resource, 0, found)
	for _, scope := range scopes {
		coverage := scope.coverage()
		s.Coverage = append(s.Coverage, coverage)
		complete[coverage.Scope] = coverage.State == snapshot.Complete
		s.Resources = append(s.Resources, scope.resources...)
		scope.resources, scope.index = nil, nil // a large account's are not kept twice
		members = append(members, scope.members...)
		maps.Copy(addresses, scope.addresses)
		s.Metadata.Repeated += scope.repeated
	}
	for i := range s.Resources {
		if s.Resources[i].CreatedAt == nil {
			s.Metadata.Undated++
		}
	}
	s.Sort()
	f := newFinder(kinds, s.Resources, addresses)
	f.own(members, func(account, region, kind string) bool {
		return complete[snapshot.ScopeKey(account, region, kind)] || complete[snapshot.ScopeKey(account, snapshot.Global, kind)]
	})
	f.link()
}
