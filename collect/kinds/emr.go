package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func emrKinds() []collect.Kind {
	return nil
}
