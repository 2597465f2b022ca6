package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func guarddutyKinds() []collect.Kind {
	return nil
}
