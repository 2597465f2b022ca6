package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func firehoseKinds() []collect.Kind {
	return nil
}
