package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func eksKinds() []collect.Kind {
	return nil
}
