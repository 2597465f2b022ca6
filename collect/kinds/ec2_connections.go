package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func ec2Connections() []collect.Kind {
	return nil
}
