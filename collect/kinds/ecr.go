package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func ecrKinds() []collect.Kind {
	return nil
}
