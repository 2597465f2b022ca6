package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func cloudfrontKinds() []collect.Kind {
	return nil
}
