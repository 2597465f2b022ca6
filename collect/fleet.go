package collect

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"
	"golang.org/x/sync/errgroup"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Role is how the other accounts of a fleet are entered.
type Role struct {
	Name       string // of the role in each account, with its path if it has one
	ExternalID string
}

// DefaultRole is the role that AWS Organizations makes in the accounts that it creates.
const DefaultRole = "OrganizationAccountAccessRole"

// AccountRef names an account of a fleet; the name is its organisation's, if any.
type AccountRef struct{ ID, Name string }

// Fleet is several accounts that are captured into one snapshot. The session's own account is captured with the
// session's own credentials, the others with a role in each. Safe for concurrent use.
type Fleet struct {
	home    *Session
	role    Role
	members []AccountRef
	// Organization, if any, goes into the snapshots.
	Organization *snapshot.Organization

	mutex   sync.Mutex
	entered map[string]*entry
	opened  []*Session // the home session not among them
}

// entry is an account that was entered, or could not be.
type entry struct {
	once    sync.Once
	session *Session
	err     error
}

// NewFleet makes a fleet. Nothing is called until it is captured.
func NewFleet(home *Session, role Role, members []AccountRef) *Fleet {
	if role.Name == "" {
		role.Name = DefaultRole
	}
	return &Fleet{home: home, role: role, members: members, entered: make(map[string]*entry)}
}

// accountsAtOnce bounds the accounts under way. Calls under way are bounded for each account by itself, so that one
// which stalls holds up no other.
const accountsAtOnce = 128

// accountShare is the number of calls under way in an account of a fleet.
const accountShare = 64

// Capture captures all accounts, or those that have one of the request's scopes, and joins what it saw. An account that
// can't be entered is in the coverage. An error means that nothing could be tried, or that the context ended.
func (f *Fleet) Capture(ctx context.Context, request Request) (*snapshot.Snapshot, error) {
	if len(f.members) == 0 { // a shard into which no account falls
		empty := f.part(request)
		empty.Organization, empty.Metadata.CallerARN = f.Organization, f.home.CallerARN
		return empty, nil
	}
	members := f.wanted(request.Scopes)
	parts, refused := make([]*snapshot.Snapshot, len(members)), make([]error, len(members))
	tally := &tally{onEvent: request.OnEvent}
	var group errgroup.Group
	group.SetLimit(accountsAtOnce)
	for i, member := range members {
		group.Go(func() error {
			mine := request
			mine.OnEvent = tally.of(i)
			session, err := f.enter(ctx, member.ID)
			if err == nil {
				parts[i], err = Capture(ctx, session, mine)
			}
			refused[i] = err
			return nil
		})
	}
	_ = group.Wait() // errors are told apart below
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	regions, err := f.presumed(ctx, parts, request)
	if err != nil {
		return nil, err
	}
	for i, member := range members {
		if refused[i] != nil {
			parts[i] = f.closed(ctx, member, refused[i], regions, request)
		}
		parts[i].Accounts[0].Name = member.Name
	}
	if len(parts) == 0 {
		return nil, errors.New("there are no accounts to capture")
	}
	joined, err := snapshot.Join(parts...)
	if err != nil {
		return nil, err
	}
	joined.Organization = f.Organization
	joined.Metadata.CallerARN = f.home.CallerARN
	return joined, nil
}

// wanted are the members that have one of the scopes; nil scopes are all.
func (f *Fleet) wanted(scopes map[string]bool) []AccountRef {
	if scopes == nil {
		return f.members
	}
	in := make(map[string]bool)
	for scope := range scopes {
		account, _, _ := snapshot.SplitScope(scope)
		in[account] = true
	}
	var members []AccountRef
	for _, member := range f.members {
		if in[member.ID] {
			members = append(members, member)
		}
	}
	return members
}

// enter opens an account once.
func (f *Fleet) enter(ctx context.Context, accountID string) (*Session, error) {
	f.mutex.Lock()
	e := f.entered[accountID]
	if e == nil {
		e = new(entry)
		f.entered[accountID] = e
	}
	f.mutex.Unlock()
	e.once.Do(func() {
		if accountID == f.home.AccountID {
			e.session = f.home
			return
		}
		if e.session, e.err = f.home.Enter(ctx, accountID, f.role); e.err == nil {
			f.mutex.Lock()
			defer f.mutex.Unlock()
			f.opened = append(f.opened, e.session)
		}
	})
	return e.session, e.err
}

