package collect

import (
	"iter"
	"slices"

	"golang.org/x/sync/errgroup"
)

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
