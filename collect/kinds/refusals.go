package kinds

import (
	"slices"

	"github.com/aws/smithy-go"

	"github.com/aws-baseline/aws-baseline/collect"
)

// asInUse gives a refusal that a service has a code of its own for ("OriginAccessControlInUse") the code that means the
// same everywhere: restore tries again once what uses the thing is gone.
func asInUse(err error, codes ...string) error { return recoded(err, "ResourceInUse", codes) }

// asGone does the same for what isn't there.
func asGone(err error, codes ...string) error { return recoded(err, "NotFound", codes) }

func recoded(err error, code string, codes []string) error {
	if err != nil && slices.Contains(codes, collect.Code(err)) {
		return &smithy.GenericAPIError{Code: code, Message: collect.Message(err)}
	}
	return err
}
