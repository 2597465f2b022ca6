package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func codepipelineKinds() []collect.Kind {
	return nil
}
