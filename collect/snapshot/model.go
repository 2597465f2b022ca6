package snapshot

import (
	"slices"
	"strings"
	"time"
)

// SchemaVersion is the version of the documents that this program writes. It reads this version and older ones.
const SchemaVersion = 1

// Document is what the document field of a snapshot says.
const Document = "snapshot"

// Snapshot is the result of one capture. It is immutable: nothing changes one after it was saved, save its name.
// Times are UTC. Resources and stubs are sorted by key, coverage by scope.
type Snapshot struct {
	Document      string            `json:"document"`
	SchemaVersion int               `json:"schemaVersion"`
	Name          string            `json:"name"`
	Digest        string            `json:"digest"`
	Cutoff        time.Time         `json:"cutoff"`
	Selectors     Selectors         `json:"selectors"`
	Organization  *Organization     `json:"organization,omitempty"`
	Accounts      []Account         `json:"accounts"`
	Metadata      Metadata          `json:"metadata"`
	MaskKeyID     string            `json:"maskKeyId"`
	KnownPaths    map[string][]Path `json:"knownPaths"`
	Coverage      []Coverage        `json:"coverage"`
	Census        *Census           `json:"census,omitempty"`
	Stubs         []Stub            `json:"stubs"`
	Resources     []Resource        `json:"resources"`

	// Edited is set by reading: the document's content is not what its digest says.
	Edited bool `json:"-"`
	// Lapsed is set by [Snapshot.InForce]: the approved changes that it undid, by key.
	Lapsed []Lapsed `json:"-"`
}

// Organization says that the accounts are those of an AWS organisation.
type Organization struct {
	ID string `json:"id"` // o-…
	// AllAccounts says that no account was named: all active ones were captured, a later comparison covers those that
	// joined since, and an account that the snapshot does not have counts as complete and empty.
	AllAccounts bool `json:"allAccounts"`
	// Shard is the part of the accounts that this snapshot has, as "2/4", until all parts are merged.
	Shard string `json:"shard,omitempty"`
}

// Account is an account that a capture covered, with the regions as AWS listed them.
type Account struct {
	AccountID string `json:"accountId"`
	Name      string `json:"name,omitempty"` // in its organisation
	// Cutoff is the account's own cut-off, where it was captured apart from others; nil is the snapshot's.
	Cutoff *time.Time `json:"cutoff,omitempty"`
	// AllRegions says that no region was named: every enabled region was captured, and a later comparison covers
	// those that were enabled since.
	AllRegions bool     `json:"allRegions"`
	Regions    []Region `json:"regions"`
}

// Region is a region as AWS listed it at capture. One that was not captured was not opted in or not asked for.
type Region struct {
	Name string `json:"name"`
	// OptIn is AWS's spelling: opt-in-not-required, opted-in or not-opted-in; empty where nobody asked AWS.
	OptIn    string `json:"optInStatus,omitempty"`
	Captured bool   `json:"captured"`
}

// Metadata says who made a snapshot, with what, and what they wrote on it.
type Metadata struct {
	CreatedAt   time.Time         `json:"createdAt"`
	CallerARN   string            `json:"callerArn"`
	Partition   string            `json:"partition"`
	Tool        string            `json:"toolVersion"`
	SDK         string            `json:"sdkVersion"`
	CommandLine []string          `json:"commandLine,omitempty"`
	APICalls    int64             `json:"apiCalls"`
	Throttles   int64             `json:"throttles"`
	Undated     int               `json:"undated"`
	Repeated    int               `json:"repeatedRows,omitempty"`
	User        map[string]string `json:"user,omitempty"`
	Approvals   []Approval        `json:"approvals,omitempty"` // the oldest first
	Seals       []Seal            `json:"seals,omitempty"`     // the oldest first
}

// Selectors choose which of the things seen are members of the snapshot; the others leave a stub. Scope filters
// (accounts, regions, kinds) are not selectors: they are in the coverage.
type Selectors struct {
	After  *time.Time        `json:"afterDate,omitempty"`  // created at or after
	Before *time.Time        `json:"beforeDate,omitempty"` // created before
	Tags   map[string]string `json:"tags,omitempty"`       // all of them; the value "*" means any
}

// Empty reports whether everything is selected.
func (s Selectors) Empty() bool { return s.After == nil && s.Before == nil && len(s.Tags) == 0 }

// State is what became of a scope.
type State string

// The states of a scope.
const (
	Complete    State = "complete"
	Denied      State = "denied"
	Unavailable State = "unavailable" // no such service in that region
	Failed      State = "failed"
	Partial     State = "partial" // some of it was seen
	Skipped     State = "skipped"
)

// Coverage says what became of one scope.
type Coverage struct {
	Scope     string `json:"scope"`
	AccountID string `json:"accountId"`
	Region    string `json:"region"`
	Kind      string `json:"kind"`
	State     State  `json:"state"`
	Resources int    `json:"resources"`
	SCP       bool   `json:"scp,omitempty"` // a service control policy denied it
	Operation string `json:"operation,omitempty"`
	Code      string `json:"code,omitempty"`
	Message   string `json:"message,omitempty"`
}

// Why is the reason of a state in a line: the operation, the error's code and its text.
func (c Coverage) Why() string {
	why := string(c.State)
	if c.Operation != "" {
		why += ": " + c.Operation
	}
	if c.Code != "" {
		why += ": " + c.Code
	}
	if c.Message != "" {
		why += ": " + c.Message
	}
	return why
}

