package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func batchKinds() []collect.Kind {
	return nil
}
