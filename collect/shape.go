package collect

import (
	"reflect"

	"github.com/aws-baseline/aws-baseline/collect/snapshot"
)

// knownPaths lists every path that values of a type can have. A snapshot stores them for each kind, so that a path
// which a newer SDK brought reads "not compared" against an older snapshot, and not as drift. A type that contains
// itself ends with its first repetition; everything below such a path counts as known.
func (e *encoder) knownPaths(t reflect.Type, prefix Path, add func(Path)) {
	e.walkType(t, prefix, nil, add)
}

func (e *encoder) walkType(t reflect.Type, at Path, within []reflect.Type, add func(Path)) {
	switch t.Kind() {
	case reflect.Pointer:
		e.walkType(t.Elem(), at, within, add)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			add(at)
			return
		}
		e.walkType(t.Elem(), at.Join(snapshot.Each), within, add)
	case reflect.Map:
		e.walkType(t.Elem(), at.Join(snapshot.Any), within, add)
	case reflect.Struct:
		if t == timeType {
			add(at)
			return
		}
		for _, outer := range within {
			if outer == t {
				add(at.Join("**"))
				return
			}
		}
		fields := e.fieldsOf(t)
		if len(fields) == 0 {
			add(at)
			return
		}
		within = append(within[:len(within):len(within)], t)
		for _, f := range fields {
			e.walkType(t.Field(f.index).Type, at.Join(f.name), within, add)
		}
	case reflect.Interface:
		add(at.Join("**")) // a union: its members are not known from its type
	default:
		add(at)
	}
}
