package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func athenaKinds() []collect.Kind {
	return nil
}
