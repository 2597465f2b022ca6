package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func rdsClusters() []collect.Kind {
	return nil
}
