package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func kafkaKinds() []collect.Kind {
	return nil
}
