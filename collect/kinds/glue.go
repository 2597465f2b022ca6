package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func glueKinds() []collect.Kind {
	return nil
}
