package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func elasticacheKinds() []collect.Kind {
	return nil
}
