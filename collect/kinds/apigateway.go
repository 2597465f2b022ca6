package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func apiGatewayKinds() []collect.Kind {
	return nil
}
