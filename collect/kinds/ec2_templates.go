package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func ec2Templates() []collect.Kind {
	return nil
}
