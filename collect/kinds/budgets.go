package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func budgetsKinds() []collect.Kind {
	return nil
}
