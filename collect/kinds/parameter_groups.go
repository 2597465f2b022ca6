package kinds

import (
	"iter"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/aws-baseline/aws-baseline/collect"
)

// defaultGroup says what keeps a parameter or subnet group of AWS.
const defaultGroup = "AWS makes the default groups, and keeps them"

// isDefaultGroup reports whether a parameter group is one of AWS's: nobody can change or delete it.
func isDefaultGroup(name *string) bool { return strings.HasPrefix(aws.ToString(name), "default.") }

// setParameters are the parameters of a group that somebody set.
type setParameters struct {
	Parameters []setParameter
}

// setParameter is without what AWS says about a parameter: that changes with its releases.
type setParameter struct {
	ParameterName, ParameterValue *string
	ApplyMethod                   *string
}

// setByUser reads the parameters that somebody set; where they could not be read, they are the item's unknown part.
func setByUser[T any](s *collect.Scope, item *collect.Item, list func(*collect.Scope) iter.Seq[T], narrow func(T) setParameter) setParameters {
	parameters, err := collect.All(s, list)
	if err != nil {
		item.Unknown = append(item.Unknown, collect.Gap{Path: "Parameters", Err: err})
		return setParameters{}
	}
	set := setParameters{Parameters: make([]setParameter, 0, len(parameters))}
	for _, p := range parameters {
		set.Parameters = append(set.Parameters, narrow(p))
	}
	return set
}
