package collect

import "iter"

// Shared runs a list that several kinds start from once for an account, region and name in a capture; every caller gets
// its items. A failure goes into the coverage of every kind that asked; the items seen before it come back with false.
func Shared[T any](s *Scope, name string, list func(*Scope) iter.Seq[T]) ([]T, bool) {
	items, err := SharedList(s, name, list)
	if err != nil {
		s.Fail(err)
		return items, false
	}
	s.page()
	return items, true
}

// SharedList is [Shared] for a list that a kind can do without: the error is returned, and recorded nowhere.
func SharedList[T any](s *Scope, name string, list func(*Scope) iter.Seq[T]) ([]T, error) {
	return sharedIn(s, s.Region, name, func() ([]T, error) { return All(s, list) })
}

// sharedIn runs load once for an account, region and name in a capture. The region need not be the scope's.
func sharedIn[T any](s *Scope, region, name string, load func() (T, error)) (T, error) {
	call, first := s.run.sharedCall(s.AccountID + "/" + region + "/" + name)
	if !first {
		<-call.done // a channel, not a sync.Once: simulated time passes only where waiting is seen to be waiting
		value, _ := call.value.(T)
		return value, call.err
	}
	defer close(call.done)
	value, err := load()
	call.value, call.err = value, err
	return value, err
}

type sharedCall struct {
	done  chan struct{} // closed when the call has ended
	value any
	err   error
}
