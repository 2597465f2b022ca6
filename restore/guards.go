package restore

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// membersPath is the part of a resource that lists what goes along with it (a stack's resources).
const membersPath snapshot.Path = "Resources"

// guard holds every candidate that must not go. The order of the checks is that of their reasons' worth to a reader.
func (b *builder) guard(ctx context.Context) error {
	gaps := make(map[string]string)
	for _, gap := range b.report.Coverage {
		gaps[gap.Scope] = gap.Reason
	}
	own := ownCredentials(b.account.Session.CallerARN, b.account.Session.AccessKeyIDs, b.live)
	changed := func(r *snapshot.Resource) string {
		if b.changed == nil {
			return ""
		}
		return b.changed(r, func(key string) bool { return b.byKey[key] != nil })
	}
	for key, r := range b.candidates {
		if b.held[key] != "" && !b.unchosen[key] {
			continue
		}
		kind := b.account.kind(r.Kind)
		switch {
		case gaps[r.Scope] != "":
			b.hold(key, "its scope was not seen wholly: "+gaps[r.Scope], false)
		case r.Marked(snapshot.MarkProvider):
			b.hold(key, "AWS made it", false)
		case own[key] != "":
			b.hold(key, own[key], false)
		case changed(r) != "":
			b.hold(key, changed(r), false)
		case r.Unread(membersPath):
			b.hold(key, "what would go along with it could not be read", false)
		case b.unseenMembers(r) != "":
			b.hold(key, b.unseenMembers(r), false)
		case kind != nil && storedProtection(kind, r) != "":
			b.hold(key, storedProtection(kind, r), false)
		case b.unchosen[key]:
		case kind == nil:
			b.hold(key, "this version does not know its type", true)
		case kind.Delete == nil:
			b.hold(key, "can't be deleted: "+kind.NoDelete, true)
		}
	}
	b.holdFamilies()
	return b.askProtection(ctx)
}

// unseenMembers says that something of the baseline that a resource might take along can't be seen now.
func (b *builder) unseenMembers(r *snapshot.Resource) string {
	for _, gap := range b.report.Coverage {
		near := gap.AccountID == r.AccountID && (gap.Region == r.Region || gap.Region == snapshot.Global)
		if !near || gap.Target == snapshot.Complete || !b.account.takesAlong(r.Kind, gap.Kind) {
			continue
		}
		if slices.ContainsFunc(b.baseline.Resources, func(member snapshot.Resource) bool { return member.Scope == gap.Scope }) {
			return fmt.Sprintf("what would go along with it can't be told: %s was not seen wholly: %s", gap.Scope, gap.Reason)
		}
	}
	return ""
}

// takesAlong reports whether AWS deletes resources of a kind with their owner.
func (a Account) takesAlong(owner, kind string) bool {
	k := a.kind(owner)
	return k != nil && (slices.Contains(k.Takes, kind) || slices.Contains(k.Takes, collect.Everything))
}

// hold holds a candidate. Unchosen says that nothing but the user's choice of types, or the kind, speaks against it: its
// owner may take it along.
func (b *builder) hold(key, reason string, unchosen bool) {
	b.held[key] = reason
	if unchosen {
		b.unchosen[key] = true
	} else {
		delete(b.unchosen, key)
	}
}

// storedProtection is what guards a resource by what was seen of it, or "". What could not be read guards it too.
func storedProtection(kind *collect.Kind, r *snapshot.Resource) string {
	if r.Protection != "" {
		return "protected: " + r.Protection
	}
	for path := range kind.Protected {
		if r.Unread(path) {
			return fmt.Sprintf("whether it is protected can't be told: %s could not be read", path)
		}
	}
	return ""
}

// asksAtOnce bounds the calls that ask for protection.
const asksAtOnce = 8

// askProtection asks AWS what no list tells. What can't be told is protected.
func (b *builder) askProtection(ctx context.Context) error {
	var group errgroup.Group
	group.SetLimit(asksAtOnce)
	keys := make([]string, 0, len(b.candidates))
	for key := range b.candidates {
		if b.planned(key) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	answers := make([]string, len(keys))
	for i, key := range keys {
		group.Go(func() error {
			answers[i] = b.account.protection(ctx, b.candidates[key])
			return nil
		})
	}
	_ = group.Wait()
	for i, key := range keys {
		if answers[i] != "" {
			b.hold(key, answers[i], false)
		}
	}
	b.holdFamilies()
	return ctx.Err()
}

// protection is what guards a resource by AWS's word of this moment, or "".
func (a Account) protection(ctx context.Context, r *snapshot.Resource) string {
	kind := a.kind(r.Kind)
	if kind == nil || kind.Protect == nil {
		return ""
	}
	guard, err := kind.Protect(a.scope(ctx, r), r)
	switch {
	case err != nil && collect.Classify(err) == collect.ClassNotFound:
		return "" // gone; deleting it will say so
	case err != nil:
		return "whether it is protected can't be told: " + collect.Describe(err)
	case guard != "":
		return "protected: " + guard
	}
	return ""
}

func (a Account) scope(ctx context.Context, r *snapshot.Resource) *collect.Scope {
	_, region, _ := snapshot.SplitScope(r.Scope)
	return a.Session.Scope(ctx, a.kind(r.Kind), region)
}
