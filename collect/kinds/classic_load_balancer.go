package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func classicLoadBalancing() []collect.Kind {
	return nil
}
