package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func codebuildKinds() []collect.Kind {
	return nil
}
