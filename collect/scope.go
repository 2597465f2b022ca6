package collect

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// Scope is one account × region × kind under capture, or the place in which a resource is deleted. A kind's functions
// make their clients from Config, call, and Add what they find. Safe for concurrent use.
type Scope struct {
	Context context.Context
	Config  aws.Config // for the scope's region; the home region for global kinds
	Kind    *Kind

	AccountID, Region, Partition string
	Emulated                     bool // an endpoint URL was given: host names can't carry a bucket or an account

	run *run
	key string // or "", see Key

	mutex     sync.Mutex
	resources []Resource
	index     map[string]int // key → resources
	members   []memberOf
	addresses map[string][]string // by resource key
	pages     int
	repeated  int
	err       error // the first that left a hole
}

// memberOf is a member and the owner that named it.
type memberOf struct {
	Member
	owner snapshot.Owner
}

// Key is the scope's key.
func (s *Scope) Key() string {
	if s.key != "" {
		return s.key // resources share it
	}
	return snapshot.ScopeKey(s.AccountID, s.Region, s.Kind.Name)
}

// ARN composes an ARN in the scope's partition, region and account. IAM's and Route 53's have no region.
func (s *Scope) ARN(service, resource string) *string {
	region := s.Region
	if region == snapshot.Global {
		region = ""
	}
	return aws.String("arn:" + s.Partition + ":" + service + ":" + region + ":" + s.AccountID + ":" + resource)
}

// In is the configuration for another region.
func (s *Scope) In(region string) aws.Config {
	cfg := s.Config.Copy()
	if region != "" {
		cfg.Region = region
	}
	return cfg
}

// Fail records that items may be missing. What was added stays; the scope is partial, or what the error says where
// nothing was seen.
func (s *Scope) Fail(err error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.err == nil {
		s.err = err
	}
}

// Err is the first failure that was recorded.
func (s *Scope) Err() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.err
}

// page notes that a list call was answered: what fails later leaves the scope partial.
func (s *Scope) page() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.pages++
}

// Add stores a resource. The parts are SDK values, which are merged into one configuration, and [Aspect]s, which are
// asked for now, all at once, and go under their names. An item that AWS says is gone meanwhile is dropped: every aspect
// answers so. Where only some do, these are unknown, since what a service calls not found is not always the resource.
func (s *Scope) Add(item Item, parts ...any) {
	var tree map[string]any
	var shortTags bool
	kind := s.Kind
	answers := resolve(s.withIndex(item, parts))
	if allGone(answers) {
		return
	}
	for i, part := range parts {
		aspect, ok := part.(Aspect)
		if !ok {
			s.run.learn(kind, "", reflect.TypeOf(part))
			if node, ok := s.run.encoder.Tree(part).(map[string]any); ok && tree == nil {
				tree = node
			} else if ok {
				maps.Copy(tree, node)
			}
			continue
		}
		if tree == nil {
			tree = make(map[string]any)
		}
		answer := answers[i]
		s.run.learn(kind, Path(aspect.name), aspect.shape)
		switch {
		case answer.err != nil:
			item.Unknown = append(item.Unknown, Gap{Path(aspect.name), answer.err})
			item.Unsure = item.Unsure || aspect.vital
			if aspect.bringsTags {
				item.Unknown = append(item.Unknown, Gap{snapshot.TagsPath, answer.err})
			}
			continue
		case aspect.tags:
			item.Tags, shortTags = answer.value.(Tags), answer.short
		default:
			if node := s.run.encoder.Tree(answer.value); node != nil {
				tree[aspect.name] = node
			}
		}
		if aspect.bringsTags {
			item.Tags = answer.tags
			if answer.tagsErr != nil {
				item.Unknown = append(item.Unknown, Gap{snapshot.TagsPath, answer.tagsErr})
			}
		}
		if aspect.fill != nil && answer.value != nil {
			aspect.fill(&item, answer.value)
		}
	}
	if item.Dead {
		return
	}
	if tree == nil {
		tree = make(map[string]any)
	}
	r := Resource{
		Kind: kind.Name, Scope: s.Key(), AccountID: s.AccountID, Region: cmp.Or(item.Region, s.Region), ID: aws.ToString(item.ID),
		ARN: aws.ToString(item.ARN), UniqueID: aws.ToString(item.UniqueID), Name: cmp.Or(aws.ToString(item.Name), item.Tags["Name"]),
		Tags: item.Tags, Owner: item.Owner, BillIDs: slices.Clone(item.BillIDs),
	}
	for _, gap := range item.Unknown {
		r.Unknown = append(r.Unknown, snapshot.Unknown{Path: gap.Path, Code: Code(gap.Err), Message: Message(gap.Err)})
	}
	if r.ID == "" || s.run.outside(r.Region) {
		return // a row without an id is an emulator's
	}
	for _, name := range []string{"Tags", "TagSet", "TagList"} {
		delete(tree, name) // stored once, in the resource
	}
	addresses := addressesOf(kind, tree, item.Called)
	for _, path := range kind.Omit {
		path.Edit(tree, func(any) (any, bool) { return nil, false })
	}
	r.Status = s.splitStatus(tree)
	r.References = referencesOf(kind, tree, item.Names...) // also from what is masked next: only what was seen to exist is kept of that
	for _, path := range kind.Secrets {
		path.Edit(tree, func(value any) (any, bool) { return s.run.maskKey.maskBelow(value), true })
	}
	s.run.maskKey.maskURLs(tree)
	s.date(&r, item.Created)
	s.guard(&r, item, tree)
	r.Configuration = snapshot.Canonical(tree)
	r.ConfigurationHash = snapshot.Hash(r.Configuration)
	r.Key = snapshot.ResourceKey(r.AccountID, r.Region, r.Kind, cmp.Or(r.ARN, r.ID))
	s.run.shorten(&r, shortTags)
	s.store(r, item, addresses)
}

