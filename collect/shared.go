package collect

import (
	"iter"
	"sync"
)

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
