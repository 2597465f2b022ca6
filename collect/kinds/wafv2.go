package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func wafKinds() []collect.Kind {
	return nil
}
