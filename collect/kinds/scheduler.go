package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func schedulerKinds() []collect.Kind {
	return nil
}
