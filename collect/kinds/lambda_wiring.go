package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func lambdaWiring() []collect.Kind {
	return nil
}
