package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func efsKinds() []collect.Kind {
	return nil
}