// Stub is what a snapshot keeps of a thing that it saw and that its selectors left out.
type Stub struct {
	Key       string     `json:"key"`
	Scope     string     `json:"scope"`
	UniqueID  string     `json:"uniqueId,omitempty"`
	CreatedAt *time.Time `json:"createdAt,omitempty"`
}

// AccountSet names the accounts of a snapshot: their ids, sorted and joined by commas, or the organisation whose accounts
// they all are.
func (s *Snapshot) AccountSet() string {
	if o := s.Organization; o != nil && o.AllAccounts {
		return o.ID
	}
	return strings.Join(s.AccountIDs(), ",")
}

// CutoffOf is the cut-off of what a snapshot has of an account.
func (s *Snapshot) CutoffOf(accountID string) time.Time {
	for i := range s.Accounts {
		if a := &s.Accounts[i]; a.AccountID == accountID && a.Cutoff != nil {
			return *a.Cutoff
		}
	}
	return s.Cutoff
}

// AccountIDs are the accounts' ids, sorted.
func (s *Snapshot) AccountIDs() []string {
	ids := make([]string, 0, len(s.Accounts))
	for _, account := range s.Accounts {
		ids = append(ids, account.AccountID)
	}
	slices.Sort(ids)
	return ids
}

// Incomplete lists the scopes that say less than everything. Unavailable services are not among them: there is nothing
// to see.
func (s *Snapshot) Incomplete() []Coverage {
	var gaps []Coverage
	for _, c := range s.Coverage {
		if c.State != Complete && c.State != Unavailable {
			gaps = append(gaps, c)
		}
	}
	return gaps
}

// Nowhere lists the kinds that no scope could be asked for, since the service is in none of the regions, or the endpoint
// lacks it: what exists of them is unknown.
func (s *Snapshot) Nowhere() []string {
	there := make(map[string]bool)
	for _, c := range s.Coverage {
		there[c.Kind] = there[c.Kind] || c.State != Unavailable
	}
	var kinds []string
	for kind, is := range there {
		if !is {
			kinds = append(kinds, kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

// UnknownParts counts the parts of resources that could not be read.
func (s *Snapshot) UnknownParts() int {
	n := 0
	for i := range s.Resources {
		n += len(s.Resources[i].Unknown)
	}
	return n
}

// Whole reports whether a snapshot has no gap: every scope was seen, and every part of every resource.
func (s *Snapshot) Whole() bool { return len(s.Incomplete()) == 0 && s.UnknownParts() == 0 }

// Covers reports whether a snapshot looked at a region of an account. Global kinds find resources of all regions, and a
// capture of some regions keeps only theirs: their scope says nothing about the others.
func (s *Snapshot) Covers(accountID, region string) bool {
	if region == Global {
		return true
	}
	for _, account := range s.Accounts {
		if account.AccountID == accountID {
			return account.AllRegions || slices.ContainsFunc(account.Regions, func(r Region) bool { return r.Name == region && r.Captured })
		}
	}
	return false
}

// JoinedSince reports whether an account came to a snapshot's organisation after it, as far as the snapshot knows.
func (s *Snapshot) JoinedSince(accountID string) bool {
	return s.Organization != nil && s.Organization.AllAccounts &&
		!slices.ContainsFunc(s.Accounts, func(a Account) bool { return a.AccountID == accountID })
}

// EmptyThen reports whether a scope that a baseline does not have counts as complete and empty in it: the baseline meant
// all regions, looked at this kind, and this region was not enabled; or all accounts of its organisation, and this one was
// not there.
func (s *Snapshot) EmptyThen(scope string) bool {
	accountID, region, kind := SplitScope(scope)
	joined := s.JoinedSince(accountID)
	if !slices.ContainsFunc(s.Coverage, func(c Coverage) bool { return c.Kind == kind && (joined || c.AccountID == accountID) }) {
		return false
	}
	if joined {
		return true
	}
	for _, account := range s.Accounts {
		if account.AccountID != accountID || !account.AllRegions {
			continue
		}
		at := slices.IndexFunc(account.Regions, func(r Region) bool { return r.Name == region })
		return at < 0 || account.Regions[at].OptIn == "not-opted-in"
	}
	return false
}

// Sort brings a snapshot into the order in which it is stored.
func (s *Snapshot) Sort() {
	s.sortMembers()
	slices.SortFunc(s.Coverage, func(a, b Coverage) int { return strings.Compare(a.Scope, b.Scope) })
	slices.SortFunc(s.Accounts, func(a, b Account) int { return strings.Compare(a.AccountID, b.AccountID) })
	for i := range s.Accounts {
		slices.SortFunc(s.Accounts[i].Regions, func(a, b Region) int { return strings.Compare(a.Name, b.Name) })
	}
}

func (s *Snapshot) sortMembers() {
	slices.SortFunc(s.Resources, func(a, b Resource) int { return strings.Compare(a.Key, b.Key) })
	slices.SortFunc(s.Stubs, func(a, b Stub) int { return strings.Compare(a.Key, b.Key) })
}

// CoverageByScope indexes the coverage.
func (s *Snapshot) CoverageByScope() map[string]Coverage {
	index := make(map[string]Coverage, len(s.Coverage))
	for _, c := range s.Coverage {
		index[c.Scope] = c
	}
	return index
}
