package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func autoScalingPolicies() []collect.Kind {
	return nil
}