// Enter assumes a role in another account: a session of its own, whose calls are limited by themselves. The error is
// STS's.
func (s *Session) Enter(ctx context.Context, accountID string, role Role) (*Session, error) {
	in := &Session{AccountID: accountID, Partition: s.Partition, Start: s.Start, Emulated: s.Emulated}
	in.traffic = newTraffic(accountShare, func() string { return accountID })
	in.traffic.roles, in.traffic.emulated = s.traffic.roles, s.traffic.emulated
	arn := fmt.Sprintf("arn:%s:iam::%s:role/%s", s.Partition, accountID, strings.TrimPrefix(role.Name, "/"))
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(s.Config), arn, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = "aws-baseline"
		if role.ExternalID != "" {
			o.ExternalID = aws.String(role.ExternalID)
		}
	})
	in.Config = s.Config.Copy()
	in.Config.Credentials = aws.NewCredentialsCache(provider)
	in.Config.APIOptions = []func(*middleware.Stack) error{awsmiddleware.AddUserAgentKeyValue("aws-baseline", Version), in.traffic.attach}
	got, err := in.Config.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	if got.AccountID != "" && got.AccountID != accountID { // a broker in between
		return nil, fmt.Errorf("%w: asked for account %s, and STS gave credentials of %s", errOtherAccount, accountID, got.AccountID)
	}
	name := role.Name[strings.LastIndex(role.Name, "/")+1:]
	in.CallerARN = fmt.Sprintf("arn:%s:sts::%s:assumed-role/%s/aws-baseline", s.Partition, accountID, name)
	return in, nil
}

// presumed are the regions of accounts that could not be entered: those of one that could, or of the session's.
func (f *Fleet) presumed(ctx context.Context, parts []*snapshot.Snapshot, request Request) ([]snapshot.Region, error) {
	missing := false
	var regions []snapshot.Region
	for _, part := range parts {
		if part == nil {
			missing = true
		} else if regions == nil {
			regions = part.Accounts[0].Regions
		}
	}
	if !missing || regions != nil {
		return regions, nil
	}
	regions, _, err := f.home.Regions(ctx, request.Regions, request.Lenient)
	return regions, err
}

// closed is the part of an account that could not be entered: no resources, and a word for every scope.
func (f *Fleet) closed(ctx context.Context, member AccountRef, err error, regions []snapshot.Region, request Request) *snapshot.Snapshot {
	account := snapshot.Account{AccountID: member.ID, AllRegions: len(request.Regions) == 0, Regions: regions}
	part := f.part(request)
	part.Accounts = []snapshot.Account{account}
	outside := &Session{AccountID: member.ID, Partition: f.home.Partition}
	for _, scope := range newRun(request.MaskKey).plan(ctx, outside, request, regions) {
		part.Coverage = append(part.Coverage, snapshot.Coverage{
			Scope: scope.Key(), AccountID: member.ID, Region: scope.Region, Kind: scope.Kind.Name, State: stateOf(err),
			Operation: Operation(err), Code: Code(err), Message: "the account could not be entered: " + Message(err), SCP: BySCP(err),
		})
	}
	return part
}

// part is a snapshot that saw nothing.
func (f *Fleet) part(request Request) *snapshot.Snapshot {
	return &snapshot.Snapshot{
		Cutoff: f.home.Start, MaskKeyID: request.MaskKey.ID,
		Metadata: snapshot.Metadata{CreatedAt: f.home.Start, Partition: f.home.Partition, Tool: Version, SDK: aws.SDKVersion},
	}
}

// Counts are the calls made in all accounts.
func (f *Fleet) Counts() Counts {
	total := Counts{Operations: make(map[string]int64)}
	for _, session := range f.sessions() {
		counts := session.Counts()
		total.Calls, total.Throttles, total.Failures = total.Calls+counts.Calls, total.Throttles+counts.Throttles, total.Failures+counts.Failures
		for name, n := range counts.Operations {
			total.Operations[name] += n
		}
	}
	return total
}

// Expired reports whether the credentials expired during the run.
func (f *Fleet) Expired() bool {
	for _, session := range f.sessions() {
		if session.Expired() {
			return true
		}
	}
	return false
}

func (f *Fleet) sessions() []*Session {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return append([]*Session{f.home}, f.opened...)
}

// tally adds up the events of captures under way.
type tally struct {
	onEvent func(Event)
	mutex   sync.Mutex
	last    map[int]Event
}

// of is what one capture tells.
func (t *tally) of(part int) func(Event) {
	if t.onEvent == nil {
		return nil
	}
	return func(e Event) {
		t.mutex.Lock()
		defer t.mutex.Unlock()
		if t.last == nil {
			t.last = make(map[int]Event)
		}
		t.last[part] = e
		sum := Event{Scope: e.Scope}
		for _, one := range t.last {
			sum.Done, sum.Total, sum.Calls = sum.Done+one.Done, sum.Total+one.Total, sum.Calls+one.Calls
		}
		t.onEvent(sum)
	}
}
