package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func logsRouting() []collect.Kind {
	return nil
}
