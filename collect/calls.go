package collect

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// operation is a method value of an SDK client: c.DescribeVpcs.
type operation[In, Out, Options any] func(context.Context, *In, ...func(*Options)) (*Out, error)

// Send makes a call and returns what AWS says, for what is neither a list nor an aspect. Whatever a List asks goes
// through here, so that [Rehearse] can answer in AWS's place.
func Send[In, Out, Options any](s *Scope, op operation[In, Out, Options], in *In) (*Out, error) {
	out, err := op(s.Context, in)
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

// Aspect is a part of a resource that takes a call of its own. It is asked for by [Scope.Add]; a failure makes its path
// unknown and nothing else.
type Aspect struct {
	name  string
	tags  bool
	shape reflect.Type
	ask   func() answer
	fill  func(*Item, any)

	bringsTags bool // see [WithTags]
}

type answer struct {
	value   any
	err     error
	gone    bool // AWS says not found, of something that every such resource has
	absent  bool // the resource has no such aspect
	tags    Tags
	tagsErr error
}

// Ask is an aspect that goes into the configuration under its name. The error codes in absent mean that the resource
// has none; any other not-found says that the resource itself is gone, see [Scope.Add].
func Ask[In, Out, Options any](s *Scope, name string, op operation[In, Out, Options], in *In, absent ...string) Aspect {
	return Aspect{name: name, shape: reflect.TypeFor[Out](), ask: func() answer {
		out, err := Send(s, op, in)
		return answerOf(out, err, absent)
	}}
}

func answerOf[Out any](out *Out, err error, absent []string) answer {
	switch {
	case err == nil:
		return answer{value: out}
	case slices.Contains(absent, Code(err)):
		return answer{absent: true}
	case Classify(err) == ClassNotFound:
		return answer{gone: true, err: err}
	}
	return answer{err: err}
}

// Of narrows an aspect to one field of the answer, so that the configuration doesn't repeat the answer's wrapping.
func (a Aspect) Of(field string) Aspect {
	at, ok := a.shape.FieldByName(field)
	if !ok {
		panic("collect: " + a.shape.String() + " has no field " + field)
	}
	ask := a.ask
	a.shape = at.Type
	a.ask = func() answer {
		got := ask()
		if got.value != nil {
			got.value = reflect.Indirect(reflect.ValueOf(got.value)).FieldByIndex(at.Index).Interface()
		}
		return got
	}
	return a
}

// Through narrows an aspect to what a function makes of the answer.
func Through[Out, T any](a Aspect, narrow func(*Out) T) Aspect {
	ask := a.ask
	a.shape = reflect.TypeFor[T]()
	a.ask = func() answer {
		got := ask()
		if out, ok := got.value.(*Out); ok {
			got.value = narrow(out)
		}
		return got
	}
	return a
}

// Fill completes the item from an aspect's answer, for lists that give little more than names. It is not called where
// the aspect could not be read.
func Fill[T any](a Aspect, fill func(item *Item, value T)) Aspect {
	a.fill = func(item *Item, value any) {
		switch v := value.(type) {
		case T:
			fill(item, v)
		case *T:
			fill(item, *v)
		}
	}
	return a
}

// AskTags is the aspect of a resource's tags. read turns the answer into tags.
func AskTags[In, Out, Options any](s *Scope, op operation[In, Out, Options], in *In, read func(*Out) Tags, absent ...string) Aspect {
	return Aspect{name: "Tags", tags: true, shape: reflect.TypeFor[Tags](), ask: func() answer {
		out, err := Send(s, op, in)
		got := answerOf(out, err, absent)
		if got.value == nil {
			got.value = Tags(nil)
			return got
		}
		got.value = read(out)
		return got
	}}
}

// WithTags takes the resource's tags from the answer of another aspect: where that is unknown, so are the tags. An
// error from read makes the tags alone unknown. It comes before [Aspect.Of] and [Through].
func WithTags[Out any](a Aspect, read func(*Out) (Tags, error)) Aspect {
	ask := a.ask
	a.bringsTags = true
	a.ask = func() answer {
		got := ask()
		if out, ok := got.value.(*Out); ok {
			got.tags, got.tagsErr = read(out)
		}
		return got
	}
	return a
}

// resolve asks for all aspects at once.
func resolve(parts []any) []answer {
	answers := make([]answer, len(parts))
	var last *Aspect
	lastAt := 0
	var group sync.WaitGroup
	for i, part := range parts {
		aspect, ok := part.(Aspect)
		if !ok {
			continue
		}
		if last != nil {
			ask, at := last.ask, lastAt
			group.Go(func() { answers[at] = ask() })
		}
		last, lastAt = &aspect, i
	}
	if last != nil {
		answers[lastAt] = last.ask() // on this goroutine: most resources have one aspect
	}
	group.Wait()
	return answers
}

// allGone reports whether an aspect said that the resource is gone, and none said anything else. That it has no such
// aspect says nothing: services answer both with the same code.
func allGone(answers []answer) bool {
	gone := false
	for _, a := range answers {
		if !a.gone && (a.err != nil || (a.value != nil && !a.absent)) {
			return false
		}
		gone = gone || a.gone
	}
	return gone
}

// width bounds the items of one scope that are asked about at once.
const width = 24

// Each runs visit for every item, several at once.
func Each[T any](s *Scope, items iter.Seq[T], visit func(T)) {
	var group errgroup.Group
	group.SetLimit(width)
	for item := range items {
		if s.Context.Err() != nil {
			s.Fail(s.Context.Err())
			break
		}
		if !group.TryGo(func() error { visit(item); return nil }) {
			visit(item)
		}
	}
	_ = group.Wait() // visit records its failures itself
}

// Every runs visit for every item of a list, one after the other, and stops at the first error; a list that could not
// be read to its end is one. It reads the list before the first visit: visits may remove what is listed.
func Every[T any](s *Scope, items iter.Seq[T], visit func(T) error) error {
	all := slices.Collect(items)
	if err := s.Err(); err != nil {
		return err
	}
	for _, item := range all {
		if err := visit(item); err != nil {
			return err
		}
	}
	return nil
}

// Batch runs visit for every size items.
func Batch[T any](s *Scope, items iter.Seq[T], size int, visit func([]T)) {
	Each(s, func(yield func([]T) bool) {
		for chunk := range slices.Chunk(slices.Collect(items), size) {
			if !yield(chunk) {
				return
			}
		}
	}, visit)
}

// Shared makes one bulk call for several kinds: load runs once for an account, region and name in a capture, and every
// caller gets its result. A failure goes into the coverage of every kind that asked.
func Shared[T any](s *Scope, name string, load func(s *Scope) (T, error)) (T, bool) {
	call := s.run.sharedCall(s.AccountID + "/" + s.Region + "/" + name)
	call.once.Do(func() { call.value, call.err = load(s) })
	value, _ := call.value.(T)
	if call.err != nil {
		s.Fail(call.err)
		return value, false
	}
	s.page()
	return value, true
}

// SharedList is [Shared] for a list that a kind can do without: the error is returned, and recorded nowhere.
func SharedList[T any](s *Scope, name string, list func(*Scope) iter.Seq[T]) ([]T, error) {
	call := s.run.sharedCall(s.AccountID + "/" + s.Region + "/" + name)
	call.once.Do(func() { call.value, call.err = All(s, list) })
	items, _ := call.value.([]T)
	return items, call.err
}

type sharedCall struct {
	once  sync.Once
	value any
	err   error
}

// TagsOf reads a list of AWS's tags: structs with Key and Value, or TagKey and TagValue.
func TagsOf[T any](list []T) Tags { return tagsOf(reflect.ValueOf(list)) }

// TagsIn reads an answer that has its tags in a field called Tags, a list or a map. It suits [AskTags].
func TagsIn[Out any](out *Out) Tags {
	field := reflect.ValueOf(out).Elem().FieldByName("Tags")
	if !field.IsValid() {
		panic("collect: " + reflect.TypeFor[Out]().String() + " has no field Tags")
	}
	if tags, ok := field.Interface().(map[string]string); ok {
		return tags
	}
	return tagsOf(field)
}

func tagsOf(list reflect.Value) Tags {
	if list.Len() == 0 {
		return nil
	}
	tags := make(Tags, list.Len())
	for i := range list.Len() {
		v := list.Index(i)
		key, value := v.FieldByName("Key"), v.FieldByName("Value")
		if !key.IsValid() {
			key, value = v.FieldByName("TagKey"), v.FieldByName("TagValue")
		}
		if !key.IsNil() {
			tags[key.Elem().String()] = ""
			if !value.IsNil() {
				tags[key.Elem().String()] = value.Elem().String()
			}
		}
	}
	return tags
}
