package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func ec2Rules() []collect.Kind {
	return nil
}
