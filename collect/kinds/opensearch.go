package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func opensearchKinds() []collect.Kind {
	return nil
}
