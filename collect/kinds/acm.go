package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func acmKinds() []collect.Kind {
	return nil
}
