package kinds

import "github.com/aws-baseline/aws-baseline/collect"

func backupKinds() []collect.Kind {
	return nil
}
