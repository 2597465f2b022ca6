package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func cloudwatchViews() []collect.Kind {
	return nil
}
