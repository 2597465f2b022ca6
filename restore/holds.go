package restore

import (
	"fmt"
	"slices"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// open reports whether a candidate can still be held: it is planned, and its deletion was not begun.
func (b *builder) open(key string) bool { return b.planned(key) && !b.begun[key] }

// holdRelated holds candidates until nothing that stays names, uses, made or goes along with one that goes.
func (b *builder) holdRelated() {
	for changed := true; changed; {
		changed = b.holdNamed()
		changed = b.holdUsed() || changed
		changed = b.holdFamilies() || changed
	}
}

// holdNamed holds candidates that something which stays names: AWS would refuse, or what stays would break.
func (b *builder) holdNamed() bool {
	changed := false
	for i := range b.live.Resources {
		r := &b.live.Resources[i]
		if b.planned(r.Key) {
			continue
		}
		kind := b.account.kind(r.Kind)
		for _, ref := range r.References {
			if kind != nil && slices.Contains(kind.UsedBy, ref.Path) {
				continue // its user: that goes without asking, and takes the mention along
			}
			if b.open(ref.Key) && !b.madeFor(r, ref) {
				b.hold(ref.Key, fmt.Sprintf("named by %s (%s), which stays", r.Label(), ref.Path), false)
				changed = true
			}
		}
	}
	return changed
}

// madeFor reports whether the naming resource is one that AWS made along with the named one and that goes with it (a
// VPC's default security group).
func (b *builder) madeFor(r *snapshot.Resource, ref snapshot.Reference) bool {
	return r.Marked(snapshot.MarkProvider) && !ref.Scanned && b.candidates[ref.Key] != nil && !b.members[r.Key]
}

// holdUsed holds candidates that something which stays uses, where only the candidate names its user.
func (b *builder) holdUsed() bool {
	changed := false
	for key, r := range b.candidates {
		kind := b.account.kind(r.Kind)
		if kind == nil || !b.open(key) {
			continue
		}
		for _, ref := range r.References {
			if ref.Key != "" && slices.Contains(kind.UsedBy, ref.Path) && !b.planned(ref.Key) && !b.leaves(ref.Key) {
				b.hold(key, fmt.Sprintf("used by %s %s, which stays", snapshot.KindOfKey(ref.Key), ref.ID), false)
				changed = true
			}
		}
	}
	return changed
}

// leaves reports whether AWS made a resource for one that is planned, and takes it along: the interface of a NAT gateway.
func (b *builder) leaves(key string) bool {
	r := b.byKey[key]
	return r != nil && r.Marked(snapshot.MarkProvider) && b.goesAlong(r) && b.planned(b.taker(r))
}

// holdFamilies holds what a controller that stays has made, and controllers of what stays.
func (b *builder) holdFamilies() bool {
	any := false
	for changed := true; changed; any = any || changed {
		changed = b.holdOwners()
		changed = b.holdOwned() || changed
	}
	return any
}

// holdOwned holds what a controller that stays has made: it would only come back.
func (b *builder) holdOwned() bool {
	changed := false
	for key, r := range b.candidates {
		if r.Owner == nil || !b.open(key) {
			continue
		}
		name := r.Owner.Kind + " " + r.Owner.ID
		switch {
		case r.Owner.Key == "":
			b.hold(key, fmt.Sprintf("made by %s, which could not be looked for", name), false)
		case !b.planned(r.Owner.Key):
			b.hold(key, fmt.Sprintf("made by %s, which stays", name), false)
		default:
			continue
		}
		changed = true
	}
	return changed
}

// holdOwners holds a controller that would take along what stays: a stack deletes its members, a group and an instance
// what is attached to them, and a baseline resource can become one of these after the controller was made.
func (b *builder) holdOwners() bool {
	changed := false
	for i := range b.live.Resources {
		r := &b.live.Resources[i]
		if b.planned(r.Key) || b.goesAlong(r) {
			continue
		}
		owner := b.taker(r)
		if owner == "" || !b.open(owner) {
			continue
		}
		why := b.held[r.Key]
		if why == "" {
			why = b.excluded(r)
		}
		if why == "" {
			why = "it is not an addition to the baseline"
		}
		b.hold(owner, fmt.Sprintf("%s belongs to it and stays: %s", r.Label(), why), false)
		changed = true
	}
	return changed
}

// taker is the key of the planned resource that would take another along: its owner, or an owner of that which is not
// planned itself but goes along too.
func (b *builder) taker(r *snapshot.Resource) string {
	for range 10 { // owners of owners; nothing in AWS nests so deep
		if r == nil || r.Owner == nil || b.planned(r.Owner.Key) {
			break
		}
		if r = b.byKey[r.Owner.Key]; r != nil && !b.goesAlong(r) {
			return ""
		}
	}
	if r == nil || r.Owner == nil {
		return ""
	}
	return r.Owner.Key
}

// goesAlong reports whether a resource that is not planned may go with its owner, or does not depend on it.
func (b *builder) goesAlong(r *snapshot.Resource) bool {
	switch {
	case r.Owner == nil:
		return false
	case r.Kind == "logs:log-group" && r.Owner.Kind == "lambda:function":
		return true // it outlives its function
	case b.members[r.Key], b.excluded(r) != "":
		return false
	case r.Marked(snapshot.MarkProvider), b.unchosen[r.Key]:
		return true
	case r.Kind == "secretsmanager:secret" && r.Owner.Kind == r.Kind:
		return true // a replica, which can't go but with its primary
	}
	return false
}
