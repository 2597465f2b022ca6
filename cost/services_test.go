package cost

import (
	"slices"
	"testing"
)

func TestServiceTable(t *testing.T) {
	for name, svc := range services {
		if sharedBy(name) != "" {
			t.Errorf("%s is shared and has kinds", name)
		}
		if len(svc.kinds) == 0 {
			t.Errorf("%s has no kinds", name)
		}
		all := slices.Concat(svc.kinds, svc.also)
		slices.Sort(all)
		if len(slices.Compact(slices.Clone(all))) != len(all) {
			t.Errorf("%s names a kind twice: %v", name, all)
		}
	}
}
