package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func securityHubKinds() []collect.Kind {
	return nil
}
