package kinds

import (
	"maps"

	"github.com/aws-baseline/aws-baseline/collect"
)

// tagsOfMany reads the tags of several resources in one call.
type tagsOfMany func(s *collect.Scope, arns []string) (map[string]collect.Tags, error)

// orOneByOne asks for each alone where AWS refuses the batch because one of it is gone since it was listed: the others'
// tags are not to be lost with it.
func orOneByOne(get tagsOfMany) tagsOfMany {
	return func(s *collect.Scope, arns []string) (map[string]collect.Tags, error) {
		tags, err := get(s, arns)
		if err == nil || collect.Classify(err) != collect.ClassNotFound {
			return tags, err
		}
		all := make(map[string]collect.Tags, len(arns))
		for i := range arns {
			one, err := get(s, arns[i:i+1])
			if err != nil && collect.Classify(err) != collect.ClassNotFound {
				return nil, err
			}
			maps.Copy(all, one)
		}
		return all, nil
	}
}
