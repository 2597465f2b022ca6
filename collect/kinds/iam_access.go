package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func iamAccess() []collect.Kind {
	return nil
}
