package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func cognitoKinds() []collect.Kind {
	return nil
}
