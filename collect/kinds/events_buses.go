package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func eventBuses() []collect.Kind {
	return nil
}
