package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func kinesisKinds() []collect.Kind {
	return nil
}