// splitStatus moves what changes by itself out of the configuration.
func (s *Scope) splitStatus(tree map[string]any) json.RawMessage {
	status := make(map[string]any)
	for _, path := range s.Kind.Status {
		path.Edit(tree, func(value any) (any, bool) {
			if !strings.Contains(string(path), snapshot.Each) && !strings.Contains(string(path), snapshot.Any) {
				status[string(path)] = value
			}
			return nil, false
		})
	}
	return snapshot.Canonical(status)
}

func (s *Scope) date(r *Resource, created *time.Time) {
	if created == nil || created.IsZero() || created.Unix() <= 0 {
		r.Mark(snapshot.MarkUndated)
		return
	}
	utc := created.UTC()
	r.CreatedAt = &utc
	if s.Kind.Approximate {
		r.Mark(snapshot.MarkApproximateDate)
	}
}

// guard sets the marks provider, unsure and protected.
func (s *Scope) guard(r *Resource, item Item, tree map[string]any) {
	if item.Provider {
		r.Mark(snapshot.MarkProvider)
	}
	r.Protection = item.Protect
	if item.Unsure {
		r.Mark(snapshot.MarkUnsure)
		r.Protection = cmp.Or(r.Protection, "who manages it could not be read")
	}
	for path, value := range s.Kind.Protected {
		path.Find(tree, func(found any) {
			if string(snapshot.Canonical(found)) == value && r.Protection == "" {
				r.Protection = string(path) + " is " + value
			}
		})
	}
	if r.Protection != "" {
		r.Mark(snapshot.MarkProtected)
	}
}

// store keeps the same key with the same content once; with other content the scope is partial.
func (s *Scope) store(r Resource, item Item, addresses []string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.index == nil {
		s.index = make(map[string]int)
	}
	if at, ok := s.index[r.Key]; ok {
		s.repeated++
		first := &s.resources[at]
		if first.UniqueID != r.UniqueID || !s.Kind.equal(first.Configuration, r.Configuration) || !maps.Equal(first.Tags, r.Tags) {
			if s.err == nil {
				s.err = errDuplicate
			}
		}
		return
	}
	s.index[r.Key] = len(s.resources)
	s.resources = append(s.resources, r)
	if len(addresses) > 0 {
		if s.addresses == nil {
			s.addresses = make(map[string][]string)
		}
		s.addresses[r.Key] = addresses
	}
	owner := snapshot.Owner{Kind: r.Kind, ID: cmp.Or(r.ARN, r.ID), Key: r.Key}
	for _, member := range item.Members {
		s.members = append(s.members, memberOf{member, owner})
	}
}

// equal reports whether two configurations are the same but for the order of lists whose order means nothing.
func (k *Kind) equal(a, b json.RawMessage) bool {
	return bytes.Equal(a, b) || len(k.Sets) > 0 && bytes.Equal(k.ordered(a), k.ordered(b))
}

func (k *Kind) ordered(configuration json.RawMessage) json.RawMessage {
	tree, err := snapshot.Tree(configuration)
	if err != nil {
		return configuration
	}
	// Inner lists first, since the outer ones are sorted by what they hold.
	paths := slices.SortedFunc(maps.Keys(k.Sets), func(a, b Path) int { return len(b.Steps()) - len(a.Steps()) })
	for _, path := range paths {
		path.Edit(tree, func(value any) (any, bool) {
			if list, ok := value.([]any); ok {
				slices.SortFunc(list, func(a, b any) int { return bytes.Compare(snapshot.Canonical(a), snapshot.Canonical(b)) })
			}
			return value, true
		})
	}
	return snapshot.Canonical(tree)
}

// coverage is what became of the scope.
func (s *Scope) coverage() snapshot.Coverage {
	c := snapshot.Coverage{
		Scope: s.Key(), AccountID: s.AccountID, Region: s.Region, Kind: s.Kind.Name,
		State: snapshot.Complete, Resources: len(s.resources),
	}
	if s.err == nil {
		return c
	}
	c.State = stateOf(s.err)
	if s.pages > 0 || len(s.resources) > 0 {
		c.State = snapshot.Partial
	}
	c.Operation, c.Code, c.Message, c.SCP = Operation(s.err), Code(s.err), Message(s.err), BySCP(s.err)
	return c
}
