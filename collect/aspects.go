package collect

import (
	"reflect"
	"slices"
	"sync"
)

// Aspect is a part of a resource that takes a call of its own. It is asked for by [Scope.Add]; a failure makes its path
// unknown and nothing else.
type Aspect struct {
	name  string
	tags  bool
	shape reflect.Type
	ask   func() answer
	fill  func(*Item, any)

	bringsTags bool // see [WithTags]
	vital      bool // see [Aspect.Vital]
}

type answer struct {
	value   any
	err     error
	gone    bool // AWS says not found, of something that every such resource has
	absent  bool // the resource has no such aspect
	tags    Tags
	tagsErr error
	short   bool // the tags' strings are stored once, see run.shorten
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

// Vital says that the aspect tells whether the resource is dead, or who manages it: where it can't be read, the item is
// unsure.
func (a Aspect) Vital() Aspect {
	a.vital = true
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
			if v != nil {
				fill(item, *v)
			}
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
