package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func sesKinds() []collect.Kind {
	return nil
}
