package restore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// guard holds every candidate that must not go. The order of the checks is that of their reasons' worth to a reader.
func (b *builder) guard(ctx context.Context) error {
	gaps := make(map[string]string)
	for _, gap := range b.report.Coverage {
		gaps[gap.Scope] = gap.Reason
	}
	own := ownCredentials(b.account.Session.CallerARN, b.live)
	for key, r := range b.candidates {
		if b.held[key] != "" {
			continue
		}
		kind := b.account.kind(r.Kind)
		switch {
		case gaps[r.Scope] != "":
			b.held[key] = "its scope was not seen wholly: " + gaps[r.Scope]
		case r.Marked(snapshot.MarkProvider):
			b.held[key] = "AWS made it"
		case r.Protection != "":
			b.held[key] = "protected: " + r.Protection
		case own[key] != "":
			b.held[key] = own[key]
		case kind == nil:
			b.held[key] = "this version does not know its type"
		case kind.Delete == nil:
			b.held[key] = "can't be deleted: " + kind.NoDelete
		default:
			b.held[key] = unreadProtection(kind, r)
		}
		if b.held[key] == "" {
			delete(b.held, key)
		}
	}
	b.holdOwned()
	return b.askProtection(ctx)
}

// unreadProtection says that what would tell of a protection could not be read.
func unreadProtection(kind *collect.Kind, r *snapshot.Resource) string {
	for path := range kind.Protected {
		if r.Unread(path) {
			return fmt.Sprintf("whether it is protected can't be told: %s could not be read", path)
		}
	}
	return ""
}

// holdOwned holds what a controller that stays has made: it would only come back.
func (b *builder) holdOwned() {
	for changed := true; changed; {
		changed = false
		for key, r := range b.candidates {
			if b.held[key] != "" || r.Owner == nil {
				continue
			}
			name := r.Owner.Kind + " " + r.Owner.ID
			switch {
			case r.Owner.Key == "":
				b.held[key] = fmt.Sprintf("made by %s, which could not be looked for", name)
			case !b.planned(r.Owner.Key):
				b.held[key] = fmt.Sprintf("made by %s, which stays", name)
			default:
				continue
			}
			changed = true
		}
	}
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
			b.held[key] = answers[i]
		}
	}
	b.holdOwned()
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

// holdNamed holds candidates that something which stays names: AWS would refuse, or what stays would break. Holding one
// may hold others that it names.
func (b *builder) holdNamed() {
	for changed := true; changed; {
		changed = b.holdUsed()
		for i := range b.live.Resources {
			r := &b.live.Resources[i]
			if b.planned(r.Key) {
				continue
			}
			for _, ref := range r.References {
				if !b.planned(ref.Key) || b.madeFor(r, ref) {
					continue
				}
				b.held[ref.Key] = fmt.Sprintf("named by %s (%s), which stays", r.Label(), ref.Path)
				changed = true
			}
		}
		before := len(b.held)
		b.holdOwned()
		changed = changed || len(b.held) != before
	}
}

// holdUsed holds candidates that something which stays uses, where only the candidate names its user.
func (b *builder) holdUsed() bool {
	changed := false
	for key, r := range b.candidates {
		kind := b.account.kind(r.Kind)
		if kind == nil || !b.planned(key) {
			continue
		}
		for _, ref := range r.References {
			if ref.Key != "" && slices.Contains(kind.UsedBy, ref.Path) && !b.planned(ref.Key) {
				b.held[key] = fmt.Sprintf("used by %s %s, which stays", snapshot.KindOfKey(ref.Key), ref.ID)
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

// ownCredentials are the resources that the caller's own access rests on: its user or role, the policies and groups
// that these name, whatever names the role (an instance profile, the function or instance that runs as it), and the
// owner of any of them.
func ownCredentials(callerARN string, live *snapshot.Snapshot) map[string]string {
	own := make(map[string]string)
	kind, name := callerIdentity(callerARN)
	if name == "" {
		return own
	}
	const why = "your own access rests on it"
	byKey := make(map[string]*snapshot.Resource, len(live.Resources))
	for i := range live.Resources {
		r := &live.Resources[i]
		byKey[r.Key] = r
		if r.Kind == kind && r.ID == name {
			own[r.Key] = "they are the credentials in use"
		}
	}
	for changed := true; changed; {
		changed = false
		add := func(key string) {
			if key != "" && own[key] == "" {
				own[key], changed = why, true
			}
		}
		for i := range live.Resources {
			r := &live.Resources[i]
			if own[r.Key] != "" {
				if strings.HasPrefix(r.Kind, "iam:") {
					for _, ref := range r.References {
						add(ref.Key)
					}
				}
				if r.Owner != nil {
					add(r.Owner.Key)
				}
				continue
			}
			for _, ref := range r.References {
				if target := byKey[ref.Key]; target != nil && own[ref.Key] != "" && passesOn(r, target) {
					add(r.Key)
				}
			}
		}
	}
	return own
}

// passesOn reports whether a resource that names an identity hands it out: a profile its role, an instance or a
// function that runs with it. Others that merely use the same policy do not.
func passesOn(r, target *snapshot.Resource) bool {
	return target.Kind == "iam:role" && r.Kind != "iam:policy" && r.Kind != "iam:role" || target.Kind == "iam:instance-profile"
}

// callerIdentity is the kind and id of the user or role behind a caller's ARN; root has none.
func callerIdentity(arn string) (kind, id string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 {
		return "", ""
	}
	words := strings.Split(parts[5], "/")
	switch {
	case words[0] == "user" && len(words) > 1:
		return "iam:user", words[len(words)-1]
	case words[0] == "assumed-role" && len(words) > 1:
		return "iam:role", words[1]
	}
	return "", ""
}
