package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func statesKinds() []collect.Kind {
	return nil
}
