package restore

import (
	"context"
	"slices"

	"github.com/aws-baseline/aws-baseline/collect"
	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

func (w *world) delete(s *collect.Scope, r *collect.Resource) error {
	return w.change(s.Context, call{do: Delete, key: r.Key}, func(t *thing) error {
		switch {
		case len(t.refusals) > 0:
			err := t.refusals[0]
			t.refusals = t.refusals[1:]
			return err
		case t.refused != nil:
			return t.refused
		case t.dying && t.linger%2 == 1:
			return apiError("InvalidThingState.InUse") // it is being deleted
		}
		for _, namer := range w.namers(r.Key, typedOf) {
			if n := w.things[namer]; t.owner != namer && n.owner != r.Key && !n.provider {
				return apiError("DependencyViolation")
			}
		}
		t.dying = true
		return nil
	})
}

func (w *world) unlink(s *collect.Scope, r *collect.Resource, ref snapshot.Reference) error {
	return w.change(s.Context, call{do: Unlink, key: r.Key, ref: ref.Key}, func(t *thing) error {
		t.typed = slices.DeleteFunc(slices.Clone(t.typed), func(key string) bool { return key == ref.Key })
		return nil
	})
}

func (w *world) change(ctx context.Context, c call, carryOut func(*thing) error) error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	c.self = w.things[c.key]
	w.calls = append(w.calls, c)
	if w.watch != nil {
		w.watch(c)
	}
	if w.err != nil {
		if err := w.err(c); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if c.self == nil {
		return apiError("ThingNotFound")
	}
	err := carryOut(c.self)
	if w.err != nil && err == nil {
		err = w.err(c)
	}
	return err
}

func (w *world) protect(_ *collect.Scope, r *collect.Resource) (string, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if t := w.things[r.Key]; t != nil {
		return t.guard, t.guardErr
	}
	return "", apiError("ThingNotFound")
}
