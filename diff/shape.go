package diff

import "github.com/aws-baseline/aws-baseline/collect/snapshot"

// shape is a tree of the paths that a side's collector knew. A nil shape knows nothing.
type shape struct {
	steps map[string]*shape
	all   bool // everything below is known
}

func shapes(known map[string][]snapshot.Path) map[string]*shape {
	out := make(map[string]*shape, len(known))
	for kind, paths := range known {
		root := new(shape)
		for _, path := range paths {
			root.add(path.Steps())
		}
		out[kind] = root
	}
	return out
}

func (s *shape) add(steps []string) {
	if len(steps) == 0 {
		return
	}
	if steps[0] == "**" {
		s.all = true
		return
	}
	if s.steps == nil {
		s.steps = make(map[string]*shape)
	}
	child := s.steps[steps[0]]
	if child == nil {
		child = new(shape)
		s.steps[steps[0]] = child
	}
	child.add(steps[1:])
}

// below is what is known under a step.
func (s *shape) below(step string) *shape {
	switch {
	case s == nil:
		return nil
	case s.all:
		return s
	case s.steps[step] != nil:
		return s.steps[step]
	}
	return s.steps[snapshot.Any]
}
