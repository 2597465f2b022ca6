package restore

import (
	"context"
	"slices"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// do makes one action's calls. An empty state means: try again later. The error is the journal's or the context's, and
// ends the run.
func (r *runner) do(ctx context.Context, action Action) (Record, error) {
	resource := r.live[action.Key]
	if resource == nil {
		return *gone(action, "already gone"), nil
	}
	why := r.unfit(&action, resource)
	if why == "" {
		why = r.account.protection(ctx, resource)
	}
	if err := ctx.Err(); err != nil {
		return Record{}, err
	}
	if why != "" {
		return Record{State: Skipped, Reason: why}, nil
	}
	if action.Do == Unlink && !names(resource, *action.Reference) {
		return *gone(action, "already undone"), nil
	}
	if err := r.journal.write(Record{Do: action.Do, Key: action.Key, State: Started}); err != nil {
		return Record{}, err
	}
	err := r.call(ctx, action, resource)
	switch {
	case err == nil && action.Do == Unlink:
		return Record{State: Undone}, nil
	case err == nil:
		return Record{State: Accepted}, nil
	case ctx.Err() != nil:
		return Record{}, ctx.Err() // what became of the call is not known
	}
	switch class := collect.Classify(err); {
	case class == collect.ClassNotFound && action.Do == Unlink:
		return *gone(action, "already undone"), nil
	case class == collect.ClassThrottled:
		return Record{Reason: collect.Describe(err)}, nil
	case class == collect.ClassNotFound, class == collect.ClassInUse:
		if action.Do == Delete && r.journal.accepted(action.Key) {
			return Record{State: Accepted}, nil // by an earlier run; AWS is still at it
		}
		return Record{Reason: collect.Describe(err)}, nil // of what is not found a part may be gone, or all: the next look tells
	}
	return Record{State: Failed, Reason: collect.Describe(err)}, nil
}

// call makes an action's calls to AWS.
func (r *runner) call(ctx context.Context, action Action, resource *snapshot.Resource) error {
	kind, scope := r.kinds[resource.Kind], r.account.scope(ctx, resource)
	var err error
	if action.Do == Unlink {
		err = kind.Unlink(scope, resource, *action.Reference)
	} else {
		err = kind.Delete(scope, resource)
	}
	if err == nil {
		err = scope.Err()
	}
	return err
}

// unfit says why a resource must not be touched, by what was last seen of it, or "".
func (r *runner) unfit(action *Action, resource *snapshot.Resource) string {
	if why := changed(action, resource, r.effects.on(action.Key, func(key string) bool { return r.live[key] != nil })); why != "" {
		return why
	}
	return storedProtection(r.kinds[resource.Kind], resource)
}

// names reports whether a resource still names what a reference does.
func names(r *snapshot.Resource, reference snapshot.Reference) bool {
	return slices.ContainsFunc(r.References, func(ref snapshot.Reference) bool {
		return ref.Path == reference.Path && ref.ID == reference.ID
	})
}
