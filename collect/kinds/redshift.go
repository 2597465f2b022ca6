package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func redshiftKinds() []collect.Kind {
	return nil
}
