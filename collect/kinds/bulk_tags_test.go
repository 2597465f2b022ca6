package kinds

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"github.com/aws/smithy-go"

	"github.com/aws-baseline/aws-baseline/collect"
)

func TestTagsOfManyOrOneByOne(t *testing.T) {
	gone, denied := &smithy.GenericAPIError{Code: "LoadBalancerNotFound"}, &smithy.GenericAPIError{Code: "AccessDenied"}
	for name, test := range map[string]struct {
		refused map[string]error // by what it names
		want    []string
		err     error
		calls   int
	}{
		"all there":     {nil, []string{"a", "b", "c"}, nil, 1},
		"one is gone":   {map[string]error{"b": gone}, []string{"a", "c"}, nil, 4},
		"denied":        {map[string]error{"c": denied}, nil, denied, 1},
		"then denied":   {map[string]error{"a": gone, "c": denied}, nil, denied, 4},
		"none is there": {map[string]error{"a": gone, "b": gone, "c": gone}, nil, nil, 4},
	} {
		calls := 0
		get := orOneByOne(func(_ *collect.Scope, arns []string) (map[string]collect.Tags, error) {
			calls++
			tags := make(map[string]collect.Tags)
			for _, arn := range arns {
				if err := test.refused[arn]; err != nil {
					return nil, err
				}
				tags[arn] = collect.Tags{"of": arn}
			}
			return tags, nil
		})
		got, err := get(nil, []string{"a", "b", "c"})
		if !errors.Is(err, test.err) || (err != nil) != (test.err != nil) || calls != test.calls || !slices.Equal(slices.Sorted(maps.Keys(got)), test.want) {
			t.Errorf("%s: got %v and %v after %d calls, want %v and %v after %d", name, got, err, calls, test.want, test.err, test.calls)
		}
	}
}
