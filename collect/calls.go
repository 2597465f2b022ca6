package collect

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// operation is a method value of an SDK client: c.DescribeVpcs.
type operation[In, Out, Options any] func(context.Context, *In, ...func(*Options)) (*Out, error)

// Send makes a call and returns what AWS says, for what is neither a list nor an aspect. Whatever a List asks goes
// through here, so that [Rehearse] can answer in AWS's place.
func Send[In, Out, Options any](s *Scope, op operation[In, Out, Options], in *In) (*Out, error) {
	if err := s.run.gates.closed(s); err != nil {
		return nil, err
	}
	out, err := op(s.Context, in)
	s.run.gates.heard(s, err)
	if s.run.rehearse != nil {
		out = new(Out)
		err = s.run.rehearse(out, err)
	}
	return out, err
}

// Call makes a call that the list can't do without: a failure goes into the coverage. What is gone since it was listed
// is no failure.
func Call[In, Out, Options any](s *Scope, op operation[In, Out, Options], in *In) (*Out, bool) {
	out, err := Send(s, op, in)
	if err != nil {
		if Classify(err) != ClassNotFound {
			s.Fail(err)
		}
		return nil, false
	}
	s.page()
	return out, true
}

// Do makes a call that changes something. It returns AWS's error.
func Do[In, Out, Options any](s *Scope, op operation[In, Out, Options], in *In) error {
	_, err := op(s.Context, in)
	return err
}

// DoUnlessGone is [Do] for a step on the way to a deletion: what is gone already needs no undoing. AWS says so by a
// not-found, or by one of the given codes.
func DoUnlessGone[In, Out, Options any](s *Scope, op operation[In, Out, Options], in *In, gone ...string) error {
	err := Do(s, op, in)
	if err != nil && (Classify(err) == ClassNotFound || slices.Contains(gone, Code(err))) {
		return nil
	}
	return err
}

// Stored reads a stored configuration as a value of the SDK's type that it came from: AWS's field names are the type's
// own. Types that hold unions can't be read, and what went into the status or was masked is not there.
func Stored[T any](r *Resource) (T, error) {
	var value T
	if err := json.Unmarshal(r.Configuration, &value); err != nil {
		return value, fmt.Errorf("the stored configuration of %s: %w", r.Key, err)
	}
	return value, nil
}
