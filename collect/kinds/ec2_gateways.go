package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func ec2Gateways() []collect.Kind {
	return nil
}
